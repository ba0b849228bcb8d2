"""Opens a picture file once, hashes it, and makes sure that it is the one that was found. Runs in the worker."""

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from photoseek.domain import FileStamp, Md5
from photoseek.errors import PictureError
from photoseek.pictures import reasons
from photoseek.pictures.results import FileMovedOnError

# Up to here a file is read whole, and hashed and decoded from the same bytes; a larger one is read twice, in pieces.
_WHOLE_BYTES = 64 << 20

# O_NONBLOCK: a FIFO that takes the file's place between stat and open must not hold the worker.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Source:
    """An open picture file and its hash; ``stream`` stands at the beginning."""

    md5: Md5
    stream: BinaryIO


@contextmanager
def open_source(path: bytes, stamp: FileStamp | None) -> Iterator[Source]:
    """Open and hash a file; on leaving, whatever happened, check that it is still the same.

    Args:
        path: Absolute.
        stamp: The file as it was found; None takes it as it is.

    Raises:
        PictureError: It can't be read, is empty or no regular file.
        FileMovedOnError: It is gone, or has another stamp before or after: this overrides an error inside,
            since half of a file that is being written looks broken.
    """
    try:
        with _open(path) as file:
            found = FileStamp.of(os.fstat(file.fileno()))
            if stamp is not None and found != stamp:
                raise FileMovedOnError("The file has changed since it was found.")
            if not found.size_bytes:
                raise PictureError(reasons.EMPTY)
            try:
                yield _read(file, found.size_bytes)
            finally:
                # By path and not by descriptor: a file that was put in its place counts too.
                if FileStamp.of(os.stat(path)) != found:  # noqa: PTH116 - bytes
                    raise FileMovedOnError("The file changed while it was read.")
    except OSError as error:
        raise reasons.reading_failed(error) from error


@contextmanager
def open_known(path: bytes, stamp: FileStamp) -> Iterator[BinaryIO]:
    """Open a file that was read before, to look at parts of it: it is taken for the same by its stamp.

    Raises:
        PictureError: It can't be read.
        FileMovedOnError: It is gone, or has another stamp.
    """
    try:
        with _open(path) as file:
            if FileStamp.of(os.fstat(file.fileno())) != stamp:
                raise FileMovedOnError("The file has changed since it was found.")
            yield io.BufferedReader(file)
    except OSError as error:
        raise reasons.reading_failed(error) from error


def _open(path: bytes) -> io.FileIO:
    _refuse_special(os.stat(path))  # noqa: PTH116 - bytes; opening some devices does something to them
    file = io.FileIO(os.open(path, _FLAGS))
    try:
        _refuse_special(os.fstat(file.fileno()))
    except BaseException:
        file.close()
        raise
    return file


def _refuse_special(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(reasons.NOT_A_FILE)


def _read(file: io.FileIO, size_bytes: int) -> Source:
    if size_bytes > _WHOLE_BYTES:
        digest = hashlib.file_digest(file, _md5).digest()
        file.seek(0)
        return Source(Md5(digest), io.BufferedReader(file))
    data = file.read(size_bytes)
    while len(data) < size_bytes and (more := file.read(size_bytes - len(data))):
        data += more
    if len(data) != size_bytes:
        raise OSError(errno.ESTALE, "shorter than it was")
    return Source(Md5(_md5(data).digest()), io.BytesIO(data))


def _md5(data: bytes = b"") -> "hashlib._Hash":
    return hashlib.md5(data, usedforsecurity=False)
