"""However the catalogue's file is damaged: it is noticed, and in the end every photo is found again."""

import asyncio
import contextlib
import logging
import random
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from photoseek.catalogue import CatalogueError
from photoseek.library.soundness import MANY_REPAIRS, Soundness
from tests.flow import damaging
from tests.flow.house import PATIENCE_S, FakeEmbedder, House, open_house
from tests.flow.scenes import draw

PICTURES = 40
DAMAGED = 60
"""Each way to damage a file comes by at least once, most twice."""
QUERY = "a dog"


class Prepared:
    """A library that has taken everything in: its files after a clean end, and as they were while it ran."""

    def __init__(self, folder: Path) -> None:
        self.photos = folder / "photos"
        self.closed = folder / "closed"
        self.with_log = folder / "with log"
        self.right: list[str] = []


@pytest.fixture
async def prepared(tmp_path: Path) -> Prepared:
    one = Prepared(tmp_path)
    one.photos.mkdir()
    for seed in range(PICTURES):
        draw(one.photos / f"{seed}.png", seed)
    shutil.copy(one.photos / "0.png", one.photos / "copy.png")
    async with open_house(tmp_path / "closed") as house:
        await house.add(one.photos)
        one.right = await house.names(QUERY)
        shutil.copytree(one.closed, one.with_log)
    assert one.with_log.joinpath("data", "catalogue.sqlite3-wal").stat().st_size
    return one


@contextlib.asynccontextmanager
async def repaired(home: Path) -> AsyncIterator[House]:
    """A library over damaged files, once all is well again."""
    async with open_house(home) as house:
        await wait_until(lambda: all_is_well(house))
        yield house


async def all_is_well(house: House) -> bool:
    if await house.catalogue.check() or house.vectors.seq != await house.catalogue.seq():
        return False
    status = await house.library.status()
    return status.progress.state == "idle" and (status.counts.waiting, status.counts.photos) == (0, PICTURES + 1)


async def wait_until(well: Callable[[], Awaitable[bool]]) -> None:
    """What is asked in the middle of a repair may be refused, never unanswered."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(CatalogueError):
            if await well():
                return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def aside(home: Path) -> list[Path]:
    return sorted(path for path in (home / "data").iterdir() if ".damaged-" in path.name)


def embedded(house: House) -> int:
    assert isinstance(house.embedder, FakeEmbedder)
    return house.embedder.embedded


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_sixty_damaged_files_are_noticed_and_every_photo_is_found_again(
    tmp_path: Path, prepared: Prepared, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    flipped = []
    for seed in range(DAMAGED):
        chance = random.Random(seed)
        kinds = damaging.TO_A_FILE_WITH_A_LOG if seed % 4 == 3 else damaging.TO_A_CLOSED_FILE
        damage = kinds[seed // 4 % len(kinds)] if seed % 4 == 3 else kinds[(seed - seed // 4) % len(kinds)]
        home = tmp_path / f"home {seed}"
        place = damaging.copy_home(prepared.with_log if seed % 4 == 3 else prepared.closed, home)
        damage(place, chance)
        what = f"{seed}: {damage.__name__}"
        async with repaired(home) as house:
            assert sorted(await house.names(QUERY)) == sorted(prepared.right), what
            assert [status.photos for status in await house.library.folders()] == [PICTURES + 1], what
            notes = house.catalogue.notes
            assert bool(aside(home)) == any("put aside" in note for note in notes), what
            assert notes or damage not in damaging.NEVER_OVERLOOKED, what
            if notes and damage in damaging.FLIPS:
                flipped.append(embedded(house))
        assert not [record for record in caplog.records if record.exc_info], what
        shutil.rmtree(home)
    # A bit in the head of a page can cost the whole page; most cost a row or none.
    assert sum(flipped) <= len(flipped) * PICTURES / 2, "what some flipped bits leave whole isn't embedded again"


async def test_damage_that_is_met_in_use_is_repaired_while_those_who_ask_wait(
    tmp_path: Path, prepared: Prepared
) -> None:
    home = tmp_path / "home"
    place = damaging.copy_home(prepared.closed, home)
    async with open_house(home) as house:
        await house.settle()
        data = bytearray(place.read_bytes())
        data[:] = data[: len(data) // 2] + bytes(len(data) - len(data) // 2)  # the old length: it is mapped
        place.write_bytes(data)
        await wait_until(lambda: repaired_in_use(house))
        await wait_until(lambda: all_is_well(house))
        assert sorted(await house.names(QUERY)) == sorted(prepared.right)
        assert (await house.library.status()).notes == house.catalogue.notes
        [kept_aside] = [path for path in aside(home) if not path.name.endswith(("-wal", "-shm"))]
        assert any(str(kept_aside) in note for note in house.catalogue.notes)


async def repaired_in_use(house: House) -> bool:
    """Ask until the damage is met; SQLite keeps pages in memory for a while."""
    await house.catalogue.embeddings(FakeEmbedder().identity.key)
    await house.catalogue.files_page(1000)
    await house.library.rescan()
    return bool(house.catalogue.notes)


async def test_a_pause_and_the_folders_survive_the_loss_of_the_file(tmp_path: Path, prepared: Prepared) -> None:
    home = tmp_path / "home"
    place = damaging.copy_home(prepared.closed, home)
    async with open_house(home) as house:
        await house.library.pause()
    place.write_bytes(b"this is a holiday diary " * 1000)
    async with open_house(home) as house:
        await house.wait_until(lambda status: status.progress.state == "paused" and status.counts.waiting)
        assert [status.folder.path for status in await house.library.folders()] == [bytes(prepared.photos)]
        assert embedded(house) == 0
        await house.library.resume()
        await wait_until(lambda: all_is_well(house))


async def test_damage_that_comes_again_and_again_ends_in_a_clear_error(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        soundness = Soundness(house.catalogue)
        for _ in range(MANY_REPAIRS):
            await soundness.repair()
        with pytest.raises(CatalogueError, match="again and again"):
            await soundness.repair()
