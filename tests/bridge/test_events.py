"""Events over the wire: delivered until acknowledged, at once when they happen, to each client its own."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.bridge.bounds import MAX_ACK_IDS, MAX_EVENT_ID, MAX_WAITS
from appliance.bridge.rates import SUPERSEDE_RATE
from appliance.journal.doorbell import Doorbell
from tests.bridge.conftest import LONG_S, Bench, BenchMaker


def ids(response: httpx.Response) -> list[int]:
    assert response.status_code == 200, response.text
    return [event["id"] for event in response.json()["events"]]


def problem(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code >= 400
    return dict(response.json())


@pytest.fixture
def lgo(bench: Bench) -> httpx.Client:
    bench.pair("good")
    return bench.client("good")


def test_an_event_comes_with_everything_it_has(bench: Bench, lgo: httpx.Client) -> None:
    event_id = bench.append("visit.closed", {"reason": "idle"})
    body = lgo.get("/v1/events").json()
    (event,) = body["events"]
    assert event == {
        "id": event_id,
        "at": event["at"],
        "kind": "visit.closed",
        "visit": "v-1",
        "payload": {"reason": "idle"},
    }
    assert event["at"].endswith("Z")
    assert body["last_id"] == event_id


def test_events_are_given_again_until_acknowledged(bench: Bench, lgo: httpx.Client) -> None:
    given = [bench.append() for _ in range(3)]
    assert ids(lgo.get("/v1/events")) == given
    assert ids(lgo.get("/v1/events")) == given
    answer = lgo.post("/v1/events/ack", json={"through": given[1]})
    assert answer.json() == {"acknowledged": given[:2], "unknown": []}
    assert ids(lgo.get("/v1/events")) == given[2:]


def test_acknowledgements_may_come_out_of_order_and_twice(bench: Bench, lgo: httpx.Client) -> None:
    first, second, third = (bench.append() for _ in range(3))
    assert lgo.post("/v1/events/ack", json={"ids": [third, first]}).json()["acknowledged"] == [third, first]
    assert ids(lgo.get("/v1/events")) == [second]
    again = lgo.post("/v1/events/ack", json={"ids": [first, first]})
    assert again.json() == {"acknowledged": [], "unknown": []}


def test_the_last_id_is_the_cursor_for_the_next_call(bench: Bench, lgo: httpx.Client) -> None:
    given = [bench.append() for _ in range(5)]
    seen, after = [], 0
    while True:
        body = lgo.get("/v1/events", params={"after": after, "limit": 2}).json()
        if not body["events"]:
            assert body["last_id"] == after
            break
        seen += [event["id"] for event in body["events"]]
        after = body["last_id"]
    assert seen == given


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (100, 100), (None, 50)])
def test_the_limit_bounds_an_answer(bench: Bench, lgo: httpx.Client, limit: int | None, count: int) -> None:
    for _ in range(101):
        bench.journal.append("visit.opened", {})
    params = {} if limit is None else {"limit": limit}
    assert len(ids(lgo.get("/v1/events", params=params))) == count


def test_two_clients_at_different_cursors_each_get_their_own(bench: Bench, lgo: httpx.Client) -> None:
    bench.pair("other")
    other = bench.client("other")
    given = [bench.append() for _ in range(4)]
    lgo.post("/v1/events/ack", json={"through": given[2]})
    other.post("/v1/events/ack", json={"ids": [given[3]]})
    assert ids(lgo.get("/v1/events")) == given[3:]
    assert ids(other.get("/v1/events")) == given[:3]
    assert ids(other.get("/v1/events", params={"after": given[1]})) == [given[2]]


def test_a_code_that_holds_half_a_character_does_not_block_the_queue(bench: Bench, lgo: httpx.Client) -> None:
    payload = {
        "symbology": "QRCode",
        "text": "x",
        "bytes": "eA==",
        "kind": "ordonnance",
        "payload": None,
        "warnings": [],
        "sighting": "s-1",
        "extra": "\ud800 \u202e \x00",
    }
    bench.append("code.read", payload)
    (event,) = lgo.get("/v1/events").json()["events"]
    assert event["payload"] == payload


# Waiting.


def test_a_long_poll_is_answered_by_what_happens(bench: Bench, lgo: httpx.Client) -> None:
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        bench.waiting(1)
        event_id = bench.append()
        assert ids(answer.result(LONG_S)) == [event_id]
    bench.waiting(0)


def test_a_lost_ring_is_made_up_for(bench: Bench, lgo: httpx.Client) -> None:
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        bench.waiting(1)
        event_id = bench.journal.append("visit.opened", {}).event_id  # and nobody rings
        assert ids(answer.result(LONG_S)) == [event_id]


def test_a_long_poll_ends_with_its_time(bench: Bench, lgo: httpx.Client) -> None:
    answer = lgo.get("/v1/events", params={"wait": 1})
    assert answer.json() == {"events": [], "last_id": 0}
    assert 0.9 < answer.elapsed.total_seconds() < LONG_S


def test_what_waits_already_is_not_waited_for(bench: Bench, lgo: httpx.Client) -> None:
    event_id = bench.append()
    answer = lgo.get("/v1/events", params={"wait": 25})
    assert ids(answer) == [event_id]


def test_a_ring_about_something_else_does_not_end_a_wait(bench: Bench, lgo: httpx.Client) -> None:
    bench.append()
    last = bench.append()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(lgo.get, "/v1/events", params={"after": last, "wait": 25})
        bench.waiting(1)
        for _ in range(20):
            bench.doorbell.ring()
        new = bench.append()
        assert ids(answer.result(LONG_S)) == [new]


def test_a_second_poll_of_a_client_ends_its_first(bench: Bench, lgo: httpx.Client) -> None:
    with ThreadPoolExecutor() as pool:
        first = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        bench.waiting(1)
        second = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        assert ids(first.result(LONG_S)) == []
        bench.waiting(1)
        event_id = bench.append()
        assert ids(second.result(LONG_S)) == [event_id]


def test_two_programs_that_share_a_token_cannot_chase_each_other(bench: Bench, lgo: httpx.Client) -> None:
    with ThreadPoolExecutor() as pool:
        holding = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        bench.waiting(1)
        for _ in range(SUPERSEDE_RATE.burst):
            newer = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
            assert ids(holding.result(LONG_S)) == []
            holding = newer
            bench.waiting(1)
        refused = lgo.get("/v1/events", params={"wait": 25})
        assert refused.status_code == 429
        assert problem(refused)["code"] == "too_many_waits"
        event_id = bench.append()
        assert ids(holding.result(LONG_S)) == [event_id]


def test_as_many_wait_as_the_device_takes_and_no_more(bench: Bench) -> None:
    clients = []
    for number in range(MAX_WAITS + 1):
        bench.pair(f"t{number}")
        clients.append(bench.client(f"t{number}"))
    with ThreadPoolExecutor(MAX_WAITS) as pool:
        answers = [pool.submit(one.get, "/v1/events", params={"wait": 25}) for one in clients[:MAX_WAITS]]
        bench.waiting(MAX_WAITS)
        assert problem(clients[-1].get("/v1/events", params={"wait": 25}))["code"] == "too_many_waits"
        assert ids(clients[-1].get("/v1/events")) == []  # without a wait there is room
        event_id = bench.append()
        assert [ids(answer.result(LONG_S)) for answer in answers] == [[event_id]] * MAX_WAITS


def test_a_client_that_is_revoked_while_it_waits_gets_nothing_more(bench: Bench, lgo: httpx.Client) -> None:
    (client,) = bench.journal.clients()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(lgo.get, "/v1/events", params={"wait": 25})
        bench.waiting(1)
        bench.journal.revoke(client.id)
        bench.append()
        assert problem(answer.result(LONG_S))["code"] == "token_invalid"


def test_the_counter_is_rung_when_the_lgo_has_an_event(bench: Bench, lgo: httpx.Client) -> None:
    event_id = bench.append()
    runtime = Path(bench.settings.paths.runtime_directory)
    with Doorbell(runtime / "doorbell").listen() as counter:
        before = counter.rings
        lgo.post("/v1/events/ack", json={"through": event_id})
        assert counter.wait(LONG_S, after=before)
    (ack,) = bench.journal.acks_after(0)
    assert ack.event_id == event_id


def test_a_client_that_waits_is_seen(bench: Bench, lgo: httpx.Client) -> None:
    def seen() -> int | None:
        return bench.journal.clients()[0].last_seen_ns

    assert seen() is None
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(lgo.get, "/v1/events", params={"wait": 3})
        bench.waiting(1)
        first = seen()
        assert first is not None
        pause = threading.Event()
        while seen() == first and not answer.done():
            pause.wait(0.02)
        assert seen() != first  # while it still waited
        assert not answer.done()
        bench.append()
        answer.result(LONG_S)


# What is asked wrongly.


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("after=-1", "after"),
        (f"after={MAX_EVENT_ID + 1}", "after"),
        ("after=" + "9" * 400, "after"),
        ("after=", "after"),
        ("after", "after"),
        ("after=1.0", "after"),
        ("after=1e3", "after"),
        ("after=+1", "after"),
        ("after=%2B1", "after"),
        ("after=01", "after"),
        ("after=0x1", "after"),
        ("after=1_0", "after"),
        ("after=NaN", "after"),
        ("after=%20%31", "after"),
        ("after=%D9%A3", "after"),  # an Arabic digit
        ("after=%FF", "after"),
        ("after=%00", "after"),
        ("after=null", "after"),
        ("wait=26", "wait"),
        ("wait=-1", "wait"),
        ("wait=Infinity", "wait"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=1&after=1", "after"),
        ("after=1&after=2", "after"),
        ("limt=5", "limt"),
        ("token=x", "token"),
        ("=1", ""),
        ("%C3%A9%0A=1", "é?"),
        ("a" * 200 + "=1", "a" * 40),
    ],
)
def test_a_parameter_out_of_bounds_is_named(lgo: httpx.Client, query: str, parameter: str) -> None:
    answer = lgo.get(f"/v1/events?{query}")
    assert answer.status_code == 400
    found = problem(answer)
    assert found["code"] == "parameter_invalid"
    assert found["parameter"] == parameter
    assert f"« {parameter} »" in found["detail"]


@pytest.mark.parametrize(
    ("query", "bounds"),
    [
        ("after=-1", (0, MAX_EVENT_ID)),
        ("wait=26", (0, 25)),
        ("limit=101", (1, 100)),
    ],
)
def test_its_bounds_are_told(lgo: httpx.Client, query: str, bounds: tuple[int, int]) -> None:
    found = problem(lgo.get(f"/v1/events?{query}"))
    assert (found["minimum"], found["maximum"]) == bounds
    assert f"de {bounds[0]} à {bounds[1]}" in found["detail"]


@pytest.mark.parametrize("query", ["after=0&wait=0&limit=1", "limit=100", "after=%30"])
def test_the_bounds_themselves_are_within(lgo: httpx.Client, query: str) -> None:
    assert lgo.get(f"/v1/events?{query}").status_code == 200


def test_a_near_name_is_suggested(lgo: httpx.Client) -> None:
    assert "limit" in problem(lgo.get("/v1/events?limt=5"))["detail"]


@pytest.mark.parametrize("path", ["/v1/ready", "/v1/status", "/v1/clients/me", "/v1/openapi.json"])
def test_parameters_where_there_are_none_are_refused(lgo: httpx.Client, path: str) -> None:
    assert problem(lgo.get(path, params={"x": 1}))["code"] == "parameter_invalid"


def test_a_cursor_of_another_device_is_told_at_once(bench: Bench, lgo: httpx.Client) -> None:
    last = bench.append()
    assert ids(lgo.get("/v1/events", params={"after": last})) == []
    answer = lgo.get("/v1/events", params={"after": last + 1, "wait": 25})
    assert answer.status_code == 409
    assert problem(answer)["code"] == "cursor_ahead"
    assert problem(answer)["last_id"] == last


@pytest.mark.parametrize("body", [{"through": 2}, {"ids": [1, 2]}])
def test_what_was_never_given_cannot_be_acknowledged(
    bench: Bench, lgo: httpx.Client, body: dict[str, object]
) -> None:
    event_id = bench.append()
    shifted = json.loads(json.dumps(body).replace("2", str(event_id + 1)))
    answer = lgo.post("/v1/events/ack", json=shifted)
    assert answer.status_code == 409
    assert problem(answer)["code"] == "ack_ahead"
    assert ids(lgo.get("/v1/events")) == [event_id]


@pytest.mark.parametrize(
    ("content", "code", "parameter"),
    [
        (b"", "body_invalid", None),
        (b"{", "body_invalid", None),
        (b"[]", "body_invalid", None),
        (b"7", "body_invalid", None),
        (b"null", "body_invalid", None),
        (b'{"through": NaN}', "body_invalid", None),
        (b'{"through": Infinity}', "body_invalid", None),
        (b'{"through": 1, "through": 2}', "body_invalid", None),
        (b'{"through": 1} x', "body_invalid", None),
        (b"\xff\xfe{\x00}\x00", "body_invalid", None),
        (b'{"through": "\xe9"}', "body_invalid", None),
        (b"[" * 9 + b"]" * 9, "body_invalid", None),
        (b"[" * 16000, "body_invalid", None),
        (b'{"through": ' + b"9" * 16000 + b"}", "parameter_invalid", "through"),
        (b'{"through": 0}', "parameter_invalid", "through"),
        (b'{"through": -1}', "parameter_invalid", "through"),
        (b'{"through": 1.5}', "parameter_invalid", "through"),
        (b'{"through": 0.0}', "parameter_invalid", "through"),
        (b'{"through": -1.0}', "parameter_invalid", "through"),
        (b'{"through": 1e-400}', "parameter_invalid", "through"),
        (b'{"through": 1e999999999}', "parameter_invalid", "through"),
        (b'{"through": 1e9999999999999999999999}', "parameter_invalid", "through"),
        (b'{"through": 9223372036854775808.0}', "parameter_invalid", "through"),
        (b'{"through": 1e400}', "parameter_invalid", "through"),
        (b'{"through": "1"}', "parameter_invalid", "through"),
        (b'{"through": true}', "parameter_invalid", "through"),
        (b'{"through": null}', "parameter_invalid", "through"),
        (b'{"through": [1]}', "parameter_invalid", "through"),
        (b"{}", "parameter_invalid", "through"),
        (b'{"through": 1, "ids": [1]}', "parameter_invalid", "through"),
        (b'{"ids": []}', "parameter_invalid", "ids"),
        (b'{"ids": 1}', "parameter_invalid", "ids"),
        (b'{"ids": [1, "2"]}', "parameter_invalid", "ids"),
        (b'{"ids": [true]}', "parameter_invalid", "ids"),
        (b'{"ids": [0]}', "parameter_invalid", "ids"),
        (b'{"ids": {"1": 1}}', "parameter_invalid", "ids"),
        (b'{"true": 1}', "parameter_invalid", "true"),
    ],
)
def test_a_body_that_is_not_as_agreed_is_refused(
    lgo: httpx.Client, content: bytes, code: str, parameter: str | None
) -> None:
    answer = lgo.post("/v1/events/ack", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert problem(answer)["code"] == code
    assert problem(answer).get("parameter") == parameter


@pytest.mark.parametrize("written", ["{}", "{}.0", "{}.000", "{}e0", "{}0E-1"])
def test_a_whole_number_is_one_however_json_writes_it(bench: Bench, lgo: httpx.Client, written: str) -> None:
    event_id = bench.append()
    content = f'{{"through": {written.format(event_id)}}}'
    answer = lgo.post("/v1/events/ack", content=content, headers={"Content-Type": "application/json"})
    assert answer.json()["acknowledged"] == [event_id]


def test_the_number_of_acknowledged_ids_is_bounded(bench: Bench, lgo: httpx.Client) -> None:
    event_id = bench.append()
    most = [event_id] * MAX_ACK_IDS
    assert lgo.post("/v1/events/ack", json={"ids": most}).json()["acknowledged"] == [event_id]
    refused = lgo.post("/v1/events/ack", json={"ids": [*most, event_id]})
    assert problem(refused)["parameter"] == "ids"
    # and so many of the longest ids still fit a body
    longest = lgo.post("/v1/events/ack", json={"ids": [MAX_EVENT_ID] * MAX_ACK_IDS})
    assert problem(longest)["code"] == "ack_ahead"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_another_media_type_is_refused(lgo: httpx.Client, headers: dict[str, str]) -> None:
    answer = lgo.post("/v1/events/ack", content=b'{"through": 1}', headers=headers)
    assert answer.status_code == 415
    assert problem(answer)["code"] == "media_type_unsupported"


def test_a_charset_with_the_media_type_is_fine(bench: Bench, lgo: httpx.Client) -> None:
    event_id = bench.append()
    answer = lgo.post(
        "/v1/events/ack",
        content=json.dumps({"through": event_id}).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    assert answer.status_code == 200


def test_a_journal_that_cannot_be_used_is_said(make_bench: BenchMaker) -> None:
    bench = make_bench()
    bench.pair("good")
    lgo = bench.client("good")
    assert lgo.get("/v1/events").status_code == 200
    bench.journal.close()
    answer = lgo.get("/v1/events")
    assert answer.status_code == 503
    assert problem(answer)["code"] == "journal_unavailable"
