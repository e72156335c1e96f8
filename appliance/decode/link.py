"""The eye's end of seam 1: a Unix stream socket to the counter, connected again whenever it broke.

Not a thread: the eye's loop pumps it between frames, so that looking and saying never wait for each other.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterable
from pathlib import Path

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.lines import LineBuffer, MessageError
from appliance.decode.announcer import Announcer
from appliance.decode.sightings import Alive, EyeMessage, Welcome, encode, from_counter

__all__ = ["ALIVE_EVERY_NS", "RETRY_NS", "CounterLink"]

_log = logging.getLogger(__name__)

RETRY_NS = NS_PER_S // 10
"""Between two tries to connect: a Unix connect that fails costs microseconds."""

ALIVE_EVERY_NS = NS_PER_S
_RECEIVE_BYTES = 64 * 1024


class CounterLink:
    """Sends the announcer's messages and feeds it the answers; never blocks.

    A counter that does not read loses the connection, not the sightings: they are said again.
    """

    def __init__(self, path: Path, announcer: Announcer, clock: Clock) -> None:
        self._path = path
        self._announcer = announcer
        self._clock = clock
        self._connection: socket.socket | None = None
        self._buffer = LineBuffer()
        self._welcomed = False
        self._retry_ns = 0
        self._alive_ns = 0

    @property
    def welcomed(self) -> bool:
        """Whether the counter answered, so that what is said now arrives."""
        return self._welcomed

    def pump(self, frames: int = 0) -> None:
        """Connect if due, take what the counter said, say that the eye is alive (`frames` looked at)."""
        now_ns = self._clock.monotonic_ns()
        if self._connection is None:
            if now_ns < self._retry_ns:
                return
            self._retry_ns = now_ns + RETRY_NS
            self._connect()
        self._receive(now_ns)
        if self._welcomed and now_ns >= self._alive_ns:
            self._alive_ns = now_ns + ALIVE_EVERY_NS
            self.send([Alive(frames=frames)])

    def send(self, messages: Iterable[EyeMessage]) -> None:
        """Say something now, if the counter is there; what it must not miss, the announcer keeps."""
        if self._welcomed:
            self._write(messages)

    def close(self) -> None:
        """End the connection; closing twice does nothing."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._welcomed = False
        self._buffer = LineBuffer()

    def _connect(self) -> None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            return
        self._connection = connection
        self._write([self._announcer.hello()])

    def _write(self, messages: Iterable[EyeMessage]) -> None:
        if self._connection is None:
            return
        lines = b"".join(encode(message) for message in messages)
        try:
            # Unix sockets hold some 200 KiB: a short write means a counter that has stopped reading.
            if lines and self._connection.send(lines) != len(lines):
                self._lose("the counter does not read")
        except OSError as error:
            self._lose(type(error).__name__)

    def _receive(self, now_ns: int) -> None:
        while self._connection is not None:
            piece = b""
            with contextlib.suppress(OSError):
                try:
                    piece = self._connection.recv(_RECEIVE_BYTES)
                except BlockingIOError:
                    return
            if not piece:
                self._lose("the counter went away")
                return
            self._take(piece, now_ns)

    def _take(self, piece: bytes, now_ns: int) -> None:
        try:
            for line in self._buffer.feed(piece):
                message = from_counter(line)
                due = self._announcer.received(message, now_ns)
                if isinstance(message, Welcome):
                    self._welcomed = True
                    _log.info("connected to the counter, %d presentations known", len(message.known))
                self.send(due)
        except MessageError as error:
            self._lose(str(error))

    def _lose(self, why: str) -> None:
        if self._welcomed:
            _log.warning("lost the counter: %s; trying again", why)
        self.close()
