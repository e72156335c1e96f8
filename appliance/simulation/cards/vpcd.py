"""A slot of the virtual reader: a card put into it talks the vpcd protocol to a real PC/SC daemon.

A message is two bytes of length and a body; a body of one byte is an order to the card, anything longer a
command. A connection that opens is a card that goes in, one that closes a card that goes out.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from enum import IntEnum, unique
from pathlib import Path

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.threads import StoppableThread
from appliance.simulation.cards.card import PulledOutError, VirtualCard

__all__ = ["EMPTY_S", "VpcdSlot"]

_LENGTH = struct.Struct(">H")
_AGAIN_S = 0.1
"""Between two attempts to reach the daemon: a card that is in stays in when the daemon restarts."""
EMPTY_S = 0.6
"""How long a slot stays empty between two cards. The daemon looks every 0.4 s; if anything else of it
(powering an unused card down) first meets the closed line, the driver takes the next card in its place and
the daemon never learns of the swap. A real reader sees the contact open."""


@unique
class _Order(IntEnum):
    POWER_OFF = 0x00
    POWER_ON = 0x01
    RESET = 0x02
    GET_ATR = 0x04


class _Inserted:
    """A card while it is in: its thread keeps a connection to the daemon."""

    def __init__(self, path: Path, card: VirtualCard, pulled_out: Callable[[], None], wait_s: float) -> None:
        self.card = card
        self._wait_s = wait_s
        self._path = path
        self._pulled_out = pulled_out
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self.thread = StoppableThread(f"card-in-{path.stem}", self._run)
        self.thread.start()

    def take_out(self) -> None:
        """Close the line, in the middle of a command if there is one."""
        with self._lock:
            self.thread.stopping.set()
            if self._line is not None:
                with contextlib.suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

    def _run(self, stopping: threading.Event) -> None:
        stopping.wait(self._wait_s)
        while not stopping.is_set():
            with socket.socket(socket.AF_UNIX) as line:
                try:
                    line.connect(str(self._path))
                    with self._lock:
                        if stopping.is_set():
                            return
                        self._line = line
                    self._talk(line)
                except PulledOutError:
                    self._pulled_out()
                    return
                except OSError:
                    # No daemon there, or the card was taken out under a message.
                    pass
                finally:
                    with self._lock:
                        self._line = None
            stopping.wait(_AGAIN_S)

    def _talk(self, line: socket.socket) -> None:
        for message in _messages(line):
            answer = _answer(self.card, message)
            if answer is not None:
                line.sendall(_LENGTH.pack(len(answer)) + answer)


class VpcdSlot:
    """One slot, and the card in it, if any.

    Args:
        path: the Unix socket that leads to the driver's port.
        clock: time.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._emptied_ns: int | None = None
        self._lock = threading.Lock()
        self._inserted: _Inserted | None = None

    @property
    def card(self) -> VirtualCard | None:
        """What is in the slot."""
        with self._lock:
            return self._inserted.card if self._inserted else None

    def insert(self, card: VirtualCard) -> None:
        """Put a card in, in the place of the one that is in; the daemon looks every 0.4 s."""
        self.remove()
        with self._lock:
            self._inserted = _Inserted(self._path, card, self._forget, self._empty_for_s())

    def remove(self) -> None:
        """Take the card out."""
        with self._lock:
            inserted, self._inserted = self._inserted, None
            if inserted is not None:
                self._emptied_ns = self._clock.monotonic_ns()
        if inserted is not None:
            inserted.take_out()

    def _forget(self) -> None:
        with self._lock:
            self._inserted = None
            self._emptied_ns = self._clock.monotonic_ns()

    def _empty_for_s(self) -> float:
        if self._emptied_ns is None:
            return 0.0
        return max(0.0, EMPTY_S - (self._clock.monotonic_ns() - self._emptied_ns) / NS_PER_S)


def _messages(line: socket.socket) -> Iterator[bytes]:
    while True:
        header = _receive(line, _LENGTH.size)
        body = _receive(line, _LENGTH.unpack(header)[0]) if header else b""
        if not body:
            return
        yield body


def _receive(line: socket.socket, size: int) -> bytes:
    """Exactly that many bytes, none at the end."""
    received = b""
    while len(received) < size:
        part = line.recv(size - len(received))
        if not part:
            return b""
        received += part
    return received


def _answer(card: VirtualCard, message: bytes) -> bytes | None:
    if len(message) > 1:
        return card.transmit(message)
    if message[0] == _Order.GET_ATR:
        return card.atr
    # Power on, power off, reset: each leaves the card as after a reset, and none is answered.
    card.reset()
    return None
