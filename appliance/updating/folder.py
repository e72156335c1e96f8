"""What the updater keeps on the disk: the way back, the candidate, and whether it is in the middle.

    installed.deb   the package of the version in place: the way back of the next update
    new.deb         the candidate
    attempt         is there from just before the first change until the outcome is known

A start that finds `attempt` puts `installed.deb` back (`/usr/lib/comptoir/recover`), whatever was half done.
"""

from __future__ import annotations

import os
from pathlib import Path

from appliance.base.files import replace_durably

__all__ = ["UpdateFolder"]


class UpdateFolder:
    """The folder `/var/lib/comptoir-update`; every change of it is on the disk when a method returns."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.installed = directory / "installed.deb"
        self.new = directory / "new.deb"
        self._attempt = directory / "attempt"

    def prepare(self) -> None:
        """Make it where it is missing.

        Raises:
            OSError: it cannot be.
        """
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)

    @property
    def is_in_the_middle(self) -> bool:
        """An update began and its outcome is not known."""
        return self._attempt.exists()

    def keep(self, package: Path, place: Path) -> None:
        """Move a package, which lies in this folder, to its place."""
        descriptor = os.open(package, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        package.replace(place)
        self._sync()

    def begin(self, before: str, after: str) -> None:
        """From now on a power cut leads back."""
        replace_durably(self._attempt, f"{before} {after}\n".encode(), 0o644)

    def accept(self) -> None:
        """The new version does: it is the way back from now on."""
        # In this order: a cut in between puts the new one in place once more, which does no harm.
        self.new.replace(self.installed)
        self._sync()
        self.end()

    def end(self) -> None:
        """The outcome is known."""
        self._attempt.unlink(missing_ok=True)
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
