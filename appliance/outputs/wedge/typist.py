"""From a text to the strokes that write exactly this text on one layout, or the reason why none do. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import chain
from types import MappingProxyType
from typing import Final

from appliance.identifiers.discreet import Discreet
from appliance.outputs.wedge.hid import Modifier, Stroke, Usage
from appliance.outputs.wedge.layout import Layout

__all__ = [
    "CONTROL_NAMES",
    "MAX_TYPED_CHARS",
    "Accents",
    "Controls",
    "Rules",
    "TooLongError",
    "Typing",
    "UntypeableError",
    "WedgeError",
    "compose",
    "written",
]

MAX_TYPED_CHARS: Final = 1024
"""Seven times an ordonnance, three times the longest INS code; at 90 characters a second it takes 11 s."""

CONTROL_NAMES: Final = MappingProxyType({0x04: "EOT", 0x09: "TAB", 0x0A: "LF", 0x0D: "CR", 0x1B: "ESC"})
"""Of those that are not FS, GS, RS or US; the rest is written by its number."""

_SEPARATORS: Final = ("FS", "GS", "RS", "US")
_FS: Final = 0x1C
_GS: Final = "\x1d"
_ANSI: Final = "cp1252"
"""What Alt and a number beginning with 0 counts in, on a French, Belgian, Canadian or US Windows."""

_SWITCH: Final = Stroke(Usage.CAPS_LOCK)

_LIGATURES: Final = MappingProxyType({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'", "‘": "'"})


class WedgeError(Exception):
    """A text cannot be typed; nothing was."""


class TooLongError(WedgeError):
    """The text is longer than anybody waits for: choose a shorter form in the profile."""


class UntypeableError(WedgeError):
    """No key of this layout writes the character by these rules: choose others, or a form without it.

    Attributes:
        character: the first that cannot be typed; like any part of a code it stays out of logs.
        position: its index in the text.
    """

    def __init__(self, character: str, position: int) -> None:
        super().__init__(f"character {position} cannot be typed")
        self.character = character
        self.position = position


@unique
class Accents(StrEnum):
    """What is done with a letter that has an accent."""

    EXACT = "exact"
    PLAIN = "plain"


@unique
class Controls(StrEnum):
    """What is done with a control character, GS above all; it is never typed as Enter or Tab."""

    NAME = "name"
    CTRL = "ctrl"
    ALT = "alt"
    SPACE = "space"
    DROP = "drop"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rules:
    """How characters without a key are written.

    Attributes:
        accents: of letters.
        controls: of control characters; CTRL and ALT only where `alt_codes`.
        alt_codes: the host writes Alt and a number of the number pad: Windows.
    """

    accents: Accents = Accents.EXACT
    controls: Controls = Controls.NAME
    alt_codes: bool = False

    def __post_init__(self) -> None:
        """Refuse what only Windows does, elsewhere."""
        if self.controls in {Controls.CTRL, Controls.ALT} and not self.alt_codes:
            raise ValueError(f"controls {self.controls} needs Windows")


@dataclass(frozen=True, slots=True, repr=False)
class Typing(Discreet):
    """What will be typed.

    Attributes:
        text: what the host then holds.
        characters: the strokes of each of its characters.
        needs_num_lock: some of it is spelled on the number pad.
        switches_caps_lock: some of it presses Caps Lock, twice each time.
    """

    text: str
    characters: tuple[tuple[Stroke, ...], ...]
    needs_num_lock: bool
    switches_caps_lock: bool


def written(text: str, rules: Rules) -> str:
    """The text as the rules have it written: composed (NFC), accents and control characters by rule.

    Raises:
        TooLongError: more than MAX_TYPED_CHARS.
        UntypeableError: a control character, where those are refused.
    """
    if len(text) > MAX_TYPED_CHARS:
        raise TooLongError(f"{len(text)} / {MAX_TYPED_CHARS} characters")
    composed = unicodedata.normalize("NFC", text)
    made = "".join(_written(character, at, rules) for at, character in enumerate(composed))
    if len(made) > MAX_TYPED_CHARS:
        raise TooLongError(f"{len(made)} / {MAX_TYPED_CHARS} characters")
    return made


def compose(text: str, layout: Layout, rules: Rules, *, caps_lock: bool) -> Typing:
    """The strokes that write the text on a host whose Caps Lock is as given.

    Raises:
        TooLongError: more than MAX_TYPED_CHARS.
        UntypeableError: a character that nothing writes.
    """
    final = written(text, rules)
    characters = tuple(
        _strokes(character, at, layout, rules, caps_lock) for at, character in enumerate(final)
    )
    strokes = tuple(chain.from_iterable(characters))
    return Typing(
        final,
        characters,
        needs_num_lock=any(stroke.modifiers is Modifier.LEFT_ALT for stroke in strokes),
        switches_caps_lock=_SWITCH in strokes,
    )


def _written(character: str, position: int, rules: Rules) -> str:
    if unicodedata.category(character) == "Cc":
        return _control(character, position, rules.controls)
    if rules.accents is Accents.PLAIN and not character.isascii():
        bare = _LIGATURES.get(character) or unicodedata.normalize("NFD", character)[0]
        return bare if bare.isascii() else character
    return character


def _control(character: str, position: int, rule: Controls) -> str:
    match rule:
        case Controls.NAME:
            return f"<{_name(ord(character))}>"
        case Controls.SPACE:
            return " "
        case Controls.DROP:
            return ""
        case Controls.REFUSE:
            raise UntypeableError(character, position)
        case Controls.CTRL | Controls.ALT:
            return character


def _name(code: int) -> str:
    if 0 <= code - _FS < len(_SEPARATORS):
        return _SEPARATORS[code - _FS]
    return CONTROL_NAMES.get(code, f"{code:02X}")


def _strokes(
    character: str, position: int, layout: Layout, rules: Rules, caps_lock: bool
) -> tuple[Stroke, ...]:
    by_key = layout.strokes(character, caps_lock=caps_lock)
    if by_key is not None:
        return by_key
    if rules.controls is Controls.CTRL and character == _GS:
        return (Stroke(Usage.RIGHT_BRACKET, Modifier.LEFT_CTRL),)
    is_control = unicodedata.category(character) == "Cc"
    if rules.alt_codes and (not is_control or rules.controls is Controls.ALT):
        try:
            return _spelled(character.encode(_ANSI))
        except UnicodeEncodeError:
            pass
    switched = layout.strokes(character, caps_lock=not caps_lock)
    if switched is not None:  # « Ç » of a French Linux
        return (_SWITCH, *switched, _SWITCH)
    raise UntypeableError(character, position)


def _spelled(encoded: bytes) -> tuple[Stroke, ...]:
    """Alt held, and the character's number with a 0 before it on the number pad."""
    return tuple(Stroke(_keypad(digit), Modifier.LEFT_ALT) for digit in f"0{encoded[0]:03}")


def _keypad(digit: str) -> int:
    return Usage.KEYPAD_0 if digit == "0" else Usage.KEYPAD_1 + int(digit) - 1
