"""What can still be read of an ordonnance whose JSON is broken: its complete `"key": value` pairs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from appliance.decode.payloads.codes import WarningCode
from appliance.decode.payloads.json_document import JsonDocument, JsonValue, encodable, integer
from appliance.identifiers.discreet import Discreet

__all__ = ["salvage"]

_TOKEN: Final = re.compile(
    r"""\s+
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<integer>-?[0-9]+(?![0-9.eE+-]))
      | (?P<mark>[{}\[\]:,])
      | (?P<cut>".*)    # a string without its end: all that follows is inside it
      | (?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)

_ROOT: Final = ""

_SECTIONS: Final = frozenset("SDPM")
"""The objects of an ordonnance: S and D, and P and M in D."""

_HOMES: Final = {"ID": "D", "RPPS": "M", "AM": "M"}
"""Keys that name their object by themselves: a lost brace may have left them in another one."""


@dataclass(frozen=True, slots=True, repr=False)
class _Token(Discreet):
    kind: str | None
    text: str


_NOTHING: Final = _Token(None, "")
_COLON: Final = _Token("mark", ":")
_OPENING: Final = (_Token("mark", "{"), _Token("mark", "["))
_CLOSING: Final = (_Token("mark", "}"), _Token("mark", "]"))
_ENDING: Final = (*_CLOSING, _Token("mark", ","))


@dataclass(slots=True, repr=False)
class _Finder(Discreet):
    """Walks the tokens and keeps what objects it is in, whether or not the brackets match.

    Attributes:
        found: the pairs read, by the object each belongs to.
        seen: the keys met, with the object each stood in, whether or not their value could be read.
        inside: names of the open objects, outermost first; None for one that no ordonnance has.
        strangers: how many of `inside` are None; nothing is kept from inside them.
    """

    found: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    is_doubled: bool = False
    inside: list[str | None] = field(default_factory=list)
    strangers: int = 0

    def assembled(self) -> dict[str, JsonValue]:
        """The pairs put back into the structure of an ordonnance; once, at the end."""
        root = self.found.get(_ROOT, {})
        data = self.found.get("D", {})
        for parent, name in ((data, "P"), (data, "M"), (root, "S")):
            if name in self.found:
                parent[name] = self.found[name]
        return {**root, "D": data}

    @property
    def here(self) -> str:
        """The known object it is in; only meaningful while there are no strangers."""
        return (self.inside[-1] if self.inside else None) or _ROOT

    def walk(self, tokens: list[_Token]) -> None:
        """Go through all tokens once."""
        at = 0
        while at < len(tokens):
            token, colon, value, after = (*tokens[at : at + 4], *(_NOTHING,) * 3)[:4]
            if token.kind == "string" and colon == _COLON:
                at += self._pair(token, value, after)
                continue
            if token in _OPENING:
                self._enter(None if self.inside or token != _OPENING[0] else _ROOT)
            elif token in _CLOSING and len(self.inside) > 1:
                self._leave()
            at += 1

    def _pair(self, key_token: _Token, value: _Token, after: _Token) -> int:
        """Take one `key : value`; how many tokens it took."""
        key = _read(key_token)
        if not isinstance(key, str):
            return 2
        if not self.strangers:
            self.seen.add((self.here, key))
        if value in _OPENING:
            self._enter(key if value == _OPENING[0] and key in _SECTIONS else None)
            return 3
        # The last string of a cut text has its closing quote; the last number may lack digits.
        is_whole = after in _ENDING or (after == _NOTHING and value.kind == "string")
        if value.kind not in {"string", "integer"}:
            return 2
        if is_whole and not self.strangers:
            self._keep(key, _read(value))
        return 3

    def _keep(self, key: str, value: JsonValue) -> None:
        """Put a value where its key belongs."""
        # Inside P, the keys P and D are the given name and the birth date; elsewhere they are objects.
        if value is None or (key in _SECTIONS and self.here != "P"):
            return
        section = self.found.setdefault(_HOMES.get(key, self.here), {})
        self.is_doubled |= key in section
        section[key] = value

    def _enter(self, name: str | None) -> None:
        self.inside.append(name)
        self.strangers += name is None

    def _leave(self) -> None:
        self.strangers -= self.inside.pop() is None


def salvage(text: str) -> JsonDocument | None:
    """The complete pairs of a broken ordonnance, or None if the text is not one.

    A value counts only where it is seen to be whole: a string with both quotes, followed by a comma, a
    bracket or the end; an integer followed by a comma or a bracket. Braces may be missing anywhere.
    It is an ordonnance if it has a member `D` and either an `ID` in it or the version `S.V`.
    """
    finder = _Finder()
    matches = _TOKEN.finditer(text)
    finder.walk([_Token(match.lastgroup, match.group()) for match in matches if match.lastgroup])
    has_data = any(key == "D" and place != "P" for place, key in finder.seen)
    has_id = any(key == "ID" and place in {"D", "P", "M"} for place, key in finder.seen)
    if not has_data or not (has_id or ("S", "V") in finder.seen):
        return None
    warnings = {WarningCode.DUPLICATE_KEY} if finder.is_doubled else set()
    return JsonDocument(encodable(finder.assembled(), warnings), frozenset(warnings))


def _read(token: _Token) -> JsonValue:
    """The value of a string or an integer; None where its escapes are broken."""
    if token.kind == "integer":
        return integer(token.text)
    try:
        value = json.loads(token.text, strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None
