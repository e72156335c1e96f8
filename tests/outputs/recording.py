"""A sink that notes what it is given, and whose host does as it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.journal.model import Event
from appliance.outputs.sink import Delivery, Traits, Turn

KEYBOARD = Traits("keyboard", "Sortie clavier", lifetime_ns=3_000_000_000)
SERIAL = Traits("serial", "Sortie série")


@dataclass
class RecordingSink:
    traits: Traits = SERIAL
    present: bool = True
    kinds: tuple[str, ...] = ("code.read",)
    answer: Callable[[Event, Turn], Delivery] = lambda _event, _turn: Delivery.TAKEN
    given: list[int] = field(default_factory=list)
    closed: int = 0

    def wants(self, event: Event) -> bool:
        return event.kind in self.kinds

    def look(self) -> bool:
        return self.present

    def deliver(self, event: Event, turn: Turn) -> Delivery:
        self.given.append(event.id)
        return self.answer(event, turn)

    def close(self) -> None:
        self.closed += 1
