"""Noting that a client is there, often enough for the counter's screen and seldom enough for the journal."""

from __future__ import annotations

import logging
import threading

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.bounds import TOUCH_EVERY_S
from appliance.bridge.store import EventStore
from appliance.journal.errors import JournalError, UnknownClientError

__all__ = ["ClientPresence"]

_log = logging.getLogger(__name__)


class ClientPresence:
    """Tells the journal that clients were heard of, each at most once every TOUCH_EVERY_S."""

    def __init__(self, store: EventStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._noted_ns: dict[str, int] = {}

    def note(self, client_id: str) -> None:
        """The client asks, or waits, right now.

        Raises:
            UnknownClientError: it was revoked meanwhile.
        """
        now = self._clock.monotonic_ns()
        with self._lock:
            noted = self._noted_ns.get(client_id)
            if noted is not None and now - noted < TOUCH_EVERY_S * NS_PER_S:
                return
            # As many keys as clients were ever paired since the start: only paired ones come here.
            self._noted_ns[client_id] = now
        try:
            self._store.touch(client_id)
        except UnknownClientError:
            raise
        except (JournalError, OSError) as error:
            # A screen that says "no LGO" is worth less than the events that are about to be given.
            _log.warning("a client's presence could not be noted: %s", type(error).__name__)
