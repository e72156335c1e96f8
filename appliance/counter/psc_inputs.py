"""What can happen around Pro Santé Connect: inputs of `reduce`. `attempt` says which login they are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.prescriptions.pro_sante_connect.errors import PscRefusal, SessionEnd
from appliance.prescriptions.pro_sante_connect.professional import Professional

__all__ = [
    "PscAsked",
    "PscEndAsked",
    "PscEnded",
    "PscHappening",
    "PscLoggedIn",
    "PscNumber",
    "PscRefused",
    "PscStopped",
]


@dataclass(frozen=True, slots=True)
class PscAsked:
    """The person wants to log in, or, logged in, to see it."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class PscEndAsked:
    """The person ends: « fin de service »; of a login that is still going on, gives it up."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class PscNumber:
    """The telephone shows these two digits, until then (CLOCK_MONOTONIC)."""

    attempt: int
    number: str
    expires_ns: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class PscLoggedIn:
    """A pharmacist is logged in; `until` is UTC."""

    attempt: int
    who: Professional
    until: datetime
    at_ns: int


@dataclass(frozen=True, slots=True)
class PscRefused:
    """There will be no session."""

    attempt: int
    reason: PscRefusal
    at_ns: int


@dataclass(frozen=True, slots=True)
class PscEnded:
    """The session that was open is over."""

    attempt: int
    reason: SessionEnd
    at_ns: int


@dataclass(frozen=True, slots=True)
class PscStopped:
    """The program ends, and every session with it."""

    at_ns: int


PscHappening = PscAsked | PscEndAsked | PscNumber | PscLoggedIn | PscRefused | PscEnded | PscStopped
