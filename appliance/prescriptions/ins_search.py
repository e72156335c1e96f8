"""The search for a qualified INS identity, and its answer: values that need no network.

Who carries the search out is `tlsi/insi.py`. What a scan or a card says is no qualified identity; what INSi
answers is one, together with a trusted proof of identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Protocol

from appliance.cards.identities import Beneficiary
from appliance.decode.payloads import InsIdentity
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.port import Deadline

__all__ = [
    "InsNumber",
    "InsSearch",
    "InsiAnswer",
    "InsiOutcome",
    "InsiTraits",
    "InsiVitale",
    "QualifiedIdentity",
    "traits_of",
    "vitale_of",
]


@unique
class InsiOutcome(StrEnum):
    """Result codes of the contract (CodeCR)."""

    FOUND = "00"
    NOBODY = "01"
    SEVERAL = "02"


@dataclass(frozen=True, slots=True, repr=False)
class InsiTraits(Discreet):
    """A search by traits; names as strict INS names, the first given name alone.

    Attributes:
        sex: `M` or `F`.
        birth_date: ISO.
        birth_place: INSEE code, None where unknown.
    """

    birth_name: str
    given_name: str
    sex: str
    birth_date: str
    birth_place: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class InsiVitale(Discreet):
    """A search by what a Vitale card says of one of its beneficiaries.

    Attributes:
        insured_nir: 15 characters, of the insured person ("ouvrant droit").
        birth_date: `AAAA-MM-JJ`, of the beneficiary, of a calendar or not.
        given_name: of the beneficiary, only to check the answer with.
    """

    insured_nir: str
    birth_date: str
    given_name: str


@dataclass(frozen=True, slots=True, repr=False)
class InsNumber(Discreet):
    """A matricule INS.

    Attributes:
        value: 13 characters and the key (empty where the service gives none).
        oid: of the authority that assigned it.
        key_is_right: whether number and key belong together; some published test persons' do not.
        valid_from, valid_until: of a former number, where known.
    """

    value: str
    oid: str
    key_is_right: bool
    valid_from: date | None = None
    valid_until: date | None = None

    def to_json(self) -> dict[str, object]:
        """As it goes to the LGO."""
        return {
            "matricule": self.value,
            "oid": self.oid,
            "key_is_right": self.key_is_right,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }


@dataclass(frozen=True, slots=True, repr=False)
class QualifiedIdentity(Discreet):
    """What INSi says of one person.

    Attributes:
        active: the matricule INS.
        former: earlier ones, as the service lists them; the active one may be among them.
        birth_name, given_name, given_names, sex, birth_date, birth_place: the strict traits; empty where the
            service leaves one out. `given_names` is the list as one text, `birth_date` may be of no calendar.
    """

    active: InsNumber
    former: tuple[InsNumber, ...]
    birth_name: str
    given_name: str
    given_names: str
    sex: str
    birth_date: str
    birth_place: str

    def to_json(self) -> dict[str, object]:
        """As it goes to the LGO."""
        return {
            "active": self.active.to_json(),
            "former": [number.to_json() for number in self.former],
            "birth_name": self.birth_name,
            "given_name": self.given_name,
            "given_names": self.given_names,
            "sex": self.sex,
            "birth_date": self.birth_date,
            "birth_place": self.birth_place,
        }


@dataclass(frozen=True, slots=True, repr=False)
class InsiAnswer(Discreet):
    """What a search came to; `identity` where one person was found."""

    outcome: InsiOutcome
    identity: QualifiedIdentity | None

    def __post_init__(self) -> None:
        """One person, or none."""
        if (self.identity is not None) != (self.outcome is InsiOutcome.FOUND):
            raise ValueError("an identity goes with the outcome 00, and only with it")


class InsSearch(Protocol):
    """Whoever searches."""

    def search(self, what: InsiTraits | InsiVitale, *, deadline: Deadline) -> InsiAnswer:
        """Search, and wait for the answer until the deadline.

        Raises:
            LookUpError: no answer; see the port.
        """
        ...


def traits_of(identity: InsIdentity) -> InsiTraits:
    """The search for the person of an INS code."""
    return InsiTraits(
        birth_name=identity.birth_name,
        given_name=identity.given_names[0],
        sex=identity.sex,
        birth_date=identity.birth_date.isoformat(),
        birth_place=identity.birth_place,
    )


def vitale_of(person: Beneficiary) -> InsiVitale | None:
    """The search for a person of a Vitale card; None where the card does not say enough of them."""
    if person.nir is None or person.birth_date is None:
        return None
    born = person.birth_date
    return InsiVitale(person.nir, f"{born.year}-{born.month}-{born.day}", person.given_name)
