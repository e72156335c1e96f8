"""The card readers at work for the counter: what the desk says goes in, effects on cards go out.

The digits of a code being entered are held here and nowhere else, in a buffer that is wiped; the desk takes
over a copy to present it, and wipes that.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.base.threads import ZombieThreadError
from appliance.cards.inputs import CardInput, CardSession, PinNeeded, Signed, SignRefused
from appliance.cards.signing import SignatureDesk, SigningReaders
from appliance.counter.card_mirror import cards_json, cards_left
from appliance.counter.card_state import CardsState
from appliance.counter.inputs import CardHappening, PinAsked
from appliance.counter.outputs import (
    CardEffect,
    DiscardPin,
    DropPinDigit,
    ForgetPin,
    GivePinDigit,
    PreparePin,
    PresentPin,
    PresentPinOnPad,
)
from appliance.display.card_screens import MAX_PIN_DIGITS

__all__ = ["DeskOfReaders", "Readers"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
_ALIVE_NS = NS_PER_S
"""How often the mirror is touched: the bridge passes over an old one, whose counter has ended."""
_DIGIT_0 = ord("0")


class DeskOfReaders(SigningReaders, Protocol):
    """What is needed of `appliance.cards.desk.CardDesk`."""

    def start(self) -> None:
        """Begin to watch."""

    def stop(self) -> None:
        """Let go of all cards."""

    def look(self) -> None:
        """See whether the service still answers; called again and again."""

    def present_pin(self, session: CardSession, pin: bytearray) -> None:
        """Answered by PinDone or PinRefused; `pin` is taken over and wiped."""

    def present_pin_on_pad(self, session: CardSession) -> None:
        """Answered by PinDone or PinRefused."""

    def forget_pin(self, session: CardSession) -> None:
        """Answered by PinEnded where the card's code was in force."""


class Readers:
    """The desk, the code being entered, and the mirror of what is in the readers.

    Args:
        make_desk: makes the desk, given whom to tell.
        random_digit: a digit by lot, each as likely; for the digits that places of a code begin with.
        mirror_file: on tmpfs, what is in the readers, without any identity, for the bridge.
        clock: time.
    """

    def __init__(
        self,
        make_desk: Callable[[Callable[[CardInput], None]], DeskOfReaders],
        random_digit: Callable[[], int],
        mirror_file: Path,
        clock: Clock,
    ) -> None:
        # The desk tells under its lock and must not wait for the counter, which may wait for that lock.
        self._told: queue.SimpleQueue[CardInput] = queue.SimpleQueue()
        self._desk = make_desk(self._hear)
        self.signatures = SignatureDesk(self._desk)
        """For whoever needs a signature by the professional's card, in any thread."""
        self._random_digit = random_digit
        self._mirror_file = mirror_file
        self._mirrored: CardsState | None = None
        self._clock = clock
        self._touched_ns = clock.monotonic_ns()
        # Before the first mirror of this counter takes its place.
        self._left = cards_left(mirror_file)
        self._pin = bytearray()

    def run(self, put: Callable[[CardHappening], None], stopping: threading.Event) -> None:
        """Watch the readers and hand on what they say, until `stopping`."""
        put(self._left)
        self._desk.start()
        try:
            while not stopping.is_set():
                self._desk.look()
                try:
                    told = self._told.get(timeout=_LOOK_S)
                except queue.Empty:
                    continue
                happening = self._happening(told)
                if happening is not None:
                    put(happening)
        finally:
            self._wipe()
            try:
                self._desk.stop()
            except ZombieThreadError as error:
                # A call of PC/SC that does not return must not keep the counter from ending.
                _log.error("%s", error)

    def do(self, effect: CardEffect) -> None:
        """Carry an effect out; returns at once."""
        match effect:
            case PreparePin():
                self._desk.prepare_pin(effect.session)
            case GivePinDigit():
                if len(self._pin) < MAX_PIN_DIGITS:
                    self._pin.append(_DIGIT_0 + effect.digit)
            case DropPinDigit():
                self._pin[-1:] = b"\0"
                del self._pin[-1:]
            case PresentPin():
                pin = bytearray(self._pin)
                self._wipe()
                self._desk.present_pin(effect.session, pin)
            case PresentPinOnPad():
                self._desk.present_pin_on_pad(effect.session)
            case DiscardPin():
                self._wipe()
            case ForgetPin():
                self._desk.forget_pin(effect.session)

    def mirror(self, cards: CardsState) -> None:
        """Write what is in the readers, where that changed; called at least every second."""
        self._touch()
        if cards is self._mirrored:
            return
        before = None if self._mirrored is None else cards_json(self._mirrored)
        self._mirrored = cards
        now = cards_json(cards)
        if now == before:
            return
        try:
            replace_volatile(self._mirror_file, json.dumps(now).encode())
        except OSError as error:
            _log.warning("the mirror of the readers cannot be written: %s", type(error).__name__)

    def _touch(self) -> None:
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._touched_ns >= _ALIVE_NS:
            self._touched_ns = now_ns
            with contextlib.suppress(OSError):
                os.utime(self._mirror_file)

    def _hear(self, told: CardInput) -> None:
        """Who waits for a signature hears at once that the card is out."""
        self.signatures.hear(told)
        self._told.put(told)

    def _happening(self, told: CardInput) -> CardHappening | None:
        """As the state wants it; signatures are for whoever asked for them."""
        if isinstance(told, PinNeeded):
            return PinAsked(told, tuple(self._random_digit() for _ in range(MAX_PIN_DIGITS)))
        return None if isinstance(told, Signed | SignRefused) else told

    def _wipe(self) -> None:
        self._pin[:] = bytes(len(self._pin))
        self._pin.clear()
