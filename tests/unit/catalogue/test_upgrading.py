"""Catalogues that an older photoseek made: nothing of them is lost, nor of those that are damaged on top of it."""

import json
import sqlite3
import zlib
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue, embeddings
from photoseek.catalogue.connections import PAGE_BYTES
from photoseek.catalogue.migrations import MIGRATIONS, migrate
from photoseek.domain import parse_query
from tests.unit.catalogue.filling import MODEL, md5, vector

NS = 1_000_000_000
TAKEN = "2020-01-02T03:04:05+01:00"


def make_first(place: Path, *, spoilt: tuple[int, ...] = ()) -> None:
    """As the first migration alone has it: three photos of two files each; those numbers have a wrong checksum."""
    with closing(sqlite3.connect(place, isolation_level=None)) as old:
        old.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        migrate(old, MIGRATIONS[:1])
        old.execute("INSERT INTO folders (id, path, state, note) VALUES (1, ?, 'watching', '')", (b"/p",))
        old.execute("INSERT INTO models (id, key, dim) VALUES (1, ?, 8)", (MODEL,))
        for number, taken in enumerate((None, TAKEN, None), 1):
            name = str(number)
            others = [10, "JPEG", 4, 3, taken, "Canon", "", None, None]
            checksum = zlib.crc32(json.dumps(others).encode(), zlib.crc32(md5(name))) + (number in spoilt)
            row = (number, md5(name), *others, checksum)
            old.execute(f"INSERT INTO contents VALUES ({','.join('?' * 12)}, NULL)", row)
            stored = vector(name).astype("<f4").tobytes()
            row = (number, embeddings.checksum(MODEL, md5(name), stored), stored)
            old.execute("INSERT INTO embeddings (content_id, model_id, checksum, vector) VALUES (?, 1, ?, ?)", row)
            for copy in range(2):
                row = (b"Sub/IMG%d-%d.JPG" % (number, copy), (5 + copy) * NS, number)
                columns = "(folder_id, path, size_bytes, mtime_ns, content_id)"
                old.execute(f"INSERT INTO files {columns} VALUES (1, ?, 10, ?, ?)", row)


async def look_at(catalogue: Catalogue) -> None:
    """All that the three photos should be."""
    filed, said = await catalogue.photo(md5("1")), await catalogue.photo(md5("2"))
    assert filed is not None
    assert said is not None
    assert (filed.taken_at, filed.taken_from) == (datetime.fromtimestamp(5), "file")  # noqa: DTZ006 - local
    assert (said.taken_at, said.taken_from) == (datetime.fromisoformat(TAKEN), "exif")
    assert said.facts.camera == "Canon"
    assert (await catalogue.passing(parse_query("folder:sub name:img1*").filters)).tolist() == [1]
    ids, _ = await catalogue.embeddings(MODEL)
    assert {1, 2} <= set(ids.tolist())


async def test_it_is_brought_up_without_loss(place: Path) -> None:
    make_first(place)
    catalogue = await Catalogue.open(place)
    try:
        assert await catalogue.check() == []
        await look_at(catalogue)
        assert (await catalogue.counts(MODEL)).vectors == 3
    finally:
        await catalogue.close()


async def test_a_disk_that_is_full_on_the_way_is_no_damage(place: Path) -> None:
    steps = [
        "CREATE TABLE wide (x);\nINSERT INTO wide VALUES (zeroblob(100000));\n",
        "INSERT INTO wide SELECT x FROM wide;\n",
    ]
    with closing(sqlite3.connect(place, isolation_level=None)) as old:
        migrate(old, steps[:1])
        old.execute(f"PRAGMA max_page_count = {old.execute('PRAGMA page_count').fetchone()[0]}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            migrate(old, steps)
        old.execute("PRAGMA max_page_count = 1000000")
        migrate(old, steps)
        assert old.execute("SELECT count(*) FROM wide").fetchone() == (2,)


async def test_a_damaged_row_is_still_known_to_be_damaged(place: Path) -> None:
    make_first(place, spoilt=(3,))
    catalogue = await Catalogue.open(place)
    try:
        assert await catalogue.check() == ["What is known of content 3 is damaged: wrong checksum."]
        await catalogue.repair()
        assert await catalogue.check() == []
        await look_at(catalogue)
    finally:
        await catalogue.close()


@pytest.mark.parametrize("page", ["first", "an index"])
async def test_one_that_is_damaged_is_made_again_with_all_that_is_beyond_doubt(place: Path, page: str) -> None:
    make_first(place)
    with closing(sqlite3.connect(place)) as old:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'contents_by_size'"
        number = 1 if page == "first" else old.execute(query).fetchone()[0]
    with place.open("rb+") as file:
        file.seek((number - 1) * PAGE_BYTES)
        file.write(b"\xa5" * PAGE_BYTES)
    catalogue = await Catalogue.open_anyhow(place)
    try:
        await catalogue.repair()  # where nothing had to read the damaged page yet
        assert await catalogue.check() == []
        await look_at(catalogue)
        assert catalogue.notes
    finally:
        await catalogue.close()
