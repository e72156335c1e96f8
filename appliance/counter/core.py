"""The counter as one pure function: `reduce(state, input) -> (state, events, effects)`.

Threads, sockets and devices live around it (`runtime`): they turn the world into inputs, and events and
effects into the world. So a whole scene at the counter is a test that reads as a list of inputs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from appliance.cards.inputs import (
    CardFault,
    CardIn,
    CardOut,
    CardRead,
    PinDone,
    PinEnded,
    PinRefused,
    ReadersChanged,
)
from appliance.counter.card_buttons import card_pressed, code_pressed, step
from appliance.counter.cards import card_acknowledged, card_happened, card_stored, card_tick
from appliance.counter.codes import code_appeared, code_gone, code_restored
from appliance.counter.face_core import face_first, face_happened, face_last
from appliance.counter.face_inputs import (
    AboutTold,
    ChecksTold,
    ClientsTold,
    DoorTold,
    LevelsMeasured,
    LightWanted,
    PairingTold,
    UpdateEnded,
    UpdateTold,
)
from appliance.counter.findings import finding_pressed, findings_tick
from appliance.counter.inputs import (
    Acknowledged,
    CameraChanged,
    CardsLeft,
    CloseAsked,
    CodeAppeared,
    CodeGone,
    CodeRestored,
    CodeUnread,
    EventsStored,
    Input,
    InsQualified,
    JournalLost,
    LinkChanged,
    PinAsked,
    PolicyChanged,
    Pressed,
    RefreshAsked,
    StatusAnswered,
    StatusFailed,
    StatusHappening,
    StatusPushed,
    StorageBack,
    StorageFailed,
    Tick,
)
from appliance.counter.insi import ins_qualified, ins_wanted
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import Effect, EventKind, NewEvent, Sound, Tone
from appliance.counter.page_core import page_happened, pages_dropped
from appliance.counter.page_state import PageCaptured, PageGone, PageKept, PageLost
from appliance.counter.pages import turn_page
from appliance.counter.pin import pin_tick
from appliance.counter.psc import (
    psc_after_card,
    psc_after_menu,
    psc_happened,
    psc_pressed,
    psc_tick,
)
from appliance.counter.psc_inputs import (
    PscAsked,
    PscEndAsked,
    PscEnded,
    PscLoggedIn,
    PscNumber,
    PscRefused,
    PscStopped,
)
from appliance.counter.state import IDLE_NS, Item, State, Visit
from appliance.counter.status_asks import card_gone, code_given, refresh, status_pressed
from appliance.counter.statuses import status_answered, status_failed, status_pushed, status_tick
from appliance.counter.visits import closed, concordance, unsettled
from appliance.decode.sightings import CameraState
from appliance.display.buttons import Button

__all__ = ["Outcome", "reduce"]

_CAMERA_EVENTS = {CameraState.OK: "ok", CameraState.LOST: "lost"}


def reduce(state: State, what: Input) -> Outcome:
    """The next state, and what it means for the journal and the world."""
    if isinstance(what, Pressed):
        login = psc_pressed(state, what)
        if login is not None:
            return face_last(state, login, what)
        taken = face_first(state, what)
        if taken is not None:
            return psc_after_menu(taken, what.at_ns)
    return pages_dropped(state, face_last(state, ins_wanted(_reduce(state, what), what), what))


def _reduce(state: State, what: Input) -> Outcome:  # noqa: C901, PLR0912 - one case an input
    match what:
        case CodeAppeared():
            return code_appeared(state, what)
        case CodeRestored():
            return code_restored(state, what)
        case CodeGone():
            return code_gone(state, what)
        case CodeUnread():
            return _unread(state, what)
        case CameraChanged():
            return _camera(state, what)
        case EventsStored():
            return Outcome(_stored(state, what))
        case Acknowledged():
            return _acknowledged(state, what)
        case LinkChanged():
            return Outcome(replace(state, link=what.link))
        case Pressed():
            return _pressed(state, what)
        case StorageFailed():
            return Outcome(replace(state, storage_ok=False), effects=(Sound(Tone.REFUSED),))
        case StorageBack():
            return Outcome(replace(state, storage_ok=True))
        case JournalLost():
            return Outcome(replace(state, journal_lost=True), effects=(Sound(Tone.REFUSED),))
        case Tick():
            return _tick(state, what)
        case (
            PolicyChanged()
            | StatusAnswered()
            | StatusFailed()
            | StatusPushed()
            | RefreshAsked()
            | CloseAsked()
        ):
            return _status(state, what)
        case InsQualified():
            return ins_qualified(state, what)
        case CardOut():
            gone = card_gone(state, what.session, what.at_ns).then(lambda now: card_happened(now, what))
            return psc_after_card(state, gone, what.at_ns)
        case CardFault():
            return psc_after_card(state, card_happened(state, what), what.at_ns)
        case PinDone():
            return card_happened(state, what).then(code_given)
        case (
            CardsLeft() | ReadersChanged() | CardIn() | CardRead()
            | PinAsked() | PinRefused() | PinEnded()
        ):  # fmt: skip
            return card_happened(state, what)
        case (
            ChecksTold() | LevelsMeasured() | LightWanted() | UpdateTold() | UpdateEnded()
            | AboutTold() | ClientsTold() | PairingTold() | DoorTold()
        ):  # fmt: skip
            return face_happened(state, what)
        case (
            PscAsked() | PscEndAsked() | PscNumber() | PscLoggedIn()
            | PscRefused() | PscEnded() | PscStopped()
        ):  # fmt: skip
            return psc_happened(state, what)
        case PageCaptured() | PageKept() | PageLost() | PageGone():
            return page_happened(state, what)
        case _:
            assert_never(what)


def _status(state: State, what: StatusHappening) -> Outcome:
    match what:
        case PolicyChanged():
            return Outcome(replace(state, statuses=replace(state.statuses, policy=what.policy)))
        case StatusAnswered():
            return status_answered(state, what)
        case StatusFailed():
            return status_failed(state, what)
        case StatusPushed():
            return status_pushed(state, what)
        case RefreshAsked():
            return refresh(state, what.prescription_id, what.at_ns)
        case CloseAsked():
            return _close(state, what)


def _close(state: State, what: CloseAsked) -> Outcome:
    """End a visit because the LGO says so: its names leave the screen, whatever still lies there."""
    visit = next((visit for visit in state.visits if visit.id == what.visit), None)
    if visit is None:
        return Outcome(state)
    shown = None if state.shown is not None and visit.item(state.shown) is not None else state.shown
    state = replace(state.without_visit(visit.id), shown=shown, cards=state.cards.hide())
    return Outcome(state, (closed(visit, "lgo"),))


def _unread(state: State, what: CodeUnread) -> Outcome:
    """A sound when one appears and nothing else was read of the sheet; never an event: nothing was read."""
    is_news = what.reason is not None and state.unread is None and not state.is_code_in_view
    state = replace(state, unread=what.reason, seen=what.seen)
    return Outcome(state, effects=(Sound(Tone.CHECK),) if is_news else ())


def _camera(state: State, what: CameraChanged) -> Outcome:
    if state.camera is what.state:
        return Outcome(state)
    changed = replace(state, camera=what.state, camera_since=state.local)
    if what.state is not CameraState.OK:
        changed = replace(changed, unread=None, seen=False)
    word = _CAMERA_EVENTS.get(what.state)
    # The first picture after a start is no news: only a loss, and the return from one.
    if word is None or (word == "ok" and state.camera is not CameraState.LOST):
        return Outcome(changed)
    event = NewEvent(EventKind.DEVICE_CAMERA, {"state": word, "reason": what.reason})
    return Outcome(changed, (event,), (Sound(Tone.REFUSED),) if word == "lost" else ())


def _stored(state: State, what: EventsStored) -> State:
    for event, event_id in zip(what.events, what.event_ids, strict=True):
        visit = state.visit_of(event.sighting) if event.sighting is not None else None
        item = visit.item(event.sighting) if visit is not None and event.sighting is not None else None
        if visit is not None and item is not None:
            state = state.with_visit(visit.with_item(replace(item, event_id=event_id)))
    return card_stored(state, what)


def _acknowledged(state: State, what: Acknowledged) -> Outcome:
    state, heard = card_acknowledged(state, what.event_ids)
    for visit in state.visits:
        for item in visit.items:
            if item.event_id in what.event_ids and not item.delivered:
                visit = visit.with_item(replace(item, delivered=True))  # noqa: PLW2901 - grows
                heard = True
        state = state.with_visit(visit)
    return Outcome(state, effects=(Sound(Tone.LGO_HAS_IT),) if heard else ())


def _pressed(state: State, what: Pressed) -> Outcome:
    """A button: for a code being entered, a warning, a card on the screen, or to look around."""
    for pressed in (code_pressed, _suspicion_pressed, finding_pressed, card_pressed, status_pressed):
        taken = pressed(state, what)
        if taken is not None:
            return taken
    visit = state.visit
    if what.button is not Button.OK:
        if visit is not None and len(visit.items) == 1 and not state.cards.cards:
            return Outcome(turn_page(state, what.button))
        return Outcome(step(state, what))
    if visit is not None:
        return Outcome(replace(state, page=None, line=0))
    if state.journal_lost:
        return Outcome(replace(state, journal_lost=False))
    return Outcome(state)


def _suspicion_pressed(state: State, what: Pressed) -> Outcome | None:
    """OK takes note of a discordance that stands on the screen; nothing else does anything."""
    visit = state.visit
    if visit is None or visit.suspicion is None or not visit.suspicion.is_shown:
        return None
    if what.button is not Button.OK:
        return Outcome(state)
    return Outcome(state.with_visit(replace(visit, suspicion=replace(visit.suspicion, seen=True))))


def _tick(state: State, what: Tick) -> Outcome:
    if state.local is None or not _same_minute(state.local, what.local):
        state = replace(state, local=what.local)
    given_up = pin_tick(card_tick(state, what.at_ns), what.at_ns)
    state = psc_tick(given_up.state, what.at_ns).state
    events: list[NewEvent] = list(given_up.events)
    effects: list[Effect] = list(given_up.effects)
    for visit in state.visits:
        if not visit.in_view and what.at_ns - visit.active_ns >= IDLE_NS:
            state = state.without_visit(visit.id)
            events.append(closed(visit, "idle"))
            continue
        suspicion = visit.suspicion
        if suspicion is None or suspicion.said or what.at_ns < suspicion.due_ns:
            continue
        pair = unsettled(visit)
        if pair is None:
            state = state.with_visit(replace(visit, suspicion=None))
            continue
        state = state.with_visit(replace(visit, suspicion=replace(suspicion, said=True)))
        events.append(_discordance(visit, *pair))
        effects.append(Sound(Tone.CHECK))
    if state.shown is not None and state.visit_of(state.shown) is None:
        state = replace(state, shown=None)
    ticked = Outcome(state, tuple(events), tuple(effects))
    return ticked.then(lambda now: findings_tick(now, what.at_ns)).then(
        lambda now: status_tick(now, what.at_ns)
    )


def _same_minute(one: datetime, other: datetime) -> bool:
    """Whether a screen shows both alike: a quiet counter's state stays the very same value."""
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def _discordance(visit: Visit, ordonnance: Item, ins: Item) -> NewEvent:
    verdict = concordance(ordonnance, ins)
    traits = [trait.value for trait in verdict.traits] if verdict is not None else []
    payload = {
        "verdict": verdict.verdict.value if verdict is not None else None,
        "traits": traits,
        "sightings": [ordonnance.sighting, ins.sighting],
    }
    return NewEvent(EventKind.IDENTITY_DISCORDANCE, payload, visit.id)
