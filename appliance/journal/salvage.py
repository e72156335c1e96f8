"""Carrying over from a broken journal what can still be read and proves itself.

Each event is authenticated by its own seal, so that a damaged row is left out rather than delivered.
"""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from appliance.journal.envelope import EventHead, JournalKey, SealedEvent, UnsealError
from appliance.journal.model import SCOPE_EVENTS, EventState

__all__ = ["LOST_TAIL", "MAX_PLAUSIBLE_NUMBER", "Salvage", "Sequences", "read_sequences", "salvage"]

LOST_TAIL = 100_000
"""Ids that a broken journal may have given out and no longer shows: more than a write-ahead log holds."""

MAX_PLAUSIBLE_NUMBER = 2**52
"""Above, a number is damage: it could not be counted to, and JSON readers would round it."""

# CROSS JOIN: in this order, row by row, so that what lies before a broken page comes out.
_EVENTS = """
SELECT e.id, e.at_us, e.kind, k.wrapped, s.nonce, s.ciphertext, s.boot, s.created_ns
FROM sealed s CROSS JOIN event e ON e.id = s.event_id CROSS JOIN key_slot k ON k.slot = s.slot
ORDER BY s.event_id
"""
_CLIENTS = "SELECT id, name, token_sha256, scopes, paired_at_us, last_seen_us FROM client ORDER BY rowid"
_OWED = (
    # Its primary key is the table itself; NOT INDEXED would read the other index here.
    "SELECT client_id, event_id FROM owed INDEXED BY sqlite_autoindex_owed_1",
    "SELECT client_id, event_id FROM owed INDEXED BY owed_event",
)
"""The table and its index say the same twice, so that one of them may be damaged."""
_SIGHTINGS = "SELECT id, event_id, boot, digest, gone_ns FROM sighting ORDER BY id"


@dataclass(frozen=True, slots=True)
class Sequences:
    """The highest numbers that a journal is known to have given, None where it cannot be read."""

    event_id: int | None
    ack: int | None


@dataclass(frozen=True, slots=True)
class Salvage:
    """A broken journal that still answers, and the key of its content."""

    connection: sqlite3.Connection
    key: JournalKey


def read_sequences(connection: sqlite3.Connection) -> Sequences:
    """The highest numbers readable, whatever else is broken; any version that keeps the table's name."""
    found: dict[str, int] = {}
    for query in (
        "SELECT name, seq FROM sqlite_sequence WHERE name IN ('event', 'ack')",
        "SELECT 'event', max(id) FROM event",
        "SELECT 'event', max(event_id) FROM sealed",
        "SELECT 'ack', max(sequence) FROM ack",
    ):
        with contextlib.suppress(sqlite3.Error):
            for name, number in connection.execute(query).fetchall():
                if isinstance(number, int) and 0 <= number <= MAX_PLAUSIBLE_NUMBER:
                    found[name] = max(found.get(name, 0), number)
    return Sequences(found.get("event"), found.get("ack"))


def salvage(old: Salvage, new: sqlite3.Connection, new_key: JournalKey) -> int:
    """Copy clients, waiting events, what is owed and the presentations into the new journal's transaction.

    Returns:
        How many waiting events were carried over.
    """
    clients = list(_readable(old.connection, _CLIENTS))
    for row in clients:
        with contextlib.suppress(sqlite3.Error):  # a damaged row that a constraint refuses
            new.execute("INSERT INTO client VALUES (?, ?, ?, ?, ?, ?)", row)
    events = _salvage_events(old, new, new_key)
    _salvage_owed(old.connection, new, events)
    _salvage_sightings(old, new, new_key)
    return len(events)


def _readable(connection: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows from the first on until one cannot be read, then from the last on; each once, by column 0."""
    seen: set[object] = set()
    for order in (query, f"{query.rstrip()} DESC"):
        try:
            for row in connection.execute(order):
                if row[0] not in seen:
                    seen.add(row[0])
                    yield row
        except (sqlite3.Error, UnicodeDecodeError):
            continue
        return


def _salvage_events(old: Salvage, new: sqlite3.Connection, new_key: JournalKey) -> list[int]:
    """Unseal with the old key, seal with the new one; the events' ids stay."""
    kept: list[int] = []
    for event_id, at_us, kind, wrapped, nonce, ciphertext, boot, created_ns in _readable(
        old.connection, _EVENTS
    ):
        if not isinstance(boot, bytes) or not isinstance(created_ns, int):
            continue
        try:
            head = EventHead(event_id, at_us, kind)
            content = old.key.unseal(head, SealedEvent(wrapped, nonce, ciphertext))
            sealed = new_key.seal(head, content)
            new.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (event_id, at_us, kind, EventState.PENDING))
            slot = new.execute("INSERT INTO key_slot (used, wrapped) VALUES (1, ?)", (sealed.wrapped_key,))
            new.execute(
                "INSERT INTO sealed VALUES (?, ?, ?, ?, ?, ?)",
                (event_id, slot.lastrowid, boot, created_ns, sealed.nonce, sealed.ciphertext),
            )
        except (UnsealError, sqlite3.IntegrityError, struct.error, AttributeError, TypeError):
            continue  # a damaged row: refused by its seal, a constraint or its types
        kept.append(event_id)
    return kept


def _salvage_owed(old: sqlite3.Connection, new: sqlite3.Connection, events: list[int]) -> None:
    """What either copy says is owed; everything to everybody where neither can be read.

    In doubt an event is given once more: at least once is promised.
    """
    receivers = [
        client_id
        for client_id, scopes in new.execute("SELECT id, scopes FROM client")
        if SCOPE_EVENTS in scopes.split()
    ]
    copies = []
    for query in _OWED:
        with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
            copies.append(set(old.execute(query).fetchall()))
    everything = {(client_id, event_id) for client_id in receivers for event_id in events}
    owed = set.union(*copies) if copies else everything
    known = set(events)
    new.executemany(
        "INSERT OR IGNORE INTO owed VALUES (?, ?)",
        [(client, event) for client, event in owed if client in set(receivers) and event in known],
    )


def _salvage_sightings(old: Salvage, new: sqlite3.Connection, new_key: JournalKey) -> None:
    for sighting_id, event_id, boot, digest, gone_ns in _readable(old.connection, _SIGHTINGS):
        try:
            label = sighting_id.encode()
            again = (
                None
                if digest is None
                else new_key.seal_transient(label, old.key.unseal_transient(label, digest))
            )
            new.execute(
                "INSERT INTO sighting VALUES (?, ?, ?, ?, ?)", (sighting_id, event_id, boot, again, gone_ns)
            )
        except (UnsealError, sqlite3.IntegrityError, AttributeError, TypeError):
            continue
