"""Pairing in the contract: bodies, answers and operations of `/v1/pairings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.bridge.contract.schema import Schema, array, const, integer, obj, string, words
from appliance.bridge.problems import ProblemCode
from appliance.bridge.rights import Scope
from appliance.pairing.exchange import MAX_CLIENT_NAME_CHARACTERS, WINDOW_NS
from appliance.pairing.number import NONCE_BYTES

__all__ = ["PAIRING_OPERATIONS", "PAIRING_SCHEMAS"]

_BASE64_CHARACTERS = 44
"""32 bytes in base64."""

_BYTES = {"minLength": _BASE64_CHARACTERS, "maxLength": _BASE64_CHARACTERS, "contentEncoding": "base64"}
_GONE = (ProblemCode.PAIRING_GONE,)
_BODY = (ProblemCode.BODY_INVALID, ProblemCode.BODY_TOO_LARGE, ProblemCode.MEDIA_TYPE_UNSUPPORTED)

PAIRING_SCHEMAS: Mapping[str, Schema] = {
    "PairingWanted": obj(
        "A software asks to be paired.",
        {
            "name": string(
                "Shown on the device and kept for the list of clients: the software and the workstation, "
                "never a person.",
                minLength=1,
                maxLength=MAX_CLIENT_NAME_CHARACTERS,
            ),
            "commitment": string(
                "Base64 of SHA-256(`comptoir pairing commitment v1` NUL nonce), over a fresh random nonce of "
                f"{NONCE_BYTES} bytes that is revealed in the next step.",
                **_BYTES,
            ),
            "scopes": array(
                {"type": "string", "enum": [Scope.EVENTS.value, Scope.STATUS.value]},
                "What it needs; both where left out.",
                minItems=1,
                maxItems=2,
            ),
        },
        optional=("scopes",),
        closed=True,
    ),
    "PairingBegun": obj(
        "The device's part.",
        {
            "id": string("This pairing's secret name: whoever has it gets the token."),
            "device_nonce": string("Base64.", **_BYTES),
            "expires_in": integer("Seconds that the window lasts.", minimum=0, maximum=WINDOW_NS // 10**9),
        },
    ),
    "PairingReveal": obj(
        "The nonce that was committed to.", {"nonce": string("Base64.", **_BYTES)}, closed=True
    ),
    "PairingPending": obj(
        "Not confirmed yet.",
        {"state": words("`comparing`: both sides show the digits.", ["committed", "comparing"])},
    ),
    "PairingConfirmed": obj(
        "OK was pressed on the device. Keep the token, pin the key, then DELETE the pairing.",
        {
            "state": const("confirmed"),
            "token": string("For `Authorization: Bearer`."),
            "client": obj("", {"id": string(), "name": string(), "scopes": array(string())}),
        },
    ),
}

_PAIRING_DESCRIPTION = """\
Open a window on the device first (hold OK for three seconds). Begin, then reveal; then show the first eight
bytes of SHA-256(`comptoir pairing number v1` NUL key device_nonce nonce), read as a big-endian number, modulo
1,000,000, as six digits. `key` is the SHA-256 of the SubjectPublicKeyInfo of the certificate that *you* were
shown. The person compares the digits with the device's and presses OK there. Until then do not check the
certificate otherwise; from then on, accept this key and no other. Three tries a window, one at a time.
"""

PAIRING_OPERATIONS: Mapping[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/pairings"): {
        "summary": "Ask to be paired",
        "description": _PAIRING_DESCRIPTION,
        "status": "201",
        "answer": "PairingBegun",
        "problems": (
            *_BODY,
            ProblemCode.PAIRING_CLOSED,
            ProblemCode.PAIRING_BUSY,
            ProblemCode.PAIRING_TRIES,
        ),
        "body": "PairingWanted",
    },
    ("POST", "/v1/pairings/<pairing>/reveal"): {
        "summary": "Open the commitment",
        "answer": "PairingPending",
        "problems": (*_BODY, *_GONE, ProblemCode.PAIRING_MISMATCH),
        "body": "PairingReveal",
    },
    ("GET", "/v1/pairings/<pairing>"): {
        "summary": "Whether OK was pressed",
        "description": "Ask once a second. 410 where it was refused, or is over.",
        "answer": "PairingConfirmed",
        "further": {"202": ("Not yet.", "PairingPending")},
        "problems": (*_GONE, ProblemCode.CLIENTS_FULL),
    },
    ("DELETE", "/v1/pairings/<pairing>"): {
        "summary": "Give the pairing up, or say that the token is kept",
        "status": "204",
        "answer": None,
        "problems": _GONE,
    },
}
