"""What all shapes share: their two kinds, the parts that stand in many, and the answer that is no success.

Used by the other modules of the room. Pure; any thread.
"""

import base64
from typing import Annotated, Literal, Protocol

import msgspec
from msgspec import UNSET, Meta, UnsetType

from photoseek.api.values import Cursor, PhotoIdAnswer

MAX_LIMIT = 1000
DEFAULT_LIMIT = 50

Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]
PhotoState = Literal["online", "offline"]
TakenFrom = Literal["exif", "file", ""]


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that a client sends; an unknown key is an error that names it."""


class NoParameters(Request, frozen=True, kw_only=True):
    """Routes that take none."""


class PageParameters(Request, frozen=True, kw_only=True):
    """A page of a list; all that ``GET /problems`` takes."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""


class StackBody(Body, frozen=True, kw_only=True):
    """A stack that a photo is in: ``count`` photos that are nearly the same; ``id`` is that of the one that leads it.

    The query ``stack:`` with the id of any of them shows them all.
    """

    id: PhotoIdAnswer
    count: int


class ErrorDetail(Body, frozen=True, kw_only=True):
    """What went wrong, a stable code for programs and words for a person.

    ``at`` is there for a mistake in a query: how many characters of it (Unicode code points) stand before the place.
    """

    code: str
    message: str
    hint: str = ""
    at: int | UnsetType = UNSET


class ErrorBody(Body, frozen=True, kw_only=True):
    """Every answer that is no success, on every route."""

    error: ErrorDetail


class HealthBody(Body, frozen=True, kw_only=True):
    """``GET /healthz``; open without a token, so it says nothing more."""

    status: Literal["ok"] = "ok"


class _Placed(Protocol):
    """A shape with a path."""

    @property
    def path(self) -> str: ...

    @property
    def path_bytes(self) -> str | UnsetType: ...


def real_path(body: _Placed) -> bytes:
    """The path of a shape as the system has it; for those who read answers."""
    return base64.b64decode(body.path_bytes) if isinstance(body.path_bytes, str) else body.path.encode("utf-8")
