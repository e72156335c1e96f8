"""Qualified identities in the contract: the payload of their event."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.bridge.contract.schema import Schema, array, date, nullable, obj, ref, string, words

__all__ = ["IDENTITY_PAYLOADS", "IDENTITY_SCHEMAS"]

_OID = string("Of the authority that assigned it.")
_DAY = nullable(date("Where the service says it."))

IDENTITY_PAYLOADS: Mapping[str, Schema] = {
    "InsQualified": obj(
        "INSi answered about who an INS code or a Vitale names.",
        {
            "reference": string("`sighting` of the code, or `card` of the card."),
            "outcome": words("What the search came to.", ["found", "nobody", "several"]),
            "identity": nullable(ref("QualifiedIdentity"), "Null unless one person was found."),
        },
    ),
}
"""Payloads of events, by the name of their schema."""

IDENTITY_SCHEMAS: Mapping[str, Schema] = {
    "InsNumber": obj(
        "A matricule INS.",
        {
            "matricule": string("13 characters and the key."),
            "oid": _OID,
            "key_is_right": {"type": "boolean"},
            "valid_from": _DAY,
            "valid_until": _DAY,
        },
    ),
    "QualifiedIdentity": obj(
        "The strict traits as INSi has them; empty where it leaves one out.",
        {
            "active": ref("InsNumber"),
            "former": array(ref("InsNumber"), "Earlier ones; the active one may be among them."),
            "birth_name": string(),
            "given_name": string(),
            "given_names": string("The list, as one text."),
            "sex": string(),
            "birth_date": string("`AAAA-MM-JJ`, of a calendar or not."),
            "birth_place": string("INSEE code."),
        },
    ),
}
