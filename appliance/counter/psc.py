"""The part of `reduce` that the login at Pro Santé Connect is. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from appliance.base.clock import NS_PER_S
from appliance.cards.identities import CpsHolder
from appliance.counter.face_inputs import EndService, ShowECps
from appliance.counter.inputs import Pressed
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import EndPscSession, EventKind, NewEvent, Sound, StartPscLogin, Tone
from appliance.counter.psc_inputs import (
    PscAsked,
    PscEndAsked,
    PscEnded,
    PscHappening,
    PscLoggedIn,
    PscNumber,
    PscRefused,
    PscStopped,
)
from appliance.counter.psc_state import PscPhase
from appliance.counter.state import State
from appliance.display.buttons import Button
from appliance.prescriptions.pro_sante_connect.errors import PscRefusal, SessionEnd

__all__ = ["psc_after_card", "psc_after_menu", "psc_happened", "psc_pressed", "psc_tick"]

_TRY_AGAIN = frozenset(
    {
        PscRefusal.UNREACHABLE,
        PscRefusal.BUSY,
        PscRefusal.DENIED,
        PscRefusal.EXPIRED,
        PscRefusal.CANCELLED,
        PscRefusal.NO_IDENTITY,
        PscRefusal.OTHER_PERSON,
    }
)
"""What OK tries once more; of the others a second try tells the same."""


def psc_happened(state: State, what: PscHappening) -> Outcome:  # noqa: C901 - one case an input
    """The next state after something of the login; what is of an older login changes nothing."""
    psc = state.psc
    match what:
        case PscAsked():
            return _asked(state, what.at_ns)
        case PscEndAsked():
            return _end_asked(state, what.at_ns)
        case PscNumber():
            if psc.phase is PscPhase.STARTING and what.attempt == psc.attempt:
                waiting = replace(psc, phase=PscPhase.WAITING, number=what.number, expires_ns=what.expires_ns)
                return psc_tick(replace(state, psc=waiting), what.at_ns)
            return Outcome(state)
        case PscLoggedIn():
            return _logged_in(state, what)
        case PscRefused():
            if psc.is_logging_in and what.attempt == psc.attempt:
                refused = psc.closed().say(what.at_ns, refusal=what.reason)
                return Outcome(replace(state, psc=refused), effects=(Sound(Tone.REFUSED),))
            return Outcome(state)
        case PscEnded():
            if what.attempt == psc.attempt:
                return _closed(state, what.reason, what.at_ns)
            return Outcome(state)
        case PscStopped():
            return _closed(state, SessionEnd.STOPPED, what.at_ns)
        case _:
            assert_never(what)


def psc_tick(state: State, at_ns: int) -> Outcome:
    """What only time changes: the seconds left, and what is shown for a while."""
    psc = state.psc
    if psc.phase is PscPhase.WAITING:
        left_s = max(0, -(-(psc.expires_ns - at_ns) // NS_PER_S))
        if left_s != psc.left_s:
            state = replace(state, psc=replace(psc, left_s=left_s))
    elif psc.shown_until_ns is not None and at_ns >= psc.shown_until_ns:
        state = replace(state, psc=psc.hide())
    return Outcome(state)


def psc_pressed(state: State, what: Pressed) -> Outcome | None:
    """A button while the screen speaks of the login; None where it speaks of something else."""
    psc = state.psc
    if state.face.menu is not None or state.face.updating is not None or state.cards.pin is not None:
        return None
    if psc.is_logging_in:
        # The number stays until it is answered: a press by accident must not take it away.
        give_up = what.button is Button.OK and what.held
        return _end_asked(state, what.at_ns) if give_up else Outcome(state)
    if psc.shown_until_ns is not None:
        if what.button is Button.OK and psc.phase is PscPhase.OPEN:
            return _end_asked(state, what.at_ns)
        hidden = replace(state, psc=psc.hide())
        if what.button is Button.OK and psc.refusal in _TRY_AGAIN:
            return _asked(hidden, what.at_ns)
        return Outcome(hidden)
    return None


def psc_after_menu(outcome: Outcome, at_ns: int) -> Outcome:
    """What the menu means for the login: « e-CPS » asks for it, the end of service ends it."""
    if any(isinstance(effect, ShowECps) for effect in outcome.effects):
        login = _asked(outcome.state, at_ns)
    elif any(isinstance(effect, EndService) for effect in outcome.effects):
        login = _end_asked(outcome.state, at_ns)
    else:
        return outcome
    return Outcome(login.state, (*outcome.events, *login.events), (*outcome.effects, *login.effects))


def psc_after_card(before: State, after: Outcome, at_ns: int) -> Outcome:
    """A login that was asked for a card ends with it."""
    card = before.psc.card
    if card is None or card not in _cps_in(before) or card in _cps_in(after.state):
        return after
    if after.state.psc.phase is PscPhase.OPEN:
        ended = _closed(after.state, SessionEnd.CARD_REMOVED, at_ns)
    else:
        ended = _end_asked(after.state, at_ns)
    return Outcome(ended.state, (*after.events, *ended.events), (*after.effects, *ended.effects))


def _cps_in(state: State) -> list[str]:
    """National ids of the CPS that are in a reader, the last that came in last."""
    contents = (card.content for card in state.cards.cards)
    return [content.national_id for content in contents if isinstance(content, CpsHolder)]


def _asked(state: State, at_ns: int) -> Outcome:
    psc = state.psc
    if psc.phase is PscPhase.OPEN:
        return Outcome(replace(state, psc=psc.say(at_ns)))
    if psc.is_logging_in:
        return Outcome(state)
    if psc.phase is PscPhase.DISABLED:
        return Outcome(replace(state, psc=psc.say(at_ns, refusal=PscRefusal.NOT_CONFIGURED)))
    cards = _cps_in(state)
    card = cards[-1] if cards else None
    attempt = psc.attempt + 1
    starting = replace(psc.closed(), phase=PscPhase.STARTING, attempt=attempt, card=card)
    return Outcome(replace(state, psc=starting), effects=(StartPscLogin(attempt, card),))


def _end_asked(state: State, at_ns: int) -> Outcome:
    psc = state.psc
    if psc.phase is PscPhase.OPEN:
        return _closed(state, SessionEnd.ASKED, at_ns)
    if not psc.is_logging_in:
        return Outcome(state)
    cancelled = psc.closed().say(at_ns, refusal=PscRefusal.CANCELLED)
    return Outcome(replace(state, psc=cancelled), effects=(EndPscSession(psc.attempt),))


def _logged_in(state: State, what: PscLoggedIn) -> Outcome:
    psc = state.psc
    if not psc.is_logging_in or what.attempt != psc.attempt:
        return Outcome(state)
    session = f"s-{what.attempt}-{what.at_ns}"
    opened = replace(
        psc.closed(), phase=PscPhase.OPEN, card=psc.card, who=what.who, until=what.until, session=session
    )
    payload = {
        "session": session,
        "provider": "pro_sante_connect",
        "until": what.until.isoformat(timespec="seconds").replace("+00:00", "Z"),
        **what.who.to_json(),
    }
    event = NewEvent(EventKind.SESSION_OPENED, payload)
    return Outcome(replace(state, psc=opened.say(what.at_ns)), (event,), (Sound(Tone.SEEN),))


def _closed(state: State, reason: SessionEnd, at_ns: int) -> Outcome:
    psc = state.psc
    if psc.phase is not PscPhase.OPEN:
        return Outcome(state)
    event = NewEvent(EventKind.SESSION_CLOSED, {"session": psc.session, "reason": reason.value})
    tone = Tone.SEEN if reason is SessionEnd.ASKED else Tone.CHECK
    closed = psc.closed().say(at_ns, ended=True)
    return Outcome(replace(state, psc=closed), (event,), (EndPscSession(psc.attempt), Sound(tone)))
