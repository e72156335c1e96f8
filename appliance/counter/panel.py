"""The counter's face at work: paints the screen of the state, mirrors what is shown, lets tones be heard.

Painting has a thread of its own, so that a slow or broken bus never holds up the counter.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.counter.outputs import EventKind, NewEvent, Sound
from appliance.counter.preferences import CONTRASTS, Preferences
from appliance.counter.psc_screen import psc_json
from appliance.counter.screen import screen
from appliance.counter.signals import Night, Signals
from appliance.counter.state import State
from appliance.display.menu_screens import Resting
from appliance.display.mirror import OledMirror
from appliance.display.oled import FULL_CONTRAST, Display
from appliance.display.render import TICK_S, Film
from appliance.display.screens import Screen, Starting

__all__ = ["DIM_CONTRAST", "Panel"]

_log = logging.getLogger(__name__)

DIM_CONTRAST = 1
"""Of 255: an OLED is still read in a dark shop."""

_STOP_LOOK_S = 0.5
"""How long a screen that does not move keeps the painter from seeing that it is to stop."""


class Panel:
    """Shows states on a display; `status_file` mirrors what is shown for the console page and the bridge."""

    def __init__(
        self,
        display: Display,
        signals: Signals,
        status_file: Path,
        clock: Clock,
        night: Night | None = None,
        mirror: OledMirror | None = None,
    ) -> None:
        self._display = display
        self._signals = signals
        self._oled_mirror = mirror
        self._night = night or Night()
        self._status_file = status_file
        self._clock = clock
        self._changed = threading.Condition()
        self._state: State | None = None
        self._screen: Screen = Starting()
        self._contrast = FULL_CONTRAST
        self._large = False
        self._is_new = True
        self._since_ns = clock.monotonic_ns()
        self._status: dict[str, object] = {}
        self._tones = 0
        self._errors: Counter[str] = Counter()
        self._tone = ""
        self._loudness = 0.0

    def show(self, state: State) -> None:
        """Show this state from now on; returns at once, and does nothing for the state shown last."""
        if state is self._state:
            return
        self._state = state
        now = screen(state)
        contrast = _contrast(now, state.face.preferences)
        large = state.face.preferences.large_text
        with self._changed:
            if now != self._screen:
                self._since_ns = self._clock.monotonic_ns()
            if (now, contrast, large) != (self._screen, self._contrast, self._large):
                self._screen, self._contrast, self._large = now, contrast, large
                self._is_new = True
                self._changed.notify()
        self._signals.light(state.face.light)
        self._mirror(state, now)

    def count(self, events: Sequence[NewEvent]) -> None:
        """Note what went wrong, for the metrics; the mirror says it with the next change."""
        self._errors.update(error for event in events if (error := _error(event)))

    def sound(self, effect: Sound) -> None:
        """Let a tone be heard and its signal be seen. The mirror carries it, and the page plays it."""
        self._tones += 1
        self._tone = effect.tone.value
        state = self._state
        preferences = Preferences() if state is None else state.face.preferences
        local = None if state is None or state.local is None else state.local.time()
        self._loudness = self._night.loudness(preferences.volume, local)
        self._signals.cue(effect.tone, self._loudness)
        if state is not None:
            self._mirror(state, self._screen)

    def run_signals(self, stopping: threading.Event) -> None:
        """Play tones and signals until `stopping` is set."""
        self._signals.run(stopping)

    def run(self, stopping: threading.Event) -> None:
        """Paint until `stopping` is set: when the screen changes, and when it moves by itself."""
        try:
            film, since_ns, is_told = self._film()
            while not stopping.is_set():
                if self._is_new:
                    film, since_ns, is_told = self._film()
                tick = int((self._clock.monotonic_ns() - since_ns) / NS_PER_S / TICK_S)
                composed = film.at(tick)
                self._display.show(composed.image, self._contrast)
                if self._oled_mirror is not None:
                    self._oled_mirror.keep(composed.image, tells_identity=is_told)
                moves_ns = None
                if composed.changes_in is not None:
                    moves_ns = since_ns + round((tick + composed.changes_in) * TICK_S * NS_PER_S)
                self._rest(moves_ns, stopping)
        finally:
            self._display.close()
            if self._oled_mirror is not None:
                self._oled_mirror.close()

    def _film(self) -> tuple[Film, int, bool]:
        """What is to be painted from now on, since when it is, and whether it names somebody."""
        with self._changed:
            self._is_new = False
            film = Film(self._screen, large=self._large)
            return film, self._since_ns, self._screen.tells_identity

    def _rest(self, moves_ns: int | None, stopping: threading.Event) -> None:
        """Wait until another screen is to be painted, or the painted one moves, or a lost display is due."""
        while not stopping.is_set():
            left_s = None if moves_ns is None else (moves_ns - self._clock.monotonic_ns()) / NS_PER_S
            if left_s is not None and left_s <= 0:
                return
            with self._changed:
                if self._is_new:
                    return
                self._changed.wait(_STOP_LOOK_S if left_s is None else min(left_s, _STOP_LOOK_S))
            if self._oled_mirror is not None:
                self._oled_mirror.look()
            if self._display.fault is not None:
                return

    def _mirror(self, state: State, now: Screen) -> None:
        status: dict[str, object] = {
            "screen": type(now).__name__,
            "camera": state.camera.value,
            "lgo": state.link.value,
            "storage_ok": state.storage_ok,
            "session": psc_json(state.psc),
            "tone": self._tone,
            "tones": self._tones,
            "errors": dict(self._errors),
            "loudness": self._loudness,
            "light": state.face.light,
        }
        if status == self._status:
            return
        self._status = status
        try:
            replace_volatile(self._status_file, json.dumps(status).encode())
        except OSError as error:
            _log.warning("the mirror of the screen cannot be written: %s", type(error).__name__)


def _error(event: NewEvent) -> str:
    """Which error an event tells of, by the words of the metrics; empty where none."""
    match event.kind:
        case EventKind.READER_ABSENT:
            return "reader"
        case EventKind.CARD_UNREADABLE:
            return "card"
        case EventKind.PRESCRIPTION_STATUS if event.payload.get("failure") is not None:
            return "base"
    return ""


def _contrast(now: Screen, preferences: Preferences) -> int:
    """Dim only where nobody is: never during a task."""
    return DIM_CONTRAST if isinstance(now, Resting) else CONTRASTS[preferences.contrast - 1]
