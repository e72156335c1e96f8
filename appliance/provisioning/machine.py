"""The machine that is set up: its files and programs. A dry run reads as the real one and writes nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.base.files import replace_durably
from appliance.health.probes import MAX_SMALL_FILE_BYTES, Ran, Run, run_command

__all__ = ["DryMachine", "Machine", "RealMachine"]


class Machine(ABC):
    """Reads files and asks programs; changes only by `write` and `change`."""

    def __init__(self, root: Path = Path("/"), run: Run = run_command) -> None:
        self.root = root
        self._run = run

    def path(self, name: str) -> Path:
        """The file of that absolute name."""
        return self.root / name.lstrip("/")

    def exists(self, name: str) -> bool:
        """Whether it is there."""
        return self.path(name).exists()

    def read(self, name: str) -> str | None:
        """What a text file holds; None where it is absent.

        Raises:
            OSError: it is there and cannot be read.
        """
        try:
            with self.path(name).open("rb") as file:
                return file.read(MAX_SMALL_FILE_BYTES).decode(errors="replace")
        except FileNotFoundError:
            return None

    def ask(self, command: Sequence[str]) -> Ran:
        """Run a program that changes nothing."""
        return self._run(command)

    @abstractmethod
    def write(self, name: str, content: str, mode: int) -> None:
        """Put a file in place, whole or not at all.

        Raises:
            OSError: the disk is full or read-only, or a right is missing.
        """

    @abstractmethod
    def change(self, command: Sequence[str]) -> bool:
        """Run a program that changes the system; whether it ended well."""


class RealMachine(Machine):
    """This machine."""

    def write(self, name: str, content: str, mode: int) -> None:
        """Atomic and durable."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_durably(path, content.encode(), mode)

    def change(self, command: Sequence[str]) -> bool:
        """For 8 s at most."""
        return self._run(command).status == 0


class DryMachine(Machine):
    """Says what would be done. A secret's content is not said."""

    def __init__(self, say: Callable[[str], None], root: Path = Path("/"), run: Run = run_command) -> None:
        super().__init__(root, run)
        self._say = say

    def write(self, name: str, content: str, mode: int) -> None:
        """Show the file, unless only root may read it."""
        self._say(f"+ {name} ({mode:04o})")
        if mode & 0o077:
            for line in content.splitlines():
                self._say(f"    {line}")

    def change(self, command: Sequence[str]) -> bool:
        """Show the command."""
        self._say("$ " + " ".join(command))
        return True
