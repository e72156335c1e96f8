"""`python -m benchmarks.bridge_kills`: a bridge killed at random instants, and what is given again.

One client never acknowledges: after each kill it must be given every event from the first, each once.
Another acknowledges by chance what it is given, while the bridge is killed: nothing that the bridge said was
acknowledged may come again, and nothing else may be missing.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import httpx

from benchmarks.bridge_process import Running, running_bridge

_PAGE = 100
_EVENTS_A_ROUND = 5
_LONGEST_S = 0.5
_KEEPS, _TAKES = "never-acknowledges", "acknowledges"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--redeliveries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    given_again = kills = 0
    written: list[int] = []
    acknowledged: set[int] = set()
    unsure: set[int] = set()
    with (
        tempfile.TemporaryDirectory(prefix="ct-") as name,
        running_bridge(Path(name), [_KEEPS, _TAKES], events=20) as bridge,
    ):
        written += range(1, bridge.journal.last_id() + 1)
        while given_again < options.redeliveries:
            arguments = (bridge.url, bridge, chance.random(), acknowledged, unsure)
            taker = threading.Thread(target=_take, args=arguments)
            taker.start()
            for _ in range(_EVENTS_A_ROUND):
                written.append(bridge.journal.append("visit.opened", {}).event_id)
                bridge.bell.ring()
            threading.Event().wait(chance.uniform(0, _LONGEST_S))
            bridge.kill_and_restart()
            kills += 1
            taker.join()
            kept = _all(bridge, _KEEPS)
            assert kept == written, (kills, len(kept), len(written))
            given_again += len(kept) - _EVENTS_A_ROUND
            waiting = _all(bridge, _TAKES)
            assert not acknowledged & set(waiting), "what was acknowledged came again"
            # An acknowledgement whose answer the kill took may count or not: the journal says which.
            owed = {event.id for event in _owed(bridge)}
            assert set(waiting) == owed, "what waits was not given"
            assert not set(written) - owed - acknowledged - unsure, "an event is gone"
    print(
        f"seed {options.seed}: {kills} kills, {given_again} events given again to who never acknowledges, "
        f"{len(acknowledged)} acknowledged and never seen again, {len(unsure)} of a lost answer; none missing"
    )
    return 0


def _take(url: str, bridge: Running, share: float, acknowledged: set[int], unsure: set[int]) -> None:
    """Poll and acknowledge until the bridge is gone; `unsure` are those whose answer it took with it."""
    ids: list[int] = []
    try:
        with bridge.client(_TAKES) as client:
            client.base_url = httpx.URL(url)
            while True:
                events = client.get("/v1/events", params={"wait": 5, "limit": 10}).json()["events"]
                ids = [event["id"] for event in events if random.random() < share]
                if ids:
                    client.post("/v1/events/ack", json={"ids": ids}).raise_for_status()
                    acknowledged.update(ids)
                ids = []
    except httpx.TransportError:
        unsure.update(ids)


def _all(bridge: Running, token: str) -> list[int]:
    found: list[int] = []
    with bridge.client(token) as client:
        while True:
            query = {"after": found[-1] if found else 0, "limit": _PAGE}
            events = client.get("/v1/events", params=query).json()["events"]
            if not events:
                return found
            found += [event["id"] for event in events]


def _owed(bridge: Running) -> list[Any]:
    (taker,) = [client for client in bridge.journal.clients() if client.name == _TAKES]
    found: list[Any] = []
    while page := bridge.journal.read(taker.id, found[-1].id if found else 0, _PAGE):
        found += page
    return found


if __name__ == "__main__":
    sys.exit(main())
