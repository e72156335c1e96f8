"""The virtual readers as a program of the demonstration: where its folder and its daemon's socket are."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from pathlib import Path
from typing import Final

from appliance.simulation.cards.enclosure import RUN_FOLDER

__all__ = ["clear_folder", "daemon_socket", "note_daemon", "readers_folder", "slots_path"]

_PID_FILE: Final = "daemon.pid"


def readers_folder(runtime: Path) -> Path:
    """Where the daemon lives; short, for Unix sockets lie in it."""
    return runtime / "vc"


def daemon_socket(runtime: Path) -> Path:
    """What the daemon's clients are told, before it runs too."""
    return readers_folder(runtime) / RUN_FOLDER / "pcscd" / "pcscd.comm"


def slots_path(runtime: Path) -> Path:
    """The file by which the page says which card is where."""
    return runtime / "slots.json"


def note_daemon(runtime: Path, pid: int | None) -> None:
    """Note which daemon runs, for whoever finds it without its program."""
    (readers_folder(runtime) / _PID_FILE).write_text(str(pid or ""))


def clear_folder(runtime: Path) -> None:
    """End the daemon of a program that was killed, and remove its folder.

    A process is only ended if it was started for this very folder: pids are given anew.
    """
    folder = readers_folder(runtime)
    with contextlib.suppress(OSError, ValueError):
        pid = int((folder / _PID_FILE).read_text())
        if str(folder / "readers") in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
            os.kill(pid, signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
