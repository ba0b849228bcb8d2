"""The vectors follow the catalogue; a model that can't be had is said, and looked for again."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import Indexed, ModelIdentity, PictureFacts
from photoseek.errors import ModelError
from photoseek.library import index as index_module
from photoseek.library.index import LiveIndex
from photoseek.library.model import Opened
from photoseek.vectors import VectorIndex
from tests.flow.house import FakeEmbedder
from tests.unit.library.shelf import Shelf, axis


class NoModelAtFirst(FakeEmbedder):
    refusals = 1

    async def identify(self) -> ModelIdentity:
        if self.refusals:
            self.refusals -= 1
            raise ModelError("No model.", "Get one.")
        return await super().identify()


async def test_without_a_model_those_who_ask_are_told_until_one_can_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "RETRY_S", 0.05)
    catalogue, vectors = await Catalogue.open(tmp_path / "c.sqlite3"), VectorIndex(tmp_path)
    live = LiveIndex(catalogue, vectors, NoModelAtFirst())
    running = asyncio.create_task(live.run())
    try:
        with pytest.raises(ModelError, match="No model"):
            await live.answering()
        async with asyncio.timeout(60):
            while not live.model_key:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        assert (await live.answering()).identity.name == "fake"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await vectors.close()
        await catalogue.close()


async def test_another_model_takes_over_once_it_knows_every_photo_and_a_question_goes_on_with_its_own(
    shelf: Shelf,
) -> None:
    await shelf.add("dog.jpg", axis("dog"))
    other = FakeEmbedder("other", dim=8)
    assert not await shelf.index.take_over(Opened(other.identity, other))
    assert (await shelf.index.answering()).embedder is shelf.words
    [row] = await shelf.catalogue.waiting_contents("other/1", 10)
    facts = PictureFacts("JPEG", 4, 3)
    one = Indexed(row.file_id, row.stamp, row.md5, facts, np.eye(8, dtype=np.float32)[0])
    await shelf.index.change(lambda key: shelf.catalogue.store([one], model_key="other/1", answering=key))
    async with shelf.index.asking() as asked:
        taking_over = asyncio.create_task(shelf.index.take_over(Opened(other.identity, other)))
        async with asyncio.timeout(60):
            while shelf.index.model_key != "other/1":  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        ids, _ = await asked.vectors.search(axis("dog"), 5)
        assert (len(ids), shelf.words.closed) == (1, False)
    assert await taking_over
    assert (shelf.words.closed, asked.vectors.count) == (True, 0)  # its memory is free, whoever still knows it
    assert [hit.photo.content_id for hit in (await shelf.ask("dog")).hits] == ids.tolist()
