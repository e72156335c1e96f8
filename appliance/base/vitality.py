"""Whether a program's own work goes on: each part gives a beat when it advanced, and is missed after a limit.

A watchdog that is fed by a timer proves that timers work. This one is fed only while every part beats: frames
looked at, inputs reduced, requests served.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.service_manager import ServiceManager

__all__ = ["Vitality", "feed"]

_log = logging.getLogger(__name__)

_SIGNS_PER_WATCH = 3
"""sd_watchdog_enabled(3) asks for two; the third is for a machine that is busy."""

_IDLE_S = 1.0


class Vitality:
    """The beats of a program's parts. Thread-safe; a beat costs a dictionary's store."""

    def __init__(self, limits_ns: Mapping[str, int], clock: Clock) -> None:
        """Know the parts; all of them have just beaten.

        Args:
            limits_ns: by the part's name, how long it may go without a beat.
            clock: measures it.

        Raises:
            ValueError: a limit is not above zero.
        """
        if any(limit <= 0 for limit in limits_ns.values()):
            raise ValueError("a part needs some time between its beats")
        self._limits_ns = dict(limits_ns)
        self._clock = clock
        now = clock.monotonic_ns()
        self._beaten_ns = dict.fromkeys(self._limits_ns, now)

    def beat(self, part: str) -> None:
        """The part advanced.

        Raises:
            KeyError: there is no such part.
        """
        if part not in self._limits_ns:
            raise KeyError(part)
        self._beaten_ns[part] = self._clock.monotonic_ns()

    def missed(self) -> tuple[str, ...]:
        """The parts that went longer than their limit without a beat."""
        now = self._clock.monotonic_ns()
        return tuple(part for part, limit in self._limits_ns.items() if now - self._beaten_ns[part] > limit)


def feed(manager: ServiceManager, vitality: Vitality, stopping: threading.Event) -> None:
    """Give the manager a sign of life as long as nothing is missed; for a thread of its own.

    Once a part is missed it stays silent until the part beats again: the manager then ends the program and
    starts it anew. The missing part is logged once.
    """
    watchdog_ns = manager.watchdog_ns
    pause_s = _IDLE_S if watchdog_ns is None else watchdog_ns / NS_PER_S / _SIGNS_PER_WATCH
    said: tuple[str, ...] = ()
    while True:
        missed = vitality.missed()
        if missed and missed != said:
            _log.error("no sign of life from: %s", ", ".join(missed))
        said = missed
        if not missed:
            manager.alive()
        if stopping.wait(pause_s):
            return
