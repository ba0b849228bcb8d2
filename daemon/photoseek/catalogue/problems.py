"""Files that could not be indexed, and why. Functions that block, called by ``catalogue``."""

import os
import sqlite3

from photoseek.catalogue import files
from photoseek.catalogue.shifts import settle
from photoseek.catalogue.statements import load
from photoseek.domain import FileId, FileStamp, FolderId, IndexShift, Problem

_SQL = load("problems")


def record_problem(
    connection: sqlite3.Connection, file_id: FileId, stamp: FileStamp, reason: str, model_key: str, now: float
) -> IndexShift:
    """Write a reason down, if the file's row still has that stamp, and tear its link.

    A file can have a link here: a content that waits for the embedding of a new model can no longer be read.
    Without tearing the link it would be tried again and again.
    """
    files.link(connection, file_id, stamp, None)
    columns = {"file_id": file_id, "reason": reason, "now": now, **files.stamp_columns(stamp)}
    connection.execute(_SQL["put"], columns)
    return settle(connection, model_key, now)


def problems(connection: sqlite3.Connection, limit: int, after: FileId | None) -> list[Problem]:
    """The problems by file id."""
    rows = connection.execute(_SQL["page"], {"limit": limit, "after": after or 0})
    return [
        Problem(FileId(file_id), os.path.join(root, path), reason, seen_at)  # noqa: PTH118 - bytes
        for file_id, root, path, reason, seen_at in rows
    ]


def retry_problems(connection: sqlite3.Connection, folder_id: FolderId | None, since: float) -> int:
    """Forget those of a folder (None: of all) from that time on, so that their files wait again; how many."""
    return connection.execute(_SQL["forget"], {"folder_id": folder_id, "since": since}).rowcount
