"""What the counter knows of the status of prescriptions. Frozen values; a query holds an identity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique

from appliance.base.clock import NS_PER_S
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.port import StatusQuery
from appliance.prescriptions.status import PrescriptionStatus

__all__ = [
    "ANSWER_NS",
    "MAX_TRACKED",
    "MAX_WAITING",
    "RETRY_NS",
    "WAITING_NS",
    "Asking",
    "Failure",
    "Repeat",
    "StatusPolicy",
    "StatusesState",
    "Tracked",
]

ANSWER_NS = 3_800_000_000
"""Without an answer for so long the status is called unknown: with a tick, within 4 s. A later one counts."""

MAX_TRACKED = 64
"""Prescriptions followed at once: four visits of a dozen sheets, and those that wait for the base."""

MAX_WAITING = 32
"""Prescriptions looked up again by themselves when nobody answers; beyond, the oldest is given up."""

WAITING_NS = 15 * 60 * NS_PER_S
"""After so long without an answer a prescription is given up: its patient has long left."""

RETRY_NS = (5 * NS_PER_S, 10 * NS_PER_S, 20 * NS_PER_S, 40 * NS_PER_S, 60 * NS_PER_S)
"""Between one try and the next; the last goes on. The first success makes all others due."""


@unique
class Asking(StrEnum):
    """How the status comes."""

    NEVER = "never"
    ASK = "ask"
    """The device asks a source."""
    AWAIT = "await"
    """The pharmacy software looks and says it over the bridge."""


@dataclass(frozen=True, slots=True)
class StatusPolicy:
    """What is done for a prescription that was laid.

    Attributes:
        asking: how its status comes.
        needs_card: a source that asks with the CPS, so that nothing is asked or believed without it.
        is_expected: an answer is due. A pharmacy software that has never said a status is not waited for:
            it may be one that cannot.
    """

    asking: Asking = Asking.NEVER
    needs_card: bool = False
    is_expected: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the status is not known.

    Attributes:
        code: of a `LookUpError`, or `lgo_silent`, or `other_patient`.
        since: local time.
        cause: the same, finer where it is known.
    """

    code: str
    since: datetime | None
    cause: Cause


@dataclass(frozen=True, slots=True)
class Repeat:
    """The prescription was laid before, today, in another visit.

    Attributes:
        at: local time of the last time.
        other_patient: another patient stood in the code then.
        seen: somebody took note of it with OK.
    """

    at: datetime
    other_patient: bool
    seen: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Tracked(Discreet):
    """One prescription that lies there, or whose status is still owed.

    Attributes:
        query: what is asked.
        visit: the last visit that it was laid in.
        asked_ns: when its status was first asked for.
        request: number of the look-up under way.
        status: what was answered or pushed.
        failure: why there is none; stays while it is looked up again by itself.
        tries: look-ups that found nobody.
        retry_ns: when it is looked up again by itself.
        repeat: that it was laid before today.
        is_expected: an answer is due, so that its absence is said.
    """

    query: StatusQuery
    visit: str
    asked_ns: int
    request: int | None = None
    status: PrescriptionStatus | None = None
    failure: Failure | None = None
    tries: int = 0
    retry_ns: int | None = None
    repeat: Repeat | None = None
    is_expected: bool = True

    @property
    def id(self) -> str:
        """The prescription's number."""
        return self.query.prescription_id

    @property
    def is_open(self) -> bool:
        """Whether an answer is due, and nothing is known yet, not even that there is none."""
        return self.is_expected and self.status is None and self.failure is None

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to say of it, and nothing is waited for."""
        return not self.is_expected and self.status is None and self.failure is None


@dataclass(frozen=True, slots=True)
class StatusesState:
    """The prescriptions followed.

    Attributes:
        policy: how their status comes.
        tracked: the last laid last.
        requests: look-ups begun so far.
        outage: local time since which nobody answers.
    """

    policy: StatusPolicy = StatusPolicy()
    tracked: tuple[Tracked, ...] = ()
    requests: int = 0
    outage: datetime | None = None

    def of(self, prescription_id: str | None) -> Tracked | None:
        """What is followed of that prescription."""
        return next((one for one in self.tracked if one.id == prescription_id), None)

    def of_request(self, request: int) -> Tracked | None:
        """Whose look-up that is."""
        return next((one for one in self.tracked if one.request == request), None)

    def having(self, changed: Tracked) -> StatusesState:
        """With that one in place of the one of the same prescription, or added; the oldest makes room."""
        if self.of(changed.id) is None:
            return replace(self, tracked=(*self.tracked, changed)[-MAX_TRACKED:])
        tracked = tuple(changed if one.id == changed.id else one for one in self.tracked)
        return replace(self, tracked=tracked)
