"""Opening, migrating, closing, and what SQLite can have against it."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import stat
import struct
import threading
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue, CorruptCatalogueError, DiskFullError, kept
from photoseek.catalogue.database import Database
from photoseek.catalogue.migrations import MIGRATIONS, migrate, version
from photoseek.domain import Changes
from photoseek.errors import CatalogueError
from tests.unit.catalogue.filling import MODEL, fill, find, md5

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")


@posix_only
async def test_all_files_are_closed_to_other_people(place: Path) -> None:
    place.touch(0o644)
    catalogue = await Catalogue.open(place)
    await catalogue.add_folder(b"/p")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in place.parent.iterdir()}
    await catalogue.close()
    assert len(modes) > 1
    assert set(modes.values()) == {0o600}


async def test_closing_leaves_one_file_and_no_thread(place: Path) -> None:
    catalogue = await Catalogue.open(place)
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await catalogue.counts(MODEL)
    await catalogue.close()
    await catalogue.close()
    assert {file.name for file in place.parent.iterdir()} == {place.name, kept.place(place).name}
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("catalogue")]
    with pytest.raises(CatalogueError, match="closed"):
        await catalogue.folders()


async def test_a_newer_catalogue_is_left_alone(place: Path) -> None:
    await (await _made(place)).close()
    with sqlite3.connect(place) as other:
        other.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        kept.keep(other, place)
    other.close()
    before = place.read_bytes()
    for read_only in (False, True):
        with pytest.raises(CatalogueError, match="newer photoseek"):
            await Catalogue.open(place, read_only=read_only)
    assert place.read_bytes() == before


def test_migrations_run_once_in_their_order() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    steps = ["CREATE TABLE a (x);\nINSERT INTO a VALUES (1);", "ALTER TABLE a ADD COLUMN y;\nUPDATE a SET y = x + 1;"]
    migrate(connection, steps[:1])
    migrate(connection, steps)
    migrate(connection, steps)
    assert connection.execute("SELECT x, y FROM a").fetchall() == [(1, 2)]
    assert version(connection) == 2
    connection.close()


def test_a_migration_that_fails_leaves_the_one_before() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    steps = ["CREATE TABLE a (x);", "INSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);"]
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, steps)
    assert version(connection) == 1
    assert connection.execute("SELECT x FROM a").fetchall() == []
    connection.close()


async def test_reading_only_sees_all_and_changes_nothing(place: Path) -> None:
    writing = await _made(place)
    folder = (await writing.folders())[0]
    await fill(writing, folder, {"a.jpg": "a"})
    reading = await Catalogue.open(place, read_only=True)
    assert await reading.photo(md5("a")) is not None
    assert await reading.check() == []
    with pytest.raises(CatalogueError, match="reading only"):
        await reading.add_folder(b"/q")
    await reading.close()
    await writing.close()


async def test_reading_only_makes_no_catalogue_and_brings_none_up(place: Path) -> None:
    with pytest.raises(CatalogueError):
        await Catalogue.open(place, read_only=True)
    assert not place.exists()
    place.touch()
    with pytest.raises(CatalogueError, match="older photoseek"):
        await Catalogue.open(place, read_only=True)


async def test_a_missing_data_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        await Catalogue.open(tmp_path / "nowhere" / "catalogue.sqlite3")
    assert caught.value.hint


async def test_a_file_that_is_no_catalogue_is_named_damaged_and_stays(place: Path) -> None:
    place.write_bytes(b"this is a holiday diary" * 1000)
    with pytest.raises(CorruptCatalogueError) as caught:
        await Catalogue.open(place)
    assert "repair" in caught.value.hint
    assert place.read_bytes() == b"this is a holiday diary" * 1000


async def test_damaged_pages_are_named_by_reads_and_by_check(place: Path) -> None:
    catalogue = await _made(place)
    folder = (await catalogue.folders())[0]
    await find(catalogue, folder, {f"{number:05}.jpg": "a" for number in range(3000)})
    await catalogue.close()
    whole = place.read_bytes()
    page = int.from_bytes(whole[16:18], "big")
    place.write_bytes(whole[: page * 24] + b"\xa5" * (len(whole) - page * 24))
    catalogue = await Catalogue.open(place)
    try:
        with pytest.raises(CorruptCatalogueError):
            await catalogue.known_files(folder.id)
        assert await catalogue.check()
    finally:
        await catalogue.close()


async def test_a_lost_file_is_made_again_with_its_folders_even_if_that_is_cut_off(place: Path) -> None:
    catalogue = await _made(place)
    await catalogue.remember("indexing.paused", "yes")
    await catalogue.close()
    place.unlink()
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as cut_off:
        migrate(cut_off)
    catalogue = await Catalogue.open_anyhow(place)
    assert [(folder.id, folder.path) for folder in await catalogue.folders()] == [(1, b"/p")]
    assert await catalogue.recall("indexing.paused") == "yes"
    await catalogue.remove_folder((await catalogue.folders())[0].id, MODEL)
    await catalogue.close()
    catalogue = await Catalogue.open_anyhow(place)
    assert await catalogue.folders() == []
    await catalogue.close()


@pytest.mark.parametrize("killed", [True, False])
async def test_only_after_a_kill_is_every_saved_index_a_doubtful_one(place: Path, killed: bool) -> None:
    catalogue = await _made(place)
    await fill(catalogue, (await catalogue.folders())[0], {"a.jpg": "a"})
    before = await catalogue.seq()
    as_killed = place.parent / "as a kill leaves it"
    as_killed.mkdir()
    for part in place.parent.glob(f"{place.name}*"):
        shutil.copy(part, as_killed)
    await catalogue.close()
    again = await Catalogue.open(as_killed / place.name if killed else place)
    assert (await again.seq() != before) == killed
    await again.close()


async def test_what_was_killed_in_its_very_first_write_is_begun_again(place: Path) -> None:
    """As a kill leaves it while SQLite makes the file: a first page, and a journal that says there was none before."""
    header = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + struct.pack(">5I", 0, 77, 0, 512, 16384)
    place.write_bytes(bytes(16384))
    journal = place.with_name(f"{place.name}-journal")
    journal.write_bytes(header.ljust(512, b"\0"))
    only_read = contextlib.closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True))
    with only_read as reader, pytest.raises(sqlite3.OperationalError):
        reader.execute("PRAGMA user_version").fetchone()
    catalogue = await _made(place)
    assert await catalogue.check() == []
    await catalogue.close()
    assert not journal.exists()


async def test_a_full_disk_takes_the_whole_change_back(place: Path) -> None:
    catalogue = await _made(place)
    folder = (await catalogue.folders())[0]
    await fill(catalogue, folder, {"a.jpg": "a"})
    writer = catalogue._database._writer
    assert writer is not None
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        await find(catalogue, folder, {f"{number:05}.jpg": "b" for number in range(20_000)})
    writer.execute("PRAGMA max_page_count = 1000000")
    assert set(await catalogue.known_files(folder.id)) == {b"a.jpg"}
    shift = await catalogue.record_changes(folder.id, Changes(vanished=[b"a.jpg"]), model_key=MODEL)
    assert len(shift.vanished) == 1
    await catalogue.close()


async def test_a_look_that_sqlite_gives_up_by_itself_is_told_as_what_it_was(place: Path) -> None:
    def run_out_of_memory(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")
        raise MemoryError

    catalogue = await _made(place)
    with pytest.raises(MemoryError):
        await catalogue._database.read(run_out_of_memory)
    await catalogue.close()


async def test_a_change_that_fails_half_way_leaves_no_note_behind(place: Path) -> None:
    catalogue = await _made(place)
    folder = (await catalogue.folders())[0]
    (content,) = (await fill(catalogue, folder, {"a.jpg": "a"})).appeared

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM files")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await catalogue._database.write(fail)
    shift = await find(catalogue, folder, {"b.jpg": "b"})
    assert (shift.appeared, shift.vanished) == ([], [])
    assert list(await catalogue.photos([content])) == [content]
    await catalogue.close()


async def test_readers_go_on_beside_a_long_change_and_see_none_of_it(place: Path) -> None:
    catalogue = await _made(place)
    begun, go_on = threading.Event(), threading.Event()

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE folders SET note = 'half'")
        begun.set()
        go_on.wait()

    database: Database = catalogue._database
    writing = asyncio.create_task(database.write(change))
    await asyncio.to_thread(begun.wait)
    answers = await asyncio.gather(*(catalogue.folders() for _ in range(20)))
    assert {folders[0].note for folders in answers} == {""}
    go_on.set()
    await writing
    assert (await catalogue.folders())[0].note == "half"
    await catalogue.close()


async def test_a_caller_that_is_cancelled_does_not_tear_its_change(place: Path) -> None:
    catalogue = await _made(place)
    begun, go_on = threading.Event(), threading.Event()

    def change(connection: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait()
        connection.execute("UPDATE folders SET note = 'whole'")

    writing = asyncio.create_task(catalogue._database.write(change))
    await asyncio.to_thread(begun.wait)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    await catalogue.remember("after", "it")
    assert (await catalogue.folders())[0].note == "whole"
    await catalogue.close()


async def _made(place: Path) -> Catalogue:
    catalogue = await Catalogue.open(place)
    await catalogue.add_folder(b"/p")
    return catalogue
