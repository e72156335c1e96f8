"""The journal as the counter uses it: its own events in, the acknowledgements of the LGO out."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.counter.outputs import NewEvent
from appliance.decode.presence import MAX_IN_VIEW
from appliance.decode.sightings import Known, digest_of
from appliance.decode.symbol import Symbol
from appliance.display.screens import LgoLink
from appliance.journal import Journal, JournalError, Sighting
from appliance.journal import NewEvent as JournalEvent
from appliance.journal.device_key import derive
from appliance.journal.doorbell import Doorbell
from appliance.journal.model import SCOPE_EVENTS, Client

__all__ = ["ABSENT_NS", "EventStore"]

_log = logging.getLogger(__name__)

ABSENT_NS = 10 * NS_PER_S
"""An LGO that has not asked for so long is absent; while it waits in a long poll it counts as asking."""

SCOPE_STATUS = "status"
"""Clients with this scope may say statuses; see `appliance.bridge.rights`, which is above this package."""

_PURPOSE = "presentation digests"
_REREAD_S = 1.0
_MAX_VISITS_FILE_BYTES = 64 * 1024


class EventStore:
    """Appends the counter's events durably and follows what became of them.

    Args:
        journal: the durable store; this object is its only writer of events.
        doorbell: rung when there is something new.
        device_key: from which the salt of the digests is derived.
        visits_file: on tmpfs, which visit each code in view belongs to, for a counter that is restarted.
            The journal keeps that sealed, and erases it once the LGO has the event.
        clock: time.
    """

    def __init__(
        self, journal: Journal, doorbell: Doorbell, device_key: bytes, visits_file: Path, clock: Clock
    ) -> None:
        self.salt = derive(device_key, _PURPOSE)
        self._journal = journal
        self._doorbell = doorbell
        self._visits_file = visits_file
        self._clock = clock
        self._digests: dict[str, bytes] = {}
        self._visits = _read_visits(visits_file)

    def known(self) -> tuple[Known, ...]:
        """What lies under the camera as far as the journal knows."""
        presentations = self._journal.presentations()[-MAX_IN_VIEW:]
        return tuple(Known(digest=p.digest, sighting=p.sighting_id) for p in presentations)

    def find(self, sighting: str) -> tuple[int, str] | None:
        """The event and the visit of a sighting that is in the journal already."""
        event_id = self._journal.find_sighting(sighting)
        if event_id is None:
            return None
        return event_id, self._visits.get(sighting, f"v-{sighting}")

    def expect(self, sighting: str, symbol: Symbol) -> None:
        """Note the digest of a code whose event is about to be appended."""
        self._digests[sighting] = digest_of(self.salt, symbol)

    def append(self, events: Sequence[NewEvent]) -> tuple[int, ...] | None:
        """Write the events in one transaction, on disk before this returns, and ring.

        Returns:
            Their ids, or None when the journal cannot write now; nothing of them is written then.
        """
        try:
            appended = self._journal.append_many([self._to_journal(event) for event in events])
        except JournalError as error:
            _log.error("the journal does not write: %s", type(error).__name__)
            return None
        for event in events:
            if event.sighting is not None:
                self._digests.pop(event.sighting, None)
                self._note_visit(event.sighting, event.visit)
        self._doorbell.ring()
        return tuple(one.event_id for one in appended)

    def gone(self, sighting: str) -> None:
        """The code of that sighting no longer lies there."""
        try:
            self._journal.presentation_gone(sighting)
        except JournalError as error:
            # It will be said gone again at the eye's next connection.
            _log.warning("a going is not journaled: %s", type(error).__name__)
        self._note_visit(sighting, None)

    def sweep(self) -> None:
        """Let what is too old expire."""
        try:
            expired = self._journal.sweep()
        except JournalError as error:
            _log.warning("the journal cannot be swept: %s", type(error).__name__)
            return
        if expired:
            self._doorbell.ring()

    def link(self) -> LgoLink:
        """Whether any client at the counter asks for events."""
        seen = [client.last_seen_ns for client in self._journal.clients() if client.is_at_the_counter]
        latest = max((at_ns for at_ns in seen if at_ns is not None), default=None)
        if latest is None:
            return LgoLink.NEVER
        return LgoLink.PRESENT if self._clock.monotonic_ns() - latest < ABSENT_NS else LgoLink.ABSENT

    def status_clients(self) -> list[Client]:
        """Paired software that may say the status of prescriptions, and hears of them to do so."""
        return [client for client in self._journal.clients() if {SCOPE_EVENTS, SCOPE_STATUS} <= client.scopes]

    def acknowledgements(self, stopping: threading.Event) -> Iterator[frozenset[int]]:
        """The events that clients acknowledge from now on, as they do, until `stopping` is set."""
        sequence = self._journal.last_ack()
        with self._doorbell.listen() as listener:
            while not stopping.is_set():
                rings = listener.rings
                acks = self._journal.acks_after(sequence)
                if acks:
                    sequence = acks[-1].sequence
                    yield frozenset(ack.event_id for ack in acks)
                else:
                    listener.wait(_REREAD_S / 4, after=rings)

    def _to_journal(self, event: NewEvent) -> JournalEvent:
        digest = self._digests.get(event.sighting) if event.sighting is not None else None
        sighting = Sighting(event.sighting, digest) if event.sighting is not None and digest else None
        return JournalEvent(event.kind.value, event.payload, event.visit, sighting, event.secret)

    def _note_visit(self, sighting: str, visit: str | None) -> None:
        if visit is None:
            self._visits.pop(sighting, None)
        else:
            self._visits[sighting] = visit
        try:
            replace_volatile(self._visits_file, json.dumps(self._visits).encode(), mode=0o600)
        except OSError as error:
            _log.warning("the visits in view cannot be noted: %s", type(error).__name__)


def _read_visits(path: Path) -> dict[str, str]:
    """What the counter before this one noted; nothing where it noted nothing that can be read."""
    try:
        content = path.read_bytes()[:_MAX_VISITS_FILE_BYTES]
        visits = json.loads(content)
    except (OSError, ValueError):
        return {}
    if not isinstance(visits, dict):
        return {}
    return {str(sighting): str(visit) for sighting, visit in list(visits.items())[-MAX_IN_VIEW:]}
