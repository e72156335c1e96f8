"""Which visit a Vitale belongs to. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.cards.identities import Beneficiary, VitaleIdentity
from appliance.counter.card_state import Card
from appliance.counter.outputs import EventKind, NewEvent
from appliance.counter.state import Item, State, Visit
from appliance.identifiers.names import fold

__all__ = ["join_visit", "leave_visit"]


def join_visit(
    state: State, card: Card, identity: VitaleIdentity, at_ns: int
) -> tuple[State, str, list[NewEvent]]:
    """The state with the card in a visit, that visit's id, and what that opens and closes.

    A Vitale belongs to the current visit: the papers lie there, or were just taken away. The next patient
    came where nothing of the visit lies there any more and it names people of whom the card names none; and
    where a Vitale was in before and no paper says that this one is of the same people.
    """
    current = state.visit
    events: list[NewEvent] = []
    if current is not None and not current.in_view and _is_of_others(current, identity):
        state = state.without_visit(current.id)
        events.append(NewEvent(EventKind.VISIT_CLOSED, {"reason": "next_patient"}, current.id))
        current = state.visit
    if current is None or _is_of_others(current, identity):
        current = Visit(f"v-{card.id}", (), at_ns)
        events.append(NewEvent(EventKind.VISIT_OPENED, visit=current.id))
    cards = current.cards if card.id in current.cards else (*current.cards, card.id)
    return state.with_visit(replace(current, active_ns=at_ns, cards=cards), current=True), current.id, events


def leave_visit(state: State, card: Card, at_ns: int) -> State:
    """The state without the card in its visit, which goes on for a while."""
    visit = next((visit for visit in state.visits if visit.id == card.visit), None)
    if visit is None:
        return state
    left = tuple(other for other in visit.cards if other != card.id)
    return state.with_visit(replace(visit, cards=left, had_card=True, active_ns=at_ns))


def _is_of_others(visit: Visit, identity: VitaleIdentity) -> bool:
    """Whether the visit is another patient's.

    Codes that name nobody (a box, a link) and a Vitale that is out may be anybody's, its identity not being
    kept to compare: the card of a stranger would join them, so it does not. Two visits of one patient are a
    lesser evil than one visit of two.
    """
    named = [item for item in visit.items if item.patient is not None or item.ins is not None]
    if not named:
        return visit.had_card and not visit.cards
    return not visit.in_view and not any(
        _may_be(item, person) for item in named for person in identity.beneficiaries
    )


def _may_be(item: Item, person: Beneficiary) -> bool:
    """Whether family name or birth date are the same: papers and cards may bear another name."""
    born = str(person.birth_date) if person.birth_date is not None else None
    if item.patient is not None:
        family, day = item.patient.family_name or "", _french(item.patient.birth_date)
    elif item.ins is not None:
        family, day = item.ins.birth_name, f"{item.ins.birth_date:%d/%m/%Y}"
    else:
        return False
    return fold(family) == fold(person.family_name) or (born is not None and born == day)


def _french(day: str | None) -> str | None:
    return "/".join(reversed(day.split("-"))) if day is not None else None
