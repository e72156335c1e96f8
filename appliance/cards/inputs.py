"""What the card readers tell the counter: frozen facts, each with the time it was noticed.

A card session is (generation, reader, event counter): two cards of the same kind swapped faster than anybody
looks are two sessions. Every fact about a card names its session, and nothing about a session is told after
its CardOut.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from appliance.cards.atr import CardFamily
from appliance.cards.identities import CpsHolder, VitaleIdentity

__all__ = [
    "CardFault",
    "CardFaultKind",
    "CardIn",
    "CardInput",
    "CardOut",
    "CardRead",
    "CardSession",
    "PinDone",
    "PinEnded",
    "PinNeeded",
    "PinRefusal",
    "PinRefused",
    "ReaderCondition",
    "ReaderState",
    "ReadersChanged",
    "ServiceCondition",
    "SignRefused",
    "Signed",
]


@dataclass(frozen=True, slots=True)
class CardSession:
    """One card, from the moment it went in to the moment it went out.

    Attributes:
        generation: grows each time the PC/SC daemon or the reader is met anew: its counter starts over then.
        reader: the reader's name, which may hold its serial number.
        counter: the reader's event counter, one more at each card that goes in or out, 16 bits.
    """

    generation: int
    reader: str
    counter: int


@unique
class ServiceCondition(StrEnum):
    """The PC/SC daemon, as seen from here."""

    RUNNING = "running"
    ABSENT = "absent"
    REFUSED = "refused"


@unique
class ReaderCondition(StrEnum):
    """One reader."""

    EMPTY = "empty"
    CARD = "card"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class ReaderState:
    """A reader and what is in it."""

    name: str
    condition: ReaderCondition


@dataclass(frozen=True, slots=True)
class ReadersChanged:
    """The readers there are now; none where the daemon is not running."""

    service: ServiceCondition
    readers: tuple[ReaderState, ...]
    at_ns: int


@dataclass(frozen=True, slots=True)
class CardIn:
    """A card went in; `family` is what its ATR announces, None when unknown, to be confirmed by reading."""

    session: CardSession
    family: CardFamily | None
    at_ns: int


@dataclass(frozen=True, slots=True)
class CardOut:
    """The card went out, or was lost with the daemon: whatever depended on it ends now."""

    session: CardSession
    at_ns: int


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card said who."""

    session: CardSession
    content: VitaleIdentity | CpsHolder
    at_ns: int


@unique
class CardFaultKind(StrEnum):
    """Why a card that is in is not read; each has its French message."""

    UPSIDE_DOWN = "upside_down"
    """No answer to reset: nearly always the card is the wrong way round."""
    MUTE = "mute"
    """No answer again after it was turned, or it stopped answering."""
    UNKNOWN = "unknown"
    VITALE_1 = "vitale_1"
    UNREADABLE = "unreadable"
    BUSY = "busy"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CardFault:
    """The card is in and cannot be read, or not yet: after BUSY and MUTE a CardRead may still come."""

    session: CardSession
    kind: CardFaultKind
    at_ns: int


@dataclass(frozen=True, slots=True)
class PinNeeded:
    """The card is ready for its code.

    Attributes:
        tries_left: what the card said just now, 2 or more.
        min_digits, max_digits: how long the code is.
        on_pinpad: whether the reader has its own keys, and the code is typed there.
    """

    session: CardSession
    tries_left: int
    min_digits: int
    max_digits: int
    on_pinpad: bool
    at_ns: int


@dataclass(frozen=True, slots=True)
class PinDone:
    """The code was right; it holds until CardOut or PinEnded."""

    session: CardSession
    at_ns: int


@unique
class PinRefusal(StrEnum):
    """Why no code is in force; each has its French message saying what to do."""

    WRONG = "wrong"
    ONE_TRY_LEFT = "one_try_left"
    BLOCKED = "blocked"
    NOT_DIGITS = "not_digits"
    CANCELLED = "cancelled"
    NOT_POSSIBLE = "not_possible"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The code was not accepted, or not even presented; `tries_left` where the card said it."""

    session: CardSession
    reason: PinRefusal
    tries_left: int | None
    at_ns: int


@dataclass(frozen=True, slots=True)
class PinEnded:
    """The card is still thought to be there and its code is not in force any more."""

    session: CardSession
    at_ns: int


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """A signature by the card, RSA PKCS#1 v1.5 of the digest asked for, checked; its certificate in DER."""

    session: CardSession
    request: str
    signature: bytes
    certificate: bytes
    at_ns: int

    def __repr__(self) -> str:
        """Which request, nothing of the holder."""
        return f"<Signed {self.request}>"


@dataclass(frozen=True, slots=True)
class SignRefused:
    """No signature: with `pin_needed`, ask for the code and sign again."""

    session: CardSession
    request: str
    pin_needed: bool
    at_ns: int


CardInput = (
    ReadersChanged
    | CardIn
    | CardOut
    | CardRead
    | CardFault
    | PinNeeded
    | PinDone
    | PinRefused
    | PinEnded
    | Signed
    | SignRefused
)
"""All that the desk of readers delivers."""
