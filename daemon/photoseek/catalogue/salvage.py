"""A damaged catalogue is put aside, and a new one made with every row of it that is beyond doubt.

Functions that block and have the file to themselves: called by ``catalogue`` before it opens a damaged file, and
with all connections closed when damage is met later.

What is beyond doubt: contents and embeddings have checksums. A file's link to its content has to stand in the table
and in an index of it; without, the file waits and is hashed again. A file's stamp needs no proof, since the next
scan compares it with the disk. Folders and small facts come from their copy (``kept``).
"""

import contextlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from photoseek import durable
from photoseek.catalogue import checksums, embeddings, kept, shifts
from photoseek.catalogue.connections import PAGE_BYTES
from photoseek.catalogue.migrations import migrate
from photoseek.catalogue.statements import load

log = logging.getLogger(__name__)
_SQL = load("salvage")

_LAST_KEY = 1 << 48
"""No table has so many rows."""
_COMPANIONS = ("-wal", "-shm", "-journal")


def rebuild(path: Path, cause: str, now: float) -> list[str]:
    """Put the catalogue at ``path`` aside and make a new one of what can be saved.

    The new file gets a name of its own once it is whole; from then on ``finish`` brings to its end what a kill cut off.
    Killed before, or for want of room, the old one is still at its place.

    Args:
        path: The damaged file.
        cause: What is wrong with it, a sentence.
        now: Unix seconds.

    Returns:
        What was done, in sentences for a person.

    Raises:
        sqlite3.Error: The new one can't be written.
        OSError: So too, or the old one can't be put aside.
    """
    new, copy = drafts = _drafts(path)
    _remove(*drafts)
    try:
        files, vectors = _make(new, path, copy, now)
        os.utime(new, (now, now))  # says under which name the old one is put aside, also after a kill
        new.replace(_whole(path))
    finally:
        _remove(*drafts)
    durable.sync_folder(path.parent)
    said = [
        cause,
        f"The damaged file was put aside as {_exchange(path)}.",
        f"A new one was made: {files} files and {vectors} vectors were saved, the rest comes again from your folders.",
    ]
    log.warning("%s", " ".join(said))
    return said


def finish(path: Path) -> list[str]:
    """Put the new catalogue in the damaged one's place, where a rebuild was killed just before or while doing so.

    What a rebuild that was killed earlier had made of it is removed.

    Returns:
        What was done, in sentences for a person; nothing, where nothing had to be.

    Raises:
        OSError: It could not be done; it can be tried again.
    """
    with contextlib.suppress(OSError):  # only takes room
        _remove(*_drafts(path))
    if not _whole(path).exists():
        return []
    said = [
        "The catalogue was damaged, and photoseek ended while it made a new one; that is done now.",
        f"The damaged file was put aside as {_exchange(path)}.",
    ]
    log.warning("%s", " ".join(said))
    return said


def _drafts(path: Path) -> tuple[Path, Path]:
    """Where the new file is made, and where a copy of the old one that can be read."""
    return path.with_name(f"{path.name}.new"), path.with_name(f"{path.name}.copy")


def _whole(path: Path) -> Path:
    """Where the new file lies when all is in it and the old one may go."""
    return path.with_name(f"{path.name}.whole")


def _exchange(path: Path) -> Path:
    """The old file gives its place to the new one, in steps that can each be the last before a kill; its new path."""
    whole = _whole(path)
    aside = _put_aside(path, whole.stat().st_mtime)
    whole.replace(path)
    durable.sync_folder(path.parent)
    return aside


def _make(new: Path, old: Path, copy: Path, now: float) -> tuple[int, int]:
    """Write the new file as a whole; how many linked files and embeddings are in it."""
    os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as target:
        target.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        target.execute("PRAGMA synchronous = OFF")  # it is synced as a whole, before it gets its name
        migrate(target)
        shifts.prepare(target)
        target.execute("BEGIN")
        with contextlib.closing(_open_damaged(old, copy, new)) as source:
            _copy_all(source, target, kept.read(old), now)
        shifts.leap(target)
        target.execute("COMMIT")
        _, files, vectors = target.execute(_SQL["kinds"]).fetchone()
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    return files, vectors


def _open_damaged(old: Path, copy: Path, new: Path) -> sqlite3.Connection:
    """The old file for reading; where it can't say what tables it has, a copy that can."""
    source = _connect(old)
    if _knows_its_tables(source):
        return source
    source.close()
    _graft(old, copy, new)
    return _connect(copy)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _knows_its_tables(source: sqlite3.Connection) -> bool:
    try:
        for name, statement in _SQL.items():
            if name.startswith("old_"):
                source.execute(f"EXPLAIN {statement}", (0,))
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
    return True


def _graft(old: Path, copy: Path, new: Path) -> None:
    """Copy the old file and give it the first page of a new one.

    The first page holds the header and the names and roots of all tables; without it nothing can be found in a file
    that may be whole otherwise. The roots are the same in every catalogue that was made by the same migrations, or by
    the first of them, and should they not be, no checksum would fit.
    The layout: https://sqlite.org/fileformat2.html#the_database_header.
    """
    shutil.copyfile(old, copy)
    with new.open("rb") as file:
        page = bytearray(file.read(PAGE_BYTES))
    # One of an older photoseek may be so small that roots of what it doesn't have yet lie behind its end.
    size = max(copy.stat().st_size, new.stat().st_size)
    os.truncate(copy, size)
    page[28:32] = (size // PAGE_BYTES).to_bytes(4, "big")  # size in pages
    page[32:40] = bytes(8)  # free pages: none that are known
    with copy.open("rb+") as file:
        file.write(page)


def _copy_all(source: sqlite3.Connection, target: sqlite3.Connection, copy: kept.Kept | None, now: float) -> None:
    if copy is not None:
        kept.restore(target, copy)
    else:
        target.executemany(_SQL["put_folder"], _typed(_walk(source, "old_folders"), int, bytes))
        target.executemany(_SQL["put_fact"], (row[1:] for row in _typed(_walk(source, "old_facts"), int, str, str)))
    states = _typed(_walk(source, "old_states"), int, str, str, (float, type(None)))
    target.executemany(_SQL["put_state"], states)
    target.executemany(_SQL["put_model"], _typed(_walk(source, "old_models"), int, str, int))
    target.executemany(_SQL["put_content"], _sound_contents(source, now))
    target.executemany(_SQL["put_embedding"], _sound_embeddings(source, target))
    target.executemany(_SQL["put_file"], _files(source, target))
    shifts.settle(target, "", now)


def _sound_contents(source: sqlite3.Connection, now: float) -> Iterator[tuple[Any, ...]]:
    """All as orphans; the links to files change that."""
    for content_id, *columns, expected, orphaned_at in _walk(source, "old_contents"):
        if checksums.is_sound(columns, expected):
            yield content_id, *columns, expected, orphaned_at if isinstance(orphaned_at, float) else now


def _sound_embeddings(source: sqlite3.Connection, target: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    models = {row_id: (key, dim) for row_id, key, dim in target.execute(_SQL["new_models"])}
    hashes = dict(target.execute(_SQL["new_hashes"]).fetchall())
    for row_id, content_id, model_id, expected, vector in _walk(source, "old_embeddings"):
        if content_id in hashes and model_id in models:
            key, dim = models[model_id]
            if embeddings.is_sound(key, dim, hashes[content_id], expected, vector):
                yield row_id, content_id, model_id, expected, vector


def _files(source: sqlite3.Connection, target: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    watched = {folder_id for (folder_id,) in target.execute(_SQL["new_folders"])}
    links = {file_id: content_id for content_id, file_id in _walk(source, "old_links")}
    rows = _typed(_walk(source, "old_files"), int, int, bytes, int, int, (int, type(None)), int)
    for file_id, folder_id, path, size_bytes, mtime_ns, content_id, missing in rows:
        if folder_id in watched and missing in (0, 1) and path:
            agreed = content_id if links.get(file_id) == content_id else None
            yield file_id, folder_id, path, size_bytes, mtime_ns, agreed, missing


def _typed(rows: Iterator[tuple[Any, ...]], *types: Any) -> Iterator[tuple[Any, ...]]:
    """Those rows whose columns are of these types: on a damaged page a column can be of any."""
    for row in rows:
        if all(isinstance(value, kind) for value, kind in zip(row, types, strict=True)):
            yield row


def _walk(source: sqlite3.Connection, name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that can be read, along its key.

    Behind a row that can't, it goes on with growing steps, until one leads out of the damaged page. A key that
    doesn't grow is damage too: pages can point to each other in a ring.
    """
    last, step = 0, 1
    while last < _LAST_KEY:
        try:
            for row in source.execute(_SQL[name], (last,)):
                if not isinstance(row[0], int) or row[0] < last:
                    raise sqlite3.DatabaseError("keys out of order")
                last, step = row[0], 1
                yield row
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # the latter: SQLite's complaint quotes what is damaged
            last, step = last + step, 2 * step
        else:
            return


def _put_aside(path: Path, moment: float) -> Path:
    """Rename the catalogue with what belongs to it. The log goes first: it must never lie beside another catalogue.

    After a kill in between, the same moment leads to the same name: log and catalogue stay together.
    """
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(moment))}")
    if not path.exists():
        return aside
    first, number = aside, 1
    while aside.exists():
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    for companion in (*_COMPANIONS, ""):
        part = path.with_name(path.name + companion)
        if part.exists():
            part.rename(aside.with_name(aside.name + companion))
    return aside


def _remove(*paths: Path) -> None:
    for path in paths:
        for companion in (*_COMPANIONS, ""):
            path.with_name(path.name + companion).unlink(missing_ok=True)
