"""Answers on the wire: JSON, and picture files with ranges and caching; each with the headers that close it to others.

Used by the routes and the refusals. Runs in the event loop; files are opened and read in threads.
"""

import asyncio
import os
import re
import stat
import unicodedata
from collections.abc import Mapping
from typing import BinaryIO
from urllib.parse import quote

import msgspec
from aiohttp import web

from photoseek.errors import NotFoundError, PhotoseekError

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "photoseek",
    "X-Content-Type-Options": "nosniff",
}
_IMMUTABLE = "private, max-age=31536000, immutable"
_NO_STORE = "no-store"
_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII | re.IGNORECASE)
# Marks that turn the direction of what follows: "photo<mark>gpj.exe" would read as another name.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# By Pillow's name of the format; a type that a browser could run is never among them.
_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "HEIF": "image/heif",
    "AVIF": "image/avif",
}
_OTHER = "application/octet-stream"
PICTURE_TYPES = tuple(dict.fromkeys((*_TYPES.values(), _OTHER)))
"""Every media type that ``picture_type`` gives."""


class BadRangeError(PhotoseekError):
    """A range that begins behind the end of the file.

    Attributes:
        size_bytes: Of the file.
    """

    code = "bad_range"

    def __init__(self, size_bytes: int) -> None:
        super().__init__("The range begins behind the end of the file.", f"The file has {size_bytes} bytes.")
        self.headers = {"Content-Range": f"bytes */{size_bytes}"}


def json_answer(body: msgspec.Struct, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer, which no cache keeps."""
    return raw_json_answer(msgspec.json.encode(body), status, headers)


def raw_json_answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """The same for a body that is JSON already."""
    return web.Response(
        body=body,
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers=SECURITY_HEADERS | {"Cache-Control": _NO_STORE} | dict(headers or {}),
    )


def picture_type(format_name: str) -> str:
    """The media type of a picture by Pillow's name of its format."""
    return _TYPES.get(format_name, _OTHER)


def disposition(name: bytes) -> str:
    """A Content-Disposition that offers the file's own name (RFC 6266, with RFC 8187 for what is not ASCII).

    Control characters, direction marks, quotes and separators become ``_``: a name can't end the header.
    """
    shown = "".join(map(_safe, name.decode("utf-8", "replace")))
    plain = "".join(character if character.isascii() else "_" for character in shown)
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def _safe(character: str) -> str:
    unsafe = character in '"\\/%' or character in _TURNING or unicodedata.category(character) in {"Cc", "Zl", "Zp"}
    return "_" if unsafe else character


def not_modified(request: web.BaseRequest, etag: str) -> web.Response | None:
    """A 304 where the client has this version already, else None; ``etag`` without its quotes."""
    tags = request.if_none_match or ()
    if not any(tag.value in (etag, "*") for tag in tags):
        return None
    return web.Response(status=304, headers=SECURITY_HEADERS | _version(etag))


def _version(etag: str | None) -> dict[str, str]:
    return {"Cache-Control": _NO_STORE} if etag is None else {"Cache-Control": _IMMUTABLE, "ETag": f'"{etag}"'}


async def open_picture(path: bytes) -> BinaryIO:
    """Open a file for sending; the caller closes it.

    Raises:
        NotFoundError: It is gone, can't be read, or is no regular file.
    """
    return await asyncio.to_thread(_open, path)


def _open(path: bytes) -> BinaryIO:
    try:
        # Not to wait for a writer, should a pipe have taken the picture's place.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        file = open(descriptor, "rb")  # noqa: PTH123, SIM115 - it takes the descriptor over
    except OSError as error:
        raise _unreachable() from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise _unreachable()
    return file


def _unreachable() -> NotFoundError:
    return NotFoundError("The photo's file can't be read at present.", "Look whether it is still there.")


async def send_picture(
    request: web.BaseRequest, file: BinaryIO, media_type: str, *, etag: str | None, name: bytes | None = None
) -> web.StreamResponse:
    """Send an open file, or the range of it that was asked for.

    Args:
        request: What is answered.
        file: Open for reading; left open.
        media_type: Such as ``image/jpeg``.
        etag: Without quotes; the answer may be kept for ever under it. None: it may not be kept.
        name: Of the file, for ``Content-Disposition``.

    Raises:
        BadRangeError: The range lies behind the end.
    """
    size = os.fstat(file.fileno()).st_size
    start, count, headers = _part(request, size, etag)
    if name is not None:
        headers |= {"Content-Disposition": disposition(name)}
    headers |= SECURITY_HEADERS | _version(etag) | {"Accept-Ranges": "bytes", "Content-Type": media_type}
    response = web.StreamResponse(status=206 if "Content-Range" in headers else 200, headers=headers)
    response.content_length = count
    await response.prepare(request)
    if request.method != "HEAD":
        await _write(response, file, start, count)
    await response.write_eof()
    return response


def _part(request: web.BaseRequest, size: int, etag: str | None) -> tuple[int, int, dict[str, str]]:
    fitting = request.headers.get("If-Range", f'"{etag}"') == f'"{etag}"'
    wanted = request.headers.get("Range", "") if request.method == "GET" and fitting else ""
    part = parse_range(wanted, size)
    if part is None:
        return 0, size, {}
    start, count = part
    return start, count, {"Content-Range": f"bytes {start}-{start + count - 1}/{size}"}


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and number of bytes of a Range header; None: send all.

    What isn't understood, several ranges too, is ignored (RFC 9110, 14.2).

    Raises:
        BadRangeError: No byte of the file lies in it.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size:
        raise BadRangeError(size)
    return start, end - start + 1


async def _write(response: web.StreamResponse, file: BinaryIO, start: int, count: int) -> None:
    await asyncio.to_thread(file.seek, start)
    while count > 0:
        chunk = await asyncio.to_thread(file.read, min(_CHUNK_BYTES, count))
        if not chunk:
            raise ConnectionResetError("the file became shorter while it was sent")
        await response.write(chunk)
        count -= len(chunk)
