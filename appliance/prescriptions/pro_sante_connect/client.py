"""The requests of the protocol, one method each: CIBA, token, refresh, userinfo, revocation.

OpenID CIBA Core 1.0 (§7 authentication request, §10.1 poll, §11 errors), RFC 6749 §6 (refresh), RFC 7009.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.clock import NS_PER_S, Clock
from appliance.prescriptions.pro_sante_connect.configuration import SCOPE, PscConfiguration, accepted_acr
from appliance.prescriptions.pro_sante_connect.errors import (
    BadAnswerError,
    ClientRefusedError,
    DeniedError,
    ExpiredError,
    PscError,
    UnknownUserError,
)
from appliance.prescriptions.pro_sante_connect.metadata import DISCOVERY_PATH, ProviderMetadata
from appliance.prescriptions.pro_sante_connect.professional import Professional, professional
from appliance.prescriptions.pro_sante_connect.tokens import (
    Expected,
    TokenAnswer,
    UnknownKeyError,
    key_set,
    verified_claims,
)
from appliance.prescriptions.pro_sante_connect.transport import Answer, Transport

__all__ = [
    "DEFAULT_INTERVAL_S",
    "MAX_INTERVAL_S",
    "MAX_WAIT_S",
    "PendingLogin",
    "PscClient",
    "RefreshRefusedError",
    "SlowDownError",
    "StillPendingError",
]

_log = logging.getLogger(__name__)

CIBA_GRANT = "urn:openid:params:grant-type:ciba"
DEFAULT_INTERVAL_S = 5
"""Where the provider names none (CIBA Core §7.3)."""
MAX_INTERVAL_S = 60
MAX_WAIT_S = 600
"""Nobody waits longer for a telephone, whatever the provider allows."""
_NUMBERS = 100
"""The message to compare has two digits: 00 to 99."""


class StillPendingError(PscError):
    """The person has not answered yet: ask again after the interval."""

    refusal = ExpiredError.refusal


class SlowDownError(StillPendingError):
    """The same, and the interval is five seconds longer from now on (CIBA Core §11)."""


class RefreshRefusedError(PscError):
    """The provider ended the session: log in again."""

    refusal = ExpiredError.refusal


_ERRORS: Mapping[str, type[PscError]] = {
    "authorization_pending": StillPendingError,
    "slow_down": SlowDownError,
    "expired_token": ExpiredError,
    "access_denied": DeniedError,
    "unknown_user_id": UnknownUserError,
    "invalid_client": ClientRefusedError,
    "unauthorized_client": ClientRefusedError,
    "unsupported_grant_type": ClientRefusedError,
    "invalid_scope": ClientRefusedError,
}
"""By the words of RFC 6749 §5.2 and CIBA Core §11 and §13; any other is an answer not understood."""


class _Acknowledgement(BaseModel):
    """CIBA Core §7.3."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    auth_req_id: Annotated[str, Field(min_length=1, max_length=4096)]
    expires_in: Annotated[int, Field(ge=1)]
    interval: Annotated[int, Field(ge=0, le=MAX_INTERVAL_S)] = DEFAULT_INTERVAL_S


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """A login that waits for the person.

    Attributes:
        number: two digits, shown here and on the telephone; the person compares.
        interval_s: least time between two polls.
        expires_ns: when it is too late (CLOCK_MONOTONIC).
        national_id: who was asked.
        auth_req_id, nonce: of this login alone.
        began_s: Unix time of its beginning.
    """

    number: str
    interval_s: int
    expires_ns: int
    national_id: str = field(repr=False)
    auth_req_id: str = field(repr=False)
    nonce: str = field(repr=False)
    began_s: float = field(repr=False)


class PscClient:
    """Speaks to the provider; knows its description and keys, and no token. Used by one thread.

    Args:
        configuration: who we are.
        transport: the way there.
        clock: time.
        random_below: a number by lot below its argument, each as likely.
        random_text: a text that nobody can guess.
    """

    def __init__(
        self,
        configuration: PscConfiguration,
        transport: Transport,
        clock: Clock,
        random_below: Callable[[int], int],
        random_text: Callable[[], str],
    ) -> None:
        self._configuration = configuration
        self._transport = transport
        self._clock = clock
        self._random_below = random_below
        self._random_text = random_text
        self._metadata: ProviderMetadata | None = None
        self._keys: KeySet | None = None

    @property
    def session_s(self) -> float:
        """How long a login is kept up at most."""
        return self._configuration.session_s

    def start(self, national_id: str) -> PendingLogin:
        """Ask the person to log in, on their telephone.

        Raises:
            PscError: see there.
        """
        metadata = self._described()
        number = f"{self._random_below(_NUMBERS):02}"
        nonce = self._random_text()
        began_s = self._clock.now().timestamp()
        form = {
            "scope": SCOPE,
            "login_hint": national_id,
            "binding_message": number,
            "acr_values": self._configuration.acr,
            "nonce": nonce,
        }
        answer = self._post(metadata.backchannel_authentication_endpoint, form)
        try:
            told = _Acknowledgement.model_validate(dict(answer.content))
        except ValidationError:
            raise BadAnswerError("no acknowledgement") from None
        wait_s = min(told.expires_in, MAX_WAIT_S)
        return PendingLogin(
            number=number,
            interval_s=max(told.interval, 1),
            expires_ns=self._clock.monotonic_ns() + wait_s * NS_PER_S,
            national_id=national_id,
            auth_req_id=told.auth_req_id,
            nonce=nonce,
            began_s=began_s,
        )

    def poll(self, pending: PendingLogin) -> TokenAnswer:
        """Ask whether the person has answered.

        Raises:
            StillPendingError, SlowDownError: not yet.
            PscError: see there.
        """
        form = {"grant_type": CIBA_GRANT, "auth_req_id": pending.auth_req_id}
        return TokenAnswer.checked(self._post(self._described().token_endpoint, form).content)

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """New tokens for old.

        Raises:
            RefreshRefusedError: the provider says that the session is over.
            PscError: see there.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return TokenAnswer.checked(self._post(self._described().token_endpoint, form).content)

    def subject(self, tokens: TokenAnswer, pending: PendingLogin, subject: str | None = None) -> str:
        """`sub` of the ID token, all of which was checked.

        Args:
            tokens: as the token endpoint gave them.
            pending: the login they are of.
            subject: of tokens refreshed: whom they must still be of; a nonce is then not needed (§12.2).

        Raises:
            PscError: see there.
        """
        expected = Expected(
            issuer=self._configuration.issuer,
            client_id=self._configuration.client_id,
            acr=accepted_acr(self._configuration.acr),
            nonce=pending.nonce,
            nonce_required=self._configuration.nonce_required and subject is None,
            not_before_s=pending.began_s,
            auth_req_id=pending.auth_req_id,
            subject=subject,
        )

        def now() -> int:
            return int(self._clock.now().timestamp())

        if self._keys is None:
            self._keys = self._fetched_keys()
        try:
            return str(verified_claims(tokens, self._keys, expected, now)["sub"])
        except UnknownKeyError:
            # The provider may have changed its keys: they are asked for again, once for a token.
            self._keys = self._fetched_keys()
            return str(verified_claims(tokens, self._keys, expected, now)["sub"])

    def who(self, tokens: TokenAnswer, subject: str, national_id: str) -> Professional:
        """Whom the tokens are of, who must be a pharmacist and the one asked for.

        Raises:
            PscError: see there.
        """
        answer = self._transport.get(self._described().userinfo_endpoint, token=tokens.access_token)
        if answer.status != 200:
            raise BadAnswerError(f"HTTP {answer.status} from userinfo")
        return professional(answer.content, subject=subject, national_id=national_id)

    def revoke(self, tokens: TokenAnswer) -> bool:
        """Have the provider forget the tokens; whether it said that it did. Never raises a PscError."""
        try:
            metadata = self._described()
            if metadata.revocation_endpoint is not None:
                for hint, token in self._revocable(tokens):
                    self._post(metadata.revocation_endpoint, {"token": token, "token_type_hint": hint})
            elif metadata.end_session_endpoint is not None and tokens.refresh_token is not None:
                self._post(metadata.end_session_endpoint, {"refresh_token": tokens.refresh_token})
            else:
                return False
        except PscError as error:
            _log.warning("the tokens could not be revoked, they end by themselves: %s", type(error).__name__)
            return False
        return True

    @staticmethod
    def _revocable(tokens: TokenAnswer) -> list[tuple[str, str]]:
        """The refresh token first: with it goes what was made of it."""
        both = [("refresh_token", tokens.refresh_token), ("access_token", tokens.access_token)]
        return [(hint, token) for hint, token in both if token is not None]

    def _described(self) -> ProviderMetadata:
        if self._metadata is None:
            url = self._configuration.issuer + DISCOVERY_PATH
            answer = self._transport.get(url)
            if answer.status != 200:
                raise BadAnswerError(f"HTTP {answer.status} from discovery")
            self._metadata = ProviderMetadata.checked(
                answer.content, self._configuration.issuer, self._transport.is_here
            )
        return self._metadata

    def _fetched_keys(self) -> KeySet:
        answer = self._transport.get(self._described().jwks_uri)
        if answer.status != 200:
            raise BadAnswerError(f"HTTP {answer.status} from the key set")
        return key_set(answer.content)

    def _post(self, url: str, form: Mapping[str, str]) -> Answer:
        auth = (self._configuration.client_id, self._configuration.secret())
        answer = self._transport.post(url, form, auth)
        if 200 <= answer.status < 300:
            return answer
        raise _refusal(answer.content, form)


def _refusal(content: Mapping[str, Any], form: Mapping[str, str]) -> PscError:
    word = content.get("error")
    if word == "invalid_grant":
        # Of a refresh: the session is over. Of a poll: the request is, or was answered before.
        over = RefreshRefusedError if form.get("grant_type") == "refresh_token" else ExpiredError
        return over("invalid_grant")
    error = _ERRORS.get(word) if isinstance(word, str) else None
    return error(word) if error is not None else BadAnswerError("an error that the protocol does not have")
