"""Which visit a code belongs to, and whether two codes of it name different people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from appliance.counter.outputs import EventKind, NewEvent
from appliance.counter.state import MAX_ITEMS, SETTLE_NS, Item, State, Suspicion, Visit
from appliance.decode.payloads.concordance import Concordance, Verdict, compare
from appliance.identifiers.names import fold

__all__ = ["closed", "concordance", "place", "unsettled"]


def closed(visit: Visit, reason: str) -> NewEvent:
    """That a visit is over, and why."""
    return NewEvent(EventKind.VISIT_CLOSED, {"reason": reason}, visit.id)


def concordance(ordonnance: Item, ins: Item) -> Concordance | None:
    """What the two say of each other; None where one names nobody."""
    if ordonnance.patient is None or ins.ins is None:
        return None
    return compare(ordonnance.patient, ins.ins)


def place(state: State, item: Item) -> tuple[Visit, bool]:
    """The visit that the item belongs to, with the item in it, and whether that visit is a new one.

    A code of a person goes to the visit of that person. A code of somebody else opens a visit, unless the
    current visit waits for just such a code (an ordonnance without its INS code, or the reverse): then the
    two are suspected of not going together. A code of nobody in particular goes to the current visit.
    """
    visit = _visit_for(state, item)
    if visit is None or len(visit.items) >= MAX_ITEMS:
        return Visit(f"v-{item.sighting}", (item,), item.at_ns), True
    stranger = _stranger_to(visit, item)
    joined = replace(visit.with_item(item), active_ns=item.at_ns)
    if stranger is not None:
        return replace(joined, suspicion=_suspicion(stranger, item)), False
    if joined.suspicion is not None and not joined.suspicion.said and unsettled(joined) is None:
        joined = replace(joined, suspicion=None)
    return joined, False


def unsettled(visit: Visit) -> tuple[Item, Item] | None:
    """The suspected ordonnance and INS code, where each is still without a match in the visit."""
    if visit.suspicion is None:
        return None
    ordonnance = visit.item(visit.suspicion.ordonnance)
    ins = visit.item(visit.suspicion.ins)
    if ordonnance is None or ins is None or _matched(visit, ordonnance) or _matched(visit, ins):
        return None
    return ordonnance, ins


def _visit_for(state: State, item: Item) -> Visit | None:
    current = state.visit
    if item.patient is None and item.ins is None:
        return current
    for visit in reversed(state.visits):
        if any(_same_person(item, other) for other in visit.items):
            return visit
    if current is None or not _names_somebody(current) or _stranger_to(current, item) is not None:
        return current
    return None


def _stranger_to(visit: Visit, item: Item) -> Item | None:
    """The item of the other kind that names somebody else and has found no match, if there is one."""
    if any(_same_person(item, other) for other in visit.items if other.sighting != item.sighting):
        return None
    return next((other for other in _counterparts(visit, item) if not _matched(visit, other)), None)


def _counterparts(visit: Visit, item: Item) -> Iterator[Item]:
    for other in reversed(visit.items):
        if (item.patient is not None and other.ins is not None) or (
            item.ins is not None and other.patient is not None
        ):
            yield other


def _matched(visit: Visit, item: Item) -> bool:
    """Whether its counterpart is there; one taken away says nothing of the sheet that lies there now."""
    return any(
        _agree(item, other) for other in _counterparts(visit, item) if other.in_view or not item.in_view
    )


def _same_person(item: Item, other: Item) -> bool:
    if item.patient is not None and other.patient is not None:
        mine, theirs = item.patient, other.patient
        return (fold(mine.family_name or ""), fold(mine.given_name or ""), mine.birth_date) == (
            fold(theirs.family_name or ""),
            fold(theirs.given_name or ""),
            theirs.birth_date,
        )
    if item.ins is not None and other.ins is not None:
        return item.ins.matricule == other.ins.matricule
    return _agree(item, other)


def _agree(item: Item, other: Item) -> bool:
    verdict = concordance(item, other) or concordance(other, item)
    return verdict is not None and verdict.verdict is not Verdict.DISCORDANT


def _names_somebody(visit: Visit) -> bool:
    return any(item.patient is not None or item.ins is not None for item in visit.items)


def _suspicion(stranger: Item, item: Item) -> Suspicion:
    ordonnance, ins = (item, stranger) if item.patient is not None else (stranger, item)
    return Suspicion(ordonnance.sighting, ins.sighting, due_ns=item.at_ns + SETTLE_NS)
