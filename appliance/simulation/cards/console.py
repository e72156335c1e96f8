"""The virtual readers' controls for the console page: which card is in which slot."""

from __future__ import annotations

import logging
import threading
from typing import Annotated, Final

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, ConfigDict, Field

from appliance.bridge.console.bodies import json_body
from appliance.bridge.console.problems import ConsoleError, ConsoleProblemCode, answer
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rights import Extension, Right, Scope
from appliance.simulation.cards.catalogue import CARD_TITLES
from appliance.simulation.cards.slots import SLOT_COUNT, Slots, SlotsError, SlotsFile

__all__ = ["CAPABILITY", "OFFERED", "cards_extension"]

_log = logging.getLogger(__name__)

CAPABILITY: Final = "cards"
"""What the page is told, so that it shows these controls."""

OFFERED: Final = ("cps3", "cps4", "vitale", "vitale-family", "mute")
"""What the page offers, in this order; the others are for the benches."""


class _Insertion(BaseModel):
    """A card by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    card: Annotated[str, Field(max_length=40)]


class _Readers:
    """The one writer of the slots' file; several requests at once are put in a row."""

    def __init__(self, file: SlotsFile) -> None:
        self._file = file
        self._writing = threading.Lock()

    def slots(self) -> Slots:
        """What is where; empty where the file holds nothing that can be read."""
        try:
            return self._file.read()
        except (SlotsError, OSError) as error:
            _log.warning("the slots cannot be read, they are taken as empty: %s", type(error).__name__)
            return Slots()

    def put(self, slot: int, card: str | None) -> Slots:
        """Put a card in, in the place of another, or take it out; the card leaves the slot it was in."""
        with self._writing:
            slots = self.slots()
            for other, name in enumerate(slots.cards):
                # There is one card of each kind.
                if name is not None and name == card and other != slot:
                    slots = slots.with_card(other, None)
            slots = slots.with_card(slot, card)
            try:
                self._file.write(slots)
            except OSError as error:
                raise ConsoleError(ConsoleProblemCode.SCENE_UNAVAILABLE) from error
        return slots


_RIGHTS: Final = tuple(
    Right(method, f"/console/api{rule}", frozenset({Scope.TECHNICIAN}))
    for method, rule in (
        ("GET", "/cards"),
        ("PUT", "/cards/<int:slot>"),
        ("DELETE", "/cards/<int:slot>"),
    )
)


def cards_extension(file: SlotsFile) -> Extension:
    """The controls under `/console/api/cards`; every change answers with what is now where.

    Args:
        file: the seam to the program that holds the virtual readers; nobody else writes it.
    """
    readers = _Readers(file)
    blueprint = Blueprint("virtual_cards", __name__, url_prefix="/console/api")
    blueprint.register_error_handler(ConsoleError, answer)

    @blueprint.get("/cards")
    def cards() -> Response:
        return _response(readers.slots())

    @blueprint.put("/cards/<int:slot>")
    def insert(slot: int) -> Response:
        card = json_body(_Insertion).card
        if slot >= SLOT_COUNT or card not in OFFERED:
            raise Problem(ProblemCode.NOT_FOUND)
        return _response(readers.put(slot, card))

    @blueprint.delete("/cards/<int:slot>")
    def remove(slot: int) -> Response:
        if slot >= SLOT_COUNT:
            raise Problem(ProblemCode.NOT_FOUND)
        return _response(readers.put(slot, None))

    return Extension(blueprint, _RIGHTS)


def _response(slots: Slots) -> Response:
    cards = [{"name": name, "title": CARD_TITLES[name]} for name in OFFERED]
    return jsonify({"cards": cards, "slots": list(slots.cards)})
