"""Joins what a photo shows with what it is called: one relevance, by which an answer is ordered. Pure arithmetic.

Both are judged on one scale, log-odds: 0 is the cut-off, relevance .5. What a photo shows has them from its cosine
(``relevance``). Words have them from how rare they are: a name that one photo in a thousand has says more than one of
every tenth (inverse document frequency; Robertson and Sparck Jones 1976, "Relevance Weighting of Search Terms", who
derive it as log-odds too). Either is enough, and both together say more: the probabilities of being wrong are
multiplied (noisy-or; Pearl 1988, "Probabilistic Reasoning in Intelligent Systems", 4.3.2).

Reciprocal rank fusion (Cormack et al. 2009) was measured beside it (``tests/benchmarks/fusion.py``): it knows no more
than ranks, so the best of pictures that don't fit at all stand between the photos that a name names. And a photo's
place would hang on how many others are looked at, so pages would shift.

Photos of one tier have words of one worth, so within it they are in the order of their cosines: an answer is a
merge of such lists, and a page goes on in each where the one before ended.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.library.relevance import Background, from_log_odds

LEAST_WORTH = float(np.log(9))
"""Relevance .9, of words that are in every name too: who is called so was meant."""
BEGINNING = float(np.log(0.7 / 0.3))
"""Relevance .7: a name that begins so, where no photo shows what the words say. Lisb can only be Lisbon."""
ASIDE = float(np.log(0.4 / 0.6))
"""Relevance .4, below the cut-off: a name that begins so, where some photo does show it. Palm is no Palma then."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Photos of whose names the query's words say equally much.

    Attributes:
        among: Content ids ``(n,)`` that may be found in it; None for all.
        without: Content ids that may not; None for none.
        worth: Log-odds that one of them is meant, by its words alone; None where no word matches.
        whole: Whether the words stand in the names as they are.
        lift: Log-odds that they have more than others by lying at the place that is named beside what is shown.
    """

    among: NDArray[np.int64] | None
    without: NDArray[np.int64] | None
    worth: float | None = None
    whole: bool = False
    lift: float = 0.0

    @property
    def holds_all(self) -> bool:
        """Whether any photo may be found in it."""
        return self.among is None and (self.without is None or not len(self.without))

    @property
    def has_words(self) -> bool:
        """Whether some of the query's words speak of its photos."""
        return self.worth is not None or self.lift > 0

    @property
    def is_good(self) -> bool:
        """Whether its words alone make a good match of each of its photos."""
        return self.worth is not None and self.worth >= 0


def worth_of(matches: int, photos: int) -> float:
    """Log-odds that a photo is meant by words that so many of all photos are called by."""
    return max(float(np.log(max(photos, 1) / max(matches, 1))), LEAST_WORTH)


def lift_of(placed: int, photos: int) -> float:
    """Log-odds that a photo gains by lying where the query says, as so many of all photos do.

    Who looks for a dog in Lisbon looks among so many times fewer photos (Bayes' rule).
    """
    return float(np.log(max(photos, 1) / max(placed, 1)))


def fused(
    background: Background, scores: NDArray[np.float32], worth: float | None, lift: float = 0.0
) -> NDArray[np.float64]:
    """Log-odds ``(n,)`` that photos with these cosines fit, with words of that worth or at a place with that lift.

    The lift counts as far as the photo shows what was asked for: a photo of Lisbon is no dog, and one of Reading, UK,
    shows no reader.
    """
    shown = background.log_odds(scores)
    if worth is None:
        return shown + lift * from_log_odds(shown) if lift else shown
    # Odds a and b join to (1 + a)(1 + b) - 1 = b + a(1 + b), as logarithms, which overflow nowhere.
    joined: NDArray[np.float64] = np.logaddexp(worth, shown + np.logaddexp(0.0, worth))
    return joined
