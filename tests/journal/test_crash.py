"""Programs killed at random instants: what they were told was written, is."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.base.clock import SystemClock
from appliance.journal import Client, Event, EventState, Journal
from tests.journal.world import DEVICE_KEY, World, pair

KILLS = int(os.environ.get("COMPTOIR_JOURNAL_KILLS", "12"))
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.processes


def _command(world: World, module: str, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        f"tests.journal.{module}",
        str(world.state),
        str(world.volatile),
        *arguments,
    ]


@contextmanager
def _program(world: World, module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The program; killed at the end at the latest."""
    command = _command(world, module, *arguments)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _open(world: World) -> Journal:
    return world.closing.enter_context(
        Journal.open(
            world.path,
            DEVICE_KEY,
            clock=SystemClock(),
            volatile_directory=world.volatile,
            on_loss=world.losses.append,
        )
    )


def _pair(world: World) -> Client:
    with _open(world) as journal:
        return pair(journal)


def _said(process: subprocess.Popen[str], lines: int) -> list[str]:
    """So many lines, then the kill, then what was still in the pipe."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    said += process.stdout.readlines()
    assert all(line.endswith("\n") for line in said), said
    return said


def _all_owed(journal: Journal, client_id: str) -> list[Event]:
    events: list[Event] = []
    while more := journal.read(client_id, events[-1].id if events else 0, 1000):
        events += more
    return events


def _erased(journal: Journal) -> set[int]:
    heads: list[Event] = []
    while more := journal.history(heads[-1].id if heads else 0, 1000):
        heads += more
    return {head.id for head in heads if head.state is EventState.ERASED}


def test_every_id_that_was_said_is_there_after_a_kill(world: World) -> None:
    dice = random.Random()
    client = _pair(world)
    promised: dict[int, tuple[str, int]] = {}
    for kill in range(KILLS):
        name = f"life{kill}"
        with _program(world, "appender", name) as process:
            for line in _said(process, dice.randrange(1, 40)):
                event_id, number = map(int, line.split())
                assert event_id > max(promised, default=0)
                promised[event_id] = (name, number)
        with _open(world) as journal:
            found = {
                event.id: (event.payload["name"], event.payload["number"])
                for event in _all_owed(journal, client.id)
                if event.payload
            }
            assert {event_id: found.get(event_id) for event_id in promised} == promised
            assert len(set(found.values())) == len(found), "nothing was written twice"
            assert len(found) <= len(promised) + kill + 1, "at most the one that was being said"
            # What is under the camera is known again, with its event.
            assert {p.event_id for p in journal.presentations()} == set(found)
    assert world.losses == []


def test_writers_and_readers_killed_together_keep_their_promises(world: World) -> None:
    dice = random.Random()
    client = _pair(world)
    promised: set[int] = set()
    acknowledged: set[int] = set()
    for kill in range(KILLS // 2):
        with (
            _program(world, "appender", f"life{kill}") as appender,
            _program(world, "acknowledger", client.id) as acknowledger,
        ):
            done = {int(line) for line in _said(acknowledger, dice.randrange(1, 20))}
            assert not done & acknowledged, "an event acknowledged was given again"
            acknowledged |= done
            promised |= {int(line.split()[0]) for line in _said(appender, 1)}
        with _open(world) as journal:
            waiting = {event.id for event in _all_owed(journal, client.id)}
            assert not waiting & acknowledged
            erased = _erased(journal)
            assert acknowledged <= erased
            assert promised <= waiting | erased
            journal.sweep()
            assert journal.status().wal_bytes == 0
    assert world.losses == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on this machine")
def test_an_id_is_said_after_the_log_was_synced(world: World, tmp_path: Path) -> None:
    """The system calls of the program itself: between two ids it says, the log is written and synced."""
    _pair(world)
    trace = tmp_path / "trace"
    calls = "trace=write,pwrite64,fdatasync,fsync"
    strace = ["strace", "--follow-forks", "--decode-fds=path", "-e", calls, "-o", str(trace)]
    command = [*strace, *_command(world, "appender", "traced", "20")]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    synced = False
    ids = 0
    for line in trace.read_text().splitlines():
        if re.search(r"\b(fdatasync|fsync)\(\d+<[^>]*journal\.db-wal>\)\s*= 0", line):
            synced = True
        elif re.search(r"\bpwrite64\(\d+<[^>]*journal\.db-wal>", line):
            synced = False
        elif re.search(r'\bwrite\(1<[^>]*>, "\d+ \d+', line):
            assert synced, f"id {ids} was said before its event was on the disk"
            ids += 1
            synced = False
    assert ids == 20
