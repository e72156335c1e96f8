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
from appliance.counter.face_core import face_first, face_happened, face_last
from appliance.counter.face_inputs import (
    AboutTold,
    ChecksTold,
    ClientsTold,
    LevelsMeasured,
    LightWanted,
    PairingAsked,
    PairingOver,
    UpdateEnded,
    UpdateTold,
)
from appliance.counter.inputs import (
    Acknowledged,
    CameraChanged,
    CardsLeft,
    CodeAppeared,
    CodeGone,
    CodeRestored,
    EventsStored,
    Input,
    JournalLost,
    LinkChanged,
    PinAsked,
    Pressed,
    StorageBack,
    StorageFailed,
    Tick,
)
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import Effect, EventKind, NewEvent, Sound, Tone
from appliance.counter.pin import pin_tick
from appliance.counter.state import IDLE_NS, MAX_VISITS, Item, State, Suspicion, Visit
from appliance.counter.visits import concordance, place, unsettled
from appliance.decode.payloads import Kind, WarningCode
from appliance.decode.sightings import CameraState
from appliance.display.buttons import Button
from appliance.display.screens import Page

__all__ = ["Outcome", "reduce"]

_DELIBERATE_NS = 1_500_000_000
"""Codes of one sheet are read within this; a code that comes later was laid on purpose and is shown."""

_RANK = {
    Kind.ORDONNANCE: 4,
    Kind.MEDICINE: 3,
    Kind.INS: 3,
    Kind.OPAQUE: 3,
    Kind.TWODOC: 2,
    Kind.PRESCRIBER: 1,
    Kind.LINK: 1,
}
"""What the screen shows of a sheet that carries several codes."""

_CAMERA_EVENTS = {CameraState.OK: "ok", CameraState.LOST: "lost"}


def reduce(state: State, what: Input) -> Outcome:
    """The next state, and what it means for the journal and the world."""
    taken = face_first(state, what) if isinstance(what, Pressed) else None
    return taken if taken is not None else face_last(state, _reduce(state, what), what)


def _reduce(state: State, what: Input) -> Outcome:  # noqa: C901, PLR0912 - one case an input
    match what:
        case CodeAppeared():
            return _appeared(state, what)
        case CodeRestored():
            return _restored(state, what)
        case CodeGone():
            return _gone(state, what)
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
            CardsLeft() | ReadersChanged() | CardIn() | CardRead() | CardFault() | CardOut()
            | PinAsked() | PinDone() | PinRefused() | PinEnded()
        ):  # fmt: skip
            return card_happened(state, what)
        case (
            ChecksTold() | LevelsMeasured() | LightWanted() | UpdateTold() | UpdateEnded()
            | AboutTold() | ClientsTold() | PairingAsked() | PairingOver()
        ):  # fmt: skip
            return face_happened(state, what)
        case _:
            assert_never(what)


def _appeared(state: State, what: CodeAppeared) -> Outcome:
    item = Item(what.sighting, what.reading, what.at_ns)
    visit, is_new = place(state, item)
    events: list[NewEvent] = []
    if is_new:
        state, events = _make_room(state)
        events.append(NewEvent(EventKind.VISIT_OPENED, visit=visit.id))
    payload = {**what.reading.to_json(), "sighting": what.sighting}
    events.append(NewEvent(EventKind.CODE_READ, payload, visit.id, what.sighting, secret=item.secret))
    # What was laid last is what the person looks for; a card that stays in comes back with the buttons.
    state = replace(_show(state.with_visit(visit, current=True), item), cards=state.cards.hide())
    tone = Tone.CHECK if WarningCode.DAMAGED in what.reading.warnings else Tone.SEEN
    return Outcome(state, tuple(events), (Sound(tone),))


def _make_room(state: State) -> tuple[State, list[NewEvent]]:
    """Close what a new patient ends: visits with nothing left under the camera, and one too many."""
    ended = [visit for visit in state.visits if not visit.in_view]
    ended.extend([visit for visit in state.visits if visit.in_view][: max(0, _open_too_many(state, ended))])
    events = []
    for visit in ended:
        state = state.without_visit(visit.id)
        events.append(_closed(visit, "next_patient"))
    return state, events


def _open_too_many(state: State, ended: list[Visit]) -> int:
    return len(state.visits) - len(ended) - (MAX_VISITS - 1)


def _closed(visit: Visit, reason: str) -> NewEvent:
    return NewEvent(EventKind.VISIT_CLOSED, {"reason": reason}, visit.id)


def _restored(state: State, what: CodeRestored) -> Outcome:
    """Put an item back as it was; what was said of it is in the journal already."""
    if state.visit_of(what.sighting) is not None:
        return Outcome(_in_view(state, what.sighting, in_view=True, at_ns=what.at_ns))
    item = Item(what.sighting, what.reading, what.at_ns, what.event_id)
    visit = next((visit for visit in state.visits if visit.id == what.visit), None)
    if visit is None:
        return Outcome(_show(state.with_visit(Visit(what.visit, (item,), what.at_ns)), item))
    visit = replace(visit.with_item(item), active_ns=what.at_ns)
    pair = next((pair for other in visit.items if (pair := _discordant(item, other)) is not None), None)
    if pair is not None:
        said = Suspicion(pair[0].sighting, pair[1].sighting, what.at_ns, said=True)
        visit = replace(visit, suspicion=said)
        visit = visit if unsettled(visit) is not None else replace(visit, suspicion=None)
    return Outcome(_show(state.with_visit(visit), item))


def _discordant(item: Item, other: Item) -> tuple[Item, Item] | None:
    for ordonnance, ins in ((item, other), (other, item)):
        if ordonnance.patient is not None and ins.ins is not None:
            return ordonnance, ins
    return None


def _show(state: State, item: Item) -> State:
    shown = _shown(state)
    if (
        shown is None
        or not shown.in_view
        or _RANK[item.reading.kind] >= _RANK[shown.reading.kind]
        or (item.at_ns - shown.at_ns > _DELIBERATE_NS and _RANK[item.reading.kind] > 1)
    ):
        return replace(state, shown=item.sighting, page=None)
    return state


def _shown(state: State) -> Item | None:
    visit = state.visit_of(state.shown) if state.shown is not None else None
    return visit.item(state.shown) if visit is not None and state.shown is not None else None


def _gone(state: State, what: CodeGone) -> Outcome:
    return Outcome(_in_view(state, what.sighting, in_view=False, at_ns=what.at_ns))


def _in_view(state: State, sighting: str, *, in_view: bool, at_ns: int) -> State:
    visit = state.visit_of(sighting)
    item = visit.item(sighting) if visit is not None else None
    if visit is None or item is None:
        return state
    return state.with_visit(replace(visit.with_item(replace(item, in_view=in_view)), active_ns=at_ns))


def _camera(state: State, what: CameraChanged) -> Outcome:
    if state.camera is what.state:
        return Outcome(state)
    changed = replace(state, camera=what.state, camera_since=state.local)
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
    entering = code_pressed(state, what)
    if entering is not None:
        return entering
    visit = state.visit
    if visit is not None and visit.suspicion is not None and visit.suspicion.is_shown:
        if what.button is Button.OK:
            visit = replace(visit, suspicion=replace(visit.suspicion, seen=True))
            return Outcome(state.with_visit(visit))
        return Outcome(state)
    of_card = card_pressed(state, what)
    if of_card is not None:
        return of_card
    if what.button is not Button.OK:
        if visit is not None and len(visit.items) == 1 and not state.cards.cards:
            return Outcome(replace(state, page=Page.CHECK if what.button is Button.DOWN else Page.PATIENT))
        return Outcome(step(state, what))
    if visit is not None:
        return Outcome(replace(state, page=None))
    if state.journal_lost:
        return Outcome(replace(state, journal_lost=False))
    return Outcome(state)


def _tick(state: State, what: Tick) -> Outcome:
    if state.local is None or not _same_minute(state.local, what.local):
        state = replace(state, local=what.local)
    given_up = pin_tick(card_tick(state, what.at_ns), what.at_ns)
    state = given_up.state
    events: list[NewEvent] = list(given_up.events)
    effects: list[Effect] = list(given_up.effects)
    for visit in state.visits:
        if not visit.in_view and what.at_ns - visit.active_ns >= IDLE_NS:
            state = state.without_visit(visit.id)
            events.append(_closed(visit, "idle"))
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
    return Outcome(state, tuple(events), tuple(effects))


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
