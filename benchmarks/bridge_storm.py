"""`python -m benchmarks.bridge_storm`: a good client beside wrk, which sends good and bad requests at once.

wrk (Debian's package) goes to this machine's loopback only. The good client asks ten times a second on a kept
connection, with a token of its own; its answers and their times are what counts. wrk tells the statuses of
the storm, and `/metrics` those that the application answered.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.bridge_process import Running, running_bridge

_SCRIPT = Path(__file__).with_suffix(".lua")
_PAUSE_S = 0.1
_EVENT_EVERY = 5
_STORM, _GOOD = "storm-token", "good-token"
_SCOPES = ("events", "status", "technician")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--connections", type=int, default=12)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is missing (Debian package wrk)", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="ct-") as name,
        running_bridge(Path(name), [_STORM, _GOOD], scopes=_SCOPES) as bridge,
    ):
        before_kb = bridge.resident_kb()
        command = ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "-s", str(_SCRIPT)]
        environment = {**os.environ, "COMPTOIR_STORM_TOKEN": _STORM}
        with subprocess.Popen([*command, bridge.url], env=environment) as wrk:
            try:
                statuses, times = _good(bridge, wrk)
            finally:
                wrk.terminate()
        with bridge.client(_GOOD) as client:
            told = client.get("/metrics").text
        served = re.findall(r'comptoir_requests_total\{route="[^"]*",status="(5\d\d)"\} (\S+)', told)
        print(f"good client: {dict(statuses)}")
        ordered = sorted(times)
        shares = {f"p{share}": ordered[int(len(ordered) * share / 100)] * 1000 for share in (50, 95, 99)}
        print("good client:", ", ".join(f"{name} {value:.1f} ms" for name, value in shares.items()))
        print(f"answered with 5xx: {served or 'none'}")
        print(f"memory: {before_kb} kB before, {bridge.resident_kb()} kB after")
    return 0


def _good(bridge: Running, wrk: subprocess.Popen[bytes]) -> tuple[Counter[str], list[float]]:
    """Poll and acknowledge until the storm is over."""
    statuses: Counter[str] = Counter()
    times: list[float] = []
    pause = threading.Event()
    after, turn = bridge.journal.last_id(), 0
    with bridge.client(_GOOD) as client:
        while wrk.poll() is None:
            turn += 1
            if turn % _EVENT_EVERY == 0:
                bridge.journal.append("visit.opened", {})
            began = time.perf_counter()
            try:
                answer = client.get("/v1/events", params={"after": after})
                statuses[str(answer.status_code)] += 1
                times.append(time.perf_counter() - began)
                if answer.status_code == httpx.codes.OK and answer.json()["events"]:
                    after = answer.json()["last_id"]
                    acked = client.post("/v1/events/ack", json={"through": after})
                    statuses[str(acked.status_code)] += 1
            except httpx.TransportError as error:
                statuses[type(error).__name__] += 1
            pause.wait(_PAUSE_S)
    return statuses, times


if __name__ == "__main__":
    sys.exit(main())
