"""Long polls: who waits, how many, and what ends a wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from appliance.base.clock import Clock
from appliance.bridge.bounds import MAX_WAITS, MAX_WAITS_PER_CLIENT
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rates import SUPERSEDE_RATE, RateLimiter
from appliance.journal.doorbell import REREAD_S, Listener

__all__ = ["LongPolls", "Wait"]


@dataclass(slots=True, eq=False)
class Wait:
    """One long poll that is waiting; `ended` when it must answer with what it has."""

    client_id: str
    ended: bool = False


class LongPolls:
    """All long polls of the bridge; entered while the bridge serves.

    Args:
        listener: hears that the journal changed.
        clock: measures how often a client replaces its own poll.
    """

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self._listener = listener
        self._replacing = RateLimiter(SUPERSEDE_RATE, clock)
        self._lock = threading.Lock()
        self._waits: list[Wait] = []
        self._closed = False

    def __enter__(self) -> Self:
        """Start to listen."""
        self._listener.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End all waits and stop listening."""
        self.end_all()
        self._listener.close()

    @property
    def rings(self) -> int:
        """The mark to take before reading the journal, for `pause`."""
        return self._listener.rings

    @property
    def waiting(self) -> int:
        """How many wait now."""
        with self._lock:
            return len(self._waits)

    @contextmanager
    def hold(self, client_id: str) -> Iterator[Wait]:
        """Count a wait of this client in; its older one is ended.

        Raises:
            Problem: too many wait, or this client replaces its poll without end.
        """
        with self._lock:
            mine = [wait for wait in self._waits if wait.client_id == client_id]
            replaced = mine[: len(mine) - MAX_WAITS_PER_CLIENT + 1]
            if len(self._waits) - len(replaced) >= MAX_WAITS:
                raise Problem(ProblemCode.TOO_MANY_WAITS)
            if replaced and (wait_s := self._replacing.take(client_id)):
                raise Problem(ProblemCode.TOO_MANY_WAITS, retry_after_s=wait_s)
            for old in replaced:
                old.ended = True
                self._waits.remove(old)
            wait = Wait(client_id, ended=self._closed)
            self._waits.append(wait)
        if replaced:
            self._listener.nudge()
        try:
            yield wait
        finally:
            with self._lock:
                if wait in self._waits:
                    self._waits.remove(wait)

    def pause(self, heard: int, remaining_s: float) -> None:
        """Sleep until the journal may have changed, a wait was ended, or it is time to look anyway.

        Args:
            heard: `rings` before the journal was last read.
            remaining_s: what is left of the wait.
        """
        self._listener.wait(min(remaining_s, REREAD_S), after=heard)

    def end_all(self) -> None:
        """End every wait, now and from now on: the bridge stops."""
        with self._lock:
            self._closed = True
            for wait in self._waits:
                wait.ended = True
        self._listener.nudge()
