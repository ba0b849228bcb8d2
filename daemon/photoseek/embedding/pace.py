"""How long pictures take with each model on this machine, as the indexing has seen it: for the list of models.

Written by ``Embedder`` in its thread for pictures, read by ``registry``. Kept in the cache of this machine.
"""

import threading
from pathlib import Path

from photoseek.embedding.learnt import recall, remember

ENOUGH = 32
"""So many pictures say something, and are seen before it is written down again."""
_LOCK = threading.Lock()  # two models may be at work


class Pace:
    """The pace of one model, while its process lives.

    Args:
        cache: Folder of what is learnt of models.
        spec: The model's.
    """

    def __init__(self, cache: Path, spec: str) -> None:
        self._cache = cache
        self._spec = spec
        self._pictures = 0
        self._seconds = 0.0
        self._is_warm = False

    def note(self, pictures: int, seconds: float) -> None:
        """A batch took so long. The first one doesn't count: it also waits for memory and code to be there."""
        if not self._is_warm:
            self._is_warm = True
            return
        self._pictures += pictures
        self._seconds += seconds
        if self._pictures >= ENOUGH:
            _keep(self._cache, self._spec, self._seconds / self._pictures)
            self._pictures, self._seconds = 0, 0.0


def seconds_per_picture(cache: Path) -> dict[str, float]:
    """What is known, by the models' specs."""
    return recall(_place(cache), dict[str, float]) or {}


def _keep(cache: Path, spec: str, seconds: float) -> None:
    with _LOCK:
        remember(_place(cache), seconds_per_picture(cache) | {spec: round(seconds, 4)})


def _place(cache: Path) -> Path:
    return cache / "paces.json"
