"""Reads forms with files (multipart/form-data): each file goes straight to the disk, none is ever whole in memory.

Used by the routes. Runs in the event loop; files are written in threads.
"""

import asyncio
import hashlib
import os
import warnings
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeVar

import aiohttp
import msgspec
import msgspec.inspect
from aiohttp import BodyPartReader, MultipartReader, web

from photoseek.api.reading import MAX_JSON_BYTES, read_texts, words
from photoseek.api.refusals import RefusedError, bad_request
from photoseek.domain import Md5, Received
from photoseek.errors import NoRoomError

MAX_FILES = 1000
"""In one form. A page that is given more sends several."""

_SILENCE_S = 20
"""A sender of whom nothing comes for so long is gone."""
_CHUNK_BYTES = 256 * 1024

Shape = TypeVar("Shape", bound=msgspec.Struct)
T = TypeVar("T")

# They would go to stderr with the part's header, so with the name of a person's file.
warnings.filterwarnings("ignore", category=aiohttp.BadContentDispositionHeader)
warnings.filterwarnings("ignore", category=aiohttp.BadContentDispositionParam)


async def read_form(
    request: web.Request, shape: type[Shape], folder: Path, largest_bytes: int
) -> tuple[Shape, list[Received]]:
    """Receive a form; its files lie in ``folder`` then.

    Args:
        request: Its body has not been read.
        shape: Of the form. A field of ``bytes``, or of a list of them, takes files and stays empty in the result.
        folder: Empty, and the caller's to remove.
        largest_bytes: Of a file; of a larger one nothing is kept, and its ``refusal`` says so.

    Returns:
        The form, and its files in the order in which they came.

    Raises:
        RefusedError: It is no such form, malformed, too slow, has fields that can't be, or too many files.
        NoRoomError: The disk is full or can't be written to.
    """
    if request.content_type != "multipart/form-data" or "Content-Encoding" in request.headers:
        raise RefusedError(
            "not_json", "The body must be a form with files, not compressed.", "Send it as multipart/form-data."
        )
    reception = _Reception(shape, folder, largest_bytes)
    await reception.take(request)
    return reception.checked(shape), reception.files


class _Reception:
    """One form while it comes in."""

    def __init__(self, shape: type[msgspec.Struct], folder: Path, largest_bytes: int) -> None:
        self._fields = {field.encode_name: _takes_files(field.type) for field in _fields(shape)}
        self._folder = folder
        self._largest_bytes = largest_bytes
        self._values: dict[str, Any] = {}
        self._text_bytes = 0
        self.files: list[Received] = []

    async def take(self, request: web.Request) -> None:
        """Receive all of it."""
        try:
            reader = await request.multipart()
            while (part := await _soon(reader.next())) is not None:
                await self._take_part(part)
        except _MALFORMED as error:
            raise bad_request("The body is not a well-formed form.", "Send it as multipart/form-data.") from error

    def checked(self, shape: type[Shape]) -> Shape:
        """The texts of the form, checked."""
        try:
            return read_texts(self._values, shape)
        except msgspec.ValidationError as error:
            raise bad_request(
                f"The form can't be: {words(error)}.", f"Known fields: {', '.join(self._fields)}."
            ) from error

    async def _take_part(self, part: "BodyPartReader | MultipartReader") -> None:
        if not isinstance(part, BodyPartReader) or part.name not in self._fields:
            raise bad_request("The form has a field that is not known here.", f"Known: {', '.join(self._fields)}.")
        kind = self._fields[part.name]
        if part.name in self._values and kind != "files":
            raise bad_request("A field of the form is given twice.", f"Known, each once: {', '.join(self._fields)}.")
        if kind == "text":
            if text := await self._take_text(part):  # a page sends what was not filled in as empty
                self._values[part.name] = text
            return
        if part.filename is None:
            raise bad_request(f"What is sent as {part.name} is no file.", "Send it with its name: -F image=@cat.jpg")
        file = await self._take_file(part)
        if file.name or file.size_bytes:  # a page's form in which nothing was chosen sends an empty file without a name
            self._values[part.name] = [] if kind == "files" else b""
            self.files.append(file)

    async def _take_text(self, part: BodyPartReader) -> str:
        text = bytearray()
        while not part.at_eof():
            text += await _soon(part.read_chunk(MAX_JSON_BYTES))
            if self._text_bytes + len(text) > MAX_JSON_BYTES:
                raise RefusedError("too_large", "The texts of the form are longer than 64 KiB.", "Send less.")
        self._text_bytes += len(text)
        return text.decode()

    async def _take_file(self, part: BodyPartReader) -> Received:
        if len(self.files) >= MAX_FILES:
            raise RefusedError("too_large", f"The form has more than {MAX_FILES:,} files.", "Send several forms.")
        path = self._folder / str(len(self.files))
        try:
            with await asyncio.to_thread(_create, path) as file:
                digest, size_bytes = await self._take_bytes(part, file)
        except _DiskError as error:
            raise NoRoomError.of(error.cause) from error
        refusal = ""
        if size_bytes > self._largest_bytes:
            await asyncio.to_thread(path.unlink)
            refusal = f"The file is larger than the {self._largest_bytes // 1_000_000:,} MB that the settings allow."
        return Received(_file_name(part), path, Md5(digest), size_bytes, refusal)

    async def _take_bytes(self, part: BodyPartReader, file: BinaryIO) -> tuple[bytes, int]:
        """Write a part down, up to the limit and no further; its MD5 and its whole size."""
        md5, size_bytes = hashlib.md5(usedforsecurity=False), 0

        def keep(chunk: bytes) -> None:
            md5.update(chunk)
            try:
                file.write(chunk)
            except OSError as error:
                raise _DiskError(error) from error

        while not part.at_eof():
            chunk = await _soon(part.read_chunk(_CHUNK_BYTES))
            size_bytes += len(chunk)
            if chunk and size_bytes <= self._largest_bytes:
                await asyncio.to_thread(keep, chunk)
        return md5.digest(), size_bytes


class _DiskError(Exception):
    """An error of the disk, told apart from those of the connection: both are OSError."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause)
        self.cause = cause


def _file_name(part: BodyPartReader) -> str:
    """The name of the file, with the quotes that a form can only write as %22 (WHATWG, "multipart/form-data")."""
    return (part.filename or "").replace("%22", '"')


# What aiohttp raises of a form that is none: there is no class of errors for it.
_MALFORMED = (ValueError, RuntimeError, aiohttp.http.HttpProcessingError, web.RequestPayloadError)


async def _soon(coming: Coroutine[Any, Any, T]) -> T:
    """What comes next, if it comes.

    Raises:
        RefusedError: Nothing came for too long.
    """
    try:
        async with asyncio.timeout(_SILENCE_S):
            return await coming
    except TimeoutError as error:
        raise RefusedError("too_slow", "The body took too long.") from error


def _create(path: Path) -> BinaryIO:
    try:
        # Without a buffer of Python's: what is written is written, and closing can't fail.
        return open(path, "xb", buffering=0, opener=_closed_to_others)
    except OSError as error:
        raise _DiskError(error) from error


def _closed_to_others(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _fields(shape: type[msgspec.Struct]) -> tuple[msgspec.inspect.Field, ...]:
    kind = msgspec.inspect.type_info(shape)
    assert isinstance(kind, msgspec.inspect.StructType)
    return kind.fields


def _takes_files(kind: msgspec.inspect.Type) -> Literal["file", "files", "text"]:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _takes_files(kind.type)
    if isinstance(kind, msgspec.inspect.ListType):
        return "files" if _takes_files(kind.item_type) == "file" else "text"
    return "file" if isinstance(kind, msgspec.inspect.BytesType) else "text"
