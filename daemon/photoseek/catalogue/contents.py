"""Contents: pictures by their bytes, wherever they lie. Functions that block, called by ``catalogue``."""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from photoseek.catalogue import embeddings, files, sketches, words
from photoseek.catalogue.faults import CorruptCatalogueError
from photoseek.catalogue.preferring import prefer
from photoseek.catalogue.shifts import settle
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import (
    READING,
    Changes,
    ContentId,
    Description,
    FileId,
    FileStamp,
    Filter,
    FolderId,
    FoundFile,
    Indexed,
    IndexShift,
    Md5,
    Photo,
    PhotoFile,
    PictureFacts,
    Stack,
    WaitingContent,
    photo_id,
)

_SQL = load("contents")


def store(
    connection: sqlite3.Connection, indexed: Sequence[Indexed], model_key: str, answering: str, now: float
) -> IndexShift:
    """Keep contents and embeddings, and link the files that still are what was read.

    The same again changes nothing. Where the file changed or went meanwhile, content and embedding stay for the
    day when those bytes come back.

    Raises:
        ValueError: A vector has another length than this model's others.
    """
    for one in indexed:
        content_id = _put(connection, one.md5, one.stamp.size_bytes, one.facts, now)
        files.link(connection, one.file_id, one.stamp, content_id)
        embeddings.put(connection, model_key, content_id, one.md5, one.vector)
    return settle(connection, answering, now)


def keep_upload(
    connection: sqlite3.Connection, folder_id: FolderId, file: FoundFile, md5: Md5, facts: PictureFacts,
    model_key: str, now: float,
) -> IndexShift:  # fmt: skip
    """Keep a picture that was just saved and decoded: its content and its file, linked. It waits for its embedding."""
    _put(connection, md5, file.stamp.size_bytes, facts, now)
    return files.record_changes(connection, folder_id, Changes([file], hashes={file.path: md5}), model_key, now)


def record_copies(
    connection: sqlite3.Connection, copies: Iterable[tuple[FileId, FileStamp, Md5]], model_key: str, now: float
) -> tuple[IndexShift, set[FileId]]:
    """Link the files whose content is known; the ids of the others come back."""
    unknown = set()
    for file_id, stamp, md5 in copies:
        content_id = _find(connection, md5, stamp.size_bytes)
        if content_id is None:
            unknown.add(file_id)
        else:
            files.link(connection, file_id, stamp, content_id)
    return settle(connection, model_key, now), unknown


def waiting_contents(
    connection: sqlite3.Connection, model_key: str, limit: int, skip: Collection[ContentId] = ()
) -> list[WaitingContent]:
    """The next contents without an embedding of this model that lie at a reachable file; lowest id first."""
    # The indexer asks after each batch, and mostly nothing lacks: counting is five times as fast as looking.
    if not model_key or count_here(connection) == embeddings.count_here(connection, model_key):
        return []
    arguments = {"model_key": model_key, "limit": limit, "skip": id_list(skip)}
    return _waiting(connection.execute(_SQL["waiting"], arguments))


def undescribed(connection: sqlite3.Connection, limit: int, after: ContentId) -> list[WaitingContent]:
    """The next contents at a reachable file whose description isn't of the present reading; lowest id first."""
    arguments = {"limit": limit, "after": after, "reading": READING}
    return _waiting(connection.execute(_SQL["undescribed"], arguments))


def describe(connection: sqlite3.Connection, said: Sequence[tuple[ContentId, Description]], now: float) -> None:
    """Keep what contents say of themselves; no vector shifts by that."""
    for content_id, description in said:
        words.describe(connection, content_id, description)
    settle(connection, "", now)


def _waiting(rows: Iterable[tuple[Any, ...]]) -> list[WaitingContent]:
    return [
        WaitingContent(
            ContentId(content_id),
            Md5(md5),
            FileId(file_id),
            os.path.join(root, path),  # noqa: PTH118 - bytes
            FileStamp(size_bytes, mtime_ns),
        )
        for content_id, md5, file_id, root, path, size_bytes, mtime_ns in rows
    ]


def count_here(connection: sqlite3.Connection) -> int:
    """Number of contents that lie at some file."""
    return int(connection.execute(_SQL["count_here"]).fetchone()[0])


def photo(connection: sqlite3.Connection, md5: Md5) -> Photo | None:
    """The photo with this MD5, unless it lies at no file."""
    row = connection.execute(_SQL["id_of_photo"], {"md5": md5}).fetchone()
    return None if row is None else photos(connection, [ContentId(row[0])])[ContentId(row[0])]


def photos(
    connection: sqlite3.Connection,
    content_ids: Collection[ContentId],
    filters: Sequence[Filter] = (),
    texts: Sequence[str] = (),
) -> dict[ContentId, Photo]:
    """Those of the contents that lie at some file, with their files, in the order asked for; see ``preferring``."""
    ids = {"ids": id_list(content_ids)}
    places: dict[int, list[PhotoFile]] = defaultdict(list)
    for content_id, root, path, folder_id, online, size_bytes, mtime_ns in connection.execute(_SQL["files"], ids):
        place = PhotoFile(os.path.join(root, path), folder_id, bool(online), size_bytes, mtime_ns)  # noqa: PTH118
        places[content_id].append(place)
    found = {
        ContentId(content_id): Photo(
            ContentId(content_id),
            Md5(md5),
            size_bytes,
            _facts(*facts),
            prefer(places[content_id], filters, texts),
            _moment(filed_at),
            place,
            Stack(photo_id(leader), count) if count > 1 else None,
        )
        for content_id, md5, size_bytes, filed_at, place, leader, count, *facts in connection.execute(
            _SQL["photos"], ids
        )
    }
    return {content_id: found[content_id] for content_id in content_ids if content_id in found}


def md5s(connection: sqlite3.Connection, content_ids: Collection[ContentId]) -> dict[ContentId, Md5]:
    """The MD5s of contents, orphans too."""
    rows = connection.execute(_SQL["md5s"], {"ids": id_list(content_ids)})
    return {ContentId(content_id): Md5(md5) for content_id, md5 in rows}


def forget_orphans(connection: sqlite3.Connection, before: float) -> list[Md5]:
    """Delete contents, with their embeddings, whose last file went before that time; their MD5s come back."""
    return [Md5(md5) for (md5,) in connection.execute(_SQL["forget_orphans"], {"before": before}).fetchall()]


def _find(connection: sqlite3.Connection, md5: Md5, size_bytes: int) -> ContentId | None:
    """The content with this hash. The size guards against a file that was changed while it was hashed."""
    row = connection.execute(_SQL["find"], {"md5": md5, "size_bytes": size_bytes}).fetchone()
    return None if row is None else ContentId(row[0])


def _put(connection: sqlite3.Connection, md5: Md5, size_bytes: int, facts: PictureFacts, now: float) -> ContentId:
    columns = {
        "md5": md5,
        "size_bytes": size_bytes,
        "format": facts.format,
        "width": facts.width,
        "height": facts.height,
        "taken_at": facts.taken_at.isoformat() if facts.taken_at else None,
        "camera": facts.camera,
        "lens": facts.lens,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
    }
    content_id = ContentId(connection.execute(_SQL["put"], {**columns, "now": now}).fetchone()[0])
    words.describe(connection, content_id, facts.description)
    if facts.sketch is not None:
        sketches.put(connection, content_id, facts.sketch)
    return content_id


def _facts(
    picture_format: str,
    width: int,
    height: int,
    taken_at: str | None,
    camera: str,
    lens: str,
    latitude: float | None,
    longitude: float | None,
    title: str,
    caption: str,
    keywords: str,
) -> PictureFacts:
    said = Description(title, caption, tuple(keywords.splitlines()))
    return PictureFacts(picture_format, width, height, _moment(taken_at), camera, lens, latitude, longitude, said)


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError as error:
        raise CorruptCatalogueError("A photo's date is damaged.", "Run `photoseek repair`.") from error
