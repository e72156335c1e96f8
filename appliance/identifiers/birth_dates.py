"""Birth dates, of which the day or the month may be unknown ("dates lunaires")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from appliance.identifiers.discreet import Discreet
from appliance.identifiers.errors import MalformedError

__all__ = ["OLDEST_YEAR", "BirthDate"]

OLDEST_YEAR: Final = 1800
"""No identity in use is older; a year before it is a misprint."""

_FORMS: Final = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{2})[-/](?P<month>[0-9]{2})[-/](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?"),
)
"""ISO, French, compact, and ISO cut short."""

_MONTHS: Final = 12
_LAST_DAY: Final = 31


@dataclass(frozen=True, slots=True, repr=False)
class BirthDate(Discreet):
    """A birth date as known.

    Attributes:
        year: 1800 or later.
        month: 1 to 12, None where unknown.
        day: 1 to 31, None where unknown.
    """

    year: int
    month: int | None
    day: int | None

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not OLDEST_YEAR <= self.year <= date.max.year:
            raise MalformedError("the year of a birth is 1800 or later")
        if self.month is not None and not 1 <= self.month <= _MONTHS:
            raise MalformedError("a month is 1 to 12")
        if self.day is not None and not 1 <= self.day <= _LAST_DAY:
            raise MalformedError("a day is 1 to 31")
        if self.month is not None and self.day is not None:
            self._date(self.month, self.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1966-02-23`, `23/02/1966`, `23-02-1966`, `19660223`, `1966-02` or `1966`.

        A month that no calendar has (00, 13 and over) and a day that its month does not have (00, 30
        February) stand for unknown ones: that is how lunar dates are written.

        Raises:
            MalformedError: none of these forms, or a year before 1800.
        """
        for form in _FORMS:
            if match := form.fullmatch(text):
                break
        else:
            raise MalformedError("not a date")
        year = int(match["year"])
        if year < OLDEST_YEAR:
            raise MalformedError("the year of a birth is 1800 or later")
        groups = match.groupdict()
        month = int(groups.get("month") or 0)
        day = int(groups.get("day") or 0)
        known_month = month if 1 <= month <= _MONTHS else None
        return cls(year, known_month, day if _exists(year, known_month, day) else None)

    @property
    def exact(self) -> date | None:
        """The date, where day and month are known."""
        return None if self.month is None or self.day is None else self._date(self.month, self.day)

    @property
    def conventional(self) -> date:
        """The date that INS identities carry for it (EXI ID 11 and 12 of the INS guide).

        An unknown day is the 1st, an unknown month January; both unknown are 31 December.
        """
        if self.month is None and self.day is None:
            return date(self.year, _MONTHS, _LAST_DAY)
        return self._date(self.month or 1, self.day or 1)

    def _date(self, month: int, day: int) -> date:
        try:
            return date(self.year, month, day)
        except ValueError:
            # Not chained: the text of the error may quote the date.
            raise MalformedError("no such day in that month") from None


def _exists(year: int, month: int | None, day: int) -> bool:
    if month is None:
        return 1 <= day <= _LAST_DAY
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
