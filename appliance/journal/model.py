"""The journal's values and bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum, unique
from pathlib import Path
from typing import Any

from appliance.journal.errors import InvalidEventError

__all__ = [
    "DIGEST_BYTES_MAX",
    "DIGEST_BYTES_MIN",
    "EVENT_LIFETIME",
    "MAX_ACK_IDS",
    "MAX_BATCH_EVENTS",
    "MAX_CLIENTS",
    "MAX_EVENT_ID",
    "MAX_KIND_CHARS",
    "MAX_NAME_CHARS",
    "MAX_PAYLOAD_BYTES",
    "MAX_READ_EVENTS",
    "MAX_SCOPES",
    "MAX_SIGHTING_ID_CHARS",
    "MAX_VISIT_CHARS",
    "SCOPE_COPY",
    "SCOPE_EVENTS",
    "SECRET_LIFETIME",
    "Ack",
    "AckResult",
    "Appended",
    "Client",
    "Event",
    "EventState",
    "JournalLoss",
    "JournalStatus",
    "LossReason",
    "NewEvent",
    "Presentation",
    "Sighting",
]

MAX_PAYLOAD_BYTES = 64 * 1024
"""Of JSON; the largest code (7,089 bytes) takes a third of it when every byte is escaped."""
MAX_KIND_CHARS = 64
MAX_VISIT_CHARS = 64
MAX_SIGHTING_ID_CHARS = 64
DIGEST_BYTES_MIN = 16
DIGEST_BYTES_MAX = 64
MAX_BATCH_EVENTS = 100
MAX_READ_EVENTS = 1000
MAX_ACK_IDS = 1000
MAX_CLIENTS = 16
MAX_NAME_CHARS = 64
MAX_SCOPES = 8
MAX_EVENT_ID = 2**63 - 1
"""SQLite's largest integer."""

EVENT_LIFETIME = timedelta(hours=24)
SECRET_LIFETIME = timedelta(seconds=60)

SCOPE_EVENTS = "events"
"""Clients with this scope receive events; the others are owed none and hold back no erasure."""

SCOPE_COPY = "copy"
"""Clients with this scope, too, get copies for somebody who is not at the counter: what they acknowledge
is not given to them again, and says nothing of what the LGO has."""

_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@unique
class EventState(IntEnum):
    """What became of an event; the numbers are those of the file."""

    PENDING = 0
    SECRET = 1
    """Waiting like PENDING, its content on tmpfs only."""
    ERASED = 2
    """Acknowledged by every paired client."""
    EXPIRED = 3
    LOST = 4
    """Its content could no longer be opened."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One presentation of a code, as the eye named it.

    Attributes:
        id: the same from the code's appearance to its going; opaque, at most MAX_SIGHTING_ID_CHARS.
        digest: recognises the same content after a restart. Make it a keyed hash (HMAC with a key of
            `device_key.derive`): a bare hash of an identity can be guessed back.
    """

    id: str
    digest: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what is out of bounds."""
        _check_name(self.id, "sighting id", MAX_SIGHTING_ID_CHARS)
        if not DIGEST_BYTES_MIN <= len(self.digest) <= DIGEST_BYTES_MAX:
            raise InvalidEventError(
                f"digest {len(self.digest)} / {DIGEST_BYTES_MIN}..{DIGEST_BYTES_MAX} bytes"
            )


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What is to be written.

    Attributes:
        kind: dotted lower-case name, for example `code.read`; it stays in the file for weeks, so it never
            holds anything about a person.
        payload: a JSON object, at most MAX_PAYLOAD_BYTES of JSON.
        visit: opaque id of what belongs to the same patient.
        sighting: the presentation that this event tells of; the event is written once for its id.
        secret: the content never touches the disk and lives for SECRET_LIFETIME.
    """

    kind: str
    payload: Mapping[str, object] = field(repr=False)
    visit: str | None = None
    sighting: Sighting | None = None
    secret: bool = False

    def __post_init__(self) -> None:
        """Refuse what is out of bounds; the payload is measured when it is written."""
        if len(self.kind) > MAX_KIND_CHARS or not _KIND.fullmatch(self.kind):
            raise InvalidEventError(f"kind: dotted lower-case name of at most {MAX_KIND_CHARS} characters")
        if self.visit is not None:
            _check_name(self.visit, "visit", MAX_VISIT_CHARS)

    def to_bytes(self) -> bytes:
        """Visit and payload as JSON.

        Raises:
            InvalidEventError: not JSON, or more than MAX_PAYLOAD_BYTES.
        """
        try:
            # ASCII on purpose: a lone surrogate that a code held survives as an escape.
            payload = json.dumps(self.payload, separators=(",", ":"), allow_nan=False, default=_as_dict)
        except (TypeError, ValueError, RecursionError) as error:
            # The type only, and no chain: the text of these errors quotes the payload.
            raise InvalidEventError(f"payload: {type(error).__name__}") from None
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise InvalidEventError(f"payload {len(payload)} / {MAX_PAYLOAD_BYTES} bytes")
        if not payload.startswith("{"):
            raise InvalidEventError("payload: not a JSON object")
        return f'{{"visit":{json.dumps(self.visit)},"payload":{payload}}}'.encode()


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to an append; `is_new` is false where the sighting was already written."""

    event_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Presentation:
    """A code of this boot that was still in view when last heard of."""

    sighting_id: str
    digest: bytes = field(repr=False)
    event_id: int


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is given out.

    Attributes:
        id: grows with each event.
        at: wall time.
        kind: dotted lower-case name.
        visit: opaque id of what belongs to the same patient.
        payload: None where the content is no longer, or was not asked for.
        state: what became of it.
        age_ns: since it was written, by the monotonic clock; None where that was before this boot, or its
            content was not asked for.
    """

    id: int
    at: datetime
    kind: str
    visit: str | None
    payload: dict[str, Any] | None = field(repr=False)
    state: EventState
    age_ns: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AckResult:
    """What an acknowledgement changed: ids acknowledged now, and ids that are no event's."""

    newly: tuple[int, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ack:
    """One client has one event; `sequence` only grows."""

    sequence: int
    event_id: int
    client_id: str


@dataclass(frozen=True, slots=True)
class Client:
    """A paired pharmacy software.

    Attributes:
        id: opaque.
        name: as it named itself at pairing.
        scopes: what it may do; SCOPE_EVENTS makes it a receiver of events.
        paired_at: wall time.
        last_seen: wall time of its last request, as far as known.
        last_seen_ns: CLOCK_MONOTONIC of its last request, None if it was before this boot.
        says_statuses: it has said the status of a prescription, at least once.
    """

    id: str
    name: str
    scopes: frozenset[str]
    paired_at: datetime
    last_seen: datetime | None = None
    last_seen_ns: int | None = None
    says_statuses: bool = False

    @property
    def receives_events(self) -> bool:
        """Whether events wait for this client's acknowledgement."""
        return SCOPE_EVENTS in self.scopes

    @property
    def is_at_the_counter(self) -> bool:
        """Whether what this client has, the pharmacist has on the screen: « the LGO has it »."""
        return self.receives_events and SCOPE_COPY not in self.scopes


@unique
class LossReason(StrEnum):
    """Why a journal, or an event of it, was lost."""

    BROKEN_PAGE = "broken_page"
    NOT_A_DATABASE = "not_a_database"
    OTHER_VERSION = "other_version"
    OTHER_KEY = "other_key"
    MISSING = "missing"
    UNREADABLE_EVENT = "unreadable_event"


@dataclass(frozen=True, slots=True)
class JournalLoss:
    """Something durable was lost, to be said out loud.

    Attributes:
        reason: why.
        moved_to: where the broken journal was moved aside; None where there was nothing to move.
        salvaged_events: how many waiting events could be carried over to the new journal.
    """

    reason: LossReason
    moved_to: Path | None = None
    salvaged_events: int = 0


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """Depth and size: events still waiting, bytes of the journal and of its write-ahead log."""

    waiting: int
    journal_bytes: int
    wal_bytes: int


def to_us(moment: datetime) -> int:
    """Microseconds since 1970, UTC; exact, unlike a float timestamp."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The inverse of `to_us`."""
    return _EPOCH + timedelta(microseconds=microseconds)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _check_name(name: str, what: str, maximum: int) -> None:
    if not 1 <= len(name) <= maximum or not name.isascii() or not name.isprintable():
        raise InvalidEventError(f"{what}: 1..{maximum} printable ASCII characters")


def _as_dict(value: object) -> dict[object, object]:
    """Let json write any mapping, as for example a frozen value's MappingProxyType."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
