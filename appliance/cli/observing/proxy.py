"""The proxy: HTTPS towards the software with a key of its own, HTTPS towards the device, notes in between."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
from flask import Flask, Request, Response, request

from appliance.base.clock import NS_PER_S, Clock, SystemClock
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.server import BridgeServer
from appliance.cli.observing.exchanges import Exchange, Provocation, Record
from appliance.cli.observing.verdicts import RETRY_AFTER_S

__all__ = ["Provoker", "observe", "proxy_app"]

_LATER_AT: Final = frozenset({3, 9})
_RESET_AT: Final = 6
_PASSED_ON: Final = ("authorization", "content-type", "accept", "origin", "last-event-id")
_GIVEN_BACK: Final = ("content-type", "retry-after", "content-language", "cache-control")
_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_ANSWER_S: Final = 45.0
_TOKEN_WORDS: Final = frozenset({"token", "jeton", "access_token", "authorization"})


class Provoker:
    """Which poll or acknowledgement meets what; `gentle` provokes nothing. Thread-safe."""

    def __init__(self, *, gentle: bool = False) -> None:
        self._gentle = gentle
        self._lock = threading.Lock()
        self._polls = 0
        self._acks = 0
        self._given: bytes | None = None
        self._repeated = False

    def before(self, *, is_poll: bool, is_ack: bool) -> Provocation:
        """What is answered in place of the device, if anything."""
        with self._lock:
            self._polls += is_poll
            self._acks += is_ack
            if self._gentle:
                return Provocation.NONE
            if (is_poll and self._polls in _LATER_AT) or (is_ack and self._acks == 2):
                return Provocation.LATER
            if is_poll and self._polls == _RESET_AT:
                return Provocation.RESET
            if is_poll and self._given is not None and not self._repeated:
                self._repeated = True
                return Provocation.AGAIN
            return Provocation.NONE

    def gave(self, content: bytes) -> None:
        """The device gave events: they may be given once more."""
        with self._lock:
            self._given = content

    @property
    def given(self) -> bytes:
        """What is given once more."""
        with self._lock:
            return self._given or b"{}"


def proxy_app(
    device: httpx.Client, record: Record, provoker: Provoker, clock: Clock, told: Callable[[Exchange], None]
) -> Flask:
    """The application: everything is passed on, but for what is provoked."""
    app = Flask("observing", static_folder=None)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE"])
    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE"])
    def pass_on(path: str) -> Response:
        began_s = clock.monotonic_ns() / NS_PER_S
        is_poll = request.method == "GET" and path == "v1/events"
        is_ack = request.method == "POST" and path == "v1/events/ack"
        provoked = provoker.before(is_poll=is_poll, is_ack=is_ack)
        response = _provoked(provoked, provoker) or _asked(device, path)
        content = response.get_data()
        exchange = _noted(
            request, f"/{path}", response.status_code, content if is_poll else b"", began_s, provoked
        )
        if exchange.events and provoked is Provocation.NONE:
            provoker.gave(content)
        ended = replace(exchange, ended_s=clock.monotonic_ns() / NS_PER_S)
        record.add(ended)
        told(ended)
        return response

    return app


def observe(
    url: str,
    port: int,
    *,
    gentle: bool,
    started: Callable[[int, str], None],
    told: Callable[[Exchange], None],
) -> Sequence[Exchange]:
    """Stand between a software and a device until Ctrl-C; gives what was noted.

    Raises:
        OSError: the port is taken.
    """
    clock, record = SystemClock(), Record()
    with (
        tempfile.TemporaryDirectory(prefix="comptoir-") as folder,
        httpx.Client(base_url=url, verify=False, timeout=_ANSWER_S, trust_env=False) as device,  # noqa: S501
    ):
        identity = load_or_create_identity(Path(folder), [], clock)
        app = proxy_app(device, record, Provoker(gentle=gentle), clock, told)
        with BridgeServer(app, ("127.0.0.1", port), identity, clock=clock) as server:
            started(server.address[1], identity.pin)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    return record.all()


def _asked(device: httpx.Client, path: str) -> Response:
    """The device's answer."""
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    try:
        answer = device.request(
            request.method,
            f"/{path}",
            params=request.query_string,
            headers=headers,
            content=request.get_data(),
        )
    except httpx.HTTPError as error:
        return _problem(502, "device_unreachable", type(error).__name__)
    kept = {name: answer.headers[name] for name in _GIVEN_BACK if name in answer.headers}
    return Response(answer.content, answer.status_code, kept)


def _provoked(provoked: Provocation, provoker: Provoker) -> Response | None:
    match provoked:
        case Provocation.LATER:
            response = _problem(503, "overloaded", "provoqué par lgo-check")
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
            return response
        case Provocation.RESET:
            return _problem(409, "cursor_ahead", "provoqué par lgo-check", last_id=0)
        case Provocation.AGAIN:
            return Response(provoker.given, 200, content_type=_JSON)
    return None


def _problem(status: int, code: str, title: str, **more: int) -> Response:
    document = {"type": f"urn:comptoir:problem:{code}", "title": title, "status": status, "code": code}
    return Response(json.dumps({**document, "remedy": "Réessayez.", **more}), status, content_type=_PROBLEM)


def _noted(
    asked: Request, path: str, status: int, content: bytes, began_s: float, provoked: Provocation
) -> Exchange:
    """Numbers alone: what an event holds is not looked at."""
    body = _object(asked.get_data()) if asked.method == "POST" else {}
    answer = _object(content) if status == 200 else {}
    events = answer.get("events")
    ids = [event.get("id") for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    return Exchange(
        began_s=began_s,
        ended_s=began_s,
        method=asked.method,
        path=path,
        status=status,
        has_token=asked.headers.get("Authorization", "").lower().startswith("bearer "),
        is_json=asked.mimetype == _JSON,
        token_in_url=bool(_TOKEN_WORDS & {name.lower() for name in asked.args}),
        after=_whole(asked.args.get("after")),
        wait_s=_whole(asked.args.get("wait")),
        events=tuple(_integers(ids)),
        last_id=next(_integers([answer.get("last_id")]), None),
        acked=frozenset(_integers(body.get("ids"))),
        through=next(_integers([body.get("through")]), 0),
        provoked=provoked,
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _integers(values: object) -> Iterator[int]:
    return iter([value for value in values if type(value) is int] if isinstance(values, list) else ())


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 20 else 0
