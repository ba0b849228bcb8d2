"""Brings a catalogue to the present schema, step by step, each in one transaction. Runs in the writer's thread.

``PRAGMA user_version`` is the number of the last migration that was done.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from photoseek.catalogue import functions
from photoseek.catalogue.statements import load_migrations
from photoseek.errors import CatalogueError

MIGRATIONS = load_migrations()


def version(connection: sqlite3.Connection) -> int:
    """Number of the last migration that was done; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Leave a catalogue alone whose tables this photoseek doesn't know.

    Raises:
        CatalogueError: It was made by a newer photoseek.
    """
    if version(connection) > len(migrations):
        raise CatalogueError(
            "The catalogue was made by a newer photoseek than this one.", "Install the newer photoseek again."
        )


def refuse_older(connection: sqlite3.Connection) -> None:
    """For who may only read.

    Raises:
        CatalogueError: The catalogue has to be migrated first.
    """
    if version(connection) < len(MIGRATIONS):
        raise CatalogueError("The catalogue was made by an older photoseek.", "Start photoseek once: it brings it up.")


def migrate(connection: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Do the migrations that are missing. A kill leaves the catalogue at one whole number.

    Raises:
        CatalogueError: The catalogue is a newer one; nothing was changed.
        sqlite3.Error: A step failed; it was taken back, those before it stay.
    """
    refuse_newer(connection, migrations)
    functions.give(connection)
    while version(connection) < len(migrations):
        _do_next(connection, migrations)


def _do_next(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """One step. The number is read under the lock, since another process may do the same at this moment."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = version(connection)
        if done < len(migrations):
            for statement in _split(migrations[done]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {done + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # nothing where a full disk has made SQLite take it back by itself
        raise


def _split(script: str) -> Iterator[str]:
    """The statements of a script, each ending at a line's end.

    ``executescript`` would end the transaction that holds them together.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
