"""A keyboard layout as the PC has it set: which strokes write a character, with Caps Lock off and on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from appliance.outputs.wedge.hid import Modifier, Stroke

__all__ = ["Layout", "load_layout"]

_KEYS: Final[Mapping[str, int]] = MappingProxyType(
    {
        f"{row}{first + index:02}": usage
        for row, first, usages in (
            ("E", 0, (0x35, *range(0x1E, 0x28), 0x2D, 0x2E)),
            ("D", 1, (0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30)),
            ("C", 1, (0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x31)),
            ("B", 0, (0x64, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38)),
            ("A", 3, (0x2C,)),
        )
        for index, usage in enumerate(usages)
    }
)
"""Usage of each place of ISO/IEC 9995-1: E00 is left of « 1 », B00 left of the US Z, A03 the space bar."""

_FIRST = {"E": 0, "D": 1, "C": 1, "B": 0, "A": 3}

_LEVELS: Final = (
    ("plain", Modifier.NONE),
    ("shift", Modifier.LEFT_SHIFT),
    ("altgr", Modifier.RIGHT_ALT),
    ("altgr_shift", Modifier.RIGHT_ALT | Modifier.LEFT_SHIFT),
)
"""Fewest modifiers first: the first way to write a character is the one that is used."""

_NOTHING = "□"
"""Stands in the data for a key that writes nothing, or is dead."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout on one kind of PC.

    Attributes:
        name: of the file, for example `fr-windows`.
        released: what writes each character while Caps Lock is off.
        locked: the same while it is on.
        plain: what is engraved on each key, by its usage; of a dead key its accent.
        dead: the usages of keys that are dead without modifiers.
    """

    name: str
    released: Mapping[str, tuple[Stroke, ...]]
    locked: Mapping[str, tuple[Stroke, ...]]
    plain: Mapping[int, str]
    dead: frozenset[int]

    def strokes(self, character: str, *, caps_lock: bool) -> tuple[Stroke, ...] | None:
        """What writes the character, a dead key before its letter; None where nothing does."""
        return (self.locked if caps_lock else self.released).get(character)


@cache
def load_layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        FileNotFoundError: there is none; the settings let only known names through.
    """
    data = files(__package__).joinpath("layouts", f"{name}.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(data)
    dead = {_KEYS[place]: accent for place, accent in tables.get("dead_keys", {}).get("plain", {}).items()}
    plain = {
        _usage(row, index): character
        for row, characters in tables["plain"].items()
        for index, character in enumerate(characters)
        if character != _NOTHING
    }
    return Layout(
        name,
        _ways(tables, ""),
        _ways(tables, "caps_"),
        MappingProxyType({**plain, **dead}),
        frozenset(dead),
    )


def _usage(row: str, index: int) -> int:
    return _KEYS[f"{row}{_FIRST[row] + index:02}"]


def _ways(tables: Mapping[str, Any], prefix: str) -> Mapping[str, tuple[Stroke, ...]]:
    """Each character's shortest way: a key of its own, else a dead key and a letter."""
    direct: dict[str, tuple[Stroke, ...]] = {}
    dead: dict[str, Stroke] = {}
    for level, modifiers in _LEVELS:
        for row, characters in tables.get(prefix + level, {}).items():
            for index, character in enumerate(characters):
                if character != _NOTHING:
                    direct.setdefault(character, (Stroke(_usage(row, index), modifiers),))
        for place, accent in tables.get("dead_keys", {}).get(prefix + level, {}).items():
            dead.setdefault(accent, Stroke(_KEYS[place], modifiers))
    composed: dict[str, tuple[Stroke, ...]] = {}
    for accent, pairs in tables.get("compose", {}).items():
        for letter, made in zip(pairs[::2], pairs[1::2], strict=True):
            if accent in dead and letter in direct:
                composed.setdefault(made, (dead[accent], *direct[letter]))
    return MappingProxyType({**composed, **direct})
