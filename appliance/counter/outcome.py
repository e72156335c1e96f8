"""What an input made of the state."""

from __future__ import annotations

from collections.abc import Callable
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

    def then(self, step: Callable[[State], Outcome]) -> Outcome:
        """What a further step makes of the state, after all that this one gave."""
        further = step(self.state)
        return Outcome(further.state, self.events + further.events, self.effects + further.effects)
