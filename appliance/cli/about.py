"""Which device this is: what « À propos » shows."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Final

from appliance.display.menu_screens import About

__all__ = ["about", "local_address", "page_address"]

_DISTRIBUTION: Final = "comptoir-scanner"
_SERIAL_CHARS: Final = 6
_PI_SERIAL: Final = Path("/proc/device-tree/serial-number")
_MACHINE_ID: Final = Path("/etc/machine-id")
_SOMEWHERE: Final = ("192.0.2.1", 9)
"""An address for documents (RFC 5737): nothing is sent to it."""


def about(pi_serial: Path = _PI_SERIAL, machine_id: Path = _MACHINE_ID) -> About:
    """Version, address in the network, and the short serial number that a label on the box has."""
    return About(_version(), local_address(), _serial(pi_serial, machine_id))


def local_address() -> str | None:
    """The address by which this machine is found, None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # A UDP socket that is connected knows its own address; no packet leaves.
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def page_address(host: str, port: int, find: Callable[[], str | None] = local_address) -> str | None:
    """Where a browser finds the bridge that listens on `host` and `port`; None without a network."""
    try:
        is_every_address = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        is_every_address = False
    address = find() if is_every_address else host
    if address is None:
        return None
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _version() -> str:
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "?"


def _serial(pi_serial: Path, machine_id: Path) -> str:
    """The end of the Pi's serial number; elsewhere of a digest of the machine's id, which stays secret."""
    try:
        return pi_serial.read_text().strip("\0\n ")[-_SERIAL_CHARS:].upper()
    except OSError:
        pass
    try:
        return hashlib.sha256(machine_id.read_bytes()).hexdigest()[:_SERIAL_CHARS].upper()
    except OSError:
        return "?"
