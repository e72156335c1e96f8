"""A journal in a folder of its own, a clock that is moved by hand, and a look at the bytes on the disk."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from appliance.base.clock import ManualClock
from appliance.journal import Client, Journal, JournalLoss
from appliance.journal.model import EVENT_LIFETIME

DEVICE_KEY = bytes(range(32))
BOOT = b"first boot......"
NEXT_BOOT = b"second boot....."
IDENTITY = "ADRTROIS"
"""Family name of a published test identity: what may be found nowhere."""
DIGEST = b"\xd1" * 32


@dataclass
class World:
    """Opens journals on one path; everything is closed at the end."""

    folder: Path
    clock: ManualClock = field(default_factory=ManualClock)
    boot: bytes = BOOT
    losses: list[JournalLoss] = field(default_factory=list)
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def path(self) -> Path:
        return self.state / "journal.db"

    @property
    def volatile(self) -> Path:
        return self.folder / "run"

    def open(self, device_key: bytes = DEVICE_KEY, lifetime: timedelta = EVENT_LIFETIME) -> Journal:
        journal = Journal.open(
            self.path,
            device_key,
            clock=self.clock,
            volatile_directory=self.volatile,
            on_loss=self.losses.append,
            event_lifetime=lifetime,
            boot_id=self.boot,
        )
        return self.closing.enter_context(journal)

    def sqlite(self) -> sqlite3.Connection:
        """A connection of another program to the same file."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        self.closing.enter_context(closing(connection))
        return connection

    def wrapped_key(self, event_id: int) -> bytes:
        """The event's key as it lies on the disk."""
        (wrapped,) = (
            self.sqlite()
            .execute("SELECT wrapped FROM sealed JOIN key_slot USING (slot) WHERE event_id = ?", (event_id,))
            .fetchone()
        )
        return bytes(wrapped)


class Disk:
    """The bytes of a folder's files while SQLite works on them.

    Closing any descriptor of a file drops this process's locks on it (fcntl(2)), SQLite's included: so each
    file is opened once and closed at the end only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptors: dict[tuple[int, int], int] = {}

    def files(self) -> dict[str, bytes]:
        """The content of every file, by its path in the folder."""
        contents = {}
        for path in sorted(self._folder.rglob("*")):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            identity = (status.st_dev, status.st_ino)
            if identity not in self._descriptors:
                self._descriptors[identity] = os.open(path, os.O_RDONLY)
            descriptor = self._descriptors[identity]
            size = os.fstat(descriptor).st_size
            contents[str(path.relative_to(self._folder))] = os.pread(descriptor, size, 0)
        return contents

    def holds(self, needle: bytes) -> list[str]:
        """The files in which the bytes are."""
        return [name for name, content in self.files().items() if needle in content]

    def close(self) -> None:
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def pair(journal: Journal, name: str = "LGO", *scopes: str) -> Client:
    return journal.add_client(name, token_hash(f"token of {name}"), scopes or ("events",))


def payload(number: int = 0) -> dict[str, object]:
    return {"family_name": IDENTITY, "number": number}
