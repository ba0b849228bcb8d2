"""The index itself: inner products with every unit vector, which are cosines.

It holds the vectors in half precision: 10,000 of 768 dimensions take 15 MiB of the daemon instead of 29, and a search
reads half as much (100,000 of them on one processor: 13 ms against 30). A cosine is off by some 1e-5; models compute
far less exactly than that. The catalogue has the vectors as they were computed.

Called from the event loop; FAISS works in this room's own threads and lets go of Python's lock meanwhile.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from photoseek.vectors import snapshot
from photoseek.vectors.late import faiss
from photoseek.vectors.turns import Turns

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
"""Searches at a time, each on one processor."""
SAMPLE = 1024
"""Vectors in the sample that a score is judged by: a quantile near the middle is known to some percent by so many."""
_BLOCK = 2048
"""Vectors that are read at once."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio: multiplying by it scatters consecutive numbers evenly (Knuth, TAOCP 3, 6.4)."""

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class VectorIndex:
    """The vectors of one model at a time, by content id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A team of OpenMP's in each thread would only wait for each other: with two busy processors 40 ms became 13.
        self._threads = ThreadPoolExecutor(
            THREADS, thread_name_prefix="vectors", initializer=lambda: faiss.omp_set_num_threads(1)
        )
        self._turns = Turns()
        self._index: Any = None
        self._key = ""
        self._seq = -1
        self._saved_seq = -1
        self._sample: Vectors | None = None

    def beside(self) -> "VectorIndex":
        """Another one, for the vectors of another model, with its snapshots in the same folder."""
        return VectorIndex(self._folder)

    @property
    def count(self) -> int:
        """Vectors in the index."""
        return int(self._index.ntotal) if self._index is not None else 0

    @property
    def seq(self) -> int:
        """The catalogue's sequence number that the index has followed up to; -1 before ``open``."""
        return self._seq

    async def open(self, key: str, dim: int, seq: int, load: Callable[[], Awaitable[tuple[Ids, Vectors]]]) -> bool:
        """Take up the vectors of a model.

        Args:
            key: The model's.
            dim: Length of its vectors.
            seq: The catalogue's sequence number, which the snapshot must have.
            load: Gives ids ``(n,)`` int64 and vectors ``(n, dim)`` float32 of all that shall be searchable.

        Returns:
            Whether the snapshot was good; otherwise the index was built from ``load()``.
        """
        index = await self._run(snapshot.load, self._folder, key, dim, seq)
        good = index is not None
        if index is None:
            index = await self._run(_build, dim, *await load())
        await self._run(self._replace, index, key, seq)
        self._saved_seq = seq if good else -1
        return good

    async def add(self, ids: Ids, vectors: Vectors, seq: int) -> None:
        """Make contents searchable; one that is there already gets the new vector.

        Args:
            ids: ``(n,)`` content ids.
            vectors: ``(n, dim)``, unit length.
            seq: The catalogue's sequence number after this.

        Raises:
            ValueError: The shapes don't fit each other or the index.
        """
        if vectors.shape != (len(ids), self._index.d) and len(ids):
            raise ValueError(f"{len(ids)} ids and vectors of shape {vectors.shape} for an index of {self._index.d}")
        await self._run(self._change, ids, vectors, seq)

    async def remove(self, ids: Ids, seq: int) -> None:
        """Make contents unsearchable; one that isn't there is no error."""
        await self._run(self._change, ids, None, seq)

    async def search(
        self, query: Vectors, limit: int, *, among: Ids | None = None, without: Ids | None = None
    ) -> tuple[Ids, Vectors]:
        """The best contents for a query.

        Args:
            query: ``(dim,)`` float32, unit length.
            limit: Contents wanted at most.
            among: ``(m,)`` content ids, the only ones that may be found; those that aren't in the index count as none.
            without: ``(m,)`` content ids that may not be found.

        Returns:
            Ids ``(k,)`` int64 and cosines ``(k,)`` float32, best first, ties by id; k is smaller than ``limit``
            where the index, or what of it may be found, is.
        """
        return await self._run(self._search, query, limit, among, without)

    async def present(self, ids: Ids) -> Ids:
        """Those of the contents ``(n,)`` that are in the index, in their order."""
        return await self._run(self._present, ids)

    async def background(self, query: Vectors) -> Vectors:
        """Cosines of a query ``(dim,)`` or of k queries ``(k, dim)`` with a sample of the index, m at most ``SAMPLE``.

        The answer is ``(m,)`` or ``(m, k)``.
        The sample is as good as random, and stays the same but for contents that come and go.
        """
        return await self._run(self._background, query)

    async def best(self, queries: Vectors) -> Vectors:
        """The highest cosine that each of k queries ``(k, dim)`` has with any vector, ``(k,)``; at least -1.

        Of 100,000 vectors and a hundred queries it takes as long as some twenty searches.
        """
        return await self._run(self._best, queries)

    async def save(self) -> None:
        """Write the snapshot, unless the one on the disk is that of this sequence number.

        A disk that is full or read-only is logged and no more: the snapshot can be done without.
        """
        await self._run(self._save)

    async def forget_snapshot(self, key: str) -> None:
        """Remove the snapshot of another model."""
        await self._run(snapshot.remove, snapshot.path_of(self._folder, key))

    async def close(self) -> None:
        """Wait for what is under way, end the threads and let the vectors go. Saves nothing."""
        await asyncio.to_thread(self._threads.shutdown)
        self._index, self._sample = None, None  # whoever still holds this one shall not hold its memory

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _replace(self, index: Any, key: str, seq: int) -> None:
        with self._turns.change():
            self._index, self._key, self._seq, self._sample = index, key, seq, None

    def _change(self, ids: Ids, vectors: Vectors | None, seq: int) -> None:
        with self._turns.change():
            if len(ids):
                self._sample = None
                self._index.remove_ids(np.ascontiguousarray(ids, np.int64))
            if len(ids) and vectors is not None:
                self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64))
            self._seq = seq

    def _search(self, query: Vectors, limit: int, among: Ids | None, without: Ids | None) -> tuple[Ids, Vectors]:
        with self._turns.search():
            ids: Ids = faiss.vector_to_array(self._index.id_map)
            marks = _mark(ids, among, without)
            count = int(np.count_nonzero(marks))
            wanted = min(limit, count)
            if wanted <= 0:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            # Always with a selector: without one, FAISS takes another way through larger indexes, whose scores differ
            # in their last bits. A page's cursor has to meet the score that it was made from.
            parameters = _only(marks)
            # One more than wanted shows whether a tie goes over the end; which of its members come is then FAISS's
            # whim, so all of them are needed to choose by id.
            depth = wanted
            while True:
                depth = min(depth + 1, count)
                scores, places = self._index.index.search(query[np.newaxis], depth, params=parameters)
                if depth == count or scores[0, -1] < scores[0, wanted - 1]:
                    break
                depth *= 2
        found = ids[places[0]]
        order = np.lexsort((found, -scores[0]))[:wanted]
        return found[order], scores[0, order]

    def _present(self, ids: Ids) -> Ids:
        with self._turns.search():
            # All that is in the index isn't sorted for a few: of 100,000 that took 15 ms, this takes .2.
            return ids[np.isin(ids, faiss.vector_to_array(self._index.id_map))]

    def _background(self, query: Vectors) -> Vectors:
        with self._turns.search():
            sample = self._sample
            if sample is None:
                sample = self._sample = self._draw_sample()
            return sample @ query.T if len(sample) else np.empty((0, *query.shape[:-1]), np.float32)

    def _best(self, queries: Vectors) -> Vectors:
        best = np.full(len(queries), -1, np.float32)
        with self._turns.search():
            count = self._index.ntotal
            for start in range(0, count, _BLOCK):
                vectors = self._index.index.reconstruct_n(start, min(_BLOCK, count - start))
                np.maximum(best, (vectors @ queries.T).max(axis=0), out=best)
        return best

    def _draw_sample(self) -> Vectors:
        """The vectors whose scattered ids are lowest (bottom-k sampling, Cohen and Kaplan 2007)."""
        ids = faiss.vector_to_array(self._index.id_map)
        places = np.arange(len(ids))
        if len(ids) > SAMPLE:
            places = np.argpartition(ids.astype(np.uint64) * _GOLDEN, SAMPLE)[:SAMPLE]
        sample: Vectors = self._index.index.reconstruct_batch(places)
        return sample

    def _save(self) -> None:
        with self._turns.search():  # reading FAISS's memory is a search to it
            if self._seq in (-1, self._saved_seq):
                return
            try:
                snapshot.save(self._folder, self._index, self._key, self._seq)
            except OSError as error:
                log.warning("The vectors' snapshot could not be written: %s", error.strerror)
            else:
                self._saved_seq = self._seq


def _empty(dim: int) -> Any:
    # Not IndexIDMap2: it has a table from ids to places, which it makes anew at each change, 17 ms of 100,000 photos.
    return faiss.IndexIDMap(faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT))


def _build(dim: int, ids: Ids, vectors: Vectors) -> Any:
    index = _empty(dim)
    if len(ids):
        index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64))
    return index


def _mark(ids: Ids, among: Ids | None, without: Ids | None) -> NDArray[np.bool_]:
    """For each of the ids whether it may be found."""
    marks = np.ones(len(ids), np.bool_) if among is None else np.isin(ids, among)
    return marks if without is None else marks & ~np.isin(ids, without)


def _only(marks: NDArray[np.bool_]) -> Any:
    """The parameters of a search that looks at these places of the inner index alone."""
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(marks, bitorder="little")))
