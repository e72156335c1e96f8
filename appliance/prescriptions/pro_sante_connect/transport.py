"""HTTPS as a client may use it that has a pharmacist waiting: bounded in time and size, never redirected.

Each request has a connection of its own: polls are seconds apart, and a connection that is cut at its
deadline takes nothing else with it.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from appliance.prescriptions.pro_sante_connect.errors import (
    BadAnswerError,
    BusyError,
    UnreachableError,
    UntrustedServerError,
)

__all__ = ["DEADLINE_S", "MAX_ANSWER_BYTES", "Answer", "Transport"]

MAX_ANSWER_BYTES = 256 * 1024
"""The largest of the protocol, a key set or the metadata, has some 10 kB."""

DEADLINE_S = 8.0
"""From the first byte sent to the last received, however slowly they drip."""

_TIMEOUT = httpx.Timeout(4.0)
_JSON_TYPES = ("application/json", "application/jwk-set+json")
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is a JSON object, or none (`content` is then empty); never shown, it may hold tokens."""

    status: int
    content: Mapping[str, Any] = field(repr=False)


class Transport:
    """Sends requests to one host.

    Args:
        issuer: whose scheme, host and port every request goes to.
        context: what the server's certificate must prove.
        deadline_s: see DEADLINE_S.
    """

    def __init__(self, issuer: str, context: ssl.SSLContext, *, deadline_s: float = DEADLINE_S) -> None:
        self._origin = _origin(issuer)
        self._context = context
        self._deadline_s = deadline_s

    def is_here(self, url: str) -> bool:
        """Whether a URL is of this host: tokens and secrets go nowhere else."""
        try:
            return _origin(url) == self._origin
        except ValueError:
            return False

    def get(self, url: str, *, token: str | None = None) -> Answer:
        """Ask; see `_send`."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self._send(lambda client: client.build_request("GET", url, headers=headers), url)

    def post(self, url: str, form: Mapping[str, str], client_auth: tuple[str, str]) -> Answer:
        """Send a form, as this client (RFC 6749 §2.3.1); see `_send`."""
        basic = httpx.BasicAuth(*(_form_encoded(part) for part in client_auth))

        def build(client: httpx.Client) -> httpx.Request:
            request = client.build_request("POST", url, data=dict(form))
            return next(basic.auth_flow(request))

        return self._send(build, url)

    def _send(self, build: Callable[[httpx.Client], httpx.Request], url: str) -> Answer:
        """One request and its whole answer.

        Raises:
            UnreachableError: no connection, or no whole answer in time.
            UntrustedServerError: the certificate does not prove who answers.
            BadAnswerError: another host, a redirection, too much, no JSON object where one is needed.
            BusyError: the server says that it cannot.
        """
        if not self.is_here(url):
            raise BadAnswerError("an address of another host")
        cut = _Cut(self._deadline_s)
        try:
            with (
                cut,
                httpx.Client(
                    verify=self._context, timeout=_TIMEOUT, follow_redirects=False, trust_env=False
                ) as client,
            ):
                request = build(client)
                # What is not compressed cannot grow beyond what was counted.
                request.headers["Accept-Encoding"] = "identity"
                request.headers["Accept"] = "application/json"
                request.extensions = {**request.extensions, "trace": cut.watch}
                response = client.send(request, stream=True)
                try:
                    body = _bounded(response)
                finally:
                    response.close()
        except (httpx.TransportError, OSError) as error:
            if _is_untrusted(error):
                raise UntrustedServerError("the certificate is not trusted") from None
            raise UnreachableError(f"no answer: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            raise BadAnswerError(f"no HTTP answer: {type(error).__name__}") from None
        if cut.is_cut:
            raise UnreachableError("no whole answer in time")
        return _answer(response, body)


class _Cut:
    """Cuts the connection at the deadline: timeouts of single reads never end a drip."""

    def __init__(self, deadline_s: float) -> None:
        self._timer = threading.Timer(deadline_s, self._end)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self.is_cut = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, name: str, info: Mapping[str, Any]) -> None:
        """Take note of the connection, from httpx's trace."""
        if name.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:
                self._end()

    def _end(self) -> None:
        self.is_cut = True
        connection = self._socket
        if connection is None:
            return
        try:
            # Of the TCP socket under TLS: whoever reads wakes up, and no TLS farewell is waited for.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            return


def _bounded(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BadAnswerError("a compressed answer, which was not asked for")
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise BadAnswerError(f"more than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _answer(response: httpx.Response, body: bytes) -> Answer:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise BadAnswerError("a redirection")
    if response.status_code >= _SERVER_ERRORS or response.status_code == _TOO_MANY_REQUESTS:
        raise BusyError(f"HTTP {response.status_code}")
    if response.is_success and not body:
        return Answer(response.status_code, {})
    kind = response.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if kind not in _JSON_TYPES:
        raise BadAnswerError("no JSON")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswerError("broken JSON") from None
    if not isinstance(content, dict):
        raise BadAnswerError("no JSON object")
    return Answer(response.status_code, content)


def _is_untrusted(error: BaseException | None) -> bool:
    """Whether a certificate was refused, somewhere below httpx's errors."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _origin(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError("not an https address")
    return parts.hostname, parts.port or 443


def _form_encoded(text: str) -> str:
    """As HTTP Basic of OAuth wants its two parts (RFC 6749 §2.3.1)."""
    return str(httpx.QueryParams({"x": text}))[2:]
