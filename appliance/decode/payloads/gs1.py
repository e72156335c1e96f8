"""GS1 element strings: application identifiers and their values (GS1 General Specifications §3 and §7.8)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from appliance.identifiers.discreet import Discreet

__all__ = [
    "GS",
    "MAX_VALUE_LENGTH",
    "WINDOW_YEAR",
    "Gs1Message",
    "date_of",
    "parse_message",
]

GS: Final = "\x1d"
"""How readers transmit the FNC1 that ends a value of variable length."""

MAX_VALUE_LENGTH: Final = 90
"""Characters of the longest value (AI 91 to 99)."""

WINDOW_YEAR: Final = 2026
"""The year around which two digits are read (§7.12): right for any box until the 2070s."""

_CENTURY: Final = 100
_AHEAD: Final = 50
_BACK: Final = 49

_IDENTIFIER_LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **dict.fromkeys(("00", "01", "02", "03", "04", "20", "21", "22", "30", "37"), 2),
        **{f"{prefix:02d}": 2 for prefix in (*range(10, 20), *range(90, 100))},
        **dict.fromkeys(("23", "24", "25", "40", "41", "42", "71"), 3),
        **dict.fromkeys(("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"), 4),
    }
)
"""Digits of an application identifier by its first two (figure 7.8.2-1)."""

_FIXED_LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "00": 18,
        **dict.fromkeys(("01", "02", "03"), 14),
        "04": 16,
        **{str(prefix): 6 for prefix in range(11, 20)},
        "20": 2,
        **{str(prefix): 6 for prefix in range(31, 37)},
        "41": 13,
    }
)
"""Length of the values that need no separator, by the first two digits (figure 7.8.5-2)."""

_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, **{f"71{n}": 20 for n in range(8)}}
)
"""Maximum length of the values of variable length that matter here; MAX_VALUE_LENGTH for the others."""

_VALUE: Final = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
"""Character set 82 (§7.11), which has no space."""

_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True, repr=False)
class Gs1Message(Discreet):
    """The values of a message by application identifier.

    Attributes:
        values: each as it stands; of an identifier that stands there twice, the first.
        last: the identifier whose value ran to the end of the message.
        is_whole: whether all of it could be read.
        has_duplicates: an identifier stands there twice with different values.
    """

    values: Mapping[str, str]
    last: str | None
    is_whole: bool
    has_duplicates: bool


def parse_message(text: str) -> Gs1Message:
    """Cut a message into its elements; what cannot be cut ends it, and the message is not whole.

    Args:
        text: the message without its leading FNC1, GS after each value of variable length but the last.
    """
    values: dict[str, str] = {}
    last = None
    has_duplicates = False
    at = 0
    while at < len(text):
        if text[at] == GS:
            # Also after values of fixed length, where none is needed.
            at += 1
            continue
        cut = _element(text, at)
        if cut is None:
            return Gs1Message(values, last, is_whole=False, has_duplicates=has_duplicates)
        last, value, at = cut
        has_duplicates |= values.setdefault(last, value) != value
    return Gs1Message(values, last, is_whole=True, has_duplicates=has_duplicates)


def _element(text: str, at: int) -> tuple[str, str, int] | None:
    """The identifier at a place, its value and the place after it."""
    prefix = text[at : at + 2]
    identifier_length = _IDENTIFIER_LENGTHS.get(prefix)
    if identifier_length is None:
        return None
    identifier = text[at : at + identifier_length]
    start = at + identifier_length
    fixed = _FIXED_LENGTHS.get(prefix)
    if fixed is not None:
        end = start + fixed
        value = text[start:end]
        if len(value) < fixed:
            return None
    else:
        end = text.find(GS, start)
        end = len(text) if end < 0 else end
        value = text[start:end]
        if len(value) > _LONGEST.get(identifier, MAX_VALUE_LENGTH):
            return None
    if not identifier.isdigit() or not _VALUE.fullmatch(value):
        return None
    return identifier, value, end


def date_of(value: str, window_year: int = WINDOW_YEAR) -> date | None:
    """The date of YYMMDD; day 00 is the last of the month; None where there is no such date.

    The century is the one that brings the year within 49 years before and 50 after `window_year` (§7.12).
    """
    if not _SIX_DIGITS.fullmatch(value):
        return None
    year, month, day = int(value[:2]), int(value[2:4]), int(value[4:])
    year += window_year - window_year % _CENTURY
    if year - window_year > _AHEAD:
        year -= _CENTURY
    elif window_year - year > _BACK:
        year += _CENTURY
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError:
        # calendar.IllegalMonthError is one too.
        return None
