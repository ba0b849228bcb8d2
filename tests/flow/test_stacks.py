"""Stacks from files on the disk to the answer; only the model is a stand-in."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from photoseek.domain import ContentId
from tests.flow.house import PATIENCE_S, FakeEmbedder, House, open_house
from tests.flow.scenes import cropped, draw_scene, lighter

COPIES = {"small.jpg", "light.jpg", "crop.jpg", "worse.jpg", "whole.jpg"}
OTHERS = {"other0.jpg", "other1.jpg", "other2.jpg", "white.jpg", "whiter.jpg"}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    picture = draw_scene(1)
    picture.resize((200, 150)).save(folder / "small.jpg")
    lighter(picture, 1.25).save(folder / "light.jpg")
    cropped(picture, 0.02, 0.05, 0.03, 0).save(folder / "crop.jpg")
    picture.save(folder / "worse.jpg", quality=30)
    picture.resize((800, 600)).save(folder / "whole.jpg", quality=95)
    for number in range(3):
        draw_scene(10 + number).save(folder / f"other{number}.jpg")
    Image.new("RGB", (640, 480), "white").save(folder / "white.jpg")
    Image.new("RGB", (320, 240), "white").save(folder / "whiter.jpg")
    return folder


async def stacks(house: House) -> dict[str, tuple[str, int]]:
    """Each photo's leader by name, with the count; alone: itself and 1."""
    photos = {hit.photo.id: hit.photo for hit in (await house.search("type:jpg", stack=False)).hits}
    names = {identifier: Path(photo.files[0].path.decode()).name for identifier, photo in photos.items()}
    return {
        names[one.id]: (names[one.stack.id], one.stack.count) if one.stack else (names[one.id], 1)
        for one in photos.values()
    }


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what is made up in the background."""
    deadline = time.monotonic() + PATIENCE_S
    while not await holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def all_are_stacked(house: House) -> bool:
    return not (await house.catalogue.undrawn(1, ContentId(0)) or await house.catalogue.unstacked(1))


async def is_sound(house: House) -> bool:
    return await house.catalogue.check() == []


async def test_copies_are_one_stack_through_removal_return_and_restart(tmp_path: Path, photos: Path) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    together = dict.fromkeys(COPIES, ("whole.jpg", 5)) | {name: (name, 1) for name in OTHERS}
    async with open_house(home) as house:
        await house.add(photos)
        assert await stacks(house) == together
        assert len(await house.names()) == 1 + len(OTHERS)
        assert len((await house.search("anything", stack=False)).hits) == len(COPIES | OTHERS)
        shutil.move(photos / "whole.jpg", away)
        await house.rescan()
        left = await stacks(house)
        assert {left[name] for name in COPIES - {"whole.jpg"}} == {(left["small.jpg"][0], 4)}
        assert left["small.jpg"][0] in {"light.jpg", "worse.jpg"}  # the largest that are left
        shutil.move(away, photos / "renamed.jpg")
        await house.rescan()
        renamed = {name.replace("whole", "renamed") for name in COPIES}
        found = await stacks(house)
        assert {name for name in found if found[name] == ("renamed.jpg", 5)} == renamed
    async with open_house(home) as house:
        await house.settle()
        assert await stacks(house) == found
        assert await house.catalogue.check() == []


async def test_photos_of_an_older_photoseek_are_stacked_by_their_thumbnails(tmp_path: Path, photos: Path) -> None:
    home = tmp_path / "home"
    async with open_house(home) as house:
        await house.add(photos)
        together = await stacks(house)
        catalogue = house.paths.catalogue
    with closing(sqlite3.connect(catalogue)) as connection, connection:
        connection.execute("DELETE FROM sketches")
    photos.rename(tmp_path / "away")  # its disk is away too
    embedder = FakeEmbedder()
    async with open_house(home, embedder=embedder) as house:
        await house.wait_until(lambda status: status.folders[0].folder.state.value == "offline")
        await until(partial(all_are_stacked, house))
        assert await stacks(house) == together
        assert embedder.embedded == 0


async def test_another_model_changes_no_stack(tmp_path: Path, photos: Path) -> None:
    home = tmp_path / "home"
    async with open_house(home) as house:
        await house.add(photos)
        together = await stacks(house)
    other = FakeEmbedder(name="other", dim=12)
    async with open_house(home, embedder=other) as house:
        assert await house.catalogue.unstacked(1) == []
        await house.settle()
        assert other.embedded == len(COPIES | OTHERS)
        assert await stacks(house) == together


async def test_damage_of_stacks_is_put_right(tmp_path: Path, photos: Path) -> None:
    home = tmp_path / "home"
    async with open_house(home) as house:
        await house.add(photos)
        together = await stacks(house)
        catalogue = house.paths.catalogue
    first = "(SELECT min(content_id) FROM sketches WHERE length(sketch))"
    empty = "(SELECT max(content_id) FROM sketches WHERE NOT length(sketch))"
    with closing(sqlite3.connect(catalogue)) as connection, connection:
        connection.execute(f"UPDATE sketches SET leader_id = {empty}")
        connection.execute(f"UPDATE sketches SET leader_id = NULL, sketch = x'00' WHERE content_id = {first}")
    async with open_house(home) as house:
        await until(partial(is_sound, house))
        await until(partial(all_are_stacked, house))
        assert await stacks(house) == together
