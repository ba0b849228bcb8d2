"""Folders, the files in them, and what a scan found to be different. Paths are bytes, as the system has them. Pure.

``scanning`` finds and compares, ``catalogue`` keeps, ``library`` leads from one to the other.
"""

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, NewType

from photoseek.domain.photos import Md5

FolderId = NewType("FolderId", int)
FileId = NewType("FileId", int)

PICTURE_FORMATS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "jpe": "JPEG",
    "jfif": "JPEG",
    "png": "PNG",
    "gif": "GIF",
    "bmp": "BMP",
    "webp": "WEBP",
    "tif": "TIFF",
    "tiff": "TIFF",
    "heic": "HEIF",
    "heif": "HEIF",
    "avif": "AVIF",
}
"""Suffixes of pictures, and the format that each stands for, as ``PictureFacts.format`` has it."""

_SUFFIXES = frozenset(f".{suffix}".encode() for suffix in PICTURE_FORMATS)


def has_picture_suffix(name: bytes) -> bool:
    """Whether a file of this name is taken as a picture: known suffix in any case, not hidden."""
    return name[name.rfind(b".") :].lower() in _SUFFIXES and not name.startswith(b".")


class FolderState(StrEnum):
    """What photoseek does with a watched folder at the moment."""

    WATCHING = "watching"
    POLLING = "polling"
    SCANNING = "scanning"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Folder:
    """A watched folder (a root).

    Attributes:
        path: Absolute, without a trailing separator.
        last_scan_at: Unix time in seconds of the last whole scan that ended; None before the first.
        note: What a person should know, such as why it is offline; may be empty.
    """

    id: FolderId
    path: bytes
    state: FolderState
    last_scan_at: float | None = None
    note: str = ""


class FileStamp(NamedTuple):
    """What tells a changed file from an unchanged one without opening it. A tuple: scans compare 100,000 of them."""

    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, facts: os.stat_result) -> "FileStamp":
        """Of a file that was looked at. A time that 64 bits don't hold, such as of the year 2300, is the nearest."""
        return cls(facts.st_size, min(max(facts.st_mtime_ns, -(2**63)), 2**63 - 1))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as a scan found it; ``path`` is relative to its folder."""

    path: bytes
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class File:
    """A file as the catalogue knows it; ``path`` is absolute."""

    id: FileId
    folder_id: FolderId
    path: bytes
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class Changes:
    """How a folder differs from what the catalogue knows of it. All paths are relative to the folder.

    Attributes:
        found: New files, and known ones whose stamp is another.
        vanished: Known files that are no longer there.
        hashes: MD5 of those found files that were hashed at once since they may be moved ones.
    """

    found: list[FoundFile] = field(default_factory=list)
    vanished: list[bytes] = field(default_factory=list)
    hashes: dict[bytes, Md5] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.found or self.vanished)
