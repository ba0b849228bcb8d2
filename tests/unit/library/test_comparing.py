"""How well one picture fits the parts of another is worked out without the parts: the same as with them."""

import numpy as np

from photoseek.domain import GREY_SIDE
from photoseek.library import detail


def test_the_fit_of_each_part_is_that_of_the_part_worked_out() -> None:
    random = np.random.default_rng(1)
    values = random.standard_normal((GREY_SIDE, GREY_SIDE)).astype(np.float32)
    whole = detail._unit(random.standard_normal((detail._COMPARED_SIDE, detail._COMPARED_SIDE)).astype(np.float32))
    columns = detail._CUTS
    for rows in (detail._CUTS, detail._cuts(detail._FINE_CUT_STEPS)):
        fits = detail._fits(whole, values @ columns.maps.transpose(0, 2, 1), rows)
        plain = [[detail._fit(whole, detail._part(values, row, one)) for one in columns.maps] for row in rows.maps]
        np.testing.assert_allclose(fits, plain, atol=1e-5)
