"""One output at work: reads what it is owed, hands it to the sink, and settles it in the journal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from appliance.base.clock import NS_PER_S, Clock
from appliance.journal.doorbell import REREAD_S, Doorbell
from appliance.journal.errors import JournalError, UnknownClientError
from appliance.journal.model import Event
from appliance.outputs.client import OutputStore
from appliance.outputs.plan import pause_s, plan
from appliance.outputs.report import Report, write_report
from appliance.outputs.sink import Delivery, Sink, Turn

__all__ = ["MAX_CRASHES", "READ_EVENTS", "SILENCE_LIMIT_NS", "OutputRunner"]

_log = logging.getLogger(__name__)

READ_EVENTS = 8
"""Looked at in one step; one is delivered, and what is not for the host is passed over at once."""

MAX_CRASHES = 3
"""An event on which the sink itself breaks so often is given up: the next one must get through."""

SILENCE_LIMIT_NS = 30 * NS_PER_S
"""An output that gives no beat for so long is stuck (its part of the program's vitality)."""

_TOUCH_NS = 3 * NS_PER_S
"""How often a present host is noted: the counter takes an LGO for absent after 10 s."""


class OutputRunner:
    """Follows the journal for one sink, in a thread of its own.

    At least once: an event is settled after the sink took it, so that a kill in between gives it again. Where
    settling fails, the same event is settled first, and is not delivered twice by the same program.

    Args:
        store: the journal.
        client_id: of `enrol`.
        sink: where events go.
        doorbell: rung after an acknowledgement, so that the counter shows it.
        runtime: where the report lies.
        clock: time.
        beat: called at each step.
    """

    def __init__(
        self,
        store: OutputStore,
        client_id: str,
        sink: Sink,
        *,
        doorbell: Doorbell,
        runtime: Path,
        clock: Clock,
        beat: Callable[[], None],
    ) -> None:
        self._store = store
        self._client_id = client_id
        self._sink = sink
        self._traits = sink.traits
        self._doorbell = doorbell
        self._runtime = runtime
        self._clock = clock
        self._beat = beat
        self._failures = 0
        self._crashes: tuple[int, int] = (0, 0)
        """The event on which the sink broke last, and how often."""
        self._taken: int | None = None
        """The event that the host has and the journal does not know of yet."""
        self._touched_ns: int | None = None
        self._report = Report()
        self._written: Report | None = None

    def run(self, stopping: threading.Event) -> None:
        """Go on until `stopping`; for a `StoppableThread`.

        Raises:
            UnknownClientError: the output was revoked; a new start enrols it again.
            OSError: the doorbell cannot be heard.
        """
        try:
            with self._doorbell.listen() as listener:
                while not stopping.is_set():
                    rings = listener.rings
                    wait_s = self.step(stopping)
                    self._beat()
                    if self._failures:
                        # Rings tell of new events; the one that nobody took comes first, and has its pause.
                        stopping.wait(wait_s)
                    elif wait_s:
                        listener.wait(wait_s, after=rings)
        finally:
            self._sink.close()

    def step(self, stopping: threading.Event) -> float:
        """Do one thing; returns how long to wait before the next, in seconds.

        Raises:
            UnknownClientError: the output was revoked.
        """
        try:
            wait_s = self._step(stopping)
        except UnknownClientError:
            raise
        except JournalError as error:
            if not self._failures:
                _log.warning(
                    "output %s: the journal does not answer: %s", self._traits.name, type(error).__name__
                )
            wait_s = self._failed()
        self._tell()
        return wait_s

    def _step(self, stopping: threading.Event) -> float:
        present = self._look()
        if self._taken is not None:
            self._settle(self._taken)
        owed = self._store.read(self._client_id, 0, READ_EVENTS)
        sorted_ = plan(owed, self._wants, self._traits.lifetime_ns)
        self._pass_over(sorted_.unwanted, sorted_.expired)
        self._report = replace(self._report, waiting=bool(sorted_.due))
        if not sorted_.due:
            self._failures = 0
            return 0.0 if len(owed) == READ_EVENTS else REREAD_S
        if not present:
            return self._failed()
        return self._deliver(sorted_.due[0], stopping)

    def _deliver(self, event: Event, stopping: threading.Event) -> float:
        expires_ns = None
        if self._traits.lifetime_ns is not None and event.age_ns is not None:
            expires_ns = self._clock.monotonic_ns() + self._traits.lifetime_ns - event.age_ns
        match self._outcome(event, Turn(stopping, self._beat, expires_ns)):
            case Delivery.TAKEN:
                self._taken = event.id
                self._settle(event.id)
            case Delivery.REFUSED:
                _log.warning("output %s: event %d (%s) is refused", self._traits.name, event.id, event.kind)
                self._store.decline(self._client_id, [event.id])
                self._report = replace(self._report, refused=self._report.refused + 1)
            case Delivery.LATER:
                return self._failed()
        self._failures = 0
        return 0.0

    def _wants(self, event: Event) -> bool:
        try:
            return self._sink.wants(event)
        except Exception as error:  # noqa: BLE001 - the edge to a driver; what breaks here is counted in `deliver`
            _log.error("output %s: event %d: %s", self._traits.name, event.id, type(error).__name__)
            return True

    def _outcome(self, event: Event, turn: Turn) -> Delivery:
        try:
            return self._sink.deliver(event, turn)
        except Exception as error:  # noqa: BLE001 - the edge to a driver: one event must not stop those after it
            crashed, times = self._crashes
            times = times + 1 if crashed == event.id else 1
            self._crashes = (event.id, times)
            # Only the type: an error's text may quote what the event holds.
            _log.error("output %s: event %d ended in %s", self._traits.name, event.id, type(error).__name__)
            return Delivery.REFUSED if times >= MAX_CRASHES else Delivery.LATER

    def _look(self) -> bool:
        present = self._sink.look()
        if present != self._report.present:
            _log.info("output %s: the host is %s", self._traits.name, "there" if present else "not there")
        self._report = replace(self._report, present=present)
        now_ns = self._clock.monotonic_ns()
        if present and (self._touched_ns is None or now_ns - self._touched_ns >= _TOUCH_NS):
            self._touched_ns = now_ns
            self._touch()
        return present

    def _touch(self) -> None:
        """Note for the screen that somebody receives; that is worth less than the events themselves."""
        try:
            self._store.touch(self._client_id)
        except UnknownClientError:
            raise
        except (JournalError, OSError) as error:
            _log.warning("output %s: its presence is not noted: %s", self._traits.name, type(error).__name__)

    def _settle(self, event_id: int) -> None:
        """Acknowledge what the host has; `_taken` remembers it until the journal has it, too."""
        self._store.acknowledge(self._client_id, [event_id])
        self._taken = None
        self._report = replace(self._report, taken=self._report.taken + 1)
        self._doorbell.ring()  # the counter shows that the LGO has it

    def _pass_over(self, unwanted: Iterable[Event], expired: Iterable[Event]) -> None:
        too_old = [event.id for event in expired]
        given_up = [event.id for event in unwanted] + too_old
        if not given_up:
            return
        self._store.decline(self._client_id, given_up)
        if too_old:
            _log.warning("output %s: events %s came too late for the host", self._traits.name, too_old)
            self._report = replace(self._report, expired=self._report.expired + len(too_old))

    def _failed(self) -> float:
        self._failures += 1
        return pause_s(self._failures, self._traits.lifetime_ns)

    def _tell(self) -> None:
        if self._report != self._written:
            write_report(self._runtime, self._traits.name, self._report)
            self._written = self._report
