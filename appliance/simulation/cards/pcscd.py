"""A real PC/SC daemon of our own, with two virtual slots, in an enclosure that nothing reaches from outside.

Clients find it by the environment variable PCSCLITE_CSOCK_NAME, which the PC/SC library reads once a process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from appliance.base.clock import NS_PER_S, Clock
from appliance.simulation.cards.enclosure import READY, RUN_FOLDER, slot_socket
from appliance.simulation.cards.vpcd import VpcdSlot

__all__ = [
    "READER_NAME",
    "SLOTS",
    "SOCKET_VARIABLE",
    "PcscdUnavailableError",
    "VirtualReaders",
    "check_installed",
]

READER_NAME: Final = "Comptoir virtuel"
SLOTS: Final = 2
SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"

_DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
"""Debian package vsmartcard-vpcd; the package's own configuration is never used: it opens ports to all."""
_PORT: Final = 35963
"""The driver's usual port; inside the enclosure it is always free."""
_SYSTEM_PATHS: Final = ":/usr/sbin:/sbin:/usr/bin:/bin"
_START_S: Final = 10.0
_STOP_S: Final = 5.0
_LOOK_S: Final = 0.02
_NO_POLKIT: Final = "--disable-polkit"


class PcscdUnavailableError(RuntimeError):
    """No daemon of our own can run here; the text says what is missing."""


def check_installed() -> None:
    """See that what VirtualReaders needs is installed.

    Raises:
        PcscdUnavailableError: naming the package that is missing.
    """
    _find("pcscd", "pcscd")
    _find("nsenter", "util-linux")
    _find("unshare", "util-linux")
    if not _DRIVER.exists():
        raise PcscdUnavailableError("the virtual reader is missing (Debian package vsmartcard-vpcd)")


class VirtualReaders:
    """A daemon and its two slots; cards stay in them while the daemon is killed and restarted."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Make the enclosure; the daemon does not run yet.

        Args:
            folder: an own folder, its path short: Unix sockets lie in it.
            clock: time.

        Raises:
            PcscdUnavailableError: a package or the right to make namespaces is missing.
        """
        check_installed()
        self._pcscd = _find("pcscd", "pcscd")
        self._nsenter = _find("nsenter", "util-linux")
        self._folder = folder
        self._clock = clock
        (folder / RUN_FOLDER / "pcscd").mkdir(parents=True)
        configuration = folder / "readers"
        configuration.mkdir()
        (configuration / "virtual").write_text(
            f'FRIENDLYNAME "{READER_NAME}"\n'
            f"DEVICENAME /dev/null:0x{_PORT:X}\n"
            f"LIBPATH {_DRIVER}\n"
            f"CHANNELID 0x{_PORT:X}\n"
        )
        self._options = self._daemon_options()
        self._enclosure = self._enclose()
        self._process: subprocess.Popen[bytes] | None = None
        self.slots = tuple(VpcdSlot(slot_socket(folder, number), clock) for number in range(SLOTS))

    @property
    def socket_path(self) -> Path:
        """What SOCKET_VARIABLE is set to for clients of this daemon."""
        return self._folder / RUN_FOLDER / "pcscd" / "pcscd.comm"

    @property
    def reader_names(self) -> tuple[str, ...]:
        """The names the daemon gives the slots, in their order."""
        return tuple(f"{READER_NAME} 00 {number:02d}" for number in range(SLOTS))

    @property
    def pid(self) -> int | None:
        """The daemon's, None while it does not run."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the daemon and wait until it takes clients.

        Raises:
            PcscdUnavailableError: it does not come up; its log is in the folder.
        """
        with (self._folder / "pcscd.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._nsenter, "--target", str(self._enclosure.pid), "--net", "--mount"),
                    *(() if _is_root() else ("--user", "--preserve-credentials")),
                    *("--", self._pcscd, "--foreground", "--info", "--config", str(self._folder / "readers")),
                    *self._options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline_ns = self._clock.monotonic_ns() + round(_START_S * NS_PER_S)
        while not _is_served(self.socket_path):
            if self._process.poll() is not None or self._clock.monotonic_ns() > deadline_ns:
                self.kill()
                raise PcscdUnavailableError("pcscd does not start")
            self._clock.sleep(_LOOK_S)

    def terminate(self) -> None:
        """Stop the daemon as a system does."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def kill(self) -> None:
        """Stop the daemon as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Take the cards out and stop everything."""
        for slot in self.slots:
            slot.remove()
        self.terminate()
        _end(self._enclosure)

    def __enter__(self) -> Self:
        try:
            self.start()
        except PcscdUnavailableError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _enclose(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                *(_find("unshare", "util-linux"), "--net", "--mount"),
                *(() if _is_root() else ("--user", "--map-root-user")),
                *("--", sys.executable, "-m", "appliance.simulation.cards.enclosure"),
                *(str(self._folder), str(_PORT), str(SLOTS)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if process.stdout is None or process.stdout.readline() != READY:
            _end(process)
            raise PcscdUnavailableError("namespaces cannot be made here (root, or user namespaces allowed)")
        return process

    def _daemon_options(self) -> tuple[str, ...]:
        """Where the daemon asks polkit, it must not: its bus is outside the enclosure."""
        usage = subprocess.run([self._pcscd, "--help"], capture_output=True, check=False, text=True)
        return (_NO_POLKIT,) if _NO_POLKIT in usage.stdout + usage.stderr else ()


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _find(program: str, package: str) -> str:
    found = shutil.which(program, path=os.environ.get("PATH", "") + _SYSTEM_PATHS)
    if found is None:
        raise PcscdUnavailableError(f"{program} is missing (Debian package {package})")
    return found


def _is_root() -> bool:
    return os.geteuid() == 0


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.connect(str(path))
        return True
    return False
