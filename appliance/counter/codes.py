"""The part of `reduce` that codes are: one that appears, comes back after a restart, or goes. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.counter.boxes import Box, box_of_item
from appliance.counter.findings import with_findings
from appliance.counter.inputs import CodeAppeared, CodeGone, CodeRestored
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import EventKind, NewEvent, Sound, Tone
from appliance.counter.state import MAX_VISITS, Item, State, Suspicion, Visit
from appliance.counter.statuses import prescription_laid
from appliance.counter.visits import closed, place, unsettled
from appliance.decode.payloads import Kind, WarningCode

__all__ = ["code_appeared", "code_gone", "code_restored", "make_room"]

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


def code_appeared(state: State, what: CodeAppeared) -> Outcome:
    """A code was laid: into its visit, on the screen, to the journal."""
    item = Item(what.sighting, what.reading, what.at_ns)
    visit, is_new = place(state, item)
    events: list[NewEvent] = []
    if is_new:
        state, events = make_room(state)
        events.append(NewEvent(EventKind.VISIT_OPENED, visit=visit.id))
    payload = {**what.reading.to_json(), "sighting": what.sighting}
    box = box_of_item(state, visit, item)
    if box is not None:
        payload["box"] = box.to_json()
    events.append(NewEvent(EventKind.CODE_READ, payload, visit.id, what.sighting, secret=item.secret))
    # What was laid last is what the person looks for; a card that stays in comes back with the buttons.
    state = _show(state.with_visit(visit, current=True), item)
    state = replace(state, cards=state.cards.hide(), psc=state.psc.hide())
    tone = _tone(item, box)
    laid = Outcome(state, tuple(events), (Sound(tone),))
    return laid.then(lambda now: prescription_laid(now, visit.id, item, what.earlier))


def _tone(item: Item, box: Box | None) -> Tone:
    if box is not None and box.is_expired:
        return Tone.REFUSED
    to_check = WarningCode.DAMAGED in item.reading.warnings or (box is not None and box.is_soon)
    return Tone.CHECK if to_check else Tone.SEEN


def make_room(state: State) -> tuple[State, list[NewEvent]]:
    """Close what a new patient ends: visits with nothing left under the camera, and one too many."""
    ended = [visit for visit in state.visits if not visit.in_view]
    ended.extend([visit for visit in state.visits if visit.in_view][: max(0, _open_too_many(state, ended))])
    events = []
    for visit in ended:
        state = state.without_visit(visit.id)
        events.append(closed(visit, "next_patient"))
    return state, events


def _open_too_many(state: State, ended: list[Visit]) -> int:
    return len(state.visits) - len(ended) - (MAX_VISITS - 1)


def code_restored(state: State, what: CodeRestored) -> Outcome:
    """Put an item back as it was; what was said of it is in the journal already."""
    if state.visit_of(what.sighting) is not None:
        return Outcome(_in_view(state, what.sighting, in_view=True, at_ns=what.at_ns))
    item = Item(what.sighting, what.reading, what.at_ns, what.event_id)
    visit = next((visit for visit in state.visits if visit.id == what.visit), None)
    if visit is None:
        visit = Visit(what.visit, (item,), what.at_ns)
    else:
        visit = replace(visit.with_item(item), active_ns=what.at_ns)
        pair = next((pair for other in visit.items if (pair := _discordant(item, other)) is not None), None)
        if pair is not None:
            said = Suspicion(pair[0].sighting, pair[1].sighting, what.at_ns, said=True)
            visit = replace(visit, suspicion=said)
            visit = visit if unsettled(visit) is not None else replace(visit, suspicion=None)
    restored = Outcome(_show(with_findings(state.with_visit(visit), visit), item))
    return restored.then(lambda now: prescription_laid(now, what.visit, item, None, what.known))


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
        return replace(state, shown=item.sighting, page=None, line=0)
    return state


def _shown(state: State) -> Item | None:
    visit = state.visit_of(state.shown) if state.shown is not None else None
    return visit.item(state.shown) if visit is not None and state.shown is not None else None


def code_gone(state: State, what: CodeGone) -> Outcome:
    """A code was taken away; its visit goes on for a while."""
    return Outcome(_in_view(state, what.sighting, in_view=False, at_ns=what.at_ns))


def _in_view(state: State, sighting: str, *, in_view: bool, at_ns: int) -> State:
    visit = state.visit_of(sighting)
    item = visit.item(sighting) if visit is not None else None
    if visit is None or item is None:
        return state
    return state.with_visit(replace(visit.with_item(replace(item, in_view=in_view)), active_ns=at_ns))
