"""Which virtual card is in which slot: a value, the file by which the console page says it, and its follower.

The file is the seam between the page and the process that holds the virtual readers: small JSON, replaced as
a whole, validated as if a stranger had written it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from appliance.base.files import replace_volatile
from appliance.simulation.cards.card import VirtualCard
from appliance.simulation.cards.catalogue import CARD_TITLES, CardBox

__all__ = ["MAX_SLOTS_BYTES", "SLOT_COUNT", "Slots", "SlotsError", "SlotsFile", "SlotsFollower"]

SLOT_COUNT: Final = 2
MAX_SLOTS_BYTES: Final = 1024
LOOK_S: Final = 0.1


class SlotsError(ValueError):
    """Not a state of the slots; the text says why, the sender corrects it."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The name of the card in each slot (of CARD_TITLES), None where empty."""

    cards: tuple[str | None, ...] = (None,) * SLOT_COUNT

    def __post_init__(self) -> None:
        """Refuse what the box does not hold."""
        if len(self.cards) != SLOT_COUNT:
            raise SlotsError(f"there are {SLOT_COUNT} slots")
        if any(name is not None and name not in CARD_TITLES for name in self.cards):
            raise SlotsError("no such card")

    def with_card(self, slot: int, name: str | None) -> Slots:
        """The same with this card in that slot, or nothing."""
        if not 0 <= slot < SLOT_COUNT:
            raise SlotsError(f"there are {SLOT_COUNT} slots")
        return Slots(tuple(name if number == slot else card for number, card in enumerate(self.cards)))

    def to_json(self) -> str:
        """One small object."""
        return json.dumps({"cards": list(self.cards)})

    @classmethod
    def from_json(cls, text: bytes) -> Slots:
        """Read it back.

        Raises:
            SlotsError: too long, no JSON, or not of this form.
        """
        if len(text) > MAX_SLOTS_BYTES:
            raise SlotsError(f"at most {MAX_SLOTS_BYTES} bytes")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SlotsError("not JSON") from error
        if not isinstance(document, dict) or set(document) != {"cards"}:
            raise SlotsError("cards, and nothing else")
        cards = document["cards"]
        if not isinstance(cards, list) or any(not isinstance(name, str | None) for name in cards):
            raise SlotsError("cards is a list of names and nulls")
        return cls(tuple(cards))


@dataclass(frozen=True, slots=True)
class SlotsFile:
    """Where the state lies, in the runtime directory."""

    path: Path

    def read(self) -> Slots:
        """The state; all slots empty while nobody wrote one.

        Raises:
            SlotsError: what is there is no state.
        """
        try:
            with self.path.open("rb") as file:
                return Slots.from_json(file.read(MAX_SLOTS_BYTES + 1))
        except FileNotFoundError:
            return Slots()

    def write(self, slots: Slots) -> None:
        """Replace it."""
        replace_volatile(self.path, slots.to_json().encode())


class Slot(Protocol):
    """What cards are put into; `vpcd.VpcdSlot` is one."""

    def insert(self, card: VirtualCard) -> None:
        """Put a card in."""
        ...

    def remove(self) -> None:
        """Take it out."""
        ...


class SlotsFollower:
    """Puts cards in and takes them out as the file says."""

    def __init__(
        self,
        file: SlotsFile,
        slots: Sequence[Slot],
        box: CardBox,
        pause: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        self._file = file
        self._slots = slots
        self._box = box
        self._pause = pause
        self._shown = Slots()

    def run(self, stopping: threading.Event) -> None:
        """Follow until told to stop."""
        while not stopping.is_set():
            self.follow()
            self._pause(stopping, LOOK_S)

    def follow(self) -> None:
        """Look once; a file that says nonsense changes nothing."""
        try:
            wanted = self._file.read()
        except (SlotsError, OSError):
            return
        for slot, before, name in zip(self._slots, self._shown.cards, wanted.cards, strict=True):
            if name == before:
                continue
            if name is None:
                slot.remove()
            else:
                slot.insert(self._box.take(name))
        self._shown = wanted
