"""What SQLite can complain of, in words for a person. Used by ``database`` around every step; pure."""

import sqlite3

from photoseek.errors import CatalogueError

_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# The map of shared memory can't grow either when the disk is full, but SQLite names it an I/O error.
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_CLOSED_TO_US = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class CorruptCatalogueError(CatalogueError):
    """The catalogue's file is damaged, or is no SQLite file at all."""

    title = "The catalogue is damaged"


class ReadOnlyCatalogueError(CatalogueError):
    """The catalogue lies where nothing can be written."""

    title = "The catalogue can only be read"


class DiskFullError(CatalogueError):
    """There is no room left for the catalogue."""

    title = "The disk is full"


def in_words(error: sqlite3.Error) -> CatalogueError:
    """The error that a person sees for one of SQLite's.

    The codes: https://sqlite.org/rescode.html. An error without a code comes from Python's module when it reads a
    text that is none, and ``SQLITE_ERROR`` from a table that is not there: all statements are this room's own and
    tested, so both tell of a damaged file.
    """
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = code & 0xFF
    if primary in _CORRUPT or primary == sqlite3.SQLITE_ERROR:
        return CorruptCatalogueError(
            f"The catalogue is damaged: {error}.",
            "Run `photoseek repair`: it is put aside and made again from your folders.",
        )
    if code in _FULL or primary in _FULL:
        return DiskFullError(
            "There is no room left on the disk that holds the catalogue.", "Make room on that disk; nothing was lost."
        )
    if primary in _CLOSED_TO_US:
        return CatalogueError(
            f"The catalogue can't be opened or written: {error}.",
            "See that photoseek's data folder is there and that you may write to it.",
        )
    if primary in _BUSY:
        return CatalogueError(
            "Another program holds the catalogue.", "Close what else works with photoseek's data folder."
        )
    return CatalogueError(f"The catalogue can't be used: {error}.", "Run `photoseek check` to see what is wrong.")
