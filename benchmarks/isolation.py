"""What it costs to read in another process: CPU a frame and time a frame, as a ratio to reading in this one.

Command: python -m benchmarks.isolation [--frames 200]
"""

from __future__ import annotations

import argparse
import statistics
import time
from contextlib import closing
from pathlib import Path

from appliance.capture.frame import Frame
from appliance.decode.isolation import IsolatedReader
from appliance.decode.live import FrameReader
from appliance.decode.reader import Reader
from appliance.decode.unread import WatchfulReader
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.distress import still_scene

SIZE = (2304, 1296)
LOOKS = 4
NS_PER_MS = 1e6


def worker_cpu_ms(nursery: int | None) -> float:
    """CPU of the nursery's worker so far, to the nanosecond (the first field of schedstat)."""
    worker = Path(f"/proc/{nursery}/task/{nursery}/children").read_text(encoding="ascii").split()[0]
    return int(Path(f"/proc/{worker}/schedstat").read_text(encoding="ascii").split()[0]) / NS_PER_MS


def measure(reader: FrameReader, frames: list[Frame], count: int) -> tuple[float, float]:
    """CPU of this process and median time, ms a frame; each frame is read as a new one."""
    spent = []
    before_ns = time.process_time_ns()
    for number in range(count):
        started_ns = time.monotonic_ns()
        reader.read(frames[number % len(frames)])
        spent.append((time.monotonic_ns() - started_ns) / NS_PER_MS)
    return (time.process_time_ns() - before_ns) / NS_PER_MS / count, statistics.median(spent)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200)
    count: int = parser.parse_args().frames
    scene = still_scene(ITEMS["ordonnance"], width=SIZE[0], height=SIZE[1], seed=1, difficulty="clean")
    frames = [Frame(scene.look(number), number, number) for number in range(LOOKS)]
    here = WatchfulReader(Reader())
    measure(here, frames, count // 4)
    here_cpu, here_ms = measure(here, frames, count)
    with closing(IsolatedReader()) as there:
        there.start()
        measure(there, frames, count // 4)
        before_ms = worker_cpu_ms(there.process_id)
        eye_cpu, there_ms = measure(there, frames, count)
        there_cpu = eye_cpu + (worker_cpu_ms(there.process_id) - before_ms) / count
    print(f"in this process: {here_cpu:.2f} ms of CPU, {here_ms:.2f} ms a frame (median)")
    print(f"in another:      {there_cpu:.2f} ms of CPU, {there_ms:.2f} ms a frame (median)")
    print(f"ratio of CPU {there_cpu / here_cpu:.2f}; the eye's own share {eye_cpu:.2f} ms")


if __name__ == "__main__":
    main()
