"""The INS Data Matrix: published vectors, separators lost in every way, and what must not pass."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.decode.payloads import InsIdentity, Kind, Reading, WarningCode, interpret
from appliance.decode.payloads.ins import MAX_NAME_LENGTH
from appliance.decode.symbol import Symbology
from appliance.identifiers import Environment
from tests.payloads.vectors import (
    GS,
    INS_ALL,
    INS_CORSICA,
    INS_CORSICA_TEST,
    INS_HEADER,
    INS_MAXIMUM,
    INS_NIA,
    INS_NO_PLACE,
    INS_OTHER_ORDER,
)


def read(text: str, *, test_data_expected: bool = True) -> Reading:
    return interpret(Symbology.DATA_MATRIX, text.encode(), "]d1", test_data_expected=test_data_expected)


def identity(reading: Reading) -> InsIdentity:
    assert reading.kind is Kind.INS
    assert isinstance(reading.payload, InsIdentity)
    return reading.payload


V1_JSON = {
    "matricule": "297022A02077878",
    "oid": "1.2.250.1.213.1.4.10",
    "given_names": ["DOMINIQUE"],
    "birth_name": "ADRTROIS",
    "sex": "F",
    "birth_date": "1997-02-26",
    "birth_place": "2A020",
    "degraded": False,
}

EXPECTED = {
    "V1": V1_JSON,
    "V2": {
        "matricule": "160012B02077713",
        "oid": "1.2.250.1.213.1.4.8",
        "given_names": ["TOUSSAINT"],
        "birth_name": "ADRTROIS",
        "sex": "M",
        "birth_date": "1960-01-01",
        "birth_place": "2B020",
        "degraded": False,
    },
    "V3": {
        "matricule": "277010115400329",
        "oid": "1.2.250.1.213.1.4.8",
        "given_names": ["SARAH-LOU", "ANNA"],
        "birth_name": "GARCIA-HAMMADI",
        "sex": "F",
        "birth_date": "1977-01-21",
        "birth_place": None,
        "degraded": False,
    },
    "V4": {
        "matricule": "790069925500147",
        "oid": "1.2.250.1.213.1.4.9",
        "given_names": ["JEAN", "LOUIS"],
        "birth_name": "D'ARGENT",
        "sex": "M",
        "birth_date": "1990-06-25",
        "birth_place": "99255",
        "degraded": False,
    },
    "V5": {
        "matricule": "255117511608932",
        "oid": "1.2.250.1.213.1.4.10",
        "given_names": ["MARIE", "CLAIRE"],
        "birth_name": "DUPONT-MARTIN",
        "sex": "F",
        "birth_date": "1955-11-03",
        "birth_place": "75116",
        "degraded": False,
    },
    "V6": {
        "matricule": "184067505604240",
        "oid": "1.2.250.1.213.1.4.10",
        "given_names": ["A" * 100],
        "birth_name": "B" * 100,
        "sex": "M",
        "birth_date": "1984-06-15",
        "birth_place": "75056",
        "degraded": False,
    },
}

VECTORS = [pytest.param(name, id=name) for name in INS_ALL]


@pytest.mark.parametrize("name", VECTORS)
def test_the_published_vectors(name: str) -> None:
    reading = read(INS_ALL[name])
    assert identity(reading).to_json() == EXPECTED[name]
    assert reading.warnings == ()
    assert reading.text == INS_ALL[name]


def test_the_lengths_of_the_published_vectors() -> None:
    assert [len(text) for text in INS_ALL.values()] == [110, 110, 114, 111, 117, 291]


@pytest.mark.parametrize("name", ["V1", "V2", "V3", "V4", "V5"])
@pytest.mark.parametrize(
    "stand_in", ["<GS>", "<gs>", "\u241d", " ", ""], ids=["name", "lower", "picture", "space", "lost"]
)
def test_separators_lost_in_every_way(name: str, stand_in: str) -> None:
    reading = read(INS_ALL[name].replace(GS, stand_in))
    assert identity(reading).to_json() == {**EXPECTED[name], "degraded": True}
    assert reading.warnings == (WarningCode.GS_MISSING,)


def test_one_separator_lost_is_enough_to_be_degraded() -> None:
    assert identity(read(INS_CORSICA.replace(GS, "", 1))).degraded


def test_at_the_maximum_length_no_separator_is_missed() -> None:
    assert not identity(read(INS_MAXIMUM)).degraded


@pytest.mark.parametrize("name", VECTORS)
def test_separators_where_none_is_needed_do_no_harm(name: str) -> None:
    text = INS_ALL[name]
    for number in "123567":
        text = text.replace(f"S{number}", f"{GS}S{number}") if f"{GS}S{number}" not in text else text
    text = INS_HEADER + text.removeprefix(INS_HEADER).lstrip(GS) + GS
    reading = read(text)
    assert identity(reading).to_json() == EXPECTED[name]
    assert reading.warnings == ()


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize(
    "tail", ["\r\n", "\n", "\0", " ", "\x1e\x04"], ids=["crlf", "lf", "nul", "space", "rs eot"]
)
def test_what_follows_the_last_field_is_nothing(name: str, tail: str) -> None:
    reading = read(INS_ALL[name] + tail)
    assert identity(reading).to_json() == EXPECTED[name]
    assert reading.warnings == ()


@pytest.mark.parametrize("name", VECTORS)
def test_all_in_lower_case(name: str) -> None:
    reading = read(INS_ALL[name].lower())
    assert identity(reading).to_json() == {**EXPECTED[name], "degraded": True}
    assert reading.warnings == (WarningCode.LOWER_CASE,)


def test_names_in_lower_case() -> None:
    reading = read(INS_CORSICA_TEST.replace("DOMINIQUE", "Dominique").replace("ADRTROIS", "adrtrois"))
    assert identity(reading).to_json() == {**V1_JSON, "degraded": True}
    assert reading.warnings == (WarningCode.LOWER_CASE,)


@given(st.permutations(range(7)))
def test_any_order_of_the_fields(order: list[int]) -> None:
    fields = [
        "S1255117511608932", "S21.2.250.1.213.1.4.10", "S3MARIE CLAIRE", "S4DUPONT-MARTIN", "S5F",
        "S603-11-1955", "S775116",
    ]  # fmt: skip
    ordered = [fields[at] for at in order]
    ends = [GS if field[:2] in {"S3", "S4"} else "" for field in ordered]
    ends[-1] = ""
    text = INS_HEADER + "".join(field + end for field, end in zip(ordered, ends, strict=True))
    assert identity(read(text)).to_json() == EXPECTED["V5"]
    lost = identity(read(text.replace(GS, ""))).to_json()
    assert {**lost, "degraded": False} == EXPECTED["V5"]


@given(
    given_names=st.lists(
        st.from_regex(r"[A-Z]{1,10}(-[A-Z]{1,10})?", fullmatch=True), min_size=1, max_size=4
    ),
    birth_name=st.from_regex(r"[A-Z]([A-Z]|[-' ][A-Z]){0,30}", fullmatch=True),
    separator=st.sampled_from([GS, "<GS>", " ", ""]),
)
def test_names_never_run_into_their_neighbours(
    given_names: list[str], birth_name: str, separator: str
) -> None:
    names = f"S3{' '.join(given_names)}{separator}S4{birth_name}{separator}"
    text = f"{INS_HEADER}S1184067505604240S21.2.250.1.213.1.4.10{names}S5MS615-06-1984S775056"
    payload = identity(read(text))
    assert (list(payload.given_names), payload.birth_name) == (given_names, birth_name)
    assert payload.degraded is (separator != GS)


class TestPublishedSamples:
    """Strings found in other programs, most with wrong keys."""

    def test_a_space_for_gs_and_the_birth_name_last(self) -> None:
        reading = read(
            f"{INS_HEADER}S1118058599124123S21.2.250.1.213.1.4.8 S3FIRST NAMETEST S5MS618-06-1985"
            "S713201S4LASTNAMETEST"
        )
        payload = identity(reading)
        assert (payload.given_names, payload.birth_name) == (("FIRST", "NAMETEST"), "LASTNAMETEST")
        assert payload.degraded
        assert reading.warnings == (WarningCode.NIR_KEY, WarningCode.GS_MISSING)

    @pytest.mark.parametrize("gs", [GS, "<GS>"], ids=["byte", "text"])
    def test_an_oid_that_is_none(self, gs: str) -> None:
        reading = read(
            f"{INS_HEADER}S1123549685274612S22597845632548156952{gs}S3TEST1 TEST2 TEST{gs}"
            f"S4DATAMATRIXTEST{gs}S5MS631-08-2021S799255"
        )
        # Its given names hold digits, which no strict name does.
        assert (reading.kind, reading.payload) == (Kind.INS, None)
        assert {WarningCode.DAMAGED, WarningCode.INS_GIVEN_NAMES} <= set(reading.warnings)

    def test_the_separator_lost_and_an_o_in_the_header(self) -> None:
        reading = read(
            "ISO010000000000000000000000S1123456789012345S21.2.250.1.213.1.4.8S3JOHN DOES4SMITH"
            "S5MS601-01-1990S799999"
        )
        assert (reading.kind, reading.payload) == (Kind.OPAQUE, None)
        assert reading.warnings == (WarningCode.INS_HEADER,)

    def test_a_whole_one_with_a_wrong_key(self) -> None:
        reading = read(
            f"{INS_HEADER}S1185057512345673S21.2.250.1.213.1.4.8{GS}S3ADA{GS}S4LOVELACE{GS}"
            "S5FS610-12-1815S799100"
        )
        assert identity(reading).birth_date == date(1815, 12, 10)
        assert WarningCode.GS_MISSING not in reading.warnings


class TestNegatives:
    """What must not pass as an identity, or not without a word."""

    @pytest.mark.parametrize("version", ["02", "00", "99"])
    def test_another_version_is_shown_raw(self, version: str) -> None:
        reading = read(INS_CORSICA_TEST.replace("IS01", f"IS{version}"))
        assert (reading.kind, reading.payload) == (Kind.OPAQUE, None)
        assert reading.warnings == (WarningCode.UNKNOWN_VERSION,)

    def test_a_letter_o_in_the_header(self) -> None:
        reading = read("ISO1" + INS_CORSICA_TEST[4:])
        assert (reading.kind, reading.warnings) == (Kind.OPAQUE, (WarningCode.INS_HEADER,))

    def test_key_00(self) -> None:
        reading = read(INS_CORSICA_TEST.replace("297022A02077878", "297022A02077800"))
        assert identity(reading).matricule == "297022A02077800"
        assert reading.warnings == (WarningCode.NIR_KEY,)

    @pytest.mark.parametrize(
        ("old", "new", "warning"),
        [
            pytest.param("S5F", "S5I", WarningCode.INS_SEX, id="sex unknown"),
            pytest.param("S5F", "S5", WarningCode.INS_SEX, id="sex empty"),
            pytest.param("26-02-1997", "1997-02-26", WarningCode.INS_BIRTH_DATE, id="iso date"),
            pytest.param("26-02-1997", "31-02-1997", WarningCode.INS_BIRTH_DATE, id="no such day"),
            pytest.param("26-02-1997", "00-02-1997", WarningCode.INS_BIRTH_DATE, id="day unknown"),
            pytest.param("26-02-1997", "26-02-1799", WarningCode.INS_BIRTH_DATE, id="too old"),
            pytest.param("26-02-1997", "26/02/1997", WarningCode.INS_BIRTH_DATE, id="slashes"),
            pytest.param("DOMINIQUE", "DOM1NIQUE", WarningCode.INS_GIVEN_NAMES, id="digit in a given name"),
            pytest.param("DOMINIQUE", "", WarningCode.INS_GIVEN_NAMES, id="no given name"),
            pytest.param("DOMINIQUE", "-' ", WarningCode.INS_GIVEN_NAMES, id="no letter"),
            pytest.param("ADRTROIS", "ADR.TROIS", WarningCode.INS_BIRTH_NAME, id="point in a name"),
            pytest.param("ADRTROIS", "ADR\x00TROIS", WarningCode.INS_BIRTH_NAME, id="nul in a name"),
            pytest.param("ADRTROIS", f"ADR{GS}TROIS", WarningCode.INS_BIRTH_NAME, id="gs in a name"),
            pytest.param(
                "297022A02077878", "297022A0207787", WarningCode.INS_MATRICULE, id="short matricule"
            ),
            pytest.param("297022A02077878", "297022C02077878", WarningCode.INS_MATRICULE, id="letter"),
            pytest.param("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4", WarningCode.INS_OID, id="short oid"),
            pytest.param("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.100", WarningCode.INS_OID, id="long oid"),
            pytest.param("S1297022A02077878", "", WarningCode.INS_FIELD_MISSING, id="no matricule"),
            pytest.param("S626-02-1997", "", WarningCode.INS_FIELD_MISSING, id="no date"),
            pytest.param("S5F", "S5FS5M", WarningCode.DUPLICATE_KEY, id="two sexes"),
            pytest.param("S5F", "S5FF", WarningCode.INS_SEX, id="sex too long"),
        ],
    )
    def test_without_every_mandatory_trait_there_is_no_identity(
        self, old: str, new: str, warning: WarningCode
    ) -> None:
        reading = read(INS_CORSICA_TEST.replace(old, new))
        assert (reading.kind, reading.payload) == (Kind.INS, None)
        assert {WarningCode.DAMAGED, warning} <= set(reading.warnings)

    @pytest.mark.parametrize("place", ["2C020", "2A02", "2A0200", "A2020"])
    def test_a_wrong_birth_place_costs_the_birth_place_only(self, place: str) -> None:
        reading = read(INS_CORSICA_TEST.replace("S72A020", f"S7{place}"))
        assert identity(reading).birth_place is None
        assert reading.warnings == (WarningCode.INS_BIRTH_PLACE,)

    def test_the_same_field_twice_with_one_value(self) -> None:
        assert identity(read(INS_CORSICA_TEST.replace("S5F", "S5FS5F"))).sex == "F"

    @pytest.mark.parametrize("number", ["0", "8", "9"])
    def test_a_field_to_come_is_passed_over(self, number: str) -> None:
        reading = read(INS_CORSICA_TEST + f"S{number}NEW")
        assert identity(reading).to_json() == V1_JSON
        assert reading.warnings == (WarningCode.UNKNOWN_FIELD,)

    def test_accents_are_kept_and_said(self) -> None:
        reading = read(INS_CORSICA_TEST.replace("ADRTROIS", "ADRTROÏS"))
        assert identity(reading).birth_name == "ADRTROÏS"
        assert reading.warnings == (WarningCode.NAME_CHARSET,)

    def test_accents_in_latin_1_are_kept(self) -> None:
        content = INS_CORSICA_TEST.replace("ADRTROIS", "ADRTROÏS").encode("latin-1")
        assert identity(interpret(Symbology.DATA_MATRIX, content)).birth_name == "ADRTROÏS"

    def test_a_number_that_is_no_nir(self) -> None:
        reading = read(INS_CORSICA_TEST.replace("297022A02077878", "597022002077878"))
        assert WarningCode.NIR_FORMAT in reading.warnings
        assert identity(reading)

    @pytest.mark.parametrize("length", [21, 23])
    def test_a_header_of_another_length(self, length: int) -> None:
        reading = read(INS_CORSICA_TEST.replace(INS_HEADER, "IS01" + "0" * length))
        assert identity(reading).to_json() == V1_JSON
        assert reading.warnings == (WarningCode.INS_HEADER,)

    def test_a_header_that_is_not_all_zeros(self) -> None:
        reading = read(INS_CORSICA_TEST.replace(INS_HEADER, "IS01FR03" + "0" * 18))
        assert identity(reading).to_json() == V1_JSON
        assert reading.warnings == (WarningCode.INS_HEADER,)

    @pytest.mark.parametrize("text", [INS_HEADER, INS_HEADER[:20], INS_HEADER + "X", INS_HEADER + "S"])
    def test_a_header_without_a_message(self, text: str) -> None:
        reading = read(text)
        assert (reading.kind, reading.payload) == (Kind.INS, None)
        assert WarningCode.DAMAGED in reading.warnings

    @pytest.mark.parametrize("text", ["IS", "IS0", "IS01", "ISO 9001", "IS01A", "ISBN 2-07-036822-X", "is"])
    def test_other_texts_that_begin_alike(self, text: str) -> None:
        reading = read(text)
        assert (reading.kind, reading.warnings) == (Kind.OPAQUE, ())


class TestEnvironment:
    """Test and demonstration identities are alarming in production."""

    @pytest.mark.parametrize(
        ("oid", "warnings"),
        [
            ("1.2.250.1.213.1.4.10", (WarningCode.TEST_IDENTITY,)),
            ("1.2.250.1.213.1.4.11", (WarningCode.DEMO_IDENTITY,)),
            ("1.2.250.1.213.1.4.12", (WarningCode.OID_UNKNOWN,)),
        ],
    )
    def test_in_production(self, oid: str, warnings: tuple[WarningCode, ...]) -> None:
        reading = read(INS_CORSICA_TEST.replace("1.2.250.1.213.1.4.10", oid), test_data_expected=False)
        assert reading.warnings == warnings
        assert identity(reading).oid == oid

    @pytest.mark.parametrize("text", [INS_CORSICA, INS_NIA, INS_NO_PLACE], ids=["V2", "V4", "V3"])
    def test_persons_are_no_alarm(self, text: str) -> None:
        assert read(text, test_data_expected=False).warnings == ()

    @pytest.mark.parametrize("arc", ["2", "6", "7"])
    def test_the_computed_identifier_of_old_is_not_expected(self, arc: str) -> None:
        text = INS_CORSICA.replace("1.2.250.1.213.1.4.8", f"1.2.250.1.213.1.4.{arc}")
        assert read(text).warnings == (WarningCode.OID_UNKNOWN,)

    def test_the_authority_of_an_identity(self) -> None:
        authority = identity(read(INS_OTHER_ORDER)).authority
        assert authority is not None
        assert authority.environment is Environment.TEST


@pytest.mark.parametrize("field", ["S3", "S4"])
@pytest.mark.parametrize(("length", "kept"), [(MAX_NAME_LENGTH, True), (MAX_NAME_LENGTH + 1, False)])
def test_length_of_a_name(field: str, length: int, kept: bool) -> None:
    old = {"S3": "S3DOMINIQUE", "S4": "S4ADRTROIS"}[field]
    reading = read(INS_CORSICA_TEST.replace(old, field + "A" * length))
    assert (reading.payload is not None) is kept


def test_in_a_qr_code_it_is_read_and_said() -> None:
    reading = interpret(Symbology.QR_CODE, INS_CORSICA_TEST.encode())
    assert identity(reading).to_json() == V1_JSON
    assert reading.warnings == (WarningCode.UNEXPECTED_SYMBOLOGY,)


@pytest.mark.parametrize(
    "changes",
    [
        {"matricule": "1"},
        {"oid": "1.2"},
        {"given_names": ()},
        {"given_names": ("A1",)},
        {"birth_name": ""},
        {"sex": "I"},
        {"birth_place": "1"},
    ],
    ids=str,
)
def test_an_identity_cannot_be_built_wrong(changes: dict[str, object]) -> None:
    traits: dict[str, object] = {
        "matricule": "297022A02077878",
        "oid": "1.2.250.1.213.1.4.10",
        "given_names": ("DOMINIQUE",),
        "birth_name": "ADRTROIS",
        "sex": "F",
        "birth_date": date(1997, 2, 26),
        "birth_place": None,
        "degraded": False,
    }
    InsIdentity(**traits)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        InsIdentity(**{**traits, **changes})  # type: ignore[arg-type]
