"""Which call a slot's thread is in, and since when: some calls of PC/SC may wait without limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, unique

from appliance.base.clock import NS_PER_S, Clock
from appliance.cards.inputs import CardFaultKind, CardSession

__all__ = ["ANSWER_LIMIT_NS", "CONNECT_LIMIT_NS", "CallWatch", "Waiting"]

CONNECT_LIMIT_NS = 3 * NS_PER_S
"""Another program's transaction is over sooner, unless it keeps the card."""
ANSWER_LIMIT_NS = 5 * NS_PER_S
"""A real card takes 20 to 260 ms a command, and about two seconds for a signature."""


@unique
class Waiting(StrEnum):
    """What is waited for."""

    CONNECT = "connect"
    """The card, which another program may hold."""
    ANSWER = "answer"
    """The card's answer."""


@dataclass(frozen=True, slots=True)
class _Call:
    what: Waiting
    session: CardSession
    since_ns: int


class CallWatch:
    """Written by the thread that waits, read by the one that watches it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._call: _Call | None = None
        self._told: _Call | None = None

    @contextmanager
    def waiting(self, what: Waiting, session: CardSession) -> Iterator[None]:
        """Around one call that may block."""
        with self._lock:
            self._call = _Call(what, session, self._clock.monotonic_ns())
        try:
            yield
        finally:
            with self._lock:
                self._call = None

    def overdue(self) -> tuple[CardSession, CardFaultKind] | None:
        """The session whose call lasts too long and what to say of it; once a call."""
        with self._lock:
            call = self._call
            if call is None or call is self._told:
                return None
            limit = CONNECT_LIMIT_NS if call.what is Waiting.CONNECT else ANSWER_LIMIT_NS
            if self._clock.monotonic_ns() - call.since_ns < limit:
                return None
            self._told = call
        return call.session, CardFaultKind.BUSY if call.what is Waiting.CONNECT else CardFaultKind.MUTE
