"""How far the indexing is and how fast it goes. Used by ``indexer``, ``work`` and ``handover`` in the event loop."""

from collections import deque
from collections.abc import Callable

WINDOW_S = 20.0
"""The speed is that of the last seconds: models load, pictures differ in size, laptops get hot."""


class ProgressMeter:
    """Counts the files of one stretch of work, from idle to idle."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._done = 0
        self._recent: deque[tuple[float, int]] = deque()

    @property
    def done(self) -> int:
        """Files dealt with in this stretch."""
        return self._done

    def count(self, files: int) -> None:
        """Note that so many files were dealt with just now."""
        now = self._clock()
        if not self._recent:
            self._recent.append((now, self._done))
        self._done += files
        self._recent.append((now, self._done))
        self._forget_before(now - WINDOW_S)

    def begin(self) -> None:
        """A new stretch begins."""
        self._done = 0
        self._recent = deque([(self._clock(), 0)])

    def per_s(self) -> float:
        """Files a second over the last ``WINDOW_S`` seconds; 0 before the first one is done."""
        now = self._clock()
        self._forget_before(now - WINDOW_S)
        if not self._recent:
            return 0.0
        since, done = self._recent[0]
        return (self._done - done) / (now - since) if now > since else 0.0

    def _forget_before(self, moment: float) -> None:
        """All but the last that was before it: the speed is reckoned from there."""
        while len(self._recent) > 1 and self._recent[1][0] < moment:
            self._recent.popleft()
