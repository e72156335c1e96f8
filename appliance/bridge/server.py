"""The HTTPS server: cheroot's workers and HTTP, behind our own reception.

cheroot parses requests that are already whole, runs the application on a bounded number of threads and writes
the responses; see `appliance.bridge.reception` for what it is not given to do.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cheroot import wsgi
from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest

from appliance.base.clock import Clock
from appliance.base.threads import StoppableThread
from appliance.bridge.bounds import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    MAX_WAITS,
    QUEUED_REQUESTS,
    QUICK_WORKERS,
)
from appliance.bridge.channel import RequestReader, ResponseWriter, TlsChannel
from appliance.bridge.identity import DeviceIdentity
from appliance.bridge.limits import Limits
from appliance.bridge.problems import Problem, ProblemCode, problem_response
from appliance.bridge.reception import Reception
from appliance.bridge.visitor import Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["BridgeServer"]

_log = logging.getLogger(__name__)

_BACKLOG = 64
_FORCED_STOP_S = 0.5
"""After this, workers that still write are cut off."""

_JOIN_S = 5.0

_PROBLEM_OF_STATUS = {
    "405": ProblemCode.METHOD_NOT_ALLOWED,
    "500": ProblemCode.INTERNAL_ERROR,
    "505": ProblemCode.HTTP_VERSION_UNSUPPORTED,
}
"""For what cheroot refuses by itself; the rest of it is a malformed request."""


class BridgeServer:
    """Serves an application over TLS until it is stopped; a context manager.

    Args:
        application: the WSGI application.
        address: host name or IP address, and port (0: any free one).
        identity: key and certificate.
        clock: measures the limits.
        limits: see there.
        before_stop: called first when stopping, so that requests which wait are answered.

    Raises:
        OSError: on `start`, when the address cannot be bound.
    """

    def __init__(
        self,
        application: WSGIApplication,
        address: tuple[str, int],
        identity: DeviceIdentity,
        *,
        clock: Clock,
        limits: Limits | None = None,
        before_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self._server = _Server(application, address, identity, clock, limits or Limits())
        self._before_stop = before_stop
        self._thread: StoppableThread | None = None

    def start(self) -> None:
        """Bind and serve, on threads of its own."""
        self._server.prepare()
        self._thread = StoppableThread("bridge-reception", lambda _: self._server.serve())
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Where it really listens."""
        host, port = self._server.bind_addr
        return str(host), int(port)

    @property
    def failure(self) -> BaseException | None:
        """What ended it, if anything did."""
        return self._thread.failure if self._thread is not None else None

    def stop(self) -> None:
        """Answer what waits, end all connections, free the port; may be called again."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._before_stop()
        self._server.stop()
        thread.stop(_JOIN_S)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()


class _Fields(HeaderReader):
    """Header fields as WSGI can tell them apart."""

    def _allow_header(self, key_name: bytes) -> bool:
        # WSGI writes `-` as `_`: a field spelled with `_` could pass for another. And cheroot would answer
        # `Expect` once more, after the reception did.
        return b"_" not in key_name and key_name != b"Expect"


class _ResponseHeaders(list[tuple[bytes, bytes]]):
    """A response's header fields, without the one that tells the server's name and version."""

    def append(self, header: tuple[bytes, bytes], /) -> None:
        """Keep `header` unless it is `Server`, which cheroot adds to every response."""
        if header[0] != b"Server":
            super().append(header)


class _Request(HTTPRequest):
    """cheroot's request, with problem documents for its refusals."""

    header_reader = _Fields()

    def __init__(self, server: _Server, conn: _Connection) -> None:
        super().__init__(server, conn)
        self.scheme = b"https"
        self.outheaders = _ResponseHeaders()

    def simple_response(self, status: object, msg: str = "") -> None:
        """Refuse with a problem document; `msg` is English and for nobody here."""
        del msg
        self.close_connection = True
        code = _PROBLEM_OF_STATUS.get(str(status)[:3], ProblemCode.REQUEST_MALFORMED)
        with contextlib.suppress(OSError):
            self.conn.wfile.write(problem_response(Problem(code)))


class _Connection(HTTPConnection):
    """One request of a visitor, and the way to answer it."""

    RequestHandlerClass = _Request

    def __init__(self, server: _Server, visitor: Visitor, channel: TlsChannel, request: bytes) -> None:
        def make_file(channel: TlsChannel, mode: str, _size: int) -> RequestReader | ResponseWriter:
            if mode == "rb":
                return RequestReader(request)
            return ResponseWriter(channel, server.limits.write_s, server.clock)

        super().__init__(server, channel, make_file)
        self.visitor = visitor
        self.remote_addr = channel.address

    def close(self) -> None:
        """Leave the ending of the connection to the reception."""
        self.server.reception.put_back(self.visitor, keep=False)


class _Kept:
    """What cheroot knows as its connection manager: the reception, given connections for visitors."""

    can_add_keepalive_connection = True

    def __init__(self, reception: Reception) -> None:
        self.run = reception.run
        self.stop = reception.stop
        self.close = reception.close
        self._put_back = reception.put_back

    def put(self, connection: _Connection) -> None:
        """Keep an answered connection open."""
        self._put_back(connection.visitor, keep=True)


class _Server(wsgi.Server):
    """cheroot's server with the reception in front."""

    def __init__(
        self,
        application: WSGIApplication,
        address: tuple[str, int],
        identity: DeviceIdentity,
        clock: Clock,
        limits: Limits,
    ) -> None:
        super().__init__(
            address,
            application,
            numthreads=MAX_WAITS + QUICK_WORKERS,
            max=MAX_WAITS + QUICK_WORKERS,
            request_queue_size=_BACKLOG,
            accepted_queue_size=QUEUED_REQUESTS,
            accepted_queue_timeout=0,
        )
        self.shutdown_timeout = _FORCED_STOP_S
        self.max_request_header_size = MAX_HEAD_BYTES
        self.max_request_body_size = MAX_BODY_BYTES
        self.clock = clock
        self.limits = limits
        self._context = identity.server_context()
        self.reception: Reception

    def prepare(self) -> None:
        """Bind, start the workers, and put the reception where cheroot made its connection manager."""
        super().prepare()
        self._connections: Any
        self._connections.close()
        self.reception = Reception(self.socket, self._context, self._serve_whole, self.limits, self.clock)
        self._connections = _Kept(self.reception)

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        """Bind; cheroot forgets to close the socket of an address that is taken.

        A restart finds connections of before in TIME_WAIT and must not wait for their end. After the
        binding, so that a free port that was asked for is really free.
        """
        try:
            socket_.bind(bind_addr)
            socket_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        except OSError:
            socket_.close()
            raise
        return socket_

    def _serve_whole(self, visitor: Visitor, request: bytes) -> None:
        channel = visitor.channel
        if channel is None:
            raise ConnectionError("served before TLS")
        try:
            self.requests.put(_Connection(self, visitor, channel, request))
        except queue.Full:
            self.reception.refuse(visitor, Problem(ProblemCode.OVERLOADED))

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log that something went wrong: the type of the error only, its text may quote a request."""
        del msg, traceback
        kind = sys.exc_info()[0]
        if kind is not None:
            _log.log(level, "HTTP worker: %s", kind.__name__)
