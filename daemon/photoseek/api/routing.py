"""What a route is: one declaration says what it takes, what it answers and how it can fail.

``routes`` holds the declarations; the server serves them and ``openapi`` describes them. The types of the parameters
and of the body stand in the handler's own signature (``Asked[parameters, body]``): what checks a request is what the
document is made from. Runs in the event loop.
"""

import contextlib
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
from aiohttp import web

from photoseek.api.crowd import Crowd
from photoseek.api.reading import read_json, read_parameters, refuse_form
from photoseek.api.refusals import STATUS

P = TypeVar("P", bound=msgspec.Struct | None)
B = TypeVar("B", bound=msgspec.Struct | None)

JSON = "application/json"
FORM = "multipart/form-data"

_GUARD_CODES = ("wrong_host", "foreign_origin", "bad_request", "expectation_failed", "internal", "crowded")
_BODY_CODES = ("not_json", "too_large", "too_slow")


@dataclass(frozen=True, slots=True)
class Asked(Generic[P, B]):
    """A request that was read and checked.

    Attributes:
        request: As it came in.
        parameters: Of the address; None where the handler says so: then none are looked at.
        body: The JSON body; None where the route takes none, or where a form came.
    """

    request: web.Request
    parameters: P
    body: B

    @property
    def id(self) -> str:
        """What stands for ``{id}`` in the address."""
        return self.request.match_info["id"]


Handler = Callable[[Asked[Any, Any]], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route says when all goes well.

    Attributes:
        what: In words.
        shape: Of the JSON body, or None.
        media: Media types of a body that is no JSON; empty where there is no body.
        headers: Names and meanings of those worth knowing.
        events: Of a stream: shapes of its events by name.
    """

    what: str
    shape: type[msgspec.Struct] | None = None
    media: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, type[msgspec.Struct]] = field(default_factory=dict)


def json(shape: type[msgspec.Struct], what: str = "As asked.") -> Answer:
    """A JSON answer."""
    return Answer(what, shape, (JSON,))


@dataclass(frozen=True)
class Route:
    """A route.

    Attributes:
        method: GET is taken for HEAD too.
        path: With ``{id}`` at most.
        handler: Takes an ``Asked``; its signature says the types of parameters and body.
        summary: One sentence.
        answers: By HTTP status.
        errors: Codes beyond those that any route can end with; see ``refusals.STATUS``.
        id_type: Type of ``{id}``; one that can't be is ``not_found``.
        form: Shape of a multipart body, which the handler reads by itself; beside a JSON body or instead.
        headers: Request headers that change the answer: names and meanings.
        crowd: Those who may ask for it at a time; None: any number.
        open: Whether it is answered without the token; then it asks nothing of the library.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    answers: Mapping[int, Answer]
    errors: tuple[str, ...] = ()
    id_type: Any = None
    form: type[msgspec.Struct] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    crowd: Crowd | None = None
    open: bool = False

    @property
    def parameters(self) -> type[msgspec.Struct] | None:
        """Type of the parameters in the address; None where they are not looked at."""
        return self._types[0]

    @property
    def body(self) -> type[msgspec.Struct] | None:
        """Type of the JSON body, or None."""
        return self._types[1]

    @property
    def codes(self) -> list[str]:
        """Every error code that it can end with, by HTTP status."""
        codes = {*_GUARD_CODES, *self.errors}
        codes |= set() if self.open else {"unauthorized", "catalogue"}
        codes |= set() if self.body is None and self.form is None else set(_BODY_CODES)
        codes |= set() if self.method == "GET" else {"not_json"}
        codes |= set() if self.crowd is None else {"busy"}
        codes |= set() if self.id_type is None else {"not_found"}
        return sorted(codes, key=lambda code: (STATUS[code], code))

    @cached_property
    def _types(self) -> tuple[type[msgspec.Struct] | None, type[msgspec.Struct] | None]:
        asked = typing.get_type_hints(self.handler)["asked"]
        parameters, body = (_struct(kind) for kind in typing.get_args(asked))
        return parameters, body

    def served(self) -> web.RouteDef:
        """It, for aiohttp."""
        return web.route(self.method, self.path, self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        parameters = None if self.parameters is None else read_parameters(request, self.parameters)
        form = self.form is not None and request.content_type == FORM
        body = None if self.body is None or form else await read_json(request, self.body)
        if self.body is None and self.form is None:
            refuse_form(request)
        with self.crowd.joined() if self.crowd else contextlib.nullcontext():
            return await self.handler(Asked(request, parameters, body))


def _struct(kind: Any) -> type[msgspec.Struct] | None:
    """The shape in ``Shape`` or ``Shape | None``."""
    kinds = [one for one in (typing.get_args(kind) or (kind,)) if one is not type(None)]
    return kinds[0] if kinds else None
