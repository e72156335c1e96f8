"""A Debian booted by systemd-nspawn, driven from outside by nsenter."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

__all__ = ["PROGRAMS", "SETTINGS", "Container", "Machine"]

PROGRAMS = ("eye", "counter", "bridge")

SETTINGS = """\
[camera]
driver = "simulated"
width = 1280
height = 720
[display]
driver = "png"
[buttons]
driver = "socket"
"""

_BOOT_S = 180.0
_COMMAND_S = 300.0
_POLL_S = 0.1
_POWER_OFF = signal.SIGRTMIN + 4
"""systemd(1): what PID 1 takes as "power off"."""


class Container:
    """Boots on entry, powers off on exit."""

    python_of_the_programs = "/opt/comptoir/bin/python"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._log = root.parent / "console.log"
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._nspawn = subprocess.Popen(
                [
                    "systemd-nspawn", "--quiet", "-D", str(self.root), "--register=no", "--keep-unit",
                    "--private-network", "--kill-signal=SIGRTMIN+3", "-b",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )  # fmt: skip
        nspawn_pid = self._nspawn.pid
        children = Path(f"/proc/{nspawn_pid}/task/{nspawn_pid}/children")

        def is_up() -> bool:
            # The first child is not PID 1 yet, but sets it up and is gone.
            self._leader = int((children.read_text().split() or ["0"])[0])
            return self._leader > 0 and self.show("multi-user.target", "ActiveState") == "active"

        self.wait_until(is_up, "multi-user.target")
        return self

    def __exit__(self, *_: object) -> None:
        nspawn = self._nspawn
        if nspawn is None:
            return
        # The leader, not nspawn itself: it would leave the container running.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._leader, _POWER_OFF)
        try:
            nspawn.wait(30)
        except subprocess.TimeoutExpired:
            nspawn.kill()
            nspawn.wait()

    def cut(self) -> None:
        """End all of its processes at once, as a power cut does; enter it again to power it on."""
        os.kill(self._leader, signal.SIGKILL)
        if self._nspawn is not None:
            self._nspawn.wait()

    def run(self, *command: str, check: bool = True, text: str | None = None) -> str:
        """What a command prints inside, as root; `text` is its standard input."""
        done = subprocess.run(
            ["nsenter", "-t", str(self._leader), "-a", *command],
            input=text, capture_output=True, text=True, check=False, timeout=_COMMAND_S,
        )  # fmt: skip
        if check and done.returncode != 0:
            raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout.strip()

    def show(self, unit: str, what: str) -> str:
        """A property of a unit; empty while the manager does not answer yet."""
        return self.run("systemctl", "show", "--property", what, "--value", unit, check=False)

    def pid(self, program: str) -> int:
        """The main process of a program, as the machine counts."""
        return int(self.show(f"comptoir-{program}.service", "MainPID"))

    def wait_active(self, program: str, other_than: int = 0) -> int:
        """Wait until it runs, in another process than before; gives its pid."""
        unit = f"comptoir-{program}.service"

        def runs() -> bool:
            return self.show(unit, "ActiveState") == "active" and self.pid(program) not in {0, other_than}

        self.wait_until(runs, unit)
        return self.pid(program)

    def log_of(self, unit: str) -> str:
        """The last lines of a unit's journal, and of what the manager says of it."""
        return self.run("journalctl", "--no-pager", "--unit", unit, "--output", "cat", "--lines", "60")

    def python(self, program: str, code: str) -> str:
        """What Python code prints, run as a program's user with its groups (not in its sandbox)."""
        return self.run(
            "setpriv", "--reuid", f"comptoir-{program}", "--regid", "comptoir", "--init-groups",
            self.python_of_the_programs, "-", text=code,
        )  # fmt: skip

    def wait_until(self, happened: Callable[[], bool], what: str, limit_s: float = _BOOT_S) -> None:
        """Wait for something of the machine.

        Raises:
            AssertionError: it did not happen in time.
        """
        until = time.monotonic() + limit_s
        while not happened():
            if time.monotonic() > until:
                raise AssertionError(f"{what} did not happen within {limit_s:.0f} s")
            time.sleep(_POLL_S)


class Machine(Container):
    """A container with the appliance in it, begun with an empty state and all programs running."""

    def __enter__(self) -> Self:
        for state in ("var/lib/comptoir", "var/lib/comptoir-keys", "var/log/journal"):
            shutil.rmtree(self.root / state, ignore_errors=True)
        settings = self.root / "etc/comptoir/comptoir.toml"
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(SETTINGS, encoding="utf-8")
        super().__enter__()
        self.wait_until(lambda: self.show("comptoir.target", "ActiveState") == "active", "comptoir.target")
        for program in PROGRAMS:
            self.wait_active(program)
        return self
