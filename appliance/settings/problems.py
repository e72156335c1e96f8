"""What is wrong with a settings file, said in French, all at once, with the near name of an unknown key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from appliance.texts import settings as texts

__all__ = ["MAX_SHOWN_CHARS", "SettingsError", "SettingsProblem", "not_toml", "refused", "refused_values"]

MAX_SHOWN_CHARS = 64


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """One thing that is wrong: the key (`section.name`, empty for the file itself) and a French sentence."""

    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key} : {self.text}" if self.key else self.text


class SettingsError(Exception):
    """The settings cannot be used; its text names every problem, in French: correct the file.

    Attributes:
        problems: all of them, in the order of the file's schema.
    """

    def __init__(self, path: Path, problems: tuple[SettingsProblem, ...]) -> None:
        self.path = path
        self.problems = problems
        lines = [texts.HEADING.format(path=path), *(f"  - {problem}" for problem in problems)]
        super().__init__("\n".join(lines))


def refused(path: Path, text: str) -> SettingsError:
    """The error of a file that cannot be used as a whole."""
    return SettingsError(path, (SettingsProblem("", text),))


def refused_values(path: Path, error: ValidationError, schema: type[BaseModel]) -> SettingsError:
    """The error of a file with wrong values: every one of them."""
    details = error.errors(include_url=False)
    return SettingsError(path, tuple(_problem(detail, schema) for detail in details))


def not_toml(error: Exception) -> str:
    """Where the syntax breaks; tomllib says it in English at the end of its text."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place:
        return texts.NOT_TOML_AT.format(line=place[1], column=place[2])
    return texts.NOT_TOML_AT_END if str(error).endswith("(at end of document)") else texts.NOT_TOML


def _problem(detail: ErrorDetails, schema: type[BaseModel]) -> SettingsProblem:
    location = detail["loc"]
    key = ".".join(_shown(str(part)) for part in location)
    if detail["type"] == "extra_forbidden":
        return SettingsProblem(key, _unknown(location, schema))
    template = texts.PROBLEM_TEXTS.get(detail["type"], texts.OTHER_PROBLEM)
    context: dict[str, Any] = {name: _plain(value) for name, value in detail.get("ctx", {}).items()}
    context["key"] = key
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", " ou ").replace("'", '"')
    return SettingsProblem(key, template.format_map(context))


def _plain(value: object) -> object:
    """A bound as people write it: 120, not 120.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shown(name: str) -> str:
    """A key as it may be printed: a file can hold any length and any control character as a quoted key."""
    short = name if len(name) <= MAX_SHOWN_CHARS else name[:MAX_SHOWN_CHARS] + "…"
    return short if short.isprintable() else ascii(short)


def _unknown(location: tuple[int | str, ...], schema: type[BaseModel]) -> str:
    """Say that a key is unknown, and which known one it resembles, in its own section or in another."""
    *section, name = (str(part) for part in location)
    sections = {field: _keys_of(field, schema) for field in schema.model_fields}
    text = texts.UNKNOWN_KEY if section else texts.UNKNOWN_SECTION
    near = difflib.get_close_matches(name, sections[section[0]] if section else sections, n=1)
    if near:
        return text + texts.NEAR_NAME.format(near=".".join((*section, near[0])))
    elsewhere = [f"{field}.{key}" for field, keys in sections.items() for key in keys if key == name]
    return text + texts.NEAR_NAME.format(near=elsewhere[0]) if elsewhere else text


def _keys_of(section: str, schema: type[BaseModel]) -> Mapping[str, object]:
    model = schema.model_fields[section].annotation
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
