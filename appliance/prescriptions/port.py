"""The port through which the status of a prescription is looked up, and all that an adapter may answer.

::

    LookUpError             no status; says why and what to do, in French, never about whom
    ├── UnreachableError    nobody answered in time, or nothing is there to answer
    ├── RefusedError        the service answered, and will not say
    ├── NotAuthorisedError  no login: the CPS is missing, was taken out, its code is not in force
    ├── BadAnswerError      an answer that is none, is of another prescription, or lies
    ├── ClockWrongError     the device's clock is off: what it signs is refused
    └── AbandonedError      whoever asked no longer wants to know

An adapter blocks, in a thread of its caller's; it looks at the deadline before each step and hands what is
left of it to its transport as the timeout.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.decode.payloads.ordonnance import MAX_PRESCRIPTION_ID_LENGTH, Patient, Prescriber
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.status import PrescriptionStatus

__all__ = [
    "MAX_SAID_CHARS",
    "AbandonedError",
    "BadAnswerError",
    "ClockWrongError",
    "Deadline",
    "LookUpError",
    "NotAuthorisedError",
    "RefusedError",
    "StatusQuery",
    "StatusSource",
    "UnreachableError",
]

MAX_SAID_CHARS: Final = 300
"""Of what a service gives as its reason; the rest is cut off."""


class LookUpError(Exception):
    """No status could be had; the subclasses say why.

    Attributes:
        code: stable name of the failure, for events and tests.
        cause: why, as a word of the catalogue; may be shown and told.
        reason: why, one French sentence; a service's own where the catalogue has none.
        remedy: what to do, one French sentence.
        detail: technical precision in English for the log, such as `connect_timeout`; never its answer.
    """

    code: ClassVar[str]

    def __init__(
        self, detail: str = "", *, cause: Cause | None = None, reason: str = "", remedy: str = ""
    ) -> None:
        self.detail = detail
        self.cause = cause or Cause(self.code)
        self.reason = (reason or self.cause.title)[:MAX_SAID_CHARS]
        self.remedy = (remedy or self.cause.remedy)[:MAX_SAID_CHARS]
        # Without the reason: a service may quote a name in it, and this text is logged.
        super().__init__(f"{self.code} ({detail})" if detail else self.code)


class UnreachableError(LookUpError):
    """Nobody answered in time; look up again later."""

    code = "unreachable"


class RefusedError(LookUpError):
    """The service answered and will not say; give its own reason and remedy where it has them."""

    code = "refused"


class NotAuthorisedError(LookUpError):
    """No login is in force; have the CPS put in and its code given, or the login with the e-CPS done."""

    code = "not_authorised"


class BadAnswerError(LookUpError):
    """The answer cannot be taken for a status; have the prescription looked at in the pharmacy software."""

    code = "bad_answer"


class ClockWrongError(LookUpError):
    """The device's clock is off, so that what it signs is refused; have its time set."""

    code = "clock_wrong"


class AbandonedError(LookUpError):
    """Whoever asked no longer wants to know; end quietly."""

    code = "abandoned"


class Deadline:
    """Until when an answer is of use, and whether it still is.

    Args:
        clock: time.
        seconds: how long from now.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._at_ns = clock.monotonic_ns() + round(seconds * NS_PER_S)
        self._abandoned = threading.Event()

    @property
    def remaining_s(self) -> float:
        """Seconds left, 0 when it has passed or nobody wants the answer any more."""
        if self._abandoned.is_set():
            return 0.0
        return max(0.0, (self._at_ns - self._clock.monotonic_ns()) / NS_PER_S)

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody wants the answer any more."""
        return self._abandoned.is_set()

    def abandon(self) -> None:
        """Say that nobody wants the answer any more (the CPS was taken out, the counter ends); any thread."""
        self._abandoned.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, at most until the deadline; False as soon as nobody wants the answer any more."""
        return not self._abandoned.wait(min(seconds, self.remaining_s))

    def check(self) -> float:
        """Seconds left, for a transport's timeout.

        Raises:
            AbandonedError: nobody wants the answer any more.
            UnreachableError: it has passed.
        """
        if self._abandoned.is_set():
            raise AbandonedError
        remaining_s = self.remaining_s
        if remaining_s <= 0:
            raise UnreachableError("deadline")
        return remaining_s


@dataclass(frozen=True, slots=True, repr=False)
class StatusQuery(Discreet):
    """What is asked.

    Attributes:
        prescription_id: `D.ID` of the code, at most MAX_PRESCRIPTION_ID_LENGTH characters.
        patient, prescriber: as the code names them; a source may need them, and may answer about others.
    """

    prescription_id: str
    patient: Patient | None = None
    prescriber: Prescriber | None = None

    def __post_init__(self) -> None:
        """Refuse an identifier that no code holds."""
        if not 1 <= len(self.prescription_id) <= MAX_PRESCRIPTION_ID_LENGTH:
            raise ValueError(f"a prescription id has 1 to {MAX_PRESCRIPTION_ID_LENGTH} characters")


class StatusSource(Protocol):
    """One way to the status of a prescription."""

    @property
    def name(self) -> str:
        """As in the settings, for the log."""
        ...

    def look_up(self, query: StatusQuery, *, deadline: Deadline) -> PrescriptionStatus:
        """Ask, and wait for the answer until the deadline; called from several threads at once.

        Raises:
            LookUpError: no status; the caller says so and may ask again.
        """
        ...
