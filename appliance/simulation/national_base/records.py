"""The prescriptions of the simulated base: of every state and odd shape, the same ones for the same seed.

Those of the demonstration's papers are among them; all others are numbered and named by lot, of fiction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from appliance.base.clock import ManualClock
from appliance.decode.payloads import Ordonnance, interpret
from appliance.decode.symbol import Symbology
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.port import Deadline, StatusQuery
from appliance.prescriptions.status import (
    MAX_DISPENSATIONS,
    MAX_LABEL_CHARS,
    MAX_LINES,
    Dispensation,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
    StatusPatient,
)
from appliance.simulation.catalogue import CATALOGUE
from appliance.simulation.prescriptions import SimulatedBase

__all__ = ["DEFAULT_SEED", "RECORD_COUNT", "Record", "fictitious_records"]

DEFAULT_SEED: Final = 2026
RECORD_COUNT: Final = 300
"""Beside those of the demonstration's papers."""

_FAMILY_NAMES: Final = ("ESSAI", "FICTIF", "EXEMPLE", "TESTARD-DEMO", "D'ESSAI", "SPÉCIMEN", "MODÈLE")
_GIVEN_NAMES: Final = ("ALIX", "CAMILLE", "DOMINIQUE", "MARIE-CLAUDE", "ANDRÉ", "ZOÉ", "JEAN CHRISTOPHE")
_PRODUCTS: Final = (
    ("PARACÉTAMOL 1000 mg, comprimé", "3400935955838", 3),
    ("AMOXICILLINE 1 g, comprimé dispersible", "3400900001232", 2),
    ("BISOPROLOL 2,5 mg, comprimé", None, 3),
    ("ATORVASTATINE 20 mg, comprimé (QSP 3 mois)", None, None),
    ("OMÉPRAZOLE 20 mg, gélule gastro-résistante", None, 1),
    ("LÉVOTHYROXINE 75 µg, comprimé sécable", None, 1),
)
_MAX_LINES_DRAWN: Final = 6
_DAYS_BACK: Final = 60


@dataclass(frozen=True, slots=True, repr=False)
class Record(Discreet):
    """One prescription of the base.

    Attributes:
        status: what is true of it.
        raw_state: the state's code, where it is one that nobody knows.
    """

    status: PrescriptionStatus
    raw_state: str | None = None


def fictitious_records(today: date, seed: int = DEFAULT_SEED) -> Mapping[str, Record]:
    """All prescriptions by their number.

    Args:
        today: the day on which the base is; what was dispensed was so before.
        seed: another one gives other prescriptions.
    """
    source = Random(seed)  # noqa: S311 - fiction, not secrets
    made = [_drawn(source, today, index) for index in range(RECORD_COUNT)]
    made += _of_the_papers(today)
    return MappingProxyType({record.status.prescription_id: record for record in made})


def _drawn(source: Random, today: date, index: int) -> Record:
    """One by lot; states and shapes come round in turn, so that none is missing."""
    day = today - timedelta(days=source.randrange(1, _DAYS_BACK))
    number = f"{day:%Y%m%d}{index:06}{source.randrange(9999):04}"
    patient = StatusPatient(
        source.choice(_FAMILY_NAMES),
        source.choice(_GIVEN_NAMES),
        f"{source.randrange(1930, 2020)}-{source.randrange(1, 13):02}-{source.randrange(1, 29):02}",
    )
    states = [state for state in PrescriptionState if state is not PrescriptionState.NOT_FOUND]
    state = states[index % len(states)]
    plain = _status(source, number, patient, state, today)
    shape = _SHAPES[(index // len(states)) % len(_SHAPES)]
    raw_state = f"ETAT_{index:03}" if state is PrescriptionState.UNKNOWN else None
    return Record(shape(plain, today), raw_state)


def _status(
    source: Random, number: str, patient: StatusPatient | None, state: PrescriptionState, today: date
) -> PrescriptionStatus:
    products = source.sample(_PRODUCTS, source.randrange(1, _MAX_LINES_DRAWN))
    lines = tuple(
        StatusLine(label, code, quantity, _dispensations(state, index, quantity, today))
        for index, (label, code, quantity) in enumerate(products)
    )
    return PrescriptionStatus(
        prescription_id=number,
        state=state,
        source=Source.SIMULATED,
        at=datetime.combine(today, time(8), UTC),
        lines=lines,
        consent=True,
        secured=False,
        patient=patient,
    )


def _dispensations(
    state: PrescriptionState, index: int, quantity: int | None, today: date
) -> tuple[Dispensation, ...]:
    """All of it when dispensed; every other line, elsewhere, when partly."""
    boxes = quantity or 1
    if state is PrescriptionState.DISPENSED:
        return (Dispensation(boxes, Place.HERE, today - timedelta(days=3)),)
    if state is PrescriptionState.PARTLY_DISPENSED and index % 2 == 0:
        return (Dispensation(max(1, boxes - 1), Place.OTHER_PHARMACY, today - timedelta(days=12)),)
    return ()


def _renewable(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    return replace(status, renewals_total=5, renewals_left=3)


def _secured(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    return replace(status, secured=True)


def _without_consent(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    return replace(status, consent=False, lines=(), patient=None)


def _bare(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    return replace(status, lines=(), consent=None, secured=None, patient=None)


def _longest(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    line = replace(status.lines[0], label="X" * MAX_LABEL_CHARS)
    return replace(status, lines=(line,) * MAX_LINES)


def _often_dispensed(status: PrescriptionStatus, today: date) -> PrescriptionStatus:
    days = (today - timedelta(days=14 * turn) for turn in range(MAX_DISPENSATIONS, 0, -1))
    turns = tuple(Dispensation(1, Place.OTHER_PHARMACY, day) for day in days)
    return replace(status, lines=(replace(status.lines[0], prescribed=1, dispensations=turns),))


def _undated(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    return replace(
        status, lines=(replace(status.lines[0], dispensations=(Dispensation(1),)), *status.lines[1:])
    )


def _plain(status: PrescriptionStatus, _today: date) -> PrescriptionStatus:
    return status


_SHAPES: Final[tuple[Callable[[PrescriptionStatus, date], PrescriptionStatus], ...]] = (
    _plain,
    _renewable,
    _secured,
    _without_consent,
    _bare,
    _often_dispensed,
    _undated,
    _longest,
)


def _of_the_papers(today: date) -> list[Record]:
    """The prescriptions that the demonstration's papers and telephones show, as its other base has them."""
    clock = ManualClock(start=datetime.combine(today, time(8), UTC))
    base = SimulatedBase(clock, lambda: today, answer_s=0.0)
    found: dict[str, Record] = {}
    for item in CATALOGUE:
        for symbology, content in item.symbols:
            payload = interpret(symbology, content).payload if symbology is Symbology.QR_CODE else None
            if isinstance(payload, Ordonnance) and payload.prescription_id is not None:
                query = StatusQuery(payload.prescription_id, payload.patient)
                found[query.prescription_id] = Record(base.look_up(query, deadline=Deadline(clock, 1.0)))
    return list(found.values())
