"""The operations on ordonnances numériques: **a demonstration contract of our own, not the CNAM's**.

The real contract (SEL_MP_031, SEL_MP_032, SEL_MP_029) is given to approved editors only. Such an editor
replaces this module by its own mapping and nothing else: the names at the top, the table of states,
`question` and `read_status`. Every name below begins with `urn:comptoir:demonstration`, so that no message
of this contract can ever be taken for one of the real service, nor the reverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from lxml import etree
from pydantic import ValidationError

from appliance.prescriptions.port import StatusQuery
from appliance.prescriptions.status import (
    MAX_DISPENSATIONS,
    MAX_LABEL_CHARS,
    MAX_LINES,
    MAX_RAW_CODE_CHARS,
    Dispensation,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
    StatusPatient,
)
from appliance.prescriptions.tlsi.names import qualified
from appliance.prescriptions.tlsi.xml import (
    XmlRefusedError,
    children,
    element,
    only_child,
    optional_child,
    optional_text,
    text_of,
)

__all__ = [
    "ANSWER",
    "CONSULT_ACTION",
    "IS_DEMONSTRATION",
    "NAMESPACE",
    "PLACES",
    "QUESTION",
    "STATES",
    "question",
    "read_status",
]

IS_DEMONSTRATION: Final = True
"""Said wherever the source is named: "contrat de démonstration, pas celui de la CNAM"."""

NAMESPACE: Final = "urn:comptoir:demonstration:ordonnance:1"
CONSULT_ACTION: Final = "urn:comptoir:demonstration:ordonnance:1:consulter"
QUESTION: Final = "CONSULTER"
ANSWER: Final = "ORDONNANCE"

STATES: Final[Mapping[str, PrescriptionState]] = MappingProxyType(
    {
        "A_DELIVRER": PrescriptionState.TO_DISPENSE,
        "DELIVREE_PARTIELLEMENT": PrescriptionState.PARTLY_DISPENSED,
        "DELIVREE": PrescriptionState.DISPENSED,
        "ANNULEE": PrescriptionState.CANCELLED,
        "EXPIREE": PrescriptionState.EXPIRED,
        "INTROUVABLE": PrescriptionState.NOT_FOUND,
    }
)
"""What is in no table is UNKNOWN, with the code kept."""

PLACES: Final[Mapping[str, Place]] = MappingProxyType({"ICI": Place.HERE, "AILLEURS": Place.OTHER_PHARMACY})

_BOOLEANS: Final = MappingProxyType({"true": True, "1": True, "false": False, "0": False})
_MAX_NUMBER_CHARS: Final = 64
_MAX_DIGITS: Final = 6


def question(query: StatusQuery) -> etree._Element:
    """The element that asks for one prescription; nothing of the patient is sent."""
    number = element(NAMESPACE, "Numero", query.prescription_id, prefix="on")
    return element(NAMESPACE, QUESTION, (number,), prefix="on")


def read_status(answered: etree._Element, query: StatusQuery, at: datetime) -> PrescriptionStatus:
    """The status that an answer tells.

    Args:
        answered: the one element of the answer's body.
        query: what was asked.
        at: when it was answered, aware.

    Raises:
        XmlRefusedError: it is no such answer, or says what no prescription has; `other_prescription` where it
            is about another one.
    """
    if answered.tag != qualified(NAMESPACE, ANSWER):
        raise XmlRefusedError("not_a_prescription")
    number = text_of(only_child(answered, NAMESPACE, "Numero"), _MAX_NUMBER_CHARS)
    if number != query.prescription_id:
        raise XmlRefusedError("other_prescription")
    state = text_of(only_child(answered, NAMESPACE, "Etat"), MAX_RAW_CODE_CHARS)
    lines = children(answered, NAMESPACE, "Ligne", MAX_LINES)
    try:
        return PrescriptionStatus(
            prescription_id=number,
            state=STATES.get(state, PrescriptionState.UNKNOWN),
            source=Source.TLSI,
            at=at,
            lines=tuple(_line(line) for line in lines),
            consent=_boolean(answered, "Consentement"),
            secured=_boolean(answered, "Securisee"),
            renewals_total=_number(answered, "Renouvellements"),
            renewals_left=_number(answered, "RenouvellementsRestants"),
            raw_code=None if state in STATES else state or None,
            patient=_patient(answered),
        )
    except ValidationError as error:
        raise XmlRefusedError("out_of_bounds") from error


def _line(line: etree._Element) -> StatusLine:
    return StatusLine(
        label=optional_text(line, NAMESPACE, "Libelle", MAX_LABEL_CHARS) or "",
        code=optional_text(line, NAMESPACE, "Code", _MAX_NUMBER_CHARS),
        prescribed=_number(line, "Quantite"),
        dispensations=tuple(
            _dispensation(one) for one in children(line, NAMESPACE, "Delivrance", MAX_DISPENSATIONS)
        ),
    )


def _dispensation(one: etree._Element) -> Dispensation:
    quantity = _number(one, "Quantite")
    if quantity is None:
        raise XmlRefusedError("missing:Quantite")
    place = optional_text(one, NAMESPACE, "Lieu", _MAX_NUMBER_CHARS)
    day = optional_text(one, NAMESPACE, "Date", _MAX_NUMBER_CHARS)
    try:
        on = None if day is None else date.fromisoformat(day)
    except ValueError as error:
        raise XmlRefusedError("not_a_day:Date") from error
    return Dispensation(quantity, None if place is None else PLACES.get(place), on)


def _patient(answered: etree._Element) -> StatusPatient | None:
    patient = optional_child(answered, NAMESPACE, "Patient")
    if patient is None:
        return None
    names = ("NomNaissance", "Prenom", "DateNaissance")
    return StatusPatient(*(optional_text(patient, NAMESPACE, name) for name in names))


def _number(parent: etree._Element, name: str) -> int | None:
    text = optional_text(parent, NAMESPACE, name, _MAX_NUMBER_CHARS)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise XmlRefusedError(f"not_a_number:{name}")
    return int(text)


def _boolean(parent: etree._Element, name: str) -> bool | None:
    text = optional_text(parent, NAMESPACE, name, _MAX_NUMBER_CHARS)
    if text is None:
        return None
    if text not in _BOOLEANS:
        raise XmlRefusedError(f"not_a_boolean:{name}")
    return _BOOLEANS[text]
