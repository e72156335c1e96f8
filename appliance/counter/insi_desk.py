"""INSi at work for the counter: one thread, which asks for one identity after the other.

What is asked while no card is logged in waits, and is asked once one is: a Vitale is often put in before the
pharmacist's code is given.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.counter.inputs import InsQualified
from appliance.counter.outputs import QualifyIns
from appliance.prescriptions.ins_search import InsSearch
from appliance.prescriptions.port import Deadline, LookUpError, NotAuthorisedError

__all__ = ["MAX_WANTED", "WANTED_S", "InsiDesk"]

_log = logging.getLogger(__name__)

MAX_WANTED: Final = 16
"""Identities that wait; of more, the oldest is given up."""
WANTED_S: Final = 120
"""How long one is worth waiting for: a visit at the counter."""

_TIMEOUT_S: Final = 12.0
"""Nobody looks at the screen for it, and a card may sign first, for 10 s at the most."""
_LOOK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Wanted:
    effect: QualifyIns
    until_ns: int


class InsiDesk:
    """See the module.

    Args:
        insi: asked.
        is_logged_in: whether a search may be tried again; returns at once.
        clock: time.
    """

    def __init__(self, insi: InsSearch, is_logged_in: Callable[[], bool], clock: Clock) -> None:
        self._insi = insi
        self._is_logged_in = is_logged_in
        self._clock = clock
        self._told: queue.SimpleQueue[QualifyIns] = queue.SimpleQueue()
        self._waiting: deque[_Wanted] = deque(maxlen=MAX_WANTED)

    def do(self, effect: QualifyIns) -> None:
        """Search; returns at once."""
        self._told.put(effect)

    def run(self, put: Callable[[InsQualified], None], stopping: threading.Event) -> None:
        """Search what is wanted, until `stopping`."""
        while not stopping.is_set():
            self.turn(put, _LOOK_S)

    def turn(self, put: Callable[[InsQualified], None], wait_s: float) -> None:
        """Take one more, waited for so long, then search all that can be."""
        try:
            effect = self._told.get(timeout=wait_s)
        except queue.Empty:
            if not self._waiting or not self._is_logged_in():
                return
        else:
            self._waiting.append(_Wanted(effect, self._clock.monotonic_ns() + WANTED_S * NS_PER_S))
        for _ in range(len(self._waiting)):
            wanted = self._waiting.popleft()
            if self._clock.monotonic_ns() < wanted.until_ns:
                self._search(wanted, put)

    def _search(self, wanted: _Wanted, put: Callable[[InsQualified], None]) -> None:
        effect = wanted.effect
        try:
            answer = self._insi.search(effect.search, deadline=Deadline(self._clock, _TIMEOUT_S))
        except NotAuthorisedError:
            self._waiting.append(wanted)
        except LookUpError as error:
            _log.info("no qualified identity: %s", error)
        else:
            put(InsQualified(effect.reference, effect.visit, answer))
