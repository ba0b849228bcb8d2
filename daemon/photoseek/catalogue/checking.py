"""Looks at every row of the catalogue, for ``photoseek check``. Reads only; works beside a running daemon."""

import sqlite3
from collections.abc import Callable, Iterator

from photoseek.catalogue import contents, embeddings
from photoseek.catalogue.statements import load

_SQL = load("checking")

_RULES = {
    "wrongly_here": "Content {} lies at no file, but counts as a photo.",
    "wrongly_orphaned": "Content {} lies at a file, but counts as gone.",
    "linked_to_nothing": "File {} links to a content that doesn't exist.",
    "linked_with_problem": "File {} has a content and a problem at the same time.",
    "outdated_problem": "The problem of file {} is about an older version of it.",
}


def check(connection: sqlite3.Connection) -> list[str]:
    """Every finding as a sentence; none if all is well. A damaged page ends one look, not the others."""
    findings: list[str] = []
    for look in (_integrity, _foreign_keys, _rules, _contents, _embeddings):
        findings += _guarded(look, connection)
    return findings


def _guarded(look: Callable[[sqlite3.Connection], Iterator[str]], connection: sqlite3.Connection) -> Iterator[str]:
    try:
        yield from look(connection)
    except sqlite3.DatabaseError as error:
        yield f"The catalogue's file is damaged: {error}."


def _integrity(connection: sqlite3.Connection) -> Iterator[str]:
    for (finding,) in connection.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"The catalogue's file is damaged: {finding}."


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[str]:
    for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"Row {row_id} of {table} points to a row of {parent} that doesn't exist."


def _rules(connection: sqlite3.Connection) -> Iterator[str]:
    for name, sentence in _RULES.items():
        for (row_id,) in connection.execute(_SQL[name]):
            yield sentence.format(row_id)


def _contents(connection: sqlite3.Connection) -> Iterator[str]:
    for content_id, *columns, expected in connection.execute(_SQL["contents"]):
        if contents.checksum(columns) != expected:
            yield f"What is known of content {content_id} is damaged: wrong checksum."


def _embeddings(connection: sqlite3.Connection) -> Iterator[str]:
    for row_id, model_key, dim, md5, expected, vector in connection.execute(_SQL["embeddings"]):
        if not embeddings.is_sound(model_key, dim, md5, expected, vector):
            yield f"Embedding {row_id} is damaged: wrong length or checksum."
