"""Tones and light signals at work: a thread that plays cues on buzzer and lamp, each cue to its end.

Tones queue, so that "the LGO has it" never cuts "seen" short; of the lamp's signals the latest wins.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final, Generic, TypeVar

from appliance.base.clock import Clock
from appliance.counter.preferences import MAX_VOLUME
from appliance.display.lamp import Lamp
from appliance.display.sound import Speaker
from appliance.display.tones import DARK, SIGNALS, TONES, Colour, Tone

__all__ = ["LATEST_NS", "Night", "Signals", "Track"]

LATEST_NS: Final = 1_000_000_000
"""A tone that would have to wait longer for those before it is not played: it would speak of the past."""

_GAP_MS: Final = 60
"""Between two tones, so that each is heard as one."""

_NS_PER_MS: Final = 1_000_000
_STOP_LOOK_S: Final = 0.5

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Night:
    """Hours in which the device is quieter.

    Attributes:
        starts, ends: local time; equal means no night.
        volume: at most so loud then, 0 to MAX_VOLUME.
    """

    starts: time = time(20)
    ends: time = time(8)
    volume: int = 1

    def loudness(self, volume: int, local: time | None) -> float:
        """How loud a tone is, 0 to 1, where `volume` was set and it is `local` (None: nobody knows)."""
        if local is not None and self._holds(local):
            volume = min(volume, self.volume)
        return volume / MAX_VOLUME

    def _holds(self, local: time) -> bool:
        if self.starts <= self.ends:
            return self.starts <= local < self.ends
        return local >= self.starts or local < self.ends


@dataclass(slots=True)
class _Step(Generic[V]):
    value: V
    until_ns: int


class Track(Generic[V]):
    """Values one after the other, each until its time; pure, times are handed in and do not go back."""

    def __init__(self, rest: V) -> None:
        self._rest = rest
        self._steps: deque[_Step[V]] = deque()

    def add(self, steps: Sequence[tuple[V, int]], now_ns: int) -> None:
        """Play these (value, ms) after what is playing."""
        end_ns = self.end_ns(now_ns)
        for value, length_ms in steps:
            end_ns += length_ms * _NS_PER_MS
            self._steps.append(_Step(value, end_ns))

    def replace(self, steps: Sequence[tuple[V, int]], now_ns: int) -> None:
        """Play these at once."""
        self._steps.clear()
        self.add(steps, now_ns)

    def at(self, now_ns: int) -> V:
        """What is played now."""
        while self._steps and now_ns >= self._steps[0].until_ns:
            self._steps.popleft()
        return self._steps[0].value if self._steps else self._rest

    def end_ns(self, now_ns: int) -> int:
        """When all is played."""
        return self._steps[-1].until_ns if self._steps else now_ns

    @property
    def due_ns(self) -> int | None:
        """When it changes; None when it is at rest."""
        return self._steps[0].until_ns if self._steps else None


class Signals:
    """Plays on a buzzer and a lamp; cues may come from any thread, `run` does the playing."""

    def __init__(self, speaker: Speaker, lamp: Lamp, clock: Clock) -> None:
        self._speaker = speaker
        self._lamp = lamp
        self._clock = clock
        self._changed = threading.Condition()
        self._tones: Track[tuple[int, float]] = Track((0, 0.0))
        self._flashes: Track[Colour] = Track(DARK)
        self._light = 0.0
        self._sounding: tuple[int, float] | None = None
        self._shining: tuple[float, Colour] | None = None

    def cue(self, tone: Tone, loudness: float) -> None:
        """Say this, so loud (0 to 1); what would be heard too late is only shown."""
        now_ns = self._clock.monotonic_ns()
        with self._changed:
            self._flashes.replace([(flash.colour, flash.length_ms) for flash in SIGNALS[tone]], now_ns)
            self._tones.at(now_ns)
            if loudness and self._tones.end_ns(now_ns) - now_ns <= LATEST_NS:
                notes = [((note.frequency_hz, loudness), note.length_ms) for note in TONES[tone]]
                self._tones.add([*notes, ((0, 0.0), _GAP_MS)], now_ns)
            self._changed.notify()

    def light(self, level: float) -> None:
        """Give the camera so much light, 0 to 1."""
        with self._changed:
            if level != self._light:
                self._light = level
                self._changed.notify()

    def play(self) -> float | None:
        """Bring buzzer and lamp to what is due; seconds until the next change, None when there is none."""
        with self._changed:
            now_ns = self._clock.monotonic_ns()
            sounding = self._tones.at(now_ns)
            shining = (self._light, self._flashes.at(now_ns))
            dues = [due for due in (self._tones.due_ns, self._flashes.due_ns) if due is not None]
        if sounding != self._sounding:
            self._sounding = sounding
            self._speaker.sound(*sounding)
        if shining != self._shining:
            self._shining = shining
            self._lamp.shine(*shining)
        return (min(dues) - now_ns) / 1e9 if dues else None

    def run(self, stopping: threading.Event) -> None:
        """Play until `stopping` is set; then silence and dark."""
        try:
            while not stopping.is_set():
                due_s = self.play()
                with self._changed:
                    if not self._has_news():
                        self._changed.wait(_STOP_LOOK_S if due_s is None else min(due_s, _STOP_LOOK_S))
        finally:
            self._speaker.close()
            self._lamp.close()

    def _has_news(self) -> bool:
        now_ns = self._clock.monotonic_ns()
        shining = (self._light, self._flashes.at(now_ns))
        return self._tones.at(now_ns) != self._sounding or shining != self._shining
