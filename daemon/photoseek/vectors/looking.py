"""Looks at the snapshots on the disk without taking them up: for ``photoseek check`` and ``photoseek repair``.

Functions that block; ``library.repairing`` calls them in a thread.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.vectors import snapshot
from photoseek.vectors.late import faiss


@dataclass(frozen=True)
class Snapshot:
    """What a whole snapshot holds.

    Attributes:
        key: The model's.
        seq: The catalogue's sequence number when it was taken.
        ids: ``(n,)`` content ids.
        vectors: ``(n, dim)`` float32, in half precision.
    """

    key: str
    seq: int
    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def holds(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> bool:
        """Whether these ``(m,)`` contents and ``(m, dim)`` vectors are what it was made of, in any order."""
        if len(ids) != len(self.ids):
            return False
        theirs, ours = np.argsort(ids), np.argsort(self.ids)
        same = np.array_equal(ids[theirs], self.ids[ours])
        return same and (len(ids) == 0 or _halved(vectors[theirs], self.vectors[ours]))


def look_at_snapshots(folder: Path) -> dict[Path, Snapshot | None]:
    """Every snapshot in the folder; None stands for one that is damaged."""
    return {path: _look(path) for path in _paths(folder)}


def remove_snapshots(folder: Path) -> int:
    """Remove them all; the next start builds the index from the catalogue. Their number comes back."""
    paths = _paths(folder)
    for path in paths:
        snapshot.remove(path)
    return len(paths)


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.faiss"))


def _look(path: Path) -> Snapshot | None:
    read = snapshot.read_from(path)
    if read is None:
        return None
    stamp, index = read
    ids = faiss.vector_to_array(index.id_map)
    return Snapshot(stamp.key, stamp.seq, ids, index.index.reconstruct_n(0, len(ids)))


def _halved(exact: NDArray[np.float32], halved: NDArray[np.float32]) -> bool:
    """Whether one is the other but for the rounding: to 11 bits, below 2**-14 to multiples of 2**-24 (IEEE 754)."""
    return exact.shape == halved.shape and np.allclose(halved, exact, rtol=2**-11, atol=2**-25)
