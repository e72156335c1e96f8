"""A TLS connection: never blocking for the reception, blocking within a bound for a worker that answers."""

from __future__ import annotations

import contextlib
import errno
import io
import socket
import ssl

from appliance.base.clock import NS_PER_S, Clock

__all__ = ["RequestReader", "ResponseWriter", "TlsChannel"]

_RECORD_BYTES = 16 * 1024
"""The most a TLS record holds; nothing is gained by asking for more at once."""


class TlsChannel:
    """A connection's socket. One thread uses it at a time: the reception or the worker that it was handed to.

    `ssl.SSLWantReadError` and `ssl.SSLWantWriteError` leave `shake_hands` and `receive` as they are: they say
    what the reception has to wait for.
    """

    def __init__(self, connection: ssl.SSLSocket, address: str) -> None:
        self._socket = connection
        self._socket.setblocking(False)
        self.address = address

    def __repr__(self) -> str:
        """Who it is with."""
        return f"<TlsChannel to {self.address}>"

    def fileno(self) -> int:
        """The descriptor, for a selector; -1 once closed."""
        return self._socket.fileno()

    def shake_hands(self) -> None:
        """Go on with the handshake."""
        self._socket.do_handshake()

    def receive(self) -> bytes:
        """What has arrived; empty when the client has ended the connection."""
        return self._socket.recv(_RECORD_BYTES)

    def send_at_once(self, data: bytes) -> None:
        """Send what the kernel takes without waiting; our short notices always fit its buffer."""
        self._socket.send(data)

    def send_some(self, data: memoryview, timeout_s: float) -> int:
        """Send the first part of `data`, waiting for the client at most so long; gives its length."""
        self._socket.settimeout(timeout_s)
        try:
            return self._socket.send(data[:_RECORD_BYTES])
        finally:
            with contextlib.suppress(OSError):
                self._socket.setblocking(False)

    def end_sending(self) -> None:
        """Say that nothing more comes: close_notify, then FIN."""
        with contextlib.suppress(OSError):  # SSLError is one; the client may be gone or still sending
            self._socket.unwrap()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_WR)

    def discard(self) -> int:
        """Throw away what still arrives, undeciphered; 0 at its end.

        Raises:
            BlockingIOError: nothing is there now.
        """
        return len(socket.socket.recv(self._socket, _RECORD_BYTES))

    def shutdown(self, how: int) -> None:
        """Cut the connection under whoever uses it; cheroot does this to a worker that will not end.

        Not SSLSocket.shutdown: that one first forgets the cipher, and a worker that goes on writing would
        write in the clear.
        """
        del how
        socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the descriptor back; may be called again."""
        self._socket.close()


class RequestReader(io.BytesIO):
    """A request that is here whole: a worker never waits for a client to go on sending."""


class ResponseWriter:
    """Where a worker writes the response; the client may keep it waiting for so long in all.

    What counts is the time that writing takes, not what lies between: a stream of events that has nothing to
    say for an hour wears nobody's patience, and a client that does not read is left all the same.

    Args:
        channel: the connection.
        write_s: how long the writing of one response may take.
        clock: measures it.
    """

    def __init__(self, channel: TlsChannel, write_s: float, clock: Clock) -> None:
        self._channel = channel
        self._clock = clock
        self._left_ns = round(write_s * NS_PER_S)

    def write(self, data: bytes) -> int:
        """Send all of `data`.

        Raises:
            BrokenPipeError: the client does not read, or is gone.
        """
        deadline_ns = self._clock.monotonic_ns() + self._left_ns
        rest = memoryview(data)
        while rest:
            remaining_ns = deadline_ns - self._clock.monotonic_ns()
            if remaining_ns <= 0:
                raise BrokenPipeError(errno.EPIPE, "the client does not read its response")
            try:
                rest = rest[self._channel.send_some(rest, remaining_ns / NS_PER_S) :]
            except TimeoutError:
                continue
            except OSError as error:
                raise BrokenPipeError(errno.EPIPE, "the client is gone") from error
        self._left_ns = max(deadline_ns - self._clock.monotonic_ns(), 0)
        return len(data)
