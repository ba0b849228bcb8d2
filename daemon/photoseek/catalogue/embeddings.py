"""Embeddings: one vector a content and model, with a checksum. Functions that block, called by ``catalogue``.

The checksum is a CRC-32 over model key, MD5 and vector, so that swapped rows are noticed as flipped bits are. It is
there against chance, not against an enemy; blake2b took three times as long over 100,000 vectors.
"""

import sqlite3
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import shifts
from photoseek.catalogue.faults import CorruptCatalogueError
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import ContentId, IndexShift, Md5

_SQL = load("embeddings")
_STORED = np.dtype("<f4")


@dataclass(frozen=True)
class Embeddings:
    """What was read.

    Attributes:
        content_ids: ``(n,)`` int64.
        vectors: ``(n, dim)`` float32, unit length.
        damaged: Row ids of embeddings whose checksum is wrong.
    """

    content_ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    damaged: list[int] = field(default_factory=list)


def put(
    connection: sqlite3.Connection, model_key: str, content_id: ContentId, md5: Md5, vector: NDArray[np.float32]
) -> None:
    """Keep a vector, ``(dim,)`` float32; one that is there stays.

    Raises:
        ValueError: It has another length than this model's others.
    """
    connection.execute(_SQL["add_model"], {"model_key": model_key, "dim": len(vector)})
    model_id, dim = connection.execute(_SQL["model"], {"model_key": model_key}).fetchone()
    if vector.shape != (dim,):
        raise ValueError(f"a vector of shape {vector.shape} for a model of {dim} dimensions")
    stored = vector.astype(_STORED).tobytes()
    columns = {"content_id": content_id, "model_id": model_id, "vector": stored}
    connection.execute(_SQL["put"], {**columns, "checksum": checksum(model_key, md5, stored)})


def checksum(model_key: str, md5: bytes, vector: bytes) -> int:
    """CRC-32 that binds a vector to its model and its content."""
    return zlib.crc32(vector, zlib.crc32(md5, zlib.crc32(model_key.encode())))


def read(
    connection: sqlite3.Connection, model_key: str, content_ids: Collection[ContentId] | None = None
) -> Embeddings:
    """The embeddings of the contents that lie at some file (None: of all of them), damaged ones left out."""
    model = connection.execute(_SQL["model"], {"model_key": model_key}).fetchone()
    if model is None:
        return Embeddings(np.empty(0, np.int64), np.empty((0, 0), np.float32))
    model_id, dim = model
    if content_ids is None:
        room = count_here(connection, model_key)
        rows = connection.execute(_SQL["all_here"], {"model_id": model_id})
    else:
        room = len(set(content_ids))
        rows = connection.execute(_SQL["some_here"], {"model_id": model_id, "ids": id_list(content_ids)})
    try:
        return _fill(rows, model_key, room, dim)
    except (IndexError, TypeError) as error:  # more rows than the index knows, or a column of another type
        raise CorruptCatalogueError("The table of embeddings is damaged.", "Run `photoseek repair`.") from error


def count_here(connection: sqlite3.Connection, model_key: str) -> int:
    """Number of embeddings of this model whose contents lie at some file."""
    return int(connection.execute(_SQL["count_here"], {"model_key": model_key}).fetchone()[0])


def discard_damaged(connection: sqlite3.Connection, row_ids: Sequence[int]) -> int:
    """Delete those of the rows that are damaged still, so that their contents wait again; their number comes back."""
    rows = connection.execute(_SQL["by_ids"], {"ids": id_list(row_ids)}).fetchall()
    damaged = [row_id for row_id, *columns in rows if not is_sound(*columns)]
    connection.executemany(_SQL["remove"], ((row_id,) for row_id in damaged))
    if damaged:
        shifts.bump(connection)
    return len(damaged)


def forget_some(connection: sqlite3.Connection, model_key: str, limit: int) -> tuple[IndexShift, int]:
    """Delete at most ``limit`` embeddings of a model that is not in use; an empty shift, and how many were deleted."""
    number = connection.execute(_SQL["forget_some"], {"model_key": model_key, "limit": limit}).rowcount
    if number:
        shifts.bump(connection)
    return IndexShift(shifts.seq(connection)), number


def is_sound(model_key: str, dim: int, md5: bytes, expected: int, vector: bytes) -> bool:
    """Whether the vector is what was stored for that model and content."""
    try:
        return len(vector) == dim * _STORED.itemsize and checksum(model_key, md5, vector) == expected
    except (TypeError, AttributeError):  # a damaged page can hold a column of another type
        return False


def _fill(rows: sqlite3.Cursor, model_key: str, room: int, dim: int) -> Embeddings:
    """Copy the rows into arrays made beforehand: the vectors are in memory once, and no row costs an array."""
    content_ids = np.empty(room, np.int64)
    vectors = np.empty((room, dim), _STORED)
    target, width = vectors.reshape(-1).view(np.uint8).data, dim * _STORED.itemsize
    damaged, filled = [], 0
    crc32, key_crc = zlib.crc32, zlib.crc32(model_key.encode())
    for row_id, content_id, md5, expected, vector in rows:
        # The same as is_sound(), without a call for each of 100,000 rows.
        if crc32(vector, crc32(md5, key_crc)) != expected or len(vector) != width:
            damaged.append(row_id)
            continue
        content_ids[filled] = content_id
        target[filled * width : (filled + 1) * width] = vector
        filled += 1
    return Embeddings(content_ids[:filled], vectors[:filled].astype(np.float32, copy=False), damaged)
