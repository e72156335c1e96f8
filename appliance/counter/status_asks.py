"""What asks for a status again, or ends asking: a button, the pharmacy software, the CPS. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.cards.identities import CpsHolder
from appliance.cards.inputs import CardSession
from appliance.counter.inputs import Pressed
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import AbandonLookUp, EventKind, NewEvent
from appliance.counter.state import State
from appliance.counter.status_state import Asking, Tracked
from appliance.counter.statuses import ask, fail, prescription_of
from appliance.display.buttons import Button
from appliance.prescriptions.causes import Cause

__all__ = ["can_refresh", "card_gone", "code_given", "refresh", "shown_prescription", "status_pressed"]

_NOT_AUTHORISED = "not_authorised"
_WITHDRAWN = "cps_withdrawn"


def refresh(state: State, prescription_id: str, at_ns: int) -> Outcome:
    """Look again, from the start; what was known is not shown meanwhile. Where the LGO looks, await it."""
    tracked = state.statuses.of(prescription_id)
    if tracked is None or state.statuses.policy.asking is Asking.NEVER:
        return Outcome(state)
    abandoned = () if tracked.request is None else (AbandonLookUp(tracked.request),)
    fresh = Tracked(tracked.query, tracked.visit, at_ns, repeat=tracked.repeat)
    state = replace(state, statuses=state.statuses.having(fresh))
    asked = NewEvent(EventKind.PRESCRIPTION_REFRESH, {"prescription_id": prescription_id}, tracked.visit)
    events = (asked,) if state.statuses.policy.asking is Asking.AWAIT else ()
    return Outcome(state, events, abandoned).then(lambda now: ask(now, prescription_id))


def can_refresh(state: State) -> bool:
    """Whether the screen is of a prescription whose status may be looked up again."""
    return state.shows_status and shown_prescription(state) is not None


def status_pressed(state: State, what: Pressed) -> Outcome | None:
    """A button for a prescription on the screen: OK takes note of a repeat, down held looks again."""
    tracked = shown_prescription(state)
    if tracked is None:
        return None
    if tracked.repeat is not None and not tracked.repeat.seen:
        if what.button is not Button.OK:
            return Outcome(state)
        noted = replace(tracked, repeat=replace(tracked.repeat, seen=True))
        return Outcome(replace(state, statuses=state.statuses.having(noted)))
    if what.button is Button.DOWN and what.held:
        return refresh(state, tracked.id, what.at_ns)
    return None


def shown_prescription(state: State) -> Tracked | None:
    """What is followed of the prescription on the screen."""
    visit = state.visit_of(state.shown) if state.shown is not None else None
    item = visit.item(state.shown) if visit is not None and state.shown is not None else None
    ordonnance = prescription_of(item) if item is not None else None
    return state.statuses.of(ordonnance.prescription_id) if ordonnance is not None else None


def card_gone(state: State, session: CardSession, at_ns: int) -> Outcome:
    """Before a card is taken off the state: with the CPS, what was asked in its name ends."""
    card = state.cards.card(session)
    if card is None or not isinstance(card.content, CpsHolder) or not state.statuses.policy.needs_card:
        return Outcome(state)
    outcome = Outcome(state)
    for one in state.statuses.tracked:
        if one.request is not None:
            ended = replace(one, request=None)
            abandoned = (*outcome.effects, AbandonLookUp(one.request))
            outcome = replace(outcome, effects=abandoned).then(
                lambda now, ended=ended: fail(now, ended, _NOT_AUTHORISED, at_ns, Cause(_WITHDRAWN))  # type: ignore[misc]
            )
    return outcome


def code_given(state: State) -> Outcome:
    """The code of the CPS is in force: look up what could not be for want of it."""
    outcome = Outcome(state)
    for one in state.statuses.tracked:
        if one.failure is not None and one.failure.code == _NOT_AUTHORISED and one.request is None:
            outcome = outcome.then(lambda now, one=one: ask(now, one.id))  # type: ignore[misc]
    return outcome
