"""The events, by kind. Kinds and fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.bridge.contract.cards import CARD_PAYLOADS
from appliance.bridge.contract.identities import IDENTITY_PAYLOADS
from appliance.bridge.contract.pages import PAGE_PAYLOADS
from appliance.bridge.contract.prescriptions import PRESCRIPTION_PAYLOADS
from appliance.bridge.contract.schema import (
    Schema,
    array,
    const,
    extended,
    integer,
    nullable,
    obj,
    one_of,
    ref,
    string,
    words,
)
from appliance.bridge.contract.sessions import SESSION_PAYLOADS
from appliance.journal.model import LossReason

__all__ = ["EVENT_KINDS", "EVENT_SCHEMAS"]

_PAYLOADS: Mapping[str, Schema] = {
    "VisitOpened": obj("What now lies there belongs to a new visit.", {}),
    "VisitClosed": obj(
        "The visit is over.", {"reason": words("Why.", ["idle", "next_patient", "end_of_service", "lgo"])}
    ),
    "IdentityDiscordance": obj(
        "An ordonnance and an INS code of one visit do not name the same person. A warning, never a refusal.",
        {
            "verdict": nullable(words("How sure.", ["discordant", "to_check"])),
            "traits": array(
                words("Where they differ.", ["family_name", "given_name", "birth_date"]),
            ),
            "sightings": array(
                string(), "`sighting` of the ordonnance's code, then of the INS code.", minItems=2, maxItems=2
            ),
        },
    ),
    "DeviceCamera": obj(
        "The camera was lost, or is back.",
        {"state": words("Since now.", ["ok", "lost"]), "reason": string("For a technician; may be empty.")},
    ),
    "EventsExpired": obj(
        "Events that nobody acknowledged in time; their content is erased.",
        {
            "ids": array(integer(minimum=1)),
            "kinds": array(string(), "Kind of each of `ids`, in the same order."),
        },
    ),
    "JournalLost": obj(
        "Events were lost that could not be read any more.",
        {"reason": words("Why.", [reason.value for reason in LossReason])},
    ),
    **CARD_PAYLOADS,
    **PRESCRIPTION_PAYLOADS,
    **IDENTITY_PAYLOADS,
    **SESSION_PAYLOADS,
    **PAGE_PAYLOADS,
}

_CASES: Mapping[str, tuple[str, str]] = {
    "code.read": ("CodeReadEvent", "CodeRead"),
    "visit.opened": ("VisitOpenedEvent", "VisitOpened"),
    "visit.closed": ("VisitClosedEvent", "VisitClosed"),
    "identity.discordance": ("IdentityDiscordanceEvent", "IdentityDiscordance"),
    "identity.concordance": ("IdentityConcordanceEvent", "IdentityConcordance"),
    "prescriber.concordance": ("PrescriberConcordanceEvent", "PrescriberConcordance"),
    "prescription.status": ("PrescriptionStatusEvent", "PrescriptionStatusSaid"),
    "prescription.refresh": ("PrescriptionRefreshEvent", "PrescriptionRefresh"),
    "prescription.seen_again": ("PrescriptionSeenAgainEvent", "PrescriptionSeenAgain"),
    "device.camera": ("DeviceCameraEvent", "DeviceCamera"),
    "events.expired": ("EventsExpiredEvent", "EventsExpired"),
    "journal.lost": ("JournalLostEvent", "JournalLost"),
    "reader.present": ("ReaderPresentEvent", "ReaderPresent"),
    "reader.absent": ("ReaderAbsentEvent", "ReaderAbsent"),
    "card.inserted": ("CardInsertedEvent", "CardInserted"),
    "card.read": ("CardReadEvent", "CardRead"),
    "card.chosen": ("CardChosenEvent", "CardChosen"),
    "card.unreadable": ("CardUnreadableEvent", "CardUnreadable"),
    "card.code_needed": ("CardCodeNeededEvent", "CardCodeNeeded"),
    "card.code_given": ("CardCodeGivenEvent", "CardCodeGiven"),
    "card.code_refused": ("CardCodeRefusedEvent", "CardCodeRefused"),
    "card.code_ended": ("CardCodeEndedEvent", "CardCodeEnded"),
    "card.removed": ("CardRemovedEvent", "CardRemoved"),
    "ins.qualified": ("InsQualifiedEvent", "InsQualified"),
    "session.opened": ("SessionOpenedEvent", "SessionOpened"),
    "session.closed": ("SessionClosedEvent", "SessionClosed"),
    "page.captured": ("PageCapturedEvent", "PageCaptured"),
    "page.refused": ("PageRefusedEvent", "PageRefused"),
}
"""Of each kind: name of the event's schema, and of its payload's."""

EVENT_KINDS = tuple(_CASES)
"""The kinds that this document knows."""

EVENT_SCHEMAS: Mapping[str, Schema] = {
    **_PAYLOADS,
    "EventBase": obj(
        "What every event has.",
        {
            "id": integer("Grows; the cursor of `after`. Never given twice to different events.", minimum=1),
            "at": string("When, in UTC.", format="date-time"),
            "kind": words("What happened.", EVENT_KINDS),
            "visit": nullable(string("Opaque: what belongs to the same patient at the counter.")),
            "payload": {"type": "object", "description": "What is to be known of it, by `kind`."},
        },
    ),
    **{
        name: extended("EventBase", f"`{kind}`.", {"kind": const(kind), "payload": ref(payload)})
        for kind, (name, payload) in _CASES.items()
    },
    "OtherEvent": extended(
        "EventBase",
        "A kind that is newer than this document: acknowledge and ignore it.",
        {"kind": {"type": "string", "not": {"enum": list(EVENT_KINDS)}}},
    ),
    "Event": one_of(
        "Something that happened at the counter; `payload` depends on `kind`.",
        "kind",
        {kind: name for kind, (name, _) in _CASES.items()},
        "OtherEvent",
    ),
}
"""Component schemas by name."""
