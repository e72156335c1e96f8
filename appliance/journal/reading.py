"""Giving a client what it is owed, content and all, whether that lies on the disk or on the tmpfs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from appliance.journal.deliveries import check_receiver
from appliance.journal.envelope import UnsealError
from appliance.journal.model import Event, EventState, LossReason, NewEvent
from appliance.journal.session import Session, Stamp
from appliance.journal.store import StoredEvent, append_event, erase, owed, stored_event, to_event
from appliance.journal.sweeping import SECRET_LIFETIME_NS
from appliance.journal.volatile import VolatileStore

__all__ = ["LOST_KIND", "MAX_READ_BYTES", "Owed", "declare_unreadable", "read_owed", "secret_is_alive"]

MAX_READ_BYTES = 1024 * 1024
"""Content given by one reading, unless a single event is larger: bounds the memory of an answer."""

LOST_KIND = "journal.lost"


@dataclass(frozen=True, slots=True)
class Owed:
    """The events that can be given, and the ids of those that can never be opened again."""

    events: list[Event]
    unreadable: list[int]


def read_owed(
    session: Session, volatile: VolatileStore, stamp: Stamp, client_id: str, after: int, limit: int
) -> Owed:
    """What the client has not acknowledged above `after`, at most `limit` and about MAX_READ_BYTES.

    Raises:
        UnknownClientError: it is not paired, or receives no events.
    """
    check_receiver(session, client_id)
    events: list[Event] = []
    unreadable: list[int] = []
    size = 0
    with closing(owed(session, client_id, after)) as waiting:
        for stored in waiting:
            if len(events) == limit or size >= MAX_READ_BYTES:
                break
            try:
                content, age_ns = _content(session, volatile, stamp, stored)
                if content is None:
                    continue
                events.append(to_event(stored, content, age_ns))
            except UnsealError:
                unreadable.append(stored.head.event_id)
                continue
            size += len(content)
    return Owed(events, unreadable)


def declare_unreadable(session: Session, stamp: Stamp, event_ids: list[int]) -> list[int]:
    """Give up the events that still cannot be opened, and say so by an event; returns their ids."""
    lost = []
    for event_id in event_ids:
        stored = stored_event(session, event_id)
        if stored is None or stored.state is not EventState.PENDING:
            continue  # acknowledged or expired meanwhile
        try:
            to_event(stored, _unsealed(session, stored), None)
        except UnsealError:
            lost.append(event_id)
    erase(session, lost, EventState.LOST)
    if lost:
        append_event(session, stamp, NewEvent(LOST_KIND, {"reason": str(LossReason.UNREADABLE_EVENT)}))
    return lost


def secret_is_alive(session: Session, volatile: VolatileStore, stamp: Stamp, stored: StoredEvent) -> bool:
    """Whether a secret's content is there and its time is not over."""
    content, _ = _secret_content(session, volatile, stamp, stored)
    return content is not None


def _content(
    session: Session, volatile: VolatileStore, stamp: Stamp, stored: StoredEvent
) -> tuple[bytes | None, int | None]:
    """The event's content, None for a secret whose time is over; and its age."""
    if stored.state is not EventState.SECRET:
        return _unsealed(session, stored), stored.age_ns(stamp)
    return _secret_content(session, volatile, stamp, stored)


def _secret_content(
    session: Session, volatile: VolatileStore, stamp: Stamp, stored: StoredEvent
) -> tuple[bytes | None, int | None]:
    secret = volatile.get(stored.head, session.key)
    if secret is None or (age_ns := stamp.mono_ns - secret.created_ns) >= SECRET_LIFETIME_NS:
        return None, None
    return secret.content, age_ns


def _unsealed(session: Session, stored: StoredEvent) -> bytes:
    if stored.sealed is None:
        raise UnsealError(f"event {stored.head.event_id}")
    return session.key.unseal(stored.head, stored.sealed)
