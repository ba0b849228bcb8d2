"""The connections to the catalogue's file: how it is made, and opened by the writer and by readers. For ``database``.

Functions that block.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from photoseek.catalogue import functions
from photoseek.catalogue.faults import DiskFullError, ReadOnlyCatalogueError, in_words

# Another process writes only for a migration or a repair: a moment each.
_BUSY_TIMEOUT_S = 10.0
# Vectors are 1.5 to 4 KiB: 100,000 of 384 dimensions were read in 0.3 s from pages of 16 KiB, 1.5 s from 4 KiB.
PAGE_BYTES = 16384
# Of each connection; SQLite's own 2 MiB would be 8 for four. The system keeps the file's pages anyway: 40,000 photos
# are written as fast with this, and searches over 30,000 take as long as with twice as much.
_CACHE_KIB, _READERS_CACHE_KIB = 512, 256
_WAL_LIMIT_BYTES = 64 * 1024 * 1024
_UNCHANGED = "ro&immutable=1"

Look = Callable[[sqlite3.Connection], None]
SetUp = Callable[[sqlite3.Connection, bool], None]


def open_for_writing(path: Path, look: Look, set_up: SetUp) -> sqlite3.Connection:
    """The writing connection; the file is made if there is none, private to this person.

    Args:
        path: The file, absolute.
        look: Sees the file through a connection that can't write, before anything else; may raise.
        set_up: Gets the writing connection before anyone else does, and whether the last one that had the file
            came to no clean end.

    Raises:
        ReadOnlyCatalogueError: It lies where nothing can be written.
        sqlite3.Error: It can't be opened or set up.
        OSError: It can't be made.
    """
    _refuse_read_only(path)
    _make_private(path)
    unclean = _has_log(path)
    _roll_back(path)
    probe = _connect(path, "ro")
    try:
        look(probe)
    finally:
        probe.close()
    writer = _connect(path, "rw")
    try:
        writer.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA synchronous = NORMAL")
        writer.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        writer.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}")
        set_up(writer, unclean)
    except sqlite3.OperationalError as error:
        writer.close()
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY:
            # The system lets us write: its header says no.
            raise sqlite3.DatabaseError("its header is damaged") from error
        raise
    except BaseException:
        writer.close()
        raise
    return writer


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads.

    Not ``mode=ro``: SQLite then doesn't load CHECK constraints, and ``integrity_check`` would miss them.
    Where nothing can be written, SQLite can't make its shared memory: the file is read as one that nobody
    changes, unless a log belongs to it.
    """
    has_log = _has_log(path)
    mode = "rw" if _can_write(path) else "ro" if has_log else _UNCHANGED
    connection = _connect(path, mode)
    if mode == "rw" and not has_log and not _has_room(connection):
        connection.close()
        connection = _connect(path, _UNCHANGED)
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{_READERS_CACHE_KIB}")
    return connection


def _can_write(path: Path) -> bool:
    return os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)


def _has_log(path: Path) -> bool:
    """Whether there is a log with changes: SQLite removes it at a clean end (https://sqlite.org/wal.html)."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _has_room(connection: sqlite3.Connection) -> bool:
    """Whether SQLite's shared memory, a file of 32 KiB, is there or can be made: the first read does so."""
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if isinstance(in_words(error), DiskFullError):
            return False
        raise
    return True


def _roll_back(path: Path) -> None:
    """Take back what a kill cut off before there was a log: a journal is of no use to who can't write."""
    if path.with_name(f"{path.name}-journal").exists():
        with contextlib.closing(_connect(path, "rw")) as connection:
            connection.execute("PRAGMA schema_version").fetchone()


def _refuse_read_only(path: Path) -> None:
    if path.exists() and not _can_write(path):
        raise ReadOnlyCatalogueError(
            "photoseek's data folder can't be written to.",
            "Search works with what is known; nothing new is indexed. Make the folder writable, then start again.",
        )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection that begins no transaction by itself; ``close`` may come from another thread."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}", uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    functions.give(connection)
    return connection


def _make_private(path: Path) -> None:
    """0600 before anything is in it; SQLite gives its other files the same permissions."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
