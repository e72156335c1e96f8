"""The part of `reduce` that the qualified INS identity is. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.counter.card_state import Card
from appliance.counter.inputs import CodeAppeared, Input, InsQualified
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import EventKind, NewEvent, QualifyIns
from appliance.counter.state import State
from appliance.decode.payloads import InsIdentity
from appliance.prescriptions.ins_search import InsiOutcome, traits_of, vitale_of

__all__ = ["ins_qualified", "ins_wanted"]

_OUTCOMES = {
    InsiOutcome.FOUND: "found",
    InsiOutcome.NOBODY: "nobody",
    InsiOutcome.SEVERAL: "several",
}
_OF_CARDS = frozenset({EventKind.CARD_READ, EventKind.CARD_CHOSEN})


def ins_wanted(outcome: Outcome, what: Input) -> Outcome:
    """Search for the person of an INS code, and of a Vitale once it is said whose visit it is."""
    state = outcome.state
    if not state.asks_insi:
        return outcome
    searches = [_of_card(card) for card in _told_of(outcome)]
    if isinstance(what, CodeAppeared):
        searches.append(_of_code(state, what))
    effects = tuple(search for search in searches if search is not None)
    return replace(outcome, effects=(*outcome.effects, *effects)) if effects else outcome


def _told_of(outcome: Outcome) -> list[Card]:
    """The cards that the events of this input say who is of."""
    told = {event.payload["card"] for event in outcome.events if event.kind in _OF_CARDS}
    return [card for card in outcome.state.cards.cards if card.id in told]


def _of_card(card: Card) -> QualifyIns | None:
    persons = card.beneficiaries
    if not persons or card.is_choice:
        return None
    search = vitale_of(persons[card.chosen or 0])
    return None if search is None else QualifyIns(card.id, card.visit, search)


def _of_code(state: State, what: CodeAppeared) -> QualifyIns | None:
    payload = what.reading.payload
    visit = state.visit_of(what.sighting)
    if not isinstance(payload, InsIdentity):
        return None
    return QualifyIns(what.sighting, None if visit is None else visit.id, traits_of(payload))


def ins_qualified(state: State, what: InsQualified) -> Outcome:
    """Tell the pharmacy software, which is who keeps identities; the screen goes on showing what was read."""
    identity = what.answer.identity
    payload = {
        "reference": what.reference,
        "outcome": _OUTCOMES[what.answer.outcome],
        "identity": None if identity is None else identity.to_json(),
    }
    return Outcome(state, (NewEvent(EventKind.INS_QUALIFIED, payload, what.visit),))
