"""The serial line as an output: a text a frame, and where it is set the host's ACK or NAK."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto, unique
from typing import Final, Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.journal.model import Event
from appliance.outputs.serial_line.framing import ACK, NAK, Framing, UnsendableError
from appliance.outputs.serial_line.port import PortLostError, SerialPort
from appliance.outputs.sink import Delivery, Traits, Turn

__all__ = ["NAME", "Form", "Handshake", "SerialSink"]

_log = logging.getLogger(__name__)

NAME: Final = "serial"

_MAX_ANSWER_BYTES: Final = 4096
"""Of anything but ACK and NAK; a host that says more has not answered."""

_QUIET_S: Final = 0.3


class Form(Protocol):
    """Which events go out, and as which text (see `outputs/profiles.py`)."""

    def wants(self, event: Event) -> bool:
        """Whether such an event goes out."""
        ...

    def text(self, event: Event) -> str | None:
        """Its text; None where the form finds nothing in it."""
        ...


@dataclass(frozen=True, slots=True)
class Handshake:
    """What the host answers to a frame.

    Attributes:
        is_expected: it answers ACK when it has the text, NAK when it wants it again; or else never.
        timeout_s: how long to wait for that.
        attempts: how often to send a text at most.
    """

    is_expected: bool
    timeout_s: float
    attempts: int


@unique
class _Heard(Enum):
    ACK = auto()
    NAK = auto()
    NOTHING = auto()


class SerialSink:
    """Sends what the form wants.

    Without handshake a text counts as taken once it has left the device; with it, once the host said ACK. NAK
    is answered by sending again; a text that is refused each time is given up. Of a host that does not answer
    nobody knows whether it has the text: it is given again later, as long as the event lives.
    """

    def __init__(
        self,
        traits: Traits,
        form: Form,
        port: SerialPort,
        framing: Framing,
        handshake: Handshake,
        clock: Clock,
    ) -> None:
        self._traits = traits
        self._form = form
        self._port = port
        self._framing = framing
        self._handshake = handshake
        self._clock = clock
        self._cut_short = False
        """Part of a text went out, and the host may still wait for its rest."""
        self._owes_answers = False
        """A text went out more often than once: an answer to it may still come, and is none to the next."""

    @property
    def traits(self) -> Traits:
        """What holds of it for good."""
        return self._traits

    def wants(self, event: Event) -> bool:
        """Whether the form has such events."""
        return self._form.wants(event)

    def look(self) -> bool:
        """Open the port where it is closed; whether a host is there."""
        return self._port.is_ready()

    def deliver(self, event: Event, turn: Turn) -> Delivery:
        """Send the event's text."""
        text = self._form.text(event)
        if text is None:
            _log.warning("event %d holds nothing in the form that is set", event.id)
            return Delivery.REFUSED
        try:
            frame = self._framing.frame(text)
        except UnsendableError as error:
            _log.warning("event %d cannot be sent: %s", event.id, error)
            return Delivery.REFUSED
        try:
            return self._sent(frame, self._goes_on(turn))
        except PortLostError:
            return Delivery.LATER

    def close(self) -> None:
        """Close the port."""
        self._port.close()

    def _sent(self, frame: bytes, goes_on: Callable[[], bool]) -> Delivery:
        if self._handshake.is_expected:
            self._wait_for_quiet(goes_on)
        heard = _Heard.NOTHING
        for attempt in range(self._handshake.attempts if self._handshake.is_expected else 1):
            self._owes_answers = attempt > 0
            if not self._write(frame, goes_on):
                return Delivery.LATER
            if not self._handshake.is_expected:
                return Delivery.TAKEN
            heard = self._answer(goes_on)
            if heard is _Heard.ACK:
                return Delivery.TAKEN
            if not goes_on():
                break
        self._owes_answers = True
        return Delivery.REFUSED if heard is _Heard.NAK else Delivery.LATER

    def _write(self, frame: bytes, goes_on: Callable[[], bool]) -> bool:
        begin = self._framing.mend() if self._cut_short else b""
        self._cut_short = True
        self._cut_short = not self._port.write(begin + frame, goes_on)
        return not self._cut_short

    def _answer(self, goes_on: Callable[[], bool]) -> _Heard:
        """The first ACK or NAK within the time; what else is said is noise."""
        heard = 0
        deadline_ns = self._clock.monotonic_ns() + round(self._handshake.timeout_s * NS_PER_S)
        while (left_ns := deadline_ns - self._clock.monotonic_ns()) > 0 and heard <= _MAX_ANSWER_BYTES:
            said = self._port.read(left_ns / NS_PER_S, goes_on)
            if not said:
                break
            for byte in said:
                if byte in {ACK, NAK}:
                    return _Heard.ACK if byte == ACK else _Heard.NAK
            heard += len(said)
        return _Heard.NOTHING

    def _wait_for_quiet(self, goes_on: Callable[[], bool]) -> None:
        """Throw away what was said before this text; where answers may be under way, until none comes."""
        self._port.forget_input()
        if not self._owes_answers:
            return
        for _ in range(_MAX_ANSWER_BYTES):
            if not self._port.read(_QUIET_S, goes_on):
                break
        self._owes_answers = False

    def _goes_on(self, turn: Turn) -> Callable[[], bool]:
        def goes_on() -> bool:
            turn.beat()
            expired = turn.expires_ns is not None and self._clock.monotonic_ns() >= turn.expires_ns
            return not expired and not turn.stopping.is_set()

        return goes_on
