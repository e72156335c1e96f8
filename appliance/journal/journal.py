"""The durable event store that counter and bridge share.

What it promises: an event is on the disk before anyone sees its id, and ids only grow; every receiving
client is given it until it acknowledges or the event expires; once all have acknowledged, nothing can open
its content again; a secret's content never touches the disk.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.base.clock import Clock
from appliance.journal import deliveries, reading, store, sweeping
from appliance.journal.database import Database
from appliance.journal.errors import InvalidEventError, InvalidRequestError, JournalError
from appliance.journal.files import JournalFiles
from appliance.journal.model import (
    EVENT_LIFETIME,
    MAX_ACK_IDS,
    MAX_BATCH_EVENTS,
    MAX_EVENT_ID,
    MAX_READ_EVENTS,
    Ack,
    AckResult,
    Appended,
    Client,
    Event,
    JournalLoss,
    JournalStatus,
    LossReason,
    NewEvent,
    Presentation,
    Sighting,
    to_us,
)
from appliance.journal.pairings import Pairings
from appliance.journal.recovery import Keeper
from appliance.journal.session import Session, Stamp, spoken
from appliance.journal.volatile import VolatileStore

__all__ = ["Journal", "kernel_boot_id"]

_log = logging.getLogger(__name__)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STATE_DIRECTORY_MODE = 0o750


def kernel_boot_id() -> bytes:
    """16 bytes that Linux draws at every boot (random(4))."""
    return uuid.UUID(_BOOT_ID.read_text(encoding="ascii").strip()).bytes


class Journal:
    """Events in, events out, acknowledgements, pairings. Threads and processes may share one path.

    Any call may raise the errors of `appliance.journal.errors`; those named here are the particular ones.
    """

    def __init__(
        self,
        database: Database,
        files: JournalFiles,
        volatile: VolatileStore,
        stamp: Callable[[], Stamp],
        on_loss: Callable[[JournalLoss], None],
        event_lifetime: timedelta,
    ) -> None:
        """Use `Journal.open`."""
        self._database = database
        self._files = files
        self._volatile = volatile
        self._stamp = stamp
        self._on_loss = on_loss
        self._lifetime_ns = event_lifetime // timedelta(microseconds=1) * 1000
        self._pairings = Pairings(database, volatile, stamp)

    @classmethod
    def open(
        cls,
        path: Path,
        device_key: bytes,
        *,
        clock: Clock,
        volatile_directory: Path,
        on_loss: Callable[[JournalLoss], None],
        event_lifetime: timedelta = EVENT_LIFETIME,
        boot_id: bytes | None = None,
    ) -> Self:
        """Open the journal; make it on the first start, replace it where it is broken.

        Args:
            path: of the database; its directory is made where it is missing.
            device_key: 32 bytes, from `load_or_create_device_key`.
            clock: wall and monotonic time.
            volatile_directory: on a tmpfs; for secrets.
            on_loss: told when something durable was lost, by the thread that found it.
            event_lifetime: how long events wait for their acknowledgements.
            boot_id: 16 bytes that differ at each boot of the machine; the kernel's where it is None.

        Raises:
            JournalUnavailableError: the directories or files cannot be used.
            JournalFullError: there is no space for a new journal.
        """
        boot = kernel_boot_id() if boot_id is None else boot_id

        def stamp() -> Stamp:
            return Stamp(to_us(clock.now()), clock.monotonic_ns(), boot)

        files = JournalFiles(path)
        volatile = VolatileStore(volatile_directory)
        try:
            path.parent.mkdir(mode=_STATE_DIRECTORY_MODE, parents=True, exist_ok=True)
            volatile.prepare()
        except OSError as error:
            raise spoken(error, path) from error
        keeper = Keeper(files, device_key)
        database = Database(keeper, lambda: keeper.ensure(stamp(), clock.now()), on_loss)
        try:
            database.start()
        except BaseException:
            database.close()
            raise
        return cls(database, files, volatile, stamp, on_loss, event_lifetime)

    def append(
        self,
        kind: str,
        payload: Mapping[str, object],
        *,
        visit: str | None = None,
        sighting: Sighting | None = None,
        secret: bool = False,
    ) -> Appended:
        """Write an event; it is on the disk when this returns.

        A sighting that was already written gives its event's id and writes nothing. A new one is from now
        on a presentation in view. See `NewEvent` for the arguments.

        Raises:
            InvalidEventError: out of bounds.
            JournalFullError: no space; nothing was written.
        """
        return self.append_many([NewEvent(kind, payload, visit, sighting, secret)])[0]

    def append_many(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Write several events, all or none, at the cost of one.

        Raises:
            InvalidEventError: one of them, or their number, is out of bounds.
            JournalFullError: no space; nothing was written.
        """
        if len(events) > MAX_BATCH_EVENTS:
            raise InvalidEventError(f"{len(events)} / {MAX_BATCH_EVENTS} events")

        def work(session: Session) -> list[Appended]:
            # Within the lock, so that times grow as ids do.
            stamp = self._stamp()
            return [self._append(session, stamp, event) for event in events]

        return self._database.write(work)

    def presentations(self) -> list[Presentation]:
        """The codes of this boot that are still in view as far as was told, by event id."""
        boot = self._stamp().boot
        return self._database.read(lambda session: store.presentations(session, boot))

    def find_sighting(self, sighting_id: str) -> int | None:
        """The event written for a sighting in view or gone within the hour, None where there is none."""
        return self._database.read(lambda session: store.find_sighting(session, sighting_id))

    def presentation_gone(self, sighting_id: str) -> None:
        """The code went: its digest is dropped. An unknown id changes nothing."""
        self._database.write(lambda session: store.presentation_gone(session, self._stamp(), sighting_id))

    def read(self, client_id: str, after: int, limit: int) -> list[Event]:
        """The events above `after` that the client has not acknowledged and that have not expired, by id.

        Fewer than `limit` may come where their contents are large; ask again after the last id.

        Raises:
            UnknownClientError: it is not paired, or receives no events.
            InvalidRequestError: `after` is negative, or `limit` not in 1..MAX_READ_EVENTS.
        """
        start = _checked_cursor(after)
        _check_limit(limit)
        found = self._database.read(
            lambda session: reading.read_owed(session, self._volatile, self._stamp(), client_id, start, limit)
        )
        if found.unreadable:
            lost = self._database.write(
                lambda session: reading.declare_unreadable(session, self._stamp(), found.unreadable)
            )
            if lost:
                self._on_loss(JournalLoss(LossReason.UNREADABLE_EVENT))
        return found.events

    def history(self, after: int, limit: int) -> list[Event]:
        """What is known of all events, settled ones too, by id; without visit and payload.

        Raises:
            InvalidRequestError: `after` is negative, or `limit` not in 1..MAX_READ_EVENTS.
        """
        start = _checked_cursor(after)
        _check_limit(limit)
        return self._database.read(lambda session: store.history(session, start, limit))

    def last_id(self) -> int:
        """The highest id given so far; 0 in a journal that has had no event."""
        return self._database.read(store.last_event_id)

    def acknowledge(
        self, client_id: str, event_ids: Collection[int] | None = None, *, through: int | None = None
    ) -> AckResult:
        """The client has these events, or all up to `through`; they are not given to it again.

        The events that all receiving clients have acknowledged are erased before this returns. (Where a
        reader of another process holds the write-ahead log back, its last copy goes with the next sweep.)

        Returns:
            Ids acknowledged by this call, and ids that are no event's. An id acknowledged before, erased or
            expired is in neither.

        Raises:
            UnknownClientError: it is not paired, or receives no events.
            InvalidRequestError: more than MAX_ACK_IDS ids, or a negative `through`.
        """
        named = () if event_ids is None else event_ids
        if len(named) > MAX_ACK_IDS:
            raise InvalidRequestError(f"{len(named)} / {MAX_ACK_IDS} ids")
        limit = None if through is None else _checked_cursor(through)

        def work(session: Session) -> deliveries.Acknowledged:
            deliveries.check_receiver(session, client_id)
            owed = [] if limit is None else deliveries.owed_through(session, client_id, limit)
            return deliveries.acknowledge(session, client_id, [*owed, *named])

        done = self._database.write(work)
        self._after_erasure(done.erased)
        return AckResult(done.newly, done.unknown)

    def decline(self, client_id: str, event_ids: Collection[int]) -> None:
        """The client will not take these events: it is not given them again, and nobody hears it has them.

        What somebody else acknowledged is erased once nobody is owed it; what everybody declined waits for
        its expiry, for a client that may be paired meanwhile.

        Raises:
            UnknownClientError: it is not paired, or receives no events.
            InvalidRequestError: more than MAX_ACK_IDS ids.
        """
        if len(event_ids) > MAX_ACK_IDS:
            raise InvalidRequestError(f"{len(event_ids)} / {MAX_ACK_IDS} ids")

        def work(session: Session) -> tuple[int, ...]:
            deliveries.check_receiver(session, client_id)
            return deliveries.decline(session, client_id, list(event_ids))

        self._after_erasure(self._database.write(work))

    def acks_after(self, ack_sequence: int, limit: int = MAX_READ_EVENTS) -> list[Ack]:
        """The acknowledgements since then, in order: how the counter learns that the LGO has an event.

        Raises:
            InvalidRequestError: `ack_sequence` is negative, or `limit` not in 1..MAX_READ_EVENTS.
        """
        start = _checked_cursor(ack_sequence)
        _check_limit(limit)
        return self._database.read(lambda session: deliveries.acks_after(session, start, limit))

    def last_ack(self) -> int:
        """Where to begin following acknowledgements; 0 before the first."""
        return self._database.read(deliveries.last_ack_sequence)

    def sweep(self) -> list[int]:
        """Expire what is too old, forget what need not be kept, finish what an erasure left over.

        To be called every few seconds: a secret lives for its 60 s and until the next sweep.

        Returns:
            The ids that expired; an `events.expired` event names them.
        """

        def work(session: Session) -> list[int]:
            stamp = self._stamp()
            dead = self._dead_secrets(session, stamp)
            expired = sorted([*sweeping.overdue(session, stamp, self._lifetime_ns), *dead])
            sweeping.expire(session, stamp, expired)
            sweeping.forget_sightings(session, stamp)
            store.forget_other_boots(session, stamp.boot)
            sweeping.prune_heads(session, stamp)
            self._volatile.remove_leftovers()
            for event_id in set(self._volatile.kept()) - set(sweeping.live_secrets(session)):
                self._volatile.remove(event_id)
            return expired

        try:
            return self._database.write(work)
        finally:
            # On a full disk, too: emptying the log gives space back.
            if self._wal_bytes():
                self._truncate_log()

    def add_client(self, name: str, token_sha256: bytes, scopes: Iterable[str]) -> Client:
        """Pair a client; with the scope `events` it is owed all events that still wait.

        Raises:
            InvalidRequestError: name, hash or scopes out of bounds, or a token already in use.
            TooManyClientsError: MAX_CLIENTS are paired.
        """
        return self._pairings.add(name, token_sha256, scopes)

    def client_by_token(self, token: str) -> Client | None:
        """The client that holds this token, None where nobody does; in time that tells nothing."""
        return self._pairings.by_token(token)

    def clients(self) -> list[Client]:
        """The paired clients, in the order of their pairing."""
        return self._pairings.all()

    def rename(self, client_id: str, name: str) -> bool:
        """Give a client another name; returns whether it is paired.

        Raises:
            InvalidRequestError: the name is out of bounds.
        """
        return self._pairings.rename(client_id, name)

    def revoke(self, client_id: str) -> bool:
        """Unpair a client; returns whether it was paired. What only it had not acknowledged is erased."""
        revoked, erased = self._pairings.revoke(client_id)
        self._after_erasure(erased)
        return revoked

    def touch(self, client_id: str) -> None:
        """Note that the client has just asked for something.

        Raises:
            UnknownClientError: it is not paired.
        """
        self._pairings.touch(client_id)

    def note_says_statuses(self, client_id: str) -> None:
        """Note for good that the client said the status of a prescription.

        Raises:
            UnknownClientError: it is not paired.
        """
        self._pairings.note_says_statuses(client_id)

    def status(self) -> JournalStatus:
        """Depth and size."""
        waiting = self._database.read(store.count_waiting)
        return JournalStatus(waiting, self._files.db.stat().st_size, self._wal_bytes())

    def close(self) -> None:
        """Close every thread's connection; closing twice does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Journal {self._files.db.name}{' closed' if self._database.closed else ''}>"

    def _append(self, session: Session, stamp: Stamp, event: NewEvent) -> Appended:
        appended = store.append_event(session, stamp, event)
        if event.secret and appended.is_new:
            # Before the commit: a secret whose row is there has its content. A crash in between leaves a
            # file without a row, which the next sweep removes.
            head = store.head_of(appended.event_id, stamp, event)
            self._volatile.put(head, session.key, stamp.mono_ns, event.to_bytes())
        return appended

    def _dead_secrets(self, session: Session, stamp: Stamp) -> list[int]:
        dead = []
        for event_id in sweeping.live_secrets(session):
            stored = store.stored_event(session, event_id)
            if stored is not None and not reading.secret_is_alive(session, self._volatile, stamp, stored):
                dead.append(event_id)
        return dead

    def _after_erasure(self, erased: Iterable[int]) -> None:
        """What an erasure still needs once it is committed; whatever fails here, the next sweep does."""
        ids = list(erased)
        if not ids:
            return
        try:
            for event_id in ids:
                self._volatile.remove(event_id)
        except OSError as error:
            _log.warning("a secret is left to the next sweep: %s", type(error).__name__)
        self._truncate_log()

    def _truncate_log(self) -> None:
        try:
            if not self._database.truncate_log():
                _log.debug("the write-ahead log is being read; it is emptied at the next sweep")
        except JournalError as error:
            _log.warning("the write-ahead log is left to the next sweep: %s", type(error).__name__)

    def _wal_bytes(self) -> int:
        try:
            return self._files.wal.stat().st_size
        except FileNotFoundError:
            return 0


def _checked_cursor(number: int) -> int:
    if number < 0:
        raise InvalidRequestError("negative")
    return min(number, MAX_EVENT_ID)


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_READ_EVENTS:
        raise InvalidRequestError(f"limit {limit} / 1..{MAX_READ_EVENTS}")
