"""The vectors follow the catalogue; a model that can't be had is said, and looked for again."""

import asyncio
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import ModelIdentity
from photoseek.errors import ModelError
from photoseek.library import index as index_module
from photoseek.library.index import LiveIndex
from photoseek.vectors import VectorIndex
from tests.flow.house import FakeEmbedder


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
            await live.model()
        async with asyncio.timeout(10):
            while not live.model_key:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        assert (await live.model()).name == "fake"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await vectors.close()
        await catalogue.close()
