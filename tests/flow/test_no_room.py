"""A full disk and one that can't be written to: search goes on, and what can't be done is said and done later."""

import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photoseek.catalogue import ReadOnlyCatalogueError
from photoseek.errors import NoRoomError
from photoseek.library import soundness, upkeep, work
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.mounting import fill, make_read_only, small_disk
from tests.flow.scenes import draw

BEFORE, AFTER = 12, 200


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "64m"):
        yield tmp_path / "disk"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(BEFORE):
        draw(folder / f"{seed}.jpg", seed)
    return folder


def said(caplog: pytest.LogCaptureFixture, words: str) -> int:
    return sum(words in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("in_the_midst_of", ["scanning", "indexing"])
async def test_a_full_disk_stops_the_work_but_no_search_and_it_goes_on_when_there_is_room(
    disk: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, in_the_midst_of: str
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(work, "RETRY_S", 0.1)
    monkeypatch.setattr(upkeep, "RETRY_S", 0.1)
    async with open_house(disk / "home") as house:
        await house.add(photos)
        if in_the_midst_of == "indexing":
            await house.library.pause()
        filler = None if in_the_midst_of == "indexing" else fill(disk)
        for seed in range(BEFORE, AFTER):
            draw(photos / f"{seed}.jpg", seed)
        attempts = count_transactions(house)
        await house.library.rescan()
        if filler is None:
            await house.wait_until(lambda status: status.counts.waiting == AFTER - BEFORE)
            filler = fill(disk)
            house.library._work._paused = False  # to note that takes room too
            house.library._work.wake()
        await house.wait_until(lambda status: "no room" in status.progress.note)
        so_far = len(attempts)
        await house.wait_until(lambda _: len(attempts) > so_far + 3)
        status = await house.library.status()
        assert status.progress.state == in_the_midst_of
        assert len(await house.names()) >= BEFORE
        assert said(caplog, "no room") <= 2, "not at each attempt; the cache and the catalogue may differ"
        filler.unlink()
        await house.library.resume()
        counts = await house.settle()
        assert (counts.photos, counts.vectors, counts.problems) == (AFTER, AFTER, 0)
        assert len(await house.names()) == AFTER
        assert await house.catalogue.check() == []
    assert not [record for record in caplog.records if record.exc_info]


async def leave_home(home: Path, photos: Path, to: Path, *, clean_end: bool) -> None:
    """Put a library that knows the photos there, as it is after its end or as it was while it ran."""
    async with open_house(home) as house:
        await house.add(photos)
        if not clean_end:
            shutil.copytree(home, to)
    if clean_end:
        shutil.copytree(home, to)


@pytest.mark.parametrize("clean_end", [True, False])
async def test_a_start_on_a_full_disk_searches_and_goes_on_when_there_is_room(
    disk: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean_end: bool
) -> None:
    monkeypatch.setattr(soundness, "RETRY_S", 0.05)
    await leave_home(tmp_path / "home", photos, disk / "home", clean_end=clean_end)
    filler = fill(disk)
    draw(photos / "new.jpg", BEFORE)
    async with open_house(disk / "home") as house:
        assert sorted(await house.names()) == sorted(f"{seed}.jpg" for seed in range(BEFORE))
        status = await house.library.status()
        assert status.progress.state == "paused"
        assert "no room" in status.progress.note
        with pytest.raises(ReadOnlyCatalogueError, match="no room"):
            await house.library.rescan()
        filler.unlink()
        await house.wait_until(lambda status: status.progress.state != "paused")
        assert (await house.settle()).vectors == BEFORE + 1
        status = await house.library.status()
        assert (status.progress.note, status.notes) == ("", [])
        assert len(await house.names()) == BEFORE + 1
        assert await house.catalogue.check() == []
        assert _attempts(house) == 1


def count_transactions(house: House) -> list[str]:
    """Grows with each attempt to write to the catalogue or to the cache."""
    attempts: list[str] = []
    for room, name in ((house.catalogue, "record_changes"), (house.pictures, "read")):
        method: Callable[..., Awaitable[Any]] = getattr(room, name)

        async def counted(
            *args: object, method: Callable[..., Awaitable[Any]] = method, name: str = name, **kwargs: object
        ) -> object:
            attempts.append(name)
            return await method(*args, **kwargs)

        setattr(room, name, counted)
    return attempts


def _attempts(house: House) -> int:
    assert isinstance(house.embedder, FakeEmbedder)
    return house.embedder.embedded


@pytest.mark.parametrize("clean_end", [True, False])
async def test_what_can_not_be_written_can_still_be_searched(
    disk: Path, photos: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, clean_end: bool
) -> None:
    caplog.set_level(logging.INFO)
    await leave_home(tmp_path / "home", photos, disk / "home", clean_end=clean_end)
    make_read_only(disk)
    draw(photos / "new.jpg", BEFORE)
    async with open_house(disk / "home") as house:
        assert sorted(await house.names()) == sorted(f"{seed}.jpg" for seed in range(BEFORE))
        status = await house.library.status()
        assert status.progress.state == "paused"
        assert "can't be written" in status.progress.note
        assert status.notes
        [photo] = await house.library.files_page(1)
        assert (await house.library.thumbnail(photo[1], 256))[0].exists()
        with pytest.raises(ReadOnlyCatalogueError, match="can't be written"):
            async with house.library.inbox_for_photos():
                pass
        with pytest.raises(NoRoomError):
            await house.library.thumbnail(photo[1], 1024)
        for change in (house.library.resume, house.library.rescan, lambda: house.library.remove_folder(1)):
            with pytest.raises(ReadOnlyCatalogueError):
                await change()
        assert _attempts(house) == 0
    assert not [record for record in caplog.records if record.exc_info]
