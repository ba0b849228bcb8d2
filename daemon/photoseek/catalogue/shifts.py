"""What a change of the catalogue means for the index: which contents can be found now and could not before.

Called at the end of every writing function, in the writer's thread and transaction. Temporary triggers note
each link that changes, so no statement can be forgotten; ``settle`` compares before and after. So a rename,
which takes a link away and puts one back, comes to nothing.
"""

import secrets
import sqlite3

from photoseek.catalogue import sketches, words
from photoseek.catalogue.statements import load
from photoseek.domain import ContentId, IndexShift

_SQL = load("shifts")


def prepare(connection: sqlite3.Connection) -> None:
    """Give the writing connection its notes and triggers."""
    connection.executescript(_SQL["prepare"])


def settle(connection: sqlite3.Connection, model_key: str, now: float) -> IndexShift:
    """Set ``orphaned_at``, ``filed_at``, words and stacks of what this transaction touched; tell what that means.

    Files that are flagged as missing go where their content was found at another place.

    Args:
        connection: The writing one.
        model_key: The model in use; the sequence number goes up also when only another model's vectors shift.
        now: Unix seconds.
    """
    model = {"model_key": model_key}
    connection.execute(_SQL["let_moved_go"])
    connection.execute(_SQL["note_turned"])
    connection.execute(_SQL["turn"], {"now": now})
    connection.execute(_SQL["file"])
    sketches.follow_turned(connection)
    words.refill(connection)
    appeared = [ContentId(row[0]) for row in connection.execute(_SQL["appeared"], model)]
    vanished = [ContentId(row[0]) for row in connection.execute(_SQL["vanished"], model)]
    if connection.execute(_SQL["any_model_shifted"]).fetchone()[0]:
        bump(connection)
    for notes in ("forget_touched", "forget_embedded", "forget_turned"):
        connection.execute(_SQL[notes])
    return IndexShift(seq(connection), appeared, vanished)


def leap(connection: sqlite3.Connection) -> None:
    """Make every saved index a doubtful one, for good.

    After a power cut or damage the catalogue can be older than an index that was saved. Counting on from there
    would give the number of that index to another state, so the count goes on far away.
    """
    connection.execute(_SQL["leap"], {"distance": 1 + secrets.randbits(40)})


def bump(connection: sqlite3.Connection) -> None:
    """Make every index that was saved before this transaction a doubtful one."""
    connection.execute(_SQL["bump"])


def seq(connection: sqlite3.Connection) -> int:
    """The sequence number."""
    return int(connection.execute(_SQL["seq"]).fetchone()[0])
