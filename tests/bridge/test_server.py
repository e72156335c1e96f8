"""The server against slow, oversized and malformed clients."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import time
from pathlib import Path

import httpx
import pytest

from appliance.base.clock import ManualClock, SystemClock
from appliance.bridge.bounds import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_REQUEST_LINE_BYTES,
    MAX_WAITS,
    QUICK_WORKERS,
)
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.limits import Limits
from tests.bridge.conftest import LONG_S, Bench, BenchMaker
from tests.bridge.wire import (
    BIG_BYTES,
    GET,
    all_of,
    answer,
    blocking_server,
    connected,
    fetched,
    is_well,
    plain,
)

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
    server, identity, _ = blocking_server(tmp_path, limits)
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
        assert fetched(server, identity, "/").status_code == 200
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
