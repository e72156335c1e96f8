"""Memory, threads and descriptors of the eye over very many frames, as fast as it takes them.

Command: python -m benchmarks.soak_eye [--frames 200000]

What `comptoir eye` composes, with its decoders in their own process, over pictures drawn before: a bare
counter, sheets, a telephone, boxes, text, each for a while and with changing noise.
"""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from pathlib import Path

from appliance.capture.frame import Frame, GreyImage
from appliance.decode.announcer import Announcer
from appliance.decode.isolation import IsolatedReader
from appliance.decode.live import LiveReader
from appliance.decode.presence import PresenceTracker
from appliance.decode.sightings import Sighted
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import ENTER_NS, PlacedObject, Scene
from appliance.simulation.view import CounterView

FRAME_NS = 66_000_000
SIZE = (1280, 720)
LYING_FRAMES = 1500
TOLD_EVERY = 20_000
VIEWS: tuple[tuple[str, ...], ...] = (
    (),
    ("ordonnance",),
    ("courrier",),
    (),
    ("boite", "telephone-ordonnance"),
    ("ordonnance-accents",),
)
LOOKS = 3
PROCESSES = ("eye", "worker")
MAX_GROWTH_KB = 8 * 1024
"""After the first tenth: less than one frame of the largest camera."""


def pictures() -> list[list[GreyImage]]:
    """Some looks at each view."""
    view = CounterView(*SIZE, 1)
    drawn = []
    for slugs in VIEWS:
        objects = tuple(
            PlacedObject(slug, slug, 0.3 + 0.4 * number, 0.5, ITEMS[slug].default_angle_deg, 0)
            for number, slug in enumerate(slugs)
        )
        drawn.append([view.render(Scene(objects), 9 * ENTER_NS) for _ in range(LOOKS)])
    return drawn


def usage(process: int | str) -> tuple[int, int, int]:
    """Resident kB, threads and descriptors of a process."""
    status = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    )
    descriptors = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return int(status["VmRSS"].split()[0]), int(status["Threads"]), descriptors


def _told(name: str, one: tuple[int, int, int]) -> str:
    return f"{name} {one[0]} kB, {one[1]} threads, {one[2]} descriptors;"


def worker_of(nursery: int | None) -> str:
    """The nursery's only child."""
    return Path(f"/proc/{nursery}/task/{nursery}/children").read_text(encoding="ascii").split()[0]


def main() -> None:
    """Run and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200_000)
    frames: int = parser.parse_args().frames
    drawn = pictures()
    ids = iter(range(10**9))
    announcer = Announcer(PresenceTracker(lambda: f"s{next(ids)}"), "soak")
    sighted, rows, started_s = 0, [], time.monotonic()
    with closing(IsolatedReader()) as reader:
        reader.start()
        look = LiveReader(reader)
        for number in range(frames):
            views = drawn[number // LYING_FRAMES % len(drawn)]
            frame = Frame(views[number % LOOKS], number, number * FRAME_NS)
            symbols = look(frame)
            at_ns = frame.captured_at_ns
            said = announcer.repeat(at_ns) if symbols is None else announcer.look(symbols, at_ns)
            sighted += sum(isinstance(message, Sighted) for message in said)
            if (number + 1) % min(TOLD_EVERY, max(1, frames // 10)) == 0:
                rows.append((usage("self"), usage(worker_of(reader.process_id))))
                print(
                    f"{number + 1} frames, {time.monotonic() - started_s:.0f} s, {sighted} sightings:",
                    end=" ",
                )
                print(*(_told(name, one) for name, one in zip(PROCESSES, rows[-1], strict=True)), flush=True)
    growth = [max(row[part][0] for row in rows[1:]) - rows[0][part][0] for part in (0, 1)]
    print(f"growth after the first tenth: eye {growth[0]} kB, worker {growth[1]} kB; {reader.deaths} deaths")
    if max(growth) > MAX_GROWTH_KB:
        raise SystemExit("memory grew")


if __name__ == "__main__":
    main()
