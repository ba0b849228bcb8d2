"""How well a photo fits, from 0 to 1: its cosine judged against what the query reaches with photos it does not fit.

A raw cosine means nothing across queries and models, and a query's own spread tells little: in measurements (see
``tests/benchmarks/relevance.py``) standing out by so many of its own sigmas told present from absent worse than the
bare cosine did, for a query that much resembles has a wide spread whether something fits or not. What can be known is
how high texts get *by chance*: score many reference texts, of which most show nothing that is in the library, with a
sample of it, and look at the best score of each with any photo. A query is good where it beats what they reach. As the
reference is the best of all photos and not any photo, the larger a library, the higher the bar: the maximum is judged
by maxima (Scheirer et al. 2011, "Meta-Recognition"). Those are looked up and not extrapolated from the sample: the
bar of a sample is too low for a large library, and one raised by extreme-value theory was too high, for cosines end.

Judging by a cohort of impostors is the score normalisation of speaker verification (T-norm; Auckenthaler et al. 2000,
"Score Normalization for Text-Independent Speaker Verification Systems"). How much the query's own level counts
besides, is not assumed but learnt from the same cohort: the slope with which the best score of a text follows its
median. Models whose texts lie at different heights, such as CLIP, get a slope; the starter, whose texts don't, gets
none. The level is held to the range of the cohort's, or in a library of one topic the topic itself would count as
background and nothing fit.

Once the best photo is good, others are with a little less: there are two thresholds with hysteresis, as in edge
detection (Canny 1986, "A Computational Approach to Edge Detection"). The upper one decides whether something is here at
all; what comes below it fits more often than not, if something is.

Hubness corrections by photo (CSLS, Conneau et al. 2018; inverted softmax) were measured too and brought nothing here.
Pure arithmetic; no I/O.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

MAD_TO_SIGMA = 1.4826
"""A normal distribution's standard deviation, in median absolute deviations."""
CHANCE_SIGMAS = 1.6
"""So far above the median of the cohort's best scores a photo is good: one absent text in ten gets there (chosen on
the photographs of the benchmark, which also chooses it on one half and measures the other)."""
HYSTERESIS_SIGMAS = 0.5
"""So much lower is the cut-off once the best photo is above it: half of those between fit, by their captions."""
PICTURE_SIGMAS = 3.0
"""The same for a query with pictures in it, in sigmas of its scores with all photos: one in 740, were they normal."""
ALIKE = 0.9
"""So near to a picture a photo is good whatever the spread: with the starter, the bar of a quarter of 129 real photos
was one that not even the same picture reaches. Sent again at half the size, 91 % of them are told as good by this,
61 % without; beside each, 3.1 other photos instead of 2.9."""
STEEPNESS = 1.5
"""Relevance .18 one sigma below the cut-off, .82 one above: about the share of photos that fit, where that is known."""
GOOD = 0.5
"""Relevance at the cut-off."""
LEAST_SIGMA = 0.01
"""A library of near-equal photos has hardly a spread; no model's noise is below this."""
USUAL = (0.05, 0.95)
"""Quantiles of the cohort's levels between which a query's own level is believed."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Background:
    """What one query's scores are judged by.

    Attributes:
        cut_off: The cosine above which a photo counts as a good match.
        sigma: What scores on photos that don't fit differ by.
        hysteresis: So much lower, in sigmas, the cut-off is once some photo is above it.
    """

    cut_off: float
    sigma: float
    hysteresis: float = 0.0

    @classmethod
    def of(cls, scores: Scores) -> "Background":
        """From the query's own scores: for pictures, which no reference text resembles.

        Args:
            scores: ``(n,)`` cosines of a random sample of the library; n may be 0.
        """
        centre, sigma = _centre_and_sigma(scores) if scores.size else (0.0, LEAST_SIGMA)
        return cls(min(centre + PICTURE_SIGMAS * sigma, ALIKE), sigma)

    def knowing(self, scores: Scores) -> "Background":
        """The same once it is known what the best photos reach.

        Args:
            scores: ``(n,)`` cosines, the highest of the whole library among them; n may be 0.
        """
        if scores.max(initial=-1) < self.cut_off:
            return self
        return replace(self, cut_off=self.cut_off - self.hysteresis * self.sigma, hysteresis=0.0)

    def log_odds(self, scores: Scores) -> NDArray[np.float64]:
        """Log-odds that photos with these ``(n,)`` cosines fit: 0 at the cut-off."""
        return STEEPNESS * (scores.astype(np.float64) - self.cut_off) / self.sigma

    def relevance(self, scores: Scores) -> Scores:
        """Relevance, 0 to 1, of photos with these ``(n,)`` cosines."""
        return from_log_odds(self.log_odds(scores))


def from_log_odds(log_odds: NDArray[np.float64]) -> Scores:
    """Relevance, 0 to 1, of photos with these ``(n,)`` log-odds."""
    # The logistic curve by its other name, which overflows nowhere: a sigma may be tiny.
    return (0.5 * (1 + np.tanh(0.5 * log_odds))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Chance:
    """How high a text gets in this library by chance: ``level + slope * its median``, give or take ``sigma``.

    Attributes:
        usual: Lowest and highest median that is believed to be background.
    """

    level: float
    slope: float
    usual: tuple[float, float]
    sigma: float

    @classmethod
    def of(cls, scores: Scores, best: Scores | None = None) -> "Chance":
        """Estimate it from the cohort.

        Args:
            scores: ``(n, r)`` cosines of n photos, a sample of the library, with r reference texts; n may be 0.
            best: ``(r,)`` highest cosines of these texts with any photo; None where the sample is all there is.
        """
        if not scores.size:
            return cls(0.0, 0.0, (0.0, 0.0), LEAST_SIGMA)
        best, medians = scores.max(axis=0) if best is None else best, _median_but_best(scores)
        slope = _slope(medians, best)
        level, sigma = _centre_and_sigma(best - slope * medians)
        low, high = np.quantile(medians, USUAL)
        return cls(level, slope, (float(low), float(high)), sigma)

    def background(self, scores: Scores) -> Background:
        """What a text is judged by that has these ``(n,)`` cosines with the same sample."""
        median = float(_median_but_best(scores[:, np.newaxis])[0]) if scores.size else 0.0
        by_chance = self.level + self.slope * min(max(median, self.usual[0]), self.usual[1])
        return Background(by_chance + CHANCE_SIGMAS * self.sigma, self.sigma, HYSTERESIS_SIGMAS)


def _centre_and_sigma(values: Scores) -> tuple[float, float]:
    """Median and spread of values up to half of which may be true matches."""
    centre = float(np.median(values))
    return centre, max(MAD_TO_SIGMA * float(np.median(np.abs(values - centre))), LEAST_SIGMA)


def _median_but_best(scores: Scores) -> Scores:
    """``(r,)`` medians of the columns of ``(n, r)``, without the best, which they shall help to foretell."""
    if len(scores) == 1:
        return np.zeros(scores.shape[1], np.float32)
    median: Scores = np.median(np.sort(scores, axis=0)[:-1], axis=0)
    return median


def _slope(medians: Scores, best: Scores) -> float:
    """Of the line through them (least squares), between none and 1."""
    apart = medians - medians.mean()
    spread = float(apart @ apart)
    return min(max(float(apart @ best) / spread, 0.0), 1.0) if spread > len(medians) * LEAST_SIGMA**2 / 100 else 0.0
