"""`python -m benchmarks.polling`: a poll beside a small and a large journal, and what waiting costs.

Two bridges run at once, one with 1,000 events that wait for the client and one with 1,000,000. Polls over
HTTPS on a connection that is kept go to them by turns, so that other work counts against both.
A client's rate is bounded by the bridge, so that a turn is a burst and a pause follows.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.bridge_process import Running, running_bridge

_BURST = 100
"""Polls in a row: below the burst that the bridge lets one client have."""

_REFILL_S = 2.0
_LIMIT = 50
_WAITS = 8
_SETTLED_S = 3.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, nargs=2, default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--directory", type=Path, help="where the journals lie (default: a temporary one)")
    options = parser.parse_args()
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="ct-", dir=options.directory))
        bridges = [
            stack.enter_context(running_bridge(Path(name) / str(count), ["client"], events=count))
            for count in options.events
        ]
        clients = [stack.enter_context(bridge.client("client")) for bridge in bridges]
        for text, first in (("50 events a poll", True), ("nothing new", False)):
            _compare(text, options.events, bridges, clients, options.rounds, first=first)
    _memory(options.directory)


def _compare(
    text: str,
    counts: list[int],
    bridges: list[Running],
    clients: list[httpx.Client],
    rounds: int,
    *,
    first: bool,
) -> None:
    """Polls at cursors all over the journal, or at its end; the ratio is that of the rounds' medians."""
    pause = threading.Event()
    spent: list[list[float]] = [[] for _ in bridges]
    for _ in range(rounds):
        for bridge, client, mine in zip(bridges, clients, spent, strict=True):
            last = bridge.journal.last_id()
            step = max((last - _LIMIT) // _BURST, 1)
            cursors = itertools.islice(itertools.cycle(range(0, last - _LIMIT, step)), _BURST)
            began = time.perf_counter()
            for cursor in cursors:
                query = {"after": cursor if first else last, "limit": _LIMIT}
                answer = client.get("/v1/events", params=query)
                answer.raise_for_status()
                assert len(answer.json()["events"]) == (_LIMIT if first else 0)
            mine.append((time.perf_counter() - began) / _BURST)
        pause.wait(_REFILL_S)
    medians = [statistics.median(mine) for mine in spent]
    for count, median in zip(counts, medians, strict=True):
        print(f"{text:20} {count:>9,} events: {1000 * median:.2f} ms a poll, {1 / median:.0f} polls/s")
    print(f"{text:20} ratio {medians[1] / medians[0]:.2f}")


def _memory(directory: Path | None) -> None:
    tokens = [f"client-{number}" for number in range(_WAITS)]
    with (
        tempfile.TemporaryDirectory(prefix="ct-", dir=directory) as name,
        running_bridge(Path(name), tokens) as bridge,
        ThreadPoolExecutor(_WAITS) as pool,
    ):
        pause = threading.Event()
        pause.wait(_SETTLED_S)
        before = bridge.resident_kb()
        waits = [pool.submit(_wait, bridge, token) for token in tokens]
        pause.wait(_SETTLED_S)
        during = bridge.resident_kb()
        print(f"memory: {before} kB at rest, {during} kB with {_WAITS} idle long polls")
        for wait in waits:
            wait.result(60)


def _wait(bridge: Running, token: str) -> None:
    with bridge.client(token) as client:
        client.get("/v1/events", params={"wait": 25}).raise_for_status()


if __name__ == "__main__":
    main()
