"""Tokens, and whether an ID token is to be believed (OpenID Connect Core §3.1.3.7, CIBA Core §10.1)."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256, sha384, sha512
from typing import Annotated, Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.prescriptions.pro_sante_connect.errors import BadAnswerError, BadTokenError, ClockError

__all__ = [
    "ALGORITHMS",
    "CLOCK_LEEWAY_S",
    "MAX_KEYS",
    "MAX_TOKEN_CHARS",
    "Expected",
    "TokenAnswer",
    "UnknownKeyError",
    "key_set",
    "verified_claims",
]

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by the provider's own key: never `none`, nor an HMAC, which a public key could make."""

CLOCK_LEEWAY_S = 60
"""A device set by NTP is right to the second; beyond, its clock is wrong and that is said."""

MAX_TOKEN_CHARS = 16 * 1024
MAX_KEYS = 32

_HASHES = {"256": sha256, "384": sha384, "512": sha512}
_Token = Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_CHARS)]


class UnknownKeyError(BadTokenError):
    """No key of the set signed this token: the provider may have changed its keys since."""


class TokenAnswer(BaseModel):
    """What the token endpoint gives. Never in a repr, never on a disk."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    access_token: _Token = Field(repr=False)
    token_type: Annotated[str, Field(pattern=r"^[Bb]earer$")]
    expires_in: Annotated[int, Field(ge=1, le=86_400)]
    refresh_token: _Token | None = Field(default=None, repr=False)
    id_token: _Token | None = Field(default=None, repr=False)

    @classmethod
    def checked(cls, content: Mapping[str, Any]) -> TokenAnswer:
        """Read it.

        Raises:
            BadAnswerError: it is not of this form.
        """
        try:
            return cls.model_validate(dict(content))
        except ValidationError:
            raise BadAnswerError("no token answer") from None


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say.

    Attributes:
        issuer, client_id: who issued it, and for whom.
        acr: the levels of assurance that are enough.
        nonce: ours; where the token has one it must be this.
        nonce_required: whether it must have one.
        not_before_s: Unix time at which the login began; a token issued before it is of another one.
        auth_req_id: of this login; where the token names one it must be this.
        subject: whom a refreshed token must still be of; None where that is to be learnt.
    """

    issuer: str
    client_id: str
    acr: list[str]
    nonce: str = field(repr=False)
    nonce_required: bool
    not_before_s: float
    auth_req_id: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)


def key_set(content: Mapping[str, Any]) -> KeySet:
    """The provider's keys, of which those of an unknown kind are left out.

    Raises:
        BadAnswerError: no key set, or more than MAX_KEYS.
    """
    keys = content.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys) or len(keys) > MAX_KEYS:
        raise BadAnswerError("no key set")
    try:
        return KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadAnswerError("a key set without usable keys") from None


def verified_claims(
    answer: TokenAnswer, keys: KeySet, expected: Expected, now: Callable[[], int]
) -> Mapping[str, Any]:
    """The claims of the ID token, all checks passed.

    Args:
        answer: with the access token that the ID token vouches for.
        keys: the provider's.
        expected: of this login.
        now: Unix time.

    Raises:
        UnknownKeyError: signed by a key that is not in the set.
        ClockError: of another time.
        BadTokenError: anything else that does not hold, and where there is no ID token.
    """
    if answer.id_token is None:
        raise BadTokenError("no ID token")
    try:
        token = jwt.decode(answer.id_token, keys, algorithms=list(ALGORITHMS))
        _claims_registry(expected, now).validate(token.claims)
    except InvalidKeyIdError:
        raise UnknownKeyError("signed by an unknown key") from None
    except ExpiredTokenError:
        raise ClockError("an ID token that is over") from None
    except InvalidClaimError as error:
        if error.claim in {"iat", "nbf"}:
            raise ClockError("an ID token of the future") from None
        raise BadTokenError(f"the claim {error.claim} of the ID token") from None
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise BadTokenError(f"an ID token that does not hold: {type(error).__name__}") from None
    _check_rest(token, answer.access_token, expected)
    return token.claims


def _claims_registry(expected: Expected, now: Callable[[], int]) -> jwt.JWTClaimsRegistry:
    subject: jwt.ClaimsOption = {"essential": True}
    if expected.subject is not None:
        subject["value"] = expected.subject
    return jwt.JWTClaimsRegistry(
        now=now,
        leeway=CLOCK_LEEWAY_S,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub=subject,
        exp={"essential": True},
        iat={"essential": True},
        acr={"essential": True, "values": expected.acr},
        nonce={"essential": expected.nonce_required, "value": expected.nonce},
    )


def _check_rest(token: jwt.Token, access_token: str, expected: Expected) -> None:
    """What the library's registry of JWT claims does not know: rules of OpenID Connect and CIBA."""
    claims = token.claims
    if not all(isinstance(claims.get(name, ""), str) for name in ("nonce", "acr")):
        raise BadTokenError("nonce and acr are texts")
    audience, party = claims["aud"], claims.get("azp")
    if party is not None and party != expected.client_id:
        raise BadTokenError("issued to another client")
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        raise BadTokenError("of several clients, and issued to none of them")
    if claims["iat"] < expected.not_before_s - CLOCK_LEEWAY_S:
        raise BadTokenError("issued before this login began")
    named = claims.get("urn:openid:params:jwt:claim:auth_req_id", expected.auth_req_id)
    if named != expected.auth_req_id:
        raise BadTokenError("of another login")
    vouched = claims.get("at_hash")
    if vouched is not None:
        digest = _HASHES[str(token.header["alg"])[-3:]](access_token.encode()).digest()
        ours = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
        if not (isinstance(vouched, str) and hmac.compare_digest(vouched.encode(), ours)):
            raise BadTokenError("it vouches for another access token")
