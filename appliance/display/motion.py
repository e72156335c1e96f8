"""What moves on a screen, as pure functions of the tick: lines that scroll, things shown in turn.

All positions are whole pixels a whole number of ticks apart, so that nothing jitters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "HOLD_TICKS",
    "SCROLL_PX_PER_TICK",
    "TICK_S",
    "TURN_TICKS",
    "Shift",
    "Turn",
    "scroll",
    "scroll_ticks",
    "take_turns",
]

TICK_S: Final = 0.05
"""A tick: twenty pictures a second while something moves."""

TURN_TICKS: Final = 50
"""How long a page or a message stands before the next one takes its place: 2.5 s."""

HOLD_TICKS: Final = 30
"""How long a line stands still before and after scrolling: 1.5 s."""

SCROLL_PX_PER_TICK: Final = 2
"""40 px/s, about five letters a second."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a scrolling line is.

    Attributes:
        offset: pixels of the line hidden on the left.
        changes_in: ticks until it moves again; None when it stands for good.
    """

    offset: int
    changes_in: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is.

    Attributes:
        index: which of those that take turns.
        tick: ticks since its turn began.
        changes_in: ticks until the next one's turn (or its own again, when it is alone).
    """

    index: int
    tick: int
    changes_in: int


def scroll_ticks(overflow: int) -> int:
    """How long a line that is `overflow` pixels too wide needs to be seen whole, in ticks; 0 if it fits."""
    if overflow <= 0:
        return 0
    return 2 * HOLD_TICKS + _moving_ticks(overflow)


def scroll(overflow: int, tick: int) -> Shift:
    """Where the line is `tick` ticks after it appeared: start, to its end, then at the start for good."""
    moving = _moving_ticks(overflow)
    if overflow <= 0 or tick >= scroll_ticks(overflow):
        return Shift(0, None)
    if tick < HOLD_TICKS:
        return Shift(0, HOLD_TICKS - tick)
    steps = tick - HOLD_TICKS + 1
    if steps < moving:
        return Shift(steps * SCROLL_PX_PER_TICK, 1)
    return Shift(overflow, scroll_ticks(overflow) - tick)


def take_turns(durations: Sequence[int], tick: int) -> Turn:
    """Who is shown at `tick` when each is shown for its duration (ticks, > 0), again and again."""
    if not durations or min(durations) <= 0:
        raise ValueError("taking turns needs at least one duration, all above zero")
    rest = tick % sum(durations)
    index = 0
    while rest >= durations[index]:
        rest -= durations[index]
        index += 1
    return Turn(index, rest, durations[index] - rest)


def _moving_ticks(overflow: int) -> int:
    return -(-max(overflow, 0) // SCROLL_PX_PER_TICK)
