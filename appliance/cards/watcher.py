"""The one thread that waits on all readers, outlives the PC/SC daemon, and does nothing else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from appliance.cards.errors import AccessRefusedError, ReaderGoneError, ServiceGoneError, TransportError
from appliance.cards.inputs import ServiceCondition
from appliance.cards.readers import PcscContext, PcscService, SlotState, unaware

__all__ = ["BACKOFF_S", "SLICE_S", "Watcher", "WatcherListener"]

_log = logging.getLogger(__name__)

SLICE_S = 1.0
"""One wait: what a reader that was plugged in between two waits, or the order to stop, may cost."""
BACKOFF_S = (0.2, 0.4, 0.8, 1.0)
"""Pauses between two attempts to meet the daemon; the last one repeats."""


class WatcherListener(Protocol):
    """Who is told; each call is short, the thread that waits makes it."""

    def service_changed(self, condition: ServiceCondition) -> None:
        """The daemon is met (anew: its counters start over), is not there, or refuses us."""
        ...

    def slots_changed(self, slots: tuple[SlotState, ...]) -> None:
        """All slots as they are now."""
        ...

    def slice_passed(self) -> None:
        """A wait ended, with or without a change, or an attempt to meet the daemon failed.

        Raises:
            ServiceGoneError: the daemon is to be met anew; after a wait alone.
        """
        ...


class Watcher:
    """Waits on every slot and on the list of readers."""

    def __init__(
        self,
        service: PcscService,
        listener: WatcherListener,
        pause: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        self._service = service
        self._listener = listener
        self._pause = pause

    def run(self, stopping: threading.Event) -> None:
        """Watch until told to stop; a daemon that dies is waited for."""
        failures = 0
        while not stopping.is_set():
            try:
                context = self._service.establish()
            except TransportError as error:
                refused = isinstance(error, AccessRefusedError)
                self._listener.service_changed(
                    ServiceCondition.REFUSED if refused else ServiceCondition.ABSENT
                )
                self._listener.slice_passed()
                self._pause(stopping, BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
                failures += 1
                continue
            failures = 0
            self._watch(context, stopping)

    def _watch(self, context: PcscContext, stopping: threading.Event) -> None:
        try:
            self._listener.service_changed(ServiceCondition.RUNNING)
            known: dict[str, SlotState] | None = None
            while not stopping.is_set():
                known = self._wait(context, known)
                self._listener.slice_passed()
        except ServiceGoneError:
            _log.warning("the PC/SC daemon is gone; waiting for it to come back")
        except AccessRefusedError:
            self._listener.service_changed(ServiceCondition.REFUSED)
            self._pause(stopping, BACKOFF_S[-1])
            return
        finally:
            context.release()
        if not stopping.is_set():
            self._listener.service_changed(ServiceCondition.ABSENT)
            self._pause(stopping, BACKOFF_S[0])

    def _wait(self, context: PcscContext, known: dict[str, SlotState] | None) -> dict[str, SlotState] | None:
        """One slice. The list of readers is asked for anew each time: a reader may come between two waits."""
        readers = context.readers()
        before = known or {}
        asked = [before.get(reader) or unaware(reader) for reader in readers]
        fresh = known is None or set(readers) != set(known)
        try:
            slots = context.wait(asked, 0.0 if fresh else SLICE_S)
        except ReaderGoneError:
            # It went while we asked: the next list of readers says so.
            return known
        if fresh or slots != tuple(asked):
            self._listener.slots_changed(slots)
        return {slot.reader: slot for slot in slots}
