"""The part of `reduce` that the status of prescriptions is. Pure.

A prescription's status is asked for the moment its code appears, or awaited of the pharmacy software. The
answer is kept while the sheet lies there. What nobody answers is asked again by itself, within bounds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from appliance.counter.inputs import StatusAnswered, StatusFailed, StatusPushed
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import (
    AbandonLookUp,
    Effect,
    EventKind,
    LookUp,
    NewEvent,
    PublishStatus,
    RememberPrescription,
    Sound,
    Tone,
)
from appliance.counter.state import Item, State
from appliance.counter.status_state import (
    ANSWER_NS,
    MAX_WAITING,
    RETRY_NS,
    WAITING_NS,
    Asking,
    Failure,
    Repeat,
    StatusesState,
    Tracked,
)
from appliance.decode.payloads import Ordonnance, WarningCode
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.concordance import names_another
from appliance.prescriptions.memory import Presentation
from appliance.prescriptions.port import StatusQuery
from appliance.prescriptions.status import PrescriptionState, PrescriptionStatus

__all__ = [
    "MAX_TOLD_BYTES",
    "ask",
    "fail",
    "prescription_laid",
    "prescription_of",
    "status_answered",
    "status_failed",
    "status_pushed",
    "status_tick",
]

MAX_TOLD_BYTES = 48 * 1024
"""Of a status in an event, which the journal bounds at 64 KiB; a long one of thirty lines has 10."""

LGO_SILENT = "lgo_silent"
_UNREACHABLE = "unreachable"
_BAD_ANSWER = "bad_answer"
_OTHER_PATIENT = "other_patient"

_GOOD = frozenset({PrescriptionState.TO_DISPENSE, PrescriptionState.PARTLY_DISPENSED})
"""What may be dispensed: known, and nothing to look at first."""


def prescription_of(item: Item) -> Ordonnance | None:
    """The ordonnance whose status may be asked for; None for anything else, and where its code is damaged."""
    payload = item.reading.payload
    if not isinstance(payload, Ordonnance) or payload.prescription_id is None:
        return None
    return None if WarningCode.DAMAGED in item.reading.warnings else payload


def prescription_laid(
    state: State,
    visit: str,
    item: Item,
    earlier: Sequence[Presentation] | None,
    known: PrescriptionStatus | None = None,
) -> Outcome:
    """A code appeared: follow its prescription.

    Args:
        state: with the item in it.
        visit: id of the item's visit.
        item: the code.
        earlier: when the prescription was laid today; None for a code that was only found again.
        known: what was known of it before a restart.
    """
    ordonnance = prescription_of(item)
    if ordonnance is None or ordonnance.prescription_id is None:
        return Outcome(state)
    number = ordonnance.prescription_id
    before = state.statuses.of(number)
    cached = before is not None and _lies_elsewhere(state, item, number)
    query = StatusQuery(number, ordonnance.patient, ordonnance.prescriber)
    if before is None or not cached:
        policy = state.statuses.policy
        expected = policy.asking is not Asking.NEVER and policy.is_expected
        tracked = Tracked(query, visit, item.at_ns, status=known, is_expected=expected)
    else:
        tracked = replace(before, query=query, visit=visit)
    outcome = Outcome(_with(state, tracked))
    if earlier is not None:
        outcome = outcome.then(lambda now: _remembered(now, tracked, item, earlier))
    if cached or known is not None:
        return outcome
    if before is not None and before.request is not None:
        outcome = replace(outcome, effects=(*outcome.effects, AbandonLookUp(before.request)))
    return outcome.then(lambda now: ask(now, number))


def _with(state: State, tracked: Tracked) -> State:
    return replace(state, statuses=state.statuses.having(tracked))


def _lies_elsewhere(state: State, item: Item, number: str) -> bool:
    """Whether the same prescription lies there already, as a second code."""
    others = (other for visit in state.visits for other in visit.items if other.sighting != item.sighting)
    return any(
        other.in_view and (found := prescription_of(other)) is not None and found.prescription_id == number
        for other in others
    )


def _remembered(state: State, tracked: Tracked, item: Item, earlier: Sequence[Presentation]) -> Outcome:
    """Remember that it was laid, and say loudly that it was so before, in another visit."""
    effects: list[Effect] = [RememberPrescription(tracked.query, tracked.visit)]
    before = [presentation for presentation in earlier if presentation.visit != tracked.visit]
    if not before:
        return Outcome(state, effects=tuple(effects))
    other_patient = any(not presentation.same_patient for presentation in before)
    repeat = Repeat(before[-1].at, other_patient)
    payload = {
        "prescription_id": tracked.id,
        "sighting": item.sighting,
        "earlier": before[-1].at.isoformat(timespec="seconds"),
        "other_patient": other_patient,
    }
    event = NewEvent(EventKind.PRESCRIPTION_SEEN_AGAIN, payload, tracked.visit)
    state = _with(state, replace(tracked, repeat=repeat))
    return Outcome(state, (event,), (*effects, Sound(Tone.CHECK)))


def ask(state: State, number: str) -> Outcome:
    """Begin a look-up, where the device asks."""
    statuses = state.statuses
    tracked = statuses.of(number)
    if tracked is None or statuses.policy.asking is not Asking.ASK:
        return Outcome(state)
    request = statuses.requests + 1
    begun = replace(tracked, request=request, retry_ns=None)
    statuses = replace(statuses, requests=request).having(begun)
    return Outcome(replace(state, statuses=statuses), effects=(LookUp(request, tracked.query),))


def status_answered(state: State, what: StatusAnswered) -> Outcome:
    """A source answered; an answer that nobody waits for any more is not looked at."""
    tracked = state.statuses.of_request(what.request)
    if tracked is None:
        return Outcome(state)
    accepted = _accepted(state, replace(tracked, request=None), what.status, what.at_ns)
    if accepted.state.statuses.outage is None:
        return accepted
    # Somebody answers again: whatever waits for that is due.
    statuses = replace(
        accepted.state.statuses,
        outage=None,
        tracked=tuple(
            replace(one, retry_ns=what.at_ns) if one.retry_ns is not None else one
            for one in accepted.state.statuses.tracked
        ),
    )
    return replace(accepted, state=replace(accepted.state, statuses=statuses))


def status_pushed(state: State, what: StatusPushed) -> Outcome:
    """The pharmacy software said the status; of a prescription that lies nowhere here it is no news."""
    tracked = state.statuses.of(what.status.prescription_id)
    if tracked is None:
        return Outcome(state)
    if tracked.status is not None and replace(tracked.status, at=what.status.at) == what.status:
        # Said again: only its time is new.
        return Outcome(_with(state, replace(tracked, status=what.status)))
    abandoned = () if tracked.request is None else (AbandonLookUp(tracked.request),)
    accepted = _accepted(state, replace(tracked, request=None), what.status, what.at_ns, pushed=True)
    return replace(accepted, effects=(*abandoned, *accepted.effects))


def _accepted(
    state: State, tracked: Tracked, status: PrescriptionStatus, at_ns: int, *, pushed: bool = False
) -> Outcome:
    """Take a status for what it is, or refuse an answer that speaks of something or somebody else."""
    if status.prescription_id != tracked.id:
        return fail(state, tracked, _BAD_ANSWER, at_ns)
    if names_another(tracked.query.patient, status.patient):
        return fail(state, tracked, _OTHER_PATIENT, at_ns)
    answered = replace(tracked, status=status, failure=None, tries=0, retry_ns=None)
    document = status.to_json()
    # Whose it is stands in the event of its code; there is no need to say it twice.
    document.pop("patient")
    payload: dict[str, object] = {
        "prescription_id": tracked.id,
        "status": document,
        "failure": None,
        "cause": None,
    }
    if len(json.dumps(document)) > MAX_TOLD_BYTES:
        # A journal that refuses one event holds up all that follow: the lines are for who asks for them.
        payload["lines_left_out"] = len(status.lines)
        document["lines"] = []
    event = NewEvent(EventKind.PRESCRIPTION_STATUS, payload, tracked.visit)
    tone = Tone.KNOWN if status.state in _GOOD else Tone.CHECK
    effects: tuple[Effect, ...] = (Sound(tone),) if pushed else (Sound(tone), PublishStatus(status))
    return Outcome(_with(state, answered), (event,), effects)


def status_failed(state: State, what: StatusFailed) -> Outcome:
    """A look-up ended without a status."""
    tracked = state.statuses.of_request(what.request)
    if tracked is None:
        return Outcome(state)
    return fail(state, replace(tracked, request=None), what.code, what.at_ns, what.cause)


def fail(state: State, tracked: Tracked, code: str, at_ns: int, cause: Cause | None = None) -> Outcome:
    """Say once why the status is not known, and ask again later where nobody answered."""
    cause = cause or Cause(code)
    statuses = state.statuses
    is_outage = code in {_UNREACHABLE, LGO_SILENT}
    is_known_outage = is_outage and statuses.outage is not None
    since = statuses.outage if is_known_outage else state.local
    if is_outage:
        statuses = replace(statuses, outage=since)
    said_before = tracked.failure is not None and tracked.failure.code == code
    retry_ns = None
    if code == _UNREACHABLE and at_ns - tracked.asked_ns < WAITING_NS:
        retry_ns = at_ns + RETRY_NS[min(tracked.tries, len(RETRY_NS) - 1)]
    failed = replace(
        tracked, status=None, failure=Failure(code, since, cause), tries=tracked.tries + 1, retry_ns=retry_ns
    )
    state = replace(state, statuses=_bounded(statuses.having(failed)))
    if said_before:
        return Outcome(state)
    payload = {"prescription_id": tracked.id, "status": None, "failure": code, "cause": cause.to_json()}
    event = NewEvent(EventKind.PRESCRIPTION_STATUS, payload, tracked.visit)
    # An outage is heard once; an answer about somebody else is heard each time.
    return Outcome(state, (event,), () if is_known_outage else (Sound(Tone.CHECK),))


def _bounded(statuses: StatusesState) -> StatusesState:
    waiting = [one for one in statuses.tracked if one.retry_ns is not None]
    for one in waiting[: max(0, len(waiting) - MAX_WAITING)]:
        statuses = statuses.having(replace(one, retry_ns=None))
    return statuses


def status_tick(state: State, at_ns: int) -> Outcome:
    """What only time does: no answer within reason, the next try, the end of what lies nowhere any more."""
    lying = {
        found.prescription_id
        for visit in state.visits
        for item in visit.items
        if (found := prescription_of(item)) is not None
    }
    kept = tuple(one for one in state.statuses.tracked if one.id in lying or _is_owed(one))
    if len(kept) != len(state.statuses.tracked):
        state = replace(state, statuses=replace(state.statuses, tracked=kept))
    outcome = Outcome(state)
    asking = state.statuses.policy.asking
    for one in kept:
        if one.is_open and asking is not Asking.NEVER and at_ns - one.asked_ns >= ANSWER_NS:
            code = LGO_SILENT if asking is Asking.AWAIT else _UNREACHABLE
            # The look-up goes on: an answer that comes late is better than none.
            outcome = outcome.then(lambda now, one=one, code=code: fail(now, one, code, at_ns))  # type: ignore[misc]
        elif one.retry_ns is not None and one.request is None and at_ns >= one.retry_ns:
            outcome = outcome.then(lambda now, one=one: ask(now, one.id))  # type: ignore[misc]
    return outcome


def _is_owed(one: Tracked) -> bool:
    return one.retry_ns is not None or (one.tries > 0 and one.request is not None)
