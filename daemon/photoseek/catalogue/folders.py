"""The watched folders. Functions that block, called by ``catalogue`` in a thread, in a transaction."""

import sqlite3
from typing import Any

from photoseek.catalogue.faults import CorruptCatalogueError
from photoseek.catalogue.shifts import settle
from photoseek.catalogue.statements import load
from photoseek.domain import Folder, FolderId, FolderState, IndexShift
from photoseek.errors import FolderError, NotFoundError

_SQL = load("folders")


def folders(connection: sqlite3.Connection) -> list[Folder]:
    """All of them, the oldest first."""
    return [_folder(*row) for row in connection.execute(_SQL["all"])]


def add_folder(connection: sqlite3.Connection, path: bytes) -> Folder:
    """Watch ``path``; its state is ``scanning`` until someone says otherwise.

    Raises:
        FolderError: It is watched already.
    """
    row = connection.execute(_SQL["add"], {"path": path}).fetchone()
    if row is None:
        raise FolderError("This folder is watched already.")
    return _folder(*row)


def ever_had_any(connection: sqlite3.Connection) -> bool:
    """Whether a folder was ever watched by this very file."""
    return bool(connection.execute(_SQL["ever_had_any"]).fetchone()[0])


def put_back(connection: sqlite3.Connection, folder_id: int, path: bytes) -> None:
    """Watch a folder under the number that it had in a catalogue that was lost; one that is there stays."""
    connection.execute(_SQL["put_back"], {"folder_id": folder_id, "path": path})


def remove_folder(connection: sqlite3.Connection, folder_id: FolderId, model_key: str, now: float) -> IndexShift:
    """Forget the folder and its files; contents that lie nowhere else are orphaned.

    Raises:
        NotFoundError: There is no such folder.
    """
    if not exists(connection, folder_id):
        raise NotFoundError("There is no such folder.", "See `photoseek folders list`.")
    connection.execute(_SQL["remove_files"], {"folder_id": folder_id})
    connection.execute(_SQL["remove"], {"folder_id": folder_id})
    return settle(connection, model_key, now)


def exists(connection: sqlite3.Connection, folder_id: FolderId) -> bool:
    """Whether the folder is watched."""
    return bool(connection.execute(_SQL["exists"], {"folder_id": folder_id}).fetchone()[0])


def set_state(connection: sqlite3.Connection, folder_id: FolderId, state: FolderState, note: str) -> None:
    """Write down what is done with the folder; of one that was removed meanwhile, nothing."""
    connection.execute(_SQL["set_state"], {"folder_id": folder_id, "state": state.value, "note": note})


def set_scanned(connection: sqlite3.Connection, folder_id: FolderId, scanned_at: float) -> None:
    """Write down when a whole scan ended, Unix seconds."""
    connection.execute(_SQL["set_scanned"], {"folder_id": folder_id, "scanned_at": scanned_at})


def photos_in_folders(connection: sqlite3.Connection) -> dict[FolderId, int]:
    """Files with a content, by folder; a folder without any is left out."""
    return {FolderId(folder_id): count for folder_id, count in connection.execute(_SQL["photos"])}


def _folder(folder_id: int, path: bytes, state: Any, last_scan_at: float | None, note: str) -> Folder:
    try:
        return Folder(FolderId(folder_id), path, FolderState(state), last_scan_at, note)
    except ValueError as error:
        raise CorruptCatalogueError(
            f"The state of folder {folder_id} is damaged.", "Run `photoseek repair`."
        ) from error
