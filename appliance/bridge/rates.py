"""How fast a client, or an address without one, may ask: token buckets, bounded in number."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.bounds import MAX_ADDRESSES

__all__ = [
    "CLIENT_RATE",
    "FAILURE_RATE",
    "PAIRING_RATE",
    "PUBLIC_RATE",
    "SUPERSEDE_RATE",
    "Rate",
    "RateLimiter",
]


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, and `per_s` more each second."""

    per_s: float
    burst: int

    def __post_init__(self) -> None:
        """Refuse a rate that lets nobody in."""
        if self.per_s <= 0 or self.burst < 1:
            raise ValueError("a rate lets at least something through")


CLIENT_RATE = Rate(per_s=60, burst=120)
"""A paired client: an LGO asks once or twice an event, the console page about thirty times a second."""

PUBLIC_RATE = Rate(per_s=20, burst=100)
"""An address, for what needs no token: a page with all its files is one burst."""

FAILURE_RATE = Rate(per_s=10, burst=100)
"""An address whose tokens are missing or wrong. Good tokens of the same address are not slowed by it.

Against load only: a token of 128 random bits is not guessed at any rate."""

PAIRING_RATE = Rate(per_s=0.5, burst=6)
"""An address that asks to be paired: a person does so once or twice."""

SUPERSEDE_RATE = Rate(per_s=1, burst=3)
"""A client that replaces its own long poll: two programs sharing a token must not chase each other."""


class RateLimiter:
    """Counts by key (a client's id, an address); the least recent keys are forgotten beyond `max_keys`."""

    def __init__(self, rate: Rate, clock: Clock, max_keys: int = MAX_ADDRESSES) -> None:
        self._rate = rate
        self._clock = clock
        self._max_keys = max_keys
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, key: str) -> int:
        """Take one request of `key`.

        Returns:
            0 when it may pass, else the whole seconds after which one may.
        """
        now = self._clock.monotonic_ns()
        with self._lock:
            left, at = self._buckets.pop(key, (float(self._rate.burst), now))
            left = min(self._rate.burst, left + (now - at) / NS_PER_S * self._rate.per_s)
            wait_s = 0 if left >= 1 else max(1, math.ceil((1 - left) / self._rate.per_s))
            self._buckets[key] = (left if wait_s else left - 1, now)
            if len(self._buckets) > self._max_keys:
                self._buckets.popitem(last=False)
        return wait_s
