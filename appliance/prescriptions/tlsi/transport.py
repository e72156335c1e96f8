"""HTTPS to a téléservice: httpx over connections that keep one deadline, and answers that stay small.

httpx bounds each wait, not their sum: a server that drips a byte now and then would hold a call for ever. So
the network streams below it look at the deadline before each wait, and wait in slices, so that a call whose
CPS was taken out ends too. Only the system's name resolution is outside of this: its own time-outs bound it.
"""

from __future__ import annotations

import ssl
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import httpcore
import httpx

from appliance.prescriptions.causes import Cause
from appliance.prescriptions.port import (
    BadAnswerError,
    Deadline,
    LookUpError,
    UnreachableError,
)
from appliance.prescriptions.tlsi.xml import MAX_DOCUMENT_BYTES

__all__ = ["HttpAnswer", "HttpsPost", "tls_context"]

_SLICE_S: Final = 0.2
_MAX_CONNECTIONS: Final = 4
_KEEP_ALIVE_S: Final = 30.0
"""A sheet follows a sheet: the next look-up saves the handshake."""
_GZIP: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, repr=False)
class HttpAnswer:
    """What came back.

    Attributes:
        status: of HTTP.
        media_type: of the body, lower case, without parameters.
        body: decompressed, at most MAX_DOCUMENT_BYTES.
        date: the server's clock, aware; None where it does not say.
    """

    status: int
    media_type: str
    body: bytes
    date: datetime | None


def tls_context(
    authorities: Path | None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """TLS 1.2 or newer, the server's name checked.

    Args:
        authorities: PEM of the authorities to trust; None trusts the system's.
        certificate: PEM of our own certificate, for the mutual TLS variant.
        key: PEM of its key.

    Raises:
        OSError: a file cannot be read, or holds something else (ssl.SSLError).
    """
    context = ssl.create_default_context(cafile=None if authorities is None else str(authorities))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        context.load_cert_chain(str(certificate), None if key is None else str(key))
    return context


class HttpsPost:
    """Posts to one service; several threads at once."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._backend = _DeadlineBackend()
        # No proxy, no cookie, no redirect: a téléservice needs none, and a captive portal lives on them.
        self._client = httpx.Client(transport=_PoolTransport(context, self._backend), trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, url: str, content: bytes, headers: dict[str, str], deadline: Deadline) -> HttpAnswer:
        """Post, and take the whole answer in before the deadline.

        Raises:
            UnreachableError: nobody answered in time, or the server is not the one we trust.
            BadAnswerError: the answer is too large, cut off, or compressed in a way we did not ask for.
            AbandonedError: nobody wants the answer any more.
        """
        # We ask for no compression; what comes compressed all the same is read, within the same bound.
        asked = {**headers, "Accept-Encoding": "identity"}
        with self._backend.until(deadline):
            try:
                with self._client.stream(
                    "POST", url, content=content, headers=asked, timeout=deadline.check()
                ) as response:
                    raw = _bounded(response.iter_raw())
            except httpx.HTTPError as error:
                raise _unreachable(error) from error
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        return HttpAnswer(
            status=response.status_code,
            media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            body=_decoded(raw, encoding),
            date=_date(response.headers.get("date", "")),
        )


def _bounded(pieces: Iterable[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > MAX_DOCUMENT_BYTES:
            raise BadAnswerError("too_large")
    return bytes(body)


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return raw
    if encoding not in {"gzip", "x-gzip"}:
        raise BadAnswerError("encoding")
    inflater = zlib.decompressobj(_GZIP)
    try:
        body = inflater.decompress(raw, MAX_DOCUMENT_BYTES + 1)
    except zlib.error as error:
        raise BadAnswerError("gzip") from error
    if len(body) > MAX_DOCUMENT_BYTES:
        raise BadAnswerError("too_large")
    if not inflater.eof:
        raise BadAnswerError("truncated")
    return body


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        # The standard library's parser lets all three out.
        return None


def _unreachable(error: httpx.HTTPError) -> UnreachableError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UnreachableError("certificate", cause=Cause("server_unrecognised"))
        cause = cause.__cause__ or cause.__context__
    return UnreachableError(type(error).__name__)


class _PoolTransport(httpx.BaseTransport):
    """httpx over a pool whose network is ours to bound."""

    def __init__(self, context: ssl.SSLContext, backend: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=_MAX_CONNECTIONS,
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        try:
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._answer.iter_stream()
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error

    def close(self) -> None:
        self._answer.close()


_CORE_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
)


def _as_httpx(error: Exception) -> httpx.HTTPError:
    """Httpcore's exceptions have httpx's names; where one has not, it is a transport error all the same."""
    kind = getattr(httpx, type(error).__name__, httpx.TransportError)
    made = kind(type(error).__name__)
    return made if isinstance(made, httpx.HTTPError) else httpx.TransportError(type(error).__name__)


class _DeadlineBackend(httpcore.NetworkBackend):
    """The operating system's network, until the deadline of the calling thread's call."""

    def __init__(self) -> None:
        self._system = httpcore.SyncBackend()
        self._local = threading.local()

    @contextmanager
    def until(self, deadline: Deadline) -> Iterator[None]:
        """Bound what this thread does on the network."""
        self._local.deadline = deadline
        try:
            yield
        finally:
            del self._local.deadline

    def remaining_s(self) -> float:
        """Seconds left for this thread's call.

        Raises:
            UnreachableError: none.
            AbandonedError: nobody wants the answer any more.
        """
        deadline: Deadline = self._local.deadline
        return deadline.check()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._system.connect_tcp(host, port, self.remaining_s(), local_address, socket_options)
        return _DeadlineStream(stream, self)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, backend: _DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            try:
                return self._stream.read(max_bytes, min(_SLICE_S, self._backend.remaining_s()))
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.remaining_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            remaining_s = self._backend.remaining_s()
        except LookUpError:
            # The pool does not know of this connection yet: nobody else would close it.
            self._stream.close()
            raise
        stream = self._stream.start_tls(ssl_context, server_hostname, remaining_s)
        return _DeadlineStream(stream, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
