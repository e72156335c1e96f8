"""Look-ups at work: a few threads around the port, each answer an input of the counter."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from appliance.base.clock import Clock
from appliance.base.threads import StoppableThread, ZombieThreadError, stop_all
from appliance.counter.inputs import StatusAnswered, StatusFailed
from appliance.counter.outputs import LookUp
from appliance.prescriptions.port import (
    AbandonedError,
    BadAnswerError,
    Deadline,
    LookUpError,
    StatusSource,
)

__all__ = ["MAX_QUEUED", "LookUps"]

_log = logging.getLogger(__name__)

MAX_QUEUED = 64
"""Look-ups that wait for a thread; one more is not begun."""

_LOOK_S = 0.2
_STOP_S = 1.0


class LookUps:
    """Carries look-ups out, a bounded number at once.

    Args:
        source: asked.
        clock: time.
        timeout_s: how long an answer may take, from the moment it was wanted.
        workers: how many are asked at once.
    """

    def __init__(self, source: StatusSource, clock: Clock, *, timeout_s: float, workers: int) -> None:
        self._source = source
        self._clock = clock
        self._timeout_s = timeout_s
        self._jobs: queue.Queue[tuple[LookUp, Deadline]] = queue.Queue(MAX_QUEUED)
        self._deadlines: dict[int, Deadline] = {}
        self._guard = threading.Lock()
        self._put: Callable[[StatusAnswered | StatusFailed], None] = lambda _: None
        self._threads = [StoppableThread(f"look-up-{number}", self._work) for number in range(workers)]

    def start(self, put: Callable[[StatusAnswered | StatusFailed], None]) -> None:
        """Begin to work; answers go to `put`."""
        self._put = put
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Abandon what is under way and end; a source that does not return must not keep the counter."""
        with self._guard:
            deadlines = list(self._deadlines.values())
        for deadline in deadlines:
            deadline.abandon()
        try:
            stop_all(self._threads, _STOP_S)
        except ZombieThreadError as error:
            _log.error("%s", error)

    def begin(self, effect: LookUp) -> None:
        """Ask; returns at once."""
        deadline = Deadline(self._clock, self._timeout_s)
        with self._guard:
            self._deadlines[effect.request] = deadline
        try:
            self._jobs.put_nowait((effect, deadline))
        except queue.Full:
            # The counter itself says after a while that nobody answered.
            self._done(effect)
            _log.warning("%d look-ups wait: one is not begun", MAX_QUEUED)

    def abandon(self, request: int) -> None:
        """The answer is not wanted any more."""
        with self._guard:
            deadline = self._deadlines.get(request)
        if deadline is not None:
            deadline.abandon()

    def _work(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                effect, deadline = self._jobs.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            try:
                deadline.check()
                status = self._source.look_up(effect.query, deadline=deadline)
            except LookUpError as error:
                self._fail(effect, error)
            except Exception as error:  # noqa: BLE001 - the thread's edge: one answer must not end all others
                # Only the type: its text may quote the answer.
                _log.error("%s failed: %s", self._source.name, type(error).__name__)
                self._fail(effect, BadAnswerError(type(error).__name__))
            else:
                self._done(effect)
                if not deadline.is_abandoned:
                    self._put(StatusAnswered(effect.request, status, self._clock.monotonic_ns()))

    def _fail(self, effect: LookUp, error: LookUpError) -> None:
        self._done(effect)
        if isinstance(error, AbandonedError):
            return
        _log.info("no status from %s: %s", self._source.name, error)
        self._put(StatusFailed(effect.request, error.code, self._clock.monotonic_ns(), error.cause))

    def _done(self, effect: LookUp) -> None:
        with self._guard:
            self._deadlines.pop(effect.request, None)
