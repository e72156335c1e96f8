"""Acknowledgements and pairings in the file. Every function runs inside the caller's transaction."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appliance.journal.errors import TooManyClientsError, UnknownClientError
from appliance.journal.model import (
    MAX_CLIENTS,
    MAX_EVENT_ID,
    SCOPE_COPY,
    Ack,
    Client,
    EventState,
    from_us,
    to_us,
)
from appliance.journal.session import Session
from appliance.journal.store import erase, receivers

__all__ = [
    "Acknowledged",
    "acknowledge",
    "acks_after",
    "add_client",
    "all_clients",
    "check_receiver",
    "client_by_hash",
    "decline",
    "last_ack_sequence",
    "last_seen_on_disk",
    "note_says_statuses",
    "note_seen",
    "owed_through",
    "rename",
    "revoke",
]

ACK_MEMORY = 10_000
"""Acknowledgements kept for those who follow them; weeks of a counter."""

_SAYS_STATUSES = "says_statuses/"
"""And the client's id: a mark, so that journals from before it need no other tables."""

_CLIENTS = """
SELECT id, name, scopes, paired_at_us, last_seen_us,
    EXISTS (SELECT 1 FROM mark WHERE mark.name = ? || client.id)
FROM client ORDER BY client.rowid
"""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Ids acknowledged now, ids that are no event's, and ids of the events erased by it."""

    newly: tuple[int, ...]
    unknown: tuple[int, ...]
    erased: tuple[int, ...]


def check_receiver(session: Session, client_id: str) -> None:
    """Raise UnknownClientError unless the client is paired and receives events."""
    if client_id not in receivers(session):
        raise UnknownClientError


def owed_through(session: Session, client_id: str, through: int) -> list[int]:
    """The ids up to `through` that the client has not acknowledged."""
    return [
        int(event_id)
        for (event_id,) in session.all(
            "SELECT event_id FROM owed WHERE client_id = ? AND event_id <= ? ORDER BY event_id",
            client_id,
            min(through, MAX_EVENT_ID),
        )
    ]


def acknowledge(session: Session, client_id: str, event_ids: Sequence[int]) -> Acknowledged:
    """Take the events off what the client is owed; erase those that nobody is owed any more.

    A client of copies is told of to nobody, and erases only what somebody at the counter has.
    """
    newly: list[int] = []
    unknown: list[int] = []
    is_told = not _gets_copies(session, client_id)
    for event_id in dict.fromkeys(event_ids):
        possible = 0 < event_id <= MAX_EVENT_ID
        if possible and _no_longer_owed(session, client_id, event_id):
            if is_told:
                session.change("INSERT INTO ack (event_id, client_id) VALUES (?, ?)", event_id, client_id)
            newly.append(event_id)
        elif not possible or session.one("SELECT 1 FROM event WHERE id = ?", event_id) is None:
            unknown.append(event_id)
    erased = _erase_settled(session, newly if is_told else _acknowledged(session, newly))
    session.change("DELETE FROM ack WHERE sequence <= ?", last_ack_sequence(session) - ACK_MEMORY)
    return Acknowledged(tuple(newly), tuple(unknown), tuple(erased))


def decline(session: Session, client_id: str, event_ids: Sequence[int]) -> tuple[int, ...]:
    """Take the events off what the client is owed, as if it had never been owed them.

    Returns:
        The events erased by it: those that nobody is owed any more and that somebody did acknowledge. What
        everybody declined nobody has: it waits for its expiry.
    """
    declined = [event_id for event_id in event_ids if _no_longer_owed(session, client_id, event_id)]
    return tuple(_erase_settled(session, _acknowledged(session, declined)))


def acks_after(session: Session, sequence: int, limit: int) -> list[Ack]:
    """Acknowledgements with a higher sequence, in order."""
    return [
        Ack(*row)
        for row in session.all(
            "SELECT sequence, event_id, client_id FROM ack WHERE sequence > ? ORDER BY sequence LIMIT ?",
            sequence,
            limit,
        )
    ]


def last_ack_sequence(session: Session) -> int:
    """The highest sequence given so far."""
    row = session.one("SELECT seq FROM sqlite_sequence WHERE name = 'ack'")
    return int(row[0]) if row else 0


def add_client(session: Session, client: Client, token_sha256: bytes) -> None:
    """Pair a client; if it receives events, it is owed all that still wait.

    Raises:
        TooManyClientsError: MAX_CLIENTS are paired.
    """
    (count,) = session.one("SELECT count(*) FROM client") or (0,)
    if count >= MAX_CLIENTS:
        raise TooManyClientsError(f"{MAX_CLIENTS}")
    session.change(
        "INSERT INTO client VALUES (?, ?, ?, ?, ?, NULL)",
        client.id,
        client.name,
        token_sha256,
        " ".join(sorted(client.scopes)),
        to_us(client.paired_at),
    )
    if client.receives_events:
        session.change("INSERT INTO owed SELECT ?, event_id FROM sealed", client.id)
        session.change("INSERT INTO owed SELECT ?, id FROM event WHERE state = 1", client.id)


def all_clients(session: Session) -> list[Client]:
    """The paired clients, in the order of their pairing."""
    return [_client(*row) for row in session.all(_CLIENTS, _SAYS_STATUSES)]


def client_by_hash(session: Session, token_sha256: bytes) -> Client | None:
    """The client with this token hash.

    Every client's hash is compared in constant time, and all of them whoever matches: the time of an answer
    says nothing about how near a guess is.
    """
    found = None
    for client_id, known in session.all("SELECT id, token_sha256 FROM client"):
        if hmac.compare_digest(bytes(known), token_sha256):
            found = str(client_id)
    return next((client for client in all_clients(session) if client.id == found), None)


def last_seen_on_disk(session: Session, client_id: str) -> tuple[int | None] | None:
    """When the client was last seen (µs), as far as the disk knows; None where it is not paired."""
    row = session.one("SELECT last_seen_us FROM client WHERE id = ?", client_id)
    return None if row is None else (row[0],)


def note_seen(session: Session, client_id: str, at_us: int) -> None:
    """Write down when the client was last seen."""
    session.change("UPDATE client SET last_seen_us = ? WHERE id = ?", at_us, client_id)


def note_says_statuses(session: Session, client_id: str) -> None:
    """Write down that the client said the status of a prescription.

    Raises:
        UnknownClientError: it is not paired.
    """
    if last_seen_on_disk(session, client_id) is None:
        raise UnknownClientError
    session.change("INSERT OR IGNORE INTO mark (name, value) VALUES (?, ?)", _SAYS_STATUSES + client_id, b"")


def rename(session: Session, client_id: str, name: str) -> bool:
    """Give a client another name; returns whether it is paired."""
    return bool(session.change("UPDATE client SET name = ? WHERE id = ?", name, client_id))


def revoke(session: Session, client_id: str) -> tuple[bool, tuple[int, ...]]:
    """Unpair a client.

    Returns:
        Whether it was paired, and the events erased because nobody who remains is owed them and somebody has
        them. Where nobody remains to receive them, events wait for their expiry.
    """
    waiting = owed_through(session, client_id, MAX_EVENT_ID)
    session.change("DELETE FROM owed WHERE client_id = ?", client_id)
    session.change("DELETE FROM mark WHERE name = ?", _SAYS_STATUSES + client_id)
    if not session.change("DELETE FROM client WHERE id = ?", client_id):
        return False, ()
    settled = _acknowledged(session, waiting) if receivers(session) else ()
    return True, tuple(_erase_settled(session, settled))


def _no_longer_owed(session: Session, client_id: str, event_id: int) -> bool:
    """Strike the event off; whether the client was owed it."""
    statement = "DELETE FROM owed WHERE client_id = ? AND event_id = ?"
    return bool(session.change(statement, client_id, event_id))


def _acknowledged(session: Session, event_ids: Sequence[int]) -> list[int]:
    """Those that somebody at the counter has acknowledged."""
    return [
        event_id
        for event_id in event_ids
        if session.one("SELECT 1 FROM ack WHERE event_id = ? LIMIT 1", event_id) is not None
    ]


def _gets_copies(session: Session, client_id: str) -> bool:
    row = session.one("SELECT scopes FROM client WHERE id = ?", client_id)
    return row is not None and SCOPE_COPY in str(row[0]).split()


def _erase_settled(session: Session, event_ids: Iterable[int]) -> list[int]:
    settled = [
        event_id
        for event_id in event_ids
        if session.one("SELECT 1 FROM owed WHERE event_id = ? LIMIT 1", event_id) is None
    ]
    erase(session, settled, EventState.ERASED)
    return settled


def _client(
    client_id: str, name: str, scopes: str, paired_at_us: int, last_seen_us: int | None, says_statuses: int
) -> Client:
    return Client(
        client_id,
        name,
        frozenset(scopes.split()),
        from_us(paired_at_us),
        None if last_seen_us is None else from_us(last_seen_us),
        says_statuses=bool(says_statuses),
    )
