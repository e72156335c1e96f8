"""`/v1/events`: what waits for the client, now or as soon as it happens, and its acknowledgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.access import current_client
from appliance.bridge.bounds import DEFAULT_EVENTS, MAX_ACK_IDS, MAX_EVENT_ID, MAX_EVENTS, MAX_WAIT_S
from appliance.bridge.parameters import (
    IntegerParameter,
    body_object,
    check_integer,
    header_integer,
    invalid,
    query_integers,
)
from appliance.bridge.presence import ClientPresence
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.store import EventStore
from appliance.bridge.streams import LAST_EVENT_ID, STREAM_PARAMETERS, STREAM_TYPE, EventStream, event_object
from appliance.bridge.waiting import LongPolls
from appliance.journal.doorbell import Doorbell
from appliance.journal.model import Event

__all__ = ["EVENT_PARAMETERS", "EventDelivery", "events_blueprint"]

EVENT_PARAMETERS: Sequence[IntegerParameter] = (
    IntegerParameter("after", 0, MAX_EVENT_ID, 0),
    IntegerParameter("wait", 0, MAX_WAIT_S, 0),
    IntegerParameter("limit", 1, MAX_EVENTS, DEFAULT_EVENTS),
)

_ACK_KEYS = ("through", "ids")


class EventDelivery:
    """Gives clients their events, waiting for them where asked.

    Args:
        store: the journal.
        long_polls: all waits of the bridge.
        presence: told that a client waits.
        clock: measures the waits.
        delivered: told of events that somebody waited for, as they are given.
    """

    def __init__(
        self,
        store: EventStore,
        long_polls: LongPolls,
        presence: ClientPresence,
        clock: Clock,
        delivered: Callable[[list[Event]], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._long_polls = long_polls
        self._presence = presence
        self._clock = clock
        self._delivered = delivered

    def events(self, client_id: str, after: int, limit: int, wait_s: int) -> list[Event]:
        """What waits for the client beyond `after`; the empty list when nothing came within `wait_s`.

        Raises:
            Problem: `after` is beyond what the device ever gave, or too many wait.
            JournalError: the journal cannot be read, or the client was revoked while it waited.
        """
        deadline_ns = self._clock.monotonic_ns() + wait_s * NS_PER_S
        heard = self._long_polls.rings
        found = self._store.read(client_id, after, limit)
        if not found:
            self._check_cursor(after)
        if found or not wait_s:
            return found
        with self._long_polls.hold(client_id) as wait:
            while not wait.ended:
                remaining_ns = deadline_ns - self._clock.monotonic_ns()
                if remaining_ns <= 0:
                    break
                self._long_polls.pause(heard, remaining_ns / NS_PER_S)
                self._presence.note(client_id)
                heard = self._long_polls.rings
                found = [] if wait.ended else self._store.read(client_id, after, limit)
                if found:
                    self._delivered(found)
                    break
        return found

    def stream(self, client_id: str, after: int, lasts_s: int) -> EventStream:
        """The client's events beyond `after` as they happen; counted in as a long poll until it is closed.

        Raises:
            Problem: `after` is beyond what the device ever gave, or too many wait.
            JournalError: the journal cannot be read.
        """
        self._check_cursor(after)
        return EventStream(
            lambda cursor: self._store.read(client_id, cursor, MAX_EVENTS),
            self._long_polls,
            lambda: self._presence.note(client_id),
            self._clock,
            client_id=client_id,
            after=after,
            lasts_s=lasts_s,
        )

    def _check_cursor(self, after: int) -> None:
        """Refuse a cursor of another life of this device: it would hide every event to come, in silence."""
        last_id = self._store.last_id()
        if after > last_id:
            raise Problem(ProblemCode.CURSOR_AHEAD, last_id=last_id)


def events_blueprint(store: EventStore, delivery: EventDelivery, doorbell: Doorbell) -> Blueprint:
    """The routes `/v1/events` and `/v1/events/ack`."""
    blueprint = Blueprint("events", __name__, url_prefix="/v1/events")

    @blueprint.get("")
    def events() -> dict[str, Any]:
        asked = query_integers(EVENT_PARAMETERS)
        found = delivery.events(current_client().id, asked["after"], asked["limit"], asked["wait"])
        return {
            "events": [event_object(event) for event in found],
            "last_id": found[-1].id if found else asked["after"],
        }

    @blueprint.get("/stream")
    def stream() -> Response:
        asked = query_integers(STREAM_PARAMETERS)
        after = header_integer(IntegerParameter(LAST_EVENT_ID, 0, MAX_EVENT_ID, asked["after"]))
        if request.method == "HEAD":  # its stream would never be read, nor closed
            return Response(content_type=STREAM_TYPE)
        pieces = delivery.stream(current_client().id, after, asked["seconds"])
        return Response(pieces, content_type=STREAM_TYPE)

    @blueprint.post("/ack")
    def acknowledge() -> dict[str, Any]:
        query_integers(())
        through, ids = _acknowledged(body_object(_ACK_KEYS))
        last_id = store.last_id()
        if max([through or 0, *ids]) > last_id:
            raise Problem(ProblemCode.ACK_AHEAD, last_id=last_id)
        result = store.acknowledge(current_client().id, ids, through=through)
        if result.newly:
            doorbell.ring()  # the counter shows that the LGO has them
        return {"acknowledged": list(result.newly), "unknown": list(result.unknown)}

    return blueprint


def _acknowledged(body: Mapping[str, Any]) -> tuple[int | None, list[int]]:
    """`through` or the ids, whichever is given; exactly one of them must be."""
    if len(body) != 1:
        raise invalid("through", "alternative", known=", ".join(_ACK_KEYS))
    bounds = {"minimum": 1, "maximum": MAX_EVENT_ID}
    if "through" in body:
        through = body["through"]
        if not check_integer(through, **bounds):
            raise invalid("through", "integer", **bounds)
        return int(through), []
    ids = body["ids"]
    if (
        not isinstance(ids, list)
        or not 1 <= len(ids) <= MAX_ACK_IDS
        or not all(check_integer(event_id, **bounds) for event_id in ids)
    ):
        raise invalid("ids", "integers", items=MAX_ACK_IDS, **bounds)
    return None, ids
