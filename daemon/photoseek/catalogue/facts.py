"""Small facts that outlive a restart, such as whether the person paused. Called by ``catalogue``."""

import sqlite3

from photoseek.catalogue.statements import load

_SQL = load("facts")


def remember(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep ``value``; one that is there is replaced."""
    connection.execute(_SQL["remember"], {"key": key, "value": value})


def all_facts(connection: sqlite3.Connection) -> dict[str, str]:
    """Everything that was kept."""
    return {str(key): str(value) for key, value in connection.execute(_SQL["all"])}


def recall(connection: sqlite3.Connection, key: str) -> str | None:
    """What was kept, or None."""
    row = connection.execute(_SQL["recall"], {"key": key}).fetchone()
    return None if row is None else str(row[0])
