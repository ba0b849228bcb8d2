"""Whether two pictures that roughly look the same are the same in detail too: not two letters of one firm.

The detail is how much lighter each place is than those about it, measured by how much those vary (local contrast
normalisation: Jarrett et al. 2009, "What is the best multi-stage architecture for object recognition?"): the grey of a
line of text counts as much as the black bar above it. Before it is looked at, the one is made as light as the other:
where it has a grey it gets what the other has there on the average. So what was done to all places of one grey, such as
to let bright ones burn out, makes no difference, and a text in the place of another one does.

What is compared is a picture with another one, or with its part as in ``nearness``. Where a part fits far better than
the whole, one was cut from the other; then the cut is looked for more closely, and each region has to fit. Pure
arithmetic; ``tests/benchmarks/stacks.py`` measures it.
"""

from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import GREY_SIDE

SAME = 0.988
"""From here on they are the same as they are. Of 200 letters and 200 invoices no two fit by more than .987; of copies
that were resized, compressed or exposed otherwise 98 % fit by .99 or more."""
WORTH_A_LOOK = 0.6
"""Below this, as they are, no copy got there, also by a stop and a half."""
GAIN = 0.1
"""Where one is a part of the other it fits so much better than the whole; ..."""
NOWHERE_LESS = 0.81
"""... and then each region fits so well, ..."""
LEAST_DETAIL = 0.22
"""... and places differ from those about them by so many standard deviations on the average: a few edges can be moved
onto those of another picture of one frame. Of 129 photographs one has less."""
ON_SCREEN = 0.9
"""A part fits so well if one of them lay between black bars, small as on a screen: others of one frame have no bars,
or both."""

_COMPARED_SIDE = 32
"""Places of a part that are compared: fewer than there are, or those of a part lie too far from each other."""
_REGIONS = 4
"""In each direction."""
_LITTLE = 0.2
"""Of the detail that a region has on the average: where there is hardly more, nothing can fit badly."""
_MOST_CUT = 0.05
"""Off both ends together."""
_CUT_STEPS = 4
_FINE_CUT_STEPS = 16

_AROUND = 2
"""Places about one, to each side."""
_LEAST_VARIED = 5.0
"""Standard deviation about a place: of less it is noise that is seen. About in grey levels."""
_TONES = 32
"""Greys that are told apart to make one picture as light as another."""

Greys = NDArray[np.uint8]
Values = NDArray[np.float32]


def same_detail(one: Greys, others: Greys, on_screen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a picture is the same as each of the others.

    Args:
        one: How light its places are, ``(side, side)``.
        others: Theirs, ``(n, side, side)``.
        on_screen: Which of them lay between bars if that one didn't, or the other way round, ``(n,)``.

    Returns:
        ``(n,)``. Two in which there is no detail are the same.
    """
    mine = _Picture(one)
    same = [_same(mine, _Picture(other), bool(bars)) for other, bars in zip(others, on_screen, strict=True)]
    return np.array(same, np.bool_)


class _Picture:
    """One of those that are compared, with what is worked out of it once."""

    def __init__(self, grey: Greys) -> None:
        self.grey = grey.astype(np.float32)
        self.detail = _detail(self.grey)
        self.amount = float(np.abs(self.detail).mean())
        self.whole = _unit(_part(self.detail, _WHOLE, _WHOLE)).ravel()

    @cached_property
    def parts(self) -> Values:
        return _parts(self.detail, _CUTS, _CUTS)


def _same(one: _Picture, other: _Picture, on_screen: bool) -> bool:
    if not one.amount or not other.amount:
        return one.amount == other.amount
    as_they_are = _fit(one.detail, other.detail)
    if as_they_are >= WORTH_A_LOOK and max(_fit(*pair) for pair in _made_alike(one.grey, other.grey)) >= SAME:
        return True
    if min(one.amount, other.amount) < LEAST_DETAIL:
        return False
    least = 0 if on_screen else float(one.whole @ other.whole) + GAIN
    best, whole, cut = max(
        ((float((cut.parts @ whole.whole).max()), whole, cut) for whole, cut in ((one, other), (other, one))),
        key=lambda found: found[0],
    )
    return best >= least and _is_part(whole, cut, on_screen)


def _is_part(one: _Picture, other: _Picture, on_screen: bool) -> bool:
    """Whether a picture is that part of the other which is the most like it."""
    column = int((other.parts @ one.whole).argmax()) % len(_CUTS)
    fine_cuts = _cuts(_FINE_CUT_STEPS)
    rows = fine_cuts[int((_parts(other.detail, fine_cuts, _CUTS[column : column + 1]) @ one.whole).argmax())]
    columns = fine_cuts[int((_parts(other.detail, rows[np.newaxis], fine_cuts) @ one.whole).argmax())]
    alike = _made_alike(_part(one.grey, _WHOLE, _WHOLE), _part(other.grey, rows, columns))
    if on_screen:
        return max(_fit(*pair) for pair in alike) >= ON_SCREEN
    return max(_worst_region(*pair) for pair in alike) >= NOWHERE_LESS


def _made_alike(one: Values, other: Values) -> list[tuple[Values, Values]]:
    """The details of both, with the first made as light as the second, and the other way round."""
    return [(_detail(_as_light_as(one, other)), _detail(other)), (_detail(one), _detail(_as_light_as(other, one)))]


def _as_light_as(one: Values, other: Values) -> Values:
    tones = (one.ravel() * (_TONES / 256)).astype(np.int64)
    number = np.bincount(tones, minlength=_TONES)
    mine, theirs = (np.bincount(tones, grey.ravel(), _TONES)[number > 0] for grey in (one, other))
    number = number[number > 0]
    return np.interp(one, mine / number, theirs / number).astype(np.float32)


def _detail(grey: Values) -> Values:
    """How each place differs from those about it, in standard deviations."""
    lightness = 46 * np.log1p(grey / 16)  # in which an exposure is added; in the middle as many steps as grey levels
    different = lightness - _mean_about(lightness)
    detail: Values = different / np.sqrt(_mean_about(different**2) + np.float32(_LEAST_VARIED**2))
    return detail


def _mean_about(values: Values) -> Values:
    wide, steps, side = np.pad(values, _AROUND, mode="reflect"), range(2 * _AROUND + 1), len(values)
    rows = np.mean([wide[step : step + side] for step in steps], axis=0)
    means: Values = np.mean([rows[:, step : step + side] for step in steps], axis=0)
    return means


def _fit(one: Values, other: Values) -> float:
    return float((_unit(one) * _unit(other)).sum())


def _worst_region(one: Values, other: Values) -> float:
    """How well that region fits that fits worst, by whichever of the two has more detail there."""
    one, other = _unit(one), _unit(other)
    mine, theirs, both = _by_region(one * one), _by_region(other * other), _by_region(one * other)
    little = _LITTLE / _REGIONS**2
    return float(((both + little) / (np.maximum(mine, theirs) + little)).min())


def _by_region(values: Values) -> Values:
    side = _COMPARED_SIDE // _REGIONS
    summed: Values = values.reshape(_REGIONS, side, _REGIONS, side).sum(axis=(1, 3))
    return summed


def _unit(values: Values) -> Values:
    return (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def _part(values: Values, rows: Values, columns: Values) -> Values:
    return np.asarray(rows @ values @ columns.T, np.float32)


def _parts(detail: Values, rows: Values, columns: Values) -> Values:
    """All parts ``(m * n, k)`` that pairs of these maps ``(m, side, _)`` and ``(n, side, _)`` make, unit length."""
    # One small product for each pair: a large one would be shared out among all processors, for no gain.
    flat = ((rows @ detail)[:, np.newaxis] @ columns.transpose(0, 2, 1)).reshape(-1, _COMPARED_SIDE**2)
    unit: Values = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), np.float32(1e-9))
    return unit


@cache
def _cuts(steps: int) -> Values:
    """Lead from a line to its part without a strip at each end, in so many steps: ``(m, side, _)``."""
    step = _MOST_CUT / steps
    return np.stack([_map(a * step, 1 - (a + b) * step) for a in range(steps + 1) for b in range(steps + 1 - a)])


def _map(first: float, length: float) -> Values:
    """Linear interpolation."""
    centres = (first + (np.arange(_COMPARED_SIDE) + 0.5) / _COMPARED_SIDE * length) * GREY_SIDE - 0.5
    reach = max(1.0, length * GREY_SIDE / _COMPARED_SIDE)
    weights = np.maximum(0, 1 - np.abs(centres[:, np.newaxis] - np.arange(GREY_SIDE)) / reach)
    shares: Values = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


_WHOLE = _map(0, 1)
_CUTS = _cuts(_CUT_STEPS)
