"""An example of whatever a JSON Schema describes, for the OpenAPI document. Pure; any thread.

Put together from the examples that the types of ``wire`` carry (``Meta(examples=[…])``), so that it can't be of another
shape than they are.
"""

from collections.abc import Mapping
from typing import Any


def make_example(schema: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> Any:
    """An example that fits.

    Args:
        schema: As msgspec writes it.
        components: Those that it refers to, by name.
    """
    if "$ref" in schema:
        return make_example(components[schema["$ref"].rpartition("/")[2]], components)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return make_example(schema["anyOf"][0], components)
    if "properties" in schema:
        required = schema.get("required", ())
        return {
            name: make_example(kind, components)
            for name, kind in schema["properties"].items()
            if name in required or "examples" in kind
        }
    return _of_type(schema, components)


def _of_type(schema: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> Any:
    match schema.get("type"):
        case "array":
            return [make_example(schema["items"], components)]
        case "integer" | "number":
            return schema.get("default", schema.get("minimum", 1))
        case "boolean":
            return schema.get("default", False)
        case "object":
            return {}
        case "null":
            return None
        case _:
            return schema.get("default", "")
