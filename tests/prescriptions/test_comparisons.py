"""People of three sources, and prescribers against barcodes."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.cards.identities import Beneficiary, CardBirthDate
from appliance.decode.payloads import InsIdentity, Patient, Prescriber, PrescriberBarcode
from appliance.decode.payloads.concordance import Reason, Trait, Verdict
from appliance.prescriptions.concordance import (
    compare_people,
    names_another,
    of_beneficiary,
    of_ins,
    of_patient,
    verdict_of,
)
from appliance.prescriptions.prescribers import PrescriberVerdict, check_prescriber
from appliance.prescriptions.status import StatusPatient

PATIENT = Patient("D'ÂGE", "Andrée-Zoé", "1990-06-25")
INS = InsIdentity(
    "290069925500123",
    "1.2.250.1.213.1.4.8",
    ("ANDREE", "ZOE", "MARIE"),
    "D'AGE",
    "F",
    date(1990, 6, 25),
    None,
    False,
)


def vitale(family: str = "D AGE", given: str = "ANDREE", born: str | None = "19900625") -> Beneficiary:
    return Beneficiary(family, given, CardBirthDate(born) if born is not None else None, None)


_NAMES = "ANDREE ZOE"
_INCOMPLETE = {Trait.BIRTH_DATE: Reason.INCOMPLETE_DATE}


@pytest.mark.parametrize(
    ("person", "verdict", "reasons"),
    [
        pytest.param(vitale(given=_NAMES), Verdict.CONCORDANT, {}, id="same"),
        pytest.param(
            vitale(), Verdict.TO_CHECK, {Trait.GIVEN_NAME: Reason.MORE_GIVEN_NAMES}, id="first-given-name"
        ),
        pytest.param(
            vitale("MARTIN", _NAMES),
            Verdict.TO_CHECK,
            {Trait.FAMILY_NAME: Reason.USUAL_NAME},
            id="usual-name",
        ),
        pytest.param(
            vitale("MARTIN", "PAUL"), Verdict.DISCORDANT, {Trait.FAMILY_NAME: Reason.DIFFERENT}, id="other"
        ),
        pytest.param(vitale(given=_NAMES, born="19900000"), Verdict.TO_CHECK, _INCOMPLETE, id="lunar"),
        pytest.param(vitale(given=_NAMES, born="19900600"), Verdict.TO_CHECK, _INCOMPLETE, id="unknown-day"),
        pytest.param(vitale(given=_NAMES, born="19901332"), Verdict.TO_CHECK, _INCOMPLETE, id="no-calendar"),
        pytest.param(
            vitale(given=_NAMES, born="19910000"),
            Verdict.DISCORDANT,
            {Trait.BIRTH_DATE: Reason.DIFFERENT},
            id="other-year",
        ),
        pytest.param(
            vitale(given=_NAMES, born=None), Verdict.TO_CHECK, {Trait.BIRTH_DATE: Reason.MISSING}, id="none"
        ),
    ],
)
def test_an_ordonnance_and_a_vitale(
    person: Beneficiary, verdict: Verdict, reasons: dict[Trait, Reason]
) -> None:
    (pair,) = compare_people([of_patient("s-1", PATIENT), of_beneficiary("c-1", person)])
    assert pair.concordance.verdict is verdict
    found = {finding.trait: finding.reason for finding in pair.concordance.findings}
    assert {trait: found[trait] for trait in reasons} == reasons


def test_a_vitale_and_an_ins_code() -> None:
    (pair,) = compare_people([of_ins("s-2", INS), of_beneficiary("c-1", vitale())])
    assert (pair.left.reference, pair.right.reference) == ("c-1", "s-2")
    assert pair.concordance.verdict is Verdict.CONCORDANT


def test_each_is_compared_with_who_fits_best() -> None:
    other = Patient("CORSE", "Anthony", "1980-03-02")
    people = [of_patient("s-1", PATIENT), of_patient("s-2", other), of_ins("s-3", INS)]
    pairs = compare_people(people)
    assert [(pair.left.reference, pair.right.reference) for pair in pairs] == [("s-2", "s-3"), ("s-1", "s-3")]
    assert verdict_of(pairs) is Verdict.DISCORDANT


def test_one_source_alone_compares_with_nothing() -> None:
    assert compare_people([of_ins("s-1", INS)]) == ()
    assert verdict_of(()) is None


def test_a_pair_tells_no_identity() -> None:
    (pair,) = compare_people([of_patient("s-1", PATIENT), of_ins("s-3", INS)])
    assert "AGE" not in f"{pair} {pair.to_json()} {pair.left} {pair.left.traits}"


@pytest.mark.parametrize(
    ("answered", "another"),
    [
        (None, False),
        (StatusPatient(), False),
        (StatusPatient("D AGE", "ANDREE ZOE MARIE", "1990-06-25"), False),
        (StatusPatient("MARTIN", "ANDREE ZOE", "1990-06-25"), False),
        (StatusPatient("CORSE", "ANTHONY", "1980-03-02"), True),
    ],
    ids=["not-said", "empty", "same", "usual-name", "other"],
)
def test_an_answer_about_somebody_else_is_noticed(answered: StatusPatient | None, another: bool) -> None:
    assert names_another(PATIENT, answered) is another
    assert names_another(None, answered) is False


CODE = Prescriber("99900038441", "991118019", None, "99912345677")


def barcodes(*numbers: str) -> list[PrescriberBarcode]:
    return [
        PrescriberBarcode(number, None) if len(number) == 11 else PrescriberBarcode(None, number)
        for number in numbers
    ]


@pytest.mark.parametrize(
    ("sheet", "rpps", "am", "verdict"),
    [
        ([], "absent", "absent", "absent"),
        (["99900038441"], "equal", "absent", "equal"),
        (["99912345677"], "equal", "absent", "equal"),
        (["89900012348"], "different", "absent", "different"),
        (["89900012348", "99900038441"], "equal", "absent", "equal"),
        (["99900038441", "0B9990017"], "equal", "different", "different"),
        (["991118019"], "absent", "equal", "equal"),
    ],
    ids=["nothing", "same", "substitute", "other", "several", "other-am", "am-alone"],
)
def test_a_prescriber_against_the_barcodes(sheet: list[str], rpps: str, am: str, verdict: str) -> None:
    check = check_prescriber(CODE, barcodes(*sheet))
    assert (check.rpps, check.am, check.verdict) == (rpps, am, verdict)


def test_a_code_without_prescriber_says_nothing() -> None:
    nobody = Prescriber(None, None, None, None)
    assert check_prescriber(nobody, barcodes("99900038441")).verdict is PrescriberVerdict.ABSENT


def test_a_finess_is_as_good_as_an_am() -> None:
    of_hospital = Prescriber(None, None, "750712184", None)
    assert check_prescriber(of_hospital, barcodes("750712184")).verdict is PrescriberVerdict.EQUAL
