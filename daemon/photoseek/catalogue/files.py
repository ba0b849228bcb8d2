"""The files in the folders, and what a scan found to be different. Functions that block, called by ``catalogue``.

A path is relative to its folder in the tables and absolute in what is handed out.
"""

import os
import sqlite3
from collections.abc import Collection, Iterable

from photoseek.catalogue import folders
from photoseek.catalogue.shifts import settle
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import (
    Changes,
    ContentId,
    File,
    FileId,
    FileStamp,
    FolderId,
    IndexShift,
    Md5,
    WaitingFile,
)

_SQL = load("files")


def prepare(connection: sqlite3.Connection) -> None:
    """Give the writing connection its temporary tables."""
    connection.executescript(_SQL["prepare"])


def known_files(connection: sqlite3.Connection, folder_id: FolderId, under: bytes = b"") -> dict[bytes, FileStamp]:
    """The folder's files by relative path, missing ones included; only ``under`` itself and what is below it."""
    if not under:
        rows = connection.execute(_SQL["known"], {"folder_id": folder_id})
    else:
        separator = os.sep.encode()
        bounds = {"place": under, "low": under + separator, "high": under + bytes([separator[0] + 1])}
        rows = connection.execute(_SQL["known_at_or_below"], {"folder_id": folder_id, **bounds})
    return {path: FileStamp(size_bytes, mtime_ns) for path, size_bytes, mtime_ns in rows}


def last_file(connection: sqlite3.Connection) -> FileId:
    """The highest id; 0 where there is no file."""
    return FileId(connection.execute(_SQL["last"]).fetchone()[0])


def missing_files(connection: sqlite3.Connection, folder_id: FolderId) -> set[bytes]:
    """Relative paths of the files that are flagged as missing."""
    return {path for (path,) in connection.execute(_SQL["missing"], {"folder_id": folder_id})}


def missing_in_folders(connection: sqlite3.Connection) -> dict[FolderId, int]:
    """Number of files that are flagged as missing, by folder; a folder without any is left out."""
    return {FolderId(folder_id): count for folder_id, count in connection.execute(_SQL["missing_in_folders"])}


def record_changes(
    connection: sqlite3.Connection,
    folder_id: FolderId,
    changes: Changes,
    model_key: str,
    now: float,
    scanned_at: float | None = None,
) -> IndexShift:
    """Take over what a scan found. Of a folder that was removed meanwhile: nothing."""
    if folders.exists(connection, folder_id):
        _note_paths(connection, changes.vanished)
        connection.execute(_SQL["remove_named"], {"folder_id": folder_id})
        _take_found(connection, folder_id, changes)
        if scanned_at is not None:
            folders.set_scanned(connection, folder_id, scanned_at)
    return settle(connection, model_key, now)


def lost_files(connection: sqlite3.Connection, folder_id: FolderId, paths: Iterable[bytes]) -> dict[bytes, bool]:
    """Those of the files whose content lies at no other one that can be reached, and whether it is known."""
    _note_paths(connection, paths)
    return {path: bool(is_known) for path, is_known in connection.execute(_SQL["lost"], {"folder_id": folder_id})}


def mark_missing(connection: sqlite3.Connection, folder_id: FolderId, paths: Iterable[bytes]) -> None:
    """Flag files that are not there, but that nobody said are gone: they count as offline."""
    _note_paths(connection, paths)
    connection.execute(_SQL["mark_named_missing"], {"folder_id": folder_id})


def release_missing(connection: sqlite3.Connection, folder_id: FolderId, model_key: str, now: float) -> IndexShift:
    """Delete the flagged files: a person said that they are gone."""
    connection.execute(_SQL["remove_missing"], {"folder_id": folder_id})
    return settle(connection, model_key, now)


def link(connection: sqlite3.Connection, file_id: FileId, stamp: FileStamp, content_id: ContentId | None) -> None:
    """Say what is in the file (None: nobody knows), if its row still has that stamp."""
    connection.execute(_SQL["link"], {"file_id": file_id, "content_id": content_id, **stamp_columns(stamp)})


def stamp_columns(stamp: FileStamp) -> dict[str, int]:
    """The stamp as the statements want it."""
    return {"size_bytes": stamp.size_bytes, "mtime_ns": stamp.mtime_ns}


def waiting_files(connection: sqlite3.Connection, limit: int, skip: Collection[FileId] = ()) -> list[WaitingFile]:
    """The next files whose content isn't known, in reachable folders, without a problem; lowest id first."""
    rows = connection.execute(_SQL["waiting"], {"limit": limit, "skip": id_list(skip)})
    return [
        WaitingFile(FileId(file_id), os.path.join(root, path), FileStamp(size_bytes, mtime_ns), bool(size_known))  # noqa: PTH118
        for file_id, root, path, size_bytes, mtime_ns, size_known in rows
    ]


def files_page(
    connection: sqlite3.Connection, limit: int, after: FileId | None, folder_id: FolderId | None
) -> list[tuple[File, Md5, bool]]:
    """Files with a content by id, each with the content's MD5 and whether it can be reached."""
    rows = connection.execute(_SQL["page"], {"limit": limit, "after": after or 0, "folder_id": folder_id})
    return [
        (
            File(FileId(file_id), FolderId(folder), os.path.join(root, path), FileStamp(size_bytes, mtime_ns)),  # noqa: PTH118
            Md5(md5),
            bool(online),
        )
        for file_id, folder, root, path, size_bytes, mtime_ns, md5, online in rows
    ]


def _take_found(connection: sqlite3.Connection, folder_id: FolderId, changes: Changes) -> None:
    connection.execute(_SQL["forget_incoming"])
    connection.executemany(
        _SQL["note_incoming"],
        (
            (found.path, found.stamp.size_bytes, found.stamp.mtime_ns, changes.hashes.get(found.path))
            for found in changes.found
        ),
    )
    connection.execute(_SQL["take_incoming"], {"folder_id": folder_id})
    connection.execute(_SQL["link_incoming"], {"folder_id": folder_id})
    connection.execute(_SQL["forget_incoming"])


def _note_paths(connection: sqlite3.Connection, paths: Iterable[bytes]) -> None:
    connection.execute(_SQL["forget_named"])
    connection.executemany(_SQL["note_named"], ((path,) for path in paths))
