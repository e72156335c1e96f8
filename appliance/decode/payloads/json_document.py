"""JSON out of a code: bounded in size, depth and numbers, and exact."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Final, Never

from appliance.decode.payloads.codes import WarningCode
from appliance.identifiers.discreet import Discreet

__all__ = [
    "MAX_DEPTH",
    "MAX_DOCUMENT_LENGTH",
    "MAX_NUMBER_LENGTH",
    "JsonDocument",
    "JsonValue",
    "LongNumber",
    "MalformedDocumentError",
    "TooDeepError",
    "encodable",
    "integer",
    "parse",
]

MAX_DOCUMENT_LENGTH: Final = 4096
"""Characters. The largest QR code holds 2953 bytes of mixed text (version 40-L, ISO/IEC 18004)."""

MAX_DEPTH: Final = 16
"""Objects and arrays in one another; an ordonnance numérique needs 3."""

MAX_NUMBER_LENGTH: Final = 15
"""Characters of a number. So many digits are exact in every JSON reader (IEEE 754 doubles); more are not."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_HALF_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class MalformedDocumentError(ValueError):
    """The text is not a JSON object: read what is left of it by other means."""


class TooDeepError(MalformedDocumentError):
    """The JSON is nested deeper than MAX_DEPTH: a bomb, not a prescription."""


class LongNumber(str):
    """The text of a number that not every JSON reader would hold exactly."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class JsonDocument(Discreet):
    """An object and what was odd about its text.

    Attributes:
        root: the object; the caller owns it.
        warnings: duplicate_key, trailing_data, charset_uncertain.
    """

    root: dict[str, JsonValue]
    warnings: frozenset[WarningCode]


def parse(text: str) -> JsonDocument:
    """Read the JSON object that `text` begins with.

    Of a key that stands twice the last value counts, as in most readers. Numbers longer than
    MAX_NUMBER_LENGTH, or that a double does not hold, become LongNumber. Control characters inside strings
    are let through, escaped surrogates without their other half become U+FFFD.

    Raises:
        TooDeepError: nested deeper than MAX_DEPTH.
        MalformedDocumentError: not a JSON object.
    """
    if _depth(text) > MAX_DEPTH:
        raise TooDeepError("nested too deep")
    warnings: set[WarningCode] = set()

    def members(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        found = dict(pairs)
        if len(found) < len(pairs):
            warnings.add(WarningCode.DUPLICATE_KEY)
        return found

    decoder = json.JSONDecoder(
        object_pairs_hook=members,
        parse_int=integer,
        parse_float=_real,
        parse_constant=_refuse,
        strict=False,
    )
    try:
        root, end = decoder.raw_decode(text)
    except ValueError:
        # Not chained: a JSONDecodeError carries the whole document.
        raise MalformedDocumentError("not JSON") from None
    if not isinstance(root, dict):
        raise MalformedDocumentError("not a JSON object")
    if end < len(text):
        warnings.add(WarningCode.TRAILING_DATA)
    return JsonDocument(encodable(root, warnings), frozenset(warnings))


def encodable(members: dict[str, JsonValue], warnings: set[WarningCode]) -> dict[str, JsonValue]:
    """The members with U+FFFD for half surrogates, which no charset can write; bounded by MAX_DEPTH."""
    return {_text(key, warnings): _value(item, warnings) for key, item in members.items()}


def _depth(text: str) -> int:
    """How deep brackets nest outside strings."""
    deepest = depth = 0
    for character in _STRING.sub("", text):
        if character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


def integer(literal: str) -> int | LongNumber:
    """The integer of a literal, or its text where not every JSON reader would hold it exactly."""
    return int(literal) if len(literal) <= MAX_NUMBER_LENGTH else LongNumber(literal)


def _real(literal: str) -> float | LongNumber:
    value = float(literal) if len(literal) <= MAX_NUMBER_LENGTH else math.inf
    vanished = value == 0 and bool(re.search("[1-9]", literal.lower().partition("e")[0]))
    return LongNumber(literal) if vanished or not math.isfinite(value) else value


def _refuse(constant: str) -> Never:
    """NaN and Infinity are not JSON, and nobody could send them on."""
    raise ValueError("not a JSON number")


def _value(value: JsonValue, warnings: set[WarningCode]) -> JsonValue:
    if isinstance(value, str) and not isinstance(value, LongNumber):
        return _text(value, warnings)
    if isinstance(value, list):
        return [_value(item, warnings) for item in value]
    if isinstance(value, dict):
        return encodable(value, warnings)
    return value


def _text(text: str, warnings: set[WarningCode]) -> str:
    whole = _HALF_SURROGATE.sub("\ufffd", text)
    if whole != text:
        warnings.add(WarningCode.CHARSET_UNCERTAIN)
    return whole
