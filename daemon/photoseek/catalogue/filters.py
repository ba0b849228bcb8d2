"""Which contents a query's filters let through: exactly those, from the catalogue as it is. Functions that block.

Each filter is a condition of ``sql/filters.sql`` with a value. Those of one key are alternatives, but for dates; one
that is negated has to fail.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import sketches, spelling
from photoseek.catalogue.statements import load
from photoseek.domain import PICTURE_FORMATS, ContentId, Filter, photo_md5

_SQL = load("filters")
_ALL_COUNT = ("after", "before")
_BY_FILE = ("folder", "name")


@dataclass(slots=True)
class _Condition:
    sql: str
    values: list[Any] = field(default_factory=list)


def passing(connection: sqlite3.Connection, filters: Sequence[Filter]) -> NDArray[np.int64]:
    """Content ids ``(n,)`` of all that lie at some file and pass; in no order to rely on."""
    return _ids(_select(connection, "passing", _conditions(connection, filters)))


def newest(
    connection: sqlite3.Connection,
    filters: Sequence[Filter],
    limit: int,
    behind: tuple[str, int] | None,
    *,
    stacks: bool = False,
) -> tuple[list[tuple[ContentId, str]], int]:
    """What passes, newest first, from behind a time and content on; and the number of all that pass.

    With ``stacks`` only one that passes of each stack: its leader, else the newest.

    Returns:
        Content ids, each with the local time by which it is sorted, and the number.
    """
    conditions = _conditions(connection, filters)
    [(count,)] = _select(connection, "count", conditions)
    if stacks:
        count -= _count_hidden(connection, conditions, count)
        conditions = [*conditions, _first_of_stack(conditions)]
    if behind is not None:
        conditions = [*conditions, _Condition(_SQL["behind"], list(behind))]
    rows = _select(connection, "newest", conditions, _Condition(_SQL["order"], [limit]))
    return [(ContentId(content_id), taken) for content_id, taken in rows], count


def _select(
    connection: sqlite3.Connection, statement: str, conditions: Sequence[_Condition], end: _Condition | None = None
) -> list[tuple[Any, ...]]:
    parts = [_SQL[statement], *(f"AND ({condition.sql})" for condition in conditions), end.sql if end else ""]
    values = [value for condition in (*conditions, *([end] if end else [])) for value in condition.values]
    return connection.execute("\n".join(parts), values).fetchall()


def _ids(rows: list[tuple[Any, ...]]) -> NDArray[np.int64]:
    [(ids,)] = rows
    return np.fromstring(ids or "", np.int64, sep=",")


def _count_hidden(connection: sqlite3.Connection, conditions: Sequence[_Condition], passing: int) -> int:
    """Of each stack all that pass but one; ``passing`` is the number of all that do. Reads those or the others."""
    [(about_all,)] = connection.execute(_SQL["last"])
    if 2 * passing <= about_all:
        return sketches.count_hidden(connection, _ids(_select(connection, "passing", conditions)))
    passes, values = _joined(conditions)
    failing = connection.execute(_SQL["failing"].replace("{passes}", passes), values).fetchall()
    return sketches.count_hidden(connection, _ids(failing), but_these=True)


def _first_of_stack(conditions: Sequence[_Condition]) -> _Condition:
    passes, values = _joined(conditions)
    return _Condition(_SQL["first_of_stack"].replace("{passes}", passes), 2 * values)


def _joined(conditions: Sequence[_Condition]) -> tuple[str, list[Any]]:
    """To be put behind another condition, and the values."""
    passes = "".join(f" AND ({condition.sql})" for condition in conditions)
    return passes, [value for condition in conditions for value in condition.values]


def _conditions(connection: sqlite3.Connection, filters: Sequence[Filter]) -> list[_Condition]:
    """All of them have to hold."""
    groups: defaultdict[object, list[Filter]] = defaultdict(list)
    for one in filters:
        alone = one.negated or one.key in _ALL_COUNT
        groups[one if alone else one.key].append(one)
    return [_any_of(connection, group) for group in groups.values()]


def _any_of(connection: sqlite3.Connection, filters: Sequence[Filter]) -> _Condition:
    """One of several filters of one key, or a single one, which may be negated."""
    by_file = filters[0].key in _BY_FILE
    parts = [part for one in filters for part in _parts(connection, one)]
    sql = (" UNION ALL " if by_file else " OR ").join(part.sql for part in parts)
    sql = f"c.id IN ({sql})" if by_file else f"({sql})"
    return _Condition(f"NOT {sql}" if filters[0].negated else sql, [value for part in parts for value in part.values])


def _parts(connection: sqlite3.Connection, one: Filter) -> list[_Condition]:
    """What is to be joined: of a filter by file selections of contents, of others conditions."""
    match one.key:
        case "folder":
            return [_Condition(_SQL["folder"], [spelling.place_glob(one.value)])]
        case "name":
            return _names(one.value)
        case "camera":
            return [_Condition(_SQL["camera"], [_cameras(connection, one.value)])]
        case "type" | "stack":
            value = PICTURE_FORMATS[one.value] if one.key == "type" else photo_md5(one.value)
            return [_Condition(_SQL[one.key], [value])]
        case "orientation":
            return [_Condition(_SQL[one.value])]
        case _:
            return [_Condition(_SQL[one.key], [one.value])]


def _names(pattern: str) -> list[_Condition]:
    """Whole names; those without suffix too, unless the pattern speaks of suffixes."""
    glob = spelling.name_glob(pattern)
    whole = _Condition(_SQL["name"], [glob])
    if spelling.is_whole_name(pattern):
        return [whole]
    return [whole, _Condition(_SQL["name_without_suffix"], [f"{glob}.*", glob])]


def _cameras(connection: sqlite3.Connection, part: str) -> str:
    """The cameras whose names contain this, as JSON; there are few, and Python knows the case of all letters."""
    wanted = spelling.fold(part)
    found = [camera for (camera,) in connection.execute(_SQL["cameras"]) if wanted in spelling.fold(camera)]
    return json.dumps(found)
