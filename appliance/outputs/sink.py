"""The seam of an output: what takes an event and carries it to a host (keyboard, serial line, broker)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol

from appliance.journal.model import Event

__all__ = ["Delivery", "Sink", "Traits", "Turn"]

_NAME = re.compile(r"[a-z]{1,16}")


@unique
class Delivery(StrEnum):
    """What became of one event that a sink was given."""

    TAKEN = "taken"
    """The host has it, as far as this kind of host can say: it is acknowledged."""
    REFUSED = "refused"
    """This host will never take it; it is given up here, and kept for the other clients."""
    LATER = "later"
    """Nobody took it now; the same event is given again after a pause."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What holds of an output for good.

    Attributes:
        name: one lower-case word; the journal's client and the report are found by it.
        title: for people, as `comptoir clients list` shows it.
        lifetime_ns: an older event is not delivered any more, but given up here; None is never.
        is_copy: it serves somebody who is not at the counter: that it has an event is not « the LGO has it ».
    """

    name: str
    title: str
    lifetime_ns: int | None = None
    is_copy: bool = False

    def __post_init__(self) -> None:
        """Refuse what can be no name, and a lifetime in which nothing could be delivered."""
        if not _NAME.fullmatch(self.name):
            raise ValueError("an output's name is a lower-case word of at most 16 letters")
        if self.lifetime_ns is not None and self.lifetime_ns <= 0:
            raise ValueError("an output's lifetime is above zero")


@dataclass(frozen=True, slots=True)
class Turn:
    """One delivery's frame.

    Attributes:
        stopping: set when the program ends; a delivery then returns LATER as soon as it can.
        beat: to be called every few seconds by a delivery that takes long: the watchdog's sign of life.
        expires_ns: on the monotonic clock, when the event's lifetime ends; None where it has none.
    """

    stopping: threading.Event
    beat: Callable[[], None]
    expires_ns: int | None = None


class Sink(Protocol):
    """A host that events are carried to. One thread uses it; no call blocks for long without beating."""

    @property
    def traits(self) -> Traits:
        """What holds of it for good."""
        ...

    def wants(self, event: Event) -> bool:
        """Whether this event is for this host at all; the others are passed over."""
        ...

    def look(self) -> bool:
        """Do what is due (open, reconnect, hear the host), within a second; whether the host is there.

        Called about once a second, and before each delivery.
        """
        ...

    def deliver(self, event: Event, turn: Turn) -> Delivery:
        """Carry the event to the host. After a kill it may be given again: at least once is the promise."""
        ...

    def close(self) -> None:
        """Let go of the device; closing twice does nothing."""
        ...
