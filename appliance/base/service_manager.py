"""What a program tells systemd: ready, what it does, stopping, alive (the stable protocol of sd_notify(3)).

One datagram to a Unix socket: no library in Debian 12's and 13's Python does it without a C extension.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

from appliance.base.clock import NS_PER_S

__all__ = ["MAX_STATUS_CHARACTERS", "ServiceManager"]

MAX_STATUS_CHARACTERS = 200
"""More than a line of `systemctl status` shows."""

_US_PER_S = 1_000_000


class ServiceManager:
    """The manager that started this process; all methods do nothing where there is none."""

    def __init__(self, address: str | None = None, watchdog_ns: int | None = None) -> None:
        """Talk to the socket at `address` (`@` begins an abstract one).

        Args:
            address: of its socket; None where nothing listens.
            watchdog_ns: how long it waits for a sign of life; None where it does not.
        """
        self._address = address
        self.watchdog_ns = watchdog_ns

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, pid: int | None = None
    ) -> ServiceManager:
        """What NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say; nonsense in them is no manager."""
        watchdog_us = environment.get("WATCHDOG_USEC", "")
        own_pid = str(os.getpid() if pid is None else pid)
        is_for_us = environment.get("WATCHDOG_PID", own_pid) == own_pid
        watchdog_ns = None
        if is_for_us and watchdog_us.isascii() and watchdog_us.isdigit() and int(watchdog_us) > 0:
            watchdog_ns = int(watchdog_us) * (NS_PER_S // _US_PER_S)
        return cls(environment.get("NOTIFY_SOCKET") or None, watchdog_ns)

    def ready(self) -> None:
        """The program serves: what is ordered after it may start."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """The program ends in order."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """A line for `systemctl status`; never anything that names a person."""
        line = "".join(character if character.isprintable() else " " for character in text)
        self._tell(f"STATUS={line[:MAX_STATUS_CHARACTERS]}")

    def alive(self) -> None:
        """A sign of life, for the watchdog."""
        self._tell("WATCHDOG=1")

    def _tell(self, state: str) -> None:
        if self._address is None:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        # A manager that is not there must not end the service it manages.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            channel.sendto(state.encode(), address)
