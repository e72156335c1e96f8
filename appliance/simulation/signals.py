"""A buzzer and a lamp that only note what they were told, with the time: for the demo and for tests."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from appliance.base.clock import Clock
from appliance.display.lamp import Lamp
from appliance.display.sound import Speaker
from appliance.display.tones import DARK, Colour

__all__ = ["MAX_NOTED", "RecordedLamp", "RecordedSpeaker", "Shone", "Sounded"]

MAX_NOTED: Final = 256
"""The older is forgotten."""


@dataclass(frozen=True, slots=True)
class Sounded:
    """From `at_ns` on: this frequency (0 is silence), so loud (0 to 1)."""

    at_ns: int
    frequency_hz: int
    loudness: float


@dataclass(frozen=True, slots=True)
class Shone:
    """From `at_ns` on: so much light (0 to 1), this colour."""

    at_ns: int
    light: float
    colour: Colour


class RecordedSpeaker(Speaker):
    """Notes what sounds."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.heard: deque[Sounded] = deque(maxlen=MAX_NOTED)

    def _sound(self, frequency_hz: int, loudness: float) -> None:
        silent = not frequency_hz or not loudness
        now_ns = self._clock.monotonic_ns()
        self.heard.append(Sounded(now_ns, 0, 0.0) if silent else Sounded(now_ns, frequency_hz, loudness))

    def _close(self) -> None:
        self.heard.append(Sounded(self._clock.monotonic_ns(), 0, 0.0))


class RecordedLamp(Lamp):
    """Notes how it shines."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.seen: deque[Shone] = deque(maxlen=MAX_NOTED)

    def _shine(self, light: float, colour: Colour) -> None:
        self.seen.append(Shone(self._clock.monotonic_ns(), light, colour))

    def _close(self) -> None:
        self.seen.append(Shone(self._clock.monotonic_ns(), 0.0, DARK))
