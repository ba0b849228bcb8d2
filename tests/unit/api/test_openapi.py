"""The document describes the API that is served: all of it, and nothing else."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from photoseek.api import wire
from photoseek.api.openapi import describe
from photoseek.api.refusals import MEANINGS, STATUS
from photoseek.api.server import make_app
from tests.unit.api.conftest import TABLE, Http

DOCUMENT = describe(TABLE)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every described body: what it is, and its content."""
    for method, path, operation in operations():
        for media, content in operation.get("requestBody", {"content": {}})["content"].items():
            yield f"{method} {path} takes {media}", content
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                yield f"{method} {path} answers {status} {media}", content
    for name, answer in DOCUMENT["components"]["responses"].items():
        yield name, answer["content"]["application/json"]


def validator(schema: dict[str, Any]) -> OAS31Validator:
    document = DRAFT202012.create_resource(DOCUMENT)
    whole = {"$ref": f"urn:document{schema['$ref']}"} if "$ref" in schema else schema
    registry: Any = Registry().with_resource("urn:document", document)
    return OAS31Validator(_absolute(whole), registry=registry)


def _absolute(schema: Any) -> Any:
    """The schema with references that lead into the document."""
    if isinstance(schema, dict):
        return {
            key: f"urn:document{value}" if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema


async def test_the_document_is_openapi_3_1_and_is_served_as_it_is_made(http: Http) -> None:
    status, body = await http.json("GET", "/api/v1/openapi.json")
    assert (status, body["openapi"]) == (200, "3.1.0")
    assert body == msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    OpenAPIV31SpecValidator(body).validate()


def test_every_route_that_is_served_is_described_and_no_other() -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in make_app(TABLE).router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert {(method, path) for method, path, _ in operations()} == served


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "content"), list(bodies()))
def test_every_example_fits_its_schema(name: str, content: dict[str, Any]) -> None:
    examples = [one["value"] for one in content.get("examples", {}).values()]
    examples += [content["example"]] if "example" in content else []
    # Of pictures, of forms that hold some, and of this very document none is shown.
    assert bool(examples) == ("schema" in content and "encoding" not in content)
    for example in examples:
        validator(content["schema"]).validate(example)


def test_an_example_of_another_shape_would_be_noticed() -> None:
    schema = {"$ref": "#/components/schemas/SearchBody"}
    assert [error.validator for error in validator(schema).iter_errors({"photos": 7})].count("required") > 0
    folders = {"folders": [{"id": "one"}]}
    assert list(validator({"$ref": "#/components/schemas/FoldersBody"}).iter_errors(folders))


@pytest.mark.parametrize("route", TABLE, ids=lambda route: f"{route.method} {route.path}")
def test_every_operation_names_the_errors_that_it_can_end_with(route: Any) -> None:
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    described = set()
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            response = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            for code in response["content"]["application/json"]["examples"]:
                assert STATUS[code] == int(status)
                described.add(code)
    assert described == set(route.codes)
    assert ("unauthorized" in described) == (operation.get("security") != [])
    assert described >= {"wrong_host", "foreign_origin", "internal"}


def test_every_code_has_a_status_and_a_meaning() -> None:
    assert MEANINGS.keys() == STATUS.keys()
    assert all(meaning.endswith(".") for meaning in MEANINGS.values())


@pytest.mark.parametrize("route", TABLE, ids=lambda route: f"{route.method} {route.path}")
def test_parameters_are_those_that_are_checked(route: Any) -> None:
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    found = {one["name"]: one["required"] for one in operation["parameters"] if one["in"] == "query"}
    fields = msgspec.structs.fields(route.parameters) if route.parameters else ()
    assert found == {field.encode_name: field.required for field in fields}
    named = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
    assert named == (["id"] if "{id}" in route.path else [])


def test_a_body_is_described_by_the_type_that_checks_it() -> None:
    body = DOCUMENT["paths"]["/api/v1/indexing"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/IndexingRequest"}
    assert msgspec.convert(body["example"], wire.IndexingRequest).action == "pause"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"action": "stop"}, wire.IndexingRequest)
    assert list(validator(body["schema"]).iter_errors({"action": "stop"}))
