"""`comptoir bridge` as a process on loopback beside a journal of the measure's own."""

from __future__ import annotations

import hashlib
import re
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from appliance.base.clock import SystemClock
from appliance.cli.journals import open_journal
from appliance.journal.doorbell import Doorbell
from appliance.journal.journal import Journal
from appliance.journal.model import MAX_BATCH_EVENTS, NewEvent
from appliance.settings import Settings

__all__ = ["Running", "running_bridge"]

_START_S = 60.0
_TIMEOUT_S = 40


@dataclass
class Running:
    """A bridge that serves, and the other end of its journal."""

    journal: Journal
    bell: Doorbell
    url: str
    certificate: Path
    tokens: Sequence[str]
    process: subprocess.Popen[bytes]
    command: Sequence[str]
    log: Path

    def kill_and_restart(self) -> None:
        """End it by SIGKILL, and start it again on another free port."""
        self.process.kill()
        self.process.wait()
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=out)
        self.url = _url(self.log)

    def client(self, token: str) -> httpx.Client:
        """A paired client that trusts this bridge alone."""
        return httpx.Client(
            base_url=self.url,
            verify=ssl.create_default_context(cafile=str(self.certificate)),
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT_S,
        )

    def resident_kb(self) -> int:
        """Memory of the bridge, in kB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1])


@contextmanager
def running_bridge(
    folder: Path, tokens: Sequence[str], *, scopes: Sequence[str] = ("events",), events: int = 0
) -> Iterator[Running]:
    """A bridge in `folder`; so many events wait in its journal for the clients of these tokens."""
    settings_file = _settings(folder)
    settings = Settings.load(settings_file)
    log = folder / "log"
    with open_journal(settings, SystemClock()) as (journal, _), log.open("wb") as out:
        for token in tokens:
            journal.add_client(token, hashlib.sha256(token.encode()).digest(), scopes)
        _fill(journal, events)
        command = [sys.executable, "-m", "appliance", "bridge", "--settings", str(settings_file)]
        running: Running | None = None
        process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            bell = Doorbell(settings.paths.runtime_directory / "doorbell")
            certificate = folder / "state" / "bridge" / "certificate.pem"
            running = Running(journal, bell, _url(log), certificate, tokens, process, command, log)
            yield running
        finally:
            last = process if running is None else running.process
            last.terminate()
            last.wait()


def _fill(journal: Journal, count: int) -> None:
    one = NewEvent("code.read", {"kind": "opaque", "text": "x" * 60})
    while count > 0:
        batch = min(count, MAX_BATCH_EVENTS)
        journal.append_many([one] * batch)
        count -= batch


def _settings(folder: Path) -> Path:
    for part in ("state", "run"):
        (folder / part).mkdir(parents=True)
    file = folder / "comptoir.toml"
    file.write_text(
        f'[paths]\nstate_directory = "{folder}/state"\nruntime_directory = "{folder}/run"\n'
        '[camera]\ndriver = "simulated"\n[bridge]\nport = 0\ndiscovery = false\n'
    )
    return file


def _url(log: Path) -> str:
    pause = threading.Event()
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if found := re.search(r"serving on (https://\S+),", log.read_text()):
            return found[1]
        pause.wait(0.05)
    raise RuntimeError(log.read_text())
