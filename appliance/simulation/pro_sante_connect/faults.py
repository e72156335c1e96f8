"""What the simulated provider can do wrong on command."""

from __future__ import annotations

from enum import StrEnum, unique

__all__ = ["Endpoint", "Fault"]


@unique
class Endpoint(StrEnum):
    """Where it does it."""

    DISCOVERY = "discovery"
    KEYS = "keys"
    CIBA = "ciba"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    USERINFO = "userinfo"
    REVOCATION = "revocation"


@unique
class Fault(StrEnum):
    """One wrong thing. Those of tokens are of the token endpoint whatever endpoint is named."""

    WRONG_NONCE = "wrong_nonce"
    NO_NONCE = "no_nonce"
    WRONG_AUDIENCE = "wrong_audience"
    TWO_AUDIENCES = "two_audiences"
    WRONG_PARTY = "wrong_party"
    WRONG_ISSUER = "wrong_issuer"
    WEAK_ACR = "weak_acr"
    NO_ACR = "no_acr"
    BAD_SIGNATURE = "bad_signature"
    FOREIGN_KEY = "foreign_key"
    ALG_NONE = "alg_none"
    ALG_HS256 = "alg_hs256"
    TOKEN_OVER = "token_over"  # noqa: S105 - a word
    TOKEN_OF_THE_FUTURE = "token_of_the_future"  # noqa: S105 - a word
    TOKEN_FROM_BEFORE = "token_from_before"  # noqa: S105 - a word
    WRONG_AT_HASH = "wrong_at_hash"
    OTHER_LOGIN = "other_login"
    NO_ID_TOKEN = "no_id_token"  # noqa: S105 - a word
    SLOW_DOWN = "slow_down"
    HTML = "html"
    BROKEN_JSON = "broken_json"
    NO_OBJECT = "no_object"
    EMPTY_OBJECT = "empty_object"
    HUGE = "huge"
    COMPRESSED = "compressed"
    DRIP = "drip"
    REDIRECT = "redirect"
    SERVER_ERROR = "server_error"
    UNKNOWN_ERROR = "unknown_error"
    OTHER_HOST = "other_host"
    OTHER_ISSUER = "other_issuer"
    NO_POLL_MODE = "no_poll_mode"
    OTHER_SUBJECT = "other_subject"
