"""INSi: from a Vitale card or the traits of an INS code to the qualified INS identity.

The two operations of its published contract (`ServiceIdentiteCertifiee` 1.0.0).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from lxml import etree

from appliance.cards.nir import nir_key_is_right
from appliance.identifiers.names import fold, is_first_given_name
from appliance.prescriptions.ins_search import (
    InsiAnswer,
    InsiOutcome,
    InsiTraits,
    InsiVitale,
    InsNumber,
    QualifiedIdentity,
)
from appliance.prescriptions.port import BadAnswerError, Deadline
from appliance.prescriptions.tlsi.client import Call, TlsiClient, bad_answer
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
    "INSI_RESULT",
    "INSI_TRAITS",
    "INSI_VITALE",
    "MAX_FORMER_NUMBERS",
    "TRAITS_ACTION",
    "VITALE_ACTION",
    "InsiClient",
    "insi_body",
    "read_result",
]

_ACTIONS: Final = "urn:ServiceIdentiteCertifiee:1.0.0:"
TRAITS_ACTION: Final = _ACTIONS + "rechercherInsAvecTraitsIdentite"
VITALE_ACTION: Final = _ACTIONS + "rechercherInsAvecCarteVitale"
INSI_TRAITS: Final = "http://www.cnamts.fr/INSiRecSans"
INSI_VITALE: Final = "http://www.cnamts.fr/INSiRecVit"
INSI_RESULT: Final = "http://www.cnamts.fr/INSiResultat"

MAX_FORMER_NUMBERS: Final = 32
_MAX_NAME_CHARS: Final = 100
_MAX_CODE_CHARS: Final = 64
_NUMBER_CHARS: Final = 13
_FIRST_BORN: Final = "1"


class InsiClient:
    """Searches; several threads at once.

    Args:
        client: how a téléservice is called.
        url: of INSi.
    """

    def __init__(self, client: TlsiClient, url: str) -> None:
        self._client = client
        self._url = url

    def search(self, what: InsiTraits | InsiVitale, *, deadline: Deadline) -> InsiAnswer:
        """Search, and wait for the answer until the deadline.

        Raises:
            LookUpError: no answer, or one about somebody else.
        """
        by_traits = isinstance(what, InsiTraits)
        call = Call(self._url, TRAITS_ACTION if by_traits else VITALE_ACTION, idempotent=True)
        answered = self._client.call(call, lambda: insi_body(what), deadline)
        try:
            answer = read_result(answered)
        except XmlRefusedError as error:
            raise BadAnswerError(error.rule) from error
        if answer.identity is not None and not _is_about(what, answer.identity):
            raise bad_answer("other_patient")
        return answer


def insi_body(what: InsiTraits | InsiVitale) -> etree._Element:
    """The element that a search is asked with."""
    if isinstance(what, InsiTraits):
        names = ("NomNaissance", "Prenom", "Sexe", "DateNaissance", "LieuNaissance")
        values = (what.birth_name, what.given_name, what.sex, what.birth_date, what.birth_place)
        content = [
            element(INSI_TRAITS, name, value)
            for name, value in zip(names, values, strict=True)
            if value is not None
        ]
        return element(INSI_TRAITS, "RECSANSVITALE", content)
    matricule = (
        element(INSI_VITALE, "NumIdentifiant", what.insured_nir[:_NUMBER_CHARS]),
        element(INSI_VITALE, "Cle", what.insured_nir[_NUMBER_CHARS:]),
    )
    # The card's rank of birth (twins) is in a protected zone: everybody is sent as the first born.
    content = [
        element(INSI_VITALE, "MatriculeOD", matricule),
        element(INSI_VITALE, "DateNaissance", what.birth_date),
        element(INSI_VITALE, "RangNaissance", _FIRST_BORN),
    ]
    return element(INSI_VITALE, "RECVITALE", content)


def read_result(answered: etree._Element) -> InsiAnswer:
    """What a RESULTAT says.

    Raises:
        XmlRefusedError: it is none, or not as its schema has it.
    """
    if answered.tag != qualified(INSI_RESULT, "RESULTAT"):
        raise XmlRefusedError("not_a_result")
    report = only_child(answered, INSI_RESULT, "CR")
    code = text_of(only_child(report, INSI_RESULT, "CodeCR"), _MAX_CODE_CHARS)
    if code not in set(InsiOutcome):
        raise XmlRefusedError("unknown_code:CodeCR")
    outcome = InsiOutcome(code)
    individual = optional_child(answered, INSI_RESULT, "INDIVIDU")
    if (individual is not None) != (outcome is InsiOutcome.FOUND):
        raise XmlRefusedError("code_and_individual")
    return InsiAnswer(outcome, None if individual is None else _identity(individual))


def _identity(individual: etree._Element) -> QualifiedIdentity:
    traits = only_child(individual, INSI_RESULT, "TIQ")

    def trait(name: str) -> str:
        return optional_text(traits, INSI_RESULT, name, _MAX_NAME_CHARS) or ""

    former = children(individual, INSI_RESULT, "INSHISTO", MAX_FORMER_NUMBERS)
    return QualifiedIdentity(
        active=_number(only_child(individual, INSI_RESULT, "INSACTIF")),
        former=tuple(_number(number) for number in former),
        birth_name=trait("NomNaissance"),
        given_name=trait("Prenom"),
        given_names=trait("ListePrenom"),
        sex=trait("Sexe"),
        birth_date=trait("DateNaissance"),
        birth_place=trait("LieuNaissance"),
    )


def _number(parent: etree._Element) -> InsNumber:
    matricule = only_child(parent, INSI_RESULT, "IdIndividu")
    number = text_of(only_child(matricule, INSI_RESULT, "NumIdentifiant"), _NUMBER_CHARS)
    value = number + (optional_text(matricule, INSI_RESULT, "Cle", 2) or "")
    return InsNumber(
        value=value,
        oid=text_of(only_child(parent, INSI_RESULT, "OID"), _MAX_CODE_CHARS),
        key_is_right=nir_key_is_right(value),
        valid_from=_day(parent, "DateDeb"),
        valid_until=_day(parent, "DateFin"),
    )


def _day(parent: etree._Element, name: str) -> date | None:
    text = optional_text(parent, INSI_RESULT, name, _MAX_CODE_CHARS)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise XmlRefusedError(f"not_a_day:{name}") from error


def _is_about(what: InsiTraits | InsiVitale, identity: QualifiedIdentity) -> bool:
    """Whether the answer is about who was asked for; a usual given name of a card may be another one."""
    if identity.birth_date != what.birth_date:
        return False
    if isinstance(what, InsiVitale):
        return True
    listed = identity.given_names or identity.given_name
    return fold(identity.birth_name) == fold(what.birth_name) and is_first_given_name(
        what.given_name, listed.split()
    )
