"""What the bridge may know of the current visit at any time: references and findings, never who."""

from __future__ import annotations

from appliance.counter.boxes import boxes_json
from appliance.counter.state import Item, State, Visit
from appliance.counter.status_state import Tracked
from appliance.counter.statuses import prescription_of

__all__ = ["visit_json"]


def visit_json(state: State) -> dict[str, object] | None:
    """The document that `GET /v1/visits/current` gives; None without a visit."""
    visit = state.visit
    if visit is None:
        return None
    verdict = visit.findings.verdict
    return {
        "id": visit.id,
        "in_view": visit.in_view,
        "codes": [_code(item) for item in visit.items],
        "cards": list(visit.cards),
        "boxes": boxes_json(state, visit),
        "pages": sum(page.kept for page in visit.pages),
        "prescriptions": _prescriptions(state, visit),
        "identity": {
            "verdict": verdict.value if verdict is not None else None,
            "pairs": [pair.to_json() for pair in visit.findings.pairs],
        },
        "prescribers": [
            {"sighting": sighting, **check.to_json()} for sighting, check in visit.findings.prescribers
        ],
    }


def _code(item: Item) -> dict[str, object]:
    return {
        "sighting": item.sighting,
        "kind": item.reading.kind.value,
        "event": item.event_id,
        "in_view": item.in_view,
        "delivered": item.delivered,
    }


def _prescriptions(state: State, visit: Visit) -> list[dict[str, object]]:
    found: dict[str, Tracked] = {}
    for item in visit.items:
        ordonnance = prescription_of(item)
        tracked = state.statuses.of(ordonnance.prescription_id) if ordonnance is not None else None
        if tracked is not None:
            found[tracked.id] = tracked
    return [_prescription(tracked) for tracked in found.values()]


def _prescription(tracked: Tracked) -> dict[str, object]:
    status, repeat = tracked.status, tracked.repeat
    return {
        "prescription_id": tracked.id,
        "state": status.state.value if status is not None else None,
        "source": status.source.value if status is not None else None,
        "at": status.to_json()["at"] if status is not None else None,
        "failure": tracked.failure.code if tracked.failure is not None else None,
        "cause": tracked.failure.cause.to_json() if tracked.failure is not None else None,
        "seen_earlier": repeat.at.isoformat(timespec="seconds") if repeat is not None else None,
        "other_patient_earlier": repeat is not None and repeat.other_patient,
    }
