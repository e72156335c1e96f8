"""The journal's files: their names, their lock, and the file of the journal key.

::

    journal.db (-wal, -shm)          SQLite
    journal.db.key                   the journal key, wrapped by the device key
    journal.db.lock                  held while the files are opened, examined or replaced
    journal.db.new, journal.db.new.key   a journal in the making, never in use
    journal.db.<utc>.broken          a journal that was moved aside
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.base.files import replace_durably
from appliance.journal.envelope import JournalKey, UnsealError

__all__ = ["FILE_MODE", "MAX_BROKEN_KEPT", "JournalFiles", "KeyFile"]

FILE_MODE = 0o660
"""Counter and bridge are two users of one group; nobody else reads."""

MAX_BROKEN_KEPT = 3
"""Journals that were moved aside; the oldest goes when one more comes, so that the disk stays bounded."""

_KEY_FILE_VERSION = 1
_MAX_KEY_FILE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the key's file says.

    Attributes:
        key: the journal key.
        first_event_id: the id that the journal began with: ids of the next journal begin well above, even
            when nothing of this one can be read.
    """

    key: JournalKey
    first_event_id: int

    def write(self, path: Path, device_key: bytes) -> None:
        """Write it durably, in place of what was there.

        Raises:
            OSError: no space, no right.
        """
        wrapped = base64.b64encode(self.key.wrap(device_key)).decode()
        content = {
            "version": _KEY_FILE_VERSION,
            "first_event_id": self.first_event_id,
            "wrapped_key": wrapped,
        }
        replace_durably(path, json.dumps(content).encode(), FILE_MODE)

    @classmethod
    def read(cls, path: Path, device_key: bytes) -> KeyFile | None:
        """What `write` wrote; None where it is absent, damaged or wrapped by another device key.

        Raises:
            OSError: there, but not readable.
        """
        try:
            with path.open("rb") as file:
                content = json.loads(file.read(_MAX_KEY_FILE_BYTES))
            key = JournalKey.unwrap(base64.b64decode(content["wrapped_key"], validate=True), device_key)
            first = int(content["first_event_id"])
        except (FileNotFoundError, ValueError, KeyError, TypeError, UnsealError):
            return None
        return cls(key, first)


@dataclass(frozen=True, slots=True)
class JournalFiles:
    """Where the files of one journal are."""

    db: Path

    @property
    def key(self) -> Path:
        """The journal key, wrapped."""
        return _suffixed(self.db, ".key")

    @property
    def new(self) -> JournalFiles:
        """The journal in the making."""
        return JournalFiles(_suffixed(self.db, ".new"))

    @property
    def wal(self) -> Path:
        """SQLite's write-ahead log."""
        return _suffixed(self.db, "-wal")

    @property
    def shm(self) -> Path:
        """SQLite's index of the write-ahead log; holds page numbers only."""
        return _suffixed(self.db, "-shm")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes and threads from opening, examining or replacing the files meanwhile.

        The kernel frees the lock when a process dies.
        """
        descriptor = os.open(_suffixed(self.db, ".lock"), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            _share(descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def make_empty(self) -> None:
        """An empty database file with our rights; SQLite gives its log the same."""
        descriptor = os.open(self.db, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
        try:
            _share(descriptor)
        finally:
            os.close(descriptor)

    def remove(self) -> None:
        """Delete the files, key included; what is absent already is fine."""
        for path in (self.db, self.wal, self.shm, _suffixed(self.db, "-journal"), self.key):
            path.unlink(missing_ok=True)

    def sync_directory(self) -> None:
        """Have renames and removals on the disk."""
        descriptor = os.open(self.db.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def broken_name(self, stamp: str) -> Path:
        """A free name to move a broken journal to; `stamp` sorts by time."""
        candidate = _suffixed(self.db, f".{stamp}.broken")
        count = 1
        while candidate.exists() or _suffixed(candidate, "-wal").exists():
            count += 1
            candidate = _suffixed(self.db, f".{stamp}-{count}.broken")
        return candidate

    def forget_oldest_broken(self) -> None:
        """Delete what was moved aside beyond MAX_BROKEN_KEPT."""
        broken = sorted(
            self.db.parent.glob(f"{self.db.name}.*.broken"), key=lambda path: path.stat().st_mtime_ns
        )
        for path in broken[:-MAX_BROKEN_KEPT]:
            JournalFiles(path).remove()


def _share(descriptor: int) -> None:
    """Give our own file its rights whatever the umask; another user's has them already."""
    status = os.fstat(descriptor)
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != FILE_MODE:
        os.fchmod(descriptor, FILE_MODE)


def _suffixed(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
