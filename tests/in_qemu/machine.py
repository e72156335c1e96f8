"""A card image booted in QEMU and driven from outside: over SSH, by the bridge, by its console's log."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

__all__ = ["Card", "Machine"]

ROOT = Path(__file__).parents[2]
_KEPT = ROOT / "build/image"
_BOOT_S = 900.0
"""On two busy cores, without KVM."""

_COMMAND_S = 300.0
_POLL_S = 1.0


def _workshop(*command: str) -> list[str]:
    return [str(ROOT / "image-build/workshop"), "qemu", *command]


class Card:
    """A copy of the image to write to, and what is laid on its FAT partition."""

    def __init__(self, name: str) -> None:
        self._file = _KEPT / "qemu" / f"{name}.card"
        self.key = _KEPT / "qemu" / f"{name}.key"
        subprocess.run(
            ["cp", "--sparse=always", str(_KEPT / "qemu/comptoir-qemu.img"), str(self._file)], check=True
        )
        for path in (self.key, self.key.with_suffix(".key.pub")):
            path.unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True)
        self.lay("authorized_keys", self.key.with_suffix(".key.pub").read_bytes())

    @property
    def inside(self) -> str:
        """Its path in the workshop."""
        return f"/kept/qemu/{self._file.name}"

    def lay(self, name: str, content: bytes) -> None:
        """Put a file on the boot partition, as with a PC."""
        given = _KEPT / "qemu" / "laid"
        given.write_bytes(content)
        subprocess.run(
            _workshop("mcopy", "-o", "-i", f"{self.inside}@@4M", "/kept/qemu/laid", f"::{name}"), check=True
        )
        given.unlink()

    def on_boot(self) -> str:
        """What lies on the boot partition."""
        done = subprocess.run(
            _workshop("mdir", "-b", "-i", f"{self.inside}@@4M", "::"),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def grow(self, size_mb: int) -> None:
        """As on a larger card than the image."""
        with self._file.open("r+b") as file:
            file.truncate(size_mb * 1024 * 1024)

    def remove(self) -> None:
        """Throw it away."""
        for path in (self._file, self.key, self.key.with_suffix(".key.pub")):
            path.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Machine:
    """Powered on at entry; at exit its power is cut."""

    def __init__(self, card: Card, *arguments: str, log: Path) -> None:
        self._card, self._arguments, self._log = card, arguments, log
        self.ssh_port, self.https_port = _free_port(), _free_port()
        self._qemu: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.power_on()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut_power()

    def power_on(self) -> None:
        """Start; returns at once."""
        with self._log.open("ab") as log:
            self._qemu = subprocess.Popen(
                _workshop(
                    "image-build/steps/boot", self._card.inside, str(self.ssh_port), str(self.https_port),
                    *self._arguments,
                ),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def cut_power(self) -> None:
        """End QEMU as a pulled plug ends a Pi; the process is QEMU itself."""
        if self._qemu is not None:
            self._qemu.kill()
            self._qemu.wait(60)
            self._qemu = None

    def try_run(self, command: str) -> subprocess.CompletedProcess[str]:
        """A command over SSH, by the technician as root."""
        return subprocess.run(
            [*self.ssh_command(), f"sudo sh -c {_quoted(command)}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_COMMAND_S,
        )  # fmt: skip

    def run(self, command: str) -> str:
        """The same, which must succeed; what it prints."""
        done = self.try_run(command)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def put(self, content: bytes, command: str) -> None:
        """Give a command some bytes to read."""
        subprocess.run(
            [*self.ssh_command(), f"sudo sh -c {_quoted(command)}"],
            input=content,
            check=True,
            timeout=_COMMAND_S,
        )

    def ssh_command(self) -> list[str]:
        """How to reach it; without a command yet."""
        return [
            "ssh", "-q", "-i", str(self._card.key), "-p", str(self.ssh_port),
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes",
            "-o", "ConnectTimeout=60", "technicien@127.0.0.1",
        ]  # fmt: skip

    def wait_for_ssh(self) -> None:
        """Until a command runs."""
        self.wait_until(lambda: self.try_run("true").returncode == 0, "SSH")

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = _BOOT_S) -> None:
        """Ask again until it holds; a QEMU that ended is said at once."""
        until = time.monotonic() + seconds
        while not condition():
            assert self._qemu is not None, "the power is off"
            assert self._qemu.poll() is None, f"QEMU ended; its console: {self.console()[-3000:]}"
            assert time.monotonic() < until, f"{what} is not there; the console: {self.console()[-3000:]}"
            time.sleep(_POLL_S)

    def console(self) -> str:
        """All that was said on the serial line."""
        return self._log.read_text(encoding="utf-8", errors="replace")


def _quoted(command: str) -> str:
    return "'" + command.replace("'", "'\\''") + "'"
