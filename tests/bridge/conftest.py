"""A real journal, a real doorbell and a real TLS server on a free loopback port."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from flask import Flask

from appliance.base.clock import Clock, SystemClock
from appliance.bridge.app import create_app, long_polls_of
from appliance.bridge.contract import document
from appliance.bridge.identity import DeviceIdentity, load_or_create_identity
from appliance.bridge.limits import Limits
from appliance.bridge.server import BridgeServer
from appliance.journal.doorbell import Doorbell
from appliance.journal.journal import Journal
from appliance.journal.model import Client
from appliance.prescriptions.board import Board
from appliance.settings import Settings

DEVICE_KEY = bytes(range(32))
LONG_S = 20.0
"""A wait that lasts so long fails its test."""

EVERYTHING = ("events", "status", "technician")


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@dataclass
class Bench:
    """The parts of one device's bridge, and clients that check every answer against the contract."""

    journal: Journal
    doorbell: Doorbell
    settings: Settings
    app: Flask
    identity: DeviceIdentity
    server: BridgeServer
    board: Board
    stack: ExitStack

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server.address[1]}"

    def context(self) -> ssl.SSLContext:
        """Trusts this device's certificate and nothing else."""
        return ssl.create_default_context(cafile=str(self.identity.certificate_file))

    def pair(self, token: str, *scopes: str) -> Client:
        name = f"LGO {len(self.journal.clients())}"
        return self.journal.add_client(name, token_hash(token), scopes or EVERYTHING)

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        client = httpx.Client(
            base_url=self.url,
            headers=headers,
            verify=self.context(),
            timeout=LONG_S,
            event_hooks={"response": [check_against_contract]},
        )
        return self.stack.enter_context(client)

    def append(self, kind: str = "visit.opened", payload: dict[str, object] | None = None) -> int:
        """Write an event and ring, as the counter does."""
        event_id = self.journal.append(kind, payload or {}, visit="v-1").event_id
        self.doorbell.ring()
        return event_id

    def waiting(self, count: int) -> None:
        """Return once so many long polls wait."""
        polls, pause = long_polls_of(self.app), threading.Event()
        for _ in range(int(LONG_S * 1000)):
            if polls.waiting == count:
                return
            pause.wait(0.001)
        pytest.fail(f"{polls.waiting} long polls wait, not {count}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    # A runtime directory that a socket's address can hold, however deep the tests lie.
    return Settings.model_validate(
        {
            "paths": {
                "state_directory": str(tmp_path / "state"),
                "runtime_directory": "/run/comptoir",
            },
            "bridge": {"port": 0, "hosts": ["comptoir.local"], "origins": ["https://lgo.example"]},
        }
    ).model_copy(update={"paths": _Paths(tmp_path / "state", tmp_path / "run")})


@dataclass(frozen=True)
class _Paths:
    state_directory: Path
    runtime_directory: Path


BenchMaker = Callable[..., Bench]


@pytest.fixture
def make_bench(settings: Settings) -> Iterator[BenchMaker]:
    """Makes a bench; `limits` and `server_clock` are the server's, what else is given is `create_app`'s."""
    with ExitStack() as stack:

        def make(*, limits: Limits | None = None, server_clock: Clock | None = None, **more: Any) -> Bench:
            clock = SystemClock()
            state = Path(settings.paths.state_directory)
            volatile = Path(settings.paths.runtime_directory) / "secrets"
            volatile.mkdir(exist_ok=True)
            journal = stack.enter_context(
                Journal.open(
                    state / "journal.db",
                    DEVICE_KEY,
                    clock=clock,
                    volatile_directory=volatile,
                    on_loss=lambda loss: pytest.fail(f"the journal lost something: {loss}"),
                )
            )
            doorbell = Doorbell(Path(settings.paths.runtime_directory) / "doorbell")
            identity = load_or_create_identity(state / "bridge", [], clock)
            board = Board(Path(settings.paths.runtime_directory) / "prescriptions", DEVICE_KEY, clock)
            app = create_app(
                journal,
                doorbell=doorbell,
                settings=settings,
                clock=clock,
                key_sha256=identity.key_sha256,
                board=board,
                **more,
            )
            polls = stack.enter_context(long_polls_of(app))
            server = BridgeServer(
                app,
                ("127.0.0.1", 0),
                identity,
                clock=server_clock or clock,
                limits=limits,
                before_stop=polls.end_all,
            )
            stack.enter_context(server)
            return Bench(journal, doorbell, settings, app, identity, server, board, stack)

        yield make


@pytest.fixture
def bench(make_bench: BenchMaker) -> Bench:
    return make_bench()


# Every answer that a test sees is checked against the contract.

_DOCUMENT = document()
_PATHS = {path: re.compile(re.sub(r"\{[a-z_]+\}", "[^/]+", path)) for path in _DOCUMENT["paths"]}


def check_against_contract(response: httpx.Response) -> None:
    """Fail unless status, media type and body are as the OpenAPI document says."""
    response.read()
    assert "server" not in response.headers
    if response.request.method == "HEAD":
        return
    path = next((path for path, form in _PATHS.items() if form.fullmatch(response.request.url.path)), "")
    operation = _DOCUMENT["paths"].get(path, {}).get(response.request.method.lower())
    if response.status_code >= 400:
        check_problem(response)
    if operation is None:
        return
    answer = operation["responses"].get(str(response.status_code)) or operation["responses"]["default"]
    if "content" not in answer:
        assert response.content == b""
        return
    media_type = response.headers["content-type"]
    assert list(answer["content"]) == [media_type]
    for name in answer.get("headers", {}):
        assert name in response.headers
    if media_type == "application/json":
        validate(response.json(), answer["content"][media_type]["schema"])


def check_problem(response: httpx.Response) -> dict[str, Any]:
    """Fail unless it is a problem document in French with a stable code; gives it."""
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "fr"
    assert response.headers["cache-control"] == "no-store"
    problem = response.json()
    validate(problem, {"$ref": "#/components/schemas/Problem"})
    assert problem["status"] == response.status_code
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", problem["code"])
    if response.status_code in {429, 503}:
        assert int(response.headers["retry-after"]) >= 1
    return dict(problem)


def validate(value: object, schema: dict[str, Any]) -> None:
    """Validate with the document's components at hand."""
    whole = {**schema, "components": _DOCUMENT["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(whole, format_checker=checker).validate(json.loads(json.dumps(value)))
