"""The routes of what photoseek does: the status, the indexing, the problems.

Called in the event loop, after the guard. Errors are raised; the server puts them into their shape.
"""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from photoseek.api import answers, wire
from photoseek.api.paging import one_page, read_cursor
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer
from photoseek.domain import Problem, Status


class StatusLibrary(Protocol):
    """What these routes need of the library. All of it raises PhotoseekError."""

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

    def mark(self) -> int:
        """A number for this moment."""
        ...


class StatusRoutes:
    """The routes."""

    def __init__(self, library: StatusLibrary) -> None:
        self._library = library

    async def health(self, asked: Asked[None, None]) -> web.StreamResponse:
        """``GET /healthz``: the loop turns."""
        return json_answer(wire.HealthBody())

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
        return json_answer(answers.problems_body(*one_page(rows, page.limit, lambda problem: problem.file_id)))

    async def retry_problems(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``POST /problems/retry``; takes no body."""
        retried = await self._library.retry_problems()
        return json_answer(wire.RetriedBody(retried=retried, seq=self._library.mark()))
