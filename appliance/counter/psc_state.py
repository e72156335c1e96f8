"""What the counter knows of the login at Pro Santé Connect. Frozen values; never a token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique

from appliance.base.clock import NS_PER_S
from appliance.prescriptions.pro_sante_connect.errors import PscRefusal
from appliance.prescriptions.pro_sante_connect.professional import Professional

__all__ = ["SESSION_SHOWN_NS", "PscPhase", "PscState"]

SESSION_SHOWN_NS = 10 * NS_PER_S
"""How long the screen says who is logged in, or why nobody is."""


@unique
class PscPhase(StrEnum):
    """Where the login is; as the bridge tells it."""

    DISABLED = "disabled"
    CLOSED = "closed"
    STARTING = "starting"
    WAITING = "waiting"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PscState:
    """The login.

    Attributes:
        phase: where it is; DISABLED where the settings do not want it.
        attempt: counts logins: what is said of an older one is not taken for this one.
        card: national id of the CPS in the reader that the login was asked for, with which it also ends.
        number: two digits, while WAITING.
        expires_ns: when WAITING ends.
        left_s: seconds until then, as of the last tick.
        who: who is logged in.
        until: end of the session, UTC.
        session: what the events call it.
        refusal: why there is no session, while the screen says so.
        ended: the screen says that the session is over.
        shown_until_ns: until when the screen speaks of the session.
    """

    phase: PscPhase = PscPhase.DISABLED
    attempt: int = 0
    card: str | None = None
    number: str = ""
    expires_ns: int = 0
    left_s: int = 0
    who: Professional | None = None
    until: datetime | None = None
    session: str = ""
    refusal: PscRefusal | None = None
    ended: bool = False
    shown_until_ns: int | None = None

    @property
    def is_logging_in(self) -> bool:
        """Whether a login is going on."""
        return self.phase in {PscPhase.STARTING, PscPhase.WAITING}

    def say(self, now_ns: int, *, refusal: PscRefusal | None = None, ended: bool = False) -> PscState:
        """With the screen speaking of the session for a while."""
        return replace(self, refusal=refusal, ended=ended, shown_until_ns=now_ns + SESSION_SHOWN_NS)

    def hide(self) -> PscState:
        """With nothing of it on the screen, but for a login that is going on."""
        return replace(self, refusal=None, ended=False, shown_until_ns=None)

    def closed(self) -> PscState:
        """Nobody logged in, nobody asked."""
        return PscState(phase=PscPhase.CLOSED, attempt=self.attempt)
