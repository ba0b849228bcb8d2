"""The numbers of ``/status``, each as the API's contract defines it. Called by ``catalogue`` in a reader's thread."""

import sqlite3

from photoseek.catalogue import embeddings
from photoseek.catalogue.statements import load
from photoseek.domain import Counts

_SQL = load("counting")


def counts(connection: sqlite3.Connection, model_key: str) -> Counts:
    """All numbers, of one moment. With an empty ``model_key`` there are no vectors and only files wait."""
    contents = _count(connection, "contents")
    model_id = embeddings.model_number(connection, model_key)
    vectors = 0 if model_id is None else embeddings.count_here(connection, model_id)
    waiting = _count(connection, "waiting_files")
    if model_key and vectors < contents:  # most of the time they are equal, and this is the slow one
        waiting += _count(connection, "waiting_contents", model_id=model_id)
    return Counts(_count(connection, "photos"), contents, vectors, waiting, _count(connection, "problems"))


def _count(connection: sqlite3.Connection, name: str, **arguments: int | None) -> int:
    return int(connection.execute(_SQL[name], arguments).fetchone()[0])
