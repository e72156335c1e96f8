"""Text that others wrote, made safe to draw: one line, left to right, nothing invisible, nothing unbounded.

A printed code may hold anything. What a typeface cannot show is shown as a hollow box, one a sign, so that a
reader sees that something is there; what only steers a renderer (bidirectional and zero-width controls) is
removed, because a renderer that obeyed it would show another text than the one that was read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator

__all__ = ["ELLIPSIS", "MAX_SHOWN_CHARS", "REPLACEMENT", "THIN_SPACE", "grouped", "printable"]

MAX_SHOWN_CHARS = 120
"""Longer than the longest field of a code we show (100 letters in the INS code's names)."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Drawn as a hollow box of our own by every typeface."""

THIN_SPACE = "\N{THIN SPACE}"
"""The gap between the groups of a number; never comes from outside: there it counts as a space."""

ELLIPSIS = "…"

_MAX_EXAMINED_CHARS = 8 * MAX_SHOWN_CHARS
"""Normalising looks no further: enough for a text whose every letter carries several marks."""

_LINE_CONTROLS = "\t\n\r"


def printable(text: str, covered: Container[str]) -> str:
    """The text as it may be drawn: signs of `covered`, single spaces and REPLACEMENT only.

    Args:
        text: anything, of any length.
        covered: the signs that the typeface can draw.

    Returns:
        At most MAX_SHOWN_CHARS signs; a longer text ends in an ellipsis.
    """
    composed = unicodedata.normalize("NFC", text[:_MAX_EXAMINED_CHARS])
    signs: list[str] = []
    for sign in _signs(composed, covered):
        if sign == " " and (not signs or signs[-1] == " "):
            continue
        signs.append(sign)
        if len(signs) > MAX_SHOWN_CHARS:
            break
    if len(signs) > MAX_SHOWN_CHARS or len(text) > _MAX_EXAMINED_CHARS:
        return "".join(signs[: MAX_SHOWN_CHARS - 1]).rstrip() + ELLIPSIS
    return "".join(signs).rstrip()


def _signs(composed: str, covered: Container[str]) -> Iterator[str]:
    in_marks = False
    for character in composed:
        category = unicodedata.category(character)
        if category == "Cf" or _is_variation_selector(character):
            continue
        if category.startswith("M"):
            # A mark that made no letter with its base: one box for however many are piled up.
            if not in_marks:
                yield REPLACEMENT
            in_marks = True
            continue
        in_marks = False
        if category.startswith("Z") or character in _LINE_CONTROLS:
            yield " "
        elif character in covered:
            yield character
        else:
            yield from _stand_in(character, covered)


def _stand_in(character: str, covered: Container[str]) -> str:
    """Plain letters for a sign that Unicode calls a presentation of them (ﬁ, Ａ), else the box."""
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and all(part in covered for part in plain):
        return plain
    return REPLACEMENT


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def grouped(number: str, sizes: tuple[int, ...] = (3,)) -> str:
    """A number in groups that the eye compares one by one.

    Args:
        number: ASCII letters and digits; anything else is given back as it is.
        sizes: the sizes of the groups from the left; the last size goes on to the end.
    """
    if not (number.isascii() and number.isalnum()):
        return number
    groups: list[str] = []
    start = 0
    while start < len(number):
        size = sizes[min(len(groups), len(sizes) - 1)]
        groups.append(number[start : start + size])
        start += size
    return THIN_SPACE.join(groups)
