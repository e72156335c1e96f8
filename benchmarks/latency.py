"""From the first sharp frame of a sheet to the event in the LGO's hands, and what a frame costs meanwhile.

Command: python -m benchmarks.latency [--sheets 60]

The simulated camera draws each frame before it gives it, which no real one does: the latency is told with and
without the drawing of the frame that was read.

The counter and the bridge are the real programs. The eye is the real one too, run in this process so that
each frame's time is known. Costs are CPU time of the eye's look at the frames of an empty counter and of a
sheet lying still, as a ratio to the naive way on the same frames: pyzbar.decode, then pylibdmtx.decode within
200 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import secrets
import ssl
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import httpx
from pylibdmtx import pylibdmtx
from pyzbar import pyzbar

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.capture.frame import Frame
from appliance.cli.eye import compose
from appliance.cli.journals import open_journal
from appliance.decode.isolation import IsolatedReader
from appliance.decode.live import LiveReader
from appliance.decode.symbol import Symbol, Symbology
from appliance.settings import Settings
from appliance.simulation.camera import SimulatedCamera
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import PlacedObject, Scene, SceneFile
from appliance.simulation.supervisor import comptoir_command

NS_PER_MS = 1e6
SETTINGS = """
[paths]
state_directory = "{folder}/state"
runtime_directory = "{folder}/run"
[camera]
driver = "simulated"
[display]
driver = "png"
[buttons]
driver = "none"
[bridge]
host = "127.0.0.1"
port = {port}
"""
SHEETS = ("ordonnance", "ordonnance-sans-patient", "ordonnance-accents")
NAIVE_TIMEOUT_MS = 200
NAIVE_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """One look of the eye: exposed, begun, ended (CLOCK_MONOTONIC), and whether it read a QR code."""

    at_ns: int
    begun_ns: int
    ended_ns: int
    is_read: bool


@dataclass(frozen=True, slots=True)
class Laying:
    """From the first sharp frame of a sheet to its event, ms, and what it was spent on.

    Attributes:
        whole: all of it; a sheet that is read before it lies sharp counts from the frame that read it.
        frames: until the frame that read it was exposed.
        drawing: of that frame, which a real camera does not do.
        reading: gate, hand-over to the decoders' process, decoding, answer.
        journal: counter, until the event has its time, just before it is written.
        client: write and fsync, doorbell, bridge, TLS, the client's parsing.
    """

    whole: float
    frames: float
    drawing: float
    reading: float
    journal: float
    client: float


class TimedLook:
    """The eye's look, with the times of each frame and the CPU it cost."""

    def __init__(self, reader: IsolatedReader) -> None:
        self.look = LiveReader(reader)
        self.looks: list[Looked] = []
        self.costs_ms: list[float] = []
        self.last: Frame | None = None

    def __call__(self, frame: Frame) -> Sequence[Symbol] | None:
        """Look, and note."""
        begun_ns = time.monotonic_ns()
        self.last = frame
        started_ns = time.thread_time_ns()
        symbols = self.look(frame)
        self.costs_ms.append((time.thread_time_ns() - started_ns) / NS_PER_MS)
        is_read = any(symbol.symbology is Symbology.QR_CODE for symbol in symbols or ())
        self.looks.append(Looked(frame.captured_at_ns, begun_ns, time.monotonic_ns(), is_read))
        return symbols


def naive_ms(frame: Frame) -> float:
    """CPU of the naive loop on one frame, in ms."""
    started_ns = time.thread_time_ns()
    pyzbar.decode(frame.grey)
    pylibdmtx.decode(frame.grey, timeout=NAIVE_TIMEOUT_MS)
    return (time.thread_time_ns() - started_ns) / NS_PER_MS


@contextlib.contextmanager
def programs(settings_file: Path) -> Iterator[None]:
    """The real counter and the real bridge."""
    running = [
        subprocess.Popen(comptoir_command(name, "--settings", str(settings_file)))
        for name in ("counter", "bridge")
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)


def lgo(folder: Path, port: int, token: str) -> httpx.Client:
    """An LGO that trusts the device's certificate, once the bridge answers."""
    certificate = folder / "state" / "bridge" / "certificate.pem"
    pause = threading.Event()
    for _ in range(600):
        if certificate.exists():
            client = httpx.Client(
                base_url=f"https://127.0.0.1:{port}",
                verify=ssl.create_default_context(cafile=str(certificate)),
                headers={"Authorization": f"Bearer {token}"},
                timeout=35,
                trust_env=False,
            )
            with contextlib.suppress(httpx.HTTPError):
                if client.get("/v1/ready").status_code == httpx.codes.OK:
                    return client
            client.close()
        pause.wait(0.05)
    raise RuntimeError("the bridge did not answer within 30 s")


class Counter:
    """Lays sheets and waits for what the LGO gets."""

    def __init__(self, scene: SceneFile, client: httpx.Client, look: TimedLook) -> None:
        self.scene = scene
        self.client = client
        self.look = look
        self.after = 0

    def wait_for_ordonnance(self) -> tuple[int, int]:
        """When the event was made, and when the waiting long poll had it (CLOCK_MONOTONIC)."""
        while True:
            answer = self.client.get("/v1/events", params={"after": self.after, "wait": 25, "limit": 100})
            now_ns = time.monotonic_ns()
            events = answer.raise_for_status().json()["events"]
            self.after = max([self.after, *(event["id"] for event in events)])
            if events:
                self.client.post("/v1/events/ack", json={"through": self.after}).raise_for_status()
            for event in events:
                if event["kind"] == "code.read" and event["payload"]["kind"] == "ordonnance":
                    # The event's time is of the wall; the two clocks are compared now.
                    age_ns = time.time_ns() - round(datetime.fromisoformat(event["at"]).timestamp() * 1e9)
                    return time.monotonic_ns() - age_ns, now_ns

    def lay_and_wait(self, number: int) -> Laying:
        """Lay one and wait for its event."""
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
        self.scene.write(Scene(objects=(placed,)))
        made_ns, told_ns = self.wait_for_ordonnance()
        looks = [look for look in self.look.looks if placed.placed_at_ns <= look.at_ns <= told_ns]
        read = next(look for look in looks if look.is_read)
        sharp_ns = next((look.at_ns for look in looks if look.at_ns >= placed.sharp_at_ns), read.at_ns)
        from_ns = min(sharp_ns, read.at_ns)
        instants = (from_ns, read.at_ns, read.begun_ns, read.ended_ns, made_ns, told_ns)
        parts = [(later - earlier) / NS_PER_MS for earlier, later in pairwise(instants)]
        return Laying((told_ns - from_ns) / NS_PER_MS, *parts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=60)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--rate", type=float, default=15)
    parser.add_argument("--port", type=int, default=18443)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ct-", dir="/dev/shm") as name:
        folder = Path(name)
        for part in ("state", "run"):
            (folder / part).mkdir()
        settings_file = folder / "comptoir.toml"
        settings_file.write_text(SETTINGS.format(folder=folder, port=arguments.port))
        settings, clock, token = Settings.load(settings_file), SystemClock(), secrets.token_urlsafe(16)
        with open_journal(settings, clock) as (journal, _):
            journal.add_client("bench", sha256(token.encode()).digest(), ["events"])
        scene, reader = SceneFile(folder / "run" / "scene.json"), IsolatedReader(clock=clock)
        reader.start()
        look = TimedLook(reader)
        scene.write(Scene())
        camera = SimulatedCamera(
            scene,
            width=arguments.width,
            height=arguments.height,
            frames_per_s=arguments.rate,
            clock=clock,
            seed=1,
        )
        with programs(settings_file), contextlib.closing(lgo(folder, arguments.port, token)) as client:
            eye = StoppableThread("eye", compose(folder / "run", camera, look, clock).run)
            eye.start()
            try:
                report(arguments, scene, client, look)
            finally:
                eye.stop()
                reader.close()


def report(arguments: argparse.Namespace, scene: SceneFile, client: httpx.Client, look: TimedLook) -> None:
    """Lay the sheets, watch the empty and the still counter, print the figures."""
    counter, pause = Counter(scene, client, look), threading.Event()
    laid = []
    for number in range(arguments.sheets):
        laid.append(counter.lay_and_wait(number))
        # Not in step with the camera, or each sheet would be laid at the same instant of a frame.
        pause.wait(0.2 + secrets.randbelow(100) / 1000)
        scene.write(Scene())
        pause.wait(2.6)
    rows: dict[str, object] = {"sheets": len(laid)}
    for part in fields(Laying):
        rows[f"{part.name}_ms"] = spread([getattr(one, part.name) for one in laid])
    rows["whole_less_drawing_ms"] = spread([one.whole - one.drawing for one in laid])
    for name, objects in (("empty", ()), ("still", (still_sheet(),))):
        scene.write(Scene(objects=objects))
        pause.wait(3)
        before = len(look.costs_ms)
        pause.wait(8)
        ours = statistics.mean(look.costs_ms[before:])
        frame = look.last
        assert frame is not None
        naive = statistics.median([naive_ms(frame) for _ in range(NAIVE_FRAMES)])
        rows[name] = {
            "frames": len(look.costs_ms) - before,
            "ours_ms": round(ours, 3),
            "naive_ms": round(naive, 1),
            "ratio": f"1/{naive / ours:.0f}",
        }
    print(json.dumps(rows, indent=1))


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    p95 = sorted(values)[int(0.95 * (len(values) - 1))]
    return {"median": round(statistics.median(values), 1), "p95": round(p95, 1)}


def still_sheet() -> PlacedObject:
    """A sheet that was laid a while ago."""
    return PlacedObject(
        id="still",
        slug=SHEETS[0],
        x=0.5,
        y=0.5,
        angle_deg=ITEMS[SHEETS[0]].default_angle_deg,
        placed_at_ns=time.monotonic_ns(),
        removed_at_ns=None,
    )


if __name__ == "__main__":
    main()
