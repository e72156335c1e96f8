"""`/v1/prescriptions` and `/v1/visits`: what is known of them, and what the pharmacy software says and asks.

Statuses and letters to the counter lie sealed on the tmpfs. All that the journal keeps is that a client has
begun to say statuses.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint

from appliance.base.clock import Clock
from appliance.bridge.access import current_client
from appliance.bridge.parameters import body_object, invalid, query_integers
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.store import EventStore
from appliance.decode.payloads.ordonnance import MAX_PRESCRIPTION_ID_LENGTH
from appliance.journal.doorbell import Doorbell
from appliance.journal.errors import JournalError, UnknownClientError
from appliance.journal.model import MAX_VISIT_CHARS
from appliance.prescriptions.board import (
    Board,
    BoardFullError,
    CloseVisit,
    Letter,
    RefreshPrescription,
    SayStatus,
)
from appliance.prescriptions.status import InvalidStatusError, PrescriptionStatus, Source

__all__ = ["prescriptions_blueprint", "visits_blueprint"]

_log = logging.getLogger(__name__)

_SAID: Final = (
    "state", "lines", "consent", "secured", "renewals_total", "renewals_left", "raw_code", "patient",
)  # fmt: skip
"""What a software says of a prescription; which, by whom and when follow from its request."""


def prescriptions_blueprint(board: Board, store: EventStore, doorbell: Doorbell, clock: Clock) -> Blueprint:
    """The routes under `/v1/prescriptions`."""
    blueprint = Blueprint("prescriptions", __name__, url_prefix="/v1/prescriptions/<prescription_id>")

    @blueprint.get("")
    def prescription(prescription_id: str) -> dict[str, Any]:
        query_integers(())
        _check_id(prescription_id)
        lying = _lying(board, prescription_id)
        status = board.find(prescription_id)
        if status is None and lying is None:
            raise Problem(ProblemCode.PRESCRIPTION_UNKNOWN)
        failure = None if lying is None else lying.get("failure")
        if lying is None or failure is None:
            return _document(prescription_id, status)
        return {**_document(prescription_id, None), "failure": failure, "cause": lying.get("cause")}

    @blueprint.put("/status")
    def put_status(prescription_id: str) -> dict[str, Any]:
        query_integers(())
        _check_id(prescription_id)
        status = _status(prescription_id, body_object(_SAID), clock)
        board.keep(status)
        _note_speaker(store)
        _tell(board, doorbell, SayStatus(status))
        return _document(prescription_id, status)

    @blueprint.post("/refresh")
    def refresh(prescription_id: str) -> dict[str, Any]:
        query_integers(())
        _check_id(prescription_id)
        if _lying(board, prescription_id) is None:
            raise Problem(ProblemCode.PRESCRIPTION_UNKNOWN)
        _tell(board, doorbell, RefreshPrescription(prescription_id))
        return {"asked": True}

    return blueprint


def visits_blueprint(board: Board, doorbell: Doorbell) -> Blueprint:
    """The routes under `/v1/visits`."""
    blueprint = Blueprint("visits", __name__, url_prefix="/v1/visits/current")

    @blueprint.get("")
    def visit() -> dict[str, Any]:
        query_integers(())
        return {"visit": board.visit()}

    @blueprint.post("/close")
    def close() -> dict[str, Any]:
        query_integers(())
        named = body_object(("visit",)).get("visit")
        if not isinstance(named, str) or not 1 <= len(named) <= MAX_VISIT_CHARS:
            raise invalid("visit", "text", minimum=1, maximum=MAX_VISIT_CHARS)
        current = board.visit()
        if current is None or current.get("id") != named:
            raise Problem(ProblemCode.VISIT_NOT_CURRENT)
        _tell(board, doorbell, CloseVisit(named))
        return {"asked": True}

    return blueprint


def _tell(board: Board, doorbell: Doorbell, letter: Letter) -> None:
    try:
        board.post(letter)
    except BoardFullError:
        raise Problem(ProblemCode.OVERLOADED) from None
    doorbell.ring()


def _note_speaker(store: EventStore) -> None:
    """From its first status on, the counter waits for what this client says."""
    client = current_client()
    if client.says_statuses:
        return
    try:
        store.note_says_statuses(client.id)
    except UnknownClientError:
        raise
    except JournalError as error:
        # The status itself is taken; the next one tries again.
        _log.warning("a client that says statuses is not noted: %s", type(error).__name__)


def _status(prescription_id: str, said: Mapping[str, object], clock: Clock) -> PrescriptionStatus:
    document = {
        **said,
        "prescription_id": prescription_id,
        "source": Source.LGO.value,
        # The device's own clock: what the screen shows must not depend on the software's.
        "at": clock.now().isoformat(),
    }
    try:
        return PrescriptionStatus.from_json(document)
    except InvalidStatusError as error:
        raise invalid(error.field or "state", "rule", rule=error.rule) from None


def _check_id(prescription_id: str) -> None:
    if not 1 <= len(prescription_id) <= MAX_PRESCRIPTION_ID_LENGTH:
        raise invalid("prescription_id", "text", minimum=1, maximum=MAX_PRESCRIPTION_ID_LENGTH)
    if not prescription_id.isprintable():
        raise invalid("prescription_id", "printable")


def _lying(board: Board, prescription_id: str) -> Mapping[str, object] | None:
    """What the current visit says of that prescription; None where it does not lie there."""
    prescriptions = (board.visit() or {}).get("prescriptions")
    if not isinstance(prescriptions, Sequence):
        return None
    return next((one for one in prescriptions if one.get("prescription_id") == prescription_id), None)


def _document(prescription_id: str, status: PrescriptionStatus | None) -> dict[str, Any]:
    document = None if status is None else status.to_json()
    if document is not None:
        # Only compared with the code; never given back.
        del document["patient"]
    return {"prescription_id": prescription_id, "status": document, "failure": None, "cause": None}
