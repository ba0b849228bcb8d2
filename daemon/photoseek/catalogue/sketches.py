"""Sketches, and the stacks that are made by them. Functions that block, called by ``catalogue``.

A stack is what its leader leads; each content is in one, most alone. Who leads whom is decided by ``library.stacking``
alone; what a content's coming and going means for the others is seen to here, at the end of every writing transaction.
"""

import os
import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue.statements import id_list, load
from photoseek.domain import DRAWING, SKETCH_BYTES, ContentId, FileStamp, Md5, Sketched, UndrawnContent

_SQL = load("sketches")
_NOW = {"drawing": DRAWING}
_FEW = 2000
"""Contents up to which each is looked up; for more all stacks are read, and kept until the catalogue changes."""

_MOST_ABOUT = 32
"""Leaders of about the same time that a photo is compared with."""

_Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
_KEPT = threading.local()
"""What a reader's thread read last, with its connection; each has one."""


def put(connection: sqlite3.Connection, content_id: ContentId, sketch: bytes) -> None:
    """Keep a sketch; one of the present drawing that is there stays, and of a content that is gone nothing is kept."""
    columns = {**_NOW, "content_id": content_id, "sketch": sketch}
    connection.execute(_SQL["forsake"], columns)
    connection.execute(_SQL["put"], columns)


def put_all(connection: sqlite3.Connection, drawn: Iterable[tuple[ContentId, bytes]]) -> None:
    """Keep several."""
    for content_id, sketch in drawn:
        put(connection, content_id, sketch)


def undrawn(connection: sqlite3.Connection, limit: int, after: ContentId) -> list[UndrawnContent]:
    """The next contents without a sketch of the present drawing, those at unreachable files too; lowest id first."""
    rows = connection.execute(_SQL["undrawn"], {**_NOW, "limit": limit, "after": after})
    return [
        UndrawnContent(ContentId(content_id), Md5(md5), *_file(root, path, size_bytes, mtime_ns))
        for content_id, md5, root, path, size_bytes, mtime_ns in rows
    ]


def unstacked(connection: sqlite3.Connection, limit: int) -> list[Sketched]:
    """The next contents that wait for a stack, or to be looked at again in theirs."""
    return _all_sketched(connection.execute(_SQL["unstacked"], {**_NOW, "limit": limit}))


def leaders(connection: sqlite3.Connection, content_ids: Collection[ContentId]) -> list[Sketched]:
    """Those of the contents that lead a stack, if only their own."""
    return _all_sketched(connection.execute(_SQL["leaders"], {**_NOW, "ids": id_list(content_ids)}))


def all_leaders(connection: sqlite3.Connection, limit: int, after: ContentId) -> list[tuple[ContentId, bytes]]:
    """The next leaders with their sketches, by id from there on; without those that can lead nobody."""
    rows = connection.execute(_SQL["all_leaders"], {**_NOW, "limit": limit, "after": after}).fetchall()
    return [(ContentId(content_id), _sound(sketch)) for content_id, sketch in rows]


def led_about(connection: sqlite3.Connection, photos: Sequence[Sketched], within_s: float) -> list[list[ContentId]]:
    """For each of the photos the leaders that its camera took within so many seconds before or after."""
    return [_led_about(connection, one, timedelta(seconds=within_s)) for one in photos]


def leaders_of(connection: sqlite3.Connection, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of the contents ``(n,)`` the one whose stack it is in: itself where it is alone."""
    followed, leading = _followed(connection, content_ids)
    if not len(followed):
        return content_ids
    places = np.searchsorted(followed, content_ids).clip(max=len(followed) - 1)
    return np.where(followed[places] == content_ids, leading[places], content_ids)


def count_hidden(connection: sqlite3.Connection, content_ids: NDArray[np.int64], *, but_these: bool = False) -> int:
    """How many of the contents ``(n,)`` are in a stack with another one of them, less one for each such stack.

    Args:
        connection: A reader's.
        content_ids: In any order, each once.
        but_these: All contents but these are meant.
    """
    followed, leading = _followed(connection, None if but_these else content_ids)
    if not len(followed):
        return 0
    # A place for each content there is: to sort them would take twenty times as long.
    here = np.full(1 + max(content_ids.max(initial=0), followed.max(), leading.max()), but_these)
    here[content_ids] = not but_these
    follow = here[followed]
    lead = np.zeros_like(here)
    lead[leading[follow]] = True
    return int(np.count_nonzero(follow) - np.count_nonzero(lead & ~here))


def _followed(connection: sqlite3.Connection, content_ids: NDArray[np.int64] | None = None) -> _Pairs:
    """Contents that follow another one, sorted, and whom: those of the contents at least (None: all)."""
    # Goes up with every commit of others, and who reads commits nothing: https://sqlite.org/pragma.html#pragma_data_version
    version = connection.execute("PRAGMA data_version").fetchone()[0]
    kept: tuple[sqlite3.Connection, int, _Pairs] | None = getattr(_KEPT, "followed", None)
    if kept is not None and kept[0] is connection and kept[1] == version:
        return kept[2]
    if content_ids is not None and len(content_ids) <= _FEW:
        return _pairs(connection.execute(_SQL["followed"], {"ids": id_list(content_ids)}))
    pairs = _pairs(connection.execute(_SQL["all_followed"]))
    _KEPT.followed = (connection, version, pairs)
    return pairs


def _pairs(rows: sqlite3.Cursor) -> _Pairs:
    [(followers, leads)] = rows.fetchall()
    followed = np.fromstring(followers or "", np.int64, sep=",")
    order = np.argsort(followed)
    return followed[order], np.fromstring(leads or "", np.int64, sep=",")[order]


def stack(connection: sqlite3.Connection, placed: Iterable[tuple[ContentId, ContentId]]) -> int:
    """Let contents follow leaders, or lead themselves, in this order; tells how many could not, and wait on.

    Each has to wait, or to lead itself: then those that it led wait, in that leader's stack meanwhile.
    """
    refused = 0
    for content_id, leader_id in placed:
        pair = {"content_id": content_id, "leader_id": leader_id}
        done = connection.execute(_SQL["lead" if content_id == leader_id else "follow"], pair).rowcount
        if done and content_id != leader_id:
            connection.execute(_SQL["release"], pair)
        refused += not done
    return refused


def follow_turned(connection: sqlite3.Connection) -> None:
    """See to the stacks of contents that came or went in this transaction."""
    for step in ("leader_went", "waiting_went", "leader_came"):
        connection.execute(_SQL[step])


def _led_about(connection: sqlite3.Connection, one: Sketched, within: timedelta) -> list[ContentId]:
    if one.taken_at is None:
        return []
    first, last = ((one.taken_at + step).isoformat(timespec="seconds") for step in (-within, within))
    moments = {"first": first, "last": last, "taken": one.taken_at.isoformat(timespec="seconds")}
    bounds = {**moments, "camera": one.camera, "content_id": one.content_id, "most": _MOST_ABOUT}
    return [ContentId(content_id) for (content_id,) in connection.execute(_SQL["led_about"], bounds)]


def _file(root: bytes | None, path: bytes | None, size_bytes: int, mtime_ns: int) -> tuple[bytes, FileStamp | None]:
    if root is None or path is None:
        return b"", None
    return os.path.join(root, path), FileStamp(size_bytes, mtime_ns)  # noqa: PTH118 - bytes


def _all_sketched(rows: sqlite3.Cursor) -> list[Sketched]:
    # Read to the end first: an error over a damaged row would keep the cursor open, and with it this read's snapshot.
    return [_sketched(row) for row in rows.fetchall()]


def _sketched(row: tuple[Any, ...]) -> Sketched:
    content_id, sketch, width, height, size_bytes, md5, taken_local, is_said, camera = row
    rank = (-width * height, taken_local or "~", -size_bytes, md5)
    return Sketched(ContentId(content_id), _sound(sketch), rank, _moment(taken_local) if is_said else None, camera)


def _sound(sketch: bytes) -> bytes:
    if len(sketch) != SKETCH_BYTES:
        raise ValueError("a damaged sketch")
    return sketch


def _moment(taken_local: str) -> datetime | None:
    try:
        return datetime.fromisoformat(taken_local)
    except ValueError:
        return None  # such as the 30th of February
