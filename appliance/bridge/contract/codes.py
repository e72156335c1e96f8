"""What a code says, as it goes over the bridge: the objects of `appliance.decode.payloads`."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.bridge.contract.schema import (
    Schema,
    array,
    const,
    date,
    extended,
    integer,
    nullable,
    obj,
    one_of,
    ref,
    string,
    words,
)
from appliance.decode.payloads import Kind, WarningCode
from appliance.decode.symbol import Symbology

__all__ = ["CODE_SCHEMAS"]

_TEXT_OR_NULL = nullable(string())

_PAYLOAD_SCHEMAS: Mapping[str, Schema] = {
    "Patient": obj(
        "The patient as the prescriber's software named them.",
        {
            "family_name": nullable(string("Birth name where the INS is qualified; accents untouched.")),
            "given_name": _TEXT_OR_NULL,
            "birth_date": nullable(string("`YYYY-MM-DD` where day and month are known, else as it stands.")),
        },
    ),
    "Prescriber": obj(
        "Numbers of the prescriber as they stand; a wrong key is a warning of the code.",
        {
            "rpps": nullable(string("RPPS, 11 digits.")),
            "am": nullable(string("« Numéro AM », or the FINESS written in its place.")),
            "finess": nullable(string("Geographic FINESS, where it is given apart.")),
            "substitute_rpps": nullable(string("RPPS of the doctor who stands in.")),
        },
    ),
    "Ordonnance": obj(
        "What the QR code of an « ordonnance numérique » says. It never proves the prescription's state.",
        {
            "version": nullable(integer("Of the code's structure (`S.V`).")),
            "prescription_id": nullable(string("`D.ID`; null only where the code is damaged.")),
            "patient": nullable(ref("Patient"), "Absent from codes of the first version."),
            "prescriber": ref("Prescriber"),
            "extra": {"type": "object", "description": "Whatever else the code holds, in its own structure."},
        },
    ),
    "InsIdentity": obj(
        "The traits of an INS Data Matrix.",
        {
            "matricule": string("NIR or NIA with its key.", minLength=15, maxLength=15),
            "oid": string("Who assigned it."),
            "given_names": array(string(), "Birth given names, in order.", minItems=1),
            "birth_name": string("Family name at birth."),
            "sex": string("`M` or `F`.", enum=["M", "F"]),
            "birth_date": date("Unknown days and months stand there by convention."),
            "birth_place": nullable(string("INSEE code of the commune, or of the country (99xxx).")),
            "degraded": {
                "type": "boolean",
                "description": "Separators were lost on the way and put back; check with the paper.",
            },
        },
    ),
    "PrescriberBarcode": obj(
        "A number of the prescriber printed as Code 128: one of the two.",
        {"rpps": _TEXT_OR_NULL, "am_or_finess": _TEXT_OR_NULL},
    ),
    "Medicine": obj(
        "The GS1 Data Matrix, or the CIP 13, of a medicine's box.",
        {
            "gtin": string("14 digits.", pattern="^[0-9]{14}$"),
            "cip13": nullable(string("13 digits.", pattern="^[0-9]{13}$")),
            "lot": _TEXT_OR_NULL,
            "expiry": nullable(date("Last day of use.")),
            "serial": _TEXT_OR_NULL,
        },
    ),
    "TwoDoc": obj(
        "The header of a 2D-Doc. Its signature is not checked here.",
        {
            "version": integer(),
            "document_type": string("Two characters, for example `L1`."),
            "document_type_name": nullable(string("In French.")),
            "perimeter": _TEXT_OR_NULL,
            "country": _TEXT_OR_NULL,
            "authority": string("Certification authority, for example `FR03`."),
            "certificate": string("Certificate that signed."),
            "issued": nullable(date()),
            "signed": nullable(date()),
        },
    ),
    "Link": obj("A web address. Opening it is the client's risk.", {"url": string()}),
}

_CASES: Mapping[Kind, tuple[str, str, str | None]] = {
    Kind.ORDONNANCE: ("OrdonnanceCode", "Ordonnance numérique.", "Ordonnance"),
    Kind.INS: ("InsCode", "INS identity.", "InsIdentity"),
    Kind.PRESCRIBER: ("PrescriberCode", "RPPS, AM or FINESS number.", "PrescriberBarcode"),
    Kind.MEDICINE: ("MedicineCode", "Box of a medicine.", "Medicine"),
    Kind.TWODOC: ("TwoDocCode", "2D-Doc.", "TwoDoc"),
    Kind.LINK: ("LinkCode", "Web address.", "Link"),
    Kind.OPAQUE: ("OpaqueCode", "Anything else; the « appli carte Vitale » code too. Take its bytes.", None),
}
"""Of each kind: name of its schema, what it is, schema of its payload (null where there is none)."""


_BOX = obj(
    "Beside what the code of a box says; absent where its code could not be read.",
    {
        "count": integer("Boxes of this product in the visit, told apart by serials.", minimum=1),
        "days_left": nullable(integer("Days until its expiry, negative after it."), "Null: none named."),
        "is_expired": {"type": "boolean"},
        "is_soon": {"type": "boolean", "description": "Within the days that the settings name."},
    },
)


def _case(kind: Kind) -> Schema:
    _, description, payload = _CASES[kind]
    boxes = {"box": _BOX} if kind is Kind.MEDICINE else {}
    of_payload = {"type": "null"} if payload is None else nullable(ref(payload), "Null where unreadable.")
    return extended(
        "Code",
        description,
        {"kind": const(kind.value), "payload": of_payload, **boxes},
        optional=tuple(boxes),
    )


CODE_SCHEMAS: Mapping[str, Schema] = {
    **_PAYLOAD_SCHEMAS,
    "Code": obj(
        "What every code has.",
        {
            "symbology": words("Kind of symbol.", [symbology.value for symbology in Symbology]),
            "text": string("The content for humans; may hold control characters. `bytes` is what counts."),
            "bytes": string("The raw content, separators intact.", contentEncoding="base64"),
            "kind": words("What it is.", [kind.value for kind in Kind]),
            "payload": {"description": "What it says, by `kind`."},
            "warnings": array(
                words("What is odd about it.", [code.value for code in WarningCode]), "Gravest first."
            ),
            "sighting": string("Opaque id of this presentation: the same code laid again has another."),
        },
    ),
    **{_CASES[kind][0]: _case(kind) for kind in Kind},
    "OtherCode": extended(
        "Code",
        "A kind that is newer than this document.",
        {"kind": {"type": "string", "not": {"enum": [kind.value for kind in Kind]}}},
    ),
    "CodeRead": one_of(
        "A code as it was read; `payload` depends on `kind`.",
        "kind",
        {kind.value: name for kind, (name, _, _) in _CASES.items()},
        "OtherCode",
    ),
}
"""Component schemas by name."""
