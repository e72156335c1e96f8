"""Events as a stream, over real TLS: at once, on the same cursor, bounded like long polls."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.bridge.app import long_polls_of
from appliance.bridge.bounds import HEARTBEAT_S, MAX_EVENT_ID, MAX_STREAM_S, MAX_WAITS
from appliance.bridge.streams import EventStream
from appliance.bridge.waiting import LongPolls
from appliance.journal.errors import UnknownClientError
from tests.bridge.conftest import LONG_S, Bench, check_problem

PATH = "/v1/events/stream"


class Stream:
    """One open stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()

    def piece(self) -> list[str]:
        """The lines up to the next empty one; empty at the end."""
        lines = []
        for line in self._lines:
            if not line:
                return lines
            lines.append(line)
        return lines

    def event(self) -> int:
        while not (piece := self.piece())[0].startswith("id:"):
            pass
        first, second = piece
        said = json.loads(second.removeprefix("data: "))
        assert first == f"id: {said['id']}"
        assert set(said) == {"id", "at", "kind", "visit", "payload"}
        return int(said["id"])


@contextmanager
def stream(bench: Bench, token: str = "good", **asked: object) -> Iterator[Stream]:
    headers = {"Authorization": f"Bearer {token}", **asked.pop("headers", {})}  # type: ignore[dict-item]
    with (
        httpx.Client(base_url=bench.url, verify=bench.context(), timeout=LONG_S) as client,
        client.stream("GET", PATH, headers=headers, params=asked) as answer,  # type: ignore[arg-type]
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        yield Stream(answer)


@pytest.fixture
def paired(bench: Bench) -> Bench:
    bench.pair("good")
    return bench


def test_what_waits_comes_first_and_then_what_happens(paired: Bench) -> None:
    waiting = [paired.append("visit.closed", {"reason": "a\nb\r\u2028é"}) for _ in range(3)]
    with stream(paired) as events:
        assert events.piece() == ["retry: 2000"]
        assert [events.event() for _ in waiting] == waiting
        for _ in range(3):
            assert paired.append() == events.event()


def test_being_sent_is_not_being_acknowledged(paired: Bench) -> None:
    given = paired.append()
    for _ in range(2):
        with stream(paired) as events:
            assert events.event() == given
    client = paired.client("good")
    client.post("/v1/events/ack", json={"ids": [given]})
    later = paired.append()
    with stream(paired) as events:
        assert events.event() == later


def test_a_client_that_connects_again_says_what_it_had(paired: Bench) -> None:
    given = [paired.append() for _ in range(4)]
    with stream(paired, after=given[0]) as events:
        assert events.event() == given[1]
    with stream(paired, after=0, headers={"Last-Event-ID": str(given[2])}) as events:
        assert events.event() == given[3]


@pytest.mark.parametrize(
    ("asked", "header", "parameter"),
    [
        ({"after": -1}, None, "after"),
        ({"seconds": 0}, None, "seconds"),
        ({"seconds": MAX_STREAM_S + 1}, None, "seconds"),
        ({"wait": 1}, None, "wait"),
        ({}, "x", "Last-Event-ID"),
        ({}, str(MAX_EVENT_ID + 1), "Last-Event-ID"),
    ],
)
def test_what_is_wrong_is_named(
    paired: Bench, asked: dict[str, int], header: str | None, parameter: str
) -> None:
    headers = {} if header is None else {"Last-Event-ID": header}
    problem = check_problem(paired.client("good").get(PATH, params=asked, headers=headers))
    assert (problem["code"], problem["parameter"]) == ("parameter_invalid", parameter)


def test_a_cursor_of_another_life_is_refused(paired: Bench) -> None:
    assert check_problem(paired.client("good").get(PATH, params={"after": 7}))["code"] == "cursor_ahead"


def test_streams_are_bounded_like_long_polls_and_leave_the_others_alone(bench: Bench) -> None:
    for number in range(MAX_WAITS + 1):
        bench.pair(f"t{number}")
    opened = [stream(bench, f"t{number}") for number in range(MAX_WAITS)]
    for one in opened:
        bench.stack.enter_context(one)
    bench.waiting(MAX_WAITS)
    late = bench.client(f"t{MAX_WAITS}")
    assert check_problem(late.get(PATH))["code"] == "too_many_waits"
    assert late.get("/v1/status").status_code == 200
    late.head(PATH)
    assert long_polls_of(bench.app).waiting == MAX_WAITS


def test_a_long_poll_of_the_same_client_ends_its_stream(paired: Bench) -> None:
    with stream(paired) as events:
        assert events.piece() == ["retry: 2000"]
        paired.waiting(1)
        poll = threading.Thread(target=paired.client("good").get, args=("/v1/events?wait=20",))
        poll.start()
        assert events.piece() == []
        paired.append()
        poll.join(LONG_S)


def test_revoking_a_client_ends_its_stream(bench: Bench) -> None:
    client = bench.pair("good")
    with stream(bench) as events:
        events.piece()
        bench.journal.revoke(client.id)
        bench.doorbell.ring()
        assert events.piece() == []
    bench.waiting(0)


def test_a_stream_lasts_as_long_as_asked_and_frees_its_place(paired: Bench) -> None:
    with stream(paired, seconds=1) as events:
        assert [events.piece(), events.piece()] == [["retry: 2000"], []]
    paired.waiting(0)


class SilentListener:
    """Time goes on while it waits; nothing rings."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.rings = 0

    def wait(self, seconds: float, *, after: int) -> None:
        assert after == self.rings
        self.clock.elapsed_ns += round(seconds * NS_PER_S)

    def nudge(self) -> None:
        return


def test_silence_is_heard_every_ten_seconds() -> None:
    clock = ManualClock(elapsed_ns=0)
    polls = LongPolls(SilentListener(clock), clock)  # type: ignore[arg-type]
    events = EventStream(
        lambda _: [], polls, lambda: None, clock, client_id="c", after=0, lasts_s=3 * HEARTBEAT_S + 1
    )
    said = [(piece, clock.elapsed_ns // NS_PER_S) for piece in events]
    beats = [(b":\n\n", beat * HEARTBEAT_S) for beat in (1, 2, 3)]
    assert said == [(b"retry: 2000\n\n", 0), *beats]
    assert HEARTBEAT_S <= 15
    assert polls.waiting == 1
    events.close()
    events.close()
    assert polls.waiting == 0


def test_a_journal_that_says_no_ends_the_stream() -> None:
    clock = ManualClock(elapsed_ns=0)
    polls = LongPolls(SilentListener(clock), clock)  # type: ignore[arg-type]

    def refuse(_: int) -> list[object]:
        raise UnknownClientError

    events = EventStream(refuse, polls, lambda: None, clock, client_id="c", after=0, lasts_s=60)  # type: ignore[arg-type]
    assert list(events) == [b"retry: 2000\n\n"]
