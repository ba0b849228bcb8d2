"""`photoseek check` and `photoseek repair` over real libraries, and what is forgotten after the grace time."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from photoseek.cli import cli
from photoseek.instance import only_daemon
from photoseek.paths import find_paths
from photoseek.pictures import PicturePool
from tests.flow.house import FakeEmbedder, House, open_house
from tests.flow.scenes import draw

PICTURES = 10
DAY_S = 24 * 3600.0


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return draw_photos(tmp_path / "photos")


def draw_photos(folder: Path) -> Path:
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.jpg", seed)
    return folder


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library after a clean end; its photos stay as they are."""
    folder = tmp_path_factory.mktemp("library")

    async def take_in() -> None:
        async with open_house(folder / "home") as house:
            await house.add(draw_photos(folder / "photos"))

    asyncio.run(take_in())
    return folder / "home"


@pytest.fixture
def home(tmp_path: Path, taken_in: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that library; the command line finds it too."""
    for name in [name for name in os.environ if name.startswith("PHOTOSEEK_") and name != "PHOTOSEEK_SHARED"]:
        monkeypatch.delenv(name)
    place = tmp_path / "home"
    for kind in ("config", "data", "cache", "runtime"):
        monkeypatch.setenv(f"PHOTOSEEK_{kind.upper()}_DIR", str(place / kind))
    return shutil.copytree(taken_in, place)


def photoseek(*args: str) -> Result:
    return CliRunner().invoke(cli, list(args), prog_name="photoseek")


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "data" / "catalogue.sqlite3", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


async def all_found(home: Path, embedded: int) -> None:
    async with open_house(home) as house:
        await house.settle()
        assert sorted(await house.names()) == [f"{seed}.jpg" for seed in range(PICTURES)]
        assert await house.catalogue.check() == []
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == embedded


def test_a_sound_library_is_in_order_and_nothing_has_to_be_done(home: Path) -> None:
    said = photoseek("check")
    assert said.exit_code == 0, said.output
    assert "The search index on the disk agrees with the catalogue." in said.output
    said = photoseek("repair")
    assert said.exit_code == 0, said.output
    assert "nothing had to be done" in said.output


DAMAGES = {
    "UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE id = 1": 1,
    "UPDATE contents SET camera = 'another' WHERE id = 2": 1,
    "UPDATE contents SET orphaned_at = 5 WHERE id = 3": 0,
    "UPDATE files SET content_id = 99 WHERE id = 4": 0,
    "UPDATE files SET size_bytes = size_bytes + 1 WHERE id = 5": 0,
    "DELETE FROM contents WHERE id = 6": 1,
    "UPDATE embeddings SET model_id = 7 WHERE id = 7": 1,
    "INSERT INTO problems SELECT id, 'r', 0, size_bytes, mtime_ns FROM files WHERE id = 8": 0,
    "UPDATE files SET place = '/elsewhere/' WHERE id = 3": 0,
    "UPDATE folders SET state = CAST('odd' AS TEXT)": 0,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_found_by_check_and_put_right_by_repair(home: Path, damage: str) -> None:
    change(home, "PRAGMA ignore_check_constraints = ON", damage)
    said = photoseek("check")
    assert said.exit_code == 1, said.output
    said = photoseek("repair")
    assert said.exit_code == 0, said.output
    assert said.output
    said = photoseek("check")
    assert said.exit_code == 0, said.output
    asyncio.run(all_found(home, embedded=DAMAGES[damage]))


def test_an_index_that_holds_something_else_is_found_and_removed(home: Path) -> None:
    change(home, "DELETE FROM embeddings WHERE id = 1")
    said = photoseek("check")
    assert said.exit_code == 1, said.output
    assert "holds other vectors than the catalogue" in said.output
    assert "The search index was removed" in photoseek("repair").output
    assert photoseek("check").exit_code == 0
    asyncio.run(all_found(home, embedded=1))


def test_a_damaged_index_is_found_and_removed(home: Path) -> None:
    [snapshot] = (home / "data" / "vectors").glob("*.faiss")
    data = bytearray(snapshot.read_bytes())
    data[-1] ^= 1
    snapshot.write_bytes(data)
    assert photoseek("check").exit_code == 1
    assert photoseek("repair").exit_code == 0
    assert photoseek("check").exit_code == 0
    asyncio.run(all_found(home, embedded=0))


def test_a_file_that_is_no_catalogue_is_put_aside(home: Path) -> None:
    place = home / "data" / "catalogue.sqlite3"
    place.write_bytes(b"this is a holiday diary " * 1000)
    assert photoseek("check").exit_code == 1
    said = photoseek("repair")
    assert said.exit_code == 0, said.output
    [aside] = place.parent.glob("*.damaged-*")
    assert aside.name in said.output.replace("\n", "")
    assert aside.read_bytes().startswith(b"this is a holiday diary")
    assert photoseek("check").exit_code == 0
    asyncio.run(all_found(home, embedded=PICTURES))


def test_beside_a_daemon_nothing_is_repaired(home: Path) -> None:
    before = (home / "data" / "catalogue.sqlite3").read_bytes()
    with only_daemon(find_paths()):
        said = photoseek("repair")
    assert said.exit_code == 1
    assert "photoseek stop" in said.output
    assert (home / "data" / "catalogue.sqlite3").read_bytes() == before


async def test_what_has_been_gone_for_longer_than_the_grace_time_is_forgotten_with_its_thumbnails(
    tmp_path: Path, photos: Path
) -> None:
    now = [1_000_000_000.0]
    async with open_house(tmp_path / "home", clock=lambda: now[0]) as house:
        await house.add(photos)
        thumbnails = _thumbnails(house)
        (photos / "0.jpg").rename(tmp_path / "away.jpg")
        await house.rescan()
        now[0] += 29 * DAY_S
        assert await house.library._forgetting.forget() == 0
        assert _thumbnails(house) == thumbnails
        now[0] += 2 * DAY_S
        assert await house.library._forgetting.forget() == 1
        assert len(_thumbnails(house)) == PICTURES - 1
        (tmp_path / "away.jpg").rename(photos / "0.jpg")
        assert (await house.rescan()).vectors == PICTURES
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == PICTURES + 1
        assert await house.catalogue.check() == []


def _thumbnails(house: House) -> set[Path]:
    assert isinstance(house.pictures, PicturePool)
    return set(house.paths.thumbnails.rglob("*.jpg"))


async def test_a_pause_in_the_middle_of_a_store_leaves_no_photo_out_of_the_index(tmp_path: Path, photos: Path) -> None:
    async with open_house(tmp_path / "home") as house:
        store = house.catalogue.store
        stored = asyncio.Event()

        async def store_and_pause(*args: object, **kwargs: object) -> object:
            shift = await store(*args, **kwargs)  # type: ignore[arg-type]
            if not stored.is_set():
                stored.set()
                await house.library.pause()
            return shift

        house.catalogue.store = store_and_pause  # type: ignore[assignment,method-assign]
        await house.library.add_folder(str(photos))
        await stored.wait()
        await house.wait_until(lambda status: status.counts.vectors == house.vectors.count > 0)
        await house.library.resume()
        assert (await house.settle()).vectors == house.vectors.count == PICTURES
