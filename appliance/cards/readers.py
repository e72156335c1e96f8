"""The seam of PC/SC: a service, a context on it, a connection to a card; real and simulated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.cards.apdu import TransmissionProtocol

__all__ = ["MAX_READERS", "PcscConnection", "PcscContext", "PcscService", "SlotState", "unaware"]

MAX_READERS = 8
"""A counter has one or two; a multi-slot reader counts once a slot."""


@dataclass(frozen=True, slots=True)
class SlotState:
    """A reader's slot at one moment.

    Attributes:
        reader: its name.
        is_present: whether a card is in.
        is_mute: whether the card that is in did not answer to reset.
        counter: the reader's event counter, 0..65535, wrapping.
        atr: the answer to reset, empty without one.
        raw: the state word as the service wants it back.
    """

    reader: str
    is_present: bool
    is_mute: bool
    counter: int
    atr: bytes
    raw: int


class PcscConnection(ABC):
    """A handle on the card that is in a reader; it never passes to the next card. One thread uses it."""

    @property
    @abstractmethod
    def protocol(self) -> TransmissionProtocol:
        """How this card is talked to."""

    @abstractmethod
    def begin(self) -> None:
        """Start a transaction; waits, without limit, for another program's to end."""

    @abstractmethod
    def end(self) -> None:
        """End the transaction, the card left as it is."""

    @abstractmethod
    def transmit(self, command: bytes | bytearray) -> tuple[bytes, int]:
        """Send one command, give data and status word; see `appliance.cards.apdu.Transmit`."""

    @abstractmethod
    def control(self, code: int, data: bytes) -> bytes:
        """Talk to the reader itself (pinpad)."""

    @abstractmethod
    def close(self, *, reset: bool = False) -> None:
        """Let go of the card, with a reset that makes it forget its code or as it is; never raises."""


class PcscContext(ABC):
    """One line to the service; one thread uses it."""

    @abstractmethod
    def readers(self) -> tuple[str, ...]:
        """The readers plugged in, at most MAX_READERS of them."""

    @abstractmethod
    def wait(self, known: Sequence[SlotState], timeout_s: float) -> tuple[SlotState, ...]:
        """Wait until one of these slots or the list of readers changes; give the slots as they are now.

        A slot never asked about before is passed as `unaware(reader)`.
        """

    @abstractmethod
    def connect(self, reader: str) -> PcscConnection:
        """Take the card that is in; waits, without limit, for another program's transaction to end."""

    @abstractmethod
    def release(self) -> None:
        """Let go of the service; never raises."""


class PcscService(Protocol):
    """Where contexts come from. Each call below raises the TransportErrors of `appliance.cards.errors`."""

    def establish(self) -> PcscContext:
        """Open a line to the service."""
        ...


def unaware(reader: str) -> SlotState:
    """What is known of a slot before it was ever asked about."""
    return SlotState(reader, is_present=False, is_mute=False, counter=0, atr=b"", raw=0)
