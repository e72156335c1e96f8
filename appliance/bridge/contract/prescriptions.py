"""Prescriptions and visits in the contract: statuses, the current visit, and the payloads of their events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.bridge.contract.schema import (
    Schema,
    array,
    date,
    integer,
    nullable,
    obj,
    ref,
    string,
    words,
)
from appliance.bridge.problems import ProblemCode
from appliance.decode.payloads.concordance import Reason, Trait, Verdict
from appliance.decode.payloads.ordonnance import MAX_FIELD_LENGTH, MAX_PRESCRIPTION_ID_LENGTH
from appliance.journal.model import MAX_VISIT_CHARS
from appliance.prescriptions.concordance import IdentitySource
from appliance.prescriptions.prescribers import PrescriberVerdict
from appliance.prescriptions.status import (
    MAX_DISPENSATIONS,
    MAX_LABEL_CHARS,
    MAX_LINES,
    MAX_PRODUCT_CODE_CHARS,
    MAX_QUANTITY,
    MAX_RAW_CODE_CHARS,
    MAX_RENEWALS,
    PRINTABLE,
    Place,
    PrescriptionState,
    Source,
)
from appliance.texts.statuses import CAUSES

__all__ = ["PRESCRIPTION_OPERATIONS", "PRESCRIPTION_PAYLOADS", "PRESCRIPTION_SCHEMAS"]

_PRESCRIPTION_ID = string(
    "`D.ID` of the code, URL-encoded in a path.", minLength=1, maxLength=MAX_PRESCRIPTION_ID_LENGTH
)
_FAILURES = (
    "unreachable", "refused", "not_authorised", "bad_answer", "other_patient", "clock_wrong", "lgo_silent",
)  # fmt: skip
_FAILURE = nullable(words("Why the status is not known.", _FAILURES))
_CAUSE = nullable(
    obj(
        "Why, finer than `failure` where that is known; texts for people, which name nobody.",
        {
            "code": string(examples=sorted(CAUSES)),
            "title": string("One French sentence."),
            "remedy": string("What to do, one French sentence."),
        },
    ),
    "Null where there is a status, or nothing is known yet.",
)
_VISIT = string("`visit` of its events.", minLength=1, maxLength=MAX_VISIT_CHARS)
_SIGHTING = string("`sighting` of the ordonnance's code.")
_FLAG = {"type": "boolean"}
_VERDICT = nullable(
    words("The gravest of all.", [verdict.value for verdict in Verdict]), "Null: nobody to compare."
)
_PRESCRIBER = words("", [verdict.value for verdict in PrescriberVerdict])
_NAME = string(minLength=1, maxLength=MAX_FIELD_LENGTH, pattern=PRINTABLE)

_STATE = words(
    "What may be done with it. `unknown`: the source's own word means nothing to us.",
    [state.value for state in PrescriptionState],
)

_SAID: Mapping[str, Schema] = {
    "consent": nullable(_FLAG, "Whether the patient agreed that it be consulted; null where not said."),
    "secured": nullable(_FLAG, "« Ordonnance sécurisée »; null where not said."),
    "renewals_total": nullable(integer("How often it may be renewed.", minimum=0, maximum=MAX_RENEWALS)),
    "renewals_left": nullable(integer("How often from now on.", minimum=0, maximum=MAX_RENEWALS)),
    "raw_code": nullable(
        string(
            "What the source said of the state, kept where it maps to nothing.",
            minLength=1,
            maxLength=MAX_RAW_CODE_CHARS,
            pattern=PRINTABLE,
        )
    ),
}
"""What a status says beside its state and its lines, in either direction."""

_LABEL = string("The product as the source names it.", maxLength=MAX_LABEL_CHARS, pattern=PRINTABLE)
_PRODUCT_CODE = nullable(string(minLength=1, maxLength=MAX_PRODUCT_CODE_CHARS, pattern=PRINTABLE))
_QUANTITY = integer(minimum=0, maximum=MAX_QUANTITY)
_PRESCRIBED = nullable(_QUANTITY, "Null for a duration.")

_ENDS = obj(
    "One of the two that were compared.",
    {
        "source": words("What names the person.", [source.value for source in IdentitySource]),
        "reference": string("`sighting` of the code, or `card` of the card."),
    },
)

_PAIR = obj(
    "Two identities compared, without any identity.",
    {
        "left": _ENDS,
        "right": _ENDS,
        "verdict": words("The gravest of the traits.", [verdict.value for verdict in Verdict]),
        "traits": array(
            obj(
                "",
                {
                    "trait": words("", [trait.value for trait in Trait]),
                    "verdict": words("", [verdict.value for verdict in Verdict]),
                    "reason": nullable(words("Why it is not simply concordant.", [r.value for r in Reason])),
                },
            )
        ),
    },
)

_CHECK: Mapping[str, Schema] = {
    "sighting": _SIGHTING,
    "verdict": _PRESCRIBER,
    "rpps": _PRESCRIBER,
    "am": _PRESCRIBER,
}

PRESCRIPTION_PAYLOADS: Mapping[str, Schema] = {
    "IdentityConcordance": obj(
        "The people named by what lies there, compared anew. A help for the eye, never a refusal.",
        {"verdict": _VERDICT, "pairs": array(_PAIR, "Gravest first.")},
    ),
    "PrescriberConcordance": obj(
        "The prescriber of an ordonnance's code against the barcodes that lie with it.", dict(_CHECK)
    ),
    "PrescriptionStatusSaid": obj(
        "What is known now of the status of a prescription: a status, or why there is none.",
        {
            "prescription_id": _PRESCRIPTION_ID,
            "status": nullable(ref("PrescriptionStatus")),
            "failure": _FAILURE,
            "cause": _CAUSE,
            "lines_left_out": integer(
                "Where the lines are too much for an event: how many; ask for the prescription.", minimum=1
            ),
        },
        optional=("cause", "lines_left_out"),
    ),
    "PrescriptionRefresh": obj(
        "Somebody at the counter wants the status looked up again: consult the base, then put the status.",
        {"prescription_id": _PRESCRIPTION_ID},
    ),
    "PrescriptionSeenAgain": obj(
        "The prescription was laid before, today, in another visit.",
        {
            "prescription_id": _PRESCRIPTION_ID,
            "sighting": _SIGHTING,
            "earlier": string("When, local time with its offset.", format="date-time"),
            "other_patient": {**_FLAG, "description": "Its code named another patient then."},
        },
    ),
}
"""Payloads of events, by the name of their schema."""

PRESCRIPTION_SCHEMAS: Mapping[str, Schema] = {
    "Dispensation": obj(
        "One time that a line was dispensed.",
        {
            "quantity": _QUANTITY,
            "place": nullable(words("Where.", [place.value for place in Place])),
            "on": nullable(date("The day.")),
        },
    ),
    "StatusLine": obj(
        "One line of a prescription.",
        {
            "label": _LABEL,
            "code": _PRODUCT_CODE,
            "prescribed": _PRESCRIBED,
            "dispensations": array(ref("Dispensation"), maxItems=MAX_DISPENSATIONS),
        },
    ),
    "PrescriptionStatus": obj(
        "What a source says of one prescription.",
        {
            "prescription_id": _PRESCRIPTION_ID,
            "state": _STATE,
            "source": words("Who says so.", [source.value for source in Source]),
            "at": string("When it was so.", format="date-time"),
            "lines": array(ref("StatusLine"), "None where the source tells none.", maxItems=MAX_LINES),
            **_SAID,
        },
    ),
    "DispensationSaid": obj(
        "One time that a line was dispensed.",
        {
            "quantity": _QUANTITY,
            "place": {"enum": [*(place.value for place in Place), None]},
            "on": nullable(date("The day.")),
        },
        optional=("place", "on"),
        closed=True,
    ),
    "StatusLineSaid": obj(
        "One line of a prescription.",
        {
            "label": _LABEL,
            "code": _PRODUCT_CODE,
            "prescribed": _PRESCRIBED,
            "dispensations": array(ref("DispensationSaid"), maxItems=MAX_DISPENSATIONS),
        },
        optional=("code", "prescribed", "dispensations"),
        closed=True,
    ),
    "StatusSaid": obj(
        "What the software says of one prescription, now. `patient`, where given, is only compared with the "
        "code and kept nowhere.",
        {
            "state": {
                "type": "string",
                "enum": [state.value for state in PrescriptionState],
                "description": "What your own word means to none of these is `unknown`, with `raw_code`.",
            },
            "lines": array(ref("StatusLineSaid"), maxItems=MAX_LINES),
            **_SAID,
            "patient": nullable(
                obj(
                    "Whose it is.",
                    {
                        "family_name": nullable(_NAME),
                        "given_name": nullable(_NAME),
                        "birth_date": nullable(_NAME),
                    },
                    optional=("family_name", "given_name", "birth_date"),
                    closed=True,
                )
            ),
        },
        optional=("lines", *_SAID, "patient"),
        closed=True,
    ),
    "Prescription": obj(
        "What is known of a prescription.",
        {
            "prescription_id": _PRESCRIPTION_ID,
            "status": nullable(ref("PrescriptionStatus"), "Null while nothing is known."),
            "failure": _FAILURE,
            "cause": _CAUSE,
        },
    ),
    "VisitToClose": obj("Which visit, so that no other is ended.", {"visit": _VISIT}, closed=True),
    "Asked": obj("The counter was told.", {"asked": {"type": "boolean", "const": True}}),
    "CurrentVisit": obj(
        "What lies at the counter for the patient of the moment: references, never who.",
        {
            "visit": nullable(
                obj(
                    "The visit.",
                    {
                        "id": _VISIT,
                        "in_view": {**_FLAG, "description": "Something of it lies there now."},
                        "codes": array(
                            obj(
                                "",
                                {
                                    "sighting": string(),
                                    "kind": string("As in `code.read`."),
                                    "event": nullable(integer(minimum=1), "Null until it is on disk."),
                                    "in_view": _FLAG,
                                    "delivered": {**_FLAG, "description": "A client acknowledged it."},
                                },
                            )
                        ),
                        "cards": array(string(), "`card` of the Vitale cards in."),
                        "boxes": array(
                            obj(
                                "",
                                {
                                    "gtin": string(),
                                    "cip13": nullable(string()),
                                    "count": integer("Boxes of it, told apart by serials.", minimum=1),
                                    "is_expired": {**_FLAG, "description": "One of them is."},
                                    "is_soon": {**_FLAG, "description": "One of them is soon."},
                                },
                            ),
                            "Medicine boxes by product.",
                        ),
                        "pages": integer("Captured pages that can be fetched.", minimum=0),
                        "prescriptions": array(
                            obj(
                                "",
                                {
                                    "prescription_id": _PRESCRIPTION_ID,
                                    "state": nullable(_STATE),
                                    "source": nullable(words("", [source.value for source in Source])),
                                    "at": nullable(string(format="date-time")),
                                    "failure": _FAILURE,
                                    "cause": _CAUSE,
                                    "seen_earlier": nullable(string(format="date-time")),
                                    "other_patient_earlier": _FLAG,
                                },
                                optional=("cause",),
                            )
                        ),
                        "identity": obj("", {"verdict": _VERDICT, "pairs": array(_PAIR)}),
                        "prescribers": array(obj("", dict(_CHECK))),
                    },
                    optional=("boxes", "pages"),
                ),
                "Null: nothing lies there.",
            )
        },
    ),
}
"""Other component schemas by name."""

_OF_BODY = (
    ProblemCode.BODY_INVALID,
    ProblemCode.BODY_TOO_LARGE,
    ProblemCode.MEDIA_TYPE_UNSUPPORTED,
)

PRESCRIPTION_OPERATIONS: Mapping[tuple[str, str], dict[str, Any]] = {
    ("GET", "/v1/visits/current"): {
        "summary": "The visit of the moment",
        "answer": "CurrentVisit",
        "problems": (),
    },
    ("POST", "/v1/visits/current/close"): {
        "summary": "End the visit of the moment",
        "description": "Its names leave the screen; what lies there is a new visit once laid again.",
        "answer": "Asked",
        "problems": (*_OF_BODY, ProblemCode.VISIT_NOT_CURRENT),
        "body": "VisitToClose",
    },
    ("GET", "/v1/prescriptions/<prescription_id>"): {
        "summary": "What is known of a prescription",
        "answer": "Prescription",
        "problems": (ProblemCode.PRESCRIPTION_UNKNOWN,),
    },
    ("POST", "/v1/prescriptions/<prescription_id>/refresh"): {
        "summary": "Have a prescription looked up again",
        "description": "For one that lies at the counter. The answer comes as `prescription.status`.",
        "answer": "Asked",
        "problems": (ProblemCode.PRESCRIPTION_UNKNOWN,),
    },
    ("PUT", "/v1/prescriptions/<prescription_id>/status"): {
        "summary": "Say the status of a prescription",
        "description": "For a software that consulted the base itself: the screen says the status, and that "
        "the software says so. Putting the same again changes nothing but its time.",
        "answer": "Prescription",
        "problems": _OF_BODY,
        "body": "StatusSaid",
    },
}
