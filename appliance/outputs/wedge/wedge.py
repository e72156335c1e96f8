"""Types one text into whatever has the focus: the host's locks known, in time, and no part of it twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.outputs.wedge.hid import RELEASED, Leds, Modifier, Stroke, Usage, reports
from appliance.outputs.wedge.keyboard import HostAbsentError, Keyboard, KeyboardError
from appliance.outputs.wedge.layout import Layout
from appliance.outputs.wedge.typist import Rules, Typing, WedgeError, compose

__all__ = ["LAMP_WAIT_S", "STALL_S", "Manner", "Outcome", "Result", "Wedge"]

_log = logging.getLogger(__name__)

STALL_S: Final = 0.4
"""A host that fetches nothing for so long sleeps: what is not typed by then is not typed."""

LAMP_WAIT_S: Final = 0.5
"""A host that has not switched its lamp by then does not switch it."""

_LAMP_LOOK_S: Final = 0.01
_SHIFT: Final = bytes([Modifier.LEFT_SHIFT]).ljust(len(RELEASED), b"\0")


@unique
class Outcome(StrEnum):
    """What became of a text."""

    TYPED = "typed"
    NOBODY = "nobody"
    """The host is absent, asleep, or does not tell its locks; no key of the text was pressed."""
    LATE = "late"
    """Its time was over before its first key."""
    UNTYPEABLE = "untypeable"
    """No key of it was pressed: it cannot be typed exactly."""
    CUT_SHORT = "cut_short"
    """Some of it was typed; the rest never will be, since the focus may be elsewhere by then."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a text, and how many of its characters were begun, the one that ends it included."""

    outcome: Outcome
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How texts are typed.

    Attributes:
        rules: for what has no key.
        report_s: between two reports.
        ends_with: a last stroke: Enter, Tab; None for none.
        switch_caps_lock: switch it off instead of making up for it.
        lamps_required: type nothing on a host that does not tell its locks; else take them for off.
    """

    rules: Rules
    report_s: float
    ends_with: Stroke | None = None
    switch_caps_lock: bool = False
    lamps_required: bool = True

    @property
    def last(self) -> tuple[tuple[Stroke, ...], ...]:
        """What ends a text, as a character of its own."""
        return () if self.ends_with is None else ((self.ends_with,),)


class _LocksUnknownError(Exception):
    """The host does not tell, or does not change, its locks."""


class _CutShortError(Exception):
    """A lock changed, or the program ends, in the midst of a text."""


class Wedge:
    """One keyboard and the layout of the host behind it. One thread uses it."""

    def __init__(self, keyboard: Keyboard, layout: Layout, manner: Manner, clock: Clock) -> None:
        self._keyboard = keyboard
        self._layout = layout
        self._manner = manner
        self._clock = clock
        self._due_ns = 0
        self._begun = 0
        """Characters of which at least one report reached the host."""
        self._release_owed = False
        """A key may still be down at the host: it is let go before anything else."""

    def ready(self) -> bool:
        """Let go of what is still down; whether a host is there."""
        if not self._keyboard.present():
            self._release_owed = False
            return False
        if self._release_owed:
            self._release()
        return not self._release_owed

    def type(
        self,
        text: str,
        *,
        expires_ns: int | None,
        stopping: threading.Event,
        beat: Callable[[], None] = lambda: None,
    ) -> Result:
        """Type the text, or say why not.

        Args:
            text: as it is to be held by the host; the rules decide on what has no key.
            expires_ns: on the monotonic clock; no key is pressed after it unless one was before.
            stopping: ends a typing, too.
            beat: called at each character.
        """
        self._begun = 0
        switched: list[Usage] = []
        try:
            self._wake()
            typing, locks = self._prepare(text, switched)
            if stopping.is_set() or (expires_ns is not None and self._clock.monotonic_ns() >= expires_ns):
                return Result(Outcome.LATE)
            self._write(typing, lambda: self._go_on(typing, locks, stopping, beat))
        except WedgeError as error:
            _log.warning("a text of %d characters cannot be typed: %s", len(text), type(error).__name__)
            return Result(Outcome.UNTYPEABLE)
        except (KeyboardError, _LocksUnknownError, _CutShortError) as error:
            outcome = Outcome.CUT_SHORT if self._begun else Outcome.NOBODY
            _log.warning("typing: %s after %d characters: %s", outcome, self._begun, type(error).__name__)
            return Result(outcome, self._begun)
        finally:
            self._release()
            self._switch_back(switched)
        return Result(Outcome.TYPED, self._begun)

    def close(self) -> None:
        """Let go of keys and device."""
        if self._release_owed:
            self._release()
        self._keyboard.close()

    def _wake(self) -> None:
        """Find out whether the host fetches reports, by one in which no key is down."""
        self._send(RELEASED)
        self._keyboard.flush(STALL_S)

    def _prepare(self, text: str, switched: list[Usage]) -> tuple[Typing, Leds | None]:
        """Know the locks, set those that have to be, and compose the text for what they are then."""
        locks = self._locks()
        if locks is not None and locks.caps_lock and self._manner.switch_caps_lock:
            self._switch(Usage.CAPS_LOCK, on=False, switched=switched)
            locks = replace(locks, caps_lock=False)
        caps_lock = locks is not None and locks.caps_lock
        typing = compose(text, self._layout, self._manner.rules, caps_lock=caps_lock)
        if typing.needs_num_lock and locks is None:
            raise _LocksUnknownError
        if typing.needs_num_lock and locks is not None and not locks.num_lock:
            self._switch(Usage.NUM_LOCK, on=True, switched=switched)
            locks = replace(locks, num_lock=True)
        return typing, locks

    def _locks(self) -> Leds | None:
        """The host's locks; where it has not told them yet, it is made to, by Caps Lock on and off again."""
        lamps = self._keyboard.lamps()
        if lamps is None:
            self._tap(Usage.CAPS_LOCK)
            first = self._await_lamps(lambda _lamps: True)
            self._tap(Usage.CAPS_LOCK)
            if first is not None:
                lamps = self._await_lamps(lambda now: now.caps_lock != first.caps_lock)
            if lamps is None and (first is not None or self._manner.lamps_required):
                raise _LocksUnknownError
        return lamps

    def _switch(self, lock: Usage, *, on: bool, switched: list[Usage]) -> None:
        def is_set(lamps: Leds) -> bool:
            return (lamps.caps_lock if lock is Usage.CAPS_LOCK else lamps.num_lock) == on

        self._tap(lock)
        if self._await_lamps(is_set) is None and lock is Usage.CAPS_LOCK:
            # Windows can be told that Shift ends Caps Lock, and the key itself only begins it.
            self._send(_SHIFT)
            self._send(RELEASED)
        if self._await_lamps(is_set) is None:
            raise _LocksUnknownError
        switched.append(lock)

    def _switch_back(self, switched: list[Usage]) -> None:
        try:
            for lock in reversed(switched):
                self._tap(lock)
        except KeyboardError as error:
            _log.warning("a lock is left as it was set: %s", type(error).__name__)

    def _await_lamps(self, wanted: Callable[[Leds], bool]) -> Leds | None:
        until_ns = self._clock.monotonic_ns() + round(LAMP_WAIT_S * NS_PER_S)
        while True:
            lamps = self._keyboard.lamps()
            if lamps is not None and wanted(lamps):
                return lamps
            if self._clock.monotonic_ns() >= until_ns:
                return None
            self._clock.sleep(_LAMP_LOOK_S)

    def _write(self, typing: Typing, go_on: Callable[[], None]) -> None:
        begun = 0

        def characters() -> Iterator[tuple[Stroke, ...]]:
            nonlocal begun
            for strokes in (*typing.characters, *self._manner.last):
                go_on()
                begun += 1
                yield strokes

        for report in reports(characters()):
            self._send(report)
            self._begun = begun
        self._keyboard.flush(STALL_S)

    def _go_on(
        self, typing: Typing, locks: Leds | None, stopping: threading.Event, beat: Callable[[], None]
    ) -> None:
        """Before each character: that nobody has touched a lock, and that there is time."""
        beat()
        told = self._keyboard.lamps()
        if stopping.is_set() or (told != locks and not typing.switches_caps_lock):
            raise _CutShortError

    def _tap(self, key: Usage) -> None:
        for report in reports([[Stroke(key)]]):
            self._send(report)
        self._send(RELEASED)

    def _send(self, report: bytes) -> None:
        """Write one report, not before its time."""
        now_ns = self._clock.monotonic_ns()
        if self._due_ns > now_ns:
            self._clock.sleep((self._due_ns - now_ns) / NS_PER_S)
            now_ns = self._due_ns
        self._due_ns = now_ns + round(self._manner.report_s * NS_PER_S)
        self._release_owed = report != RELEASED
        self._keyboard.write(report, STALL_S)

    def _release(self) -> None:
        """Let go of every key; where the host does not take that, it stays owed."""
        try:
            self._keyboard.write(RELEASED, STALL_S)
            self._keyboard.flush(STALL_S)
        except HostAbsentError:
            self._release_owed = False
        except KeyboardError:
            self._release_owed = True
        else:
            self._release_owed = False
