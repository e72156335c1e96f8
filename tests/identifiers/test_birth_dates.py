"""Birth dates in the forms met, whole, incomplete and lunar."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.identifiers import BirthDate, MalformedError


@pytest.mark.parametrize("text", ["1966-02-23", "23/02/1966", "23-02-1966", "19660223"])
def test_whole_dates(text: str) -> None:
    parsed = BirthDate.parse(text)
    assert parsed.exact == parsed.conventional == date(1966, 2, 23)


@pytest.mark.parametrize(
    ("text", "conventional"),
    [
        ("1966-02-00", date(1966, 2, 1)),
        ("00/02/1966", date(1966, 2, 1)),
        ("1966-02", date(1966, 2, 1)),
        ("1966-02-30", date(1966, 2, 1)),
        ("1966-02-99", date(1966, 2, 1)),
        ("1966-00-23", date(1966, 1, 23)),
        ("1966-13-23", date(1966, 1, 23)),
        ("1966-31-23", date(1966, 1, 23)),
        ("1966-00-00", date(1966, 12, 31)),
        ("1966-99-99", date(1966, 12, 31)),
        ("1966", date(1966, 12, 31)),
    ],
)
def test_incomplete_dates_get_the_day_that_ins_writes(text: str, conventional: date) -> None:
    parsed = BirthDate.parse(text)
    assert parsed.exact is None
    assert parsed.conventional == conventional


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1966-2-23",
        "66-02-23",
        "1966/02/23",
        "1966-02-23T00:00",
        " 1966-02-23",
        "١٩٦٦-٠٢-٢٣",
        "1799-12-31",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        BirthDate.parse(text)
    assert caught.value.__cause__ is None
    assert not text or text not in str(caught.value)


def test_the_oldest_year() -> None:
    assert BirthDate.parse("1800-01-01").year == 1800


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1799, 1, 1), (10000, 1, 1), (1966, 0, 1), (1966, 13, 1), (1966, 1, 0), (1966, 1, 32), (1966, 2, 29)],
)
def test_dates_that_cannot_be_built(year: int, month: int, day: int) -> None:
    with pytest.raises(MalformedError):
        BirthDate(year, month, day)


@given(st.dates(min_value=date(1800, 1, 1)))
def test_every_real_date_is_read(day: date) -> None:
    assert BirthDate.parse(day.isoformat()).exact == day
    assert BirthDate.parse(day.strftime("%d/%m/%Y")).exact == day


@given(st.text("0123456789-/", max_size=10))
def test_parsing_is_total(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert BirthDate.parse(text).conventional.year >= 1800


def test_the_repr_holds_no_date() -> None:
    assert repr(BirthDate(1966, 2, 23)) == "<BirthDate>"
