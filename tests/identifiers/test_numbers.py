"""Keys of NIR, RPPS, FINESS, AM, GTIN and CIP13: published numbers, and what must be refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.identifiers import (
    INS_AUTHORITIES,
    AmNumber,
    CheckDigitError,
    Cip13,
    Environment,
    Finess,
    Gtin,
    IdentifierError,
    MalformedError,
    MatriculeType,
    Nir,
    Rpps,
)
from appliance.identifiers.gtin import gs1_check_digit
from appliance.identifiers.luhn import is_luhn_valid
from appliance.identifiers.nir import nir_key


def numbered(values: list[str]) -> list[object]:
    """Parameters whose ids are their rank: no number of a person in a test's name."""
    return [pytest.param(value, id=str(rank)) for rank, value in enumerate(values)]


NIRS = [
    "184067505604240",
    "255117511608932",
    "277010115400329",
    "799019910000105",
    "199029999904282",
    "297022A02077878",
    "160012B02077713",
    "180032B02040123",
    "109076322083489",
    "209076322083439",
    "209066322012355",
    "236066322083656",
    "189127512501282",
    "100017510100151",
    "790069925500147",
]


@pytest.mark.parametrize("value", numbered(NIRS))
def test_published_nirs_are_valid(value: str) -> None:
    nir = Nir(value)
    assert nir_key(nir.number) == nir.key == value[13:]


@pytest.mark.parametrize("value", numbered(NIRS))
def test_every_other_key_is_wrong(value: str) -> None:
    for key in range(100):
        if f"{key:02d}" != value[13:]:
            with pytest.raises(CheckDigitError):
                Nir(f"{value[:13]}{key:02d}")


@pytest.mark.parametrize(
    "value",
    numbered(
        [
            "",
            "18406750560424",
            "1840675056042400",
            "584067505604240",
            "984067505604240",
            "184147505604240",
            "184197505604240",
            "184437505604240",
            "184497505604240",
            "1840675056042 40",
            "18406750560424A",
            "184062C05604240",
            "184063A05604240",
            "184062a05604240",
            "184067505604２40",
            "184067505604240\n",
        ]
    ),
)
def test_what_is_not_shaped_like_a_nir(value: str) -> None:
    with pytest.raises(MalformedError):
        Nir(value)


@pytest.mark.parametrize("month", ["01", "12", "13", "20", "42", "50", "99"])
def test_months_that_stand_for_unknown_ones_are_accepted(month: str) -> None:
    number = f"184{month}75056042"
    assert Nir(number + nir_key(number)).number == number


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(["A", "B"]))
def test_both_published_rules_for_corsica_agree(commune: int, order: int, letter: str) -> None:
    number = f"160012{letter}{commune:03d}{order:03d}"
    as_old_department = number.replace("2A", "19").replace("2B", "18")
    assert nir_key(number) == f"{97 - int(as_old_department) % 97:02d}"


def test_a_nia_is_told_apart() -> None:
    assert Nir("790069925500147").is_provisional
    assert not Nir("184067505604240").is_provisional


@pytest.mark.parametrize("value", ["99900038441", "99912345677", "89900012348"])
def test_published_rpps_are_valid_and_known_as_tests(value: str) -> None:
    assert Rpps(value).is_test


def test_an_rpps_of_another_series_is_no_test() -> None:
    assert not Rpps("10000000009").is_test


def test_an_rpps_with_a_wrong_key() -> None:
    with pytest.raises(CheckDigitError):
        Rpps("99900038442")


@pytest.mark.parametrize(
    "value", ["", "9990003844", "999000384411", "9990003844A", "999 0003844", "９9900038441"]
)
def test_what_is_not_shaped_like_an_rpps(value: str) -> None:
    with pytest.raises(MalformedError):
        Rpps(value)


@pytest.mark.parametrize(
    "value",
    ["750712184", "2A0000154", "2A0000204", "991118019", "2A9990017", "2B9990015", "0B9990017", "0B0152872"],
)
def test_published_finess_and_am_numbers_are_valid(value: str) -> None:
    assert Finess(value).value == AmNumber(value).value == value


def test_an_adeli_test_number_passes_as_am_only() -> None:
    assert AmNumber("9DA005191").is_test
    with pytest.raises(MalformedError):
        Finess("9DA005191")


@pytest.mark.parametrize(
    ("value", "is_test"), [("0B9990017", True), ("2A9990017", False), ("750712184", False)]
)
def test_a_letter_that_is_not_corsican_marks_a_test(value: str, is_test: bool) -> None:
    assert Finess(value).is_test is is_test


@pytest.mark.parametrize("value", ["991118018", "2A0000153"])
def test_finess_and_am_numbers_with_a_wrong_key(value: str) -> None:
    for identifier in (Finess, AmNumber):
        with pytest.raises(CheckDigitError):
            identifier(value)


@pytest.mark.parametrize("value", ["", "99111801", "9911180191", "A91118019", "9J1118019", "99111801A"])
def test_what_is_not_shaped_like_a_finess(value: str) -> None:
    for identifier in (Finess, AmNumber):
        with pytest.raises(MalformedError):
            identifier(value)


@given(st.text("0123456789ABCDEFGHI", min_size=1, max_size=20))
def test_exactly_one_digit_completes_a_luhn_number(text: str) -> None:
    assert sum(is_luhn_valid(text + digit) for digit in "0123456789") == 1


@given(st.text(max_size=20))
def test_luhn_is_total(text: str) -> None:
    assert is_luhn_valid(text) in {True, False}
    assert not is_luhn_valid("")


@pytest.mark.parametrize("value", ["3400935955838", "3400900001232"])
def test_published_cip13_are_valid(value: str) -> None:
    cip13 = Cip13(value)
    assert cip13.gtin == Gtin(f"0{value}") == Gtin.parse(value)
    assert cip13.gtin.cip13 == cip13


def test_a_cip13_with_a_wrong_key() -> None:
    with pytest.raises(CheckDigitError):
        Cip13("3400934012308")
    with pytest.raises(CheckDigitError):
        Gtin.parse("3400934012308")


@pytest.mark.parametrize("value", ["", "340093595583", "34009359558388", "3401935955838", "34009359558３8"])
def test_what_is_not_shaped_like_a_cip13(value: str) -> None:
    with pytest.raises((MalformedError, CheckDigitError)):
        Cip13(value)


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_short_gtins_are_filled(length: int) -> None:
    body = "4006381333931"[: length - 1].ljust(length - 1, "0")
    text = body + gs1_check_digit(body)
    assert Gtin.parse(text).value == text.zfill(14)


@pytest.mark.parametrize("length", [0, 7, 9, 10, 11, 15])
def test_other_lengths_are_no_gtin(length: int) -> None:
    with pytest.raises(MalformedError):
        Gtin.parse("0" * length)


def test_a_gtin_that_is_not_french_or_not_a_unit_has_no_cip13() -> None:
    assert Gtin.parse("4006381333931").cip13 is None
    outer = "1340093595583"
    assert Gtin(outer + gs1_check_digit(outer)).cip13 is None


def test_the_check_digit_is_of_digits() -> None:
    with pytest.raises(MalformedError):
        gs1_check_digit("12A")


@pytest.mark.parametrize("identifier", [Nir, Rpps, Finess, AmNumber, Gtin, Cip13])
@given(text=st.text(max_size=20))
def test_an_identifier_is_built_or_refused_with_its_own_error(identifier: type[Nir], text: str) -> None:
    with contextlib.suppress(IdentifierError):
        assert identifier(text).value == text


@pytest.mark.parametrize("identifier", [Nir, Rpps, Finess, AmNumber, Gtin, Cip13])
@pytest.mark.parametrize(
    "text", ["184067505604241", "99900038442", "991118018", "03400934012308", "3400934012308", "oops"]
)
def test_no_error_quotes_the_text(identifier: type[Nir], text: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        identifier(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "value", [Nir(NIRS[0]), Rpps("99900038441"), Finess("750712184"), AmNumber("991118019")], ids=str
)
def test_reprs_hold_no_number(value: Nir) -> None:
    assert repr(value) == str(value) == f"{value}" == f"<{type(value).__name__}>"


def test_the_oids_of_the_published_list() -> None:
    found = {oid.rsplit(".", 1)[1]: authority for oid, authority in INS_AUTHORITIES.items()}
    assert set(found) == {"2", "6", "7", "8", "9", "10", "11"}
    assert all(oid == authority.oid for oid, authority in INS_AUTHORITIES.items())
    assert (found["8"].matricule_type, found["8"].environment) == (MatriculeType.NIR, Environment.PRODUCTION)
    assert (found["9"].matricule_type, found["9"].environment) == (MatriculeType.NIA, Environment.PRODUCTION)
    assert found["10"].environment is Environment.TEST
    assert found["11"].environment is Environment.DEMONSTRATION
