"""What an input made of the state."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.counter.outputs import Effect, NewEvent
from appliance.counter.state import State

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new state, what to journal, what to do."""

    state: State
    events: tuple[NewEvent, ...] = ()
    effects: tuple[Effect, ...] = ()
