"""The login at Pro Santé Connect in the contract: its state, and the payloads of its events."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.bridge.contract.schema import Schema, nullable, obj, string, words

__all__ = ["SESSION_PAYLOADS", "SESSION_SCHEMAS"]

_SESSION = string("This session: new at each login. Opaque.")
_PROFESSION = "Nomenclature G15: `21` is a pharmacist."

SESSION_PAYLOADS: Mapping[str, Schema] = {
    "SessionOpened": obj(
        "A pharmacist logged in with the e-CPS. Supersedes whatever session was open before.",
        {
            "session": _SESSION,
            "provider": words("Where.", ["pro_sante_connect"]),
            "until": string("When it ends at the latest.", format="date-time"),
            "national_id": string("`8` and the RPPS."),
            "rpps": nullable(string("RPPS, 11 digits.")),
            "family_name": string(),
            "given_name": string(),
            "profession_code": string(_PROFESSION),
        },
    ),
    "SessionClosed": obj(
        "The session is over, its tokens are gone.",
        {
            "session": _SESSION,
            "reason": words(
                "Why.",
                ["asked", "card_removed", "time", "unreachable", "revoked", "refused", "stopped"],
            ),
        },
    ),
}
"""Payloads of events, by the name of their schema."""

SESSION_SCHEMAS: Mapping[str, Schema] = {
    "Session": obj(
        "The login at Pro Santé Connect. Never who: that is in the events.",
        {
            "state": words("", ["disabled", "closed", "starting", "waiting", "open", "unknown"]),
            "profession_code": nullable(string(_PROFESSION)),
            "until": nullable(string("When it ends at the latest.", format="date-time")),
        },
    ),
}
"""Other component schemas by name."""
