"""Small sealed files in one folder of the tmpfs, shared by counter and bridge.

What lies in it names prescriptions: it never touches the disk, and where a machine swaps its memory, what it
writes is sealed. A file that cannot be opened is as good as none.
"""

from __future__ import annotations

import contextlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.base.files import replace_volatile
from appliance.journal.envelope import JournalKey, UnsealError

__all__ = ["MAX_SEALED_BYTES", "SealedFolder"]

_log = logging.getLogger(__name__)

MAX_SEALED_BYTES: Final = 512 * 1024
"""Of one file, where nothing else is said; the largest status, every bound reached and every sign escaped,
has 450 KiB."""

_DIRECTORY_MODE: Final = 0o2770
"""Shared by the group of counter and bridge; set-group-id, so that what one makes the other reads."""


@dataclass(frozen=True, slots=True)
class SealedFolder:
    """Files by name; each is sealed for its own name, so that none can be put in another's place.

    Attributes:
        directory: on the tmpfs.
        key: seals; derived from the device key, which both programs have.
        limit: bytes of a file at most, as it lies there.
    """

    directory: Path
    key: JournalKey
    limit: int = MAX_SEALED_BYTES

    def prepare(self) -> None:
        """Make the folder, and the one that it lies in, where they are missing.

        Raises:
            OSError: no space or no right.
        """
        for directory in (self.directory.parent, self.directory):
            if not directory.is_dir():
                directory.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(PermissionError):  # the other user made it meanwhile
                    directory.chmod(_DIRECTORY_MODE)

    def put(self, name: str, content: bytes) -> None:
        """Write a file, in place of the one of that name.

        Raises:
            OSError: no space or no right.
            ValueError: more than `limit`.
        """
        sealed = self.key.seal_transient(name.encode(), content)
        if len(sealed) > self.limit:
            raise ValueError(f"{len(sealed)} / {self.limit} bytes")
        self.prepare()
        replace_volatile(self.directory / name, sealed)

    def get(self, name: str) -> bytes | None:
        """What is in that file; None where there is none that can be opened."""
        try:
            with (self.directory / name).open("rb") as file:
                sealed = file.read(self.limit + 1)
            return self.key.unseal_transient(name.encode(), sealed)
        except FileNotFoundError:
            return None
        except (OSError, UnsealError) as error:
            _log.warning("a sealed file cannot be opened: %s", type(error).__name__)
            return None

    def names(self) -> list[str]:
        """The files, the oldest first."""
        try:
            with os.scandir(self.directory) as entries:
                found = [(entry.stat().st_mtime_ns, entry.name) for entry in entries if entry.name[0] != "."]
        except OSError:
            return []
        return [name for _, name in sorted(found)]

    def remove(self, name: str) -> None:
        """Forget a file; one that is not there is forgotten already."""
        with contextlib.suppress(OSError):
            (self.directory / name).unlink(missing_ok=True)
