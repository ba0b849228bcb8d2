"""From one real model to another, with their processes: the starter, and random CLIPs of two dimensions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from photoseek.domain import Status
from photoseek.embedding import Embedders
from photoseek.settings import IndexingSettings, ModelSettings, Settings
from tests.benchmarks.random_clip import make_random_clip
from tests.flow.house import House, open_house
from tests.flow.two_models import PHOTOS, Searching, answers_with, photos, until
from tests.unit.embedding.fake_hub import fake_hub

__all__ = ["photos"]

L14 = "sentence-transformers/clip-ViT-L-14"


@asynccontextmanager
async def real_home(folder: Path, name: str) -> AsyncIterator[House]:
    """A library with the models that there really are."""
    settings = Settings(model=ModelSettings(name=name, idle_s=60), indexing=IndexingSettings(workers=1))
    async with (
        Embedders(settings.model, folder / "learnt") as models,
        open_house(folder / "home", models=models, settings=settings) as house,
    ):
        yield house


@pytest.mark.timeout(300)
async def test_queries_go_on_from_one_model_to_another_of_other_dimensions_and_back(
    tmp_path: Path, photos: Path, tiny_clip: Path
) -> None:
    longer = make_random_clip(tmp_path / "longer", "tiny-768")
    async with real_home(tmp_path, str(tiny_clip)) as house:
        await house.add(photos)
        async with Searching(house).on() as searching:
            await house.library.use_model(str(longer))
            await until(house, answers_with("longer"))
            assert (await house.library.status()).model.dim == 768
            await house.library.use_model(str(tiny_clip))
            await until(house, answers_with(tiny_clip.name))
        assert {answer.model for answer in searching.answers} == {tiny_clip.name, "longer"}
        assert {len(answer.hits) for answer in searching.answers} == {PHOTOS}
        assert await house.catalogue.check() == []
        known = {model.name: (model.photos, model.in_use) for model in await house.library.models()}
        assert known[str(tiny_clip)] == (PHOTOS, True)
        assert known[str(longer)] == (PHOTOS, False)


@pytest.mark.timeout(300)
async def test_auto_begins_with_the_starter_and_goes_over_to_the_model_that_the_hub_has(
    tmp_path: Path, photos: Path, tiny_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: set[str] = set()

    def gone_over(status: Status) -> bool:
        if status.model.next is not None:
            states.add(status.model.next.state)
        return answers_with("clip-ViT-L-14")(status)

    for name in ("HF_HUB_OFFLINE", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    with fake_hub({L14: tiny_clip}) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
        monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
        async with real_home(tmp_path, "auto") as house:
            await house.library.add_folder(str(photos))
            first = await until(house, lambda status: status.model.name != "auto" and status.model.dim > 0)
            assert first.model.name == "starter"
            assert "English only" in first.model.note
            await house.wait_until(gone_over)
            assert len(await house.names()) == PHOTOS
            assert {"downloading", "indexing"} & states
            assert (await house.library.status()).model.note == ""
        async with real_home(tmp_path, "auto") as house:
            await until(house, answers_with("clip-ViT-L-14"))
            assert (await house.settle()).vectors == PHOTOS
