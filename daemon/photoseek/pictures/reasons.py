"""Why a file is no usable picture, in a sentence for a person: never a traceback, never a path. Runs in the worker."""

import errno
import os
import re
from collections.abc import Callable

from photoseek.errors import PictureError
from photoseek.pictures.results import FileMovedOnError

EMPTY = "The file is empty."
NOT_A_FILE = "This is not an ordinary file."
NO_PERMISSION = "photoseek may not read this file: permission denied."
UNKNOWN = "Not a picture that photoseek knows."
UNREADABLE = "The picture is damaged, ends too early, or is of a kind that photoseek can't decode."
TRUNCATED = "The file ends too early (truncated)."
TOO_MUCH_MEMORY = "The picture needs more than 1 GiB of memory."
CRASHED = "The picture ended its decode process, twice."

# The file isn't at fault when it, its folder or its disk has gone.
_GONE = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESHUTDOWN}
    # Of network drives whose server is away.
    | {errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ETIMEDOUT}
    | {errno.ECONNRESET, errno.ECONNABORTED, errno.ECONNREFUSED}
)

_SAYS_TRUNCATED = re.compile(r"truncat|unexpected end|end of file|too short|not enough data|incomplete|no data", re.I)
_SAYS_MEMORY = re.compile(r"memory|alloc", re.I)
_OBJECT = re.compile(r"<[^<>]*>|'[^']*[/\\][^']*'")
_PIXELS = re.compile(r"\((\d+) pixels\)")
_MAX_DETAIL = 120


def too_many_pixels(pixels: int) -> str:
    """Reason for a picture beyond the pixel cap."""
    return f"The picture has {pixels / 1e6:,.0f} megapixels, more than the setting max_megapixels allows."


def too_slow(timeout_s: float) -> str:
    """Reason for a picture beyond the time limit."""
    return f"The picture takes longer than {timeout_s:g} s to decode."


def reading_failed(error: OSError) -> PictureError | FileMovedOnError:
    """What it means that a file can't be opened or read."""
    if error.errno in _GONE:
        return FileMovedOnError("The file is gone.")
    if isinstance(error, PermissionError):
        return PictureError(NO_PERMISSION)
    return PictureError(f"The file can't be read: {os.strerror(error.errno) if error.errno else 'unknown error'}.")


def decoding_failed(error: Exception) -> PictureError:
    """What it means that Pillow, or a decoder behind it, raised ``error``: they raise anything on broken files."""
    if isinstance(error, PictureError):
        return error
    name, text = type(error).__name__, _clean(str(error))
    rules: list[tuple[Callable[[], bool], str]] = [
        (lambda: isinstance(error, MemoryError) or bool(_SAYS_MEMORY.search(text)), TOO_MUCH_MEMORY),
        (lambda: name == "UnidentifiedImageError", UNKNOWN),
        (lambda: "could not create decoder" in text, UNREADABLE),  # WebP's only words for it
        (lambda: isinstance(error, EOFError) or bool(_SAYS_TRUNCATED.search(text)), TRUNCATED),
    ]
    if name == "DecompressionBombError" and (bomb := _PIXELS.search(text)):
        return PictureError(too_many_pixels(int(bomb[1])))
    for applies, reason in rules:
        if applies():
            return PictureError(reason)
    return PictureError(f"The picture is damaged: {text}." if text else "The picture is damaged.")


def _clean(text: str) -> str:
    """One line without control characters, names of objects and paths, and of limited length."""
    printable = "".join(c if c.isprintable() else " " for c in _OBJECT.sub("", text))
    return " ".join(printable.split())[:_MAX_DETAIL].rstrip(". ")
