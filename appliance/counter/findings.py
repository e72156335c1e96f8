"""The part of `reduce` that compares: the people of a visit, and the prescribers of its sheets. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.cards.identities import VitaleIdentity
from appliance.counter.finding_state import Findings
from appliance.counter.inputs import Pressed
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import Effect, EventKind, NewEvent, Sound, Tone
from appliance.counter.state import SETTLE_NS, State, Visit
from appliance.counter.statuses import prescription_of
from appliance.decode.payloads import PrescriberBarcode
from appliance.display.buttons import Button
from appliance.prescriptions.concordance import (
    Pair,
    Person,
    compare_people,
    of_beneficiary,
    of_ins,
    of_patient,
    verdict_of,
)
from appliance.prescriptions.prescribers import PrescriberCheck, PrescriberVerdict, check_prescriber

__all__ = ["barcodes_beside", "finding_pressed", "findings_tick", "with_findings"]


def findings_tick(state: State, at_ns: int) -> Outcome:
    """Compare what lies there, once it lies still, and say what is new of it."""
    outcome = Outcome(state)
    for visit in state.visits:
        # Two sheets laid together are read one after the other: what does not fit may still find its match.
        if visit.in_view and at_ns - visit.active_ns >= SETTLE_NS:
            outcome = outcome.then(lambda now, visit=visit: _compared(now, visit))  # type: ignore[misc]
    return outcome


def with_findings(state: State, visit: Visit) -> State:
    """The state with what is found of a visit as if it had been told: after a restart it has been."""
    pairs = compare_people(_people(state, visit))
    findings = replace(visit.findings, pairs=pairs, prescribers=_prescribers(state, visit))
    return state.with_visit(replace(visit, findings=findings))


def finding_pressed(state: State, what: Pressed) -> Outcome | None:
    """A button while a difference stands on the screen: OK takes note of it, nothing else does anything."""
    visit = state.visit
    if visit is None:
        return None
    key = _shown_key(visit.findings)
    if key is None:
        return None
    if what.button is not Button.OK:
        return Outcome(state)
    noted = replace(visit.findings, noted=visit.findings.noted | {key})
    return Outcome(state.with_visit(replace(visit, findings=noted)))


def _shown_key(findings: Findings) -> tuple[str, ...] | None:
    pair = findings.strange_card
    if pair is not None:
        return (pair.left.reference, pair.right.reference)
    return (findings.strange_prescriber,) if findings.strange_prescriber is not None else None


def _compared(state: State, visit: Visit) -> Outcome:
    before = visit.findings
    pairs = compare_people(_people(state, visit))
    prescribers = _prescribers(state, visit)
    # A sheet that was taken away says nothing new; what was found while it lay there stays found.
    if not pairs and before.pairs:
        pairs = before.pairs
    if pairs == before.pairs and prescribers == before.prescribers:
        return Outcome(state)
    now = replace(before, pairs=pairs, prescribers=prescribers)
    events = []
    effects: list[Effect] = []
    if pairs != before.pairs:
        events.append(_concordance_event(visit, pairs))
    for sighting, check in prescribers:
        if check.verdict is not PrescriberVerdict.ABSENT and before.of(sighting) != check:
            payload = {"sighting": sighting, **check.to_json()}
            events.append(NewEvent(EventKind.PRESCRIBER_CONCORDANCE, payload, visit.id))
    if _shown_key(now) not in {None, _shown_key(before)}:
        effects.append(Sound(Tone.CHECK))
    state = state.with_visit(replace(visit, findings=now))
    return Outcome(state, tuple(events), tuple(effects))


def _concordance_event(visit: Visit, pairs: tuple[Pair, ...]) -> NewEvent:
    verdict = verdict_of(pairs)
    payload = {
        "verdict": verdict.value if verdict is not None else None,
        "pairs": [pair.to_json() for pair in pairs],
    }
    return NewEvent(EventKind.IDENTITY_CONCORDANCE, payload, visit.id)


def _people(state: State, visit: Visit) -> list[Person]:
    """Whom the codes that lie there name, and whose Vitale is in, where it is known whose visit it is."""
    lying = [item for item in visit.items if item.in_view]
    cards = [card for card in state.cards.cards if card.id in visit.cards and not card.is_choice]
    return [
        *(of_patient(item.sighting, item.patient) for item in lying if item.patient is not None),
        *(of_ins(item.sighting, item.ins) for item in lying if item.ins is not None),
        *(
            of_beneficiary(card.id, card.beneficiaries[card.chosen or 0])
            for card in cards
            if isinstance(card.content, VitaleIdentity)
        ),
    ]


def barcodes_beside(state: State, visit: Visit) -> list[PrescriberBarcode]:
    """The prescribers' barcodes that lie with a visit's ordonnances.

    A barcode is read before the QR code of its sheet as often as after it, and then belongs to the visit that
    was there before: those of visits of which no ordonnance lies there any more count, too.
    """
    return [
        item.reading.payload
        for other in state.visits
        if other.id == visit.id or not _has_ordonnance(other)
        for item in other.items
        if item.in_view and isinstance(item.reading.payload, PrescriberBarcode)
    ]


def _has_ordonnance(visit: Visit) -> bool:
    return any(item.in_view and prescription_of(item) is not None for item in visit.items)


def _prescribers(state: State, visit: Visit) -> tuple[tuple[str, PrescriberCheck], ...]:
    barcodes = barcodes_beside(state, visit)
    return tuple(
        (item.sighting, check_prescriber(ordonnance.prescriber, barcodes))
        for item in visit.items
        if item.in_view and (ordonnance := prescription_of(item)) is not None
    )
