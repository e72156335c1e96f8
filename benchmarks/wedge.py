"""From the first sharp frame of a sheet to the last key of its text on a PC, and how fast a keyboard types.

Command: python -m benchmarks.wedge [--sheets 20]

The counter is the real program; the eye and the keyboard's output are the real ones, run in this process
so that each instant is known. The camera is simulated, and so is the PC: it fetches each report at once,
while a real one asks every 1 to 8 ms. That what it holds is exact is the tests' matter.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread, stop_all
from appliance.cli.eye import compose
from appliance.cli.journals import open_journal
from appliance.decode.isolation import IsolatedReader
from appliance.journal.doorbell import Doorbell
from appliance.outputs.client import enrol
from appliance.outputs.runner import OutputRunner
from appliance.outputs.wedge.hid import Usage
from appliance.outputs.wedge.sink import KeyboardSink, layout_of, manner_of
from appliance.outputs.wedge.wedge import Outcome, Wedge
from appliance.settings import Settings
from appliance.simulation.camera import SimulatedCamera
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.hid_host import SimulatedHost
from appliance.simulation.scene import PlacedObject, Scene, SceneFile
from appliance.simulation.supervisor import comptoir_command
from benchmarks.latency import NS_PER_MS, SETTINGS, TimedLook, spread

KEYBOARD = """
[keyboard]
driver = "gadget"
system = "linux"
report_ms = {report_ms}
[keyboard.profile]
ins = "none"
"""
SHEETS = ("ordonnance", "ordonnance-sans-patient", "ordonnance-accents")
ORDONNANCE = (
    '{"S":{"V":2},"D":{"ID":"202106180921110040","P":{"N":"GENE","P":"Alain","D":"1966-02-23"},'
    '"M":{"RPPS":"99900038441","AM":"991118019"}}}'
)
SPEEDS_MS = (1, 5, 20)
TIMEOUT_S = 120


class Desk:
    """A PC that says when a text was ended by Enter, and the time of its reports."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.host = SimulatedHost(SystemClock(), on_report=self._fetched)

    def _fetched(self, report: bytes) -> None:
        if report[2] == Usage.ENTER:
            self.done.set()


def typing(settings: Settings, text: str) -> dict[str, float]:
    """Characters a second of one text, on a PC that fetches at once."""
    desk = Desk()
    keyboard = settings.keyboard
    wedge = Wedge(desk.host, layout_of(keyboard), manner_of(keyboard), SystemClock())
    begun_ns = time.monotonic_ns()
    result = wedge.type(text, expires_ns=None, stopping=threading.Event())
    if result.outcome is not Outcome.TYPED:
        raise RuntimeError(result.outcome)
    seconds = (time.monotonic_ns() - begun_ns) / 1e9
    return {
        "characters": len(text),
        "seconds": round(seconds, 2),
        "characters_per_s": round(len(text) / seconds),
    }


@contextlib.contextmanager
def counter_program(settings_file: Path) -> Iterator[None]:
    """The real counter."""
    running = subprocess.Popen(comptoir_command("counter", "--settings", str(settings_file)))
    try:
        yield
    finally:
        running.terminate()
        running.wait(10)


def laid(scene: SceneFile, look: TimedLook, desk: Desk, number: int) -> list[float]:
    """Lay a sheet, wait for its Enter; ms: all, until the frame that read it, the first key, the last."""
    slug = SHEETS[number % len(SHEETS)]
    placed = PlacedObject(
        id=f"o{number}",
        slug=slug,
        x=0.5,
        y=0.5,
        angle_deg=ITEMS[slug].default_angle_deg,
        placed_at_ns=time.monotonic_ns(),
        removed_at_ns=None,
    )
    desk.done.clear()
    desk.host.fetched.clear()
    scene.write(Scene(objects=(placed,)))
    if not desk.done.wait(TIMEOUT_S):
        raise RuntimeError(f"{slug} was not typed within {TIMEOUT_S} s")
    looks = [one for one in look.looks if one.at_ns >= placed.placed_at_ns]
    read = next(one for one in looks if one.is_read)
    sharp_ns = next((one.at_ns for one in looks if one.at_ns >= placed.sharp_at_ns), read.at_ns)
    keys = [at_ns for at_ns, report in desk.host.fetched if report[2]]
    instants = (min(sharp_ns, read.at_ns), read.at_ns, keys[0], keys[-1])
    return [(b - a) / NS_PER_MS for a, b in ((instants[0], instants[3]), *pairwise(instants))]


def measured(folder: Path, settings_file: Path, sheets: int) -> list[list[float]]:
    """Lay all sheets before a running appliance."""
    settings, clock, desk = Settings.load(settings_file), SystemClock(), Desk()
    scene, reader = SceneFile(folder / "run" / "scene.json"), IsolatedReader(clock=clock)
    reader.start()
    look = TimedLook(reader)
    scene.write(Scene())
    camera = SimulatedCamera(scene, width=1920, height=1080, frames_per_s=15, clock=clock, seed=1)
    pause = threading.Event()
    with open_journal(settings, clock) as (journal, device_key), counter_program(settings_file):
        sink = KeyboardSink(settings.keyboard, desk.host, clock, "bench")
        runner = OutputRunner(
            journal,
            enrol(journal, device_key, sink.traits).id,
            sink,
            doorbell=Doorbell(folder / "run" / "doorbell"),
            runtime=folder / "run",
            clock=clock,
            beat=lambda: None,
        )
        threads = [
            StoppableThread("eye", compose(folder / "run", camera, look, clock).run),
            StoppableThread("keyboard", runner.run),
        ]
        for thread in threads:
            thread.start()
        try:
            rows = []
            # The first one also waits for the counter's start and is not counted.
            for number in range(sheets + 1):
                rows.append(laid(scene, look, desk, number))
                # Not in step with the camera, or each sheet would be laid at the same instant of a frame.
                pause.wait(0.2 + secrets.randbelow(100) / 1000)
                scene.write(Scene())
                pause.wait(2.6)
            return rows[1:]
        finally:
            stop_all(threads)
            reader.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=20)
    arguments = parser.parse_args()
    report: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="ct-", dir="/dev/shm") as name:
        folder = Path(name)
        for part in ("state", "run"):
            (folder / part).mkdir()
        settings_file = folder / "comptoir.toml"
        for speed_ms in SPEEDS_MS:
            settings_file.write_text(_settings(folder, speed_ms))
            report[f"ordonnance at {speed_ms} ms a report"] = typing(Settings.load(settings_file), ORDONNANCE)
        settings_file.write_text(_settings(folder, SPEEDS_MS[1]))
        columns = zip(*measured(folder, settings_file, arguments.sheets), strict=True)
        names = ("light to last key", "until the frame that reads it", "until the first key", "typing")
        report |= {f"{name}, ms": spread(column) for name, column in zip(names, columns, strict=True)}
    print(json.dumps(report, indent=1))


def _settings(folder: Path, report_ms: int) -> str:
    return SETTINGS.format(folder=folder, port=0) + KEYBOARD.format(report_ms=report_ms)


if __name__ == "__main__":
    main()
