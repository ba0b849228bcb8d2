"""What scores are judged by: the reference texts are asked for once, the library's chance is kept up to date."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from photoseek.domain import Query, SeenPicture
from photoseek.embedding import TextEmbedding
from photoseek.errors import ModelError
from photoseek.library.judging import Judge
from photoseek.library.model import Answering
from photoseek.library.reference_texts import REFERENCE_TEXTS
from photoseek.library.relevance import Background, Chance
from photoseek.vectors import VectorIndex
from photoseek.vectors import index as vectors_index
from tests.flow.house import DIM, FakeEmbedder

WORDS = Query("dog")


class CountedEmbedder(FakeEmbedder):
    """Writes down the texts it was asked for; dies once over the one named ``last_words``."""

    last_words = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.texts: list[str] = []

    async def embed_text(self, text: str) -> TextEmbedding:
        if text == self.last_words:
            self.last_words = ""
            raise ModelError("The model process died.", "Ask again.")
        self.texts.append(text)
        return await super().embed_text(text)


@pytest_asyncio.fixture
async def index(tmp_path: Path) -> AsyncIterator[VectorIndex]:
    vectors = VectorIndex(tmp_path)

    async def nothing() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return np.empty(0, np.int64), np.empty((0, DIM), np.float32)

    await vectors.open("fake/1", DIM, 1, nothing)
    yield vectors
    await vectors.close()


def some(count: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(count).normal(size=(count, DIM)).astype(np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths


def answering(embedder: CountedEmbedder, index: VectorIndex) -> Answering:
    return Answering(embedder.identity, embedder, index)


async def test_the_model_is_asked_for_each_reference_text_once(index: VectorIndex, tmp_path: Path) -> None:
    embedder = CountedEmbedder()
    judge = Judge(tmp_path)
    [vector] = some(1)
    await index.add(np.arange(30), some(30), 2)
    first = await judge.background(WORDS, vector, answering(embedder, index))
    assert await judge.background(WORDS, vector, answering(embedder, index)) == first
    assert embedder.texts == list(REFERENCE_TEXTS)


async def test_what_comes_into_the_library_changes_the_judgement(index: VectorIndex, tmp_path: Path) -> None:
    embedder = CountedEmbedder()
    judge = Judge(tmp_path)
    [vector] = some(1)
    empty = await judge.background(WORDS, vector, answering(embedder, index))
    await index.add(np.arange(30), some(30), 2)
    assert await judge.background(WORDS, vector, answering(embedder, index)) != empty
    assert embedder.texts == list(REFERENCE_TEXTS)


async def test_a_model_that_dies_over_the_reference_texts_goes_on_there(index: VectorIndex, tmp_path: Path) -> None:
    embedder = CountedEmbedder()
    embedder.last_words = REFERENCE_TEXTS[7]
    judge = Judge(tmp_path)
    [vector] = some(1)
    with pytest.raises(ModelError, match="died"):
        await judge.background(WORDS, vector, answering(embedder, index))
    await judge.background(WORDS, vector, answering(embedder, index))
    assert embedder.texts == list(REFERENCE_TEXTS)


async def test_a_picture_is_judged_by_its_own_scores_alone(index: VectorIndex, tmp_path: Path) -> None:
    embedder = CountedEmbedder()
    [vector] = some(1)
    await index.add(np.arange(30), some(30), 2)
    background = await Judge(tmp_path).background(
        Query("", picture=SeenPicture(vector, "")), vector, answering(embedder, index)
    )
    assert background == Background.of(await index.background(vector))
    assert embedder.texts == []


async def test_a_later_start_asks_the_model_no_more_unless_what_was_kept_is_damaged(
    index: VectorIndex, tmp_path: Path
) -> None:
    [vector] = some(1)
    await index.add(np.arange(30), some(30), 2)
    first = CountedEmbedder()
    background = await Judge(tmp_path / "models").background(WORDS, vector, answering(first, index))
    again = CountedEmbedder()
    assert await Judge(tmp_path / "models").background(WORDS, vector, answering(again, index)) == background
    assert again.texts == []
    [kept] = (tmp_path / "models").iterdir()
    kept.write_bytes(kept.read_bytes()[:-100])
    assert await Judge(tmp_path / "models").background(WORDS, vector, answering(again, index)) == background
    assert again.texts == list(REFERENCE_TEXTS)


async def test_another_model_is_asked_anew(index: VectorIndex, tmp_path: Path) -> None:
    [vector] = some(1)
    judge = Judge(tmp_path)
    first = CountedEmbedder()
    await judge.background(WORDS, vector, answering(first, index))
    other = CountedEmbedder("other")
    await Judge(tmp_path).background(WORDS, vector, answering(other, index))
    assert other.texts == list(REFERENCE_TEXTS)
    assert len(list(tmp_path.glob("reference-*.npy"))) == 2


async def test_in_a_library_larger_than_the_sample_the_best_of_all_photos_count(
    index: VectorIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = CountedEmbedder()
    [vector] = some(1)
    rows = some(300)
    await index.add(np.arange(300), rows, 2)
    by_all = await Judge(tmp_path).background(WORDS, vector, answering(embedder, index))
    monkeypatch.setattr(vectors_index, "SAMPLE", 30)
    await index.add(np.empty(0, np.int64), np.empty((0, DIM), np.float32), 3)
    await index.remove(np.array([299]), 4)
    by_sample = await index.background(vector)
    assert len(by_sample) == 30
    judge = Judge(tmp_path)
    background = await judge.background(WORDS, vector, answering(embedder, index))
    reference = np.load(next(tmp_path.glob("reference-*.npy")))
    halved = rows[:299].astype(np.float16).astype(np.float32)
    best = (halved @ reference.T).max(axis=0)
    assert np.allclose(await index.best(reference), best, atol=1e-5)
    chance = Chance.of(await index.background(reference), await index.best(reference))
    assert background == chance.background(by_sample)
    assert background.cut_off > Chance.of(await index.background(reference)).background(by_sample).cut_off
    assert background.cut_off == pytest.approx(by_all.cut_off, abs=0.1)


async def test_the_best_of_all_are_looked_up_again_once_the_library_has_grown(
    index: VectorIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_index, "SAMPLE", 30)
    looked = 0

    async def counted(queries: NDArray[np.float32]) -> NDArray[np.float32]:
        nonlocal looked
        looked += 1
        return await VectorIndex.best(index, queries)

    monkeypatch.setattr(index, "best", counted)
    judge, embedder, [vector] = Judge(tmp_path), CountedEmbedder(), some(1)
    for seq, (count, times) in enumerate(((20, 0), (100, 1), (105, 1), (112, 2), (120, 2), (200, 3)), 2):
        await index.add(np.arange(index.count, count), some(count)[index.count :], seq)
        await judge.background(WORDS, vector, answering(embedder, index))
        assert looked == times
