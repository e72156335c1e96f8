"""How checks reach the machine: programs and small files, each with a bound. For tests to replace."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["MAX_OUTPUT_CHARS", "MAX_SMALL_FILE_BYTES", "Ran", "Run", "is_there", "read_small", "run_command"]

MAX_OUTPUT_CHARS: Final = 64 * 1024
MAX_SMALL_FILE_BYTES: Final = 64 * 1024
_COMMAND_S: Final = 8.0
_CANNOT_RUN: Final = 127
"""As a shell says of a program that is not there."""
_TIMED_OUT: Final = 124
"""As timeout(1) says."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status and what it printed."""

    status: int
    output: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether there is no such program."""
        return self.status == _CANNOT_RUN


Run = Callable[[Sequence[str]], Ran]
"""Runs a program with its arguments; never raises."""


def run_command(arguments: Sequence[str]) -> Ran:
    """Run a program in the C locale, for 8 s at most."""
    try:
        done = subprocess.run(
            arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=_COMMAND_S,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return Ran(_TIMED_OUT)
    except OSError:
        return Ran(_CANNOT_RUN)
    return Ran(done.returncode, done.stdout.decode(errors="replace")[:MAX_OUTPUT_CHARS])


def is_there(path: Path) -> bool:
    """Whether the file is there, as far as who asks may know: a closed folder hides what it holds."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def read_small(path: Path) -> str | None:
    """The text of a small file, such as those of /proc and /sys; None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_SMALL_FILE_BYTES).decode(errors="replace")
    except OSError:
        return None
