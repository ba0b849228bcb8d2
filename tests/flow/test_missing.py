"""Files that were gone at once are kept until a person says that they are gone; and only those go."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from photoseek.domain import FolderState, FolderStatus
from photoseek.errors import DoubtError, NotFoundError
from photoseek.settings import IndexingSettings, ScanningSettings, Settings
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.scenes import draw

PICTURES, GONE = 10, 7


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.png", seed)
    return folder


@pytest.fixture
async def house(tmp_path: Path, photos: Path) -> AsyncIterator[House]:
    """A library that knows the pictures."""
    async with open_house(tmp_path / "home") as opened:
        await opened.add(photos)
        yield opened


def move(source: Path, target: Path, *seeds: int) -> None:
    target.mkdir(exist_ok=True)
    for seed in seeds:
        shutil.move(source / f"{seed}.png", target)


async def the_folder(house: House) -> FolderStatus:
    [status] = await house.library.folders()
    return status


async def online(house: House) -> set[bool]:
    answer = await house.search("anything")
    return {file.online for hit in answer.hits for file in hit.photo.files}


async def test_the_status_says_how_many_are_kept_and_what_to_say(house: House, photos: Path, tmp_path: Path) -> None:
    move(photos, tmp_path / "away", *range(GONE))
    assert (await house.rescan()).photos == PICTURES
    folder = await the_folder(house)
    assert folder.missing == GONE
    assert folder.folder.note == (
        f"{GONE} pictures are gone at once and kept as offline; if you deleted them: "
        f"`photoseek folders confirm-missing {folder.folder.id}`"
    )
    assert await online(house) == {True, False}


async def test_on_a_persons_word_they_go_and_should_they_come_back_nothing_is_embedded(
    house: House, photos: Path, tmp_path: Path
) -> None:
    move(photos, tmp_path / "away", *range(GONE))
    await house.rescan()
    folder = await the_folder(house)
    assert await house.library.confirm_missing(folder.folder.id) == GONE
    assert len(await house.names()) == PICTURES - GONE
    assert (await the_folder(house)).folder.note == ""
    assert await house.library.confirm_missing(folder.folder.id) == 0
    move(tmp_path / "away", photos, *range(GONE))
    assert (await house.rescan()).vectors == PICTURES
    assert isinstance(house.embedder, FakeEmbedder)
    assert house.embedder.embedded == PICTURES
    assert await house.catalogue.check() == []


async def test_those_that_came_back_meanwhile_stay(house: House, photos: Path, tmp_path: Path) -> None:
    move(photos, tmp_path / "away", *range(GONE))
    await house.rescan()
    move(tmp_path / "away", photos, 0, 1)
    folder = await the_folder(house)
    assert await house.library.confirm_missing(folder.folder.id) == GONE - 2
    assert {"0.png", "1.png"} <= set(await house.names())


async def test_what_went_after_the_person_was_told_is_not_confirmed_yet(
    house: House, photos: Path, tmp_path: Path
) -> None:
    folder = await the_folder(house)
    move(photos, tmp_path / "away", *range(GONE))
    with pytest.raises(DoubtError, match="7 more files"):
        await house.library.confirm_missing(folder.folder.id)
    assert len(await house.names()) == PICTURES
    assert await house.library.confirm_missing(folder.folder.id) == GONE


@pytest.mark.parametrize("way", ["unreachable", "empty"])
async def test_an_offline_folder_loses_nothing_unless_all_is_said(
    house: House, photos: Path, tmp_path: Path, way: str
) -> None:
    if way == "unreachable":
        photos.rename(tmp_path / "away")
    else:
        move(photos, tmp_path / "away", *range(PICTURES))
    folder = await the_folder(house)
    with pytest.raises(DoubtError) as caught:
        await house.library.confirm_missing(folder.folder.id)
    assert f"confirm-missing {folder.folder.id} --all" in caught.value.hint
    assert len(await house.names()) == PICTURES
    assert await online(house) == {False}
    assert await house.library.confirm_missing(folder.folder.id, everything=True) == PICTURES
    assert await house.names() == []
    await house.settle()
    state = (await the_folder(house)).folder.state
    assert (state is FolderState.OFFLINE) == (way == "unreachable")
    if way == "empty":
        photos.rmdir()
    (tmp_path / "away").rename(photos)
    assert (await house.rescan()).vectors == PICTURES
    assert isinstance(house.embedder, FakeEmbedder)
    assert house.embedder.embedded == PICTURES


async def test_all_of_a_folder_that_is_there_is_only_what_is_missing(
    house: House, photos: Path, tmp_path: Path
) -> None:
    move(photos, tmp_path / "away", *range(GONE))
    folder = await the_folder(house)
    assert await house.library.confirm_missing(folder.folder.id, everything=True) == GONE
    assert len(await house.names()) == PICTURES - GONE


async def test_a_folder_that_is_not_watched_has_nothing_to_confirm(house: House) -> None:
    with pytest.raises(NotFoundError):
        await house.library.confirm_missing(99)


async def test_what_is_kept_as_missing_outlives_a_restart(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path / "home") as house:
        await house.add(photos)
        move(photos, tmp_path / "away", *range(GONE))
        await house.rescan()
    async with open_house(tmp_path / "home") as house:
        assert (await house.settle()).photos == PICTURES
        folder = await the_folder(house)
        assert folder.missing == GONE
        assert await house.library.confirm_missing(folder.folder.id) == GONE


@pytest.fixture
async def quiet_house(tmp_path: Path, photos: Path) -> AsyncIterator[House]:
    """The same, and folders are gone through when the test says so, in its order."""
    settings = Settings(scanning=ScanningSettings(events=False), indexing=IndexingSettings(workers=1))
    async with open_house(tmp_path / "home", settings=settings) as opened:
        await opened.add(photos)
        yield opened


async def missing(house: House) -> list[int]:
    return [status.missing for status in await house.library.folders()]


async def test_an_album_that_is_found_in_another_folder_was_moved_there(
    quiet_house: House, photos: Path, tmp_path: Path
) -> None:
    house, album = quiet_house, tmp_path / "album"
    (photos / "broken.png").write_bytes(b"no picture")
    await house.rescan()
    move(photos, album, *range(GONE))
    (photos / "broken.png").rename(album / "broken.png")
    await house.rescan()
    assert await missing(house) == [GONE]  # of a broken one there is nothing to keep
    counts = await house.add(album)
    assert (counts.photos, counts.vectors, counts.problems) == (PICTURES, PICTURES, 1)
    assert await missing(house) == [0, 0]
    assert await online(house) == {True}
    assert isinstance(house.embedder, FakeEmbedder)
    assert house.embedder.embedded == PICTURES
    assert await house.catalogue.check() == []


async def test_an_album_that_was_found_before_it_was_missed_was_moved_there(
    quiet_house: House, photos: Path, tmp_path: Path
) -> None:
    house, album = quiet_house, tmp_path / "album"
    shutil.copytree(photos, album)
    assert (await house.add(album)).photos == 2 * PICTURES
    for seed in range(GONE):
        (photos / f"{seed}.png").unlink()
    assert (await house.rescan()).photos == 2 * PICTURES - GONE
    assert await missing(house) == [0, 0]


async def test_copies_that_are_away_themselves_keep_what_was_gone_at_once_in_doubt(
    quiet_house: House, photos: Path, tmp_path: Path
) -> None:
    house, copies = quiet_house, tmp_path / "copies"
    shutil.copytree(photos, copies)
    await house.add(copies)
    copies.rename(tmp_path / "unplugged")
    await house.rescan()
    for seed in range(GONE):
        (photos / f"{seed}.png").unlink()
    await house.rescan()
    assert await missing(house) == [GONE, 0]


async def test_copies_that_go_together_are_in_doubt_and_not_each_the_others_excuse(
    quiet_house: House, photos: Path, tmp_path: Path
) -> None:
    house, disk = quiet_house, photos / "disk"
    for copy in ("one", "two"):
        (disk / copy).mkdir(parents=True)
        for seed in range(PICTURES, 2 * PICTURES):
            draw(disk / copy / f"{seed}.png", seed)
    assert (await house.rescan()).photos == 3 * PICTURES
    disk.rename(tmp_path / "unplugged")
    await house.rescan()
    assert await missing(house) == [2 * PICTURES]
    (tmp_path / "unplugged").rename(disk)
    await house.rescan()
    assert await missing(house) == [0]
    assert await online(house) == {True}
