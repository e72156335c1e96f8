"""A circuit breaker: a service that is down is not asked by every sheet that is laid."""

from __future__ import annotations

import threading
from typing import Final

from appliance.base.clock import NS_PER_S, Clock

__all__ = ["OPEN_S", "TRIPPING_FAILURES", "CircuitBreaker"]

TRIPPING_FAILURES: Final = 3
"""Calls in a row that found nobody; one may be a lost packet."""
OPEN_S: Final = 5.0
"""How long nobody is asked then: short, for a pharmacist waits; long enough that many counters do not add
up to a storm on a service that comes back."""


class CircuitBreaker:
    """Closed, open, and half open: then one call is let through to find out. Any thread may ask."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until_ns: int | None = None
        self._probing = False

    def admits(self) -> bool:
        """Whether a call may go out now; one that may is followed by `succeeded`, `failed` or `abandoned`."""
        with self._lock:
            if self._open_until_ns is None:
                return True
            if self._probing or self._clock.monotonic_ns() < self._open_until_ns:
                return False
            self._probing = True
            return True

    def succeeded(self) -> None:
        """The service answered, whatever it said."""
        with self._lock:
            self._failures = 0
            self._open_until_ns = None
            self._probing = False

    def failed(self) -> None:
        """Nobody answered."""
        with self._lock:
            self._failures += 1
            self._probing = False
            if self._failures >= TRIPPING_FAILURES:
                self._open_until_ns = self._clock.monotonic_ns() + round(OPEN_S * NS_PER_S)

    def abandoned(self) -> None:
        """The call was given up before anything was learnt."""
        with self._lock:
            self._probing = False
