"""The simulated provider over HTTP, with its transport's faults; and its server, on real TLS."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator
from typing import Final, Self
from urllib.parse import unquote_plus

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from appliance.base.clock import Clock
from appliance.base.threads import StoppableThread
from appliance.prescriptions.pro_sante_connect.metadata import DISCOVERY_PATH
from appliance.simulation.pro_sante_connect.faults import Endpoint, Fault
from appliance.simulation.pro_sante_connect.keys import TlsFiles
from appliance.simulation.pro_sante_connect.provider import REALM, Provider, ProviderError

__all__ = ["ProviderServer", "create_app"]

_log = logging.getLogger(__name__)

_HUGE_BYTES: Final = 10 * 1024 * 1024
_DRIP_S: Final = 0.05
_DRIPS: Final = 400
_PORTAL: Final = "<!doctype html><title>Portail Wi-Fi</title><p>Acceptez les conditions.</p>"
_MAX_FORM_BYTES: Final = 16 * 1024
_STOP_S: Final = 5.0


def create_app(provider: Provider, clock: Clock) -> Flask:
    """The endpoints below REALM."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_FORM_BYTES
    base = f"{REALM}/protocol/openid-connect"

    def route(method: str, rule: str, endpoint: Endpoint, answer: Callable[[], Response]) -> None:
        def view() -> AnyResponse:
            provider.calls.append(endpoint.value)
            wrong = _wrong(provider.fault(endpoint), clock)
            if wrong is not None:
                return wrong
            try:
                return answer()
            except ProviderError as error:
                response = jsonify({"error": error.word})
                response.status_code = error.status
                return response

        app.add_url_rule(rule, endpoint.value, view, methods=[method])

    def as_client(work: Callable[[], object]) -> Response:
        given = request.authorization
        known = given is not None and given.type == "basic"
        # Both parts are form-encoded before they are Basic's (RFC 6749 §2.3.1).
        client = (unquote_plus(given.username or ""), unquote_plus(given.password or "")) if given else None
        provider.authenticate(client if known else None)
        return jsonify(work())

    def userinfo() -> Response:
        given = request.authorization
        token = given.token if given is not None and given.type == "bearer" else None
        return jsonify(provider.userinfo(token or ""))

    def revoke() -> Response:
        as_client(lambda: provider.revoke(request.form.get("token", "")))
        return Response(status=200)

    route("GET", f"{REALM}{DISCOVERY_PATH}", Endpoint.DISCOVERY, lambda: jsonify(provider.metadata()))
    route("GET", f"{base}/certs", Endpoint.KEYS, lambda: jsonify(provider.keys()))
    route(
        "POST",
        f"{base}/ext/ciba/auth",
        Endpoint.CIBA,
        lambda: as_client(lambda: provider.begin(request.form)),
    )
    route("POST", f"{base}/token", Endpoint.TOKEN, lambda: as_client(lambda: provider.token(request.form)))
    route("GET", f"{base}/userinfo", Endpoint.USERINFO, userinfo)
    route("POST", f"{base}/revoke", Endpoint.REVOCATION, revoke)
    return app


def _wrong(fault: Fault | None, clock: Clock) -> AnyResponse | None:  # noqa: C901 - one case a fault
    """An answer that is none, for the faults of the way; None for the others."""
    match fault:
        case Fault.HTML:
            return Response(_PORTAL, mimetype="text/html")
        case Fault.BROKEN_JSON:
            return Response('{"access_token": ', mimetype="application/json")
        case Fault.NO_OBJECT:
            return jsonify([1, 2])
        case Fault.EMPTY_OBJECT:
            return jsonify({})
        case Fault.HUGE:
            return Response(b'"' + b"x" * _HUGE_BYTES + b'"', mimetype="application/json")
        case Fault.COMPRESSED:
            body = gzip.compress(b" " * _HUGE_BYTES)
            return Response(body, mimetype="application/json", headers={"Content-Encoding": "gzip"})
        case Fault.DRIP:
            return Response(_drip(clock), mimetype="application/json")
        case Fault.REDIRECT:
            return redirect("https://ailleurs.example/")
        case Fault.SERVER_ERROR:
            return Response(status=503)
        case Fault.UNKNOWN_ERROR:
            response = jsonify({"error": "teapot"})
            response.status_code = 400
            return response
    return None


def _drip(clock: Clock) -> Iterator[bytes]:
    for _ in range(_DRIPS):
        clock.sleep(_DRIP_S)
        yield b" "


class _Server(Server):
    """Says nothing of clients that hang up, as ours does on what is too long."""

    def error_log(self, *_args: object, **_keywords: object) -> None:
        """Say nothing."""


class ProviderServer:
    """Serves a provider on 127.0.0.1 over TLS; a context manager.

    Args:
        app: see `create_app`.
        files: key and certificate.
        port: 0 takes a free one.
    """

    def __init__(self, app: Flask, files: TlsFiles, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), app.wsgi_app, numthreads=4)
        self._server.ssl_adapter = BuiltinSSLAdapter(str(files.certificate), str(files.key))
        self._thread = StoppableThread("psc-server", lambda _: self._server.serve())

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return int(self._server.bind_addr[1])

    @property
    def failure(self) -> BaseException | None:
        """What ended it, if anything did."""
        return self._thread.failure

    def __enter__(self) -> Self:
        """Bind and serve."""
        self._server.prepare()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End all connections."""
        self._server.stop()
        self._thread.stop(_STOP_S)
