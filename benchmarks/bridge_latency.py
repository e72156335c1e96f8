"""`python -m benchmarks.bridge_latency`: an event appended by another process, until a long poll has it.

The bridge runs as `comptoir bridge` on this machine's loopback; each client is a thread with its own
connection and token. Measured from before the append (which ends with an fsync) and, for the bridge's own
part, from after it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.bridge_process import Running, running_bridge

_PAUSE_S = 0.02
"""Between events, so that every client waits again."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 4, 8])
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--directory", type=Path, help="where the state lies (default: a temporary one)")
    options = parser.parse_args()
    for clients in options.clients:
        tokens = [f"token-{number}" for number in range(clients)]
        with (
            tempfile.TemporaryDirectory(prefix="ct-", dir=options.directory) as name,
            running_bridge(Path(name), tokens) as bridge,
        ):
            print(f"{clients} clients")
            _run(bridge, options.events)


def _run(bridge: Running, events: int) -> None:
    appended: dict[int, tuple[int, int]] = {}
    arrived: dict[str, dict[int, int]] = {token: {} for token in bridge.tokens}
    with ThreadPoolExecutor(len(bridge.tokens)) as pool:
        following = [
            pool.submit(_follow, bridge, token, events, arrived[token].setdefault) for token in bridge.tokens
        ]
        pause = threading.Event()
        pause.wait(1.0)
        for _ in range(events):
            began = time.monotonic_ns()
            event_id = bridge.journal.append("visit.opened", {}).event_id
            durable = time.monotonic_ns()
            bridge.bell.ring()
            appended[event_id] = (began, durable)
            pause.wait(_PAUSE_S)
        for one in following:
            one.result(60)
    for text, part in (("append begun -> answer", 0), ("event durable -> answer", 1)):
        delays = [
            (at - appended[event_id][part]) / 1e6
            for token in bridge.tokens
            for event_id, at in arrived[token].items()
        ]
        _tell(text, delays)
    _tell("append (fsync)", [(durable - began) / 1e6 for began, durable in appended.values()])


def _follow(bridge: Running, token: str, events: int, note: Callable[[int, int], object]) -> None:
    seen = after = 0
    with bridge.client(token) as client:
        while seen < events:
            body = client.get("/v1/events", params={"after": after, "wait": 25}).json()
            now = time.monotonic_ns()
            for event in body["events"]:
                note(event["id"], now)
                seen += 1
            after = body["last_id"]


def _tell(text: str, delays_ms: list[float]) -> None:
    ordered = sorted(delays_ms)
    p95, p99 = ordered[int(len(ordered) * 0.95)], ordered[int(len(ordered) * 0.99)]
    median = statistics.median(ordered)
    print(f"{text:26} n={len(ordered)} p50 {median:.2f} ms  p95 {p95:.2f} ms  p99 {p99:.2f} ms")


if __name__ == "__main__":
    main()
