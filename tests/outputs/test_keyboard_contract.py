"""What every keyboard does, the kernel's gadget and the simulated PC alike."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.base.clock import ManualClock
from appliance.outputs.wedge.hid import RELEASED, Leds, Stroke, report
from appliance.outputs.wedge.keyboard import (
    GadgetKeyboard,
    HostAbsentError,
    HostAsleepError,
    Keyboard,
    KeyboardError,
)
from appliance.simulation.hid_host import HostState, SimulatedHost

A = report(Stroke(0x14))
MANY = 5000
"""More reports than any buffer between the two holds."""


class GadgetBench:
    """The gadget's driver, with a pair of sockets for /dev/hidg0: they keep messages apart as it does."""

    def __init__(self, folder: Path) -> None:
        self._port = folder / "port.usb"
        self._port.mkdir()
        self._host: socket.socket | None = None
        self.plug()
        self.keyboard: Keyboard = GadgetKeyboard(Path("/dev/hidg0"), udc=folder, open_device=self._open)

    def _open(self, _device: Path) -> int:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        theirs.setblocking(False)
        if self._host is not None:
            self._host.close()
        self._host = theirs
        return ours.detach()

    def plug(self) -> None:
        (self._port / "state").write_text("configured\n")

    def unplug(self) -> None:
        (self._port / "state").write_text("not attached\n")
        if self._host is not None:
            self._host.close()

    def tell(self, lamps: int) -> None:
        assert self._host is not None
        self._host.send(bytes([lamps]))

    def fetched(self) -> list[bytes]:
        assert self._host is not None
        reports = []
        try:
            while True:
                reports.append(self._host.recv(64))
        except BlockingIOError:
            return reports

    def sleep(self) -> None:
        """Whoever does not read sleeps."""

    def close(self) -> None:
        self.keyboard.close()
        if self._host is not None:
            self._host.close()


class SimulatedBench:
    def __init__(self, _folder: Path) -> None:
        self._host = SimulatedHost(ManualClock(), caps_lock=True, num_lock=False, tells_at_start=False)
        self.keyboard: Keyboard = self._host

    def unplug(self) -> None:
        self._host.become(HostState.ABSENT)

    def plug(self) -> None:
        self._host.become(HostState.AWAKE)

    def tell(self, lamps: int) -> None:
        if bool(lamps & 2) != self._host.locks.caps_lock:
            self._host.press_caps_lock()
        else:
            self._host.press_caps_lock()
            self._host.press_caps_lock()

    def fetched(self) -> list[bytes]:
        reports = [what for _, what in self._host.fetched]
        self._host.fetched.clear()
        return reports

    def sleep(self) -> None:
        self._host.become(HostState.ASLEEP)

    def close(self) -> None:
        self.keyboard.close()


Bench = GadgetBench | SimulatedBench


@pytest.fixture(params=[GadgetBench, SimulatedBench])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    make: Callable[[Path], Bench] = request.param
    bench = make(tmp_path)
    yield bench
    bench.close()


def _write_many(keyboard: Keyboard) -> None:
    for _ in range(MANY):
        keyboard.write(A, 0.01)


def test_reports_arrive_as_they_are_in_their_order(bench: Bench) -> None:
    assert bench.keyboard.present()
    for what in (A, RELEASED, A):
        bench.keyboard.write(what, 0.1)
    bench.keyboard.flush(0.1)
    assert bench.fetched() == [A, RELEASED, A]


def test_lamps_are_unknown_until_they_are_told(bench: Bench) -> None:
    assert bench.keyboard.lamps() is None
    bench.keyboard.write(RELEASED, 0.1)
    bench.tell(0x02)
    assert bench.keyboard.lamps() == Leds(num_lock=False, caps_lock=True)
    assert bench.keyboard.lamps() == Leds(num_lock=False, caps_lock=True)
    bench.tell(0x00)
    assert bench.keyboard.lamps() == Leds(num_lock=False, caps_lock=False)


def test_a_host_that_fetches_nothing_is_asleep(bench: Bench) -> None:
    bench.keyboard.write(RELEASED, 0.01)
    bench.sleep()
    with pytest.raises(HostAsleepError):
        _write_many(bench.keyboard)


def test_a_host_that_is_unplugged_is_absent_until_it_is_plugged_in(bench: Bench) -> None:
    bench.keyboard.write(A, 0.1)
    bench.unplug()
    with pytest.raises(HostAbsentError):
        bench.keyboard.write(RELEASED, 0.1)
    assert not bench.keyboard.present()
    bench.plug()
    assert bench.keyboard.present()
    bench.keyboard.write(A, 0.1)
    assert bench.fetched()[-1] == A


def test_the_next_host_has_lamps_of_its_own(tmp_path: Path) -> None:
    bench = GadgetBench(tmp_path)
    bench.keyboard.write(RELEASED, 0.1)
    bench.tell(0x03)
    assert bench.keyboard.lamps() == Leds(num_lock=True, caps_lock=True)
    bench.unplug()
    assert not bench.keyboard.present()
    bench.plug()
    assert bench.keyboard.lamps() is None
    bench.close()


def test_a_gadget_that_is_not_there_is_said(tmp_path: Path) -> None:
    keyboard = GadgetKeyboard(tmp_path / "hidg0", udc=tmp_path / "none")
    assert not keyboard.present()
    with pytest.raises(HostAbsentError):
        keyboard.write(RELEASED, 0.1)
    keyboard.close()


def test_a_device_that_may_not_be_opened_is_named_by_its_error(tmp_path: Path) -> None:
    def refuse(_device: Path) -> int:
        raise PermissionError(13, "no")

    keyboard = GadgetKeyboard(tmp_path / "hidg0", open_device=refuse)
    with pytest.raises(KeyboardError, match="EACCES") as refused:
        keyboard.lamps()
    assert not isinstance(refused.value, HostAbsentError)
