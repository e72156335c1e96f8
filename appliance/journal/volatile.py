"""What must never touch the disk: secrets' contents and clients' last requests, on tmpfs.

Secrets are sealed here too, under a key that is not on the tmpfs: a machine that swaps writes no clear text.
"""

from __future__ import annotations

import contextlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

from appliance.base.files import replace_volatile
from appliance.journal.envelope import EventHead, JournalKey, UnsealError
from appliance.journal.model import MAX_PAYLOAD_BYTES

__all__ = ["Secret", "Seen", "VolatileStore"]

_DIRECTORY_MODE = 0o2770
"""Shared by the group of counter and bridge, and set-group-id, so that what one makes the other reads."""

_MAX_SECRET_BYTES = MAX_PAYLOAD_BYTES + 1024
_CREATED = struct.Struct(">q")
_SEEN = struct.Struct(">qq16s")
_SECRET_SUFFIX = ".secret"  # noqa: S105 - a file name's end


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret event's content and its birth on the monotonic clock."""

    created_ns: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """When a client's last request came."""

    at_us: int
    mono_ns: int
    boot: bytes


@dataclass(frozen=True, slots=True)
class VolatileStore:
    """Files under a directory of the tmpfs, one a secret and one a client."""

    directory: Path

    def prepare(self) -> None:
        """Make the directories where they are missing.

        Raises:
            OSError: no space or no right.
        """
        for directory in (self.directory, self._secrets, self._seen):
            if not directory.is_dir():
                directory.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(PermissionError):  # the other user made it meanwhile
                    directory.chmod(_DIRECTORY_MODE)

    def put(self, head: EventHead, key: JournalKey, created_ns: int, content: bytes) -> None:
        """Keep a secret's content.

        Raises:
            OSError: no space or no right.
        """
        birth = _CREATED.pack(created_ns)
        sealed = key.seal_transient(head.associated_data + birth, content)
        replace_volatile(self._secret(head.event_id), birth + sealed)

    def get(self, head: EventHead, key: JournalKey) -> Secret | None:
        """A secret's content; None where it is gone, or is not this event's."""
        try:
            with self._secret(head.event_id).open("rb") as file:
                stored = file.read(_MAX_SECRET_BYTES)
        except FileNotFoundError:
            return None
        birth = stored[: _CREATED.size]
        try:
            content = key.unseal_transient(head.associated_data + birth, stored[_CREATED.size :])
        except UnsealError:
            return None
        return Secret(_CREATED.unpack(birth)[0], content)

    def remove(self, event_id: int) -> None:
        """Forget a secret."""
        self._secret(event_id).unlink(missing_ok=True)

    def kept(self) -> list[int]:
        """The ids of the secrets that have a file."""
        names = (
            path.name.removesuffix(_SECRET_SUFFIX) for path in self._secrets.glob(f"[0-9]*{_SECRET_SUFFIX}")
        )
        return sorted(int(name) for name in names if name.isdecimal())

    def remove_leftovers(self) -> None:
        """Delete what a killed writer has left half-made. No secret may be written meanwhile."""
        for path in self._secrets.glob(f".*{_SECRET_SUFFIX}.*"):
            path.unlink(missing_ok=True)

    def saw(self, client_id: str, seen: Seen) -> None:
        """Note a client's request.

        Raises:
            OSError: no space or no right.
        """
        replace_volatile(self._seen / client_id, _SEEN.pack(seen.at_us, seen.mono_ns, seen.boot))

    def last_seen(self, client_id: str) -> Seen | None:
        """When the client's last request came, None where it is not known here."""
        try:
            return Seen(*_SEEN.unpack((self._seen / client_id).read_bytes()))
        except (OSError, struct.error):
            return None

    def forget_client(self, client_id: str) -> None:
        """Forget when a client was seen."""
        (self._seen / client_id).unlink(missing_ok=True)

    @property
    def _secrets(self) -> Path:
        return self.directory / "secrets"

    @property
    def _seen(self) -> Path:
        return self.directory / "clients"

    def _secret(self, event_id: int) -> Path:
        return self._secrets / f"{event_id}{_SECRET_SUFFIX}"
