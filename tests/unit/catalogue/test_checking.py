"""Every kind of damage that `photoseek check` has a sentence for."""

import sqlite3
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId
from tests.unit.catalogue.filling import fill, find

DAMAGES = {
    "UPDATE contents SET orphaned_at = 5 WHERE id = 1": "Content 1 lies at a file, but counts as gone.",
    "DELETE FROM files WHERE id = 1": "Content 1 lies at no file, but counts as a photo.",
    "UPDATE files SET content_id = 99 WHERE id = 1": "File 1 links to a content that doesn't exist.",
    "UPDATE files SET name = 'c.jpg' WHERE id = 1": "File 1 is searched for under another name or folder than its own.",
    "UPDATE contents SET filed_at = '2000-01-01T00:00:00' WHERE id = 1": (
        "What is known of content 1 is damaged: wrong checksum."
    ),
    "DELETE FROM words WHERE rowid = 1": "Content 1 is searched for under other words than its own.",
    "UPDATE words SET name = 'p b jpg' WHERE rowid = 1": "Content 1 is searched for under other words than its own.",
    "INSERT INTO words (rowid, name) VALUES (9, 'gone')": (
        "Content 9 can be searched for by words, but lies at no file."
    ),
    "DELETE FROM folders": "Row 1 of files points to a row of folders that doesn't exist.",
    "INSERT INTO problems SELECT id, 'r', 0, size_bytes, mtime_ns FROM files WHERE id = 1": (
        "File 1 has a content and a problem at the same time."
    ),
    "INSERT INTO problems SELECT id, 'r', 0, size_bytes, mtime_ns + 1 FROM files WHERE id = 3": (
        "The problem of file 3 is about an older version of it."
    ),
    "UPDATE contents SET camera = 'Bpple' WHERE id = 2": ("What is known of content 2 is damaged: wrong checksum."),
    "UPDATE contents SET taken_at = '2023-08-02T18:11:19+02:00' WHERE id = 2": (
        "What is known of content 2 is damaged: wrong checksum."
    ),
    "UPDATE embeddings SET content_id = 77 WHERE id = 2": (
        "Row 2 of embeddings points to a row of contents that doesn't exist."
    ),
    "UPDATE embeddings SET vector = substr(vector, 2)": "Embedding 2 is damaged: wrong length or checksum.",
    "UPDATE models SET dim = dim + 1": "Embedding 1 is damaged: wrong length or checksum.",
    "UPDATE models SET key = 'another'": "Embedding 1 is damaged: wrong length or checksum.",
    "UPDATE folders SET state = 'odd'": "The catalogue's file is damaged: CHECK constraint failed in folders.",
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damage_is_found_and_named(place: Path, damage: str) -> None:
    catalogue = await Catalogue.open(place)
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})
    await find(catalogue, folder, {"c.jpg": "c"})
    assert await catalogue.check() == []
    other = sqlite3.connect(place)
    other.execute("PRAGMA ignore_check_constraints = ON")
    with other:
        other.execute(damage)
    other.close()
    try:
        assert DAMAGES[damage] in await catalogue.check()
    finally:
        await catalogue.close()


async def test_a_sketch_of_an_older_drawing_is_no_damage(place: Path) -> None:
    catalogue = await Catalogue.open(place)
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await catalogue.keep_sketches([(ContentId(1), b"")])
    other = sqlite3.connect(place)
    with other:
        other.execute("UPDATE sketches SET drawing = drawing - 1, sketch = x'0102'")
    assert await catalogue.check() == []
    with other:
        other.execute("UPDATE sketches SET drawing = drawing + 1")
    other.close()
    assert "The sketch of content 1 is damaged: wrong length." in await catalogue.check()
    await catalogue.close()
