"""The server against slow, oversized, malformed and numerous clients, and across restarts."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from appliance.base.clock import ManualClock, SystemClock
from appliance.bridge.app import create_app, long_polls_of
from appliance.bridge.bounds import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_REQUEST_LINE_BYTES,
    MAX_WAITS,
    QUEUED_REQUESTS,
    QUICK_WORKERS,
)
from appliance.bridge.channel import TlsChannel
from appliance.bridge.identity import DeviceIdentity, load_or_create_identity
from appliance.bridge.limits import Limits
from appliance.bridge.server import BridgeServer
from appliance.journal.doorbell import Doorbell
from tests.bridge.conftest import LONG_S, Bench, BenchMaker

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


# TLS.


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken(bench: Bench, version: ssl.TLSVersion) -> None:
    context = bench.context()
    context.minimum_version = context.maximum_version = version
    with plain(bench) as raw, context.wrap_socket(raw, server_hostname="127.0.0.1") as wrapped:
        assert wrapped.cipher()[0].startswith(
            ("ECDHE-ECDSA-AES", "TLS_AES", "ECDHE-ECDSA-CHACHA", "TLS_CHACHA")
        )  # type: ignore[index]
        wrapped.sendall(GET)
        assert answer(wrapped)[0] == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_older_tls_is_not(bench: Bench, version: ssl.TLSVersion) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with plain(bench) as raw, pytest.raises(OSError):
        context.wrap_socket(raw)
    assert is_well(bench)


def test_a_client_that_pinned_another_key_refuses_us(bench: Bench, tmp_path: Path) -> None:
    other = load_or_create_identity(tmp_path / "other", [], SystemClock())
    context = ssl.create_default_context(cafile=str(other.certificate_file))
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{bench.url}/v1/ready", verify=context)


def test_plain_http_is_told_to_use_tls(bench: Bench) -> None:
    with plain(bench) as raw:
        raw.sendall(GET)
        status, problem = answer(raw)
    assert status == 400
    assert problem["code"] == "tls_required"


@pytest.mark.parametrize(
    "first", [b"\x16", b"\x16\x03\x01\xff\xff" + b"a" * 1000, b"\x16\x03\x01\x00\x02\x01\x00"]
)
def test_what_only_begins_like_tls_is_dropped(make_bench: BenchMaker, first: bytes) -> None:
    clock = ManualClock()
    bench = make_bench(server_clock=clock)
    with plain(bench) as raw:
        raw.sendall(first)
        assert is_well(bench)
        clock.advance(Limits().request_s)
        with contextlib.suppress(ConnectionResetError):
            all_of(raw)  # ends: an alert, or nothing
    assert is_well(bench)


# Slow clients.


def test_clients_that_connect_and_say_nothing_hold_nobody_up(bench: Bench) -> None:
    """More than there are threads: neither the door nor the workers are theirs."""
    with contextlib.ExitStack() as stack:
        for _ in range(MAX_WAITS + QUICK_WORKERS + 6):
            stack.enter_context(plain(bench))
        assert is_well(bench)


def test_clients_that_shake_hands_and_say_nothing_hold_nobody_up(bench: Bench) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(MAX_WAITS + QUICK_WORKERS + 6):
            stack.enter_context(connected(bench))
        assert is_well(bench)


@pytest.mark.parametrize(
    "start",
    [
        b"G",
        b"GET /v1/ready HTTP/1.1\r\n",
        b"GET /v1/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
        b"POST /v1/events/ack HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{",
        b"POST /v1/events/ack HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
)
def test_slow_loris_hurts_nobody_and_is_told_the_time(make_bench: BenchMaker, start: bytes) -> None:
    clock, limits = ManualClock(), Limits()
    bench = make_bench(limits=limits, server_clock=clock)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(bench)) for _ in range(MAX_WAITS + QUICK_WORKERS + 6)]
        for connection in slow:
            connection.sendall(start)
        assert is_well(bench)
        clock.advance(limits.request_s / 2)
        # Going on byte by byte gains no time: the deadline is the whole request's.
        for connection in slow:
            connection.sendall(b"a")
        assert is_well(bench)
        clock.advance(limits.request_s / 2)
        for connection in slow:
            status, problem = answer(connection)
            assert (status, problem["code"]) == (408, "request_timeout")
            assert all_of(connection) == b""
        assert is_well(bench)


def test_a_flood_of_connections_drops_its_own_oldest(make_bench: BenchMaker) -> None:
    bench = make_bench(limits=Limits(max_connections=8))
    with contextlib.ExitStack() as stack:
        flood = [stack.enter_context(plain(bench)) for _ in range(8)]
        assert is_well(bench)
        with contextlib.suppress(ConnectionResetError):
            assert flood[0].recv(1) == b""
        newest = flood[-1]
        newest.settimeout(0.05)
        with pytest.raises(TimeoutError):
            newest.recv(1)


def test_clients_that_do_not_read_their_answer_lose_it_and_free_the_threads(tmp_path: Path) -> None:
    limits = Limits(write_s=0.5)
    server, identity, _ = _blocking_server(tmp_path, limits)
    context = ssl.create_default_context(cafile=str(identity.certificate_file))
    with server, contextlib.ExitStack() as stack:
        stuck = []
        for _ in range(MAX_WAITS + QUICK_WORKERS):  # as many as there are threads
            raw = socket.create_connection(server.address, timeout=LONG_S)
            connection = stack.enter_context(context.wrap_socket(raw, server_hostname="127.0.0.1"))
            connection.sendall(b"GET /big HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
            stuck.append(connection)
        began = time.monotonic()
        assert _get(server, identity, "/").status_code == 200
        assert time.monotonic() - began < limits.write_s + 2
        with contextlib.suppress(OSError):
            assert len(all_of(stuck[0])) < BIG_BYTES


# Oversized and malformed requests.


def _raw(bench: Bench, data: bytes) -> tuple[int, dict[str, object]]:
    with connected(bench) as connection:
        # The server may answer before all is sent; what it said must still be there to read.
        with contextlib.suppress(OSError):
            connection.sendall(data)
        found = answer(connection)
        # What it still sends is thrown away within bounds: closing at once would reset the connection, and
        # some systems then drop the answer that is not yet read.
        if len(data) < Limits().linger_bytes:
            assert all_of(connection) == b""
    return found


LONG_LINE = b"GET /" + b"a" * MAX_REQUEST_LINE_BYTES + b" HTTP/1.1\r\nHost: h\r\n\r\n"
BIG_HEAD = b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"a" * MAX_HEAD_BYTES + b"\r\n\r\n"
MANY_FIELDS = b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: a\r\n" * MAX_HEADERS + b"\r\n"
POST = b"POST /v1/events/ack HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (LONG_LINE, 414, "target_too_long"),
        (b"a" * 1_000_000, 414, "target_too_long"),
        (BIG_HEAD, 431, "headers_too_large"),
        (MANY_FIELDS, 431, "headers_too_large"),
        (POST + b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1), 413, "body_too_large"),
        (POST + b"Content-Length: 200000\r\n\r\n" + b"a" * 200_000, 413, "body_too_large"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n", 413, "body_too_large"),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501, "transfer_encoding_unsupported"),
        (b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505, "http_version_unsupported"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version_unsupported"),
        (b"hello\r\n\r\n", 400, "request_malformed"),
        (b"\x00" * 100 + b"\r\n\r\n", 400, "request_malformed"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "request_malformed"),
        (b"GET / HTTP/1.1\nHost: h\n\n", 400, "request_malformed"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "request_malformed"),
        (POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "request_malformed"),
        (b"GET http://127.0.0.1/v1/ready HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request_malformed"),
        (b"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "request_malformed"),
    ],
)
def test_what_cannot_be_served_is_a_problem_and_the_end(
    bench: Bench, data: bytes, status: int, code: str
) -> None:
    found, problem = _raw(bench, data)
    assert (found, problem["code"]) == (status, code)
    assert problem["remedy"]
    assert is_well(bench)


def test_the_largest_body_reaches_the_application(bench: Bench) -> None:
    bench.pair("good")
    body = b'{"through": 1' + b" " * (MAX_BODY_BYTES - 14) + b"}"
    client = bench.client("good")
    headers = {"Content-Type": "application/json"}
    assert client.post("/v1/events/ack", content=body, headers=headers).json()["code"] == "ack_ahead"
    refused = client.post("/v1/events/ack", content=body + b" ", headers=headers)
    assert refused.status_code == 413


def test_a_chunked_body_is_as_good(bench: Bench) -> None:
    bench.pair("good")
    event_id = bench.append()
    body = json.dumps({"through": event_id}).encode()
    answered = bench.client("good").post(
        "/v1/events/ack", content=iter([body[:3], body[3:]]), headers={"Content-Type": "application/json"}
    )
    assert answered.json()["acknowledged"] == [event_id]


def test_who_waits_for_permission_gets_it(bench: Bench) -> None:
    bench.pair("good")
    with connected(bench) as connection:
        head = b"Authorization: Bearer good\r\nContent-Type: application/json\r\nContent-Length: 12\r\n"
        connection.sendall(POST + head + b"Expect: 100-continue\r\n\r\n")
        go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert connection.recv(len(go_on)) == go_on
        connection.sendall(b'{"through":1')
        connection.sendall(b"}")  # one byte more than announced: the next request's, and malformed
        status, problem = answer(connection)
        assert (status, problem["code"]) == (400, "body_invalid")


def test_a_connection_serves_many_requests_and_keeps_their_order(bench: Bench) -> None:
    with connected(bench) as connection:
        connection.sendall(GET * 5 + GET.replace(b"ready", b"other"))
        assert [answer(connection)[0] for _ in range(6)] == [200] * 5 + [401]


def test_an_old_client_is_served_too(bench: Bench) -> None:
    with connected(bench) as connection:
        connection.sendall(b"GET /v1/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert all_of(connection).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_header_field_spelled_with_underscores_passes_for_no_other(bench: Bench) -> None:
    bench.pair("good")
    with connected(bench) as connection:
        fields = b"Authorization: Bearer good\r\nContent_Type: application/json\r\nContent-Length: 2\r\n"
        connection.sendall(POST + fields + b"\r\n{}")
        status, problem = answer(connection)
        assert (status, problem["code"]) == (415, "media_type_unsupported")


def test_a_connection_that_idles_is_ended(make_bench: BenchMaker) -> None:
    clock = ManualClock()
    bench = make_bench(server_clock=clock)
    with connected(bench) as connection:
        connection.sendall(GET)
        assert answer(connection)[0] == 200
        connection.settimeout(0.3)
        for _ in range(20):
            # Again, should the worker not have given the connection back yet.
            clock.advance(Limits().idle_s)
            try:
                assert connection.recv(1) == b""
            except TimeoutError:
                continue
            except ssl.SSLEOFError:
                pass
            return
    pytest.fail("the connection is still open")


def test_a_client_that_hangs_up_while_it_waits_leaves_room(bench: Bench) -> None:
    bench.pair("good")
    with connected(bench) as connection:
        head = b"GET /v1/events?wait=25 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer good\r\n\r\n"
        connection.sendall(head)
        bench.waiting(1)
    event_id = bench.append()
    bench.waiting(0)
    events = bench.client("good").get("/v1/events").json()["events"]
    assert [event["id"] for event in events] == [event_id]  # not lost with the connection


# Many clients.


def _blocking_server(tmp_path: Path, limits: Limits) -> tuple[BridgeServer, DeviceIdentity, threading.Event]:
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


def _get(server: BridgeServer, identity: DeviceIdentity, path: str) -> httpx.Response:
    context = ssl.create_default_context(cafile=str(identity.certificate_file))
    return httpx.get(f"https://127.0.0.1:{server.address[1]}{path}", verify=context, timeout=LONG_S)


def test_beyond_the_queue_the_answer_is_overloaded(tmp_path: Path) -> None:
    room = MAX_WAITS + QUICK_WORKERS + QUEUED_REQUESTS
    server, identity, release = _blocking_server(tmp_path, Limits(max_served_per_address=1000))
    with server, ThreadPoolExecutor(room + 4) as pool:
        futures = [pool.submit(_get, server, identity, "/wait") for _ in range(room + 4)]
        refused = [future.result(LONG_S) for future in _first_done(futures, 4)]
        assert {response.status_code for response in refused} == {503}
        assert {response.json()["code"] for response in refused} == {"overloaded"}
        assert all(int(response.headers["retry-after"]) >= 1 for response in refused)
        release.set()
        assert sorted(future.result(LONG_S).status_code for future in futures) == [200] * room + [503] * 4


def test_one_address_cannot_take_every_thread(tmp_path: Path) -> None:
    server, identity, release = _blocking_server(tmp_path, Limits(max_served_per_address=3))
    with server, ThreadPoolExecutor(5) as pool:
        futures = [pool.submit(_get, server, identity, "/wait") for _ in range(5)]
        refused = [future.result(LONG_S) for future in _first_done(futures, 2)]
        assert {response.json()["code"] for response in refused} == {"too_many_requests"}
        release.set()
        assert sorted(future.result(LONG_S).status_code for future in futures) == [200] * 3 + [429] * 2


def _first_done(futures: list[object], count: int) -> list[object]:
    pause = threading.Event()
    for _ in range(int(LONG_S * 100)):
        done = [future for future in futures if future.done()]  # type: ignore[attr-defined]
        if len(done) >= count:
            return done
        pause.wait(0.01)
    pytest.fail("not so many were answered")


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
    app = create_app(bench.journal, doorbell=doorbell, settings=bench.settings, clock=clock)
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
        response = _get(server, identity, "/")
    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"
    assert "RuntimeError" in caplog.text
    assert "PAT-TROIS" not in caplog.text + "".join(capfd.readouterr())


def test_stopping_cuts_off_who_does_not_read(tmp_path: Path) -> None:
    server, identity, _ = _blocking_server(tmp_path, Limits())
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
