"""Events in the file: written, read, erased. Every function runs inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from appliance.journal.envelope import ERASED_KEY, EventHead, SealedEvent, UnsealError
from appliance.journal.model import (
    SCOPE_EVENTS,
    Appended,
    Event,
    EventState,
    NewEvent,
    Presentation,
    from_us,
)
from appliance.journal.session import Session, Stamp

__all__ = [
    "StoredEvent",
    "append_event",
    "count_waiting",
    "erase",
    "find_sighting",
    "forget_other_boots",
    "head_of",
    "history",
    "last_event_id",
    "owed",
    "presentation_gone",
    "presentations",
    "receivers",
    "stored_event",
    "to_event",
]

_NEXT_ID = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'event'"

_COLUMNS = "SELECT e.id, e.at_us, e.kind, e.state, k.wrapped, s.nonce, s.ciphertext, s.boot, s.created_ns"

OWED = f"""{_COLUMNS}
FROM owed o
CROSS JOIN event e ON e.id = o.event_id
LEFT JOIN sealed s ON s.event_id = o.event_id
LEFT JOIN key_slot k ON k.slot = s.slot
WHERE o.client_id = ? AND o.event_id > ?
ORDER BY o.event_id
"""
"""What a client has not acknowledged. It walks the client's own rows only: a test reads its query plan."""

_ONE = f"""{_COLUMNS}
FROM event e
LEFT JOIN sealed s ON s.event_id = e.id
LEFT JOIN key_slot k ON k.slot = s.slot
WHERE e.id = ?
"""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event's row: its head, and its sealed content where that is on the disk."""

    head: EventHead
    state: EventState
    sealed: SealedEvent | None = field(repr=False)
    boot: bytes | None
    created_ns: int | None

    def age_ns(self, stamp: Stamp) -> int | None:
        """Since it was written; None where that was before this boot, or it has no content on the disk."""
        if self.created_ns is None or self.boot != stamp.boot:
            return None
        return stamp.mono_ns - self.created_ns


def append_event(session: Session, stamp: Stamp, new: NewEvent) -> Appended:
    """Write one event, unless its sighting already has one.

    The content of a secret one is the caller's to keep; its row says no more than id, time and kind.
    """
    if new.sighting is not None:
        known = find_sighting(session, new.sighting.id)
        if known is not None:
            return Appended(known, is_new=False)
    content = b"" if new.secret else new.to_bytes()
    row = session.one(_NEXT_ID)
    assert row is not None, "the journal was laid with its sequences"  # noqa: S101 - an invariant of the file
    head = head_of(int(row[0]), stamp, new)
    state = EventState.SECRET if new.secret else EventState.PENDING
    session.change("INSERT INTO event VALUES (?, ?, ?, ?)", head.event_id, head.at_us, head.kind, state)
    if not new.secret:
        sealed = session.key.seal(head, content)
        session.change(
            "INSERT INTO sealed VALUES (?, ?, ?, ?, ?, ?)",
            head.event_id,
            _take_slot(session, sealed.wrapped_key),
            stamp.boot,
            stamp.mono_ns,
            sealed.nonce,
            sealed.ciphertext,
        )
    for client_id in receivers(session):
        session.change("INSERT INTO owed VALUES (?, ?)", client_id, head.event_id)
    if new.sighting is not None:
        digest = session.key.seal_transient(new.sighting.id.encode(), new.sighting.digest)
        session.change(
            "INSERT INTO sighting VALUES (?, ?, ?, ?, NULL)",
            new.sighting.id,
            head.event_id,
            stamp.boot,
            digest,
        )
    return Appended(head.event_id, is_new=True)


def head_of(event_id: int, stamp: Stamp, new: NewEvent) -> EventHead:
    """The head that an event gets when it is written under this id."""
    return EventHead(event_id, stamp.at_us, new.kind)


def count_waiting(session: Session) -> int:
    """How many events wait for acknowledgements or expiry."""
    row = session.one("SELECT (SELECT count(*) FROM sealed) + (SELECT count(*) FROM event WHERE state = 1)")
    return int(row[0]) if row else 0


def receivers(session: Session) -> list[str]:
    """The clients that events wait for."""
    return [
        str(client_id)
        for client_id, scopes in session.all("SELECT id, scopes FROM client ORDER BY rowid")
        if SCOPE_EVENTS in str(scopes).split()
    ]


def last_event_id(session: Session) -> int:
    """The highest id given so far, 0 before the first."""
    row = session.one("SELECT seq FROM sqlite_sequence WHERE name = 'event'")
    return int(row[0]) if row else 0


def owed(session: Session, client_id: str, after: int) -> Generator[StoredEvent]:
    """What the client has not acknowledged, by id; close the iterator to end the read."""
    with closing(session.rows(OWED, client_id, after)) as rows:
        for row in rows:
            yield _stored(row)


def stored_event(session: Session, event_id: int) -> StoredEvent | None:
    """One event, None where there is none."""
    row = session.one(_ONE, event_id)
    return None if row is None else _stored(row)


def history(session: Session, after: int, limit: int) -> list[Event]:
    """The events of any state, by id, without their content."""
    return [
        Event(event_id, from_us(at_us), kind, None, None, EventState(state))
        for event_id, at_us, kind, state in session.all(
            "SELECT id, at_us, kind, state FROM event WHERE id > ? ORDER BY id LIMIT ?", after, limit
        )
    ]


def to_event(stored: StoredEvent, content: bytes, age_ns: int | None) -> Event:
    """The event as it is given out, from its unsealed content.

    Raises:
        UnsealError: what was sealed is not an event's content.
    """
    try:
        opened = json.loads(content)
        visit, payload = opened["visit"], opened["payload"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnsealError(f"event {stored.head.event_id}") from error
    head = stored.head
    return Event(head.event_id, from_us(head.at_us), head.kind, visit, payload, stored.state, age_ns)


def erase(session: Session, event_ids: Iterable[int], state: EventState) -> None:
    """Overwrite the events' keys, delete their contents and what is owed of them; id, time, kind stay."""
    for event_id in event_ids:
        session.change(
            "UPDATE key_slot SET used = 0, wrapped = ? "
            "WHERE slot = (SELECT slot FROM sealed WHERE event_id = ?)",
            ERASED_KEY,
            event_id,
        )
        session.change("DELETE FROM sealed WHERE event_id = ?", event_id)
        session.change("DELETE FROM owed WHERE event_id = ?", event_id)
        session.change("UPDATE event SET state = ? WHERE id = ?", state, event_id)


def find_sighting(session: Session, sighting_id: str) -> int | None:
    """The event that was written for a sighting."""
    row = session.one("SELECT event_id FROM sighting WHERE id = ?", sighting_id)
    return None if row is None else int(row[0])


def presentations(session: Session, boot: bytes) -> list[Presentation]:
    """The codes of this boot still in view; one whose digest cannot be opened is left out."""
    found = []
    for sighting_id, digest, event_id in session.all(
        "SELECT id, digest, event_id FROM sighting WHERE boot = ? AND digest IS NOT NULL ORDER BY event_id",
        boot,
    ):
        try:
            opened = session.key.unseal_transient(str(sighting_id).encode(), digest)
        except UnsealError:
            continue  # at worst the code is counted once more
        found.append(Presentation(sighting_id, opened, event_id))
    return found


def presentation_gone(session: Session, stamp: Stamp, sighting_id: str) -> None:
    """Drop the digest; the id stays a while, so that a repeated append still finds its event."""
    session.change(
        "UPDATE sighting SET digest = NULL, gone_ns = ? WHERE id = ? AND digest IS NOT NULL",
        stamp.mono_ns,
        sighting_id,
    )


def forget_other_boots(session: Session, boot: bytes) -> None:
    """Nothing that lay in view before a restart of the machine is known to lie there still."""
    session.change("DELETE FROM sighting WHERE boot <> ?", boot)


def _take_slot(session: Session, wrapped_key: bytes) -> int:
    """Put a wrapped key into a free slot, or into a new one at the end."""
    free = session.one("SELECT slot FROM key_slot WHERE used = 0 LIMIT 1")
    if free is None:
        row = session.one("SELECT coalesce(max(slot), 0) + 1 FROM key_slot")
        slot = int(row[0]) if row else 1
        session.change("INSERT INTO key_slot VALUES (?, 1, ?)", slot, wrapped_key)
    else:
        slot = int(free[0])
        session.change("UPDATE key_slot SET used = 1, wrapped = ? WHERE slot = ?", wrapped_key, slot)
    return slot


def _stored(row: tuple[Any, ...]) -> StoredEvent:
    """From a row of _COLUMNS; the later ones are NULL where there is no content on the disk."""
    event_id, at_us, kind, state, wrapped, nonce, ciphertext, boot, created_ns = row
    sealed = None
    if wrapped is not None and nonce is not None and ciphertext is not None:
        sealed = SealedEvent(wrapped, nonce, ciphertext)
    return StoredEvent(EventHead(event_id, at_us, kind), EventState(state), sealed, boot, created_ns)
