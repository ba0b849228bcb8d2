"""The routes of the models: which there are and which answers, another one, and one that nobody wants any more.

Called in the event loop, after the guard.
"""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from photoseek.api import wire
from photoseek.api.answers import models_body
from photoseek.api.reading import check_name
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer
from photoseek.domain import ModelInfo, NextModel
from photoseek.errors import ModelError, UnusableModelError


class ModelLibrary(Protocol):
    """What these routes need of the library. All of it raises PhotoseekError."""

    async def models(self) -> Sequence[ModelInfo]:
        """The models to choose from."""
        ...

    async def next_model(self) -> NextModel | None:
        """The one that is to answer next."""
        ...

    async def use_model(self, name: str) -> None:
        """Let another one answer."""
        ...

    async def forget_model(self, name: str) -> int:
        """Throw away what one made; how many photos were indexed with it."""
        ...


class ModelRoutes:
    """The routes."""

    def __init__(self, library: ModelLibrary) -> None:
        self._library = library

    async def models(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /models``."""
        return json_answer(models_body(await self._library.models(), await self._library.next_model()))

    async def use_model(self, asked: Asked[wire.NoParameters, wire.ModelRequest]) -> web.StreamResponse:
        """``POST /models/use``: the answer is that of ``GET /models``."""
        try:
            await self._library.use_model(check_name(asked.body.name))
        except ModelError as error:
            raise UnusableModelError(error.message, error.hint) from error
        return json_answer(models_body(await self._library.models(), await self._library.next_model()))

    async def forget_model(self, asked: Asked[wire.NoParameters, wire.ModelRequest]) -> web.StreamResponse:
        """``POST /models/forget``."""
        return json_answer(wire.ForgottenBody(forgotten=await self._library.forget_model(check_name(asked.body.name))))
