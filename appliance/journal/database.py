"""The journal's database as several threads and processes share it: sessions, retries, recovery."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Callable
from typing import TypeVar

from appliance.journal import schema
from appliance.journal.errors import JournalBusyError, JournalClosedError, JournalError
from appliance.journal.model import JournalLoss
from appliance.journal.recovery import Keeper
from appliance.journal.session import Session, is_broken, is_busy, spoken

__all__ = ["TRUNCATE_WAIT_MS", "Database"]

T = TypeVar("T")

TRUNCATE_WAIT_MS = 50
"""How long a truncation of the log waits for readers before it is left to the next sweep."""


class _MovedError(Exception):
    """The journal was replaced by another process while a transaction was written to the old file."""


class Database:
    """Gives each thread its session, and a new one when the file was replaced or broke.

    Args:
        keeper: looks after the files.
        ensure: examines the files and repairs them, under the lock; returns what was lost.
        on_loss: told of a loss, outside of locks and transactions.
    """

    def __init__(
        self,
        keeper: Keeper,
        ensure: Callable[[], JournalLoss | None],
        on_loss: Callable[[JournalLoss], None],
    ) -> None:
        self._keeper = keeper
        self._ensure = ensure
        self._on_loss = on_loss
        # A session lives as long as its thread; what is kept here is only the way to close it.
        self._local = threading.local()
        self._open: weakref.WeakSet[Session] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Examine the files, repair them where needed, and finish an erasure that a crash cut short.

        Raises:
            JournalError: the journal cannot be opened.
        """
        self._mend()
        self.truncate_log()

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction, which is on the disk when this returns.

        `work` may be run again, when the journal was replaced meanwhile.

        Raises:
            JournalError: nothing was written.
        """

        def durable(session: Session) -> T:
            result = session.write(lambda: work(session))
            if not session.is_current():
                raise _MovedError
            return result

        return self._run(durable)

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work`, which only reads and leaves no statement open.

        Raises:
            JournalError: it could not be read.
        """
        return self._run(work)

    def truncate_log(self) -> bool:
        """Bring the write-ahead log into the database and empty it, so that it holds no erased key.

        Returns:
            False where a reader, of any process, holds it back: it must be tried again.

        Raises:
            JournalError: the log could not be written back.
        """
        return self._run(_truncate)

    def close(self) -> None:
        """Close every thread's connection; closing twice does nothing."""
        with self._guard:
            self._closed = True
            sessions = list(self._open)
            self._open.clear()
        for session in sessions:
            session.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def _run(self, work: Callable[[Session], T]) -> T:
        patience = schema.BUSY_TIMEOUT_MS // schema.BUSY_POLL_MS
        mended = False
        while True:
            try:
                return work(self._session())
            except JournalError:
                raise
            except (sqlite3.Error, OSError, _MovedError) as error:
                if self._closed:
                    raise JournalClosedError from error
                if is_busy(error) or isinstance(error, _MovedError):
                    patience -= 1
                    if patience <= 0:
                        raise JournalBusyError from error
                    continue
                if mended or not is_broken(error):
                    raise spoken(error, self._keeper.files.db) from error
            mended = True
            self._drop_session()
            self._mend()

    def _session(self) -> Session:
        if self.closed:
            raise JournalClosedError
        session: Session | None = getattr(self._local, "session", None)
        if session is not None and session.is_current():
            return session
        self._drop_session()
        if not self._keeper.files.db.exists():
            self._mend()
        with self._keeper.files.locked():
            session = self._keeper.open_session()
        self._keep(session)
        return session

    def _keep(self, session: Session) -> None:
        with self._guard:
            if self._closed:  # by another thread, while this one was opening
                session.close()
                raise JournalClosedError
            self._open.add(session)
        self._local.session = session

    def _drop_session(self) -> None:
        session: Session | None = getattr(self._local, "session", None)
        if session is not None:
            self._local.session = None
            session.close()

    def _mend(self) -> None:
        try:
            with self._keeper.files.locked():
                loss = self._ensure()
        except (sqlite3.Error, OSError) as error:
            raise spoken(error, self._keeper.files.db) from error
        if loss is not None:
            self._on_loss(loss)


def _truncate(session: Session) -> bool:
    connection = session.connection
    # First without the writers' lock: this is the part that waits for the disk.
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {TRUNCATE_WAIT_MS}").fetchone()
    try:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        with contextlib.suppress(sqlite3.Error):
            connection.execute(f"PRAGMA busy_timeout = {schema.BUSY_POLL_MS}").fetchone()
    return not busy
