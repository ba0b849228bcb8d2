"""The numbers of ``/status``, each as the API's contract defines it. Called by ``catalogue`` in a reader's thread."""

import sqlite3
from collections import Counter

from photoseek.catalogue import contents, embeddings
from photoseek.catalogue.statements import load
from photoseek.domain import Counts, FolderId

_SQL = load("counting")


def counts(connection: sqlite3.Connection, model_key: str) -> Counts:
    """All numbers, of one moment. With an empty ``model_key`` there are no vectors: every content waits for a model."""
    here = contents.count_here(connection)
    vectors = embeddings.count_here(connection, model_key)
    waiting = _count(connection, "waiting_files") + _waiting_contents(connection, model_key, here - vectors)
    return Counts(_count(connection, "photos"), here, vectors, waiting, _count(connection, "problems"))


def waiting_in_folders(connection: sqlite3.Connection, model_key: str) -> dict[FolderId, int]:
    """Files that can be reached and can't be found yet, problems not among them; a folder without any is left out."""
    waiting = Counter(_by_folder(connection, "waiting_files_in_folders"))
    waiting.subtract(_by_folder(connection, "problems_in_folders"))
    if contents.count_here(connection) > embeddings.count_here(connection, model_key):
        waiting.update(_by_folder(connection, "files_of_waiting_contents", model_key=model_key))
    return {folder_id: count for folder_id, count in waiting.items() if count > 0}


def coverage(connection: sqlite3.Connection, model_key: str) -> tuple[int, int]:
    """Contents that lie at some file and have an embedding of this model; those that lack one and can be reached."""
    have = embeddings.count_here(connection, model_key)
    return have, _waiting_contents(connection, model_key, contents.count_here(connection) - have)


def _waiting_contents(connection: sqlite3.Connection, model_key: str, lacking: int) -> int:
    """Of the contents that lack an embedding, those at a reachable file: looked up only where it can matter."""
    if not lacking or _count(connection, "all_reachable"):
        return lacking
    return _count(connection, "waiting_contents", model_key=model_key)


def _by_folder(connection: sqlite3.Connection, name: str, **arguments: str) -> dict[FolderId, int]:
    return {FolderId(folder_id): count for folder_id, count in connection.execute(_SQL[name], arguments)}


def _count(connection: sqlite3.Connection, name: str, **arguments: str) -> int:
    return int(connection.execute(_SQL[name], arguments).fetchone()[0])
