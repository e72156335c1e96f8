"""A code counted once while it lies there, again when it is laid again."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from appliance.base.clock import NS_PER_S
from appliance.decode.presence import (
    ABSENCE_NS,
    EXPECT_LOOKS,
    EXPECT_NS,
    MAX_IN_VIEW,
    Appeared,
    Change,
    Gone,
    PresenceTracker,
)
from appliance.decode.symbol import Symbol, Symbology

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def symbol(content: str, symbology: Symbology = Symbology.QR_CODE, x: float = 0.0) -> Symbol:
    corners = tuple((px + x, py) for px, py in CORNERS)
    return Symbol(symbology, content.encode(), corners)  # type: ignore[arg-type]


def tracker() -> PresenceTracker:
    numbers = itertools.count(1)
    return PresenceTracker(lambda: f"s{next(numbers)}")


def said(changes: list[Change]) -> list[str]:
    return [f"+{c.presentation.sighting}" if isinstance(c, Appeared) else f"-{c.sighting}" for c in changes]


def digest(of: Symbol) -> bytes:
    return b"digest " + of.content


def test_a_code_held_in_view_is_counted_once() -> None:
    follow = tracker()
    assert said(follow.update([symbol("a")], 0)) == ["+s1"]
    for look in range(1, 100):
        assert follow.update([symbol("a", x=look)], look * NS_PER_S) == []
    assert follow.in_view[0].symbol.corners[0] == (99.0, 0.0)


def test_the_same_code_twice_in_one_frame_is_one() -> None:
    assert said(tracker().update([symbol("a"), symbol("a", x=50)], 0)) == ["+s1"]


def test_the_same_content_in_two_symbologies_is_two() -> None:
    assert said(tracker().update([symbol("a"), symbol("a", Symbology.DATA_MATRIX)], 0)) == ["+s1", "+s2"]


def test_a_short_absence_is_the_same_laying_and_two_seconds_are_not() -> None:
    follow = tracker()
    follow.update([symbol("a")], 0)
    assert follow.update([], 1) == []
    assert follow.update([], ABSENCE_NS) == []
    assert follow.update([symbol("a")], ABSENCE_NS) == []
    assert follow.update([], ABSENCE_NS + 1) == []
    assert said(follow.update([symbol("a")], 2 * ABSENCE_NS + 1)) == ["-s1", "+s2"]


def test_while_nobody_looks_nothing_goes() -> None:
    follow = tracker()
    follow.update([symbol("a")], 0)
    assert follow.update([symbol("a")], 60 * NS_PER_S) == []


def test_an_unchanged_picture_keeps_what_it_showed_and_only_that() -> None:
    follow = tracker()
    follow.update([symbol("a"), symbol("b")], 0)
    follow.update([symbol("a")], 1)
    for second in range(1, 10):
        changes = follow.repeat(second * NS_PER_S)
        assert said(changes) == (["-s2"] if second == 3 else [])


def test_two_sheets_are_kept_apart() -> None:
    follow = tracker()
    follow.update([symbol("a"), symbol("b")], 0)
    follow.update([symbol("b")], 1)
    assert said(follow.update([symbol("b")], ABSENCE_NS + 1)) == ["-s1"]


def test_the_bound_of_what_is_followed() -> None:
    crowd = [symbol(str(number)) for number in range(MAX_IN_VIEW + 1)]
    assert len(tracker().update(crowd[:-1], 0)) == MAX_IN_VIEW
    assert len(tracker().update(crowd, 0)) == MAX_IN_VIEW


def test_a_restarted_eye_gives_the_old_id_to_a_sheet_that_still_lies_there() -> None:
    follow = tracker()
    assert follow.expect([(b"digest a", "old")], digest, 0) == []
    assert said(follow.update([symbol("a")], 100)) == ["+old"]
    assert follow.update([symbol("a")], 200) == []


def test_a_restarted_eye_that_looked_before_it_was_told_takes_back_the_old_id() -> None:
    follow = tracker()
    follow.update([symbol("a"), symbol("b")], 0)
    assert said(follow.expect([(b"digest a", "old")], digest, NS_PER_S)) == ["+old"]
    assert [p.sighting for p in follow.in_view] == ["old", "s2"]


def test_what_was_expected_and_does_not_show_is_gone() -> None:
    follow = tracker()
    follow.update([], 0)
    assert follow.expect([(b"digest a", "old")], digest, 0) == []
    for _ in range(EXPECT_LOOKS):
        assert follow.repeat(EXPECT_NS - 1) == []
    assert said(follow.repeat(EXPECT_NS)) == ["-old"]


def test_what_was_expected_is_looked_for_in_some_frames_however_slow_they_come() -> None:
    follow = tracker()
    follow.expect([(b"digest a", "old")], digest, 0)
    for look in range(1, EXPECT_LOOKS + 1):
        assert follow.update([], look * 10 * NS_PER_S) == []
    assert said(follow.update([symbol("a")], 60 * NS_PER_S)) == ["-old", "+s1"]


def test_an_eye_that_has_looked_for_long_knows_that_the_unseen_is_gone() -> None:
    follow = tracker()
    follow.update([], 0)
    assert said(follow.expect([(b"digest a", "old")], digest, ABSENCE_NS + 1)) == ["-old"]


def test_a_sheet_laid_long_after_the_start_does_not_take_an_old_id() -> None:
    follow = tracker()
    follow.update([], 0)
    follow.update([symbol("a")], ABSENCE_NS + 1)
    assert said(follow.expect([(b"digest a", "old")], digest, ABSENCE_NS + 2)) == ["-old"]
    assert follow.in_view[0].sighting == "s1"


def test_of_two_old_layings_of_one_code_the_last_is_taken_back_and_the_first_is_gone() -> None:
    follow = tracker()
    follow.update([symbol("a")], 0)
    known = [(b"digest a", "first"), (b"digest a", "last")]
    assert said(follow.expect(known, digest, 1)) == ["-first", "+last"]


def test_a_restarted_counter_tells_nothing_new_to_an_eye_that_went_on() -> None:
    follow = tracker()
    follow.update([symbol("a")], 0)
    assert follow.expect([(b"digest a", "s1")], digest, 9 * NS_PER_S) == []


@given(st.lists(st.tuples(st.sets(st.sampled_from("abcd")), st.integers(0, ABSENCE_NS // 2)), max_size=60))
def test_appearing_and_going_alternate_for_every_code(looks: list[tuple[set[str], int]]) -> None:
    follow = tracker()
    present: dict[str, str] = {}
    at_ns = 0
    for contents, step in looks:
        at_ns += step
        for change in follow.update([symbol(content) for content in sorted(contents)], at_ns):
            if isinstance(change, Appeared):
                content = change.presentation.symbol.content.decode()
                assert content not in present.values()
                present[change.presentation.sighting] = content
            else:
                assert isinstance(change, Gone)
                del present[change.sighting]
        assert {p.sighting for p in follow.in_view} == set(present)
        assert contents <= set(present.values())
