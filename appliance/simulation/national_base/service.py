"""The simulated base as a function of a request: admit it, look up, answer or say the fault."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import etree

from appliance.identifiers.names import fold, is_first_given_name
from appliance.prescriptions.status import StatusPatient
from appliance.prescriptions.tlsi.envelope import Fault, Request, read_request, write_answer, write_fault
from appliance.prescriptions.tlsi.insi import INSI_TRAITS, INSI_VITALE, TRAITS_ACTION, VITALE_ACTION
from appliance.prescriptions.tlsi.names import qualified
from appliance.prescriptions.tlsi.ordonnance_operations import CONSULT_ACTION, NAMESPACE, QUESTION
from appliance.prescriptions.tlsi.xml import XmlRefusedError, only_child, optional_text, text_of
from appliance.simulation.national_base.gate import Gate, GateRefusedError, sender_fault
from appliance.simulation.national_base.people import PEOPLE, Person
from appliance.simulation.national_base.records import Record
from appliance.simulation.national_base.whims import Whim
from appliance.simulation.national_base.writing import insi_found, insi_nothing, not_found, ordonnance

__all__ = ["BAD_REQUEST", "INTERNAL_ERROR", "OK", "Reply", "SimulatedBase"]

OK: Final = 200
BAD_REQUEST: Final = 400
INTERNAL_ERROR: Final = 500
"""What the HTTP binding of SOAP 1.2 gives a fault, by whom it blames."""

_UNAVAILABLE: Final = Fault(
    by_sender=False,
    subcode="siram_40",
    code="insi_102",
    severity="fatal",
    text="Le service est temporairement inaccessible.",
)
"""As the real services say it, with a severity that their own schema does not have."""

_STRANGER: Final = StatusPatient("AUTREPERSONNE", "CLAUDE", "1931-01-30")
_ODD_STATE: Final = "ETAT_JAMAIS_VU"
_MAX_NUMBER_CHARS: Final = 64


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What goes back: the HTTP status and the document."""

    status: int
    document: bytes


class SimulatedBase:
    """The services of the base; any thread.

    Args:
        gate: who may ask.
        records: the prescriptions by their number.
        new_id: gives UUIDs.
    """

    def __init__(
        self, gate: Gate, records: Mapping[str, Record], new_id: Callable[[], uuid.UUID] = uuid.uuid4
    ) -> None:
        self._gate = gate
        self._records = records
        self._new_id = new_id

    def answer(self, document: bytes, now: datetime, *, by_certificate: bool, whim: Whim) -> Reply:
        """Answer a request.

        Args:
            document: as received.
            now: the base's time, aware.
            by_certificate: whether the connection showed a software certificate.
            whim: what is to go wrong, where it is the service that does it.
        """
        try:
            request = read_request(document)
        except XmlRefusedError:
            return _fault(sender_fault("demo_requete"), "")
        if whim is Whim.FAULT:
            return _fault(_UNAVAILABLE, request.message_id)
        consults = request.action == CONSULT_ACTION
        try:
            self._gate.admit(request, now, pharmacist_only=consults, by_certificate=by_certificate)
            body = self._operation(request, whim)
        except GateRefusedError as refused:
            return _fault(refused.fault, request.message_id)
        except XmlRefusedError:
            return _fault(sender_fault("demo_requete"), request.message_id)
        related = f"uuid:{self._new_id()}" if whim is Whim.OTHER_MESSAGE else request.message_id
        return Reply(OK, write_answer(body, message_id=f"uuid:{self._new_id()}", relates_to=related))

    def _operation(self, request: Request, whim: Whim) -> etree._Element:
        wanted = {
            CONSULT_ACTION: qualified(NAMESPACE, QUESTION),
            TRAITS_ACTION: qualified(INSI_TRAITS, "RECSANSVITALE"),
            VITALE_ACTION: qualified(INSI_VITALE, "RECVITALE"),
        }
        if wanted.get(request.action) != request.body.tag:
            raise XmlRefusedError("action_and_body")
        if request.action == CONSULT_ACTION:
            number = text_of(only_child(request.body, NAMESPACE, "Numero"), _MAX_NUMBER_CHARS)
            return self._consult(number, whim)
        found = _by_traits(request.body) if request.action == TRAITS_ACTION else _by_vitale(request.body)
        if len(found) > 1:
            return insi_nothing("02", "Plusieurs identites trouvees")
        return insi_found(found[0]) if found else insi_nothing("01", "Aucune identite trouvee")

    def _consult(self, number: str, whim: Whim) -> etree._Element:
        record = self._records.get(number)
        if whim is Whim.OTHER_PRESCRIPTION:
            record = next(other for other in self._records.values() if other.status.prescription_id != number)
        if record is None:
            return not_found(number)
        if whim is Whim.OTHER_PATIENT:
            record = replace(record, status=replace(record.status, patient=_STRANGER))
        if whim is Whim.ODD_STATE:
            record = replace(record, raw_state=_ODD_STATE)
        return ordonnance(record)


def _by_traits(body: etree._Element) -> list[Person]:
    name = optional_text(body, INSI_TRAITS, "NomNaissance") or ""
    given = optional_text(body, INSI_TRAITS, "Prenom") or ""
    sex = optional_text(body, INSI_TRAITS, "Sexe")
    born = optional_text(body, INSI_TRAITS, "DateNaissance")
    place = optional_text(body, INSI_TRAITS, "LieuNaissance")
    return [
        person
        for person in PEOPLE
        if fold(person.birth_name) == fold(name)
        and is_first_given_name(given, person.given_names.split())
        and (sex, born) == (person.sex, person.birth_date)
        and place in {None, person.birth_place}
    ]


def _by_vitale(body: etree._Element) -> list[Person]:
    insured = only_child(body, INSI_VITALE, "MatriculeOD")
    number = optional_text(insured, INSI_VITALE, "NumIdentifiant") or ""
    key = optional_text(insured, INSI_VITALE, "Cle") or ""
    born = optional_text(body, INSI_VITALE, "DateNaissance")
    return [person for person in PEOPLE if (person.insured, person.birth_date) == (number + key, born)]


def _fault(fault: Fault, message_id: str) -> Reply:
    status = BAD_REQUEST if fault.by_sender else INTERNAL_ERROR
    return Reply(status, write_fault(fault, message_id=message_id))
