"""Text of codes is drawn safely: nothing invisible, nothing reordered, nothing unbounded."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.display.printable import (
    ELLIPSIS,
    MAX_SHOWN_CHARS,
    REPLACEMENT,
    THIN_SPACE,
    grouped,
    printable,
)
from appliance.display.typeface import FRENCH, digits, huge, large, medium, small, small_bold

COVERED = frozenset(FRENCH + " ")
BOX = REPLACEMENT


def shown(text: str) -> str:
    return printable(text, COVERED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Hélène D'Âge", "Hélène D'Âge", id="accents"),
        pytest.param("He\u0301le\u0300ne", "Hélène", id="decomposed"),
        pytest.param("cœur n° 2 à 3 €", "cœur n° 2 à 3 €", id="french-signs"),
        pytest.param("A\x00B", f"A{BOX}B", id="nul"),
        pytest.param("A\x1b[31mB", f"A{BOX}[31mB", id="escape"),
        pytest.param("A\x1dB\x7f\x85", f"A{BOX}B{BOX}{BOX}", id="controls"),
        pytest.param("  A \t\r\n  B  ", "A B", id="white-space"),
        pytest.param("A\u00a0\u2028\u3000B", "A B", id="unicode-spaces"),
        pytest.param("GE\u202eEN\u202c\u2066X\u2069\u200f", "GEENX", id="bidi-controls"),
        pytest.param("A\u200b\u200d\ufeff\u00adB", "AB", id="zero-width"),
        pytest.param("A\u061c\U000e0041B", "AB", id="tags"),
        pytest.param("שלום", BOX * 4, id="right-to-left-letters"),
        pytest.param("АЛЕН", BOX * 4, id="cyrillic-doubles"),
        pytest.param("x\u0332\u0333\u0334y", f"x{BOX}y", id="piled-marks"),
        pytest.param("\u0301A", f"{BOX}A", id="mark-without-base"),
        pytest.param("👩\u200d⚕\ufe0f", BOX * 2, id="emoji-sequence"),
        pytest.param("\ud800", BOX, id="lone-surrogate"),
        pytest.param("\ue000\U0010ffff", BOX * 2, id="private-and-unassigned"),
        pytest.param("ﬁ Ａ", "fi A", id="presentation-forms"),
        pytest.param(THIN_SPACE.join("12"), "1 2", id="our-own-gap"),
        pytest.param(BOX, BOX, id="box-itself"),
        pytest.param("", "", id="empty"),
        pytest.param("\u202e \u200b", "", id="nothing-visible"),
    ],
)
def test_shows(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_text_of_the_bound_is_whole() -> None:
    assert shown("A" * MAX_SHOWN_CHARS) == "A" * MAX_SHOWN_CHARS


def test_a_text_over_the_bound_ends_in_an_ellipsis() -> None:
    assert shown("A" * (MAX_SHOWN_CHARS + 1)) == "A" * (MAX_SHOWN_CHARS - 1) + ELLIPSIS


def test_a_text_hidden_behind_the_examined_part_is_announced() -> None:
    assert shown("A" + "\u200b" * 100_000 + "B") == "A" + ELLIPSIS


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_becomes_one_safe_line(text: str) -> None:
    line = shown(text)
    assert len(line) <= MAX_SHOWN_CHARS
    assert line == line.strip()
    assert "  " not in line
    assert set(line) <= COVERED | {BOX}


@settings(deadline=None)
@given(st.text(alphabet=FRENCH + " ", max_size=100))
def test_french_text_is_never_changed(text: str) -> None:
    assert shown(text) == " ".join(text.split())


@pytest.mark.parametrize("load", [small, small_bold, medium, large, huge, digits], ids=lambda f: f.__name__)
def test_no_typeface_lets_a_steering_sign_through(load) -> None:  # type: ignore[no-untyped-def]
    everything = map(chr, (*range(0x1_0000), *range(0x1_F000, 0x1_FB00), *range(0xE_0000, 0xE_0200)))
    typeface = load()
    passed = {sign for sign in everything if typeface.printable(f"A{sign}A") == f"A{sign}A"}
    assert set(FRENCH) <= passed
    assert {unicodedata.category(sign)[0] for sign in passed} <= set("LNPSZ")
    assert not {
        sign for sign in passed if unicodedata.bidirectional(sign) in {"R", "AL", "RLE", "RLO", "RLI"}
    }
    assert all(
        unicodedata.name(s).startswith("LATIN")
        for s in passed
        if unicodedata.category(s)[0] == "L" and s not in "ªºµ"
    )


@pytest.mark.parametrize(
    ("number", "sizes", "groups"),
    [
        ("99900038441", (3,), ["999", "000", "384", "41"]),
        ("0B9990017", (3,), ["0B9", "990", "017"]),
        ("3400935955838", (5, 3, 3, 1, 1), ["34009", "359", "558", "3", "8"]),
        ("12", (3,), ["12"]),
        ("", (3,), [""]),
        ("12-34", (3,), ["12-34"]),
        ("12é45", (3,), ["12é45"]),
    ],
)
def test_groups(number: str, sizes: tuple[int, ...], groups: list[str]) -> None:
    assert grouped(number, sizes).split(THIN_SPACE) == groups


@settings(deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits, max_size=40))
def test_grouping_keeps_every_sign(number: str) -> None:
    assert grouped(number).replace(THIN_SPACE, "") == number
