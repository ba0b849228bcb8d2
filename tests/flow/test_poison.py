"""Pictures that kill whoever works on them: tried once more alone, then a problem; all others are taken in."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from PIL import Image

from photoseek.embedding import Embedder
from photoseek.pictures import reasons
from photoseek.settings import ModelSettings, Settings
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.scenes import draw
from tests.unit.pictures.conftest import has_open, workers_of

PICTURES = 10
POISON = "poison.png"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such signals")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.png", seed)
    return folder


@asynccontextmanager
async def poisoning(path: Path) -> AsyncIterator[list[int]]:
    """Kill every worker that decodes this file; yields the ids of those that were."""
    killed: list[int] = []

    async def watch() -> None:
        while True:
            for worker in workers_of():
                if worker.pid not in killed and has_open(worker, path):
                    worker.kill()
                    killed.append(worker.pid)
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    try:
        yield killed
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def the_problem(house: House) -> tuple[str, str]:
    [problem] = await house.library.problems(10)
    return Path(os.fsdecode(problem.path)).name, problem.reason


async def test_a_picture_that_kills_its_worker_twice_is_a_problem_and_can_be_tried_again(
    tmp_path: Path, photos: Path
) -> None:
    # Large enough that it takes a second to decode: time to be killed in.
    Image.new("L", (12_000, 12_000), 128).save(photos / POISON, compress_level=1)
    async with open_house(tmp_path / "home", settings=Settings()) as house:
        async with poisoning(photos / POISON) as killed:
            counts = await house.add(photos)
            assert (counts.photos, counts.vectors, counts.problems) == (PICTURES, PICTURES, 1)
            assert await the_problem(house) == (POISON, reasons.CRASHED)
            assert len(killed) == 2
            await house.rescan()
            assert len(killed) == 2, "it is tried again though nothing changed"
        assert await house.library.retry_problems() == 1
        counts = await house.settle()
        assert (counts.photos, counts.problems) == (PICTURES + 1, 0)
        assert await house.catalogue.check() == []


async def test_a_poison_picture_stays_a_problem_over_a_restart(tmp_path: Path, photos: Path) -> None:
    Image.new("L", (12_000, 12_000), 128).save(photos / POISON, compress_level=1)
    async with open_house(tmp_path / "home", settings=Settings()) as house, poisoning(photos / POISON):
        assert (await house.add(photos)).problems == 1
    async with open_house(tmp_path / "home", settings=Settings()) as house, poisoning(photos / POISON) as killed:
        assert (await house.settle()).problems == 1
        assert killed == []
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == 0


class PoisonedModel(Embedder):
    """The real model process, killed whenever it has a batch with a white picture in hand."""

    poisonous = True
    deaths = 0

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        if not self.poisonous or not (pixels == 255).all(axis=(1, 2, 3)).any():
            return await super().embed_pixels(pixels)
        await self.embed_text("so that it runs")
        processes = _model_processes()
        for process in processes:
            process.suspend()  # so that it can't answer before it is killed
        answer = asyncio.ensure_future(super().embed_pixels(pixels))
        await asyncio.wait({answer}, timeout=0.2)
        for process in processes:
            process.kill()
        self.deaths += 1
        return await answer


def _model_processes() -> list[psutil.Process]:
    """Those that hold torch: the decoders don't."""
    found = []
    for child in workers_of():
        try:
            maps = Path(f"/proc/{child.pid}/maps").read_text("utf-8")
        except OSError:
            continue
        if "libtorch" in maps:
            found.append(child)
    return found


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="finds the model process by what it has loaded")
@pytest.mark.timeout(300)
async def test_a_picture_that_kills_the_model_process_twice_is_a_problem_and_can_be_tried_again(
    tmp_path: Path, photos: Path
) -> None:
    Image.new("RGB", (300, 300), "white").save(photos / POISON)
    async with (
        PoisonedModel(ModelSettings(name="starter"), tmp_path / "models") as model,
        open_house(tmp_path / "home", embedder=model, settings=Settings()) as house,
    ):
        counts = await house.add(photos)
        assert (counts.photos, counts.vectors, counts.problems) == (PICTURES, PICTURES, 1)
        assert await the_problem(house) == (POISON, "The model broke down over it, twice.")
        assert model.deaths == 2
        model.poisonous = False
        assert await house.library.retry_problems() == 1
        counts = await house.settle()
        assert (counts.photos, counts.vectors, counts.problems) == (PICTURES + 1, PICTURES + 1, 0)
        assert await house.catalogue.check() == []
