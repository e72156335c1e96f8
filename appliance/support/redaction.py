"""Takes out of a text what could name a person: the second wall, as nothing of the kind should be logged.

It errs on the side of taking too much: a log that lacks a number still tells where it broke. Pure.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MASK", "redact"]

MASK: Final = "▒▒▒"

_KEPT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
)
"""Times of a log, and addresses in a network. A date alone may be of birth, and goes."""

_ERROR_TEXT: Final = re.compile(r"\b((?:\w+\.)*\w*(?:Error|Exception|Warning))(?::[^\S\n]*)[^\n]+")
"""An error's own words may quote what a code held: its type stays."""

_FIELD: Final = re.compile(
    r"""(?ix) \b( (?:family|given|birth|first|last|patient|holder)[_ ]?(?:names?|date|place)?
        | nom | pr[ée]noms? | naissance | patient | nir | matricule | ins | rpps | finess | pin | password
        | secret | token | bearer | authorization | payload | content | text | subject )
        (["']?\s*[=:]\s*) ( "[^"\n]*" | '[^'\n]*' | [^\s,;}\]]+ (?:[ ][A-ZÀ-Þ][^\s,;}\]]*)* )"""
)
"""A value beside a name that says what it is of, in Python, JSON or plain words."""

_NUMBER: Final = re.compile(r"(?<![\w.])\d(?:[ \u00a0\u202f./-]?[\dAB]){5,}(?!\w)", re.IGNORECASE)
"""Six digits and more, however grouped: NIR (with 2A and 2B), INS, RPPS, prescriptions, dates, CIP."""

_TOKEN: Final = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{16,}\b")
"""Long words of letters and digits: identifiers, keys, contents in hexadecimal or base64."""

_CAPITALS: Final = re.compile(r"\b[A-ZÀ-Þ][A-ZÀ-Þ'-]+(?:[ ]+[A-ZÀ-Þ][A-ZÀ-Þ'-]+)+")
"""Two words in capitals and more: as cards and codes write names."""

_RULES: Final = (
    (_FIELD, rf"\1\2{MASK}"),
    (_ERROR_TEXT, rf"\1: {MASK}"),
    (_CAPITALS, MASK),
    (_TOKEN, MASK),
    (_NUMBER, MASK),
)


def redact(text: str) -> str:
    """The text without what could name anybody; times of log lines and addresses in a network stay."""
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_redacted(text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, _redacted(text[end:])])


def _redacted(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
