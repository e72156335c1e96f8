"""The typefaces: French whole, capitals tall enough, digits that cannot be mixed up."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from appliance.display.printable import ELLIPSIS, REPLACEMENT
from appliance.display.typeface import FRENCH, Glyph, Typeface, digits, huge, large, medium, small, small_bold

ALL = [small, small_bold, medium, large, huge, digits]
SMALLEST_CAPITAL_PX = 7
SMALLEST_CAPITAL_THAT_MATTERS_PX = 9
LEAST_DIFFERENCE_PX = 12

every_typeface = pytest.mark.parametrize("load", ALL, ids=lambda load: load.__name__)


def ink(typeface: Typeface, sign: str) -> Image.Image:
    canvas = Image.new("1", (40, 60))
    canvas.paste(typeface.draw(sign), (5, 10))
    return canvas


def lit(image: Image.Image) -> int:
    return sum(byte.bit_count() for byte in image.tobytes())


@every_typeface
def test_every_french_sign_has_ink_of_its_own(load) -> None:  # type: ignore[no-untyped-def]
    typeface = load()
    pictures = {sign: ink(typeface, sign).tobytes() for sign in FRENCH}
    assert all(lit(ink(typeface, sign)) for sign in FRENCH)
    # In a sans serif of this size I and l may be one picture; accents and digits never.
    accented = [sign for sign in FRENCH if ord(sign) > 0xBF and sign not in "–—’…"]
    assert len({pictures[sign] for sign in accented}) == len(accented)
    assert all(pictures[a] != pictures[b] for a, b in itertools.combinations("0123456789OBDQ", 2))


@every_typeface
def test_the_box_is_drawn_by_us(load) -> None:  # type: ignore[no-untyped-def]
    typeface = load()
    box = typeface.draw(REPLACEMENT)
    inside = box.getbbox()
    assert inside is not None
    assert inside[3] - inside[1] == typeface.cap_height
    hollow = box.crop((inside[0] + 1, inside[1] + 1, inside[2] - 1, inside[3] - 1))
    assert lit(hollow) == 0
    assert all(ink(typeface, sign).tobytes() != ink(typeface, REPLACEMENT).tobytes() for sign in FRENCH)


@pytest.mark.parametrize(
    ("load", "least"),
    [
        (small, SMALLEST_CAPITAL_PX),
        (small_bold, SMALLEST_CAPITAL_PX),
        (medium, SMALLEST_CAPITAL_THAT_MATTERS_PX),
        (large, SMALLEST_CAPITAL_THAT_MATTERS_PX),
        (huge, SMALLEST_CAPITAL_THAT_MATTERS_PX),
        (digits, SMALLEST_CAPITAL_THAT_MATTERS_PX),
    ],
    ids=["small", "small_bold", "medium", "large", "huge", "digits"],
)
def test_capitals_and_digits_are_tall_enough(load, least: int) -> None:  # type: ignore[no-untyped-def]
    typeface = load()
    assert typeface.cap_height >= least
    for sign in "0123456789ABEH":
        box = typeface.draw(sign).getbbox()
        assert box is not None
        assert box[3] - box[1] >= least


def test_numbers_checked_by_eye_cannot_be_mixed_up() -> None:
    typeface = digits()
    for first, second in itertools.combinations("0123456789", 2):
        difference = ImageChops.logical_xor(ink(typeface, first), ink(typeface, second))
        assert lit(difference) >= LEAST_DIFFERENCE_PX, first + second


def test_digits_are_of_one_width() -> None:
    assert len({digits().width("8" + sign + "8") for sign in "0123456789"}) == 1


@every_typeface
@settings(deadline=None)
@given(text=st.text(alphabet=FRENCH + " ", min_size=1, max_size=60))
def test_a_line_is_drawn_as_wide_as_measured(load, text: str) -> None:  # type: ignore[no-untyped-def]
    typeface = load()
    shown = typeface.printable(text)
    line = typeface.draw(shown)
    assert line.size == (typeface.width(shown), typeface.rise + typeface.drop)
    if shown:
        box = line.getbbox()
        assert box is not None
        assert box[2] == line.width


@every_typeface
@settings(deadline=None)
@given(text=st.text(alphabet=FRENCH, min_size=1, max_size=60), width=st.integers(20, 128))
def test_a_cut_line_fits_and_says_so(load, text: str, width: int) -> None:  # type: ignore[no-untyped-def]
    typeface = load()
    cut = typeface.cut(text, width)
    if typeface.width(text) <= width:
        assert cut == text
    else:
        assert cut.endswith(ELLIPSIS)
        assert text.startswith(cut.removesuffix(ELLIPSIS))
        assert typeface.width(cut) <= width or cut == ELLIPSIS


def test_a_typeface_without_french_is_refused() -> None:
    letter = Glyph(6, 0, -7, Image.new("1", (5, 7), 1))
    with pytest.raises(ValueError, match="lacks"):
        Typeface("half", {sign: letter for sign in FRENCH if sign != "œ"})
