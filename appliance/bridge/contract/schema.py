"""Short words for JSON Schema (2020-12), the dialect of OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = [
    "Schema",
    "array",
    "const",
    "date",
    "extended",
    "integer",
    "nullable",
    "obj",
    "one_of",
    "ref",
    "string",
    "words",
]

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """The schema of that name in the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def string(description: str = "", **more: object) -> Schema:
    """Text."""
    return _described({"type": "string", **more}, description)


def date(description: str = "") -> Schema:
    """A day, `YYYY-MM-DD`."""
    return string(description, format="date")


def words(description: str, known: Sequence[str]) -> Schema:
    """One of some words, to which later versions may add: not an enum, so that no client breaks."""
    return string(f"{description} More may be added; take an unknown one for unknown.", examples=list(known))


def const(value: str) -> Schema:
    """That very word."""
    return {"type": "string", "const": value}


def integer(description: str = "", **more: object) -> Schema:
    """A whole number of 64 bits."""
    return _described({"type": "integer", "format": "int64", **more}, description)


def array(items: Schema, description: str = "", **more: object) -> Schema:
    """A list."""
    return _described({"type": "array", "items": items, **more}, description)


def nullable(schema: Schema, description: str = "") -> Schema:
    """The schema, or null."""
    if isinstance(schema.get("type"), str):
        return _described({**schema, "type": [schema["type"], "null"]}, description)
    return _described({"anyOf": [schema, {"type": "null"}]}, description)


def obj(
    description: str, properties: Mapping[str, Schema], *, optional: Sequence[str] = (), closed: bool = False
) -> Schema:
    """An object; all properties are required but the optional ones. Open unless `closed`: we only add."""
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
    }
    if closed:
        schema["additionalProperties"] = False
    return _described(schema, description)


def extended(
    base: str, description: str, properties: Mapping[str, Schema], *, optional: Sequence[str] = ()
) -> Schema:
    """The schema of that name with further or narrower properties."""
    return {"description": description, "allOf": [ref(base), obj("", properties, optional=optional)]}


def one_of(description: str, key: str, cases: Mapping[str, str], other: str) -> Schema:
    """Exactly one of the cases, told apart by `key`, or `other` for words that are not known yet."""
    return {
        "description": description,
        "oneOf": [ref(name) for name in (*cases.values(), other)],
        "discriminator": {
            "propertyName": key,
            "mapping": {word: f"#/components/schemas/{name}" for word, name in cases.items()},
        },
    }


def _described(schema: Schema, description: str) -> Schema:
    return {"description": description, **schema} if description else schema
