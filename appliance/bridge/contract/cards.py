"""Readers and cards in the contract: the document of `GET /v1/cards`, and the payloads of their events."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.bridge.contract.schema import Schema, array, integer, nullable, obj, ref, string, words
from appliance.cards.inputs import PinRefusal

__all__ = ["CARD_PAYLOADS", "CARD_SCHEMAS"]

_CARD = string("This insertion of a card: new each time one goes in. Opaque.")
_READER = string("The reader, as PC/SC names it.")
_FAMILY = nullable(
    words("The card.", ["CPS3", "CPS4", "Vitale 1", "Vitale 2"]), "Null where its ATR is not known."
)
_FAULTS = ("upside_down", "mute", "unknown", "vitale_1", "unreadable", "busy", "refused")
_WARNINGS = array(
    words(
        "",
        [
            "nir_key", "nir_missing", "nirs_not_joined", "birth_date_unreadable", "birth_date_lunar",
            "test_card", "certificate_expired", "certificate_not_yet_valid", "certificate_untrusted",
            "certificate_unverified", "card_number_differs", "contactless",
        ],
    )
)  # fmt: skip

CARD_PAYLOADS: Mapping[str, Schema] = {
    "ReaderPresent": obj("A reader was plugged in.", {"reader": _READER}),
    "ReaderAbsent": obj(
        "A reader is gone.",
        {
            "reader": _READER,
            "reason": words("Why.", ["unplugged", "service_absent", "service_refused"]),
        },
    ),
    "CardInserted": obj(
        "A card went in; who it is of follows. A restart of the device says it again of a card that is in, "
        "with another `card`: whatever was in that reader before is out.",
        {"card": _CARD, "reader": _READER, "family": _FAMILY},
    ),
    "CardRead": obj(
        "The card said who. `content.family` tells a Vitale from a CPS.",
        {
            "card": _CARD,
            "reader": _READER,
            "chosen": nullable(
                integer(minimum=0),
                "Of a Vitale: which of `content.beneficiaries`. Null of a CPS, and where several are on the "
                "card: the pharmacist then chooses, and `card.chosen` follows.",
            ),
            "content": {"anyOf": [ref("VitaleContent"), ref("CpsContent")]},
        },
    ),
    "CardChosen": obj(
        "The pharmacist said whose visit this is. A later one of the same `card` corrects it.",
        {"card": _CARD, "chosen": integer(minimum=0), "beneficiary": ref("Beneficiary")},
    ),
    "CardUnreadable": obj(
        "The card is in and is not read. After `busy` and `mute` a `card.read` may still come.",
        {"card": _CARD, "reader": _READER, "reason": words("Why.", _FAULTS)},
    ),
    "CardCodeNeeded": obj(
        "The counter asks for the code of a CPS: because OK was pressed, or a signature needs it.",
        {
            "card": _CARD,
            "reader": _READER,
            "tries_left": integer("As the card says.", minimum=2),
            "on_pinpad": {"type": "boolean", "description": "It is typed on the reader."},
        },
    ),
    "CardCodeGiven": obj(
        "The code of the CPS is in force, until `card.code_ended` or `card.removed`.",
        {"card": _CARD, "reader": _READER},
    ),
    "CardCodeRefused": obj(
        "No code is in force: it was wrong, given up, or not even presented.",
        {
            "card": _CARD,
            "reader": _READER,
            "reason": words("Why.", [reason.value for reason in PinRefusal]),
            "tries_left": nullable(integer(minimum=0), "Where the card said it."),
        },
    ),
    "CardCodeEnded": obj(
        "The card is still in and its code is not in force any more: the service stopped, another program "
        "reset the card.",
        {"card": _CARD, "reader": _READER},
    ),
    "CardRemoved": obj(
        "The card went out: what depends on it ends.", {"card": _CARD, "reader": _READER, "family": _FAMILY}
    ),
}
"""Payloads of events, by the name of their schema."""

CARD_SCHEMAS: Mapping[str, Schema] = {
    "Beneficiary": obj(
        "One person covered by a Vitale.",
        {
            "family_name": string("As on the card."),
            "given_name": string("As on the card."),
            "birth_date": nullable(
                string(), "Eight digits, year month day. No calendar may have it (lunar): never parse it."
            ),
            "nir": nullable(string(), "Of the insured person: 13 characters and the key."),
            "warnings": _WARNINGS,
        },
    ),
    "VitaleContent": obj(
        "What a Vitale says without any secret.",
        {
            "family": words("The card.", ["Vitale 2"]),
            "beneficiaries": array(ref("Beneficiary"), minItems=1),
            "warnings": _WARNINGS,
        },
    ),
    "CpsContent": obj(
        "What a CPS says without its code.",
        {
            "family": words("The card.", ["CPS3", "CPS4"]),
            "kind": nullable(words("", ["CPS", "CPE", "CPA"])),
            "card_number": string(),
            "national_id": string("As in the certificate."),
            "rpps": nullable(string()),
            "family_name": string(),
            "given_name": string(),
            "profession": string("As the certificate titles it."),
            "profession_code": nullable(integer("Nomenclature G15.")),
            "organizations": array(string()),
            "certificates": array(
                obj(
                    "",
                    {
                        "label": string(),
                        "purpose": words("", ["signature", "authentication", "other"]),
                        "not_before": string(format="date-time"),
                        "not_after": string(format="date-time"),
                        "verdict": words(
                            "Without a network: not whether it was revoked.",
                            ["trusted", "test", "expired", "not_yet_valid", "untrusted", "no_roots"],
                        ),
                    },
                )
            ),
            "can_sign": {"type": "boolean"},
            "is_test": {"type": "boolean", "description": "A test card or a test identity."},
            "warnings": _WARNINGS,
        },
    ),
    "Cards": obj(
        "The readers and what is in them now. Never who: that is in the events.",
        {
            "service": words("PC/SC.", ["running", "absent", "refused", "unknown"]),
            "readers": array(
                obj(
                    "",
                    {
                        "name": _READER,
                        "condition": words("", ["empty", "card", "mute"]),
                        "card": nullable(
                            obj(
                                "The card that is in.",
                                {
                                    "id": string("`card` of its events."),
                                    "family": _FAMILY,
                                    "state": words("", ["reading", "read", "unreadable"]),
                                    "reason": nullable(words("Why it is not read.", _FAULTS)),
                                    "code_given": {
                                        "type": "boolean",
                                        "description": "The code of a CPS is in force.",
                                    },
                                },
                            )
                        ),
                    },
                )
            ),
        },
    ),
}
"""Other component schemas by name."""
