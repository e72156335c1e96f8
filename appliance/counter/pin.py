"""The entry of a code with three buttons. Pure; the digits given leave as effects and are not kept here.

Up and down change the digit offered, which begins anywhere; OK gives it. Once the shortest code is there,
sending is offered beside the digits, once the longest is, alone; an arrow then takes the last digit back. OK
held gives up. Nothing is ever sent without a press of its own: a wrong code costs a try.
"""

from __future__ import annotations

from dataclasses import replace

from appliance.cards.inputs import CardSession, PinRefusal, PinRefused
from appliance.counter.card_state import NOTICE_NS, PIN_IDLE_NS, CardsState, PinDialogue
from appliance.counter.inputs import PinAsked, Pressed
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import (
    DiscardPin,
    DropPinDigit,
    Effect,
    EventKind,
    GivePinDigit,
    NewEvent,
    PreparePin,
    PresentPin,
    PresentPinOnPad,
    Sound,
    Tone,
)
from appliance.counter.state import State
from appliance.display.buttons import Button
from appliance.display.card_screens import MAX_PIN_DIGITS

__all__ = ["ask_pin", "pin_asked", "pin_pressed", "pin_refused", "pin_tick"]

_SEND = 10
"""Stands after the digits in the ring that up and down go round."""


def ask_pin(state: State, session: CardSession) -> Outcome:
    """Have the card say whether it takes its code now."""
    return Outcome(state, effects=(PreparePin(session),))


def pin_asked(state: State, what: PinAsked) -> Outcome:
    """The card is ready for its code."""
    needed = what.needed
    card = state.cards.card(needed.session)
    if card is None or state.cards.pin is not None:
        # Asked for twice, by OK and by who wants a signature: what is typed already stays.
        return Outcome(state)
    longest = min(needed.max_digits, MAX_PIN_DIGITS)
    pin = PinDialogue(
        session=needed.session,
        tries_left=needed.tries_left,
        shortest=min(needed.min_digits, longest),
        longest=longest,
        starts=what.starts,
        on_pinpad=needed.on_pinpad,
        touched_ns=needed.at_ns,
    )
    if pin.on_pinpad:
        effect: Effect = PresentPinOnPad(needed.session)
    else:
        effect = DiscardPin(needed.session)
        pin = replace(pin, digit=pin.starts[0])
    payload = {
        "card": card.id,
        "reader": needed.session.reader,
        "tries_left": needed.tries_left,
        "on_pinpad": needed.on_pinpad,
    }
    event = NewEvent(EventKind.CARD_CODE_NEEDED, payload)
    return Outcome(_with(state, pin), (event,), (effect,))


def pin_refused(state: State, what: PinRefused) -> Outcome:
    """No code is in force, and the screen says why."""
    card = state.cards.card(what.session)
    if card is None:
        return Outcome(state)
    cards = replace(
        state.cards, pin=None, shown=None, notice=None, refusal=what, until_ns=what.at_ns + NOTICE_NS
    )
    payload = {
        "card": card.id,
        "reader": what.session.reader,
        "reason": what.reason.value,
        "tries_left": what.tries_left,
    }
    event = NewEvent(EventKind.CARD_CODE_REFUSED, payload)
    return Outcome(replace(state, cards=cards), (event,), (DiscardPin(what.session), Sound(Tone.REFUSED)))


def pin_pressed(state: State, pin: PinDialogue, what: Pressed) -> Outcome:
    """A button while a code is entered."""
    if pin.checking or pin.on_pinpad:
        return Outcome(state)
    pin = replace(pin, touched_ns=what.at_ns)
    if what.button is Button.OK:
        return _ok(state, pin, what)
    if pin.entered == pin.longest:
        return _erased(state, pin)
    ring = 10 if pin.entered < pin.shortest else _SEND + 1
    at = _SEND if pin.digit is None else pin.digit
    at = (at + (1 if what.button is Button.UP else -1)) % ring
    return Outcome(_with(state, replace(pin, digit=None if at == _SEND else at)))


def pin_tick(state: State, at_ns: int) -> Outcome:
    """Give up what nobody goes on with."""
    pin = state.cards.pin
    if pin is None or pin.checking or pin.on_pinpad or at_ns - pin.touched_ns < PIN_IDLE_NS:
        return Outcome(state)
    return _given_up(state, pin, at_ns)


def _ok(state: State, pin: PinDialogue, what: Pressed) -> Outcome:
    if what.held:
        return _given_up(state, pin, what.at_ns)
    if pin.digit is None:
        sent = replace(pin, checking=True)
        return Outcome(_with(state, sent), effects=(PresentPin(pin.session),))
    entered = pin.entered + 1
    following = pin.starts[entered] if entered < pin.longest else None
    given = replace(pin, entered=entered, digit=following)
    return Outcome(_with(state, given), effects=(GivePinDigit(pin.session, pin.digit),))


def _erased(state: State, pin: PinDialogue) -> Outcome:
    entered = pin.entered - 1
    erased = replace(pin, entered=entered, digit=pin.starts[entered])
    return Outcome(_with(state, erased), effects=(DropPinDigit(pin.session),))


def _given_up(state: State, pin: PinDialogue, at_ns: int) -> Outcome:
    refusal = PinRefused(pin.session, PinRefusal.CANCELLED, None, at_ns)
    given_up = pin_refused(state, refusal)
    return replace(given_up, effects=(DiscardPin(pin.session),))


def _with(state: State, pin: PinDialogue) -> State:
    cards: CardsState = replace(state.cards.hide(), pin=pin)
    return replace(state, cards=cards)
