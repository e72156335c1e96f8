"""What `reduce` gives back beside the state: events for the journal, effects on the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique

from appliance.cards.inputs import CardSession
from appliance.counter.face_inputs import FaceEffect
from appliance.display.tones import Tone
from appliance.prescriptions.ins_search import InsiTraits, InsiVitale
from appliance.prescriptions.port import StatusQuery
from appliance.prescriptions.status import PrescriptionStatus

__all__ = [
    "AbandonLookUp",
    "CardEffect",
    "DiscardPin",
    "DropPages",
    "DropPinDigit",
    "Effect",
    "EndPscSession",
    "EventKind",
    "ForgetPin",
    "GivePinDigit",
    "KeepPage",
    "LookUp",
    "NewEvent",
    "PageEffect",
    "PreparePin",
    "PresentPin",
    "PresentPinOnPad",
    "PscEffect",
    "PublishStatus",
    "QualifyIns",
    "RememberPrescription",
    "Sound",
    "StartPscLogin",
    "StatusEffect",
    "Tone",
]


@unique
class EventKind(StrEnum):
    """Kinds of events as the LGO sees them; additions only."""

    CODE_READ = "code.read"
    VISIT_OPENED = "visit.opened"
    VISIT_CLOSED = "visit.closed"
    IDENTITY_DISCORDANCE = "identity.discordance"
    IDENTITY_CONCORDANCE = "identity.concordance"
    PRESCRIBER_CONCORDANCE = "prescriber.concordance"
    PRESCRIPTION_STATUS = "prescription.status"
    PRESCRIPTION_REFRESH = "prescription.refresh"
    PRESCRIPTION_SEEN_AGAIN = "prescription.seen_again"
    DEVICE_CAMERA = "device.camera"
    JOURNAL_LOST = "journal.lost"
    READER_PRESENT = "reader.present"
    READER_ABSENT = "reader.absent"
    CARD_INSERTED = "card.inserted"
    CARD_READ = "card.read"
    CARD_CHOSEN = "card.chosen"
    CARD_UNREADABLE = "card.unreadable"
    CARD_CODE_NEEDED = "card.code_needed"
    CARD_CODE_GIVEN = "card.code_given"
    CARD_CODE_REFUSED = "card.code_refused"
    CARD_CODE_ENDED = "card.code_ended"
    CARD_REMOVED = "card.removed"
    INS_QUALIFIED = "ins.qualified"
    SESSION_OPENED = "session.opened"
    SESSION_CLOSED = "session.closed"
    PAGE_CAPTURED = "page.captured"
    PAGE_REFUSED = "page.refused"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something to be journaled.

    Attributes:
        kind: what happened.
        payload: a JSON object.
        visit: id of the visit it belongs to.
        sighting: for a code, the id of its presentation.
        secret: never to touch the disk (appli carte Vitale).
    """

    kind: EventKind
    payload: Mapping[str, object] = field(default_factory=dict, repr=False)
    visit: str | None = None
    sighting: str | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """Let a tone be heard."""

    tone: Tone


@dataclass(frozen=True, slots=True)
class PreparePin:
    """Have the card say whether it takes its code, and how many tries it gives."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class GivePinDigit:
    """Add a digit to the code being entered; it is held where it can be wiped."""

    session: CardSession
    digit: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class DropPinDigit:
    """Wipe the last digit given."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class PresentPin:
    """Present the code that was entered to the card, and wipe it."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class PresentPinOnPad:
    """Have the code typed on the reader's own keys."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class DiscardPin:
    """Wipe what was entered of a code."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class ForgetPin:
    """Have the card forget its code; answered by PinEnded where it was in force."""

    session: CardSession


CardEffect = PreparePin | GivePinDigit | DropPinDigit | PresentPin | PresentPinOnPad | DiscardPin | ForgetPin
"""For the desk of readers."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask for the status of a prescription; answered by StatusAnswered or StatusFailed of that number."""

    request: int
    query: StatusQuery


@dataclass(frozen=True, slots=True)
class AbandonLookUp:
    """Nobody wants the answer to that look-up any more."""

    request: int


@dataclass(frozen=True, slots=True)
class PublishStatus:
    """Let the bridge know a status that the device found out."""

    status: PrescriptionStatus


@dataclass(frozen=True, slots=True)
class RememberPrescription:
    """Remember until midnight that this prescription was laid, in that visit."""

    query: StatusQuery
    visit: str


@dataclass(frozen=True, slots=True)
class QualifyIns:
    """Search the qualified INS identity of who a code or a card names; answered by InsQualified.

    Attributes:
        reference: sighting of the code, or id of the card, as in their events.
        visit: which they belong to.
        search: by traits or by Vitale.
    """

    reference: str
    visit: str | None
    search: InsiTraits | InsiVitale


StatusEffect = LookUp | AbandonLookUp | PublishStatus | RememberPrescription
"""For whoever looks statuses up and keeps them."""


@dataclass(frozen=True, slots=True)
class KeepPage:
    """Keep the picture of a page for the pharmacy software; answered by PageKept or PageLost."""

    visit: str
    page: str
    number: int


@dataclass(frozen=True, slots=True)
class DropPages:
    """Erase the pages of a visit."""

    visit: str


PageEffect = KeepPage | DropPages
"""For the desk of pages."""


@dataclass(frozen=True, slots=True)
class StartPscLogin:
    """Log in at Pro Santé Connect whoever has this national id; None is whoever the settings name."""

    attempt: int
    national_id: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndPscSession:
    """End the session of that login, or give it up, and have its tokens revoked."""

    attempt: int


PscEffect = StartPscLogin | EndPscSession
"""For the desk of Pro Santé Connect."""

Effect = Sound | CardEffect | StatusEffect | QualifyIns | FaceEffect | PscEffect | PageEffect
