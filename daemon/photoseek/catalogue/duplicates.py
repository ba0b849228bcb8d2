"""Photos of which there is more than one. Functions that block, called by ``catalogue``."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable

from photoseek.catalogue import contents
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import ContentId, DuplicateGroup, DuplicateKind, Photo

_SQL = load("duplicates")


def groups(connection: sqlite3.Connection, kind: DuplicateKind, limit: int, after: int) -> list[DuplicateGroup]:
    """The next groups of a kind, by number from there on."""
    rows = connection.execute(_SQL[kind], {"limit": limit, "after": after})
    numbers = [ContentId(number) for (number,) in rows]
    members = {number: [number] for number in numbers} if kind == "exact" else _members(connection, numbers)
    photos = contents.photos(connection, [one for group in members.values() for one in group])
    return [
        DuplicateGroup(number, kind, tuple(sorted((photos[one] for one in members[number]), key=_rank(number))))
        for number in numbers
    ]


def _members(connection: sqlite3.Connection, leaders: list[ContentId]) -> dict[ContentId, list[ContentId]]:
    found: defaultdict[ContentId, list[ContentId]] = defaultdict(list)
    for leader_id, content_id in connection.execute(_SQL["members"], {"ids": id_list(leaders)}):
        found[ContentId(leader_id)].append(ContentId(content_id))
    return found


def _rank(leader: ContentId) -> Callable[[Photo], tuple[bool, int, int, int]]:
    def rank(photo: Photo) -> tuple[bool, int, int, int]:
        pixels = photo.facts.width * photo.facts.height
        return photo.content_id != leader, -pixels, -photo.size_bytes, photo.content_id

    return rank
