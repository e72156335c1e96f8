"""Codes of boxes: GS1 element strings, their dates and separators, and CIP13 in linear codes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.decode.payloads import Kind, Medicine, Reading, WarningCode, interpret
from appliance.decode.payloads.gs1 import date_of, parse_message
from appliance.decode.symbol import Symbology
from tests.payloads.vectors import BOX, GS


def read(text: str, aim: str = "]d2", symbology: Symbology = Symbology.DATA_MATRIX) -> Reading:
    return interpret(symbology, text.encode(), aim)


def medicine(reading: Reading) -> Medicine:
    assert reading.kind is Kind.MEDICINE
    assert isinstance(reading.payload, Medicine)
    return reading.payload


BOX_JSON = {
    "gtin": "03400935955838",
    "cip13": "3400935955838",
    "lot": "LOT42A",
    "expiry": "2027-11-30",
    "serial": "SN0001234567",
}


@pytest.mark.parametrize(
    ("text", "aim", "symbology"),
    [
        pytest.param(BOX, "]d2", Symbology.DATA_MATRIX, id="declared"),
        pytest.param(GS + BOX, "]d1", Symbology.DATA_MATRIX, id="leading gs"),
        pytest.param(GS + BOX, "", Symbology.DATA_MATRIX, id="leading gs, engine silent"),
        pytest.param(BOX, "", Symbology.DATA_MATRIX, id="engine silent"),
        pytest.param("]d2" + BOX, "", Symbology.DATA_MATRIX, id="identifier in the content"),
        pytest.param(BOX, "]C1", Symbology.CODE_128, id="gs1-128"),
        pytest.param("]C1" + BOX, "", Symbology.CODE_128, id="gs1-128, identifier in the content"),
        pytest.param(BOX, "", Symbology.CODE_128, id="gs1-128, engine silent"),
        pytest.param(BOX, "]Q3", Symbology.QR_CODE, id="gs1 qr"),
        pytest.param(BOX + "\r\n", "]d2", Symbology.DATA_MATRIX, id="line end"),
        pytest.param(BOX + GS, "]d2", Symbology.DATA_MATRIX, id="a separator too many"),
    ],
)
def test_the_published_vector(text: str, aim: str, symbology: Symbology) -> None:
    reading = read(text, aim, symbology)
    assert medicine(reading).to_json() == BOX_JSON
    assert reading.warnings == ()


def test_a_symbol_that_says_it_is_not_gs1_is_read_and_said() -> None:
    reading = read(BOX, "]d1")
    assert medicine(reading).to_json() == BOX_JSON
    assert reading.warnings == (WarningCode.GS1_MARK_MISSING,)


@pytest.mark.parametrize("stand_in", ["<GS>", "\u241d", " "], ids=["name", "picture", "space"])
def test_a_separator_typed_otherwise(stand_in: str) -> None:
    reading = read(BOX.replace(GS, stand_in))
    assert medicine(reading).to_json() == BOX_JSON
    assert reading.warnings == (WarningCode.GS_MISSING,)


@pytest.mark.parametrize("aim", ["", "]d1"])
def test_what_may_have_run_together_is_not_given(aim: str) -> None:
    # What libdmtx makes of this box: FNC1 dropped, nothing said about GS1.
    reading = read(BOX.replace(GS, ""), aim)
    assert medicine(reading).to_json() == {**BOX_JSON, "lot": None, "serial": None}
    assert WarningCode.GS_MISSING in reading.warnings


def test_a_declared_value_that_looks_like_two_is_one() -> None:
    reading = read("01034009359558381727113010LOT42A21SN")
    assert medicine(reading).lot == "LOT42A21SN"
    assert reading.warnings == ()


def test_an_undeclared_value_that_cannot_hold_another_is_given() -> None:
    assert medicine(read("01034009000012321724030010B17", "")).lot == "B17"


@given(st.permutations(range(4)))
def test_any_order_of_the_elements(order: list[int]) -> None:
    elements = [("0103400935955838", ""), ("17271130", ""), ("10LOT42A", GS), ("21SN0001234567", GS)]
    # A box is known by the GTIN in front, as all are printed; the others come in any order.
    text = "".join("".join(elements[at]) for at in sorted(order, key=lambda at: (at != 0, order.index(at))))
    assert medicine(read(text)).to_json() == BOX_JSON


def test_the_other_elements_of_boxes_do_not_disturb() -> None:
    others = (
        f"11240101152702283012{GS}37 5{GS}".replace(" ", "") + f"240REF{GS}3103001250" + f"7110000000{GS}"
    )
    reading = read(BOX[:24] + others + BOX[24:])
    assert medicine(reading).to_json() == BOX_JSON
    assert reading.warnings == ()


@pytest.mark.parametrize("ai", [f"71{n}" for n in range(8)])
def test_national_numbers_are_cut_out(ai: str) -> None:
    text = f"0104006381333931{ai}3400935955838{GS}17271130"
    payload = medicine(read(text))
    assert payload.cip13 == ("3400935955838" if ai == "711" else None)
    assert payload.expiry == date(2027, 11, 30)


def test_a_foreign_box_has_no_cip13() -> None:
    assert medicine(read(f"0108903819987659{'17310630'}")).cip13 is None


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        pytest.param("0103400934012309", (WarningCode.GTIN_KEY,), id="wrong key"),
        pytest.param("010340093595583817271330", (WarningCode.EXPIRY_INVALID,), id="month 13"),
        pytest.param("010340093595583817270230", (WarningCode.EXPIRY_INVALID,), id="30 February"),
        pytest.param("010340093595583817270000", (WarningCode.EXPIRY_INVALID,), id="month 00"),
        pytest.param("0103400935955838172702AB", (WarningCode.EXPIRY_INVALID,), id="letters in a date"),
        pytest.param("010340093595583810", (WarningCode.DAMAGED,), id="empty lot"),
        pytest.param("010340093595583817", (WarningCode.DAMAGED,), id="cut date"),
        pytest.param("0103400935955838ZZ", (WarningCode.DAMAGED,), id="no identifier"),
        pytest.param("010340093595583899", (WarningCode.DAMAGED,), id="empty internal value"),
        pytest.param("010340093595583805X", (WarningCode.DAMAGED,), id="unassigned identifier"),
        pytest.param("010340093595583810LÔT", (WarningCode.DAMAGED,), id="accent in a lot"),
        pytest.param(f"010340093595583810A{GS}10B", (WarningCode.DUPLICATE_KEY,), id="two lots"),
        pytest.param(f"010340093595583810A{GS}10A", (), id="one lot twice"),
    ],
)
def test_what_is_odd_warns_and_the_gtin_is_read(text: str, warnings: tuple[WarningCode, ...]) -> None:
    reading = read(text)
    assert medicine(reading).gtin == text[2:16]
    assert reading.warnings == warnings


@pytest.mark.parametrize("text", ["01", "0103400", "010340093595583A"])
def test_a_declared_code_without_a_gtin_is_damaged(text: str) -> None:
    reading = read(text)
    assert (reading.kind, reading.payload, reading.warnings) == (Kind.MEDICINE, None, (WarningCode.DAMAGED,))


@pytest.mark.parametrize("text", ["00340093595583812345", "10LOT", "17271130", "0203400935955838"])
def test_gs1_codes_of_something_else_are_opaque(text: str) -> None:
    assert read(text).kind is Kind.OPAQUE


@pytest.mark.parametrize(
    "text",
    [
        "0112345678901231",
        "0112345678901232",
        "011234567890123117999999rest of a text",
        "01 02 03 04",
        "0123456789",
        "01é4567890123456",
    ],
)
def test_plain_numbers_are_no_boxes(text: str) -> None:
    assert read(text, "").kind is Kind.OPAQUE
    assert read(text, "]d1").kind is Kind.OPAQUE


@pytest.mark.parametrize(
    ("gtin", "kind"), [("08903819987659", Kind.MEDICINE), ("08903819987658", Kind.OPAQUE)]
)
def test_an_undeclared_foreign_box_needs_the_right_key(gtin: str, kind: Kind) -> None:
    assert read(f"01{gtin}21S1ND6MPPFCGG6B869XES{GS}1731063010BNav4Cam2", "").kind is kind


def test_an_undeclared_foreign_box_needs_a_second_element() -> None:
    assert read("0108903819987659", "").kind is Kind.OPAQUE
    assert read("0108903819987659", "]d2").kind is Kind.MEDICINE


def test_an_undeclared_qr_code_is_no_box() -> None:
    assert read(BOX, "]Q1", Symbology.QR_CODE).kind is Kind.OPAQUE
    assert read(BOX, "", Symbology.QR_CODE).kind is Kind.OPAQUE


@pytest.mark.parametrize(("ai", "longest"), [("10", 20), ("21", 20), ("711", 20), ("30", 8), ("91", 90)])
def test_length_of_a_value(ai: str, longest: int) -> None:
    whole = parse_message(ai + "1" * longest)
    assert whole.is_whole
    assert whole.values == {ai: "1" * longest}
    assert not parse_message(ai + "1" * (longest + 1)).is_whole


class TestDates:
    """YYMMDD of GS1."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("271130", date(2027, 11, 30)),
            ("271100", date(2027, 11, 30)),
            ("270200", date(2027, 2, 28)),
            ("280200", date(2028, 2, 29)),
            ("271200", date(2027, 12, 31)),
            ("760101", date(2076, 1, 1)),
            ("770101", date(1977, 1, 1)),
            ("990101", date(1999, 1, 1)),
            ("000101", date(2000, 1, 1)),
        ],
    )
    def test_days_and_centuries(self, value: str, expected: date) -> None:
        assert date_of(value) == expected

    @pytest.mark.parametrize(
        "value", ["", "27113", "2711300", "27AB30", "271331", "270230", "270000", "２71130"]
    )
    def test_no_date(self, value: str) -> None:
        assert date_of(value) is None

    @pytest.mark.parametrize(
        ("window", "value", "year"),
        [
            (2051, "010101", 2101), (2051, "020101", 2002), (2049, "000101", 2000), (2050, "000101", 2100),
            (2099, "490101", 2149), (2099, "500101", 2050),
        ],
    )  # fmt: skip
    def test_the_window_moves_with_its_year(self, window: int, value: str, year: int) -> None:
        found = date_of(value, window)
        assert found is not None
        assert found.year == year

    @given(st.integers(2000, 2199), st.integers(0, 99))
    def test_the_year_is_at_most_49_back_and_50_ahead(self, window: int, two_digits: int) -> None:
        found = date_of(f"{two_digits:02d}0101", window)
        assert found is not None
        assert found.year % 100 == two_digits
        assert -49 <= found.year - window <= 50


class TestExpiry:
    """Judged against the day that is given, never by the clock."""

    @pytest.mark.parametrize(
        ("today", "expired"),
        [(date(2027, 11, 29), False), (date(2027, 11, 30), False), (date(2027, 12, 1), True)],
    )
    def test_the_last_day_is_still_good(self, today: date, expired: bool) -> None:
        assert medicine(read(BOX)).is_expired(today) is expired

    def test_a_box_without_a_date_is_not_expired(self) -> None:
        assert not medicine(read("0103400935955838")).is_expired(date.max)


class TestLinear:
    """CIP13 in EAN-13, Code 39 and Code 128."""

    LINEAR = (Symbology.EAN_13, Symbology.CODE_39, Symbology.CODE_128)

    @pytest.mark.parametrize("symbology", LINEAR)
    @pytest.mark.parametrize("code", ["3400935955838", "3400900001232"])
    def test_published_codes(self, symbology: Symbology, code: str) -> None:
        reading = read(code, "", symbology)
        expected = {"gtin": f"0{code}", "cip13": code, "lot": None, "expiry": None, "serial": None}
        assert medicine(reading).to_json() == expected
        assert reading.warnings == ()

    @pytest.mark.parametrize("symbology", LINEAR)
    def test_a_wrong_key_warns(self, symbology: Symbology) -> None:
        reading = read("3400934012308", "", symbology)
        assert medicine(reading).cip13 == "3400934012308"
        assert reading.warnings == (WarningCode.GTIN_KEY,)

    @pytest.mark.parametrize("symbology", LINEAR)
    @pytest.mark.parametrize(
        "code", ["4006381333931", "340093595583", "34009359558388", "3595583", "340093595583A"]
    )
    def test_other_codes_are_opaque(self, symbology: Symbology, code: str) -> None:
        assert read(code, "", symbology).kind is Kind.OPAQUE

    @pytest.mark.parametrize("symbology", [Symbology.DATA_MATRIX, Symbology.QR_CODE])
    def test_a_bare_cip13_in_a_matrix_code_is_opaque(self, symbology: Symbology) -> None:
        assert read("3400935955838", "", symbology).kind is Kind.OPAQUE


@pytest.mark.parametrize(
    ("gtin", "cip13"), [("3400935955838", None), ("0340093595583A", None), ("03400935955838", "1")]
)
def test_a_medicine_cannot_be_built_wrong(gtin: str, cip13: str | None) -> None:
    with pytest.raises(ValueError):
        Medicine(gtin, cip13, None, None, None)
