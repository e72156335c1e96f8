"""What the proxy notes of each request: times, cursors and ids; never what an event holds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

__all__ = ["Exchange", "Provocation", "Record"]


@unique
class Provocation(StrEnum):
    """What the proxy did to an answer, to see what the software makes of it."""

    NONE = ""
    LATER = "later"
    """503 with Retry-After, and the device was not asked."""
    AGAIN = "again"
    """The events of an earlier answer once more."""
    RESET = "reset"
    """409 `cursor_ahead`, as of a device that was replaced."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        began_s, ended_s: monotonic seconds.
        method, path: without the query.
        status: of HTTP, as the software had it.
        has_token, is_json: of the request's header fields.
        token_in_url: a query that holds what looks like a token.
        after, wait_s: of a poll.
        events: ids that it gave.
        last_id: the cursor that it gave; None where there is none.
        acked: ids that it acknowledged by name.
        through: the id up to which it acknowledged.
        provoked: what was done to it.
    """

    began_s: float
    ended_s: float
    method: str
    path: str
    status: int
    has_token: bool = True
    is_json: bool = True
    token_in_url: bool = False
    after: int = 0
    wait_s: int = 0
    events: tuple[int, ...] = ()
    last_id: int | None = None
    acked: frozenset[int] = frozenset()
    through: int = 0
    provoked: Provocation = Provocation.NONE

    @property
    def is_poll(self) -> bool:
        """Whether it asks for events."""
        return self.method == "GET" and self.path == "/v1/events"

    @property
    def is_ack(self) -> bool:
        """Whether it acknowledges."""
        return self.method == "POST" and self.path == "/v1/events/ack"


class Record:
    """All exchanges so far, in the order in which they began. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []

    def add(self, exchange: Exchange) -> None:
        """One more."""
        with self._lock:
            self._exchanges.append(exchange)

    def all(self) -> Sequence[Exchange]:
        """Those that have ended."""
        with self._lock:
            return sorted(self._exchanges, key=lambda one: one.began_s)
