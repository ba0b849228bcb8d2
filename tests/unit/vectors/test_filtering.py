"""The best inside a filter are exactly the best of what it lets through, at 100,000 vectors."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photoseek.vectors import VectorIndex

COUNT, DIM = 100_000, 32


class Large:
    """An index of 100,000 vectors whose content ids have gaps, and one whose number is beyond 32 bits."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(5)
        rows = self.random.standard_normal((COUNT, DIM)).astype(np.float32)
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.vectors: NDArray[np.float32] = unit.astype(np.float16).astype(np.float32)  # as the index holds them
        self.vectors[1::1000] = self.vectors[0]  # equal scores too
        self.ids = self.random.permutation(3 * COUNT)[:COUNT].astype(np.int64)
        self.ids[7] = 2**61

    async def __call__(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return self.ids, self.vectors

    def brute_force(
        self, query: NDArray[np.float32], limit: int, among: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        marks = np.isin(self.ids, among)
        ids, scores = self.ids[marks], self.vectors[marks].astype(np.float64) @ query.astype(np.float64)
        order = np.lexsort((ids, -scores))[:limit]
        return ids[order], scores[order]


LARGE = Large()


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[VectorIndex]:
    opened = VectorIndex(tmp_path)
    await opened.open("key", DIM, 0, LARGE)
    yield opened
    await opened.close()


@pytest.mark.parametrize("share", [COUNT, COUNT // 10, COUNT // 100, 3, 1])
async def test_the_best_inside_a_filter_are_those_of_brute_force(index: VectorIndex, share: int) -> None:
    for number in range(3):
        among = LARGE.random.choice(LARGE.ids, share, replace=False)
        query = LARGE.vectors[LARGE.random.integers(COUNT)] if number else LARGE.vectors[0]
        for limit in (1, 50, 257):
            found, scores = await index.search(query, limit, among=among)
            expected, exact = LARGE.brute_force(query, limit, among)
            assert len(found) == min(limit, share)
            assert np.isin(found, among).all()
            assert scores == pytest.approx(exact, abs=1e-6)
            # Where two differ by less than 32 bits can hold, either may come first.
            apart = np.abs(np.diff(exact, append=-2)) > 1e-6
            settled = apart & np.concatenate(([True], apart[:-1]))
            assert (found[settled] == expected[settled]).all()
            assert set(found[:-1].tolist()) <= set(LARGE.brute_force(query, limit + 3, among)[0].tolist())


async def test_a_filter_may_name_contents_that_are_not_there_and_may_be_empty(index: VectorIndex) -> None:
    query = LARGE.vectors[7]
    strangers = np.array([2**61, 2**62, 10**9], np.int64)
    found, scores = await index.search(query, 10, among=strangers)
    assert found.tolist() == [2**61]
    assert scores[0] == pytest.approx(1, abs=1e-3)
    assert (await index.search(query, 10, among=np.empty(0, np.int64)))[0].tolist() == []


async def test_what_may_not_be_found_is_not_and_nothing_else_is_missing(index: VectorIndex) -> None:
    query = LARGE.vectors[7]
    best, _ = await index.search(query, 5)
    assert best[0] == 2**61
    rest, _ = await index.search(query, 4, without=best[:1])
    assert rest.tolist() == best[1:].tolist()
    some, _ = await index.search(query, 4, among=best, without=best[[0, 2]])
    assert some.tolist() == best[[1, 3, 4]].tolist()


async def test_a_score_is_the_same_to_the_last_bit_however_it_is_asked_for(index: VectorIndex) -> None:
    """Cursors rely on it: a page goes on behind a score while photos come and go."""
    query = LARGE.random.standard_normal(DIM).astype(np.float32)
    query /= np.linalg.norm(query)
    ids, scores = await index.search(query, COUNT)
    whole = dict(zip(ids.tolist(), scores.tolist(), strict=True))
    for among in (LARGE.ids, ids[:5000], ids[::7], ids[50:53]):
        some, again = await index.search(query, 300, among=among)
        assert [whole[one] for one in some.tolist()] == again.tolist()
    await index.remove(LARGE.ids[:91_001], 1)
    fewer, again = await index.search(query, COUNT)
    assert [whole[one] for one in fewer.tolist()] == again.tolist()
