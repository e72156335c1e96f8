"""Threads and processes at one journal: no id twice, no connection left behind, nobody waits for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from appliance.journal import Journal, NewEvent, Sighting
from tests.journal.world import DIGEST, World, pair, payload

THREADS = 6
EACH = 20


def _together(count: int, work: Callable[[int], None]) -> None:
    """Run `work(0)`, `work(1)`, ... at once, each in its thread; the first failure is raised."""
    start = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _descriptors_of(path: Path) -> int:
    links = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(entry.readlink()))
        except FileNotFoundError:
            continue  # the directory's own
    return sum(link.startswith(str(path)) for link in links)


def test_threads_of_two_programs_write_at_once(world: World) -> None:
    programs = [world.open(), world.open()]
    lgo = pair(programs[0])
    given: dict[int, tuple[int, int]] = {}

    def work(number: int) -> None:
        for turn in range(EACH):
            journal = programs[turn % 2]
            given[journal.append("code.read", {"by": number, "turn": turn}).event_id] = (number, turn)

    _together(THREADS, work)
    assert sorted(given) == list(range(1, THREADS * EACH + 1))
    events = programs[1].read(lgo.id, 0, 1000)
    read = {event.id: (event.payload["by"], event.payload["turn"]) for event in events if event.payload}
    assert read == given
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_one_sighting_announced_by_all_threads_is_one_event(world: World) -> None:
    programs = [world.open(), world.open()]
    answers = []

    def work(number: int) -> None:
        answers.append(programs[number % 2].append("code.read", payload(), sighting=Sighting("s", DIGEST)))

    _together(THREADS, work)
    assert {answer.event_id for answer in answers} == {1}
    assert [answer.is_new for answer in answers].count(True) == 1


def test_readers_acknowledge_while_the_counter_writes(world: World) -> None:
    counter, bridge = world.open(), world.open()
    clients = [pair(counter, f"LGO {number}") for number in range(3)]
    total = 60
    received: dict[str, list[int]] = {client.id: [] for client in clients}

    def work(number: int) -> None:
        if number == 0:
            for turn in range(total):
                counter.append("code.read", payload(turn))
            return
        client = clients[number - 1]
        while len(received[client.id]) < total:
            ids = [event.id for event in bridge.read(client.id, 0, number * 3)]
            assert not set(ids) & set(received[client.id])
            received[client.id] += bridge.acknowledge(client.id, ids).newly
            counter.sweep()

    _together(4, work)
    assert all(sorted(ids) == list(range(1, total + 1)) for ids in received.values())
    assert counter.status().waiting == 0
    counter.sweep()
    assert counter.status().wal_bytes == 0


def test_the_connection_of_a_thread_goes_with_it(world: World) -> None:
    journal = world.open()
    journal.append("code.read", payload())
    before = _descriptors_of(world.path)
    assert before > 0
    at_once = 2
    for _ in range(20):
        _together(at_once, lambda _: journal.append_many([NewEvent("code.read", payload())]) and None)
    # SQLite keeps a closed connection's descriptor for the next one, as long as the file has others open.
    assert _descriptors_of(world.path) <= before + at_once


def test_closing_closes_the_connections_of_all_threads(world: World) -> None:
    journal: Journal = world.open()
    opened, closed = threading.Event(), threading.Event()

    def stay() -> None:
        journal.append("code.read", payload())
        opened.set()
        closed.wait()

    thread = threading.Thread(target=stay)
    thread.start()
    opened.wait()
    journal.close()
    assert _descriptors_of(world.path) == 0
    closed.set()
    thread.join()
    left = sorted(path.name for path in world.state.iterdir())
    assert left == ["journal.db", "journal.db.key", "journal.db.lock"]
