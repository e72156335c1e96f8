"""Family and given names: folded for comparison, and the rules of strict INS names.

Source: SEL-MP-043 §2 and §3.4.1, and the INS implementation guide v3.0 (EXI ID 10).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

__all__ = ["fold", "is_first_given_name", "is_strict_birth_name", "is_strict_given_name"]

_APOSTROPHES: Final = "'’‘ʼʹ′‛`´"
_HYPHENS: Final = "-‐‑‒–—―−"
_SPACED: Final = str.maketrans(dict.fromkeys(_APOSTROPHES + _HYPHENS, " "))
"""Hyphen and apostrophe count as a space (EXI ID 10), in whatever form a keyboard typed them."""

_LIGATURES: Final = str.maketrans(
    {"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H", "ẞ": "SS"}
)
"""Letters that Unicode does not decompose, by the letters a register writes for them."""

_UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories dropped: accents once decomposed, and marks that print nothing."""

_STRICT: Final = re.compile(r"[A-Z '-]+")
_STRICT_BIRTH_NAME: Final = re.compile(r"(?![ -])(?!.*(?:  |''| '|' )).+")
_STRICT_GIVEN_NAME: Final = re.compile(r"(?![ -])(?!.*(?:  |''| '|' |--)).+(?<![-'])")


def fold(text: str) -> str:
    """The name as compared: upper case, no accent or ligature, hyphen and apostrophe as one space.

    `D'Âge-Œuvre` and `D AGE OEUVRE` fold alike. Letters without a Latin equivalent are kept, so that they
    make a difference rather than vanish. Folding twice changes nothing.
    """
    # Twice: upper case may bring letters that decompose again.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.translate(_SPACED)).translate(_SPACED)
        text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text if not _is_unseen(c))
        text = text.upper().translate(_LIGATURES)
    return " ".join(text.split())


def is_first_given_name(given_name: str, listed: Sequence[str]) -> bool:
    """Whether `given_name` may be the first of the birth given names `listed` (EXI ID 10).

    It must match the start of the list by whole words: `JEAN` and `JEAN-CHRISTOPHE` both begin the list
    `JEAN CHRISTOPHE PIERRE`; `PIERRE` does not.
    """
    words = fold(given_name).split()
    return bool(words) and fold(" ".join(listed)).split()[: len(words)] == words


def is_strict_birth_name(text: str) -> bool:
    """Whether `text` is written as INSi writes a birth name.

    A-Z, space, apostrophe and hyphen (doubled hyphens allowed), beginning with neither space nor hyphen;
    spaces and apostrophes neither doubled nor adjacent.
    """
    return bool(_STRICT.fullmatch(text) and _STRICT_BIRTH_NAME.fullmatch(text))


def is_strict_given_name(text: str) -> bool:
    """Whether `text` is written as INSi writes a given name: no `--`, no hyphen or apostrophe at its end."""
    return bool(_STRICT.fullmatch(text) and _STRICT_GIVEN_NAME.fullmatch(text))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN
