"""Whether names are found, and whether the services that the settings name can be reached."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from appliance.health.model import Answer

__all__ = ["DnsCheck", "ReachableCheck", "handshake", "resolve"]

_HTTPS_PORT: Final = 443
_CONNECT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class DnsCheck:
    """Whether the hosts of the settings have addresses."""

    hosts: tuple[str, ...]
    resolve: Callable[[str], None]
    id: str = "dns"

    def ask(self) -> Answer:
        """Ask the resolver for each."""
        if not self.hosts:
            return Answer.unused()
        for host in self.hosts:
            try:
                self.resolve(host)
            except OSError:
                return Answer.fault("unknown_host", host=host)
        return Answer.ok()


@dataclass(frozen=True, slots=True)
class ReachableCheck:
    """Whether a service answers, up to the end of the TLS handshake; nothing is asked of it.

    Attributes:
        id: which service.
        url: where; empty where none is used.
        handshake: reaches host and port, and trusts the answer or raises OSError.
    """

    id: str
    url: str
    handshake: Callable[[str, int], None]

    def ask(self) -> Answer:
        """Reach it."""
        if not self.url:
            return Answer.unused()
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _HTTPS_PORT
        try:
            self.handshake(host, port)
        except ssl.SSLCertVerificationError:
            return Answer.fault("untrusted", host=host)
        except OSError:
            return Answer.fault("unreachable", host=host, port=port)
        return Answer.ok(host=host)


def resolve(host: str) -> None:
    """Find an address of the host.

    Raises:
        OSError: there is none, or nobody to ask.
    """
    socket.getaddrinfo(host, _HTTPS_PORT, type=socket.SOCK_STREAM)


def handshake(authorities: Path | None) -> Callable[[str, int], None]:
    """Reaches a service and trusts the authorities of that file, or the system's."""

    def reach(host: str, port: int) -> None:
        context = ssl.create_default_context(cafile=None if authorities is None else str(authorities))
        with (
            closing(socket.create_connection((host, port), timeout=_CONNECT_S)) as plain,
            closing(context.wrap_socket(plain, server_hostname=host)),
        ):
            pass

    return reach
