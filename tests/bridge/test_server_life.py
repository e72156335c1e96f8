"""The server with many clients, when it stops, begins again, and when something within fails."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from appliance.base.clock import SystemClock
from appliance.bridge.app import create_app, long_polls_of
from appliance.bridge.bounds import (
    MAX_WAITS,
    QUEUED_REQUESTS,
    QUICK_WORKERS,
)
from appliance.bridge.channel import TlsChannel
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.limits import Limits
from appliance.bridge.server import BridgeServer
from appliance.journal.doorbell import Doorbell
from tests.bridge.conftest import LONG_S, Bench
from tests.bridge.wire import (
    blocking_server,
    connected,
    fetched,
    first_done,
    is_well,
    plain,
)

# Many clients.


def test_beyond_the_queue_the_answer_is_overloaded(tmp_path: Path) -> None:
    room = MAX_WAITS + QUICK_WORKERS + QUEUED_REQUESTS
    server, identity, release = blocking_server(tmp_path, Limits(max_served_per_address=1000))
    with server, ThreadPoolExecutor(room + 4) as pool:
        futures = [pool.submit(fetched, server, identity, "/wait") for _ in range(room + 4)]
        refused = [future.result(LONG_S) for future in first_done(futures, 4)]
        assert {response.status_code for response in refused} == {503}
        assert {response.json()["code"] for response in refused} == {"overloaded"}
        assert all(int(response.headers["retry-after"]) >= 1 for response in refused)
        release.set()
        assert sorted(future.result(LONG_S).status_code for future in futures) == [200] * room + [503] * 4


def test_one_address_cannot_take_every_thread(tmp_path: Path) -> None:
    server, identity, release = blocking_server(tmp_path, Limits(max_served_per_address=3))
    with server, ThreadPoolExecutor(5) as pool:
        futures = [pool.submit(fetched, server, identity, "/wait") for _ in range(5)]
        refused = [future.result(LONG_S) for future in first_done(futures, 2)]
        assert {response.json()["code"] for response in refused} == {"too_many_requests"}
        release.set()
        assert sorted(future.result(LONG_S).status_code for future in futures) == [200] * 3 + [429] * 2


def test_threads_are_bounded(bench: Bench) -> None:
    with ThreadPoolExecutor(30) as pool:
        assert all(pool.map(lambda _: is_well(bench), range(60)))
    workers = [thread for thread in threading.enumerate() if thread.name.startswith("CP Server")]
    assert len(workers) == MAX_WAITS + QUICK_WORKERS


# Ending and beginning again.


def test_stopping_answers_long_polls_at_once_with_an_empty_list(bench: Bench) -> None:
    bench.pair("good")
    lgo = bench.client("good")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        bench.waiting(1)
        began = time.monotonic()
        bench.server.stop()
        assert time.monotonic() - began < 1
        response = waiting.result(LONG_S)
    assert response.json() == {"events": [], "last_id": 0}
    assert response.headers["connection"] == "close"
    with pytest.raises(httpx.ConnectError):
        bench.client("good").get("/v1/ready")


def test_stopping_does_not_wait_for_slow_clients(bench: Bench) -> None:
    with connected(bench) as half, plain(bench):
        half.sendall(b"GET /v1/re")
        began = time.monotonic()
        bench.server.stop()
        assert time.monotonic() - began < 1
    bench.server.stop()  # and again


def test_stopping_leaves_no_thread_behind(bench: Bench) -> None:
    assert is_well(bench)
    bench.server.stop()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(("CP ", "bridge"))]
    assert left == []


def test_a_restart_keeps_the_port_the_key_and_the_events(bench: Bench) -> None:
    bench.pair("good")
    event_id = bench.append()
    address = bench.server.address
    client = bench.client("good")
    assert len(client.get("/v1/events").json()["events"]) == 1
    bench.server.stop()
    clock = SystemClock()
    again = load_or_create_identity(bench.identity.key_file.parent, [], clock)
    assert again.pin == bench.identity.pin
    doorbell = Doorbell(Path(bench.settings.paths.runtime_directory) / "doorbell")
    app = create_app(
        bench.journal,
        doorbell=doorbell,
        settings=bench.settings,
        clock=clock,
        key_sha256=bench.identity.key_sha256,
        board=bench.board,
    )
    with (
        long_polls_of(app) as polls,
        BridgeServer(app, address, again, clock=clock, before_stop=polls.end_all),
    ):
        # The same client goes on, with the certificate it pinned.
        events = client.get("/v1/events", params={"wait": 25}).json()["events"]
    assert [event["id"] for event in events] == [event_id]


def test_a_port_that_is_taken_is_said(bench: Bench) -> None:
    other = BridgeServer(bench.app, bench.server.address, bench.identity, clock=SystemClock())
    with pytest.raises(OSError):
        other.start()
    assert is_well(bench)


# Failures within.


def test_an_error_within_is_a_problem_and_its_text_stays_out_of_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.pair("good")

    def fail(*_: object) -> None:
        raise RuntimeError("PAT-TROIS DOMINIQUE 278091234567890")

    monkeypatch.setattr(bench.journal, "read", fail)
    with caplog.at_level(logging.DEBUG):
        response = bench.client("good").get("/v1/events")
    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"
    assert "RuntimeError" in caplog.text
    for text in (caplog.text, response.text):
        assert "PAT-TROIS" not in text
    assert is_well(bench)


def test_a_crash_below_the_application_is_a_problem_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def application(*_: object) -> list[bytes]:
        raise RuntimeError("PAT-TROIS DOMINIQUE")

    identity = load_or_create_identity(tmp_path / "bridge", [], SystemClock())
    server = BridgeServer(application, ("127.0.0.1", 0), identity, clock=SystemClock())  # type: ignore[arg-type]
    with server, caplog.at_level(logging.DEBUG):
        response = fetched(server, identity, "/")
    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"
    assert "RuntimeError" in caplog.text
    assert "PAT-TROIS" not in caplog.text + "".join(capfd.readouterr())


def test_stopping_cuts_off_who_does_not_read(tmp_path: Path) -> None:
    server, identity, _ = blocking_server(tmp_path, Limits())
    context = ssl.create_default_context(cafile=str(identity.certificate_file))
    with server, contextlib.ExitStack() as stack:
        for _ in range(3):
            raw = socket.create_connection(server.address, timeout=LONG_S)
            connection = stack.enter_context(context.wrap_socket(raw, server_hostname="127.0.0.1"))
            connection.sendall(b"GET /big HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 1


def test_a_connection_that_is_cut_under_its_worker_never_goes_on_in_the_clear(tmp_path: Path) -> None:
    """SSLSocket.shutdown would: it forgets the cipher and leaves the socket open for writing."""
    identity = load_or_create_identity(tmp_path / "bridge", [], SystemClock())
    client_context = ssl.create_default_context(cafile=str(identity.certificate_file))
    ours, theirs = socket.socketpair()
    theirs.settimeout(LONG_S)
    with ours, theirs, ThreadPoolExecutor() as pool:
        wrapping = pool.submit(client_context.wrap_socket, theirs, server_hostname="localhost")
        channel = TlsChannel(identity.server_context().wrap_socket(ours, server_side=True), "test")
        client = wrapping.result(LONG_S)
        channel.shutdown(socket.SHUT_RD)
        with pytest.raises(OSError):
            channel.send_some(memoryview(b"in the clear"), LONG_S)
        client.settimeout(LONG_S)
        rest = bytearray()
        with contextlib.suppress(OSError):
            while chunk := socket.socket.recv(client, 65536):
                rest += chunk
        assert b"in the clear" not in rest
        channel.close()
        client.close()
