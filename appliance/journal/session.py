"""One thread's connection to the journal, with the key of the file that it is connected to."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import weakref
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from appliance.journal.envelope import JournalKey
from appliance.journal.errors import (
    JournalBusyError,
    JournalCorruptError,
    JournalError,
    JournalFullError,
    JournalUnavailableError,
)

__all__ = ["FileIdentity", "Session", "Stamp", "identity_of", "is_broken", "is_busy", "spoken"]

T = TypeVar("T")

FileIdentity = tuple[int, int]
"""Device and inode: tells whether a path still names the file that was opened."""

_PRIMARY_CODE = 0xFF
"""SQLite's extended codes keep the primary one in their low byte."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BROKEN_EXTENDED = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ})
"""A sector that cannot be read is a broken page, too."""

_FULL_EXTENDED = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""What SQLite says instead of SQLITE_FULL when the write-ahead log's index finds no space."""

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})

_UNAVAILABLE = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR}
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When: wall time for people, monotonic time and its boot for ages."""

    at_us: int
    mono_ns: int
    boot: bytes


class Session:
    """A connection, its file's identity and its file's key. One thread uses it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, key: JournalKey) -> None:
        self.path = path
        self.connection = connection
        self.key = key
        self.identity = identity_of(path)
        # Closed with its thread, too: a thread's last reference to it goes when the thread ends.
        self._finalizer = weakref.finalize(self, connection.close)

    def close(self) -> None:
        """Close the connection; closing twice does nothing."""
        self._finalizer()

    def is_current(self) -> bool:
        """Whether the path still names the file that this session is connected to."""
        try:
            return identity_of(self.path) == self.identity
        except FileNotFoundError:
            return False

    def write(self, work: Callable[[], T]) -> T:
        """Run `work` in one transaction, which is on the disk when this returns."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            result = work()
            self.connection.execute("COMMIT")
        except BaseException:
            # Best effort: some failures have already rolled back, and the first error is the one to tell.
            with contextlib.suppress(sqlite3.Error):
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
            raise
        return result

    def change(self, statement: str, *values: object) -> int:
        """Execute a statement; returns the number of rows it changed."""
        return self.connection.execute(statement, values).rowcount

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Every row."""
        return self.connection.execute(query, values).fetchall()

    def one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """The first row, None where there is none; nothing stays open."""
        cursor = self.connection.execute(query, values)
        try:
            row: tuple[Any, ...] | None = cursor.fetchone()
        finally:
            cursor.close()
        return row

    def rows(self, query: str, *values: object) -> Generator[tuple[Any, ...]]:
        """Row by row; closing the iterator ends the read, which would otherwise hold the log back."""
        cursor = self.connection.execute(query, values)
        try:
            yield from cursor
        finally:
            cursor.close()


def identity_of(path: Path) -> FileIdentity:
    """Device and inode of what the path names now."""
    status = path.stat()
    return status.st_dev, status.st_ino


def is_busy(error: Exception) -> bool:
    """Whether SQLite says that another connection has what it needs."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE in _BUSY


def is_broken(error: Exception) -> bool:
    """Whether SQLite says that the file's content is damaged."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE in _BROKEN or code in _BROKEN_EXTENDED


def spoken(error: sqlite3.Error | OSError, path: Path) -> JournalError:
    """The journal's own error for one of SQLite or of the file system."""
    if isinstance(error, JournalError):
        return error
    if isinstance(error, OSError):
        full = error.errno in _NO_SPACE
        return JournalFullError() if full else JournalUnavailableError(error.strerror or type(error).__name__)
    code = getattr(error, "sqlite_errorcode", 0)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    primary = code & _PRIMARY_CODE
    if primary == sqlite3.SQLITE_FULL or (code in _FULL_EXTENDED and _has_no_space(path)):
        return JournalFullError(name)
    if is_busy(error):
        return JournalBusyError(name)
    if is_broken(error):
        return JournalCorruptError(name)
    if primary in _UNAVAILABLE:
        return JournalUnavailableError(name)
    return JournalError(name)


def _has_no_space(path: Path) -> bool:
    try:
        return os.statvfs(path.parent).f_bavail == 0
    except OSError:
        return False
