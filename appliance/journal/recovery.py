"""Making sure that a good journal is where it should be: made, adopted, or put in a broken one's place.

Every step can be cut by a crash; the next start finds one of these states and goes on from it::

    db                       good, or broken: it is examined
    db, new (whole or not)   cut while building: built again
    new whole, no db         cut between the renames: the new one is adopted
    db, new.key              cut before the last rename: the key is adopted
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.journal import schema
from appliance.journal.envelope import JournalKey
from appliance.journal.errors import JournalUnavailableError
from appliance.journal.files import JournalFiles, KeyFile
from appliance.journal.model import JournalLoss, LossReason, NewEvent
from appliance.journal.salvage import LOST_TAIL, Salvage, read_sequences, salvage
from appliance.journal.session import Session, Stamp, is_broken
from appliance.journal.store import append_event

__all__ = ["FIRST_EVENT_ID", "Keeper"]

FIRST_EVENT_ID = 1

JOURNAL_STRIDE = 2**32
"""More ids than one journal can give: a new one begins this far above the last when that cannot be read."""

_WAL_MODE = "wal"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Looks after the files of one journal."""

    files: JournalFiles
    device_key: bytes

    def ensure(self, stamp: Stamp, now: datetime) -> JournalLoss | None:
        """Leave a whole journal of this version, with its key, at the path. The caller holds the lock.

        Returns:
            What was lost where the journal had to be replaced.

        Raises:
            sqlite3.Error, OSError: the files cannot be read, or the new journal cannot be written.
        """
        self._settle()
        key_file = KeyFile.read(self.files.key, self.device_key)
        if not self.files.db.exists():
            if not self.files.key.exists():
                self._build(stamp, FIRST_EVENT_ID, FIRST_EVENT_ID, loss=None, old=None)
                self._install(None)
                return None
            return self._replace_missing(key_file, stamp, now)
        connection = schema.connect(self.files.db)
        try:
            reason = _examine(connection, key_file)
            if reason is None:
                return None
            return self._replace(connection, reason, key_file, stamp, now)
        finally:
            # After a replacement SQLite sees that its file was moved and leaves the new log alone.
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def open_session(self) -> Session:
        """A connection to the journal that `ensure` left. The caller holds the lock.

        Raises:
            sqlite3.Error, OSError: it cannot be opened.
            JournalUnavailableError: the file system has no write-ahead log, or the key is not there.
        """
        key_file = KeyFile.read(self.files.key, self.device_key)
        if key_file is None:
            raise JournalUnavailableError("journal key")
        connection = schema.connect(self.files.db)
        try:
            schema.prepare(connection)
            _check_usable(connection, key_file.key)
            connection.execute(f"PRAGMA busy_timeout = {schema.BUSY_POLL_MS}").fetchone()
            return Session(self.files.db, connection, key_file.key)
        except BaseException:
            connection.close()
            raise

    def _settle(self) -> None:
        """Finish or forget what a crash has cut."""
        new = self.files.new
        new_key = KeyFile.read(new.key, self.device_key)
        if new_key is not None and not self.files.db.exists() and _belongs(new.db, new_key.key):
            self._install(None)
        elif new_key is not None and self.files.db.exists() and _belongs(self.files.db, new_key.key):
            new.key.replace(self.files.key)
            self.files.sync_directory()
        new.remove()

    def _replace_missing(self, key_file: KeyFile | None, stamp: Stamp, now: datetime) -> JournalLoss:
        loss = JournalLoss(LossReason.MISSING)
        first = self._first_id(None, key_file, now)
        self._build(stamp, first, first, loss, old=None)
        self._install(None)
        return loss

    def _replace(
        self,
        broken: sqlite3.Connection,
        reason: LossReason,
        key_file: KeyFile | None,
        stamp: Stamp,
        now: datetime,
    ) -> JournalLoss:
        # Other processes may still write to it: hold them off, where it is whole enough to be locked, so
        # that nothing is written between the copy and the move. (They notice the move and write again.)
        with contextlib.suppress(sqlite3.Error):
            broken.execute("BEGIN IMMEDIATE")
        sequences = read_sequences(broken)
        old = Salvage(broken, key_file.key) if key_file and reason is LossReason.BROKEN_PAGE else None
        moved_to = self.files.broken_name(now.strftime("%Y%m%dT%H%M%SZ"))
        salvaged = self._build(
            stamp,
            self._first_id(sequences.event_id, key_file, now),
            self._first_id(sequences.ack, key_file, now),
            JournalLoss(reason, moved_to),
            old,
        )
        if reason is LossReason.OTHER_KEY and self.files.key.exists():
            # Its key cannot be used here, but perhaps by the device that it belongs to: not destroyed.
            self.files.key.replace(JournalFiles(moved_to).key)
        self._install(moved_to)
        self.files.forget_oldest_broken()
        return JournalLoss(reason, moved_to, salvaged)

    def _build(
        self, stamp: Stamp, first_event_id: int, first_ack: int, loss: JournalLoss | None, old: Salvage | None
    ) -> int:
        """Make the new journal whole beside the old one; returns how many waiting events it took over."""
        new = self.files.new
        new.remove()
        key = JournalKey.generate()
        KeyFile(key, first_event_id).write(new.key, self.device_key)
        new.make_empty()
        connection = schema.connect(new.db)
        try:
            connection.execute(f"PRAGMA page_size = {schema.PAGE_BYTES}")
            # A rollback journal while building: once committed, the new journal is one file.
            connection.execute("PRAGMA journal_mode = DELETE")
            schema.prepare(connection)
            connection.execute("BEGIN EXCLUSIVE")
            schema.lay_tables(connection, first_event_id, first_ack)
            salvaged = salvage(old, connection, key) if old else 0
            if loss is not None:
                session = Session(new.db, connection, key)
                append_event(session, stamp, NewEvent("journal.lost", {"reason": str(loss.reason)}))
            schema.write_mark(connection, key.check)
            connection.execute("COMMIT")
        finally:
            connection.close()
        return salvaged

    def _install(self, moved_to: Path | None) -> None:
        """Put the new journal in place; the last rename destroys the old journal's key."""
        if moved_to is not None and self.files.db.exists():
            self.files.db.rename(moved_to)
        # A log left behind belongs to what was there before: beside another database it would be poison.
        if self.files.wal.exists():
            aside = JournalFiles(moved_to) if moved_to else None
            if aside is None:
                self.files.wal.unlink()
            else:
                self.files.wal.rename(aside.wal)
        self.files.shm.unlink(missing_ok=True)
        self.files.new.db.replace(self.files.db)
        self.files.new.key.replace(self.files.key)
        self.files.sync_directory()

    @staticmethod
    def _first_id(highest: int | None, key_file: KeyFile | None, now: datetime) -> int:
        """Above everything that the old journal can have given.

        Where it cannot be read, the seconds since 1970 (an appliance writes less than an event a second),
        and, for a clock that was set back, a stride above what the key's file says it began with.
        """
        if highest is not None:
            return highest + LOST_TAIL
        floor = int(now.timestamp())
        return max(floor, key_file.first_event_id + JOURNAL_STRIDE) if key_file else floor


def _examine(connection: sqlite3.Connection, key_file: KeyFile | None) -> LossReason | None:
    """Why the file cannot be used as our journal, None where it can.

    Raises:
        sqlite3.Error: it cannot be told: no right, no memory, busy.
    """
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application_id != schema.APPLICATION_ID:
            return LossReason.NOT_A_DATABASE
        if version != schema.SCHEMA_VERSION:
            return LossReason.OTHER_VERSION
        if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
            return LossReason.BROKEN_PAGE
        mark = schema.read_mark(connection)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_NOTADB:
            return LossReason.NOT_A_DATABASE
        if is_broken(error) or code == sqlite3.SQLITE_ERROR:  # SQLITE_ERROR: a table is not there
            return LossReason.BROKEN_PAGE
        raise
    if key_file is None or mark != key_file.key.check:
        return LossReason.OTHER_KEY
    return None


def _check_usable(connection: sqlite3.Connection, key: JournalKey) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != (_WAL_MODE,):
        raise JournalUnavailableError(f"journal_mode {mode}")
    if schema.read_mark(connection) != key.check:
        raise JournalUnavailableError("journal of another key")


def _belongs(db: Path, key: JournalKey) -> bool:
    """Whether the file is a whole journal of this key."""
    if not db.exists():
        return False
    connection = schema.connect(db)
    try:
        return schema.read_mark(connection) == key.check
    except sqlite3.Error:
        return False
    finally:
        connection.close()
