"""The ordonnance numérique: published vectors, odd forms, and the salvage of broken ones."""

from __future__ import annotations

import base64
import json

import pytest

from appliance.decode.payloads import Kind, Ordonnance, Reading, WarningCode, interpret
from appliance.decode.payloads.json_document import MAX_DEPTH, MAX_DOCUMENT_LENGTH, MAX_NUMBER_LENGTH
from appliance.decode.payloads.ordonnance import MAX_FIELD_LENGTH, MAX_PRESCRIPTION_ID_LENGTH
from appliance.decode.symbol import Symbology
from tests.payloads.vectors import (
    ON_ACCENTS,
    ON_MISSING_BRACE,
    ON_NO_PATIENT,
    ON_UNKNOWN_KEYS,
    ON_VALID,
    ON_WRONG_RPPS,
)


def read(text: str | bytes, *, test_data_expected: bool = True) -> Reading:
    content = text.encode() if isinstance(text, str) else text
    return interpret(Symbology.QR_CODE, content, test_data_expected=test_data_expected)


def ordonnance(reading: Reading) -> Ordonnance:
    assert reading.kind is Kind.ORDONNANCE
    assert isinstance(reading.payload, Ordonnance)
    return reading.payload


def document(**changes: object) -> str:
    """The valid vector with values replaced by path, `D_ID` for D.ID."""
    root = json.loads(ON_VALID)
    for path, value in changes.items():
        *parents, name = path.split("_")
        section = root
        for parent in parents:
            section = section[parent]
        section[name] = value
    return json.dumps(root, ensure_ascii=False, separators=(",", ":"))


VALID_JSON = {
    "version": 2,
    "prescription_id": "202106180921110040",
    "patient": {"family_name": "GENE", "given_name": "Alain", "birth_date": "1966-02-23"},
    "prescriber": {"rpps": "99900038441", "am": "991118019", "finess": None, "substitute_rpps": None},
    "extra": {},
}


def test_q1_the_sample_of_the_specification() -> None:
    assert len(ON_VALID.encode()) == 135
    reading = read(ON_VALID)
    assert reading.to_json() == {
        "symbology": "QRCode",
        "text": ON_VALID,
        "bytes": base64.b64encode(ON_VALID.encode()).decode(),
        "kind": "ordonnance",
        "payload": VALID_JSON,
        "warnings": [],
    }


def test_q2_the_first_version_names_no_patient() -> None:
    reading = read(ON_NO_PATIENT)
    payload = ordonnance(reading)
    assert (payload.version, payload.patient, reading.warnings) == (1, None, ())
    assert payload.to_json()["patient"] is None


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_q3_accents_come_out_right(charset: str) -> None:
    reading = read(ON_ACCENTS.encode(charset))
    patient = ordonnance(reading).patient
    assert patient is not None
    assert (patient.family_name, patient.given_name) == ("D'ÂGE", "Andrée-Zoé")
    assert reading.text == ON_ACCENTS
    assert reading.warnings == ()


def test_windows_letters_that_latin_1_lacks_come_out_right() -> None:
    patient = ordonnance(read(document(D_P_N="D’Œuvre").encode("cp1252"))).patient
    assert patient is not None
    assert patient.family_name == "D’Œuvre"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ON_ACCENTS.encode().replace("Â".encode(), b"\xc2"), id="half of one letter lost"),
        pytest.param(ON_ACCENTS.encode("latin-1").replace(b"\xc2", b"\x81"), id="a control character"),
        pytest.param(ON_ACCENTS.replace("Â", "\ufffd").encode(), id="replaced by an earlier reader"),
        pytest.param(ON_VALID.replace("GENE", "\\ud83d").encode(), id="half of an escaped pair"),
    ],
)
def test_accents_that_cannot_be_told_are_said(content: bytes) -> None:
    reading = read(content)
    assert WarningCode.CHARSET_UNCERTAIN in reading.warnings
    patient = ordonnance(reading).patient
    assert patient is not None
    assert patient.birth_date is not None
    json.dumps(reading.to_json(), ensure_ascii=False).encode()


def test_q4_a_missing_brace_is_damage_and_all_is_still_read() -> None:
    reading = read(ON_MISSING_BRACE)
    assert reading.warnings == (WarningCode.DAMAGED,)
    assert ordonnance(reading).to_json() == VALID_JSON


def test_q5_a_wrong_rpps_key_warns_and_keeps_the_number() -> None:
    reading = read(ON_WRONG_RPPS)
    assert reading.warnings == (WarningCode.RPPS_KEY,)
    assert ordonnance(reading).prescriber.rpps == "99900038442"


def test_q6_unknown_keys_are_kept_where_they_stood() -> None:
    reading = read(ON_UNKNOWN_KEYS)
    assert reading.warnings == ()
    expected = {
        "S": {"X": 1},
        "D": {"Z": ["a", None], "P": {"L": "63220"}, "M": {"Q": {"R": True}}},
        "T": "end",
    }
    assert ordonnance(reading).to_json() == {**VALID_JSON, "extra": expected}


def test_the_extra_cannot_be_changed() -> None:
    extra = ordonnance(read(ON_UNKNOWN_KEYS)).extra
    with pytest.raises(TypeError):
        extra["T"] = "other"  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        pytest.param({"D_M_RPPS": "9990003844"}, (WarningCode.RPPS_FORMAT,), id="short rpps"),
        pytest.param({"D_M_AM": "991118018"}, (WarningCode.AM_KEY,), id="wrong am key"),
        pytest.param({"D_M_AM": "0B9990017"}, (), id="am with a letter"),
        pytest.param({"D_M_AM": "99111801"}, (WarningCode.AM_FORMAT,), id="short am"),
        pytest.param({"S_V": 3}, (WarningCode.UNKNOWN_VERSION,), id="version to come"),
        pytest.param({"S_V": "2"}, (), id="version as text"),
        pytest.param({"S": {}}, (), id="no version"),
        pytest.param({"D_P_D": "23/02/1966"}, (WarningCode.BIRTH_DATE_FORMAT,), id="french date"),
        pytest.param({"D_P_D": "hier"}, (WarningCode.BIRTH_DATE_FORMAT,), id="no date"),
        pytest.param({"D_P_D": "1966-02-00"}, (WarningCode.BIRTH_DATE_INCOMPLETE,), id="incomplete date"),
        pytest.param({"D_P_N": "GE\x00NE"}, (WarningCode.CONTROL_CHARACTERS,), id="nul in a name"),
        pytest.param({"D_P_N": "GE\u202eNE"}, (WarningCode.CONTROL_CHARACTERS,), id="text turned around"),
        pytest.param({"D_P_N": "א"}, (), id="right to left letters"),
        pytest.param({"D_M": []}, (WarningCode.FIELD_UNREADABLE,), id="prescriber is no object"),
        pytest.param({"D_P": "GENE"}, (WarningCode.FIELD_UNREADABLE,), id="patient is no object"),
        pytest.param({"D_P_N": 1.5}, (WarningCode.FIELD_UNREADABLE,), id="name is a fraction"),
        pytest.param({"D_P_N": True}, (WarningCode.FIELD_UNREADABLE,), id="name is a truth value"),
        pytest.param({"S_V": -1}, (WarningCode.FIELD_UNREADABLE,), id="negative version"),
        pytest.param({"D_P_N": None}, (), id="null name"),
    ],
)
def test_what_is_odd_warns_and_the_number_is_read(
    changes: dict[str, object], warnings: tuple[WarningCode, ...]
) -> None:
    reading = read(document(**changes))
    assert reading.warnings == warnings
    assert ordonnance(reading).prescription_id == "202106180921110040"


def test_a_value_of_the_wrong_type_is_kept_in_the_extra() -> None:
    payload = ordonnance(read(document(D_P_N=1.5, S_V=-1, D_M=[1])))
    assert payload.to_json()["extra"] == {"S": {"V": "-1"}, "D": {"P": {"N": 1.5}, "M": [1]}}


def test_a_french_date_is_given_in_iso_form() -> None:
    patient = ordonnance(read(document(D_P_D="23/02/1966"))).patient
    assert patient is not None
    assert patient.birth_date == "1966-02-23"


@pytest.mark.parametrize("written", [202106180921110040, 42])
def test_a_number_as_id_is_exact(written: int) -> None:
    reading = read(document(D_ID=written))
    assert ordonnance(reading).prescription_id == str(written)
    assert reading.warnings == ()


@pytest.mark.parametrize("written", ["", "  ", None, [], {}, 1.5])
def test_an_ordonnance_without_a_usable_number_is_damaged(written: object) -> None:
    reading = read(document(D_ID=written))
    assert {WarningCode.DAMAGED, WarningCode.PRESCRIPTION_ID_MISSING} <= set(reading.warnings)
    assert ordonnance(reading).prescription_id is None


def test_an_ordonnance_whose_number_is_not_there_is_damaged() -> None:
    reading = read('{"S":{"V":2},"D":{"M":{"RPPS":"99900038441"}}}')
    assert reading.warnings == (WarningCode.DAMAGED, WarningCode.PRESCRIPTION_ID_MISSING)
    assert ordonnance(reading).prescriber.rpps == "99900038441"


def test_the_number_alone_is_enough() -> None:
    reading = read('{"D":{"ID":"A-1"}}')
    assert ordonnance(reading).to_json() == {
        "version": None,
        "prescription_id": "A-1",
        "patient": None,
        "prescriber": {"rpps": None, "am": None, "finess": None, "substitute_rpps": None},
        "extra": {},
    }
    assert reading.warnings == ()


@pytest.mark.parametrize(
    ("key", "value", "field", "warnings"),
    [
        ("FINESS", "750712184", "finess", ()),
        ("FinessGeo", "750712185", "finess", (WarningCode.FINESS_KEY,)),
        ("RPPSR", "89900012348", "substitute_rpps", ()),
        ("RPPS_REMP", "89900012349", "substitute_rpps", (WarningCode.SUBSTITUTE_RPPS_KEY,)),
        ("FINESS", "Hôpital", None, ()),
    ],
)
def test_keys_whose_names_are_not_public(
    key: str, value: str, field: str | None, warnings: tuple[WarningCode, ...]
) -> None:
    root = json.loads(ON_VALID)
    root["D"]["M"][key] = value
    reading = read(json.dumps(root))
    prescriber = ordonnance(reading).prescriber
    for name in ("finess", "substitute_rpps"):
        assert getattr(prescriber, name) == (value if name == field else None)
    assert prescriber.rpps == "99900038441"
    assert ordonnance(reading).to_json()["extra"] == {"D": {"M": {key: value}}}
    assert reading.warnings == warnings


def test_test_numbers_are_worth_a_warning_in_production_only() -> None:
    assert read(ON_VALID, test_data_expected=True).warnings == ()
    assert read(ON_VALID, test_data_expected=False).warnings == (WarningCode.TEST_IDENTITY,)


@pytest.mark.parametrize("surround", ["\n", "\r\n", " ", "\0", "\0\0\r\n"])
def test_padding_is_nothing(surround: str) -> None:
    reading = read(surround + ON_VALID + surround)
    assert ordonnance(reading).to_json() == VALID_JSON
    assert reading.warnings == ()


@pytest.mark.parametrize("tail", ["}", "x", ON_VALID])
def test_what_follows_the_document_is_said(tail: str) -> None:
    reading = read(ON_VALID + tail)
    assert ordonnance(reading).to_json() == VALID_JSON
    assert reading.warnings == (WarningCode.TRAILING_DATA,)


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    reading = read(ON_VALID.replace('"ID":', '"ID":"1","ID":'))
    assert ordonnance(reading).prescription_id == "202106180921110040"
    assert reading.warnings == (WarningCode.DUPLICATE_KEY,)


def test_line_breaks_and_tabs_inside_a_name_are_let_through() -> None:
    reading = read(ON_VALID.replace("GENE", "GE\n\tNE"))
    assert ordonnance(reading).to_json()["patient"] == {**VALID_JSON["patient"], "family_name": "GE\n\tNE"}  # type: ignore[dict-item]
    assert reading.warnings == (WarningCode.CONTROL_CHARACTERS,)


class TestSalvage:
    """Broken JSON: what is whole is read, what may have been cut is not."""

    @pytest.mark.parametrize("lost", [i for i, c in enumerate(ON_VALID) if c in "{}"], ids=str)
    def test_any_brace_may_be_missing(self, lost: int) -> None:
        reading = read(ON_VALID[:lost] + ON_VALID[lost + 1 :])
        payload = ordonnance(reading)
        assert WarningCode.DAMAGED in reading.warnings
        known = payload.to_json()
        for name in ("prescription_id", "version"):
            assert known[name] in {None, VALID_JSON[name]}
        assert payload.prescriber.rpps in {None, "99900038441"}
        assert payload.prescriber.am in {None, "991118019"}

    @pytest.mark.parametrize("lost", [i for i, c in enumerate(ON_VALID) if c == "}"], ids=str)
    def test_with_any_closing_brace_missing_all_is_read(self, lost: int) -> None:
        reading = read(ON_VALID[:lost] + ON_VALID[lost + 1 :])
        assert ordonnance(reading).to_json() == VALID_JSON
        assert WarningCode.DAMAGED in reading.warnings

    @pytest.mark.parametrize("length", range(20, len(ON_VALID)), ids=str)
    def test_a_cut_code_never_gives_a_part_for_the_whole(self, length: int) -> None:
        reading = read(ON_VALID[:length])
        payload = ordonnance(reading)
        assert WarningCode.DAMAGED in reading.warnings
        said = payload.to_json()
        assert said["version"] == 2
        assert said["prescription_id"] in {None, VALID_JSON["prescription_id"]}
        assert (said["prescription_id"] is None) == (WarningCode.PRESCRIPTION_ID_MISSING in reading.warnings)
        for section in ("patient", "prescriber"):
            for name, value in (said[section] or {}).items():  # type: ignore[attr-defined]
                assert value in {None, VALID_JSON[section][name]}  # type: ignore[index]

    def test_a_cut_after_the_number_keeps_it(self) -> None:
        reading = read('{"S":{"V":2},"D":{"ID":"202106180921110040","P":{"N":"GE')
        assert ordonnance(reading).prescription_id == "202106180921110040"
        assert ordonnance(reading).patient is None

    def test_a_last_number_may_lack_digits(self) -> None:
        assert ordonnance(read('{"S":{"V":2},"D":{"ID":2021')).prescription_id is None
        assert (
            ordonnance(read('{"S":{"V":2},"D":{"ID":202106180921110040}')).prescription_id
            == "202106180921110040"
        )

    def test_a_quote_inside_a_name_spoils_that_name_only_as_far_as_can_be_told(self) -> None:
        payload = ordonnance(read(ON_VALID.replace("GENE", 'GE"NE')))
        assert payload.prescription_id == "202106180921110040"
        assert payload.patient is None or payload.patient.family_name is None

    def test_pairs_of_unknown_objects_are_left_alone(self) -> None:
        broken = '{"S":{"V":2},"X":{"D":{"ID":"1"},"P":{"N":"X"}},"D":{"ID":"2","A":["ID",{"ID":"3"}]}'
        payload = ordonnance(read(broken))
        assert payload.prescription_id == "2"
        assert payload.patient is None

    def test_unknown_keys_are_kept(self) -> None:
        payload = ordonnance(read(ON_UNKNOWN_KEYS[:-1]))
        assert payload.to_json()["extra"] == {"S": {"X": 1}, "D": {"P": {"L": "63220"}}, "T": "end"}

    def test_two_different_numbers_are_said(self) -> None:
        reading = read('{"S":{"V":2},"D":{"ID":"1","ID":"2"}')
        assert ordonnance(reading).prescription_id == "2"
        assert WarningCode.DUPLICATE_KEY in reading.warnings

    def test_a_value_with_broken_escapes_is_not_given(self) -> None:
        reading = read('{"S":{"V":2},"D":{"ID":"\\x","P":{"N":"GENE"}}')
        assert ordonnance(reading).prescription_id is None
        assert ordonnance(reading).patient is not None

    def test_a_key_with_broken_escapes_names_nothing(self) -> None:
        reading = read('{"S":{"V":2},"D":{"\\x":"1","ID":"2"')
        assert ordonnance(reading).prescription_id == "2"
        assert ordonnance(reading).extra == {}

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "{}",
            '{"S":{"V":2}}',
            '{"S":{"V":2}',
            '{"D":"x","ID":1}',
            '{"D":{"X":1}}',
            '{"D":{"M":{"RPPS":"99900038441"}}}',
            '{"X":{"D":{"ID":"1"}}}',
            '{"":{"":{"D":{"ID":"1"}',
            '["D",{"ID":1}]',
            '"D"',
            "null",
            '{"token":"abc","exp":1}',
            "{'S':{'V':2},'D':{'ID':'1'}}",
            'x{"D":{"ID":"1"}}',
        ],
    )
    def test_other_json_is_opaque(self, text: str) -> None:
        reading = read(text)
        assert (reading.kind, reading.payload, reading.warnings) == (Kind.OPAQUE, None, ())


class TestBounds:
    """Each bound at n and at n + 1."""

    @pytest.mark.parametrize(
        ("length", "warned"), [(MAX_DOCUMENT_LENGTH, False), (MAX_DOCUMENT_LENGTH + 1, True)]
    )
    def test_length_of_the_document(self, length: int, warned: bool) -> None:
        text = document(X="")
        text = document(X="x" * (length - len(text)))
        assert len(text) == length
        reading = read(text)
        assert (WarningCode.TOO_LONG in reading.warnings) is warned
        assert (WarningCode.DAMAGED in reading.warnings) is warned
        assert ordonnance(reading).prescription_id == "202106180921110040"

    @pytest.mark.parametrize(("depth", "warned"), [(MAX_DEPTH, False), (MAX_DEPTH + 1, True)])
    def test_depth(self, depth: int, warned: bool) -> None:
        reading = read(ON_VALID[:-1] + ',"X":' + "[" * (depth - 1) + "]" * (depth - 1) + "}")
        assert (WarningCode.TOO_DEEP in reading.warnings) is warned
        assert (WarningCode.DAMAGED in reading.warnings) is warned
        assert ordonnance(reading).prescription_id == "202106180921110040"

    def test_brackets_inside_strings_are_not_depth(self) -> None:
        reading = read(document(D_P_N="[{" * 50))
        assert reading.warnings == ()

    @pytest.mark.parametrize(
        ("length", "kept"), [(MAX_PRESCRIPTION_ID_LENGTH, True), (MAX_PRESCRIPTION_ID_LENGTH + 1, False)]
    )
    def test_length_of_the_number(self, length: int, kept: bool) -> None:
        payload = ordonnance(read(document(D_ID="A" * length)))
        assert (payload.prescription_id is not None) is kept
        assert (payload.to_json()["extra"] == {}) is kept

    @pytest.mark.parametrize(("length", "kept"), [(MAX_FIELD_LENGTH, True), (MAX_FIELD_LENGTH + 1, False)])
    def test_length_of_a_field(self, length: int, kept: bool) -> None:
        reading = read(document(D_P_N="A" * length))
        patient = ordonnance(reading).patient
        assert patient is not None
        assert (patient.family_name is not None) is kept
        assert (WarningCode.FIELD_UNREADABLE in reading.warnings) is not kept

    @pytest.mark.parametrize(
        ("length", "as_text"), [(MAX_NUMBER_LENGTH, False), (MAX_NUMBER_LENGTH + 1, True)]
    )
    def test_length_of_a_number(self, length: int, as_text: bool) -> None:
        reading = read(ON_VALID[:-1] + ',"X":' + "9" * length + "}")
        value = ordonnance(reading).extra["X"]
        assert value == ("9" * length if as_text else int("9" * length))
        assert (WarningCode.NUMBER_AS_TEXT in reading.warnings) is as_text

    @pytest.mark.parametrize("literal", ["1e999", "-1e999", "1e-999", "0.1000000000000000055", "9" * 3000])
    def test_numbers_that_no_double_holds_are_given_as_text(self, literal: str) -> None:
        reading = read(ON_VALID[:-1] + f',"X":[{literal}]}}')
        assert ordonnance(reading).extra["X"] == (literal,)
        assert reading.warnings == (WarningCode.NUMBER_AS_TEXT,)

    @pytest.mark.parametrize(("literal", "value"), [("0e5", 0.0), ("-0.0", 0.0), ("1.5", 1.5), ("-7", -7)])
    def test_plain_numbers_stay_numbers(self, literal: str, value: float) -> None:
        assert ordonnance(read(ON_VALID[:-1] + f',"X":{literal}}}')).extra["X"] == value

    @pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
    def test_what_is_not_json_is_damage(self, constant: str) -> None:
        reading = read(ON_VALID[:-1] + f',"X":{constant}}}')
        assert WarningCode.DAMAGED in reading.warnings
        assert ordonnance(reading).to_json() == VALID_JSON


def test_in_a_data_matrix_it_is_read_and_said() -> None:
    reading = interpret(Symbology.DATA_MATRIX, ON_VALID.encode())
    assert ordonnance(reading).to_json() == VALID_JSON
    assert reading.warnings == (WarningCode.UNEXPECTED_SYMBOLOGY,)


@pytest.mark.parametrize("symbology", [Symbology.CODE_128, Symbology.CODE_39, Symbology.EAN_13])
def test_in_a_linear_code_it_is_opaque(symbology: Symbology) -> None:
    assert interpret(symbology, ON_VALID.encode()).kind is Kind.OPAQUE
