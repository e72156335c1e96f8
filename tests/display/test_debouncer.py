"""One contact, from edges to presses: any bounce, any delay of the reader."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.display.buttons import (
    HOLD_NS,
    REPEAT_AFTER_NS,
    REPEAT_NS,
    SETTLE_NS,
    Button,
    ButtonPressed,
    Debouncer,
)

SHORT = ButtonPressed(Button.OK)
HELD = ButtonPressed(Button.OK, held=True)

Edge = tuple[bool, int]


def presses(edges: list[Edge], end_ns: int) -> list[ButtonPressed]:
    """Feed the edges only (a reader that sleeps between them), then look once at the end."""
    debouncer = Debouncer(Button.OK)
    told = [press for closed, at_ns in edges for press in debouncer.edge(closed=closed, at_ns=at_ns)]
    return told + debouncer.settle(end_ns)


def polled(edges: list[Edge], end_ns: int, step_ns: int) -> list[ButtonPressed]:
    """The same with a reader that looks every `step_ns` too."""
    debouncer = Debouncer(Button.OK)
    told: list[ButtonPressed] = []
    waiting = list(edges)
    for now_ns in range(0, end_ns + step_ns, step_ns):
        while waiting and waiting[0][1] <= now_ns:
            closed, at_ns = waiting.pop(0)
            told += debouncer.edge(closed=closed, at_ns=at_ns)
        told += debouncer.settle(now_ns)
    return told


def test_the_bounds_of_a_press_and_of_a_hold() -> None:
    end = 10 * HOLD_NS
    assert presses([(True, 0), (False, SETTLE_NS - 1)], end) == []
    assert presses([(True, 0), (False, SETTLE_NS)], end) == [SHORT]
    assert presses([(True, 0), (False, HOLD_NS - 1)], end) == [SHORT]
    assert presses([(True, 0), (False, HOLD_NS)], end) == [HELD]
    assert presses([(True, 0)], HOLD_NS - 1) == []
    assert presses([(True, 0)], HOLD_NS) == [HELD]


@st.composite
def bouncing_presses(draw: st.DrawFn) -> tuple[list[Edge], list[ButtonPressed], int]:
    """Presses of known kinds, each of whose edges bounces, and when all is over."""
    edges: list[Edge] = []
    kinds: list[ButtonPressed] = []
    now_ns = 0
    bounce = st.lists(st.integers(1, SETTLE_NS - 1), max_size=6).map(lambda gaps: gaps[: len(gaps) // 2 * 2])
    for held in draw(st.lists(st.booleans(), max_size=4)):
        now_ns += 2 * SETTLE_NS + draw(st.integers(0, HOLD_NS))
        for closed in (True, False):
            edges.append((closed, now_ns))
            for gap in draw(bounce):
                now_ns += gap
                edges.append((not edges[-1][0], now_ns))
            if closed:
                longest = HOLD_NS - 8 * SETTLE_NS
                now_ns += HOLD_NS if held else draw(st.integers(2 * SETTLE_NS, longest))
        kinds.append(HELD if held else SHORT)
    return edges, kinds, now_ns + 2 * SETTLE_NS


@settings(deadline=None)
@given(bouncing_presses())
def test_each_press_is_told_once_however_it_bounces(
    case: tuple[list[Edge], list[ButtonPressed], int],
) -> None:
    edges, kinds, end_ns = case
    assert presses(edges, end_ns) == kinds


@settings(deadline=None, max_examples=30)
@given(bouncing_presses(), st.integers(SETTLE_NS // 4, SETTLE_NS * 20))
def test_it_does_not_matter_how_often_one_looks(
    case: tuple[list[Edge], list[ButtonPressed], int], step_ns: int
) -> None:
    edges, kinds, end_ns = case
    assert polled(edges, end_ns, step_ns) == kinds


@settings(deadline=None)
@given(bouncing_presses(), st.integers(0, 5 * HOLD_NS))
def test_when_nothing_is_due_nothing_happens(
    case: tuple[list[Edge], list[ButtonPressed], int], wait_ns: int
) -> None:
    edges, _, end_ns = case
    debouncer = Debouncer(Button.OK)
    for closed, at_ns in edges:
        debouncer.edge(closed=closed, at_ns=at_ns)
    debouncer.settle(end_ns)
    due_ns = debouncer.due_ns()
    if due_ns is None or end_ns + wait_ns < due_ns:
        assert debouncer.settle(end_ns + wait_ns) == []


def arrow(edges: list[Edge], looks_ns: list[int]) -> list[ButtonPressed]:
    debouncer = Debouncer(Button.UP)
    told = [press for closed, at_ns in edges for press in debouncer.edge(closed=closed, at_ns=at_ns)]
    return told + [press for look in looks_ns for press in debouncer.settle(look)]


def test_an_arrow_is_told_as_soon_as_its_contact_is_sure() -> None:
    assert arrow([(True, 0)], [SETTLE_NS - 1]) == []
    assert arrow([(True, 0)], [SETTLE_NS]) == [ButtonPressed(Button.UP)]
    assert arrow([(True, 0), (False, SETTLE_NS)], [10 * HOLD_NS]) == [ButtonPressed(Button.UP)]


def test_an_arrow_kept_down_repeats() -> None:
    press, held = ButtonPressed(Button.UP), ButtonPressed(Button.UP, held=True)
    again = replace(held, repeated=True)
    assert arrow([(True, 0)], [SETTLE_NS, REPEAT_AFTER_NS - 1]) == [press]
    looks = [SETTLE_NS, REPEAT_AFTER_NS, REPEAT_AFTER_NS + REPEAT_NS - 1, REPEAT_AFTER_NS + REPEAT_NS]
    assert arrow([(True, 0)], looks) == [press, held, again]
    end_ns = REPEAT_AFTER_NS + 2 * REPEAT_NS
    assert arrow([(True, 0), (False, end_ns)], [end_ns + SETTLE_NS]) == [press, held, again, again]


def test_repeats_nobody_listened_to_do_not_run_on() -> None:
    told = arrow([(True, 0)], [SETTLE_NS, 100 * HOLD_NS])
    assert len(told) <= 10
    assert arrow([(True, 0)], [SETTLE_NS, 100 * HOLD_NS, 100 * HOLD_NS + REPEAT_NS])[-1].held
