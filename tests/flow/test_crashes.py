"""Killed between any two steps, started again: nothing is lost, nothing is done twice."""

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from tests.flow.crashing import STEPS
from tests.flow.house import FakeEmbedder, make_paths, open_house
from tests.flow.scenes import draw

REPOSITORY = Path(__file__).parents[2]
PICTURES, COPIES, BROKEN = 12, 3, 2


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.png", seed)
    for number in range(COPIES):
        shutil.copy(folder / "0.png", folder / f"copy {number}.png")
    for number in range(BROKEN):
        (folder / f"broken {number}.png").write_bytes((folder / "1.png").read_bytes()[: 200 + number])
    return folder


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("step", STEPS)
async def test_after_a_kill_the_next_start_goes_on(tmp_path: Path, photos: Path, step: str, nth: int) -> None:
    home = tmp_path / "home"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.flow.crashing", home, photos, step, str(nth), cwd=REPOSITORY,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    met = process.returncode == -signal.SIGKILL
    assert met or (nth > 1 and process.returncode == 0), said.decode()

    stored = await _stored(home)
    async with open_house(home) as house:
        counts = await house.settle()
        assert (counts.photos, counts.contents, counts.vectors) == (PICTURES + COPIES, PICTURES, PICTURES)
        assert (counts.problems, counts.waiting) == (BROKEN, 0)
        assert house.vectors.count == PICTURES
        assert sorted(set(await house.names())) == sorted({f"{seed}.png" for seed in range(PICTURES)})
        assert await house.catalogue.unstacked(10) == []
        assert await house.catalogue.check() == []
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == PICTURES - stored


async def _stored(home: Path) -> int:
    """Embeddings that were committed before the kill."""
    catalogue = await Catalogue.open(make_paths(home).catalogue)
    try:
        return (await catalogue.counts(FakeEmbedder().identity.key)).vectors
    finally:
        await catalogue.close()
