"""SQLite's complaints in words for a person."""

import sqlite3

import pytest

from photoseek.catalogue import CatalogueError, CorruptCatalogueError, DiskFullError
from photoseek.catalogue.faults import in_words


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_CORRUPT, CorruptCatalogueError, "damaged"),
        (sqlite3.SQLITE_CORRUPT_INDEX, CorruptCatalogueError, "damaged"),
        (sqlite3.SQLITE_NOTADB, CorruptCatalogueError, "damaged"),
        (sqlite3.SQLITE_FULL, DiskFullError, "no room"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, DiskFullError, "no room"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, CatalogueError, "opened or written"),
        (sqlite3.SQLITE_CANTOPEN, CatalogueError, "opened or written"),
        (sqlite3.SQLITE_BUSY, CatalogueError, "Another program"),
        (sqlite3.SQLITE_IOERR_READ, CatalogueError, "can't be used"),
        (None, CorruptCatalogueError, "damaged"),
    ],
)
def test_each_complaint_has_its_words_and_a_way_out(code: int | None, kind: type[CatalogueError], words: str) -> None:
    error = sqlite3.OperationalError("as SQLite says it")
    if code is not None:
        error.sqlite_errorcode = code
    said = in_words(error)
    assert type(said) is kind
    assert words in said.message
    assert said.hint
