"""What time does to events: expiry, and the end of what is kept of them. Inside the caller's transaction."""

from __future__ import annotations

from appliance.journal.model import SECRET_LIFETIME, EventState, NewEvent
from appliance.journal.session import Session, Stamp
from appliance.journal.store import append_event, erase, last_event_id

__all__ = [
    "EXPIRED_KIND",
    "EXPIRED_PER_EVENT",
    "HEAD_LIFETIME_US",
    "MAX_HEADS",
    "SECRET_LIFETIME_NS",
    "announce_expired",
    "expire",
    "forget_sightings",
    "live_secrets",
    "overdue",
    "prune_heads",
]

EXPIRED_KIND = "events.expired"
EXPIRED_PER_EVENT = 500
"""Ids named by one `events.expired`: its payload stays within the bound of a payload (see the test)."""

HEAD_LIFETIME_US = 31 * 24 * 3600 * 1_000_000
"""How long id, time and kind of an event stay after its content is gone."""
MAX_HEADS = 1_000_000
"""Heads kept whatever the clock says: bounds the file when the clock was ever wrong."""
PRUNE_BATCH = 200
SIGHTING_MEMORY_NS = 3600 * 1_000_000_000
"""How long a repeated append of a code that went still finds its event."""

SECRET_LIFETIME_NS = round(SECRET_LIFETIME.total_seconds() * 1_000_000_000)
_NS_PER_US = 1000

_OVERDUE_THIS_BOOT = "SELECT event_id FROM sealed WHERE boot = ? AND created_ns <= ?"
_OVERDUE_OTHER_BOOTS = """
SELECT s.event_id FROM sealed s JOIN event e ON e.id = s.event_id
WHERE (s.boot < ? OR s.boot > ?) AND (e.at_us <= ? OR ?)
"""


def overdue(session: Session, stamp: Stamp, lifetime_ns: int) -> list[int]:
    """The waiting events older than `lifetime_ns`.

    Within a boot the monotonic clock tells the age, so that setting the wall clock expires nothing. Events
    of earlier boots go by the wall clock, and at the latest when the machine has been up for the lifetime.
    """
    this_boot = session.all(_OVERDUE_THIS_BOOT, stamp.boot, stamp.mono_ns - lifetime_ns)
    others = session.all(
        _OVERDUE_OTHER_BOOTS,
        stamp.boot,
        stamp.boot,
        stamp.at_us - lifetime_ns // _NS_PER_US,
        int(stamp.mono_ns >= lifetime_ns),
    )
    return sorted(int(event_id) for (event_id,) in this_boot + others)


def live_secrets(session: Session) -> list[int]:
    """The secrets that are neither acknowledged nor expired."""
    return [int(event_id) for (event_id,) in session.all("SELECT id FROM event WHERE state = 1 ORDER BY id")]


def expire(session: Session, stamp: Stamp, event_ids: list[int]) -> None:
    """Erase the events and say so by events of their own.

    An expired `events.expired` is not named again: nobody was there to read it, and naming it would go on
    for ever.
    """
    kinds = {
        event_id: str((session.one("SELECT kind FROM event WHERE id = ?", event_id) or ("",))[0])
        for event_id in event_ids
    }
    erase(session, event_ids, EventState.EXPIRED)
    named = [(event_id, kind) for event_id, kind in kinds.items() if kind != EXPIRED_KIND]
    announce_expired(session, stamp, named)


def announce_expired(session: Session, stamp: Stamp, named: list[tuple[int, str]]) -> None:
    """Append the `events.expired` that name these ids and kinds."""
    for start in range(0, len(named), EXPIRED_PER_EVENT):
        part = named[start : start + EXPIRED_PER_EVENT]
        payload = {"ids": [event_id for event_id, _ in part], "kinds": [kind for _, kind in part]}
        append_event(session, stamp, NewEvent(EXPIRED_KIND, payload))


def forget_sightings(session: Session, stamp: Stamp) -> None:
    """Forget the ids of codes that went long ago."""
    session.change("DELETE FROM sighting WHERE gone_ns <= ?", stamp.mono_ns - SIGHTING_MEMORY_NS)


def prune_heads(session: Session, stamp: Stamp) -> int:
    """Delete the oldest heads whose time is over; returns how many. Bounded: it goes on at the next sweep."""
    too_old = stamp.at_us - HEAD_LIFETIME_US
    too_many = last_event_id(session) - MAX_HEADS
    prunable = []
    for event_id, at_us, state in session.all(
        "SELECT id, at_us, state FROM event ORDER BY id LIMIT ?", PRUNE_BATCH
    ):
        settled = state not in {EventState.PENDING, EventState.SECRET}
        if not settled or (at_us > too_old and event_id > too_many):
            break
        prunable.append(event_id)
    if prunable:
        session.change("DELETE FROM event WHERE id <= ?", prunable[-1])
    return len(prunable)
