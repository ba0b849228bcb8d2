"""The routes of the watched folders.

Called in the event loop, after the guard. Errors are raised; the server puts them into their shape.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from aiohttp import web

from photoseek.api import answers, wire
from photoseek.api.reading import check_path
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer
from photoseek.domain import FolderStatus
from photoseek.errors import NotFoundError
from photoseek.paths import pictures_folder

_LARGEST_ROW_ID_DIGITS = 18


class FolderLibrary(Protocol):
    """What these routes need of the library. All of it raises PhotoseekError."""

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

    def mark(self) -> int:
        """A number for this moment."""
        ...


class FolderRoutes:
    """The routes."""

    def __init__(self, library: FolderLibrary) -> None:
        self._library = library

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
