"""What the bridge may know of the readers at any time: which there are and what is in them, never who."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from appliance.cards.inputs import ReaderState
from appliance.counter.card_state import Card, CardsState
from appliance.counter.inputs import CardsLeft, LeftCard

__all__ = ["cards_json", "cards_left"]


def cards_json(cards: CardsState) -> dict[str, object]:
    """The document that `GET /v1/cards` gives."""
    return {
        "service": cards.service.value if cards.service is not None else "unknown",
        "readers": [_reader(cards, reader) for reader in cards.readers],
    }


def _reader(cards: CardsState, reader: ReaderState) -> dict[str, object]:
    card = next((card for card in cards.cards if card.session.reader == reader.name), None)
    return {
        "name": reader.name,
        "condition": reader.condition.value,
        "card": None if card is None else _card(card),
    }


def _card(card: Card) -> dict[str, object]:
    state = "reading" if card.content is None else "read"
    return {
        "id": card.id,
        "family": card.family.value if card.family is not None else None,
        "state": state if card.fault is None else "unreadable",
        "reason": card.fault.value if card.fault is not None else None,
        "code_given": card.code_given,
    }


def cards_left(mirror: Path) -> CardsLeft:
    """The cards that the last mirror of an ended counter holds; none where there is no whole mirror."""
    try:
        document: dict[str, Any] = json.loads(mirror.read_bytes())
        cards = [(reader["name"], reader["card"]) for reader in document["readers"]]
        left = [LeftCard(card["id"], name, card["family"]) for name, card in cards if card is not None]
    except (OSError, ValueError, TypeError, KeyError):
        return CardsLeft(())
    return CardsLeft(tuple(left))
