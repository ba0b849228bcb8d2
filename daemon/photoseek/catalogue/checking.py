"""Looks at every row of the catalogue: for ``photoseek check``, and for the daemon, which does so by itself.

Reads only; works beside a running daemon.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from photoseek.catalogue import checksums, embeddings
from photoseek.catalogue.statements import load
from photoseek.domain import DRAWING, SKETCH_BYTES

_SQL = load("checking")

_RULES = {
    "wrongly_here": "Content {} lies at no file, but counts as a photo.",
    "wrongly_orphaned": "Content {} lies at a file, but counts as gone.",
    "linked_to_nothing": "File {} links to a content that doesn't exist.",
    "linked_wrongly": "File {} links to a content of another size.",
    "linked_with_problem": "File {} has a content and a problem at the same time.",
    "misspelt": "File {} is searched for under another name or folder than its own.",
    "stray_words": "Content {} can be searched for by words, but lies at no file.",
    "misworded": "Content {} is searched for under other words than its own.",
    "misled": "Content {} is stacked with one that leads no stack.",
    "leads_from_nowhere": "Content {} leads a stack though it lies at no file, or the other way round.",
    "misdrawn": "The sketch of content {} is damaged: wrong length.",
    "outdated_problem": "The problem of file {} is about an older version of it.",
}
_TEXTS = ("folder_texts", "problem_texts", "fact_texts", "model_texts", "description_texts", "place_texts")


@dataclass(frozen=True)
class Findings:
    """What is wrong, each finding as a sentence.

    Attributes:
        in_file: With the file itself: no page of it can be trusted.
        in_rows: With single rows, in a file that is in order.
        contents: Ids of contents whose facts are damaged.
        embeddings: Row ids of embeddings that are damaged.
    """

    in_file: list[str] = field(default_factory=list)
    in_rows: list[str] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)
    embeddings: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.in_file or self.in_rows)


def look_over(connection: sqlite3.Connection) -> Findings:
    """Look at everything. A damaged page ends one look, not the others."""
    found = Findings()
    for look in (_integrity, _texts, _sequence):
        found.in_file.extend(_guarded(look, connection, found))
    for look_at_rows in (_foreign_keys, _rules, _contents, _embeddings):
        found.in_rows.extend(_guarded(look_at_rows, connection, found))
    return found


def check(connection: sqlite3.Connection) -> list[str]:
    """Every finding; none if all is well."""
    found = look_over(connection)
    return list(dict.fromkeys(found.in_file + found.in_rows))


def _guarded(
    look: Callable[[sqlite3.Connection, Findings], Iterator[str]], connection: sqlite3.Connection, found: Findings
) -> Iterator[str]:
    try:
        yield from look(connection, found)
    except sqlite3.DatabaseError as error:
        found.in_file.append(f"The catalogue's file is damaged: {error}.")
    except UnicodeDecodeError:  # SQLite quotes the file in its complaint, and Python can't read the quotation
        found.in_file.append("The catalogue's file is damaged.")


def _integrity(connection: sqlite3.Connection, _: Findings) -> Iterator[str]:
    for (finding,) in connection.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"The catalogue's file is damaged: {finding}."


def _texts(connection: sqlite3.Connection, _: Findings) -> Iterator[str]:
    """Reading them is the look: bytes that are no text raise."""
    for name in _TEXTS:
        for _row in connection.execute(_SQL[name]):
            pass
    yield from ()


def _sequence(connection: sqlite3.Connection, _: Findings) -> Iterator[str]:
    (rows,) = connection.execute(_SQL["sequence_rows"]).fetchone()
    if rows != 1:
        yield f"The catalogue's file is damaged: {rows} sequence numbers instead of one."


def _foreign_keys(connection: sqlite3.Connection, _: Findings) -> Iterator[str]:
    for table, row_id, parent, _key in connection.execute("PRAGMA foreign_key_check"):
        yield f"Row {row_id} of {table} points to a row of {parent} that doesn't exist."


def _rules(connection: sqlite3.Connection, _: Findings) -> Iterator[str]:
    for name, sentence in _RULES.items():
        for (row_id,) in connection.execute(_SQL[name], {"drawing": DRAWING, "sketch_bytes": SKETCH_BYTES}):
            yield sentence.format(row_id)


def _contents(connection: sqlite3.Connection, found: Findings) -> Iterator[str]:
    for content_id, *columns, expected in connection.execute(_SQL["contents"]):
        if not checksums.is_sound(columns, expected):
            found.contents.append(content_id)
            yield f"What is known of content {content_id} is damaged: wrong checksum."


def _embeddings(connection: sqlite3.Connection, found: Findings) -> Iterator[str]:
    for row_id, model_key, dim, md5, expected, vector in connection.execute(_SQL["embeddings"]):
        if not embeddings.is_sound(model_key, dim, md5, expected, vector):
            found.embeddings.append(row_id)
            yield f"Embedding {row_id} is damaged: wrong length or checksum."
