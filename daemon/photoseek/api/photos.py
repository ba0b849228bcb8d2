"""The routes of photos: all of them, new ones, and what there is of each.

Called in the event loop, after the guard. Errors are raised; the server puts them into their shape.
"""

import os
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from aiohttp import web

from photoseek.api import answers, wire
from photoseek.api.paging import one_page, read_cursor
from photoseek.api.receiving import read_form
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer, not_modified, open_picture, picture_type, send_picture
from photoseek.desktop import Desktop, NoDesktop
from photoseek.domain import Addition, DuplicateGroup, DuplicateKind, File, FileStamp, Photo, PhotoId, Received
from photoseek.errors import NotFoundError


class PhotoLibrary(Protocol):
    """What these routes need of the library. All of it raises PhotoseekError."""

    async def files_page(
        self, limit: int, after: int | None, folder_id: int | None
    ) -> Sequence[tuple[File, PhotoId, bool]]:
        """Files in the order of their rows, with photo and whether they are online."""
        ...

    async def duplicates(self, kind: DuplicateKind, limit: int, after: int | None) -> Sequence[DuplicateGroup]:
        """Groups of photos of which there is more than one, in the order of their numbers."""
        ...

    @property
    def largest_file_bytes(self) -> int:
        """No larger file is taken in."""
        ...

    def inbox_for_photos(self) -> AbstractAsyncContextManager[Path]:
        """An empty folder to receive pictures that shall be added; gone at the end."""
        ...

    async def add_photos(self, received: Sequence[Received]) -> Sequence[Addition]:
        """What becomes of each file."""
        ...

    def mark(self) -> int:
        """A number for this moment."""
        ...

    async def photo(self, identifier: str) -> Photo:
        """One photo, with a file at least."""
        ...

    async def thumbnail(self, identifier: str, size_px: int) -> tuple[Path, int]:
        """A JPEG of the photo, and for which size it was drawn: a smaller one where there is no other."""
        ...

    async def file(self, identifier: str) -> bytes:
        """The absolute path of a file of the photo that is there."""
        ...


class PhotoRoutes:
    """The routes; without a desktop nothing is opened."""

    def __init__(self, library: PhotoLibrary, desktop: Desktop | None) -> None:
        self._library = library
        self._desktop = desktop or NoDesktop()

    async def files(self, asked: Asked[wire.FilesParameters, None]) -> web.StreamResponse:
        """``GET /photos``: a row for a file."""
        page = asked.parameters
        folder_id = page.folder_id if isinstance(page.folder_id, int) else None
        rows = await self._library.files_page(page.limit + 1, read_cursor(page.cursor), folder_id)
        return json_answer(answers.files_body(*one_page(rows, page.limit, lambda row: row[0].id)))

    async def duplicates(self, asked: Asked[wire.DuplicatesParameters, None]) -> web.StreamResponse:
        """``GET /duplicates``."""
        page = asked.parameters
        groups = await self._library.duplicates(page.kind, page.limit + 1, read_cursor(page.cursor))
        return json_answer(answers.duplicates_body(*one_page(groups, page.limit, lambda group: group.number)))

    async def add_photos(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``POST /photos``: a form with files."""
        async with self._library.inbox_for_photos() as folder:
            _, files = await read_form(asked.request, wire.PhotosForm, folder, self._library.largest_file_bytes)
            additions = await self._library.add_photos(files)
            return json_answer(answers.additions_body(additions, self._library.mark()))

    async def photo(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /photos/{id}``."""
        return json_answer(answers.photo_body(await self._library.photo(asked.id)))

    async def thumbnail(self, asked: Asked[wire.ThumbnailParameters, None]) -> web.StreamResponse:
        """``GET /photos/{id}/thumbnail``: made where it isn't there yet."""
        size_px = asked.parameters.size
        photo = await self._library.photo(asked.id)
        etag = f"{photo.id}-{size_px}"
        if (unchanged := not_modified(asked.request, etag)) is not None:
            return unchanged
        path, drawn_px = await self._library.thumbnail(photo.id, size_px)
        with await open_picture(os.fsencode(path)) as file:
            # A smaller one stands in while the disk is away; nobody shall keep it for the right one.
            kept_as = etag if drawn_px == size_px else None
            return await send_picture(asked.request, file, "image/jpeg", etag=kept_as)

    async def file(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /photos/{id}/file``: the picture as it lies on the disk."""
        photo = await self._library.photo(asked.id)
        if (unchanged := not_modified(asked.request, photo.id)) is not None:
            return unchanged
        path = await self._library.file(photo.id)
        with await open_picture(path) as file:
            etag = photo.id if _is_as_indexed(file, photo, path) else None
            name = os.path.basename(path)  # noqa: PTH119 - bytes
            return await send_picture(asked.request, file, picture_type(photo.facts.format), etag=etag, name=name)

    async def open_photo(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``POST /photos/{id}/open``; takes no body."""
        path = await self._library.file(asked.id)
        await self._desktop.open_file(path)
        return json_answer(answers.opened_body(path))

    async def show_photo(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``POST /photos/{id}/reveal``; takes no body."""
        path = await self._library.file(asked.id)
        await self._desktop.show_in_folder(path)
        return json_answer(answers.opened_body(path))


def _is_as_indexed(file: BinaryIO, photo: Photo, path: bytes) -> bool:
    """Whether the open file is the one that was indexed; only then its bytes are certainly this photo's.

    Raises:
        NotFoundError: It certainly is another by now.
    """
    stamp = FileStamp.of(os.fstat(file.fileno()))
    if stamp.size_bytes != photo.size_bytes:
        raise NotFoundError("The photo's file has changed since it was indexed.", "Search again in a while.")
    return any(known.path == path and known.mtime_ns == stamp.mtime_ns for known in photo.files)
