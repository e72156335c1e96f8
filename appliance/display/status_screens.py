"""What the OLED can say of the status of a prescription; strings are data as read, as on all screens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar, Final

from appliance.display.value import ScreenValue, check_count
from appliance.prescriptions.status import Place, Source

__all__ = ["LineShown", "SeenAgain", "Standing", "StatusHead"]

_HOUR: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


@unique
class Standing(StrEnum):
    """How a prescription stands, as one word on the screen."""

    LOOKING = "looking"
    FAILED = "failed"
    """Not known, and why stands beside it."""
    UNKNOWN = "unknown"
    """The source answered with a word that means nothing to us."""
    NOT_FOUND = "not_found"
    TO_DISPENSE = "to_dispense"
    PARTLY_DISPENSED = "partly_dispensed"
    DISPENSED = "dispensed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, repr=False)
class LineShown(ScreenValue):
    """One line of a prescription.

    Attributes:
        label: the product as the source names it.
        prescribed: quantity; None for a duration.
        dispensed: quantity so far, wherever.
        place: where it was dispensed last; None where that is not said, or nothing was.
        day: when, as `03/01/2026`.
    """

    label: str
    prescribed: int | None
    dispensed: int
    place: Place | None = None
    day: str | None = None

    def __post_init__(self) -> None:
        """Refuse negative quantities."""
        check_count("dispensed", self.dispensed)
        if self.prescribed is not None:
            check_count("prescribed", self.prescribed)


@dataclass(frozen=True, slots=True, repr=False)
class StatusHead(ScreenValue):
    """What is known of a prescription's status.

    Attributes:
        standing: in one word.
        source: who says so; None while nobody does.
        hour: when it was so; of FAILED, since when nobody says, None where that is not known.
        failure: of FAILED, why: the name of a `Cause`.
        minutes: of a failure that is the clock's, how much it is off.
        lines: of the prescription.
        line: of these, the one to show on the page of lines.
        secured: "ordonnance sécurisée".
        renewals_left: how often it may still be renewed; None where that is not said.
        no_consent: the patient did not agree that it be consulted.
    """

    standing: Standing
    source: Source | None = None
    hour: str | None = None
    failure: str = ""
    minutes: int = 0
    lines: tuple[LineShown, ...] = ()
    line: int = 0
    secured: bool = False
    renewals_left: int | None = None
    no_consent: bool = False

    def __post_init__(self) -> None:
        """Refuse an hour that is none, and a line that there is not."""
        if self.hour is not None and _HOUR.fullmatch(self.hour) is None:
            raise ValueError("an hour like 14:32")
        if self.line and not 0 <= self.line < len(self.lines):
            raise ValueError("one of the lines is shown")


@dataclass(frozen=True, slots=True, repr=False)
class SeenAgain(ScreenValue):
    """A prescription was laid before today, in another visit.

    Attributes:
        hour: of the last time.
        other_patient: another patient stood in its code then.
    """

    tells_identity: ClassVar[bool] = False

    hour: str
    other_patient: bool

    def __post_init__(self) -> None:
        """Refuse an hour that is none."""
        if _HOUR.fullmatch(self.hour) is None:
            raise ValueError("an hour like 14:32")
