"""The routes of searches: by words, by a picture that is sent, by a photo of the library; and what a query may hold.

Called in the event loop, after the guard. Errors are raised; the server puts them into their shape.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from aiohttp import web

from photoseek.api import answers, wire
from photoseek.api.reading import check_query
from photoseek.api.receiving import read_form
from photoseek.api.refusals import RefusedError
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer
from photoseek.domain import Example, Photo, PhotoId, Query, SearchAnswer, SeenPicture, parse_query
from photoseek.library import ModelChangedError


class SearchLibrary(Protocol):
    """What these routes need of the library. All of it raises PhotoseekError."""

    async def search(self, query: Query) -> SearchAnswer:
        """Photos that fit, best first."""
        ...

    async def wait_for(self, seq: int) -> None:
        """Until all that it was told of before a mark, or before an event, can be searched."""
        ...

    async def photo(self, identifier: str) -> Photo:
        """One photo, with a file at least."""
        ...

    @property
    def largest_file_bytes(self) -> int:
        """No larger file is taken in."""
        ...

    def inbox_for_search(self) -> AbstractAsyncContextManager[Path]:
        """An empty folder to receive a picture that is searched with; gone at the end."""
        ...

    async def look_at(self, path: Path) -> SeenPicture:
        """A picture as the model sees it, for ``Query.picture``."""
        ...


class SearchRoutes:
    """The routes.

    Args:
        on_search: Called after each search with the seconds it took.
    """

    def __init__(self, library: SearchLibrary, on_search: Callable[[float], None]) -> None:
        self._library = library
        self._on_search = on_search

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
