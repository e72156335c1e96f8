"""Every key of the settings as data: type, bound, default, purpose. For explaining, and for the reference."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

__all__ = ["Key", "keys", "near_key"]

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false", "array": "list"}
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        name: `section.key`.
        kind: its type: `text`, `path`, `integer`, `number`, `true or false`, `list`, `table`, `one of`.
        bound: what it may be; empty where its type says all.
        default: as it would stand in the file; empty where there is none.
        purpose: one line, in English.
    """

    name: str
    kind: str
    bound: str
    default: str
    purpose: str


def keys(schema: type[BaseModel]) -> tuple[Key, ...]:
    """All keys of a schema, in its order, sections flattened."""
    document = schema.model_json_schema()
    return tuple(_keys(document, document["properties"], ()))


def near_key(name: str, schema: type[BaseModel]) -> str | None:
    """The known key that a name resembles most."""
    known = [key.name for key in keys(schema)]
    elsewhere = [one for one in known if one.rpartition(".")[2] == name.rpartition(".")[2]]
    near = difflib.get_close_matches(name, elsewhere or known, n=1, cutoff=0 if elsewhere else 0.6)
    return next(iter(near), None)


def _keys(
    document: Mapping[str, Any], properties: Mapping[str, Any], section: tuple[str, ...]
) -> Iterator[Key]:
    for name, described in properties.items():
        path = (*section, name)
        inner = document.get("$defs", {}).get(_reference(described), {})
        if "properties" in inner and "$ref" in described:
            yield from _keys(document, inner["properties"], path)
        else:
            yield _key(".".join(path), described)


def _reference(described: Mapping[str, Any]) -> str:
    return str(described.get("$ref", "")).rpartition("/")[2]


def _key(name: str, described: Mapping[str, Any]) -> Key:
    default = described.get("default")
    choices = [one for one in described.get("anyOf", ()) if one.get("type") != "null"]
    form = choices[0] if choices else described
    kind = "path" if form.get("format") == "path" else _WORDS.get(str(form.get("type")), "table")
    if "enum" in form:
        kind = "one of"
    elif "const" in form:
        kind = "fixed"
    return Key(name, kind, _bound(form), _toml(default), str(described.get("description", "")))


def _bound(form: Mapping[str, Any]) -> str:
    if "enum" in form:
        return ", ".join(_toml(choice) for choice in form["enum"])
    low, high = form.get("minimum"), form.get("maximum")
    if low is not None and high is not None:
        return f"{_plain(low)} to {_plain(high)}"
    if "maxItems" in form:
        return f"at most {form['maxItems']}"
    if "pattern" in form:
        return f"`{form['pattern']}`"
    if form.get("minLength"):
        return f"{form['minLength']} to {form['maxLength']} characters"
    return f"at most {form['maxLength']} characters" if "maxLength" in form else ""


def _plain(value: float) -> str:
    return f"{value:g}" if value < 1_000_000 else str(value)


def _toml(value: object) -> str:
    """As it would stand in the file; nothing for what has no default."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case _:
            return "[]" if not value else str(value)
