"""The reception: one thread that holds every connection until its request is here whole.

cheroot's own connection manager shakes hands on its accepting thread and hands a connection to a worker
before a byte has come, so that a client who connects and says nothing, or says it one byte at a time, holds a
thread or the door. Here accepting, TLS, and receiving never block; a worker gets a complete request or none.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import selectors
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.channel import TlsChannel
from appliance.bridge.limits import Limits
from appliance.bridge.problems import Problem, ProblemCode, problem_response
from appliance.bridge.visitor import Phase, Visitor

__all__ = ["Reception"]

_log = logging.getLogger(__name__)

_TLS_HANDSHAKE_RECORD = 0x16
"""First byte of a TLS connection (RFC 8446 §5.1: content type handshake)."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_TICK_S = 0.25
"""How often deadlines are looked at."""

_STOP_S = 2.0


class Reception:
    """Stands where cheroot keeps its connection manager, with the members that cheroot's server uses.

    Args:
        listening: the socket to accept from.
        context: what connections are wrapped with.
        serve: takes a visitor and his whole request to the workers.
        limits: see there.
        clock: measures the limits.
    """

    can_add_keepalive_connection = True
    """Asked by cheroot: our own limits decide."""

    def __init__(
        self,
        listening: socket.socket,
        context: ssl.SSLContext,
        serve: Callable[[Visitor, bytes], None],
        limits: Limits,
        clock: Clock,
    ) -> None:
        self._listening = listening
        self._listening.setblocking(False)
        self._context = context
        self._serve = serve
        self._limits = limits
        self._clock = clock
        self._visitors: set[Visitor] = set()
        self._selector = selectors.DefaultSelector()
        self._returned: queue.SimpleQueue[tuple[Visitor, bool]] = queue.SimpleQueue()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._door = threading.Lock()
        """Held to stop, and to come back: nobody is put back where no one would find him."""
        self._stopping = False
        self._stopped = threading.Event()
        self._stopped.set()
        self._selector.register(listening, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)

    # What cheroot's server calls.

    def run(self, expiration_interval: float) -> None:
        """Receive until `stop`; called on cheroot's serving thread."""
        self._stopped.clear()
        try:
            while not self._stopping:
                self._turn(min(expiration_interval, _TICK_S))
        finally:
            self._stopped.set()

    def stop(self) -> None:
        """End `run`."""
        with self._door:
            self._stopping = True
            os.eventfd_write(self._wake, 1)
        self._stopped.wait(_STOP_S)

    def close(self) -> None:
        """Close what is not with a worker. After `stop`."""
        for visitor, _ in self._returns():
            visitor.phase = Phase.LEAVING
        for visitor in [visitor for visitor in self._visitors if visitor.phase is not Phase.SERVED]:
            self._drop(visitor)
        self._selector.close()
        os.close(self._wake)

    def put_back(self, visitor: Visitor, *, keep: bool) -> None:
        """Take a visitor back from a worker; on any thread, never raises.

        Args:
            visitor: whose request was answered.
            keep: he may ask again; otherwise he is seen to the door.
        """
        with self._door:
            if not self._stopping:
                self._returned.put((visitor, keep))
                os.eventfd_write(self._wake, 1)
                return
        if visitor.channel is not None:
            visitor.channel.end_sending()
        visitor.close()

    def refuse(self, visitor: Visitor, problem: Problem) -> None:
        """Answer with a problem document and end the connection; on the reception's thread."""
        with contextlib.suppress(OSError):
            if visitor.channel is not None:
                visitor.channel.send_at_once(problem_response(problem))
            elif visitor.plain is not None:
                visitor.plain.send(problem_response(problem))
        self._see_out(visitor)

    # One turn of the loop.

    def _turn(self, timeout_s: float) -> None:
        for key, _ in self._selector.select(timeout_s):
            if key.fileobj is self._listening:
                self._accept()
            elif key.fileobj == self._wake:
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
            elif isinstance(key.data, Visitor) and key.data in self._visitors:
                self._attend(key.data)
        self._take_back()
        self._expire()

    def _accept(self) -> None:
        try:
            connection, peer = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionError):
            return
        except OSError as error:  # out of descriptors: make room, so that the door does not stay shut
            _log.warning("a connection could not be accepted: %s", error.strerror)
            self._make_room()
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while len(self._visitors) >= self._limits.max_connections:
            if not self._make_room():
                connection.close()
                return
        now = self._clock.monotonic_ns()
        visitor = Visitor(connection, str(peer[0]), now)
        visitor.deadline_ns = now + _ns(self._limits.request_s)
        self._visitors.add(visitor)
        self._selector.register(visitor, selectors.EVENT_READ, visitor)
        self._attend(visitor)

    def _make_room(self) -> bool:
        """Drop the one that has waited longest at the address that holds most: a flood drops itself."""
        waiting = [visitor for visitor in self._visitors if visitor.phase is not Phase.SERVED]
        if not waiting:
            return False
        held = Counter(visitor.address for visitor in self._visitors)
        self._drop(max(waiting, key=lambda visitor: (held[visitor.address], -visitor.since_ns)))
        return True

    def _attend(self, visitor: Visitor) -> None:
        try:
            self._advance(visitor)
        except (ssl.SSLWantReadError, BlockingIOError):
            self._watch(visitor, selectors.EVENT_READ)
        except ssl.SSLWantWriteError:
            self._watch(visitor, selectors.EVENT_WRITE)
        except Problem as problem:
            self.refuse(visitor, problem)
        except OSError:  # TLS errors too: the client hung up, or does not speak TLS 1.2
            self._drop(visitor)
        except Exception as error:  # noqa: BLE001 - the edge of the thread that all visitors share
            _log.error("a connection was dropped after %s", type(error).__name__)
            self._drop(visitor)

    def _advance(self, visitor: Visitor) -> None:
        if visitor.phase is Phase.GREETING:
            self._greet(visitor)
        if visitor.phase is Phase.LEAVING:
            self._empty(visitor)
            return
        channel = visitor.channel
        if channel is None:
            raise ConnectionError("greeted without a channel")
        if visitor.phase is Phase.SHAKING_HANDS:
            channel.shake_hands()
            visitor.phase = Phase.RECEIVING
        while visitor.phase is Phase.RECEIVING:
            self._receive(visitor, channel)

    def _greet(self, visitor: Visitor) -> None:
        plain = visitor.plain
        if plain is None:
            raise ConnectionError("greeted twice")
        first = plain.recv(1, socket.MSG_PEEK)
        if not first:
            raise ConnectionError("gone before a byte")
        if first[0] != _TLS_HANDSHAKE_RECORD:
            raise Problem(ProblemCode.TLS_REQUIRED)
        self._unwatch(visitor)
        wrapped = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        visitor.plain, visitor.channel = None, TlsChannel(wrapped, visitor.address)
        visitor.phase = Phase.SHAKING_HANDS
        self._selector.register(visitor, selectors.EVENT_READ, visitor)

    def _receive(self, visitor: Visitor, channel: TlsChannel) -> None:
        request = visitor.framing.take()
        if request is not None:
            self._hand_over(visitor, request)
            return
        if visitor.framing.awaits_go_ahead and not visitor.told_to_go_on:
            visitor.told_to_go_on = True
            channel.send_at_once(_CONTINUE)
        received = channel.receive()
        if not received:
            raise ConnectionError("ended by the client")
        if not visitor.framing.begun:  # the time for a request runs from its first byte
            visitor.deadline_ns = self._clock.monotonic_ns() + _ns(self._limits.request_s)
        visitor.framing.feed(received)

    def _hand_over(self, visitor: Visitor, request: bytes) -> None:
        served = sum(
            other.phase is Phase.SERVED and other.address == visitor.address for other in self._visitors
        )
        if served >= self._limits.max_served_per_address:
            raise Problem(ProblemCode.TOO_MANY_REQUESTS)
        self._unwatch(visitor)
        visitor.phase = Phase.SERVED
        visitor.told_to_go_on = False
        self._serve(visitor, request)

    def _take_back(self) -> None:
        for visitor, keep in self._returns():
            if keep:
                visitor.since_ns = self._clock.monotonic_ns()
                bound_s = self._limits.request_s if visitor.framing.begun else self._limits.idle_s
                visitor.deadline_ns = visitor.since_ns + _ns(bound_s)
                visitor.phase = Phase.RECEIVING
                self._watch(visitor, selectors.EVENT_READ)
                self._attend(visitor)  # TLS may hold bytes that no selector sees
            else:
                self._see_out(visitor)

    def _returns(self) -> Iterator[tuple[Visitor, bool]]:
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._returned.get_nowait()

    def _see_out(self, visitor: Visitor) -> None:
        """End our side and throw the rest away: closing at once would reset what the client still reads."""
        if visitor.channel is not None:
            visitor.channel.end_sending()
        elif visitor.plain is not None:
            with contextlib.suppress(OSError):
                visitor.plain.shutdown(socket.SHUT_WR)
        visitor.phase = Phase.LEAVING
        visitor.deadline_ns = self._clock.monotonic_ns() + _ns(self._limits.linger_s)
        self._watch(visitor, selectors.EVENT_READ)
        self._attend(visitor)

    def _empty(self, visitor: Visitor) -> None:
        while visitor.discarded < self._limits.linger_bytes:
            if visitor.channel is not None:
                length = visitor.channel.discard()
            else:
                length = len(visitor.plain.recv(4096)) if visitor.plain is not None else 0
            if not length:
                break
            visitor.discarded += length
        self._drop(visitor)

    def _expire(self) -> None:
        now = self._clock.monotonic_ns()
        for visitor in [v for v in self._visitors if v.phase is not Phase.SERVED and v.deadline_ns <= now]:
            if visitor.phase is Phase.RECEIVING and visitor.framing.begun:
                seconds = round(self._limits.request_s)
                self.refuse(visitor, Problem(ProblemCode.REQUEST_TIMEOUT, seconds=seconds))
            else:
                self._drop(visitor)

    def _watch(self, visitor: Visitor, events: int) -> None:
        if visitor not in self._visitors:
            return
        try:
            self._selector.modify(visitor, events, visitor)
        except KeyError:
            self._selector.register(visitor, events, visitor)

    def _unwatch(self, visitor: Visitor) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(visitor)

    def _drop(self, visitor: Visitor) -> None:
        self._unwatch(visitor)
        self._visitors.discard(visitor)
        visitor.close()


def _ns(seconds: float) -> int:
    return round(seconds * NS_PER_S)
