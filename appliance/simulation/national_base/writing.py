"""What the simulated base answers: RESULTAT of INSi, ORDONNANCE of our demonstration contract."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from appliance.prescriptions.status import Place, PrescriptionState, StatusLine
from appliance.prescriptions.tlsi.insi import INSI_RESULT
from appliance.prescriptions.tlsi.ordonnance_operations import ANSWER, NAMESPACE, PLACES, STATES
from appliance.prescriptions.tlsi.xml import element
from appliance.simulation.national_base.people import Person
from appliance.simulation.national_base.records import Record

__all__ = ["insi_found", "insi_nothing", "not_found", "ordonnance"]

_STATE_CODES: Final[Mapping[PrescriptionState, str]] = MappingProxyType(
    {state: code for code, state in STATES.items()}
)
_PLACE_CODES: Final[Mapping[Place, str]] = MappingProxyType({place: code for code, place in PLACES.items()})
_NUMBER_CHARS: Final = 13
_ODD_STATE: Final = "ETAT_INCONNU"


def insi_nothing(code: str, label: str) -> etree._Element:
    """A RESULTAT without a person."""
    return _insi("RESULTAT", _report(code, label))


def insi_found(person: Person) -> etree._Element:
    """A RESULTAT with one person."""
    traits = {
        "NomNaissance": person.birth_name,
        "Prenom": person.given_names.split()[0],
        "ListePrenom": person.given_names,
        "Sexe": person.sex,
        "DateNaissance": person.birth_date,
        "LieuNaissance": person.birth_place,
    }
    individual = _insi(
        "INDIVIDU",
        _insi("INSACTIF", *_number(person.number, person.oid)),
        *(_insi("INSHISTO", *_number(number, person.oid)) for number in person.former),
        _insi("TIQ", *(_insi_text(name, value) for name, value in traits.items())),
    )
    return _insi("RESULTAT", _report("00", "OK"), individual)


def _insi(name: str, *content: etree._Element) -> etree._Element:
    return element(INSI_RESULT, name, content)


def _insi_text(name: str, text: str) -> etree._Element:
    return element(INSI_RESULT, name, text)


def _report(code: str, label: str) -> etree._Element:
    return _insi("CR", _insi_text("CodeCR", code), _insi_text("LibelleCR", label))


def _number(value: str, oid: str) -> tuple[etree._Element, etree._Element]:
    number = _insi_text("NumIdentifiant", value[:_NUMBER_CHARS])
    key = _insi_text("Cle", value[_NUMBER_CHARS:])
    return _insi("IdIndividu", number, key), _insi_text("OID", oid)


def not_found(number: str) -> etree._Element:
    """An ORDONNANCE that the base does not know."""
    state = _STATE_CODES[PrescriptionState.NOT_FOUND]
    return element(NAMESPACE, ANSWER, (_text("Numero", number), _text("Etat", state)), prefix="on")


def ordonnance(record: Record) -> etree._Element:
    """An ORDONNANCE as the base has it."""
    status = record.status
    patient = status.patient
    parts = [
        _text("Numero", status.prescription_id),
        _text("Etat", record.raw_state or _STATE_CODES.get(status.state, _ODD_STATE)),
        _flag("Consentement", status.consent),
        _flag("Securisee", status.secured),
        _text("Renouvellements", status.renewals_total),
        _text("RenouvellementsRestants", status.renewals_left),
    ]
    if patient is not None:
        names = (
            _text("NomNaissance", patient.family_name),
            _text("Prenom", patient.given_name),
            _text("DateNaissance", patient.birth_date),
        )
        parts.append(element(NAMESPACE, "Patient", names, prefix="on"))
    return element(NAMESPACE, ANSWER, (*parts, *(_line(line) for line in status.lines)), prefix="on")


def _line(line: StatusLine) -> etree._Element:
    dispensations = (
        element(
            NAMESPACE,
            "Delivrance",
            (
                _text("Quantite", one.quantity),
                _text("Lieu", None if one.place is None else _PLACE_CODES[one.place]),
                _text("Date", None if one.on is None else one.on.isoformat()),
            ),
            prefix="on",
        )
        for one in line.dispensations
    )
    named = (_text("Libelle", line.label), _text("Code", line.code), _text("Quantite", line.prescribed))
    return element(NAMESPACE, "Ligne", (*named, *dispensations), prefix="on")


def _flag(name: str, value: bool | None) -> etree._Element | None:
    return None if value is None else _text(name, "true" if value else "false")


def _text(name: str, value: str | int | None) -> etree._Element | None:
    return None if value is None else element(NAMESPACE, name, str(value), prefix="on")
