"""ID tokens that must not be believed, one wrong thing each."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from appliance.simulation.pro_sante_connect.faults import Fault

__all__ = ["forged"]

_HOUR_S = 3600
_OTHER = "autre"

_CHANGED: Mapping[Fault, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Fault.WRONG_NONCE: lambda claims: {"nonce": _OTHER},
    Fault.WRONG_AUDIENCE: lambda claims: {"aud": _OTHER},
    Fault.TWO_AUDIENCES: lambda claims: {"aud": [claims["aud"], _OTHER], "azp": None},
    Fault.WRONG_PARTY: lambda claims: {"azp": _OTHER},
    Fault.WRONG_ISSUER: lambda claims: {"iss": f"{claims['iss']}2"},
    Fault.WEAK_ACR: lambda claims: {"acr": "0"},
    Fault.NO_ACR: lambda claims: {"acr": None},
    Fault.NO_NONCE: lambda claims: {"nonce": None},
    Fault.WRONG_AT_HASH: lambda claims: {"at_hash": _OTHER},
    Fault.OTHER_LOGIN: lambda claims: {"urn:openid:params:jwt:claim:auth_req_id": _OTHER},
    Fault.TOKEN_OVER: lambda claims: {"exp": claims["iat"] - _HOUR_S},
    Fault.TOKEN_OF_THE_FUTURE: lambda claims: {"iat": claims["iat"] + _HOUR_S},
    Fault.TOKEN_FROM_BEFORE: lambda claims: {"iat": claims["iat"] - _HOUR_S},
}
"""What differs; None takes the claim away."""


def forged(fault: Fault, claims: dict[str, Any], key: RSAKey, sign: Callable[[dict[str, Any]], str]) -> str:
    """A token with that fault; a good one where the fault is not of tokens."""
    if fault in _CHANGED:
        changed = {**claims, **_CHANGED[fault](claims)}
        return sign({name: value for name, value in changed.items() if value is not None})
    match fault:
        case Fault.BAD_SIGNATURE:
            head, body, signature = sign(claims).split(".")
            return ".".join((head, body, ("A" if signature[0] != "A" else "B") + signature[1:]))
        case Fault.FOREIGN_KEY:
            other = RSAKey.generate_key(2048, private=True)
            return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, other, algorithms=["RS256"])
        case Fault.ALG_NONE:
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
        case Fault.ALG_HS256:
            # A verifier that lets the token choose would take the public key for an HMAC's secret.
            public = OctKey.import_key(key.as_pem(private=False).hex())
            return jwt.encode({"alg": "HS256", "kid": key.kid}, claims, public, algorithms=["HS256"])
    return sign(claims)


def _part(content: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
