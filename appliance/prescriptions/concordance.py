"""Whether ordonnances, INS codes and Vitale cards of one visit name the same person.

Rules: `decode.payloads.concordance`. None of the three is proof of an identity: a verdict is a help for the
pharmacist's eye, never a block. A source may name several people (two sheets, two codes); each is compared
with the one of the other source that fits best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from appliance.cards.identities import Beneficiary
from appliance.decode.payloads import InsIdentity, Patient
from appliance.decode.payloads.concordance import Concordance, Traits, Verdict, compare_traits
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.status import StatusPatient

__all__ = [
    "IdentitySource",
    "Pair",
    "Person",
    "compare_people",
    "names_another",
    "of_beneficiary",
    "of_ins",
    "of_patient",
    "verdict_of",
]


@unique
class IdentitySource(StrEnum):
    """What names a person, from what is nearest to the hand to what is nearest to the register."""

    ORDONNANCE = "ordonnance"
    VITALE = "vitale"
    INS = "ins"


@dataclass(frozen=True, slots=True, repr=False)
class Person(Discreet):
    """Somebody named at the counter.

    Attributes:
        source: by what.
        reference: id of the code's sighting, or of the card, as in their events.
        traits: who.
    """

    source: IdentitySource
    reference: str
    traits: Traits


@dataclass(frozen=True, slots=True, repr=False)
class Pair(Discreet):
    """Two people compared; `left` comes before `right` in the order of IdentitySource."""

    left: Person
    right: Person
    concordance: Concordance

    def to_json(self) -> dict[str, object]:
        """The two and the findings, without any identity."""
        return {
            "left": {"source": self.left.source.value, "reference": self.left.reference},
            "right": {"source": self.right.source.value, "reference": self.right.reference},
            **self.concordance.to_json(),
        }


_GRAVITY: Final = {Verdict.CONCORDANT: 0, Verdict.TO_CHECK: 1, Verdict.DISCORDANT: 2}
_ORDER: Final = tuple(IdentitySource)


def of_patient(reference: str, patient: Patient) -> Person:
    """The patient of an ordonnance."""
    return Person(IdentitySource.ORDONNANCE, reference, _traits(patient))


def of_ins(reference: str, identity: InsIdentity) -> Person:
    """The identity of an INS code."""
    traits = Traits(identity.birth_name, identity.given_names, identity.birth_date.isoformat())
    return Person(IdentitySource.INS, reference, traits)


def of_beneficiary(reference: str, person: Beneficiary) -> Person:
    """A person of a Vitale card; its name may be the usual one, its birth date of no calendar."""
    born = person.birth_date.digits if person.birth_date is not None else None
    return Person(IdentitySource.VITALE, reference, Traits(person.family_name, (person.given_name,), born))


def compare_people(people: Sequence[Person]) -> tuple[Pair, ...]:
    """Every two sources compared: each person of one with who fits best of the other."""
    found: dict[tuple[str, str], Pair] = {}
    for person in people:
        for source in IdentitySource:
            others = [other for other in people if other.source is source]
            if source is person.source or not others:
                continue
            best = min(
                (_pair(person, other) for other in others),
                key=lambda pair: _GRAVITY[pair.concordance.verdict],
            )
            found.setdefault((best.left.reference, best.right.reference), best)
    return tuple(sorted(found.values(), key=_rank))


def verdict_of(pairs: Sequence[Pair]) -> Verdict | None:
    """The gravest of the pairs; None where there is nothing to compare."""
    return max((pair.concordance.verdict for pair in pairs), key=_GRAVITY.__getitem__, default=None)


def names_another(patient: Patient | None, answered: StatusPatient | None) -> bool:
    """Whether an answer is about somebody else than the code; False where either names nobody."""
    if patient is None or answered is None:
        return False
    return compare_traits(_traits(patient), _traits(answered)).verdict is Verdict.DISCORDANT


def _traits(patient: Patient | StatusPatient) -> Traits:
    given_names = () if patient.given_name is None else (patient.given_name,)
    return Traits(patient.family_name, given_names, patient.birth_date)


def _pair(person: Person, other: Person) -> Pair:
    left, right = sorted((person, other), key=lambda one: _ORDER.index(one.source))
    return Pair(left, right, compare_traits(left.traits, right.traits))


def _rank(pair: Pair) -> tuple[int, int, int]:
    """Gravest first, then in the order of the sources."""
    return (
        -_GRAVITY[pair.concordance.verdict],
        _ORDER.index(pair.left.source),
        _ORDER.index(pair.right.source),
    )
