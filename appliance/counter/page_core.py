"""The part of `reduce` that captured pages are: which visit they belong to, when they are erased. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from appliance.base.clock import NS_PER_S
from appliance.counter.codes import make_room
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import DropPages, EventKind, KeepPage, NewEvent, Sound, Tone
from appliance.counter.page_state import (
    PageCaptured,
    PageGone,
    PageHappening,
    PageKept,
    PageLost,
    VisitPage,
)
from appliance.counter.state import State, Visit
from appliance.pages.document import MAX_PAGES

__all__ = ["JOIN_NS", "page_happened", "pages_dropped"]

JOIN_NS: Final = 8 * NS_PER_S
"""A side without any code belongs to the visit whose sheet was taken up so shortly before: it was turned
over. Later, it may be the next patient's, and opens a visit of its own."""


def page_happened(state: State, what: PageHappening) -> Outcome:
    """A page was made, kept, lost, or its sheet went."""
    match what:
        case PageCaptured():
            return _captured(state, what)
        case PageKept():
            return _kept(state, what)
        case PageLost():
            return _lost(state, what)
        case PageGone():
            return _gone(state, what)


def pages_dropped(before: State, outcome: Outcome) -> Outcome:
    """The same, and what of the visits that it ended has to be erased."""
    if outcome.state.visits == before.visits:
        return outcome
    open_now = {visit.id for visit in outcome.state.visits}
    ended = [visit.id for visit in before.visits if visit.pages and visit.id not in open_now]
    return replace(outcome, effects=(*outcome.effects, *(DropPages(visit) for visit in ended)))


def _captured(state: State, what: PageCaptured) -> Outcome:
    said = what.said
    known = _find(state, said.page)
    if known is not None:
        return _seen_again(state, *known, what)
    visit = _visit_for(state, what)
    events: list[NewEvent] = []
    if visit is None:
        state, events = make_room(state)
        visit = Visit(f"v-{said.page}", (), what.at_ns)
        events.append(NewEvent(EventKind.VISIT_OPENED, visit=visit.id))
    if len(visit.pages) >= MAX_PAGES:
        events.append(_refused(visit, said.page, "too_many"))
        return Outcome(state, tuple(events), (Sound(Tone.CHECK),))
    number = max((page.number for page in visit.pages), default=0) + 1
    page = VisitPage(said.page, number, said)
    visit = replace(visit, pages=(*visit.pages, page), active_ns=what.at_ns)
    return Outcome(
        state.with_visit(visit, current=True), tuple(events), (KeepPage(visit.id, page.id, number),)
    )


def _seen_again(state: State, visit: Visit, page: VisitPage, what: PageCaptured) -> Outcome:
    """The same side lies there again: only a better picture of it is news."""
    if (what.said.real_dpi or 0.0) <= (page.said.real_dpi or 0.0) or page.said.is_sharp:
        return Outcome(_with(state, visit, replace(page, in_view=True), what.at_ns))
    again = replace(page, said=what.said, in_view=True, kept=False)
    return Outcome(
        _with(state, visit, again, what.at_ns), effects=(KeepPage(visit.id, page.id, page.number),)
    )


def _visit_for(state: State, what: PageCaptured) -> Visit | None:
    for sighting in what.said.sightings:
        visit = state.visit_of(sighting)
        if visit is not None:
            return visit
    current = state.visit
    if current is None or (not current.in_view and what.at_ns - current.active_ns > JOIN_NS):
        return None
    return current


def _kept(state: State, what: PageKept) -> Outcome:
    known = _find(state, what.page)
    if known is None:
        return Outcome(state)
    visit, page = known
    said = page.said
    payload = {
        "page": page.id,
        "number": page.number,
        "width_px": said.width_px,
        "height_px": said.height_px,
        "dpi": said.dpi,
        "width_mm": round(said.width_mm, 1),
        "height_mm": round(said.height_mm, 1),
        "real_dpi": None if said.real_dpi is None else round(said.real_dpi),
        "is_sharp": said.is_sharp,
        "is_upright": said.is_upright,
        "sightings": list(said.sightings),
    }
    state = _with(state, visit, replace(page, kept=True), what.at_ns)
    effects = () if said.is_sharp else (Sound(Tone.CHECK),)
    return Outcome(state, (NewEvent(EventKind.PAGE_CAPTURED, payload, visit.id),), effects)


def _lost(state: State, what: PageLost) -> Outcome:
    known = _find(state, what.page)
    if known is None:
        return Outcome(state)
    visit, page = known
    left = tuple(one for one in visit.pages if one.id != page.id)
    state = state.with_visit(replace(visit, pages=left))
    return Outcome(state, (_refused(visit, page.id, what.reason),), (Sound(Tone.CHECK),))


def _gone(state: State, what: PageGone) -> Outcome:
    for visit in state.visits:
        if any(page.in_view and what.page in (None, page.id) for page in visit.pages):
            pages = tuple(
                replace(page, in_view=False) if what.page in (None, page.id) else page for page in visit.pages
            )
            state = state.with_visit(replace(visit, pages=pages, active_ns=what.at_ns))
    return Outcome(state)


def _find(state: State, page_id: str) -> tuple[Visit, VisitPage] | None:
    found = ((visit, page) for visit in state.visits for page in visit.pages if page.id == page_id)
    return next(found, None)


def _with(state: State, visit: Visit, page: VisitPage, at_ns: int) -> State:
    pages = tuple(page if one.id == page.id else one for one in visit.pages)
    return state.with_visit(replace(visit, pages=pages, active_ns=at_ns))


def _refused(visit: Visit, page: str, reason: str) -> NewEvent:
    return NewEvent(EventKind.PAGE_REFUSED, {"page": page, "reason": reason}, visit.id)
