"""Reads requests: query parameters and JSON bodies, checked against the types of ``wire``.

Used by the routes. Runs in the event loop.
"""

import asyncio
import os
import re
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from photoseek.api.refusals import RefusedError, bad_request
from photoseek.api.values import MAX_QUERY_CHARACTERS
from photoseek.errors import FolderError, QueryError

MAX_JSON_BYTES = 64 * 1024
_BODY_TIMEOUT_S = 10
_MAX_PARAMETERS = 32
_VALUE = re.compile(r"value '.*'", re.DOTALL)

Shape = TypeVar("Shape", bound=msgspec.Struct)


def read_parameters(request: web.BaseRequest, shape: type[Shape]) -> Shape:
    """The query parameters as ``shape``.

    They are decoded from the raw address: yarl leaves what is not UTF-8 as it is, here it is refused.

    Raises:
        RefusedError: One is unknown, doubled, missing or can't be.
    """
    raw = request.raw_path.partition("?")[2]
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError as error:
        raise bad_request("The parameters are not valid UTF-8, or too many.") from error
    values = dict(pairs)
    known = _known(shape) or "none"
    if len(values) != len(pairs):
        raise bad_request("A parameter is given twice.", f"Known here, each once: {known}.")
    try:
        return read_texts(values, shape)
    except msgspec.ValidationError as error:
        raise bad_request(f"The parameters can't be: {words(error)}.", f"Known here: {known}.") from error


def refuse_form(request: web.Request) -> None:
    """Where no body is needed there may be JSON, which nobody looks at, but nothing that a page's form can send.

    Raises:
        RefusedError: There is a body of another kind.
    """
    if request.body_exists:
        _require_json(request)


def read_texts(values: Mapping[str, Any], shape: type[Shape]) -> Shape:
    """The texts of an address or a form as ``shape``.

    Raises:
        msgspec.ValidationError: One can't be. A flag is true or false: msgspec would take 1 and 0 too.
    """
    for field in msgspec.structs.fields(shape):
        if field.type is bool and values.get(field.encode_name, "true") not in {"true", "false"}:
            raise msgspec.ValidationError(f"Expected `bool` - at `$.{field.encode_name}`")
    return msgspec.convert(values, shape, strict=False)


async def read_json(request: web.Request, shape: type[Shape]) -> Shape:
    """The JSON body as ``shape``.

    Raises:
        RefusedError: It is no JSON, too large, too slow, or has other keys or values than it may.
    """
    _require_json(request)
    known = _known(shape)
    try:
        return msgspec.convert(_decode_json(await _read_body(request)), shape)
    except msgspec.ValidationError as error:
        raise bad_request(f"The body can't be: {words(error)}.", f"Known keys: {known}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request("The body is not valid JSON in UTF-8.", f"Known keys: {known}.") from error


_decode_json = msgspec.json.Decoder(float_hook=lambda text: _whole(float(text))).decode


def _whole(number: float) -> int | float:
    """To JSON Schema, and to JavaScript, 7.0 is a whole number."""
    return int(number) if number.is_integer() else number


def words(error: msgspec.ValidationError) -> str:
    """What msgspec says, with the name of a key that can't be, but without a value: that may be a query or a path."""
    return _VALUE.sub("value", str(error))


def _known(shape: type[msgspec.Struct]) -> str:
    """The keys of a shape, each with its values where there are only some: ``limit, kind (exact, near)``."""
    return ", ".join(
        f"{field.encode_name} ({', '.join(filter(None, map(str, get_args(field.type))))})"
        if get_origin(field.type) is Literal
        else field.encode_name
        for field in msgspec.structs.fields(shape)
    )


def _require_json(request: web.Request) -> None:
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise RefusedError(
            "not_json", "The body must be JSON, not compressed.", "Send it with 'Content-Type: application/json'."
        )


async def _read_body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MAX_JSON_BYTES, actual_size=request.content_length or 0)
    try:
        async with asyncio.timeout(_BODY_TIMEOUT_S):
            return await request.read()
    except TimeoutError as error:
        raise RefusedError("too_slow", "The body took too long.") from error
    except web.RequestPayloadError as error:
        raise bad_request("The body is not well-formed HTTP.") from error


def check_query(text: str) -> str:
    """The text of a query, if it is text.

    Raises:
        QueryError: It is too long, or holds NUL or half a character.
    """
    if len(text) > MAX_QUERY_CHARACTERS:
        raise QueryError(f"The query has more than {MAX_QUERY_CHARACTERS} characters.", "Say it shorter.")
    if not _is_text(text):
        raise QueryError("The query holds a NUL or half a character.", "Send plain text in UTF-8.")
    return text


def check_path(path: str) -> str:
    """The path of a folder, if it can be one; ``~`` is the person's home.

    Raises:
        FolderError: It holds NUL or half a character, or is relative: to what, the daemon can't know.
    """
    if not _is_text(path):
        raise FolderError("The path holds a NUL or half a character.", "Send plain text in UTF-8.")
    whole = os.path.expanduser(path)  # noqa: PTH111 - Path's own raises for ~nobody
    if not os.path.isabs(whole):  # noqa: PTH117 - asks nothing of the disk
        raise FolderError("The path is not absolute.", "Send the whole path, from the root on.")
    return whole


def check_name(name: str) -> str:
    """A name, if it can be one.

    Raises:
        RefusedError: It holds NUL or half a character.
    """
    if not _is_text(name):
        raise bad_request("The name holds a NUL or half a character.", "Send plain text in UTF-8.")
    return name


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
