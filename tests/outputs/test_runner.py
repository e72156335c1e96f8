"""An output on a real journal: who is given what, in which order, and what becomes of it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.journal import EventState, Journal, JournalFullError, UnknownClientError
from appliance.journal.doorbell import REREAD_S, Doorbell
from appliance.journal.model import Event
from appliance.outputs.client import dismiss, enrol
from appliance.outputs.report import Report, read_reports
from appliance.outputs.runner import MAX_CRASHES, READ_EVENTS, OutputRunner
from appliance.outputs.sink import Delivery, Turn
from tests.journal.world import DEVICE_KEY, IDENTITY, World, pair, payload
from tests.outputs.recording import KEYBOARD, RecordingSink

KILLS = int(os.environ.get("COMPTOIR_OUTPUT_KILLS", "2"))
ROOT = Path(__file__).parents[2]
STOPPING = threading.Event()


def _runner(world: World, journal: Journal, sink: RecordingSink) -> OutputRunner:
    return OutputRunner(
        journal,
        enrol(journal, DEVICE_KEY, sink.traits).id,
        sink,
        doorbell=Doorbell(world.folder / "bell"),
        runtime=world.folder,
        clock=world.clock,
        beat=lambda: None,
    )


def _append(journal: Journal, count: int = 1, kind: str = "code.read") -> None:
    for number in range(count):
        journal.append(kind, payload(number))


def _states(journal: Journal) -> list[EventState]:
    return [event.state for event in journal.history(0, 100)]


def _steps(runner: OutputRunner, count: int) -> list[float]:
    return [runner.step(STOPPING) for _ in range(count)]


def _answers(*answers: Delivery) -> Callable[[Event, Turn], Delivery]:
    left: Iterator[Delivery] = iter(answers)
    return lambda _event, _turn: next(left)


def test_what_the_host_took_is_acknowledged_like_an_lgo_s(world: World, journal: Journal) -> None:
    sink = RecordingSink()
    runner = _runner(world, journal, sink)
    _append(journal, 2)
    assert _steps(runner, 3) == [0.0, 0.0, REREAD_S]
    assert sink.given == [1, 2]
    assert [ack.event_id for ack in journal.acks_after(0)] == [1, 2]
    assert _states(journal) == [EventState.ERASED] * 2


def test_what_is_not_for_the_host_is_passed_over_and_stays_for_others(world: World, journal: Journal) -> None:
    sink = RecordingSink()
    runner = _runner(world, journal, sink)
    _append(journal, READ_EVENTS + 2, "visit.opened")
    _append(journal)
    lgo = pair(journal)
    _steps(runner, 2)
    assert sink.given == [READ_EVENTS + 3]
    assert len(journal.read(lgo.id, 0, 100)) == READ_EVENTS + 3
    assert [ack.event_id for ack in journal.acks_after(0)] == [READ_EVENTS + 3]


def test_an_event_that_is_too_old_is_never_delivered_late(world: World, journal: Journal) -> None:
    sink = RecordingSink(KEYBOARD, present=False)
    runner = _runner(world, journal, sink)
    lgo = pair(journal)
    _append(journal)
    _steps(runner, 1)
    world.clock.advance(3)
    sink.present = True
    _append(journal)
    _steps(runner, 1)
    assert sink.given == [2]
    assert [event.id for event in journal.read(lgo.id, 0, 10)] == [1, 2]
    assert [ack.event_id for ack in journal.acks_after(0)] == [2]
    assert read_reports(world.folder) == {"keyboard": Report(present=True, taken=1, expired=1, waiting=True)}


def test_a_delivery_is_told_when_its_event_is_too_old(world: World, journal: Journal) -> None:
    told: list[int | None] = []

    def note(_event: Event, turn: Turn) -> Delivery:
        told.append(turn.expires_ns)
        return Delivery.TAKEN

    runner = _runner(world, journal, RecordingSink(KEYBOARD, answer=note))
    _append(journal)
    world.clock.advance(1)
    _steps(runner, 1)
    assert told == [3_000_000_000]


def test_an_event_waits_for_an_absent_host(world: World, journal: Journal) -> None:
    sink = RecordingSink(present=False)
    runner = _runner(world, journal, sink)
    _append(journal, 2)
    pauses = _steps(runner, 8)
    assert pauses == sorted(pauses)
    assert min(pauses) > 0
    sink.present = True
    _steps(runner, 2)
    assert sink.given == [1, 2]


def test_what_nobody_took_is_given_again_before_the_next(world: World, journal: Journal) -> None:
    sink = RecordingSink(answer=_answers(Delivery.LATER, Delivery.LATER, Delivery.TAKEN, Delivery.TAKEN))
    runner = _runner(world, journal, sink)
    _append(journal, 2)
    pauses = _steps(runner, 4)
    assert sink.given == [1, 1, 1, 2]
    assert pauses == [0.1, 0.2, 0.0, 0.0]


def test_what_the_host_refuses_stays_for_others(world: World, journal: Journal) -> None:
    sink = RecordingSink(answer=_answers(Delivery.REFUSED, Delivery.TAKEN))
    runner = _runner(world, journal, sink)
    lgo = pair(journal)
    _append(journal, 2)
    _steps(runner, 2)
    assert sink.given == [1, 2]
    assert [event.id for event in journal.read(lgo.id, 0, 10)] == [1, 2]
    assert [ack.event_id for ack in journal.acks_after(0)] == [2]
    assert read_reports(world.folder)["serial"].refused == 1


def test_an_event_on_which_the_driver_breaks_lets_the_next_through(
    world: World, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(event: Event, _turn: Turn) -> Delivery:
        if event.id == 1:
            raise ValueError(str(event.payload))
        return Delivery.TAKEN

    sink = RecordingSink(answer=breaks)
    runner = _runner(world, journal, sink)
    _append(journal, 2)
    with caplog.at_level(logging.DEBUG):
        _steps(runner, MAX_CRASHES + 1)
    assert sink.given == [1] * MAX_CRASHES + [2]
    assert "ValueError" in caplog.text
    assert IDENTITY not in caplog.text


def test_what_the_journal_could_not_note_is_not_delivered_twice(
    world: World, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = RecordingSink()
    runner = _runner(world, journal, sink)
    _append(journal, 2)

    def full(*_arguments: object, **_named: object) -> None:
        raise JournalFullError

    with monkeypatch.context() as patch:
        patch.setattr(journal, "acknowledge", full)
        assert min(_steps(runner, 3)) > 0
    assert sink.given == [1]
    _steps(runner, 1)
    assert sink.given == [1, 2]
    assert [ack.event_id for ack in journal.acks_after(0)] == [1, 2]


def test_a_present_host_counts_as_an_lgo_that_asks(world: World, journal: Journal) -> None:
    sink = RecordingSink(present=False)
    runner = _runner(world, journal, sink)
    _steps(runner, 2)
    assert journal.clients()[0].last_seen_ns is None
    sink.present = True
    for _ in range(5):
        _steps(runner, 1)
        world.clock.advance(1)
    assert journal.clients()[0].last_seen_ns == 3_000_000_000


def test_an_output_begins_with_what_happens_after_it_was_wished(world: World, journal: Journal) -> None:
    _append(journal, 3)
    sink = RecordingSink()
    runner = _runner(world, journal, sink)
    lgo = pair(journal)
    _append(journal)
    _steps(runner, 1)
    assert sink.given == [4]
    assert [event.id for event in journal.read(lgo.id, 0, 10)] == [1, 2, 3, 4]


def test_an_output_finds_its_client_again_and_is_forgotten_when_it_is_no_longer_wished(
    journal: Journal,
) -> None:
    first = enrol(journal, DEVICE_KEY, KEYBOARD)
    assert enrol(journal, DEVICE_KEY, KEYBOARD) == first
    assert [client.name for client in journal.clients()] == ["Sortie clavier"]
    assert dismiss(journal, DEVICE_KEY, "keyboard")
    assert not dismiss(journal, DEVICE_KEY, "keyboard")
    assert journal.clients() == []


def test_a_revoked_output_ends(world: World, journal: Journal) -> None:
    runner = _runner(world, journal, RecordingSink())
    journal.revoke(journal.clients()[0].id)
    with pytest.raises(UnknownClientError):
        runner.step(STOPPING)


def test_the_thread_hears_the_doorbell_and_closes_the_device(world: World, journal: Journal) -> None:
    delivered = threading.Event()

    def note(_event: Event, _turn: Turn) -> Delivery:
        delivered.set()
        return Delivery.TAKEN

    sink = RecordingSink(answer=note)
    thread = StoppableThread("output", _runner(world, journal, sink).run)
    thread.start()
    _append(journal)
    Doorbell(world.folder / "bell").ring()
    assert delivered.wait(30)
    thread.stop(30)
    assert thread.failure is None
    assert sink.closed == 1


@pytest.mark.processes
def test_a_killed_output_is_given_again_what_it_had_not_settled(world: World) -> None:
    with Journal.open(
        world.path,
        DEVICE_KEY,
        clock=SystemClock(),
        volatile_directory=world.volatile,
        on_loss=world.losses.append,
    ) as journal:
        said: list[int] = []
        for _ in range(KILLS):
            command = [sys.executable, "-m", "tests.outputs.follower", str(world.state), str(world.volatile)]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as follower:
                assert follower.stdout is not None
                follower.stdout.readline()  # it is enrolled
                _append(journal, 20)
                lines = [follower.stdout.readline() for _ in range(7)]
                follower.kill()
                lines += follower.stdout.readlines()
            said += map(int, lines)
        last = journal.last_id()
        (client,) = journal.clients()
        waiting = [event.id for event in journal.read(client.id, 0, 1000)]
    firsts = list(dict.fromkeys(said))
    assert firsts == sorted(firsts)
    assert set(said) | set(waiting) == set(range(1, last + 1))
    assert len(said) - len(firsts) <= KILLS
    assert world.losses == []
