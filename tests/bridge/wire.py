"""Clients below the level of HTTP libraries, and a server whose application does as it is told."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from appliance.base.clock import SystemClock
from appliance.bridge.identity import DeviceIdentity, load_or_create_identity
from appliance.bridge.limits import Limits
from appliance.bridge.server import BridgeServer
from tests.bridge.conftest import LONG_S, Bench

GET = b"GET /v1/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
BIG_BYTES = 16 * 1024 * 1024
"""More than the kernel's buffers take."""


@contextlib.contextmanager
def connected(bench: Bench) -> Iterator[ssl.SSLSocket]:
    with plain(bench) as raw, bench.context().wrap_socket(raw, server_hostname="127.0.0.1") as wrapped:
        yield wrapped


@contextlib.contextmanager
def plain(bench: Bench) -> Iterator[socket.socket]:
    with socket.create_connection(bench.server.address, timeout=LONG_S) as raw:
        yield raw


def all_of(connection: socket.socket) -> bytes:
    """What the server sends until it ends the connection."""
    received = bytearray()
    while chunk := connection.recv(65536):
        received += chunk
    return bytes(received)


def answer(connection: socket.socket, method: str = "GET") -> tuple[int, dict[str, object]]:
    """Status and JSON of one response."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    assert response.getheader("Server") is None
    return response.status, json.loads(response.read())


def is_well(bench: Bench) -> bool:
    return httpx.get(f"{bench.url}/v1/ready", verify=bench.context(), timeout=5).json() == {"ready": True}


def blocking_server(tmp_path: Path, limits: Limits) -> tuple[BridgeServer, DeviceIdentity, threading.Event]:
    release = threading.Event()

    def application(
        environ: dict[str, object], start_response: Callable[[str, list[tuple[str, str]]], object]
    ) -> list[bytes]:
        if environ["PATH_INFO"] == "/wait":
            release.wait(LONG_S)
        body = bytes(BIG_BYTES) if environ["PATH_INFO"] == "/big" else b"{}"
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    identity = load_or_create_identity(tmp_path / "bridge", [], SystemClock())
    server = BridgeServer(
        application,  # type: ignore[arg-type]
        ("127.0.0.1", 0),
        identity,
        clock=SystemClock(),
        limits=limits,
        before_stop=release.set,
    )
    return server, identity, release


def fetched(server: BridgeServer, identity: DeviceIdentity, path: str) -> httpx.Response:
    context = ssl.create_default_context(cafile=str(identity.certificate_file))
    return httpx.get(f"https://127.0.0.1:{server.address[1]}{path}", verify=context, timeout=LONG_S)


def first_done(futures: list[object], count: int) -> list[object]:
    pause = threading.Event()
    for _ in range(int(LONG_S * 100)):
        done = [future for future in futures if future.done()]  # type: ignore[attr-defined]
        if len(done) >= count:
            return done
        pause.wait(0.01)
    pytest.fail("not so many were answered")
