"""The simulated base on a port: HTTPS, mutual TLS where the client shows a certificate, and its whims.

The standard library's server, because half of what it is for is to answer in ways that no good server lets
one answer. For simulation and tests only.
"""

from __future__ import annotations

import gzip
import logging
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from appliance.base.clock import Clock
from appliance.base.threads import StoppableThread
from appliance.prescriptions.tlsi.names import SOAP, SOAP_MEDIA_TYPE
from appliance.prescriptions.tlsi.xml import MAX_DOCUMENT_BYTES
from appliance.simulation.national_base.keys import BaseKeys
from appliance.simulation.national_base.service import OK, Reply, SimulatedBase
from appliance.simulation.national_base.whims import Whim, Whims, WhimsSource

__all__ = ["PATH", "BaseServer"]

_log = logging.getLogger(__name__)

PATH: Final = "/lps"
"""As the real services'; one path for all operations, which the action tells apart."""

_HUGE_BYTES: Final = 10 * 1024 * 1024
_CHUNK: Final = b"<!--" + b" " * 8000 + b"-->"
_BOMB_BYTES: Final = 8 * 1024 * 1024
_BOMB_PIECE_BYTES: Final = 64 * 1024
_DRIP_S: Final = 0.05
_REQUEST_S: Final = 10.0
_STOP_S: Final = 5.0

_PORTAL: Final = (
    b"<!doctype html><html><head><title>Connexion au Wi-Fi</title></head>"
    b"<body><form>Acceptez les conditions pour continuer.</form></body></html>"
)
_BOMB_XML: Final = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f']><soap:Envelope xmlns:soap="{SOAP}"><soap:Body><x>&j;</x></soap:Body></soap:Envelope>'
).encode()
_EXTERNAL_XML: Final = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><x>&secret;</x></soap:Body></soap:Envelope>'
).encode()


class BaseServer:
    """The base on a port of this machine.

    Args:
        base: what answers.
        keys: of its TLS.
        whims: how it behaves.
        clock: the machine's time.
        address: host and port; port 0 takes a free one.
    """

    def __init__(
        self,
        base: SimulatedBase,
        keys: BaseKeys,
        whims: WhimsSource,
        clock: Clock,
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self.stopping = threading.Event()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(keys.server_certificate, keys.server_key)
        # A client may show a certificate of our authority; one of another authority ends the handshake.
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self._context.load_verify_locations(keys.authority)
        self._http = _Server(address, _handler(base, whims, clock, self.stopping), self._context)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """Of its services."""
        return f"https://127.0.0.1:{self.port}{PATH}"

    def serve(self, stopping: threading.Event) -> None:
        """Answer until told to stop."""
        watcher = StoppableThread("national-base-stop", lambda _: self._stop_when(stopping))
        watcher.start()
        try:
            self._http.serve_forever(poll_interval=0.1)
        finally:
            self.stopping.set()
            self._http.server_close()

    def _stop_when(self, stopping: threading.Event) -> None:
        stopping.wait()
        self.stopping.set()
        self._http.shutdown()

    @contextmanager
    def running(self) -> Iterator[BaseServer]:
        """Serve in a thread for as long as the block lasts."""
        thread = StoppableThread("national-base", self.serve)
        thread.start()
        try:
            yield self
        finally:
            thread.stop(_STOP_S)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A client that stalls must not keep the simulation from ending.
    block_on_close = False

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext
    ) -> None:
        super().__init__(address, handler)
        self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread: one that stalls must not stop the others."""
        request.settimeout(_REQUEST_S)
        try:
            secure = self._context.wrap_socket(request, server_side=True)
        except OSError as error:
            _log.info("a handshake failed: %s", type(error).__name__)
            return
        try:
            super().finish_request(secure, client_address)
        except OSError as error:
            # The client went away, as clients with a deadline do.
            _log.info("a connection ended: %s", type(error).__name__)
        finally:
            secure.close()


def _handler(
    base: SimulatedBase, whims: WhimsSource, clock: Clock, stopping: threading.Event
) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        """The handler of this server's connections."""

    Handler.base = base
    Handler.whims = whims
    Handler.clock = clock
    Handler.stopping = stopping
    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    base: SimulatedBase
    whims: WhimsSource
    clock: Clock
    stopping: threading.Event

    def log_message(self, *_: object) -> None:
        """Say nothing: a request's line is no news."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The base's own time, which may be off."""
        return format_datetime(self._now(self.whims.read()), usegmt=True)

    def _now(self, whims: Whims) -> datetime:
        return self.clock.now() + timedelta(seconds=whims.clock_offset_s)

    def do_POST(self) -> None:
        """Answer one request, or misbehave."""
        whims = self.whims.read()
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if not 0 <= length <= MAX_DOCUMENT_BYTES or self.path != PATH:
            self.close_connection = True
            self.send_error(413 if self.path == PATH else 404)
            return
        document = self.rfile.read(length)
        reply = None
        if whims.whim not in _WIRE:
            by_certificate = bool(getattr(self.connection, "getpeercert", dict)())
            reply = self.base.answer(
                document, self._now(whims), by_certificate=by_certificate, whim=whims.whim
            )
        if whims.latency_s and self.stopping.wait(whims.latency_s):
            return
        if reply is None:
            _WIRE[whims.whim](self)
        else:
            self.reply(reply)

    def reply(self, reply: Reply, media_type: str = SOAP_MEDIA_TYPE, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(reply.status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(reply.document)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(reply.document)

    def drip(self, data: bytes) -> None:
        """Send a byte now and then, for ever."""
        for at in range(len(data)):
            self.wfile.write(data[at : at + 1])
            if self.stopping.wait(_DRIP_S):
                break
        self.close_connection = True


def _outage(handler: _Handler) -> None:
    handler.close_connection = True


def _unavailable(handler: _Handler) -> None:
    handler.reply(Reply(503, b"<html>maintenance</html>"), "text/html")


def _portal(handler: _Handler) -> None:
    handler.reply(Reply(OK, _PORTAL), "text/html")


def _redirect(handler: _Handler) -> None:
    handler.reply(Reply(302, b""), "text/html", Location="https://portail.invalid/")


def _huge(handler: _Handler) -> None:
    handler.send_response(OK)
    handler.send_header("Content-Type", SOAP_MEDIA_TYPE)
    handler.send_header("Content-Length", str(_HUGE_BYTES))
    handler.end_headers()
    for _ in range(_HUGE_BYTES // len(_CHUNK)):
        handler.wfile.write(_CHUNK)
    handler.close_connection = True


def _sending(document: bytes, **headers: str) -> Callable[[_Handler], None]:
    return lambda handler: handler.reply(Reply(OK, document), **headers)


def _truncated(handler: _Handler) -> None:
    handler.send_response(OK)
    handler.send_header("Content-Type", SOAP_MEDIA_TYPE)
    handler.send_header("Content-Length", "4000")
    handler.end_headers()
    handler.wfile.write(_EMPTY_ANSWER[:60])
    handler.close_connection = True


def _gzip_bomb(handler: _Handler) -> None:
    deflater = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    pieces = [deflater.compress(bytes(_BOMB_PIECE_BYTES)) for _ in range(_BOMB_BYTES // _BOMB_PIECE_BYTES)]
    handler.reply(Reply(OK, b"".join((*pieces, deflater.flush()))), Content_Encoding="gzip")


def _slow_drip(handler: _Handler) -> None:
    handler.send_response(OK)
    handler.send_header("Content-Type", SOAP_MEDIA_TYPE)
    handler.send_header("Content-Length", str(_HUGE_BYTES))
    handler.end_headers()
    handler.drip(b"<" + b" " * _HUGE_BYTES)


def _slow_headers(handler: _Handler) -> None:
    handler.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: x\r\n" * 10_000)


_EMPTY_ANSWER: Final = (
    f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><x xmlns="urn:x"/></soap:Body></soap:Envelope>'.encode()
)

_WIRE: Final[dict[Whim, Callable[[_Handler], None]]] = {
    Whim.OUTAGE: _outage,
    Whim.UNAVAILABLE: _unavailable,
    Whim.CAPTIVE_PORTAL: _portal,
    Whim.REDIRECT: _redirect,
    Whim.HUGE: _huge,
    Whim.ENTITY_BOMB: _sending(_BOMB_XML),
    Whim.EXTERNAL_ENTITY: _sending(_EXTERNAL_XML),
    Whim.WRONG_NAMESPACE: _sending(
        _EMPTY_ANSWER.replace(SOAP.encode(), b"http://schemas.xmlsoap.org/soap/envelope/")
    ),
    Whim.NOT_XML: _sending(b"\x00\xff not xml"),
    Whim.TRUNCATED: _truncated,
    Whim.TRUNCATED_GZIP: _sending(gzip.compress(_EMPTY_ANSWER)[:-12], Content_Encoding="gzip"),
    Whim.GZIP_BOMB: _gzip_bomb,
    Whim.SLOW_DRIP: _slow_drip,
    Whim.SLOW_HEADERS: _slow_headers,
}
"""Whims below SOAP; the others are the service's."""
