"""What is believed: agreement, contradiction, second looks."""

from __future__ import annotations

from appliance.decode.judge import Evidence, judge, overlap
from appliance.decode.symbol import Symbol, Symbology


def symbol(
    content: bytes, x: float = 0, y: float = 0, side: float = 100, symbology=Symbology.QR_CODE
) -> Symbol:
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
    return Symbol(symbology, content, corners)


def test_the_same_reading_twice_is_one_symbol():
    assert judge([symbol(b"a"), symbol(b"a", 3, 3)]) == [symbol(b"a")]


def test_two_contents_at_one_place_are_neither():
    assert judge([symbol(b"a"), symbol(b"b", 2, 2)]) == []


def test_the_same_content_at_two_places_is_two_symbols():
    assert len(judge([symbol(b"a"), symbol(b"a", 500)])) == 2


def test_a_code_printed_inside_another_is_its_own():
    outer, inner = symbol(b"outer"), symbol(b"inner", 35, 35, 30)
    assert judge([outer, inner]) == [outer, inner]


def test_two_symbologies_do_not_contradict():
    assert len(judge([symbol(b"a"), symbol(b"b", symbology=Symbology.DATA_MATRIX)])) == 2


def test_linear_codes_touch_where_they_are_one():
    one = Symbol(Symbology.CODE_128, b"a", ((0, 0), (200, 0), (200, 2), (0, 2)))
    other = Symbol(Symbology.CODE_128, b"b", ((0, 2), (200, 2), (200, 40), (0, 40)))
    assert judge([one, other]) == []


def test_overlap_is_of_areas():
    assert overlap((0, 0, 9, 9), (0, 0, 9, 9)) == 1
    assert overlap((0, 0, 9, 9), (20, 0, 29, 9)) == 0


def test_one_trusted_look_proves_an_error_correcting_symbol():
    evidence = Evidence()
    evidence.add([symbol(b"a")], "first", trusted=True)
    assert evidence.accepted() == [symbol(b"a")]
    assert not evidence.awaits_second_look


def test_a_lone_untrusted_look_proves_nothing():
    evidence = Evidence()
    evidence.add([symbol(b"a")], "libdmtx", trusted=False)
    assert evidence.accepted() == []
    assert evidence.awaits_second_look
    evidence.add([symbol(b"a")], "libdmtx", trusted=False)
    assert evidence.accepted() == [], "the same look again is no second look"
    evidence.add([symbol(b"a")], "another", trusted=False)
    assert evidence.accepted() == [symbol(b"a")]


def test_a_linear_code_needs_two_looks_however_trusted():
    evidence = Evidence()
    bars = symbol(b"ABC", symbology=Symbology.CODE_39)
    evidence.add([bars], "first", trusted=True)
    assert evidence.accepted() == []
    evidence.add([bars], "second", trusted=True)
    assert evidence.accepted() == [bars]


def test_a_contradiction_takes_a_proof_back():
    evidence = Evidence()
    evidence.add([symbol(b"a")], "first", trusted=True)
    evidence.add([symbol(b"b")], "second", trusted=False)
    assert evidence.accepted() == []
