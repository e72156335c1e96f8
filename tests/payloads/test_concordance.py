"""Whether an ordonnance and an INS code name the same person: every rule, on fictitious people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.decode.payloads import InsIdentity, Ordonnance, Patient, interpret
from appliance.decode.payloads.concordance import Finding, Reason, Trait, Verdict, compare
from appliance.decode.symbol import Symbology
from appliance.texts.kinds import TRAIT_TEXTS, VERDICT_TEXTS
from tests.payloads.vectors import INS_CORSICA_TEST, ON_VALID


def ins(
    birth_name: str = "DUPONT-MARTIN",
    given_names: tuple[str, ...] = ("JEAN", "CHRISTOPHE", "PIERRE"),
    birth_date: date = date(1966, 2, 23),
) -> InsIdentity:
    return InsIdentity(
        "184067505604240",
        "1.2.250.1.213.1.4.10",
        given_names,
        birth_name,
        "M",
        birth_date,
        None,
        degraded=False,
    )


def patient(
    family_name: str | None = "DUPONT-MARTIN",
    given_name: str | None = "Jean",
    birth_date: str | None = "1966-02-23",
) -> Patient:
    return Patient(family_name, given_name, birth_date)


def finding(trait: Trait, who: Patient, identity: InsIdentity) -> Finding:
    (found,) = (finding for finding in compare(who, identity).findings if finding.trait is trait)
    return found


def test_the_same_person() -> None:
    result = compare(patient(), ins())
    assert (result.verdict, result.traits) == (Verdict.CONCORDANT, ())
    assert result.findings == tuple(Finding(trait, Verdict.CONCORDANT) for trait in Trait)


@pytest.mark.parametrize(
    "written", ["Dupont-Martin", "DUPONT MARTIN", " dupont  martin ", "DÛPONT‑MARTIN", "Dupont'Martin"]
)
def test_family_names_are_compared_folded(written: str) -> None:
    assert compare(patient(family_name=written), ins()).verdict is Verdict.CONCORDANT


@pytest.mark.parametrize(
    ("written", "birth_name"), [("D'Âge", "D AGE"), ("Lœuvre", "LOEUVRE"), ("D’ARGENT", "D'ARGENT")]
)
def test_letters_that_ins_writes_otherwise(written: str, birth_name: str) -> None:
    assert compare(patient(family_name=written), ins(birth_name)).verdict is Verdict.CONCORDANT


@pytest.mark.parametrize("written", ["Jean", "JEAN-CHRISTOPHE", "Jean Christophe", "jean-christophe-pierre"])
def test_the_given_name_begins_the_list(written: str) -> None:
    for given_names in (("JEAN", "CHRISTOPHE", "PIERRE"), ("JEAN-CHRISTOPHE", "PIERRE")):
        assert (
            compare(patient(given_name=written), ins(given_names=given_names)).verdict is Verdict.CONCORDANT
        )


@pytest.mark.parametrize("written", ["JE", "JEANNE", "JEAN PIERRE", "MARIE"])
def test_a_given_name_that_is_not_of_the_list_is_discordant(written: str) -> None:
    result = compare(patient(given_name=written), ins())
    assert (result.verdict, result.traits) == (Verdict.DISCORDANT, (Trait.GIVEN_NAME,))


def test_another_given_name_of_the_list_is_to_check() -> None:
    result = compare(patient(given_name="Pierre"), ins())
    assert (result.verdict, result.traits) == (Verdict.TO_CHECK, (Trait.GIVEN_NAME,))
    assert finding(Trait.GIVEN_NAME, patient(given_name="Pierre"), ins()).reason is Reason.OTHER_GIVEN_NAME


def test_another_given_name_of_the_list_counts_only_where_all_else_agrees() -> None:
    for who in (
        patient(given_name="Pierre", family_name="AUTRE"),
        patient(given_name="Pierre", birth_date="1967-02-23"),
    ):
        assert finding(Trait.GIVEN_NAME, who, ins()).verdict is Verdict.DISCORDANT


def test_more_given_names_than_ins_knows_are_to_check() -> None:
    who = patient(given_name="Jean Christophe Pierre Marie")
    assert finding(Trait.GIVEN_NAME, who, ins()) == Finding(
        Trait.GIVEN_NAME, Verdict.TO_CHECK, Reason.MORE_GIVEN_NAMES
    )


def test_a_family_name_alone_that_differs_may_be_the_usual_one() -> None:
    result = compare(patient(family_name="LEGRAND"), ins())
    assert (result.verdict, result.traits) == (Verdict.TO_CHECK, (Trait.FAMILY_NAME,))
    assert result.findings[0].reason is Reason.USUAL_NAME


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(patient(family_name="LEGRAND", given_name="Marie"), id="given name too"),
        pytest.param(patient(family_name="LEGRAND", birth_date="1966-02-24"), id="birth date too"),
        pytest.param(patient(family_name="LEGRAND", birth_date=None), id="birth date missing"),
        pytest.param(patient(family_name="LEGRAND", given_name=None), id="given name missing"),
    ],
)
def test_a_family_name_that_differs_and_not_alone_is_discordant(who: Patient) -> None:
    result = compare(who, ins())
    assert result.verdict is Verdict.DISCORDANT
    assert result.traits[0] is Trait.FAMILY_NAME


def test_people_of_one_family_are_discordant() -> None:
    result = compare(patient(given_name="Marie", birth_date="1997-02-26"), ins())
    assert (result.verdict, result.traits) == (Verdict.DISCORDANT, (Trait.GIVEN_NAME, Trait.BIRTH_DATE))


def test_twins_are_discordant() -> None:
    assert compare(patient(given_name="Marie"), ins()).verdict is Verdict.DISCORDANT


@pytest.mark.parametrize("trait", list(Trait))
@pytest.mark.parametrize("value", [None, "", "  ", "-"])
def test_a_missing_trait_is_to_check(trait: Trait, value: str | None) -> None:
    if trait is Trait.BIRTH_DATE and value:
        value = None
    result = compare(patient(**{trait.value: value}), ins())
    assert (result.verdict, result.traits) == (Verdict.TO_CHECK, (trait,))
    assert finding(trait, patient(**{trait.value: value}), ins()).reason is Reason.MISSING


D = date


@pytest.mark.parametrize(
    ("written", "of_ins", "verdict", "reason"),
    [
        pytest.param("1966-02-23", D(1966, 2, 23), Verdict.CONCORDANT, None, id="equal"),
        pytest.param("23/02/1966", D(1966, 2, 23), Verdict.CONCORDANT, None, id="french"),
        pytest.param("19660223", D(1966, 2, 23), Verdict.CONCORDANT, None, id="compact"),
        pytest.param("1966-02-24", D(1966, 2, 23), Verdict.DISCORDANT, Reason.DIFFERENT, id="another day"),
        pytest.param("1967-02-23", D(1966, 2, 23), Verdict.DISCORDANT, Reason.DIFFERENT, id="another year"),
        pytest.param("1966-03-02", D(1966, 2, 3), Verdict.DISCORDANT, Reason.DIFFERENT, id="swapped"),
        pytest.param("hier", D(1966, 2, 23), Verdict.TO_CHECK, Reason.UNREADABLE, id="no date"),
        pytest.param("1966-02-00", D(1966, 2, 1), Verdict.CONCORDANT, None, id="day unknown"),
        pytest.param("1966-00-23", D(1966, 1, 23), Verdict.CONCORDANT, None, id="month unknown"),
        pytest.param("1966-31-23", D(1966, 1, 23), Verdict.CONCORDANT, None, id="lunar month"),
        pytest.param("1966-00-00", D(1966, 12, 31), Verdict.CONCORDANT, None, id="both unknown"),
        pytest.param("1966", D(1966, 12, 31), Verdict.CONCORDANT, None, id="year only"),
        pytest.param("1966-02-30", D(1966, 2, 1), Verdict.CONCORDANT, None, id="30 February"),
        pytest.param(
            "1966-02-00", D(1966, 2, 23), Verdict.TO_CHECK, Reason.INCOMPLETE_DATE, id="day known to INS"
        ),
        pytest.param(
            "1966-00-23", D(1966, 7, 23), Verdict.TO_CHECK, Reason.INCOMPLETE_DATE, id="month known to INS"
        ),
        pytest.param(
            "1966-00-00", D(1966, 7, 23), Verdict.TO_CHECK, Reason.INCOMPLETE_DATE, id="both known to INS"
        ),
        pytest.param(
            "1966-02-00", D(1966, 12, 31), Verdict.TO_CHECK, Reason.INCOMPLETE_DATE, id="INS knows nothing"
        ),
        pytest.param(
            "1966-01-01", D(1966, 12, 31), Verdict.TO_CHECK, Reason.INCOMPLETE_DATE, id="both conventions"
        ),
        pytest.param("1966-12-31", D(1966, 1, 1), Verdict.TO_CHECK, Reason.INCOMPLETE_DATE, id="the reverse"),
        pytest.param(
            "1966-01-01", D(1967, 12, 31), Verdict.DISCORDANT, Reason.DIFFERENT, id="conventions of two years"
        ),
        pytest.param(
            "1966-05-10", D(1966, 12, 31), Verdict.DISCORDANT, Reason.DIFFERENT, id="exact against convention"
        ),
        pytest.param("1966-02-00", D(1966, 3, 23), Verdict.DISCORDANT, Reason.DIFFERENT, id="another month"),
        pytest.param(
            "1966-00-23",
            D(1966, 7, 24),
            Verdict.DISCORDANT,
            Reason.DIFFERENT,
            id="month unknown, another day",
        ),
        pytest.param(
            "1966-00-00", D(1967, 12, 31), Verdict.DISCORDANT, Reason.DIFFERENT, id="unknown of another year"
        ),
    ],
)
def test_birth_dates(written: str, of_ins: date, verdict: Verdict, reason: Reason | None) -> None:
    found = finding(Trait.BIRTH_DATE, patient(birth_date=written), ins(birth_date=of_ins))
    assert (found.verdict, found.reason) == (verdict, reason)


def test_discordant_traits_come_first() -> None:
    result = compare(patient(family_name=None, birth_date="1967-01-01"), ins())
    assert result.traits == (Trait.BIRTH_DATE, Trait.FAMILY_NAME)


def test_codes_of_two_people_as_read() -> None:
    ordonnance = interpret(Symbology.QR_CODE, ON_VALID.encode()).payload
    identity = interpret(Symbology.DATA_MATRIX, INS_CORSICA_TEST.encode()).payload
    assert isinstance(ordonnance, Ordonnance)
    assert isinstance(identity, InsIdentity)
    assert ordonnance.patient is not None
    result = compare(ordonnance.patient, identity)
    assert (result.verdict, result.traits) == (Verdict.DISCORDANT, tuple(Trait))


def test_json_and_reprs_hold_no_identity() -> None:
    result = compare(patient(given_name="Pierre"), ins())
    assert result.to_json() == {
        "verdict": "to_check",
        "traits": [
            {"trait": "family_name", "verdict": "concordant", "reason": None},
            {"trait": "given_name", "verdict": "to_check", "reason": "other_given_name"},
            {"trait": "birth_date", "verdict": "concordant", "reason": None},
        ],
    }
    for shown in (repr(result), str(result), repr(result.findings)):
        assert "Pierre" not in shown
        assert "DUPONT" not in shown


def test_every_trait_and_verdict_has_its_french_name() -> None:
    assert set(TRAIT_TEXTS) == {trait.value for trait in Trait}
    assert set(VERDICT_TEXTS) == {verdict.value for verdict in Verdict}


optional_text = st.one_of(st.none(), st.text(max_size=30))


@given(family_name=optional_text, given_name=optional_text, birth_date=optional_text)
def test_comparing_is_total(family_name: str | None, given_name: str | None, birth_date: str | None) -> None:
    result = compare(Patient(family_name, given_name, birth_date), ins())
    assert [finding.trait for finding in result.findings] == list(Trait)
    assert (result.traits == ()) is (result.verdict is Verdict.CONCORDANT)


@given(st.dates(min_value=date(1800, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y"]))
def test_whoever_is_named_alike_is_concordant(day: date, form: str) -> None:
    who = patient(birth_date=day.strftime(form).zfill(10))
    assert compare(who, ins(birth_date=day)).verdict is Verdict.CONCORDANT
