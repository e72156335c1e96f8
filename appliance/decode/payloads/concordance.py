"""Whether an ordonnance and an INS code name the same person, trait by trait.

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

__all__ = ["Concordance", "Finding", "Reason", "Trait", "Verdict", "compare"]


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
    """The ordonnance does not give it."""
    UNREADABLE = "unreadable"
    USUAL_NAME = "usual_name"
    """All else agrees: the ordonnance may carry the usual name, the INS code the birth name."""
    OTHER_GIVEN_NAME = "other_given_name"
    """All else agrees and it is another one of the birth given names."""
    MORE_GIVEN_NAMES = "more_given_names"
    """The ordonnance goes on after the last of the birth given names."""
    INCOMPLETE_DATE = "incomplete_date"
    """Day or month are unknown on one side."""


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
    """Compare the patient of an ordonnance with the identity of an INS code.

    Names are compared folded (see `names.fold`). The given name must begin the list of birth given names by
    whole words. An incomplete birth date agrees with the date that INS writes for it by convention. A single
    name that differs while all else agrees is to check, not discordant: it may be a usual name.
    """
    family_name = _family_name(patient.family_name, ins.birth_name)
    given_name = _given_name(patient.given_name, ins.given_names)
    birth_date = _birth_date(patient.birth_date, ins.birth_date)
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


def _finding(trait: Trait, reason: Reason | None) -> Finding:
    if reason is None:
        return Finding(trait, Verdict.CONCORDANT)
    return Finding(trait, Verdict.DISCORDANT if reason is Reason.DIFFERENT else Verdict.TO_CHECK, reason)


def _family_name(written: str | None, birth_name: str) -> Reason | None:
    folded = fold(written or "")
    if not folded:
        return Reason.MISSING
    return None if folded == fold(birth_name) else Reason.DIFFERENT


def _given_name(written: str | None, given_names: tuple[str, ...]) -> Reason | None:
    folded = fold(written or "")
    if not folded:
        return Reason.MISSING
    if is_first_given_name(folded, given_names):
        return None
    if is_first_given_name(" ".join(given_names), [folded]):
        return Reason.MORE_GIVEN_NAMES
    if folded in {fold(name) for name in given_names}:
        return Reason.OTHER_GIVEN_NAME
    return Reason.DIFFERENT


def _birth_date(written: str | None, ins_date: date) -> Reason | None:
    if not written:
        return Reason.MISSING
    try:
        birth_date = BirthDate.parse(written)
    except MalformedError:
        return Reason.UNREADABLE
    if birth_date.conventional == ins_date:
        return None
    return Reason.INCOMPLETE_DATE if _may_be_same_day(birth_date, ins_date) else Reason.DIFFERENT


def _may_be_same_day(birth_date: BirthDate, ins_date: date) -> bool:
    """Whether two dates that differ may be one, of which the day or the month is not known."""
    unknown_by_ins = date(ins_date.year, 12, 31)
    if birth_date.exact is not None:
        # Both are written for "some day of that year": 1 January by habit, 31 December by INS.
        return {birth_date.exact, ins_date} == {date(ins_date.year, 1, 1), unknown_by_ins}
    if birth_date.year != ins_date.year:
        return False
    is_compatible = birth_date.month in {None, ins_date.month} and birth_date.day in {None, ins_date.day}
    return is_compatible or ins_date == unknown_by_ins
