"""What the routes do: each takes a request that was read, asks the library, and answers in the shapes of ``wire``.

``routes`` says which is which. Called in the event loop, after the guard. Errors are raised; the server puts them
into their shape.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from aiohttp import web

from photoseek.api import answers, wire
from photoseek.api.models import ModelLibrary
from photoseek.api.reading import check_path, check_query, read_cursor
from photoseek.api.receiving import read_form
from photoseek.api.refusals import RefusedError
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer, not_modified, open_picture, picture_type, send_picture
from photoseek.desktop import Desktop, NoDesktop
from photoseek.domain import (
    Addition,
    DuplicateGroup,
    DuplicateKind,
    Example,
    File,
    FolderStatus,
    Photo,
    PhotoId,
    Problem,
    Query,
    Received,
    SearchAnswer,
    SeenPicture,
    Status,
    parse_query,
)
from photoseek.errors import NotFoundError
from photoseek.library import Listener, ModelChangedError
from photoseek.paths import pictures_folder

_LARGEST_ROW_ID_DIGITS = 18
_Row = TypeVar("_Row")


class ApiLibrary(ModelLibrary, Protocol):
    """What the API needs of the library. All of it raises PhotoseekError."""

    async def search(self, query: Query) -> SearchAnswer:
        """Photos that fit, best first."""
        ...

    def mark(self) -> int:
        """A number for this moment."""
        ...

    async def wait_for(self, seq: int) -> None:
        """Until all that it was told of before a mark, or before an event, can be searched."""
        ...

    def listen(self, after: int | None) -> AbstractAsyncContextManager[Listener]:
        """Hear of what changes."""
        ...

    async def photo(self, identifier: str) -> Photo:
        """One photo, with a file at least."""
        ...

    @property
    def largest_file_bytes(self) -> int:
        """No larger file is taken in."""
        ...

    def inbox_for_photos(self) -> AbstractAsyncContextManager[Path]:
        """An empty folder to receive pictures that shall be added; gone at the end."""
        ...

    def inbox_for_search(self) -> AbstractAsyncContextManager[Path]:
        """An empty folder to receive a picture that is searched with; gone at the end."""
        ...

    async def look_at(self, path: Path) -> SeenPicture:
        """A picture as the model sees it, for ``Query.picture``."""
        ...

    async def add_photos(self, received: Sequence[Received]) -> Sequence[Addition]:
        """What becomes of each file."""
        ...

    async def thumbnail(self, identifier: str, size_px: int) -> tuple[Path, int]:
        """A JPEG of the photo, and for which size it was drawn: a smaller one where there is no other."""
        ...

    async def file(self, identifier: str) -> bytes:
        """The absolute path of a file of the photo that is there."""
        ...

    async def files_page(
        self, limit: int, after: int | None, folder_id: int | None
    ) -> Sequence[tuple[File, PhotoId, bool]]:
        """Files in the order of their rows, with photo and whether they are online."""
        ...

    async def duplicates(self, kind: DuplicateKind, limit: int, after: int | None) -> Sequence[DuplicateGroup]:
        """Groups of photos of which there is more than one, in the order of their numbers."""
        ...

    async def folders(self) -> Sequence[FolderStatus]:
        """All watched folders."""
        ...

    async def add_folder(self, path: str) -> FolderStatus:
        """Watch a folder."""
        ...

    async def remove_folder(self, folder_id: int) -> None:
        """Watch a folder no more."""
        ...

    async def confirm_missing(self, folder_id: int, *, everything: bool) -> int:
        """Let go of files that were gone at once; their number."""
        ...

    async def status(self) -> Status:
        """What the daemon is doing."""
        ...

    async def pause(self) -> None:
        """Stop indexing for a while."""
        ...

    async def resume(self) -> None:
        """Go on with it."""
        ...

    async def rescan(self) -> None:
        """Look through all folders now."""
        ...

    async def problems(self, limit: int, after: int | None) -> Sequence[Problem]:
        """Files that could not be indexed, in the order of their rows."""
        ...

    async def retry_problems(self) -> int:
        """Try them again."""
        ...


class Handlers:
    """All routes over one library and, where there is one, one desktop.

    Args:
        on_search: Called after each search with the seconds it took.
    """

    def __init__(
        self,
        library: ApiLibrary,
        desktop: Desktop | None = None,
        *,
        on_search: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._library = library
        self._on_search = on_search
        self._desktop = desktop or NoDesktop()

    async def health(self, asked: Asked[None, None]) -> web.StreamResponse:
        """``GET /healthz``: the loop turns."""
        return json_answer(wire.HealthBody())

    async def search(self, asked: Asked[wire.SearchParameters, None]) -> web.StreamResponse:
        """``GET /search``."""
        wanted = asked.parameters
        return await self._search(parse_query(check_query(wanted.q)), wanted, explain=wanted.explain)

    async def search_by_body(self, asked: Asked[wire.NoParameters, wire.SearchRequest | None]) -> web.StreamResponse:
        """``POST /search``: JSON, or a form with a picture."""
        wanted = asked.body
        if wanted is None:
            return await self._search_by_picture(asked.request)
        query = parse_query(check_query(wanted.query or ""))
        examples = tuple(Example(PhotoId(identifier)) for identifier in wanted.like or ())
        return await self._search(replace(query, like=query.like + examples), wanted, explain=wanted.explain)

    async def _search_by_picture(self, request: web.Request) -> web.StreamResponse:
        async with self._library.inbox_for_search() as folder:
            wanted, files = await read_form(request, wire.PictureForm, folder, self._library.largest_file_bytes)
            query = parse_query(check_query(wanted.query or ""))
            if refusal := files[0].refusal:
                raise RefusedError("too_large", refusal, "Send it smaller.")
            try:
                return await self._search(await self._look_at(files[0].path, query), wanted, explain=wanted.explain)
            except ModelChangedError:  # between the look and the search: the model that took over looks once more
                return await self._search(await self._look_at(files[0].path, query), wanted, explain=wanted.explain)

    async def _look_at(self, path: Path, query: Query) -> Query:
        return replace(query, picture=await self._library.look_at(path))

    async def similar(self, asked: Asked[wire.SimilarParameters, None]) -> web.StreamResponse:
        """``GET /photos/{id}/similar``."""
        photo = (await self._library.photo(asked.id)).id
        return await self._search(Query("", like=(Example(photo),), without=photo), asked.parameters)

    async def _search(
        self,
        query: Query,
        page: wire.SearchParameters | wire.SearchRequest | wire.PictureForm | wire.SimilarParameters,
        *,
        explain: bool = False,
    ) -> web.StreamResponse:
        await self._library.wait_for(page.wait_for)
        query = replace(query, limit=page.limit, cursor=page.cursor or None)
        query = replace(query, min_relevance=page.min_relevance, stack=page.stack)
        answer = await self._library.search(query)
        self._on_search(answer.took_ms / 1000)
        return json_answer(answers.search_body(answer, explain=explain))

    async def grammar(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /grammar``."""
        return json_answer(answers.grammar_body())

    async def files(self, asked: Asked[wire.FilesParameters, None]) -> web.StreamResponse:
        """``GET /photos``: a row for a file."""
        page = asked.parameters
        folder_id = page.folder_id if isinstance(page.folder_id, int) else None
        rows = await self._library.files_page(page.limit + 1, read_cursor(page.cursor), folder_id)
        return json_answer(answers.files_body(*_one_page(rows, page.limit, lambda row: row[0].id)))

    async def duplicates(self, asked: Asked[wire.DuplicatesParameters, None]) -> web.StreamResponse:
        """``GET /duplicates``."""
        page = asked.parameters
        groups = await self._library.duplicates(page.kind, page.limit + 1, read_cursor(page.cursor))
        return json_answer(answers.duplicates_body(*_one_page(groups, page.limit, lambda group: group.number)))

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

    async def folders(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /folders``."""
        watched = await self._library.folders()
        return json_answer(answers.folders_body(watched, await asyncio.to_thread(_suggest_folder, watched)))

    async def add_folder(self, asked: Asked[wire.NoParameters, wire.FolderRequest]) -> web.StreamResponse:
        """``POST /folders``."""
        path = check_path(asked.body.path)
        added = await self._library.add_folder(path)
        return json_answer(answers.new_folder_body(added, self._library.mark()), 201)

    async def remove_folder(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``DELETE /folders/{id}``."""
        folder_id = _folder_id(asked.id)
        await self._library.remove_folder(folder_id)
        return json_answer(wire.RemovedBody(removed=folder_id))

    async def confirm_missing(self, asked: Asked[wire.ConfirmParameters, None]) -> web.StreamResponse:
        """``POST /folders/{id}/confirm-missing``; takes no body."""
        let_go = await self._library.confirm_missing(_folder_id(asked.id), everything=asked.parameters.all)
        return json_answer(wire.LetGoBody(let_go=let_go))

    async def status(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /status``."""
        return json_answer(answers.status_body(await self._library.status(), self._library.mark()))

    async def indexing(self, asked: Asked[wire.NoParameters, wire.IndexingRequest]) -> web.StreamResponse:
        """``POST /indexing``."""
        library = self._library
        await {"pause": library.pause, "resume": library.resume, "rescan": library.rescan}[asked.body.action]()
        progress = answers.indexing_body((await library.status()).progress)
        return json_answer(wire.IndexingAnswerBody(indexing=progress, seq=library.mark()))

    async def problems(self, asked: Asked[wire.PageParameters, None]) -> web.StreamResponse:
        """``GET /problems``."""
        page = asked.parameters
        rows = await self._library.problems(page.limit + 1, read_cursor(page.cursor))
        return json_answer(answers.problems_body(*_one_page(rows, page.limit, lambda problem: problem.file_id)))

    async def retry_problems(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``POST /problems/retry``; takes no body."""
        retried = await self._library.retry_problems()
        return json_answer(wire.RetriedBody(retried=retried, seq=self._library.mark()))


def _one_page(rows: Sequence[_Row], limit: int, number: Callable[[_Row], int]) -> tuple[Sequence[_Row], str | None]:
    """What is shown of rows of which one more was asked for, and where the next page goes on."""
    return rows[:limit], str(number(rows[limit - 1])) if len(rows) > limit else None


def _suggest_folder(watched: Sequence[FolderStatus]) -> bytes:
    """The person's pictures folder, where there is one that isn't watched; else nothing."""
    folder = pictures_folder()
    known = [Path(os.fsdecode(status.folder.path)) for status in watched]
    if folder is None or any(path in known for path in (folder, *folder.parents)):
        return b""
    return os.fsencode(folder)


def _folder_id(given: str) -> int:
    """The folder that the address names.

    Raises:
        NotFoundError: No row can have such an id.
    """
    if not (given.isascii() and given.isdigit() and len(given) <= _LARGEST_ROW_ID_DIGITS):
        raise NotFoundError("There is no folder with this id.", "GET /api/v1/folders lists them.")
    return int(given)


def _is_as_indexed(file: BinaryIO, photo: Photo, path: bytes) -> bool:
    """Whether the open file is the one that was indexed; only then its bytes are certainly this photo's.

    Raises:
        NotFoundError: It certainly is another by now.
    """
    facts = os.fstat(file.fileno())
    if facts.st_size != photo.size_bytes:
        raise NotFoundError("The photo's file has changed since it was indexed.", "Search again in a while.")
    return any(known.path == path and known.mtime_ns == facts.st_mtime_ns for known in photo.files)
