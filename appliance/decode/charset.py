"""The text that raw bytes stand for, when nothing says their charset: never at the price of an accent."""

from __future__ import annotations

from typing import Final

__all__ = ["text_of"]

_WEST_EUROPEAN: Final = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿ«»°§£µ·²³½¿¡ª€ŒœŸ‘’“”–—…•\u00a0\u00ad"
)
"""What French and its neighbours' texts hold beyond ASCII, in Windows-1252 (which has Latin-1's letters)."""


def text_of(content: bytes) -> str:
    """Decode for a human: UTF-8 if strictly so; else a West European text; else Shift-JIS; else Latin-1.

    A QR code without ECI is Latin-1 by the standard of today and Japanese (JIS X 0201, Shift-JIS) by that of
    2000, and nearly everybody writes UTF-8. Shift-JIS is believed only for bytes that no West European text
    holds: a decoder that believes it sooner turns `D'Âge` into katakana. Total: Latin-1 takes any byte.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_west_european(content):
        # Latin-1 where it says the same, so that the few bytes Windows-1252 lacks never matter.
        return content.decode("cp1252")
    try:
        return content.decode("shift_jis")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _is_west_european(content: bytes) -> bool:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(character.isascii() or character in _WEST_EUROPEAN for character in text)
