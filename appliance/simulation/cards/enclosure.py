"""Namespaces of its own for a PC/SC daemon; run as a program with the arguments FOLDER PORT SLOTS.

The stock driver of virtual readers listens on every interface, and the daemon's socket has a fixed place.
Inside a network and a mount namespace the interfaces are one loopback that nobody outside reaches, and /run
is a folder of ours: nothing is open to the network, nothing meets the machine's own daemon, and several run
side by side. This program makes the namespaces, holds them open, and carries bytes between Unix sockets
outside and the driver's ports inside. It ends when its standard input does.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Final

from appliance.base.threads import StoppableThread

__all__ = ["LOOPBACK", "READY", "RUN_FOLDER", "main", "slot_socket"]

LOOPBACK: Final = "127.0.0.1"
READY: Final = b"ready\n"
RUN_FOLDER: Final = "run"

_MS_BIND: Final = 0x1000
"""mount(2), <linux/mount.h>."""
_SIOCGIFFLAGS: Final = 0x8913
_SIOCSIFFLAGS: Final = 0x8914
_IFF_UP: Final = 0x1
_INTERFACE: Final = struct.Struct("16sH14x")
"""ifreq of <linux/if.h>: name, flags."""
_CHUNK: Final = 4096


def slot_socket(folder: Path, slot: int) -> Path:
    """The Unix socket of a slot: a connection to it is a card in it."""
    return folder / f"slot-{slot}.sock"


def main(arguments: list[str]) -> None:
    """Enclose, say so, and carry until standard input ends."""
    folder, port, slots = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    _mount(folder / RUN_FOLDER, Path("/run"))
    _bring_loopback_up()
    for slot in range(slots):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(slot_socket(folder, slot)))
        listener.listen()
        StoppableThread(f"slot-{slot}", _Carrier(listener, port + slot).run).start()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read()


def _mount(source: Path, target: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(str(source).encode(), str(target).encode(), None, _MS_BIND, None) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = _INTERFACE.pack(b"lo", 0)
        flags = _INTERFACE.unpack(fcntl.ioctl(control, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, _INTERFACE.pack(b"lo", flags | _IFF_UP))


class _Carrier:
    """Takes the connections of one slot, one after the other, through to its port."""

    def __init__(self, listener: socket.socket, port: int) -> None:
        self._listener = listener
        self._port = port

    def run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            outside, _ = self._listener.accept()
            try:
                inside = socket.create_connection((LOOPBACK, self._port))
            except OSError:
                # No daemon: the card asks again.
                outside.close()
                continue
            inside.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink in ((inside, outside), (outside, inside)):
                threading.Thread(target=_carry, args=(source, sink), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """One direction, until either side ends; each of the two threads closes the socket it reads."""
    with source, contextlib.suppress(OSError):
        while True:
            if source.family == socket.AF_INET:
                # The driver sends length and body apart: unless acknowledged at once, that costs 40 ms.
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            part = source.recv(_CHUNK)
            if not part:
                break
            sink.sendall(part)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main(sys.argv[1:])
