"""Pictures that a person sends, with real files, decoders, SQLite and FAISS; and pictures that are searched with."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from photoseek.catalogue import Catalogue, DiskFullError
from photoseek.domain import Addition, Md5, Query, Received
from photoseek.errors import FolderError, NoRoomError, NotFoundError, PictureError
from photoseek.library import uploads
from photoseek.settings import ScanningSettings, ServerSettings, Settings
from tests.flow.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "own") as opened:
        yield opened


def picture(path: Path, color: str = "red", size: tuple[int, int] = (80, 60)) -> bytes:
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, color).save(path)
    return path.read_bytes()


async def send(house: House, *files: tuple[str, bytes]) -> list[Addition]:
    async with house.library.inbox_for_photos() as folder:
        received = []
        for number, (name, data) in enumerate(files):
            path = folder / str(number)
            path.write_bytes(data)
            path.chmod(0o600)
            received.append(Received(name, path, Md5(hashlib.md5(data).digest()), len(data)))
        return await house.library.add_photos(received)


def saved(house: House) -> dict[str, bytes]:
    """What lies in the uploads folder, hidden files too."""
    folder = house.paths.uploads
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_picture_that_is_sent_is_known_at_once_and_then_found(house: House, tmp_path: Path) -> None:
    data = picture(tmp_path / "cat.png")
    (addition,) = await send(house, ("cat.png", data))
    assert (addition.status, addition.reason) == ("added", "")
    assert addition.photo_id == hashlib.md5(data).hexdigest()
    assert addition.path == bytes(house.paths.uploads / "cat.png")
    photo = await house.library.photo(addition.photo_id)
    assert (photo.facts.format, photo.facts.width, photo.files[0].path) == ("PNG", 80, addition.path)
    path, drawn_px = await house.library.thumbnail(addition.photo_id, 256)
    assert path.read_bytes()[:3] == b"\xff\xd8\xff"
    assert drawn_px == 256
    counts = await house.settle()
    assert (counts.photos, counts.contents, counts.vectors, counts.problems) == (1, 1, 1, 0)
    assert await house.names() == ["cat.png"]
    (folder,) = await house.library.folders()
    assert folder.folder.path == bytes(house.paths.uploads)
    assert saved(house) == {"cat.png": data}
    modes = {path.name: path.stat().st_mode & 0o777 for path in (house.paths.uploads, house.paths.uploads / "cat.png")}
    assert os.name == "nt" or modes == {"uploads": 0o700, "cat.png": 0o600}


async def test_what_is_there_already_is_a_duplicate_whatever_it_is_called(house: House, tmp_path: Path) -> None:
    data = picture(tmp_path / "photos" / "cat.png")
    await house.add(tmp_path / "photos")
    (addition,) = await send(house, ("page.html", data))
    assert (addition.status, addition.path) == ("duplicate", bytes(tmp_path / "photos" / "cat.png"))
    assert addition.photo_id == hashlib.md5(data).hexdigest()
    assert len(await house.library.folders()) == 1
    assert saved(house) == {}


async def test_of_equal_files_in_one_form_or_in_two_at_once_one_is_added(house: House, tmp_path: Path) -> None:
    red, blue = picture(tmp_path / "red.png"), picture(tmp_path / "blue.png", "blue")
    first = await send(house, ("a.png", red), ("b.png", red))
    assert [one.status for one in first] == ["added", "duplicate"]
    assert first[0].photo_id == first[1].photo_id
    both = await asyncio.gather(send(house, ("c.png", blue)), send(house, ("d.png", blue)))
    assert sorted(one.status for form in both for one in form) == ["added", "duplicate"]
    assert len(saved(house)) == 2


async def test_a_name_that_another_picture_has_gets_a_number_and_nothing_is_overwritten(
    house: House, tmp_path: Path
) -> None:
    colors = ("red", "blue", "green")
    files = [("cat.png", picture(tmp_path / f"{color}.png", color)) for color in colors]
    additions = await send(house, *files)
    assert [Path(os.fsdecode(one.path)).name for one in additions] == ["cat.png", "cat (2).png", "cat (3).png"]
    names = ("cat.png", "cat (2).png", "cat (3).png")
    assert saved(house) == dict(zip(names, (data for _, data in files), strict=True))


async def test_what_is_no_picture_is_rejected_with_its_reason_and_leaves_nothing(house: House, tmp_path: Path) -> None:
    red = picture(tmp_path / "red.jpg")
    additions = await send(
        house,
        ("page.html", b"<script>alert(1)</script>"),
        ("script.jpg", b"#!/bin/sh\nrm -rf /\n"),
        ("polyglot.html", red + b"<script>alert(1)</script>"),
        ("cut.jpg", red[: len(red) // 2]),
        ("empty.jpg", b""),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    )
    assert {one.status for one in additions} == {"rejected"}
    assert all(one.reason and one.photo_id is None and not one.path for one in additions)
    assert saved(house) == {}
    assert await house.library.folders() == []
    assert (await house.settle()).problems == 0
    assert not house.paths.thumbnails.exists() or not any(house.paths.thumbnails.rglob("*.jpg"))


async def test_a_polyglot_that_is_a_picture_is_kept_as_that_picture(house: House, tmp_path: Path) -> None:
    data = picture(tmp_path / "red.png") + b"<html><script>alert(1)</script></html>"
    (addition,) = await send(house, ("..\\x.html\x00/holiday.jpg", data))
    assert addition.path == bytes(house.paths.uploads / "holiday.png")
    assert (await house.library.photo(addition.photo_id or "")).facts.format == "PNG"


async def test_names_that_the_settings_ignore_are_rejected_and_not_lost(tmp_path: Path) -> None:
    settings = Settings(scanning=ScanningSettings(ignore=("*.tmp.png",)))
    async with open_house(tmp_path / "own", settings=settings) as house:
        (addition,) = await send(house, ("cat.tmp.png", picture(tmp_path / "cat.png")))
        assert addition.status == "rejected"
        assert "ignore" in addition.reason


async def test_a_photo_whose_disk_is_away_or_whose_file_is_gone_is_worth_another_copy(
    house: House, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    red, blue = picture(photos / "red.png"), picture(photos / "blue.png", "blue")
    await house.add(photos)
    (photos / "red.png").unlink()  # nobody has noticed yet
    (addition,) = await send(house, ("red.png", red))
    assert addition.status == "added"
    photos.rename(tmp_path / "away")
    await house.library.rescan()
    await house.wait_until(lambda status: any(one.folder.state == "offline" for one in status.folders))
    (addition,) = await send(house, ("blue.png", blue))
    assert addition.status == "added"
    assert await house.library.file(addition.photo_id or "") == addition.path


async def test_a_photo_that_was_deleted_comes_back_without_being_embedded_again(house: House, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    red = picture(photos / "red.png")
    picture(photos / "blue.png", "blue")
    await house.add(photos)
    (photos / "red.png").unlink()
    await house.rescan()
    assert await house.names() == ["blue.png"]
    embedded = house.embedder.embedded  # type: ignore[union-attr]
    await send(house, ("red.png", red))
    assert sorted(await house.names()) == ["blue.png", "red.png"]
    await house.settle()
    assert house.embedder.embedded == embedded  # type: ignore[union-attr]


async def test_the_folder_can_be_removed_and_comes_back_with_the_next_picture(house: House, tmp_path: Path) -> None:
    red, blue = picture(tmp_path / "red.png"), picture(tmp_path / "blue.png", "blue")
    await send(house, ("red.png", red))
    await house.settle()
    (folder,) = await house.library.folders()
    await house.library.remove_folder(folder.folder.id)
    assert await house.names() == []
    assert saved(house) == {"red.png": red}
    (addition,) = await send(house, ("red.png", red))
    assert addition.status == "added"
    await send(house, ("blue.png", blue))
    await house.settle()
    assert sorted(await house.names()) == ["blue.png", "red.png"]
    assert sorted(saved(house)) == ["blue.png", "red.png"]


async def test_a_folder_around_the_uploads_can_be_watched_and_does_not_show_them_twice(
    house: House, tmp_path: Path
) -> None:
    await send(house, ("red.png", picture(tmp_path / "red.png")))
    await house.add(tmp_path)
    assert sorted(await house.names()) == ["red.png"]
    (photo,) = [await house.library.photo(row[1]) for row in await house.library.files_page(1)]
    assert sorted(file.path for file in photo.files) == sorted(
        [bytes(tmp_path / "red.png"), bytes(house.paths.uploads / "red.png")]
    )
    with pytest.raises(FolderError, match="watched already"):
        await house.library.add_folder(str(house.paths.uploads))


async def test_a_full_disk_is_said_and_nothing_is_left(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    red = picture(tmp_path / "red.png")
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_move", full)
        with pytest.raises(NoRoomError, match="full"):
            await send(house, ("red.png", red))
    assert saved(house) == {}

    async def refuse(*_: object, **__: object) -> None:
        raise DiskFullError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "keep_upload", refuse)
        with pytest.raises(DiskFullError):
            await send(house, ("red.png", red))
    assert saved(house) == {}
    assert [one.status for one in await send(house, ("red.png", red))] == ["added"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has links everywhere that matter")
async def test_a_file_system_without_links_keeps_pictures_too(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    red, blue = picture(tmp_path / "red.png"), picture(tmp_path / "blue.png", "blue")
    await send(house, ("cat.png", red), ("cat.png", blue))
    assert saved(house) == {"cat.png": red, "cat (2).png": blue}


async def test_what_a_killed_daemon_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    for left in ("own/data/uploads/.incoming/0123/0", "own/cache/looked-at/4567/0"):
        (tmp_path / left).parent.mkdir(parents=True)
        (tmp_path / left).write_bytes(b"half a picture")
    async with open_house(tmp_path / "own") as house:
        await house.settle()
        assert not any((house.paths.uploads / ".incoming").iterdir())
        assert not any(house.paths.looked_at.iterdir())


async def test_a_picture_is_searched_with_and_nothing_of_it_is_kept(house: House, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for color in ("red", "blue", "green", "white"):
        picture(photos / f"{color}.png", color)
    await house.add(photos)
    before = {path for path in house.paths.cache.rglob("*") if path.is_file()}
    async with house.library.inbox_for_search() as folder:
        data = picture(folder / "0.png", "blue", (300, 200))
        vector = (await house.library.look_at(folder / "0.png")).vector
        assert not house.paths.uploads.exists()
        (folder / "0.png").write_bytes(b"<html>")
        with pytest.raises(PictureError, match="Not a picture") as refused:
            await house.library.look_at(folder / "0.png")
        assert "another picture" in refused.value.hint
    blue = (await house.catalogue.embeddings("fake/1"))[1]
    assert vector.shape == (24,)
    assert float((blue @ vector).max()) > 0.999
    assert {path for path in house.paths.cache.rglob("*") if path.is_file()} == before
    with pytest.raises(NotFoundError):
        await house.library.photo(hashlib.md5(data).hexdigest())


async def test_pages_of_a_picture_s_answer_hold_each_photo_once_though_the_picture_is_looked_at_anew(
    house: House, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for number in range(20):
        picture(photos / f"{number}.png", f"hsl({18 * number}, 60%, 50%)")
    await house.add(photos)
    shown: list[str] = []
    cursor = None
    while cursor is not None or not shown:
        async with house.library.inbox_for_search() as folder:
            picture(folder / "0.png", "hsl(90, 60%, 50%)", (300, 200))
            vector = await house.library.look_at(folder / "0.png")
        page = await house.library.search(Query("", picture=vector, limit=7, cursor=cursor))
        shown += [Path(os.fsdecode(hit.photo.files[0].path)).name for hit in page.hits]
        cursor = page.next_cursor
    assert shown[0] == "5.png"
    assert sorted(shown) == sorted(path.name for path in photos.iterdir())


async def test_what_is_searched_with_must_be_a_picture(house: House, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"<html>")
    with pytest.raises(PictureError):
        await house.library.look_at(path)


async def test_the_limit_is_the_settings(tmp_path: Path) -> None:
    async with open_house(tmp_path / "own", settings=Settings(server=ServerSettings(max_upload_mb=3))) as house:
        assert house.library.largest_file_bytes == 3_000_000
