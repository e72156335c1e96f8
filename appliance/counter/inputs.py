"""What can happen at the counter: the inputs of `reduce`.

Each is a fact of the world, with the time at which it was noticed (CLOCK_MONOTONIC, ns).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.cards.inputs import (
    CardFault,
    CardIn,
    CardOut,
    CardRead,
    PinDone,
    PinEnded,
    PinNeeded,
    PinRefused,
    ReadersChanged,
)
from appliance.counter.face_inputs import FaceHappening
from appliance.counter.outputs import NewEvent
from appliance.counter.page_state import PageHappening
from appliance.counter.psc_inputs import PscHappening
from appliance.counter.status_state import StatusPolicy
from appliance.decode.payloads import Reading
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import CameraState
from appliance.display.buttons import Button
from appliance.display.card_screens import MAX_PIN_DIGITS
from appliance.display.screens import LgoLink
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.ins_search import InsiAnswer
from appliance.prescriptions.memory import Presentation
from appliance.prescriptions.status import PrescriptionStatus

__all__ = [
    "Acknowledged",
    "CameraChanged",
    "CardHappening",
    "CardsLeft",
    "CloseAsked",
    "CodeAppeared",
    "CodeGone",
    "CodeRestored",
    "CodeUnread",
    "EventsStored",
    "Input",
    "InsQualified",
    "JournalLost",
    "LeftCard",
    "LinkChanged",
    "PinAsked",
    "PolicyChanged",
    "Pressed",
    "RefreshAsked",
    "StatusAnswered",
    "StatusFailed",
    "StatusHappening",
    "StatusPushed",
    "StorageBack",
    "StorageFailed",
    "Tick",
]


@dataclass(frozen=True, slots=True)
class CodeAppeared:
    """A code was laid under the camera; `earlier`: when its prescription was, today, oldest first."""

    sighting: str
    reading: Reading
    at_ns: int
    earlier: tuple[Presentation, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeRestored:
    """A code that the journal already has lies there: a program was restarted, nothing new happened.

    `known` is what was known of its prescription's status.
    """

    sighting: str
    reading: Reading
    event_id: int
    visit: str
    at_ns: int
    known: PrescriptionStatus | None = None


@dataclass(frozen=True, slots=True)
class CodeGone:
    """A code was taken away."""

    sighting: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class CodeUnread:
    """A code lies under the camera that cannot be read, and why; or it is `seen` so far; or none is there."""

    reason: Reason | None
    at_ns: int
    seen: bool = False


@dataclass(frozen=True, slots=True)
class CameraChanged:
    """The camera came, went, or the program that looks through it did."""

    state: CameraState
    at_ns: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EventsStored:
    """The events that the last input gave are on disk, under these ids (as many, in their order)."""

    events: tuple[NewEvent, ...]
    event_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse lists that do not go together."""
        if len(self.events) != len(self.event_ids):
            raise ValueError("one id an event")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A client of the bridge acknowledged events: the LGO has them."""

    event_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The LGO asks for events, no longer asks, or never did."""

    link: LgoLink


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed; `held` when it was kept down for long, `repeated` when it still is."""

    button: Button
    at_ns: int
    held: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class StorageFailed:
    """The journal cannot write (full disk): codes wait, and the person is told."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class StorageBack:
    """The journal writes again."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class JournalLost:
    """The journal could not be read and a new one was started; the journal itself tells the LGO."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on; `local` is the wall time to show."""

    at_ns: int
    local: datetime


@dataclass(frozen=True, slots=True)
class PinAsked:
    """The card is ready for its code; `starts` are the digits, drawn by lot, that its places begin with."""

    needed: PinNeeded
    starts: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse what is no digit for each place."""
        if len(self.starts) != MAX_PIN_DIGITS or not all(0 <= digit <= 9 for digit in self.starts):
            raise ValueError(f"{MAX_PIN_DIGITS} places begin with a digit each")


@dataclass(frozen=True, slots=True)
class LeftCard:
    """A card that was in when the counter ended; `family` as its events said, None where it was not known."""

    id: str
    reader: str
    family: str | None


@dataclass(frozen=True, slots=True)
class CardsLeft:
    """The cards that a counter before this one told of and never told to be out."""

    cards: tuple[LeftCard, ...]


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """How the status of prescriptions comes from now on."""

    policy: StatusPolicy


@dataclass(frozen=True, slots=True)
class StatusAnswered:
    """A source answered the look-up of that number."""

    request: int
    status: PrescriptionStatus
    at_ns: int


@dataclass(frozen=True, slots=True)
class StatusFailed:
    """The look-up of that number ended without a status; `code` and `cause` of the LookUpError."""

    request: int
    code: str
    at_ns: int
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class StatusPushed:
    """The pharmacy software said a status over the bridge."""

    status: PrescriptionStatus
    at_ns: int


@dataclass(frozen=True, slots=True, repr=False)
class RefreshAsked(Discreet):
    """The pharmacy software wants a prescription looked up again."""

    prescription_id: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class CloseAsked:
    """The pharmacy software ends a visit."""

    visit: str
    at_ns: int


@dataclass(frozen=True, slots=True, repr=False)
class InsQualified(Discreet):
    """INSi answered about who a code or a card names (see QualifyIns)."""

    reference: str
    visit: str | None
    answer: InsiAnswer


StatusHappening = PolicyChanged | StatusAnswered | StatusFailed | StatusPushed | RefreshAsked | CloseAsked
"""What is said of the status of prescriptions, and asked over the bridge."""

CardHappening = (
    CardsLeft
    | ReadersChanged
    | CardIn
    | CardRead
    | CardFault
    | CardOut
    | PinAsked
    | PinDone
    | PinRefused
    | PinEnded
)
"""What the desk of readers says, as far as the state depends on it."""

Input = (
    CodeAppeared
    | CodeRestored
    | CodeGone
    | CodeUnread
    | CameraChanged
    | EventsStored
    | Acknowledged
    | LinkChanged
    | Pressed
    | StorageFailed
    | StorageBack
    | JournalLost
    | Tick
    | StatusHappening
    | InsQualified
    | CardHappening
    | FaceHappening
    | PscHappening
    | PageHappening
)
