"""One login, from the number on two screens to its end: what is due when. It never waits."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.base.clock import NS_PER_S, Clock
from appliance.prescriptions.pro_sante_connect.client import (
    MAX_INTERVAL_S,
    PendingLogin,
    PscClient,
    RefreshRefusedError,
    SlowDownError,
    StillPendingError,
)
from appliance.prescriptions.pro_sante_connect.errors import (
    BusyError,
    ExpiredError,
    PscError,
    SessionEnd,
    UnreachableError,
)
from appliance.prescriptions.pro_sante_connect.professional import Professional
from appliance.prescriptions.pro_sante_connect.tokens import TokenAnswer

__all__ = ["REFRESH_MARGIN_S", "RETRY_S", "SLOW_DOWN_S", "Opened", "Over", "PscSession"]

_log = logging.getLogger(__name__)

SLOW_DOWN_S = 5
"""What `slow_down` adds to the interval, for good (CIBA Core §11)."""

REFRESH_MARGIN_S = 60.0
"""Tokens are renewed so long before their end, or half their life where that is shorter."""

RETRY_S = 10.0
"""Between two tries of a refresh that found nobody."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A pharmacist is logged in; `until` is wall time, UTC."""

    who: Professional
    until: datetime


@dataclass(frozen=True, slots=True)
class Over:
    """The session ended by itself."""

    reason: SessionEnd


class PscSession:
    """See the module. Call `begin` once, `step` when `due_ns` has come, `close` at the end.

    Args:
        client: the requests.
        clock: time.
        national_id: who is to log in.
    """

    def __init__(self, client: PscClient, clock: Clock, national_id: str) -> None:
        self._client = client
        self._clock = clock
        self._national_id = national_id
        self._pending: PendingLogin | None = None
        self._interval_s = 0.0
        self._tokens: TokenAnswer | None = None
        self._subject = ""
        self._tokens_end_ns = 0
        self._end_ns = 0
        self.due_ns = 0

    def begin(self) -> PendingLogin:
        """Ask the person; what is to be shown.

        Raises:
            PscError: see there.
        """
        self._pending = pending = self._client.start(self._national_id)
        self._interval_s = pending.interval_s
        self._in_s(self._interval_s)
        return pending

    def step(self) -> Opened | Over | None:
        """Do what is due: poll, or refresh.

        Raises:
            PscError: there will be no session; nothing is left to close.
        """
        if self._pending is None:
            raise RuntimeError("a session begins first")
        if self._clock.monotonic_ns() < self.due_ns:
            return None
        return self._poll(self._pending) if self._tokens is None else self._renew(self._pending, self._tokens)

    def close(self) -> bool:
        """Forget the tokens, here and at the provider; whether it said so. May be called again."""
        tokens, self._tokens = self._tokens, None
        return tokens is None or self._client.revoke(tokens)

    def _poll(self, pending: PendingLogin) -> Opened | None:
        if self._clock.monotonic_ns() >= pending.expires_ns:
            raise ExpiredError("nobody answered")
        try:
            tokens = self._client.poll(pending)
        except SlowDownError:
            self._interval_s = min(self._interval_s + SLOW_DOWN_S, MAX_INTERVAL_S)
        except StillPendingError:
            pass
        except (UnreachableError, BusyError) as error:
            # A service in trouble is asked less and less (RFC 8628 §3.5, which CIBA took over).
            self._interval_s = min(self._interval_s * 2, MAX_INTERVAL_S)
            _log.info("a poll without an answer: %s", type(error).__name__)
        else:
            return self._open(pending, tokens)
        wait_ns = min(round(self._interval_s * NS_PER_S), pending.expires_ns - self._clock.monotonic_ns())
        self.due_ns = self._clock.monotonic_ns() + max(wait_ns, 0)
        return None

    def _open(self, pending: PendingLogin, tokens: TokenAnswer) -> Opened:
        try:
            self._subject = self._client.subject(tokens, pending)
            who = self._client.who(tokens, self._subject, self._national_id)
        except PscError:
            # What was given and is not believed must not live on.
            self._client.revoke(tokens)
            raise
        lasts_s = self._client.session_s
        if tokens.refresh_token is None:
            lasts_s = min(lasts_s, tokens.expires_in)
        self._end_ns = self._clock.monotonic_ns() + round(lasts_s * NS_PER_S)
        self._hold(tokens)
        return Opened(who, self._clock.now() + timedelta(seconds=lasts_s))

    def _renew(self, pending: PendingLogin, old: TokenAnswer) -> Over | None:
        now_ns = self._clock.monotonic_ns()
        if now_ns >= self._end_ns or old.refresh_token is None:
            return self._over(SessionEnd.TIME)
        try:
            tokens = self._client.refresh(old.refresh_token)
        except RefreshRefusedError:
            return self._over(SessionEnd.REVOKED)
        except (UnreachableError, BusyError) as error:
            if now_ns >= self._tokens_end_ns:
                return self._over(SessionEnd.UNREACHABLE)
            _log.info("a refresh without an answer: %s", type(error).__name__)
            self._in_s(RETRY_S, at_most_ns=self._tokens_end_ns)
            return None
        except PscError as error:
            _log.warning("a refresh was refused: %s", type(error).__name__)
            return self._over(SessionEnd.REFUSED)
        if tokens.refresh_token is None:
            # RFC 6749 §6: the old one stays in force.
            tokens = tokens.model_copy(update={"refresh_token": old.refresh_token})
        self._hold(tokens)
        return self._checked_again(pending, tokens)

    def _checked_again(self, pending: PendingLogin, tokens: TokenAnswer) -> Over | None:
        """Whether it is still the same person, and still a pharmacist."""
        try:
            if tokens.id_token is not None:
                self._client.subject(tokens, pending, self._subject)
            self._client.who(tokens, self._subject, self._national_id)
        except (UnreachableError, BusyError) as error:
            _log.info("the person could not be checked again: %s", type(error).__name__)
        except PscError as error:
            _log.warning("the person is no longer accepted: %s", type(error).__name__)
            return self._over(SessionEnd.REFUSED)
        return None

    def _over(self, reason: SessionEnd) -> Over:
        self.close()
        return Over(reason)

    def _hold(self, tokens: TokenAnswer) -> None:
        self._tokens = tokens
        life_s = float(tokens.expires_in)
        self._tokens_end_ns = self._clock.monotonic_ns() + round(life_s * NS_PER_S)
        margin_s = 0.0 if tokens.refresh_token is None else min(REFRESH_MARGIN_S, life_s / 2)
        self._in_s(life_s - margin_s, at_most_ns=self._end_ns)

    def _in_s(self, seconds: float, *, at_most_ns: int | None = None) -> None:
        due_ns = self._clock.monotonic_ns() + round(seconds * NS_PER_S)
        self.due_ns = due_ns if at_most_ns is None else min(due_ns, at_most_ns)
