"""The device's tones and light signals, as data: what each means, and nothing that plays them.

No two tones have the same rhythm, and no two signals either: they are told apart by who hears no pitch, or
sees no hue. The hues are those of Okabe and Ito, which the colour-blind tell apart (jfly.uni-koeln.de/color).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

__all__ = ["DARK", "SIGNALS", "TONES", "Colour", "Flash", "Note", "Tone"]

MAX_FREQUENCY_HZ: Final = 8000
MAX_STEP_MS: Final = 2000


@unique
class Tone(StrEnum):
    """What the device says by sound and light."""

    SEEN = "seen"
    KNOWN = "known"
    LGO_HAS_IT = "lgo_has_it"
    CHECK = "check"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """A frequency for a while; 0 Hz is silence."""

    frequency_hz: int
    length_ms: int

    def __post_init__(self) -> None:
        """Refuse what no buzzer plays."""
        if not 0 <= self.frequency_hz <= MAX_FREQUENCY_HZ or not 0 < self.length_ms <= MAX_STEP_MS:
            raise ValueError(f"a note is 0 to {MAX_FREQUENCY_HZ} Hz for 1 to {MAX_STEP_MS} ms")


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue, 0 to 1 each."""

    red: float
    green: float
    blue: float

    def __post_init__(self) -> None:
        """Refuse what no lamp shows."""
        if not all(0 <= part <= 1 for part in (self.red, self.green, self.blue)):
            raise ValueError("red, green and blue are 0 to 1")


@dataclass(frozen=True, slots=True)
class Flash:
    """A colour for a while."""

    colour: Colour
    length_ms: int

    def __post_init__(self) -> None:
        """Refuse what lasts no time, or for good."""
        if not 0 < self.length_ms <= MAX_STEP_MS:
            raise ValueError(f"a flash lasts 1 to {MAX_STEP_MS} ms")


DARK: Final = Colour(0, 0, 0)
_BLUE: Final = Colour(0.0, 0.45, 0.70)
_SKY: Final = Colour(0.34, 0.71, 0.91)
_GREEN: Final = Colour(0.0, 0.62, 0.45)
_ORANGE: Final = Colour(0.90, 0.45, 0.0)
_PURPLE: Final = Colour(0.80, 0.20, 0.55)

TONES: Final[Mapping[Tone, tuple[Note, ...]]] = MappingProxyType(
    {
        Tone.SEEN: (Note(1760, 70),),
        Tone.KNOWN: (Note(1047, 50), Note(0, 20), Note(1319, 50), Note(0, 20), Note(1568, 70)),
        Tone.LGO_HAS_IT: (Note(1320, 60), Note(0, 20), Note(1980, 160)),
        Tone.CHECK: (Note(660, 180), Note(0, 120), Note(660, 180)),
        Tone.REFUSED: (Note(440, 180), Note(294, 320)),
    }
)
"""One short; three rising; short-long rising; two long ones alike with a gap; one longer, falling."""

SIGNALS: Final[Mapping[Tone, tuple[Flash, ...]]] = MappingProxyType(
    {
        Tone.SEEN: (Flash(_BLUE, 150),),
        Tone.KNOWN: (Flash(_SKY, 120), Flash(DARK, 120), Flash(_SKY, 120)),
        Tone.LGO_HAS_IT: (Flash(_GREEN, 1000),),
        Tone.CHECK: (Flash(_ORANGE, 400), Flash(DARK, 300)) * 3,
        Tone.REFUSED: (Flash(_PURPLE, 100), Flash(DARK, 100)) * 6,
    }
)
"""One flash; two; steady for a second; three slow; six quick."""
