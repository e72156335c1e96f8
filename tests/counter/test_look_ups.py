"""Look-ups at work: bounded, answered once, abandoned, and never ended by a source that fails."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Self

import pytest

from appliance.base.clock import SystemClock
from appliance.counter.inputs import StatusAnswered, StatusFailed
from appliance.counter.look_ups import MAX_QUEUED, LookUps
from appliance.counter.outputs import LookUp
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.port import (
    AbandonedError,
    ClockWrongError,
    Deadline,
    LookUpError,
    StatusQuery,
)
from appliance.prescriptions.status import PrescriptionState, PrescriptionStatus, Source

WAIT_S = 10.0
CLOCK = SystemClock()


def status(number: str) -> PrescriptionStatus:
    return PrescriptionStatus(number, PrescriptionState.TO_DISPENSE, Source.TLSI, CLOCK.now())


class Stand:
    """Look-ups over a source that the test writes."""

    name = "stand"

    def __init__(self, answer: Callable[[StatusQuery, Deadline], PrescriptionStatus], **how: float) -> None:
        self.answer = answer
        self.told: queue.Queue[StatusAnswered | StatusFailed] = queue.Queue()
        timeout_s = how.get("timeout_s", WAIT_S)
        self.look_ups = LookUps(self, CLOCK, timeout_s=timeout_s, workers=int(how.get("workers", 2)))

    def look_up(self, query: StatusQuery, *, deadline: Deadline) -> PrescriptionStatus:
        return self.answer(query, deadline)

    def begin(self, request: int) -> None:
        self.look_ups.begin(LookUp(request, StatusQuery(str(request))))

    def next(self) -> StatusAnswered | StatusFailed:
        return self.told.get(timeout=WAIT_S)

    def __enter__(self) -> Self:
        self.look_ups.start(self.told.put)
        return self

    def __exit__(self, *_: object) -> None:
        self.look_ups.stop()


def test_an_answer_comes_with_its_request() -> None:
    with Stand(lambda query, _: status(query.prescription_id)) as stand:
        stand.begin(7)
        answered = stand.next()
    assert isinstance(answered, StatusAnswered)
    assert (answered.request, answered.status.prescription_id) == (7, "7")


def _raise(error: Exception) -> PrescriptionStatus:
    raise error


@pytest.mark.parametrize(
    ("error", "code"),
    [(ClockWrongError(), "clock_wrong"), (ZeroDivisionError("ADRTROIS"), "bad_answer")],
    ids=["said", "unforeseen"],
)
def test_a_failure_is_told_by_its_code_and_the_next_is_looked_up(
    error: Exception, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    failing = [True]

    def answer(query: StatusQuery, _: Deadline) -> PrescriptionStatus:
        return _raise(error) if failing.pop() else status(query.prescription_id)

    failing.insert(0, False)
    with Stand(answer, workers=1) as stand:
        stand.begin(1)
        stand.begin(2)
        first, second = stand.next(), stand.next()
    assert isinstance(first, StatusFailed)
    assert first.code == code
    assert first.cause == Cause(code)
    assert isinstance(second, StatusAnswered)
    assert "ADRTROIS" not in caplog.text


def test_no_more_than_so_many_are_asked_at_once() -> None:
    at_once: list[int] = []
    running = threading.Semaphore(0)
    going = threading.Event()
    guard = threading.Lock()
    now = [0]

    def answer(query: StatusQuery, _: Deadline) -> PrescriptionStatus:
        with guard:
            now[0] += 1
            at_once.append(now[0])
        running.release()
        assert going.wait(WAIT_S)
        with guard:
            now[0] -= 1
        return status(query.prescription_id)

    with Stand(answer, workers=2) as stand:
        for request in range(6):
            stand.begin(request)
        for _ in range(2):
            assert running.acquire(timeout=WAIT_S)
        going.set()
        for _ in range(6):
            stand.next()
    assert max(at_once) == 2


def test_what_is_abandoned_is_never_told() -> None:
    asked, heard = threading.Event(), threading.Event()

    def answer(_: StatusQuery, deadline: Deadline) -> PrescriptionStatus:
        asked.set()
        assert not deadline.wait(WAIT_S)
        heard.set()
        raise AbandonedError

    with Stand(answer) as stand:
        stand.begin(1)
        assert asked.wait(WAIT_S)
        stand.look_ups.abandon(1)
        assert heard.wait(WAIT_S)
        stand.look_ups.abandon(2)
    assert stand.told.empty()


def test_an_answer_that_comes_after_all_to_what_was_abandoned_is_not_told() -> None:
    asked, abandoned = threading.Event(), threading.Event()

    def answer(query: StatusQuery, _: Deadline) -> PrescriptionStatus:
        asked.set()
        assert abandoned.wait(WAIT_S)
        return status(query.prescription_id)

    with Stand(answer, workers=1) as stand:
        stand.begin(1)
        assert asked.wait(WAIT_S)
        stand.look_ups.abandon(1)
        abandoned.set()
        stand.begin(2)
        told = stand.next()
    assert told.request == 2


def test_who_waits_for_a_thread_beyond_the_deadline_is_not_asked() -> None:
    with Stand(lambda query, _: status(query.prescription_id), timeout_s=0.0) as stand:
        stand.begin(1)
        told = stand.next()
    assert isinstance(told, StatusFailed)
    assert told.code == "unreachable"


def test_one_too_many_is_not_begun_and_holds_up_nobody() -> None:
    stand = Stand(lambda query, _: status(query.prescription_id))
    for request in range(MAX_QUEUED + 1):
        stand.begin(request)
    with stand:
        told = [stand.next().request for _ in range(MAX_QUEUED)]
    assert sorted(told) == list(range(MAX_QUEUED))


@pytest.fixture
def going() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_the_end_abandons_what_is_under_way(going: threading.Event) -> None:
    asked = threading.Event()
    ended: list[LookUpError] = []

    def answer(_: StatusQuery, deadline: Deadline) -> PrescriptionStatus:
        asked.set()
        deadline.wait(WAIT_S)
        try:
            deadline.check()
        except LookUpError as error:
            ended.append(error)
            raise
        raise AssertionError

    with Stand(answer) as stand:
        stand.begin(1)
        assert asked.wait(WAIT_S)
    assert isinstance(ended[0], AbandonedError)
    assert stand.told.empty()
