"""The status of prescriptions at work for the counter: look-ups, the day's memory, the bridge's letters."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from appliance.base.clock import Clock
from appliance.counter.inputs import (
    CloseAsked,
    RefreshAsked,
    StatusHappening,
    StatusPushed,
)
from appliance.counter.look_ups import LookUps
from appliance.counter.outputs import (
    AbandonLookUp,
    LookUp,
    PublishStatus,
    RememberPrescription,
    StatusEffect,
)
from appliance.counter.state import State
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.counter.visit_mirror import visit_json
from appliance.decode.payloads import Ordonnance, Reading
from appliance.journal.doorbell import Doorbell
from appliance.journal.model import Client
from appliance.prescriptions.board import Board, CloseVisit, RefreshPrescription, SayStatus
from appliance.prescriptions.memory import Presentation, PresentationMemory
from appliance.prescriptions.port import StatusQuery
from appliance.prescriptions.status import PrescriptionStatus

__all__ = ["StatusDesk"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.25


class StatusDesk:
    """What the counter's runtime needs for the status of prescriptions.

    Args:
        policy: how the status comes; an AWAIT is in force only while a software is paired that may say it,
            and an answer is expected only once such a one has said any.
        look_ups: the source at work; None where nobody is asked.
        memory: of the day.
        board: shared with the bridge.
        doorbell: rung by the bridge when it left a letter, and here when the board changed.
        clock: time.
    """

    def __init__(
        self,
        *,
        policy: StatusPolicy,
        look_ups: LookUps | None,
        memory: PresentationMemory,
        board: Board,
        doorbell: Doorbell,
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._look_ups = look_ups
        self._memory = memory
        self._board = board
        self._doorbell = doorbell
        self._clock = clock
        self._shown: tuple[object, ...] | None = None
        self._visit: dict[str, object] | None = None

    def policy(self, clients: Sequence[Client]) -> StatusPolicy:
        """The policy in force, by the paired software that may say statuses."""
        if self._policy.asking is not Asking.AWAIT:
            return self._policy
        if not clients:
            return StatusPolicy()
        return replace(self._policy, is_expected=any(client.says_statuses for client in clients))

    def run(self, put: Callable[[StatusHappening], None], stopping: threading.Event) -> None:
        """Look up, and hand on what the bridge leaves, until `stopping`."""
        if self._look_ups is not None:
            self._look_ups.start(put)
        try:
            with self._doorbell.listen() as listener:
                while not stopping.is_set():
                    rings = listener.rings
                    for letter in self._board.take():
                        put(self._happening(letter))
                    listener.wait(_LOOK_S, after=rings)
        finally:
            if self._look_ups is not None:
                self._look_ups.stop()

    def do(self, effect: StatusEffect) -> None:
        """Carry an effect out; returns at once."""
        match effect:
            case LookUp():
                if self._look_ups is not None:
                    self._look_ups.begin(effect)
            case AbandonLookUp():
                if self._look_ups is not None:
                    self._look_ups.abandon(effect.request)
            case PublishStatus():
                try:
                    self._board.keep(effect.status)
                except (OSError, ValueError) as error:
                    _log.warning("a status is not told to the bridge: %s", type(error).__name__)
            case RememberPrescription():
                self._memory.remember(effect.query, effect.visit)

    def earlier(self, reading: Reading) -> tuple[Presentation, ...]:
        """When the prescription of a code was laid today."""
        payload = reading.payload
        if not isinstance(payload, Ordonnance) or payload.prescription_id is None:
            return ()
        return self._memory.find(StatusQuery(payload.prescription_id, payload.patient, payload.prescriber))

    def known(self, reading: Reading) -> PrescriptionStatus | None:
        """What was known of the prescription of a code before a restart."""
        payload = reading.payload
        if not isinstance(payload, Ordonnance) or payload.prescription_id is None:
            return None
        return self._board.find(payload.prescription_id)

    def sweep(self) -> None:
        """Forget yesterday."""
        self._memory.sweep()

    def mirror(self, state: State) -> None:
        """Let the bridge know the current visit, where it changed."""
        shown = (state.visits, state.statuses, state.cards.cards)
        if self._shown is not None and all(a is b for a, b in zip(shown, self._shown, strict=True)):
            return
        visit = visit_json(state)
        is_first, self._shown = self._shown is None, shown
        if visit == self._visit and not is_first:
            return
        self._visit = visit
        try:
            self._board.show_visit(visit)
        except (OSError, ValueError) as error:
            _log.warning("the visit is not shown to the bridge: %s", type(error).__name__)

    def _happening(self, letter: SayStatus | RefreshPrescription | CloseVisit) -> StatusHappening:
        now_ns = self._clock.monotonic_ns()
        match letter:
            case SayStatus():
                return StatusPushed(letter.status, now_ns)
            case RefreshPrescription():
                return RefreshAsked(letter.prescription_id, now_ns)
            case CloseVisit():
                return CloseAsked(letter.visit, now_ns)
