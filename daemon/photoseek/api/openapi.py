"""The OpenAPI 3.1 document of the API, made from the table of routes and from the types that check its requests.

A bridge of our own: msgspec writes the JSON Schemas of its types itself, and what knows aiohttp speaks of other types
(aiohttp-pydantic of pydantic's, aiohttp-apispec of marshmallow's) or wants the document written by hand
(aiohttp-swagger3).
Used by ``routes``. Pure but for ``Document.describe_api``, which runs in the event loop.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import msgspec
from aiohttp import web

from photoseek import __version__
from photoseek.api import wire
from photoseek.api.examples import make_example
from photoseek.api.refusals import MEANINGS, STATUS
from photoseek.api.routing import FORM, JSON, Answer, Asked, Route
from photoseek.api.sending import raw_json_answer

Node = dict[str, Any]

_REF = "#/components/schemas/{name}"
_ABOUT = """Finds photos on this computer by what they show.

Every answer that is no success has the one shape `ErrorBody`, on every route: `error.code` is for programs, `message`
and `hint` are for a person. HEAD is answered wherever GET is. A method that an address doesn't take is a 405."""


class Document:
    """The document of one table of routes; it may still grow until the document is asked for."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes

    @cached_property
    def _encoded(self) -> bytes:
        return msgspec.json.encode(describe(self._routes))

    async def describe_api(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /openapi.json``."""
        return raw_json_answer(self._encoded)


def describe(routes: Sequence[Route]) -> Node:
    """The document.

    Args:
        routes: All of the API.
    """
    schemas = _Schemas()
    paths: dict[str, Node] = {}
    refusals: Node = {}
    for route in routes:
        answers = {str(status): schemas.answer(answer) for status, answer in route.answers.items()}
        for status, codes in groupby(route.codes, STATUS.__getitem__):
            name, described = schemas.refusal(list(codes))
            refusals[name] = described
            answers[str(status)] = {"$ref": f"#/components/responses/{name}"}
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas) | {"responses": answers}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "photoseek",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "127.0.0.1, on the port in daemon.json."}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": dict(sorted(refusals.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "`photoseek token` prints it."}
            },
        },
    }


def _operation(route: Route, schemas: "_Schemas") -> Node:
    """All but the answers."""
    operation: Node = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "tags": [route.path.removeprefix("/api/v1").split("/")[1]],
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
    }
    if route.open:
        operation["security"] = []
    content = {JSON: schemas.content(route.body)} if route.body else {}
    if route.form:
        content[FORM] = {"schema": schemas.content(route.form)["schema"], "encoding": _encodings(route.form)}
    if content:
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _encodings(form: type[msgspec.Struct]) -> Node:
    """Of those fields of a form that are pictures."""
    fields = _plain_schema(form)["properties"]
    return {name: _picture(name) for name, kind in fields.items() if "contentMediaType" in kind.get("items", kind)}


def _picture(name: str) -> Node:
    named = {
        "description": "With the name of the file.",
        "schema": {"type": "string"},
        "example": f'form-data; name="{name}"; filename="beach.png"',
    }
    return {"contentType": "image/*", "headers": {"Content-Disposition": named}}


def _path_parameters(route: Route) -> list[Node]:
    if route.id_type is None:
        return []
    schema = _plain_schema(route.id_type)
    return [{"name": "id", "in": "path", "required": True, "schema": schema, "example": make_example(schema, {})}]


def _query_parameters(route: Route) -> list[Node]:
    if route.parameters is None:
        return []
    schema = _plain_schema(route.parameters)
    return [
        {"name": name, "in": "query", "required": name in schema["required"], "schema": _without_null(kind)}
        | ({"description": kind["description"]} if "description" in kind else {})
        for name, kind in schema["properties"].items()
    ]


def _header_parameters(route: Route) -> list[Node]:
    return [
        {
            "name": name,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "format": f"header-{name.lower()}"},
            "description": what,
        }
        for name, what in route.headers.items()
    ]


def _plain_schema(kind: Any) -> Node:
    """The schema of a type that no other refers to."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template=_REF)
    return components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _without_null(schema: Node) -> Node:
    """In an address there is no null: what is not given is left out."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


class _Schemas:
    """The schemas that the document names, gathered while it is written."""

    def __init__(self) -> None:
        self.components: dict[str, Node] = {}

    def content(self, shape: type[msgspec.Struct]) -> Node:
        """A body of that shape, with an example."""
        (schema,), components = msgspec.json.schema_components([shape], ref_template=_REF)
        self.components |= {name: _in_markdown(one) | _needed(name) for name, one in components.items()}
        return {"schema": schema, "example": make_example(schema, components)}

    def answer(self, answer: Answer) -> Node:
        """An answer that is a success."""
        described: Node = {"description": answer.what}
        if answer.headers:
            described["headers"] = {
                name: {"description": what, "schema": {"type": "string"}} for name, what in answer.headers.items()
            }
        if answer.media:
            content = self.content(answer.shape) if answer.shape else self.stream(answer.events)
            described["content"] = dict.fromkeys(answer.media, content)
        return described

    def stream(self, events: Mapping[str, type[msgspec.Struct]]) -> Node:
        """A stream, by one event of it; pictures have no events and no schema."""
        if not events:
            return {}
        bodies = {name: self.content(shape) for name, shape in events.items()}
        return {
            "schema": {
                "description": "One event of the stream.",
                "oneOf": [_event_schema(name, body["schema"]) for name, body in bodies.items()],
            },
            "examples": {name: {"value": _event_example(name, body["example"])} for name, body in bodies.items()},
        }

    def refusal(self, codes: Sequence[str]) -> tuple[str, Node]:
        """An error answer that has one of the codes, and its name."""
        content = self.content(wire.ErrorBody)
        one_of = {"properties": {"error": {"properties": {"code": {"enum": list(codes)}}}}}
        examples = {code: {"value": {"error": {"code": code, "message": MEANINGS[code], "hint": ""}}} for code in codes}
        return "-or-".join(codes), {
            "description": " ".join(MEANINGS[code] for code in codes),
            "content": {JSON: {"schema": {"allOf": [content["schema"], one_of]}, "examples": examples}},
        }


def _needed(name: str) -> Node:
    """That one of several fields must be there."""
    return {"anyOf": [{"required": [field]} for field in wire.NEEDED[name]]} if name in wire.NEEDED else {}


def _event_schema(name: str, shape: Node) -> Node:
    data = {"type": "string", "contentMediaType": JSON, "contentSchema": shape}
    fields = {"id": {"type": "string", "pattern": "^[0-9]+$"}, "event": {"const": name}, "data": data}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _event_example(name: str, example: Node) -> Node:
    return {"id": str(example["seq"]), "event": name, "data": msgspec.json.encode(example).decode()}


def _in_markdown(schema: Node) -> Node:
    """The docstring's ``code`` as Markdown has it."""
    return schema | {"description": schema["description"].replace("``", "`")} if "description" in schema else schema
