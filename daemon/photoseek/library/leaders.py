"""The coarsest parts of all leaders' sketches in memory: which leaders a photo may be like, before any is looked at.

64 bytes a leader: 6 MiB of 100,000. Arithmetic that blocks: ``stacking`` has it done in a thread.
"""

import heapq
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import ContentId
from photoseek.library.nearness import HEAD_SIDE, HINT

MOST = 32
"""Leaders that a photo is compared with. Of pages of text any is a little like all others."""
_SCALE = 200.0
"""An entry of .63 is the largest that fits; of a vector of 64 entries and length 1 hardly any is."""
_BLOCK = 512
"""Leaders that are unpacked at once."""


class Leaders:
    """Grows and shrinks with the catalogue's."""

    def __init__(self) -> None:
        self._ids = np.empty(0, np.int64)
        self._heads = np.empty((0, HEAD_SIDE**2), np.int8)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, content_ids: Sequence[ContentId], heads: NDArray[np.float32]) -> None:
        """Take in leaders that are not in yet, with their heads ``(n, HEAD_SIDE ** 2)``."""
        self._ids = np.concatenate((self._ids, np.array(content_ids, np.int64)))
        self._heads = np.concatenate((self._heads, np.rint(heads * _SCALE).clip(-127, 127).astype(np.int8)))

    def remove(self, content_ids: Collection[ContentId]) -> None:
        """Let go of some that don't lead any more."""
        left = ~np.isin(self._ids, list(content_ids))
        self._ids, self._heads = self._ids[left], self._heads[left]

    def hints(self, heads: NDArray[np.float32]) -> list[list[ContentId]]:
        """For each of the heads ``(n, HEAD_SIDE ** 2)`` the leaders that it may be like, ``MOST`` at most."""
        found: list[list[tuple[float, int]]] = [[] for _ in heads]
        wanted = np.ascontiguousarray(heads.T) / np.float32(_SCALE)
        for start in range(0, len(self._ids), _BLOCK):
            alike = self._heads[start : start + _BLOCK].astype(np.float32) @ wanted
            for row, column in zip(*np.nonzero(alike > HINT), strict=True):
                found[column].append((-float(alike[row, column]), int(self._ids[start + row])))
        return [[ContentId(content_id) for _, content_id in heapq.nsmallest(MOST, one)] for one in found]
