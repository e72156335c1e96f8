"""Whether two identities, such as those of an ordonnance and an INS code, are of one person, trait by trait.

Rules: INS implementation guide v3.0 (EXI ID 10 to 12) and SEL-MP-043. Neither code is signed and the
ordonnance may carry usual names, so that the answer is a warning for a person, never a block.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from appliance.decode.payloads.ins import InsIdentity
from appliance.decode.payloads.ordonnance import Patient
from appliance.identifiers import BirthDate, MalformedError
from appliance.identifiers.discreet import Discreet
from appliance.identifiers.names import fold, is_first_given_name

__all__ = ["Concordance", "Finding", "Reason", "Trait", "Traits", "Verdict", "compare", "compare_traits"]


@unique
class Verdict(StrEnum):
    """What a comparison comes to."""

    CONCORDANT = "concordant"
    TO_CHECK = "to_check"
    DISCORDANT = "discordant"


@unique
class Trait(StrEnum):
    """What is compared, in the order in which it is told."""

    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    BIRTH_DATE = "birth_date"


@unique
class Reason(StrEnum):
    """Why a trait is not simply concordant."""

    DIFFERENT = "different"
    MISSING = "missing"
    """One of the two does not give it."""
    UNREADABLE = "unreadable"
    USUAL_NAME = "usual_name"
    """All else agrees: papers and cards may carry the usual name, the INS code carries the birth name."""
    OTHER_GIVEN_NAME = "other_given_name"
    """All else agrees and it is another one of the birth given names."""
    MORE_GIVEN_NAMES = "more_given_names"
    """The first of the two goes on after the last given name of the second."""
    INCOMPLETE_DATE = "incomplete_date"
    """Day or month are unknown on one side."""


@dataclass(frozen=True, slots=True, repr=False)
class Traits(Discreet):
    """What a code, a card or an answer says of a person, as far as it is compared.

    Attributes:
        family_name: the birth name, or the usual one where the source has that.
        given_names: in order; a source may have the first alone.
        birth_date: in any form that `BirthDate.parse` reads.
    """

    family_name: str | None
    given_names: tuple[str, ...]
    birth_date: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One trait compared. Holds no identity: it may be logged.

    Attributes:
        trait: which.
        verdict: of this trait, seen together with the others.
        reason: None where it is concordant.
    """

    trait: Trait
    verdict: Verdict
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Concordance(Discreet):
    """What the comparison of two identities comes to.

    Attributes:
        findings: one a trait, in the order of Trait.
    """

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest of the findings."""
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.DISCORDANT in verdicts:
            return Verdict.DISCORDANT
        return Verdict.TO_CHECK if Verdict.TO_CHECK in verdicts else Verdict.CONCORDANT

    @property
    def traits(self) -> tuple[Trait, ...]:
        """The traits to look at: discordant ones first, then those to check."""
        return tuple(
            finding.trait
            for verdict in (Verdict.DISCORDANT, Verdict.TO_CHECK)
            for finding in self.findings
            if finding.verdict is verdict
        )

    def to_json(self) -> dict[str, object]:
        """The verdict and each trait's, without any identity."""
        return {
            "verdict": self.verdict.value,
            "traits": [
                {
                    "trait": finding.trait.value,
                    "verdict": finding.verdict.value,
                    "reason": finding.reason.value if finding.reason is not None else None,
                }
                for finding in self.findings
            ],
        }


def compare(patient: Patient, ins: InsIdentity) -> Concordance:
    """Compare the patient of an ordonnance with the identity of an INS code; see `compare_traits`."""
    written = Traits(patient.family_name, _listed(patient.given_name), patient.birth_date)
    return compare_traits(written, Traits(ins.birth_name, ins.given_names, ins.birth_date.isoformat()))


def compare_traits(left: Traits, right: Traits) -> Concordance:
    """Compare two identities; of the two, `right` is the one that is nearer to the register.

    Names are compared folded (see `names.fold`). The given names of `left` must begin those of `right` by
    whole words. An incomplete birth date agrees with the date that INS writes for it by convention. A single
    name that differs while all else agrees is to check, not discordant: it may be a usual name.
    """
    family_name = _family_name(left.family_name, right.family_name)
    given_name = _given_name(" ".join(left.given_names), right.given_names)
    birth_date = _birth_date(left.birth_date, right.birth_date)
    if family_name is Reason.DIFFERENT and (given_name, birth_date) == (None, None):
        family_name = Reason.USUAL_NAME
    if given_name is Reason.OTHER_GIVEN_NAME and (family_name, birth_date) != (None, None):
        given_name = Reason.DIFFERENT
    return Concordance(
        (
            _finding(Trait.FAMILY_NAME, family_name),
            _finding(Trait.GIVEN_NAME, given_name),
            _finding(Trait.BIRTH_DATE, birth_date),
        )
    )


def _listed(given_name: str | None) -> tuple[str, ...]:
    return () if given_name is None else (given_name,)


def _finding(trait: Trait, reason: Reason | None) -> Finding:
    if reason is None:
        return Finding(trait, Verdict.CONCORDANT)
    return Finding(trait, Verdict.DISCORDANT if reason is Reason.DIFFERENT else Verdict.TO_CHECK, reason)


def _family_name(left: str | None, right: str | None) -> Reason | None:
    folded, other = fold(left or ""), fold(right or "")
    if not folded or not other:
        return Reason.MISSING
    return None if folded == other else Reason.DIFFERENT


def _given_name(written: str, given_names: tuple[str, ...]) -> Reason | None:
    folded = fold(written)
    if not folded or not fold(" ".join(given_names)):
        return Reason.MISSING
    if is_first_given_name(folded, given_names):
        return None
    if is_first_given_name(" ".join(given_names), [folded]):
        return Reason.MORE_GIVEN_NAMES
    if folded in {fold(name) for name in given_names}:
        return Reason.OTHER_GIVEN_NAME
    return Reason.DIFFERENT


def _birth_date(left: str | None, right: str | None) -> Reason | None:
    if not left or not right:
        return Reason.MISSING
    try:
        birth_date, other = BirthDate.parse(left), BirthDate.parse(right)
    except MalformedError:
        return Reason.UNREADABLE
    if birth_date.conventional == other.conventional:
        return None
    return Reason.INCOMPLETE_DATE if _may_be_same_day(birth_date, other) else Reason.DIFFERENT


def _may_be_same_day(birth_date: BirthDate, other: BirthDate) -> bool:
    """Whether two dates that differ may be one, of which the day or the month is not known."""
    if birth_date.year != other.year:
        return False
    exact = {birth_date.exact, other.exact}
    unknown_by_ins = date(other.year, 12, 31)
    if None not in exact:
        # Both are written for "some day of that year": 1 January by habit, 31 December by INS.
        return exact == {date(other.year, 1, 1), unknown_by_ins}
    is_compatible = _may_agree(birth_date.month, other.month) and _may_agree(birth_date.day, other.day)
    return is_compatible or unknown_by_ins in exact


def _may_agree(number: int | None, other: int | None) -> bool:
    return number is None or other is None or number == other
