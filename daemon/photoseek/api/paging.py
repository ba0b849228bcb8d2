"""Pages of lists that have numbered rows: where one begins, and where the next goes on. Pure; any thread."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from photoseek.api.refusals import bad_request

_MAX_ROW_ID = 2**63 - 1  # SQLite's largest integer

Row = TypeVar("Row")


def read_cursor(cursor: str) -> int | None:
    """The row after which a page begins; None for the first page.

    Raises:
        RefusedError: It is none of our cursors.
    """
    if not cursor:
        return None
    if not re.fullmatch("[0-9]{1,19}", cursor) or int(cursor) > _MAX_ROW_ID:
        raise bad_request("The cursor is not one of photoseek's.", "Take next_cursor of the page before.")
    return int(cursor)


def one_page(rows: Sequence[Row], limit: int, number: Callable[[Row], int]) -> tuple[Sequence[Row], str | None]:
    """What is shown of rows of which one more was asked for, and where the next page goes on."""
    return rows[:limit], str(number(rows[limit - 1])) if len(rows) > limit else None
