"""The status of a prescription: built right or not at all, in and out of JSON, every bound at n and n + 1."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from appliance.decode.payloads.ordonnance import MAX_PRESCRIPTION_ID_LENGTH
from appliance.display.status_screens import Standing
from appliance.display.typeface import small
from appliance.prescriptions.causes import MAX_MINUTES, Cause
from appliance.prescriptions.port import LookUpError
from appliance.prescriptions.status import (
    MAX_DISPENSATIONS,
    MAX_LABEL_CHARS,
    MAX_LINES,
    MAX_PRODUCT_CODE_CHARS,
    MAX_QUANTITY,
    MAX_RAW_CODE_CHARS,
    MAX_RENEWALS,
    Dispensation,
    InvalidStatusError,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
    StatusPatient,
)
from appliance.prescriptions.tlsi.envelope import Fault
from appliance.prescriptions.tlsi.faults import FAULT_CAUSES, clock_error, error_of
from appliance.texts.statuses import CAUSES, FAILURES, PLACES, SAID_BY, STANDINGS

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FULL = PrescriptionStatus(
    "202106180921110040",
    PrescriptionState.PARTLY_DISPENSED,
    Source.TLSI,
    AT,
    lines=(
        StatusLine(
            "AMOXICILLINE 1 g",
            "3400935955838",
            2,
            (Dispensation(1, Place.OTHER_PHARMACY, date(2026, 1, 3)), Dispensation(1)),
        ),
        StatusLine(""),
    ),
    consent=False,
    secured=True,
    renewals_total=3,
    renewals_left=0,
    raw_code="X-7",
    patient=StatusPatient("ADRTROIS", "DOMINIQUE", "1997-02-26"),
)


def test_a_status_goes_out_as_json_and_comes_back_the_same() -> None:
    document = FULL.to_json()
    assert PrescriptionStatus.from_json(document) == FULL
    assert document["at"] == "2026-01-05T09:00:00Z"


def test_nobody_and_nothing_shows_in_a_repr() -> None:
    for value in (FULL, FULL.lines[0], FULL.patient):
        assert repr(value) == str(value) == f"<{type(value).__name__}>"


def test_what_was_dispensed_of_a_line_is_summed_over_all_places() -> None:
    assert [line.dispensed for line in FULL.lines] == [2, 0]


@pytest.mark.parametrize(
    ("field", "least_wrong", "most_right"),
    [
        ("prescription_id", "9" * (MAX_PRESCRIPTION_ID_LENGTH + 1), "9" * MAX_PRESCRIPTION_ID_LENGTH),
        ("raw_code", "x" * (MAX_RAW_CODE_CHARS + 1), "x" * MAX_RAW_CODE_CHARS),
        ("renewals_total", MAX_RENEWALS + 1, MAX_RENEWALS),
        ("renewals_left", -1, 0),
        ("lines", [{"label": ""}] * (MAX_LINES + 1), [{"label": ""}] * MAX_LINES),
        ("lines", [{"label": "x" * (MAX_LABEL_CHARS + 1)}], [{"label": "x" * MAX_LABEL_CHARS}]),
        (
            "lines",
            [{"label": "", "code": "1" * (MAX_PRODUCT_CODE_CHARS + 1)}],
            [{"label": "", "code": "1" * MAX_PRODUCT_CODE_CHARS}],
        ),
        (
            "lines",
            [{"label": "", "prescribed": MAX_QUANTITY + 1}],
            [{"label": "", "prescribed": MAX_QUANTITY}],
        ),
        (
            "lines",
            [{"label": "", "dispensations": [{"quantity": 1}] * (MAX_DISPENSATIONS + 1)}],
            [{"label": "", "dispensations": [{"quantity": 1}] * MAX_DISPENSATIONS}],
        ),
        ("at", "2100-01-01T00:00:00Z", "2099-12-31T23:59:59Z"),
        ("at", "1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 16 else "",
)
def test_each_bound_at_n_and_beyond(field: str, least_wrong: object, most_right: object) -> None:
    PrescriptionStatus.from_json({**FULL.to_json(), field: most_right})
    with pytest.raises(InvalidStatusError) as refused:
        PrescriptionStatus.from_json({**FULL.to_json(), field: least_wrong})
    assert refused.value.field.startswith(field)
    assert str(least_wrong) not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "verified"},
        {"source": "LGO"},
        {"at": "2026-01-05T09:00:00"},
        {"at": 1767603600},
        {"consent": 1},
        {"unheard_of": None},
        {"prescription_id": ""},
        {"prescription_id": "1\n2"},
        {"raw_code": "\u202e"},
        {"lines": [{"label": "x", "dispensations": [{"quantity": True}]}]},
        {"renewals_left": float("nan")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_not_exactly_of_its_type_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidStatusError):
        PrescriptionStatus.from_json({**FULL.to_json(), **change})


def test_a_status_cannot_be_built_wrong_either() -> None:
    with pytest.raises(ValidationError) as refused:
        PrescriptionStatus("ADRTROIS" * 20, PrescriptionState.UNKNOWN, Source.LGO, AT)
    assert "ADRTROIS" not in str(refused.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_json_in_any_field_is_a_status_or_our_own_error(value: object) -> None:
    fields: list[str] = []
    for field in FULL.to_json():
        try:
            PrescriptionStatus.from_json({**FULL.to_json(), field: value})
        except InvalidStatusError as error:
            fields.append(error.field)
    assert all(len(field) <= 80 for field in fields)


def test_every_word_has_its_text() -> None:
    assert set(STANDINGS) == {standing.value for standing in Standing}
    assert {state.value for state in PrescriptionState} <= set(STANDINGS)
    assert set(SAID_BY) == {source.value for source in Source}
    assert set(PLACES) == {place.value for place in Place}
    assert {"unreachable", "refused", "not_authorised", "bad_answer", "clock_wrong", "lgo_silent"} <= set(
        FAILURES
    )


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_fits_the_footer_and_says_what_to_do(name: str) -> None:
    cause, footer = Cause(name, MAX_MINUTES), CAUSES[name].short.format(minutes=MAX_MINUTES)
    assert small().printable(footer) == footer
    assert small().width(footer) <= 124
    assert cause.title.endswith(".")
    assert cause.remedy.endswith(".")
    assert "{" not in cause.title


def test_a_cause_is_of_the_catalogue_and_its_minutes_are_bounded() -> None:
    for name, minutes in (("MONSIEUR X", 0), ("", 0), ("clock_late", -1), ("clock_late", MAX_MINUTES + 1)):
        with pytest.raises(ValueError, match=r"catalogue|minutes"):
            Cause(name, minutes)


@pytest.mark.parametrize(("code", "error"), FAULT_CAUSES.items())
def test_every_fault_has_a_cause_of_the_catalogue(code: str, error: tuple[type[LookUpError], str]) -> None:
    assert Cause(error[1]).title


@pytest.mark.parametrize("seconds", [120, 3600, MAX_MINUTES * 60, MAX_MINUTES * 60 + 60])
def test_a_clock_that_is_off_says_by_how_much_up_to_a_week(seconds: int) -> None:
    late = clock_error(timedelta(seconds=-seconds), "demo_horloge").cause
    early = clock_error(timedelta(seconds=seconds), "demo_horloge").cause
    minutes = seconds // 60
    if minutes > MAX_MINUTES:
        assert late == early == Cause("clock_wrong")
    else:
        assert (late, early) == (Cause("clock_late", minutes), Cause("clock_early", minutes))


def test_what_a_service_says_in_its_own_words_is_no_cause() -> None:
    fault = Fault(
        by_sender=True, subcode="x_1", code="x_2", severity="erreur", text="Patient ADRTROIS inconnu"
    )
    error = error_of(fault, None)
    assert error.cause == Cause("refused")
    assert "ADRTROIS" not in str(error.cause.to_json())
