"""From a change of the counter's state to the pixels on the panel, and what the bus carries.

`python -m benchmarks.display` paints a morning at the counter through luma's own driver on a recorded panel.
The bus's time is calculated from the bytes it carried, at 400 kHz I2C; the rest is measured.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.counter.panel import Panel
from appliance.counter.signals import Signals
from appliance.counter.state import State
from appliance.display.lamp import NoLamp
from appliance.display.luma_display import Controller, LumaDisplay
from appliance.display.render import render
from appliance.display.screens import InsRead
from appliance.display.sound import NoSpeaker
from appliance.simulation.panel import PanelMemory
from tests.counter.scenes import Scene, ins_code, ordonnance

BUS_HZ = 400_000
BITS_A_BYTE = 9
"""Eight and the acknowledgement."""

ADDRESS_AND_CONTROL_BYTES = 2
SETTLE_S = 0.03
"""Without a byte for so long, a picture is whole."""

LONG_NAME = "GARCIA-HAMMADI DE LA TOUR DU PIN"


@dataclass
class TimedBus:
    """Passes on to a panel, and notes when the last byte came and how long the wire took."""

    panel: PanelMemory
    bus_s: float = 0.0
    last_ns: int = 0
    transfers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def command(self, *codes: int) -> None:
        """Carry command bytes."""
        self._carry(len(codes))
        self.panel.command(*codes)

    def data(self, data: Sequence[int]) -> None:
        """Carry picture bytes."""
        self._carry(len(data))
        self.panel.data(data)

    def cleanup(self) -> None:
        """Give the bus back."""
        self.panel.cleanup()

    def _carry(self, count: int) -> None:
        with self.lock:
            self.bus_s += (count + ADDRESS_AND_CONTROL_BYTES) * BITS_A_BYTE / BUS_HZ
            self.last_ns = time.monotonic_ns()
            self.transfers += 1

    @property
    def bytes_carried(self) -> int:
        """By commands and pictures, without addresses."""
        return self.panel.data_bytes + self.panel.command_bytes


class Bench:
    """A real panel thread on a recorded panel."""

    def __init__(self, controller: Controller, folder: Path) -> None:
        clock = SystemClock()
        self.bus = TimedBus(PanelMemory(controller))
        display = LumaDisplay(controller, lambda: self.bus, clock=clock)
        self.panel = Panel(display, Signals(NoSpeaker(), NoLamp(), clock), folder / "counter.json", clock)
        self.thread = StoppableThread("panel", self.panel.run)
        self.thread.start()

    def show(self, state: State) -> float | None:
        """Seconds from the state to its pixels; None when it sent nothing."""
        before, bus_s = self.bus.transfers, self.bus.bus_s
        begin_ns = time.monotonic_ns()
        self.panel.show(state)
        deadline_ns = begin_ns + 200_000_000
        while self.bus.transfers == before and time.monotonic_ns() < deadline_ns:
            time.sleep(0.0005)
        if self.bus.transfers == before:
            return None
        while time.monotonic_ns() - self.bus.last_ns < SETTLE_S * 1e9:
            time.sleep(0.002)
        return (self.bus.last_ns - begin_ns) / 1e9 + self.bus.bus_s - bus_s


def morning(customers: int) -> list[State]:
    """States of so many customers, each of which changes the screen."""
    scene = Scene()
    states = [scene.state]
    for number in range(customers):
        name = ("GENE", "D'ÂGE", "CORSE", "ADRTROIS")[number % 4]
        scene.lay(f"q{number}", ordonnance(f"2026{number:014}", name))
        states.append(scene.state)
        scene.lgo_acknowledges_all()
        states.append(scene.state)
        scene.lay(f"i{number}", ins_code(family="ADRTROIS"))
        states.append(scene.state)
        scene.take(f"q{number}", f"i{number}")
        scene.wait(25)
        states.append(scene.state)
    return states


def measure(controller: Controller, customers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(controller, Path(folder))
        bench.show(Scene().state)
        carried = bench.bus.bytes_carried
        times = [taken for state in morning(customers) if (taken := bench.show(state)) is not None]
        a_change = (bench.bus.bytes_carried - carried) / len(times)
        idle = Scene().state
        bench.show(idle)
        time.sleep(1)
        before = bench.bus.bytes_carried
        time.sleep(5)
        at_rest = bench.bus.bytes_carried - before
        bench.thread.stop()
    times.sort()
    print(f"{controller}: {len(times)} changes of the screen")
    print(
        f"  state to pixels: median {statistics.median(times) * 1000:.1f} ms, p95 {p95(times) * 1000:.1f} ms"
    )
    print(f"  bytes a change: mean {a_change:.0f} of {1024 + 8} for a whole picture")
    print(f"  bytes in 5 s while nothing moves: {at_rest}")


def p95(values: list[float]) -> float:
    return values[int(0.95 * (len(values) - 1))]


def scrolling(controller: Controller) -> None:
    """A name that scrolls: how many pictures a second the bus has time for, and what they cost."""
    bus = TimedBus(PanelMemory(controller))
    display = LumaDisplay(controller, lambda: bus, clock=SystemClock())
    shown = InsRead(LONG_NAME, "SARAH-LOU ANNA MARIE CHARLOTTE", "21/01/1977", "F", False, True, ())
    pictures = [render(shown, tick=tick) for tick in range(30, 90)]
    display.show(pictures[0])
    bus_s, carried = bus.bus_s, bus.bytes_carried
    for picture in pictures[1:]:
        display.show(picture)
    a_picture_s = (bus.bus_s - bus_s) / (len(pictures) - 1)
    a_picture = (bus.bytes_carried - carried) / (len(pictures) - 1)
    print(f"  two names scrolling: {a_picture:.0f} bytes, {a_picture_s * 1000:.1f} ms of bus a picture;")
    print(f"  the bus has time for {1 / a_picture_s:.0f} pictures a second, 20 are shown")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--customers", type=int, default=60)
    customers = arguments.parse_args().customers
    warnings.filterwarnings("ignore", "Image.Image.getdata is deprecated")
    for controller in Controller:
        measure(controller, customers)
        scrolling(controller)


if __name__ == "__main__":
    main()
