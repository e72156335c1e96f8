"""From slots' states to cards that go in and out. Pure: states in, changes out.

The event counter decides, never the ATR: two Vitale cards have the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.cards.inputs import CardSession, ReaderCondition, ReaderState
from appliance.cards.readers import SlotState

__all__ = ["Arrived", "Change", "Departed", "SlotTracker", "TurnedMute"]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A card went in and answered to reset."""

    session: CardSession
    atr: bytes


@dataclass(frozen=True, slots=True)
class TurnedMute:
    """A card went in and did not answer to reset."""

    session: CardSession


@dataclass(frozen=True, slots=True)
class Departed:
    """The card of this session is not in its slot any more."""

    session: CardSession


Change = Arrived | TurnedMute | Departed


@dataclass(frozen=True, slots=True)
class _Card:
    session: CardSession
    is_mute: bool


class SlotTracker:
    """What is in each slot.

    Args:
        generations: never gives the same number twice; a reader takes the next when it is met, so that the
            same name and counter after a replug or a restart of the daemon are another session.
    """

    def __init__(self, generations: Iterator[int]) -> None:
        self._generations = generations
        self._generation_of: dict[str, int] = {}
        self._cards: dict[str, _Card | None] = {}

    @property
    def states(self) -> tuple[ReaderState, ...]:
        """The readers and what is in them, sorted by name."""
        return tuple(ReaderState(name, _condition(card)) for name, card in sorted(self._cards.items()))

    @property
    def sessions(self) -> tuple[CardSession, ...]:
        """The cards that are in."""
        return tuple(card.session for card in self._cards.values() if card)

    def update(self, slots: Iterable[SlotState]) -> list[Change]:
        """Take in the slots as they are now; slots that are not among them are gone with their reader."""
        changes: list[Change] = []
        now = {slot.reader: slot for slot in slots}
        for reader in [reader for reader in self._cards if reader not in now]:
            changes += self._leave(reader)
            del self._cards[reader], self._generation_of[reader]
        for reader, slot in now.items():
            changes += self._update_slot(reader, slot)
        return changes

    def _update_slot(self, reader: str, slot: SlotState) -> list[Change]:
        before = self._cards.get(reader)
        if reader not in self._cards:
            self._cards[reader] = None
            self._generation_of[reader] = next(self._generations)
        if not slot.is_present:
            return self._leave(reader)
        session = CardSession(self._generation_of[reader], reader, slot.counter)
        if before and before.session == session and (before.is_mute or not slot.is_mute):
            # A mute card stays mute: what answers later is what was put in later.
            return []
        changes = self._leave(reader) if before and before.session != session else []
        self._cards[reader] = _Card(session, slot.is_mute)
        return [*changes, TurnedMute(session) if slot.is_mute else Arrived(session, slot.atr)]

    def _leave(self, reader: str) -> list[Change]:
        before = self._cards.get(reader)
        self._cards[reader] = None
        return [Departed(before.session)] if before else []


def _condition(card: _Card | None) -> ReaderCondition:
    if card is None:
        return ReaderCondition.EMPTY
    return ReaderCondition.MUTE if card.is_mute else ReaderCondition.CARD
