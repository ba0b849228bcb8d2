"""The snapshot of an index on the disk: a stamp, then FAISS's bytes. Any doubt in it means that there is none.

A file holds: ``MAGIC``; length and CRC-32 of the stamp (4 bytes each, little-endian); the stamp, JSON; the body. The
stamp holds the body's SHA-256, so that no bit of either can change unseen. FAISS never gets to read bytes that were
not verified: it would crash on some.

Functions that block: ``index`` calls them in its threads, ``looking`` for two commands.
"""

import contextlib
import hashlib
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from photoseek import durable
from photoseek.vectors.late import faiss

MAGIC = b"photoseek vectors 3\n"
"""1 held 32-bit floats, 2 another index over them."""
_HEAD = struct.Struct("<II")
_LONGEST_STAMP_BYTES = 1 << 16
"""More than this is a damaged length, and no reason to read that much."""
_PIECE_BYTES = 1 << 20


class Stamp(msgspec.Struct, frozen=True):
    """What a snapshot says it holds.

    Attributes:
        key: The model's.
        seq: The catalogue's sequence number when it was taken.
        sha256: Of the body, in hexadecimal.
    """

    key: str
    dim: int
    count: int
    seq: int
    sha256: str


def path_of(folder: Path, key: str) -> Path:
    """Where the snapshot of a model lies: keys hold characters that names can't."""
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.faiss"


def save(folder: Path, index: Any, key: str, seq: int) -> None:
    """Replace the snapshot.

    Raises:
        OSError: It can't be written; the old one, if any, is as it was.
    """
    body = faiss.serialize_index(index).data
    stamp = msgspec.json.encode(Stamp(key, index.d, index.ntotal, seq, hashlib.sha256(body).hexdigest()))
    folder.mkdir(mode=0o700, exist_ok=True)
    head = _HEAD.pack(len(stamp), zlib.crc32(stamp))
    durable.write(path_of(folder, key), MAGIC, head, stamp, body)


def load(folder: Path, key: str, dim: int, seq: int) -> Any | None:
    """The index of this model as of this sequence number, or None where there is none that is beyond doubt.

    One that is of no use is removed: the catalogue may come to its sequence number again, after another history.
    """
    path = path_of(folder, key)
    with contextlib.suppress(OSError):  # only takes room
        durable.remove_drafts(path)
    read = read_from(path)
    if read is not None and (read[0].key, read[0].dim, read[0].seq) == (key, dim, seq):
        return read[1]
    remove(path)
    return None


def remove(path: Path) -> None:
    """Remove a snapshot for good; where nothing can be written, it stays."""
    with contextlib.suppress(OSError):
        durable.remove_drafts(path)
        path.unlink()
        durable.sync_folder(path.parent)


def read_from(path: Path) -> tuple[Stamp, Any] | None:
    """A snapshot, or None where it is not there or anything is wrong with it."""
    try:
        with path.open("rb") as file:
            stamp = _read_stamp(file)
            # In pieces, and twice: a body in memory beside its index would stay there, tens of megabytes for nothing.
            start = file.tell()
            if stamp is None or hashlib.file_digest(file, "sha256").hexdigest() != stamp.sha256:
                return None
            file.seek(start)
            reader = faiss.PyCallbackIOReader(file.read, _PIECE_BYTES)
            index = faiss.read_index(reader)
    except OSError:
        return None
    return (stamp, index) if (index.d, index.ntotal) == (stamp.dim, stamp.count) else None


def _read_stamp(file: BinaryIO) -> Stamp | None:
    start = file.read(len(MAGIC) + _HEAD.size)
    if len(start) < len(MAGIC) + _HEAD.size or not start.startswith(MAGIC):
        return None
    length, checksum = _HEAD.unpack_from(start, len(MAGIC))
    stamp = file.read(min(length, _LONGEST_STAMP_BYTES))
    if zlib.crc32(stamp) != checksum:
        return None
    try:
        return msgspec.json.decode(stamp, type=Stamp)
    except msgspec.DecodeError:
        return None
