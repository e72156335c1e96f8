"""`python -m tests.bridge.measure_latency`: an event appended by another process, until a long poll has it.

The bridge runs as `comptoir bridge` on this machine's loopback; each client is a thread with its own
connection and token. Measured from before the append (which ends with an fsync) and, for the bridge's own
part, from after it.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from appliance.base.clock import SystemClock
from appliance.cli.journals import open_journal
from appliance.journal.doorbell import Doorbell
from appliance.journal.journal import Journal
from appliance.settings import Settings

START_S = 20.0
PAUSE_S = 0.02
"""Between events, so that every client waits again."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--directory", type=Path, help="where the state lies (default: a temporary one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="comptoir-", dir=options.directory) as name:
        _measure(Path(name), options.clients, options.events)


def _measure(folder: Path, clients: int, events: int) -> None:
    settings_file = _settings(folder)
    settings = Settings.load(settings_file)
    log = folder / "log"
    with open_journal(settings, SystemClock()) as (journal, _), log.open("wb") as out:
        tokens = [f"token-{number}" for number in range(clients)]
        for token in tokens:
            journal.add_client(token, hashlib.sha256(token.encode()).digest(), ["events"])
        command = [sys.executable, "-m", "appliance", "bridge", "--settings", str(settings_file)]
        with subprocess.Popen(command, stdout=out, stderr=out) as bridge:
            try:
                url = _url(log)
                certificate = folder / "state" / "bridge" / "certificate.pem"
                bell = Doorbell(settings.paths.runtime_directory / "doorbell")
                _run(journal, bell, url, certificate, tokens, events)
                memory = Path(f"/proc/{bridge.pid}/status").read_text()
                print(re.search(r"VmRSS:.*", memory)[0])  # type: ignore[index]
            finally:
                bridge.terminate()


def _run(
    journal: Journal, bell: Doorbell, url: str, certificate: Path, tokens: list[str], events: int
) -> None:
    appended: dict[int, tuple[int, int]] = {}
    arrived: dict[str, dict[int, int]] = {token: {} for token in tokens}
    first = journal.last_id()
    with ThreadPoolExecutor(len(tokens)) as pool:
        following = [
            pool.submit(_follow, url, certificate, token, first, events, arrived[token].setdefault)
            for token in tokens
        ]
        pause = threading.Event()
        pause.wait(1.0)
        for _ in range(events):
            began = time.monotonic_ns()
            event_id = journal.append("visit.opened", {}).event_id
            durable = time.monotonic_ns()
            bell.ring()
            appended[event_id] = (began, durable)
            pause.wait(PAUSE_S)
        for one in following:
            one.result(60)
    for text, part in (("append begun -> answer", 0), ("event durable -> answer", 1)):
        delays = [
            (at - appended[event_id][part]) / 1e6
            for token in tokens
            for event_id, at in arrived[token].items()
        ]
        _tell(text, delays)
    _tell("append (fsync)", [(durable - began) / 1e6 for began, durable in appended.values()])


def _follow(
    url: str, certificate: Path, token: str, after: int, events: int, note: Callable[[int, int], object]
) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    headers = {"Authorization": f"Bearer {token}"}
    seen = 0
    with httpx.Client(base_url=url, verify=context, headers=headers, timeout=40) as client:
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


def _settings(folder: Path) -> Path:
    for part in ("state", "run"):
        (folder / part).mkdir()
    file = folder / "comptoir.toml"
    file.write_text(
        f'[paths]\nstate_directory = "{folder}/state"\nruntime_directory = "{folder}/run"\n'
        '[camera]\ndriver = "simulated"\n[bridge]\nport = 0\n'
    )
    return file


def _url(log: Path) -> str:
    pause = threading.Event()
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if found := re.search(r"serving on (https://\S+),", log.read_text()):
            return found[1]
        pause.wait(0.05)
    raise RuntimeError(log.read_text())


if __name__ == "__main__":
    main()
