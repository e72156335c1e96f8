"""What the buttons do to cards, and how they lead from codes to cards and back. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.cards.identities import CpsHolder
from appliance.cards.inputs import CardSession, PinRefusal
from appliance.counter.card_state import CPS_SHOWN_NS, Card
from appliance.counter.inputs import Pressed
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import EventKind, NewEvent
from appliance.counter.pin import ask_pin, pin_pressed
from appliance.counter.state import State
from appliance.display.buttons import Button

__all__ = ["card_pressed", "code_pressed", "step"]

_TRY_AGAIN = frozenset({PinRefusal.WRONG, PinRefusal.CANCELLED, PinRefusal.INTERRUPTED})


def code_pressed(state: State, what: Pressed) -> Outcome | None:
    """A button while a code is entered, which nothing else may take; None where none is."""
    return pin_pressed(state, state.cards.pin, what) if state.cards.pin is not None else None


def card_pressed(state: State, what: Pressed) -> Outcome | None:
    """A button while something of a card is on the screen; None where it is not for the card."""
    cards = state.cards
    if cards.refusal is not None:
        session, reason = cards.refusal.session, cards.refusal.reason
        state = replace(state, cards=cards.hide())
        again = what.button is Button.OK and reason in _TRY_AGAIN
        return ask_pin(state, session) if again else Outcome(state)
    if cards.notice is not None:
        return Outcome(replace(state, cards=cards.hide()))
    card = cards.shown_card
    if card is None:
        return None
    if card.is_choice:
        return _choosing(state, card, what)
    if what.button is not Button.OK:
        return None
    if len(card.beneficiaries) > 1:
        # Chosen by mistake: the question is put again.
        return Outcome(_with(state, replace(card, chosen=None)))
    if isinstance(card.content, CpsHolder) and card.content.can_sign and not card.code_given:
        return ask_pin(state, card.session)
    return Outcome(state)


def _choosing(state: State, card: Card, what: Pressed) -> Outcome:
    persons = card.beneficiaries
    if what.button is not Button.OK:
        move = 1 if what.button is Button.DOWN else -1
        return Outcome(_with(state, replace(card, offered=(card.offered + move) % len(persons))))
    payload = {
        "card": card.id,
        "chosen": card.offered,
        "beneficiary": persons[card.offered].to_json(),
    }
    event = NewEvent(EventKind.CARD_CHOSEN, payload, card.visit)
    return Outcome(_with(state, replace(card, chosen=card.offered, delivered=False)), (event,))


def _with(state: State, card: Card) -> State:
    return replace(state, cards=state.cards.with_card(card))


def step(state: State, what: Pressed) -> State:
    """The next or the last before of what there is to see: the visit's codes, then the cards that are in."""
    visit = state.visit
    sightings = [item.sighting for item in visit.items] if visit is not None else []
    ring: list[str | CardSession] = [*sightings, *(card.session for card in state.cards.cards)]
    if not ring:
        return state
    move = 1 if what.button is Button.DOWN else -1
    now = state.cards.shown or state.shown
    at = ring.index(now) if now in ring else -move
    following = ring[(at + move) % len(ring)]
    if isinstance(following, str):
        return replace(state, shown=following, page=None, cards=state.cards.hide())
    card = state.cards.card(following)
    is_cps = card is not None and isinstance(card.content, CpsHolder)
    until_ns = what.at_ns + CPS_SHOWN_NS if is_cps else None
    return replace(state, cards=state.cards.show(following, until_ns))
