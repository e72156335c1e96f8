"""Lines scroll without jitter and are seen whole; things in turn each get their time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.display.motion import (
    HOLD_TICKS,
    SCROLL_PX_PER_TICK,
    Turn,
    scroll,
    scroll_ticks,
    take_turns,
)


def test_a_line_that_fits_stands_still() -> None:
    assert scroll_ticks(0) == 0
    assert scroll(0, 17).offset == 0
    assert scroll(-20, 17).changes_in is None


@settings(deadline=None)
@given(st.integers(1, 1500))
def test_a_line_rests_scrolls_evenly_and_rests(overflow: int) -> None:
    offsets = [scroll(overflow, tick).offset for tick in range(scroll_ticks(overflow))]
    assert offsets[:HOLD_TICKS] == [0] * HOLD_TICKS
    assert offsets[-HOLD_TICKS:] == [overflow] * HOLD_TICKS
    steps = {after - before for before, after in itertools.pairwise(offsets) if after != overflow}
    assert steps <= {0, SCROLL_PX_PER_TICK}
    assert offsets == sorted(offsets)
    assert scroll(overflow, scroll_ticks(overflow)).offset == 0
    assert scroll(overflow, scroll_ticks(overflow)).changes_in is None


@settings(deadline=None)
@given(st.integers(1, 1500), st.integers(0, 2000))
def test_a_line_moves_when_it_said_it_would(overflow: int, tick: int) -> None:
    now = scroll(overflow, tick)
    if now.changes_in is None:
        return
    assert all(scroll(overflow, tick + wait).offset == now.offset for wait in range(now.changes_in))
    assert scroll(overflow, tick + now.changes_in).offset != now.offset


def test_turns() -> None:
    assert take_turns([2, 3], 0) == Turn(0, 0, 2)
    assert take_turns([2, 3], 1) == Turn(0, 1, 1)
    assert take_turns([2, 3], 2) == Turn(1, 0, 3)
    assert take_turns([2, 3], 5) == Turn(0, 0, 2)
    assert take_turns([4], 5) == Turn(0, 1, 3)


@pytest.mark.parametrize("durations", [[], [0], [3, 0]])
def test_turns_without_time_are_refused(durations: list[int]) -> None:
    with pytest.raises(ValueError, match="duration"):
        take_turns(durations, 0)
