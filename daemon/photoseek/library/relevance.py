"""How well a photo fits, from 0 to 1: its cosine judged against the query's own background.

A raw cosine means nothing across queries and models. What can be compared is how far a score stands out from the
scores that the same query gets on photos it does not fit; nearly all photos of a library are such. So the median
of a random sample of the library and its spread (median absolute deviation) are the measure; both bear up to half
of the sample being true matches. Pure arithmetic; no I/O.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAD_TO_SIGMA = 1.4826
"""A normal distribution's standard deviation, in median absolute deviations."""
CUT_OFF_SIGMAS = 3.0
"""One photo in 740 stands out so far by chance, were the background normal."""
STEEPNESS = 1.5
"""Relevance .18 one sigma below the cut-off, .82 one above."""
GOOD = 0.5
"""Relevance at the cut-off."""
LEAST_SIGMA = 0.01
"""A library of near-equal photos has hardly a spread; no model's noise is below this."""


@dataclass(frozen=True, slots=True)
class Background:
    """How a query scores on photos that it doesn't fit."""

    centre: float
    sigma: float

    @classmethod
    def of(cls, scores: NDArray[np.float32]) -> "Background":
        """Estimate it from the ``(n,)`` cosines of a random sample of the library; n may be 0."""
        if not scores.size:
            return cls(0.0, LEAST_SIGMA)
        centre = float(np.median(scores))
        spread = float(np.median(np.abs(scores - centre)))
        return cls(centre, max(MAD_TO_SIGMA * spread, LEAST_SIGMA))

    def relevance(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Relevance, 0 to 1, of photos with these ``(n,)`` cosines."""
        sigmas = (scores - self.centre) / self.sigma
        relevance: NDArray[np.float32] = 1 / (1 + np.exp(-STEEPNESS * (sigmas - CUT_OFF_SIGMAS)))
        return relevance.astype(np.float32)

    @property
    def cut_off(self) -> float:
        """The cosine above which a photo counts as a good match."""
        return self.centre + CUT_OFF_SIGMAS * self.sigma
