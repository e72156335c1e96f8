"""A national base without a network: answers for what can be laid under the simulated camera.

Behind the same port as the real one, so that a whole counter can be shown and tested on one machine. What it
answers follows from the prescription's number alone, and from the day: the same today after any restart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from zlib import crc32

from appliance.base.clock import Clock
from appliance.decode.payloads import Patient
from appliance.prescriptions.port import Deadline, StatusQuery
from appliance.prescriptions.status import (
    Dispensation,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
    StatusPatient,
)

__all__ = ["SimulatedBase"]

_ANSWER_S: Final = 0.3
"""How long it takes to answer; what a national service takes on a good day."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A dispensation, so many days ago."""

    quantity: int
    place: Place
    days_ago: int


_Line = tuple[str, int, tuple[_Given, ...]]


@dataclass(frozen=True, slots=True)
class _Record:
    state: PrescriptionState
    lines: tuple[_Line, ...] = ()
    secured: bool | None = None
    renewals: tuple[int, int] | None = None


_ELSEWHERE = _Given(1, Place.OTHER_PHARMACY, 2)
_HERE = _Given(1, Place.HERE, 1)

_PAIN: Final[tuple[_Line, ...]] = (
    ("PARACÉTAMOL 1000 mg, comprimé", 2, ()),
    ("IBUPROFÈNE 400 mg, comprimé pelliculé", 1, ()),
    ("OMÉPRAZOLE 20 mg, gélule gastro-résistante", 1, ()),
)
_HEART: Final[tuple[_Line, ...]] = (
    ("BISOPROLOL 2,5 mg, comprimé", 3, ()),
    ("RAMIPRIL 5 mg, comprimé sécable", 3, ()),
    ("ATORVASTATINE 20 mg, comprimé", 3, ()),
    ("ACIDE ACÉTYLSALICYLIQUE 75 mg, comprimé", 3, ()),
)
_CHEST_BEGUN: Final[tuple[_Line, ...]] = (
    ("AMOXICILLINE 1 g, comprimé dispersible", 1, (_ELSEWHERE,)),
    ("PREDNISOLONE 20 mg, comprimé orodispersible", 1, ()),
)
_CHEST_GIVEN: Final[tuple[_Line, ...]] = (
    ("AMOXICILLINE 1 g, comprimé dispersible", 1, (_HERE,)),
    ("PREDNISOLONE 20 mg, comprimé orodispersible", 1, (_ELSEWHERE,)),
)

_OF_THE_COUNTER: Final[Mapping[str, _Record]] = MappingProxyType(
    {
        "202611201014370040": _Record(PrescriptionState.TO_DISPENSE, _PAIN),
        "202106180921110041": _Record(PrescriptionState.PARTLY_DISPENSED, _CHEST_BEGUN),
        "202106180921110042": _Record(PrescriptionState.TO_DISPENSE, _HEART, renewals=(3, 2)),
        "202611201131020043": _Record(PrescriptionState.TO_DISPENSE, _HEART, secured=True),
        "202611201502190044": _Record(PrescriptionState.CANCELLED, _CHEST_BEGUN),
        "202611201625480045": _Record(PrescriptionState.EXPIRED, _HEART),
        "202106180921110046": _Record(PrescriptionState.DISPENSED, _CHEST_GIVEN),
    }
)
"""Of the papers and telephones of the catalogue, each another state."""

_OF_OTHERS: Final = (
    _Record(PrescriptionState.TO_DISPENSE, _PAIN),
    _Record(PrescriptionState.TO_DISPENSE, _HEART, renewals=(5, 5)),
    _Record(PrescriptionState.PARTLY_DISPENSED, _CHEST_BEGUN),
    _Record(PrescriptionState.DISPENSED, _CHEST_GIVEN),
    _Record(PrescriptionState.NOT_FOUND),
)
"""What any other number gets one of."""


class SimulatedBase:
    """The source of the demonstration.

    Args:
        clock: stamps the answers.
        today: local day, from which the days of dispensations are counted.
        answer_s: how long it takes to answer.
    """

    name = "simulated"

    def __init__(self, clock: Clock, today: Callable[[], date], *, answer_s: float = _ANSWER_S) -> None:
        self._clock = clock
        self._today = today
        self._answer_s = answer_s

    def look_up(self, query: StatusQuery, *, deadline: Deadline) -> PrescriptionStatus:
        """What the base holds of it; see `StatusSource`."""
        deadline.wait(self._answer_s)
        deadline.check()
        number = query.prescription_id
        record = _OF_THE_COUNTER.get(number)
        if record is None:
            record = _OF_OTHERS[crc32(number.encode(errors="surrogatepass")) % len(_OF_OTHERS)]
        total, left = record.renewals or (None, None)
        return PrescriptionStatus(
            prescription_id=number,
            state=record.state,
            source=Source.SIMULATED,
            at=self._clock.now(),
            lines=tuple(self._line(line) for line in record.lines),
            consent=True,
            secured=record.secured,
            renewals_total=total,
            renewals_left=left,
            patient=_named(query.patient),
        )

    def _line(self, line: _Line) -> StatusLine:
        label, prescribed, given = line
        today = self._today()
        return StatusLine(
            label,
            prescribed=prescribed,
            dispensations=tuple(
                Dispensation(one.quantity, one.place, today - timedelta(days=one.days_ago)) for one in given
            ),
        )


def _named(patient: Patient | None) -> StatusPatient | None:
    """The patient as asked about: this base knows nobody by itself."""
    if patient is None:
        return None
    return StatusPatient(patient.family_name or None, patient.given_name or None, patient.birth_date or None)
