"""What a USB boot keyboard says and hears: strokes as reports, lamps as one byte (HID 1.11, appendix B)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, IntFlag, unique
from typing import Self

__all__ = [
    "RELEASED",
    "REPORT_BYTES",
    "USAGE_MAX",
    "Leds",
    "Modifier",
    "Stroke",
    "Usage",
    "report",
    "reports",
]

REPORT_BYTES = 8
RELEASED = bytes(REPORT_BYTES)
"""No key is down."""

USAGE_MAX = 0x65
"""The highest usage of a boot keyboard's array (HID 1.11, appendix B.1)."""


@unique
class Modifier(IntFlag):
    """The bits of a report's first byte that are used here; the right Alt is AltGr."""

    NONE = 0x00
    LEFT_CTRL = 0x01
    LEFT_SHIFT = 0x02
    LEFT_ALT = 0x04
    RIGHT_ALT = 0x40


@unique
class Usage(IntEnum):
    """Keys named by what they do on every layout (HID Usage Tables 1.12, page 0x07)."""

    ENTER = 0x28
    TAB = 0x2B
    RIGHT_BRACKET = 0x30
    """The key right of the right-hand bracket's place, D12: with Ctrl it is GS on Windows."""
    CAPS_LOCK = 0x39
    NUM_LOCK = 0x53
    KEYPAD_1 = 0x59
    KEYPAD_0 = 0x62


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key pressed and let go while modifiers are held."""

    usage: int
    modifiers: Modifier = Modifier.NONE

    def __post_init__(self) -> None:
        """Refuse what no boot keyboard has: usages below 4 are error codes."""
        if not 4 <= self.usage <= USAGE_MAX:
            raise ValueError(f"usage {self.usage} / 4..{USAGE_MAX}")


@dataclass(frozen=True, slots=True)
class Leds:
    """The lamps that the host wishes: what it holds its locks for."""

    num_lock: bool
    caps_lock: bool

    @classmethod
    def of(cls, output_report: int) -> Self:
        """The lamps of an output report's byte (HID 1.11, appendix B.1: bit 0 and bit 1)."""
        return cls(num_lock=bool(output_report & 0x01), caps_lock=bool(output_report & 0x02))


def report(stroke: Stroke) -> bytes:
    """The stroke's key down, with its modifiers."""
    return bytes([stroke.modifiers, 0, stroke.usage]).ljust(REPORT_BYTES, b"\0")


def reports(characters: Iterable[Iterable[Stroke]]) -> Iterator[bytes]:
    """The reports that press and release each stroke, character by character; at the end no key is down.

    A modifier goes down in a report before its key and is held as long as the next stroke wants the same: a
    host that looks at the key first would else miss it. Alt is let go after each character: that is when
    Windows writes what the number pad spelled.
    """
    held = Modifier.NONE
    for strokes in characters:
        for stroke in strokes:
            if stroke.modifiers != held:
                held = stroke.modifiers
                yield _modifiers_only(held)
            yield report(stroke)
            yield _modifiers_only(held)
        if held & (Modifier.LEFT_ALT | Modifier.LEFT_CTRL):
            held = Modifier.NONE
            yield RELEASED
    if held:
        yield RELEASED


def _modifiers_only(modifiers: Modifier) -> bytes:
    return bytes([modifiers]).ljust(REPORT_BYTES, b"\0")
