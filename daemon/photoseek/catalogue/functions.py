"""Functions of photoseek's that its SQL calls, given to each connection.

``spelling``, ``wording`` and ``checksums`` say what they compute. On a damaged page a column can be of any type, so
each answers NULL where it can't answer.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from photoseek.catalogue import checksums, spelling, wording


def give(connection: sqlite3.Connection) -> None:
    """Make the functions known to this connection."""
    for name, arguments, function in (
        ("content_checksum", 11, lambda *columns: checksums.of_content(columns)),
        ("checksum_after", 13, checksums.after_filing),
        ("name_key", 1, spelling.name_key),
        ("place_key", 2, spelling.place_key),
        ("file_words", 2, wording.file_words),
        ("text_words", 1, wording.all_words),
    ):
        connection.create_function(name, arguments, _total(function), deterministic=True)


def _total(function: Callable[..., Any]) -> Callable[..., Any]:
    def answer(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (TypeError, ValueError, AttributeError):
            return None

    return answer
