"""Reads the room's SQL files. A file of statements has sections, each begun by a line ``-- name: …``.

Called once for each topic when its module is imported.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"
_HEADING = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_MIGRATION = re.compile(r"^(\d{4})_\w+\.sql$")


def load(topic: str) -> Mapping[str, str]:
    """The statements of ``sql/<topic>.sql`` by name."""
    _, *parts = _HEADING.split(_FOLDER.joinpath(f"{topic}.sql").read_text("utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


def load_migrations() -> list[str]:
    """The migrations in their order; the first is number 1."""
    found = {int(match[1]): entry for entry in _FOLDER.iterdir() if (match := _MIGRATION.match(entry.name))}
    return [found[number].read_text("utf-8") for number in range(1, len(found) + 1)]


def id_list(ids: Iterable[int]) -> str:
    """Ids as JSON, the one form in which a statement takes many of them (``json_each``)."""
    return json.dumps([int(one) for one in ids])
