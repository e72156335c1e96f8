"""Events as a stream (Server-Sent Events, HTML Living Standard §9.2): the same cursor, the same waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC
from typing import Any

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.bounds import HEARTBEAT_S, MAX_EVENT_ID, MAX_STREAM_S
from appliance.bridge.parameters import IntegerParameter
from appliance.bridge.waiting import LongPolls
from appliance.journal.errors import JournalError
from appliance.journal.model import Event

__all__ = ["LAST_EVENT_ID", "STREAM_PARAMETERS", "STREAM_TYPE", "EventStream", "event_object"]

STREAM_TYPE = "text/event-stream"

STREAM_PARAMETERS: Sequence[IntegerParameter] = (
    IntegerParameter("after", 0, MAX_EVENT_ID, 0),
    IntegerParameter("seconds", 1, MAX_STREAM_S, MAX_STREAM_S),
)

LAST_EVENT_ID = "Last-Event-ID"
"""The header field by which a client that connects again says what it had last."""

_OPENING = b"retry: 2000\n\n"
"""A client whose stream ended connects again after so many milliseconds."""

_HEARTBEAT = b":\n\n"
"""A comment: says nothing, and finds out that the client is gone."""


class EventStream:
    """The pieces of one stream; whoever iterates it must close it, which lets the next client wait.

    Args:
        read: the client's events beyond a cursor.
        long_polls: all waits of the bridge; this is one of them.
        note: notes that the client listens.
        clock: measures heartbeats and the stream's end.
        client_id: whose.
        after: the cursor.
        lasts_s: when it ends by itself.

    Raises:
        Problem: too many wait.
    """

    def __init__(
        self,
        read: Callable[[int], list[Event]],
        long_polls: LongPolls,
        note: Callable[[], None],
        clock: Clock,
        *,
        client_id: str,
        after: int,
        lasts_s: int,
    ) -> None:
        self._read = read
        self._long_polls = long_polls
        self._note = note
        self._clock = clock
        self._after = after
        self._end_ns = clock.monotonic_ns() + lasts_s * NS_PER_S
        self._held = ExitStack()
        self._wait = self._held.enter_context(long_polls.hold(client_id))
        self._pieces = self._made()

    def __iter__(self) -> Iterator[bytes]:
        """Itself."""
        return self

    def __next__(self) -> bytes:
        """The next piece, waited for."""
        return next(self._pieces)

    def close(self) -> None:
        """It is over; closing twice does nothing."""
        self._held.close()

    def _made(self) -> Iterator[bytes]:
        yield _OPENING
        said_ns = self._clock.monotonic_ns()
        while not self._wait.ended:
            heard = self._long_polls.rings
            try:
                self._note()
                found = self._read(self._after)
            except JournalError:  # the client was revoked, or will learn the reason when it connects again
                return
            now_ns = self._clock.monotonic_ns()
            beat_ns = said_ns + HEARTBEAT_S * NS_PER_S
            if found:
                self._after = found[-1].id
                yield b"".join(map(_framed, found))
            elif now_ns >= self._end_ns:
                return
            elif now_ns >= beat_ns:
                yield _HEARTBEAT
            else:
                self._long_polls.pause(heard, (min(beat_ns, self._end_ns) - now_ns) / NS_PER_S)
                continue
            said_ns = self._clock.monotonic_ns()


def event_object(event: Event) -> dict[str, Any]:
    """An event as the contract writes it."""
    at = event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": event.id,
        "at": at,
        "kind": event.kind,
        "visit": event.visit,
        "payload": event.payload,
    }


def _framed(event: Event) -> bytes:
    # All but ASCII is escaped: many a client ends a line at U+2028 or U+0085, which the standard does not.
    data = json.dumps(event_object(event), separators=(",", ":"))
    return f"id: {event.id}\ndata: {data}\n\n".encode()
