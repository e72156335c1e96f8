"""Signs of life: what systemd really receives, and when it receives nothing."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.base.clock import NS_PER_S, ManualClock
from appliance.base.service_manager import MAX_STATUS_CHARACTERS, ServiceManager
from appliance.base.vitality import Vitality, feed


@dataclass
class Manager:
    """The receiving end."""

    socket: socket.socket
    address: str

    def heard(self) -> str:
        return self.socket.recv(4096).decode()

    def is_silent(self) -> bool:
        self.socket.settimeout(0)
        try:
            self.socket.recv(4096)
        except BlockingIOError:
            return True
        return False


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    name = str(tmp_path / "notify") if request.param == "file" else f"@comptoir-{tmp_path.name}-{id(request)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(10)
        receiver.bind("\0" + name[1:] if name.startswith("@") else name)
        yield Manager(receiver, name)


def test_each_state_is_one_datagram(manager: Manager) -> None:
    program = ServiceManager(manager.address)
    program.ready()
    program.alive()
    program.status("42 images\nà l'écran")
    program.stopping()
    heard = [manager.heard() for _ in range(4)]
    assert heard == ["READY=1", "WATCHDOG=1", "STATUS=42 images à l'écran", "STOPPING=1"]


@pytest.mark.parametrize("length", [MAX_STATUS_CHARACTERS, MAX_STATUS_CHARACTERS + 1])
def test_a_status_is_cut_at_its_bound(manager: Manager, length: int) -> None:
    ServiceManager(manager.address).status("x" * length)
    assert len(manager.heard()) == len("STATUS=") + MAX_STATUS_CHARACTERS


@pytest.mark.parametrize("address", [None, "/nowhere/notify", "@nobody-listens-here"])
def test_without_a_manager_nothing_happens(address: str | None) -> None:
    ServiceManager(address).ready()


@pytest.mark.parametrize(
    ("environment", "watchdog_ns"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "3000000"}, 3 * NS_PER_S),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"}, 3 * NS_PER_S),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "３"}, None),
    ],
)
def test_the_watchdog_of_the_environment(environment: dict[str, str], watchdog_ns: int | None) -> None:
    assert ServiceManager.from_environment(environment, pid=7).watchdog_ns == watchdog_ns


def test_a_part_is_missed_after_its_limit_and_found_again_with_its_beat() -> None:
    clock = ManualClock()
    vitality = Vitality({"frames": 2 * NS_PER_S, "journal": 5 * NS_PER_S}, clock)
    clock.elapsed_ns = 2 * NS_PER_S
    assert vitality.missed() == ()
    clock.elapsed_ns += 1
    assert vitality.missed() == ("frames",)
    vitality.beat("frames")
    assert vitality.missed() == ()
    clock.elapsed_ns = 6 * NS_PER_S
    assert vitality.missed() == ("frames", "journal")


def test_a_part_that_is_not_known_cannot_beat() -> None:
    with pytest.raises(KeyError):
        Vitality({"frames": 1}, ManualClock()).beat("frame")


def test_a_limit_must_leave_some_time() -> None:
    with pytest.raises(ValueError, match="time"):
        Vitality({"frames": 0}, ManualClock())


def test_the_manager_hears_of_life_only_while_every_part_lives(
    manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    vitality = Vitality({"frames": NS_PER_S}, clock)
    program = ServiceManager(manager.address, watchdog_ns=NS_PER_S)
    stopping = _Turns(3)

    def freeze() -> None:
        clock.elapsed_ns += 2 * NS_PER_S

    stopping.before_turn[1] = freeze
    stopping.before_turn[2] = lambda: vitality.beat("frames")
    with caplog.at_level(logging.ERROR):
        feed(program, vitality, stopping)
    assert [manager.heard(), manager.heard()] == ["WATCHDOG=1", "WATCHDOG=1"]
    assert manager.is_silent()
    assert [record.getMessage() for record in caplog.records] == ["no sign of life from: frames"]
    assert stopping.pauses_s == [pytest.approx(1 / 3)] * 3


class _Turns(threading.Event):
    """An event that is set after so many waits; something may happen before each."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns = turns
        self.pauses_s: list[float] = []
        self.before_turn: dict[int, object] = {}

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses_s.append(timeout or 0)
        happening = self.before_turn.get(len(self.pauses_s))
        if callable(happening):
            happening()
        return len(self.pauses_s) >= self.turns
