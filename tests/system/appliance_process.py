"""The whole appliance as `comptoir demo` runs it, for tests and measures: started, driven, killed, ended."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import PlacedObject, Scene, SceneFile
from appliance.simulation.supervisor import comptoir_command

START_TIMEOUT_S = 60.0
"""Six programs and their keys, on a machine that does much else: what is broken stays away for longer."""


def wait_until(condition: Callable[[], Any], timeout_s: float, what: str) -> Any:
    """The first true value of a condition; the poll is short, the bound is for a broken appliance."""
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        pause.wait(0.02)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


@dataclass
class Appliance:
    """A running demo; `folder` is its own, `client` is an LGO that trusts its certificate."""

    process: subprocess.Popen[bytes]
    url: str
    token: str
    page_token: str
    folder: Path
    log: Path
    client: httpx.Client
    scene: SceneFile
    objects: dict[str, PlacedObject] = field(default_factory=dict)
    laid: int = 0

    def lay(self, slug: str, x: float = 0.5, y: float = 0.5) -> PlacedObject:
        """Lay an object of the catalogue under the camera, now."""
        self.laid += 1
        item = ITEMS[slug]
        placed = PlacedObject(
            id=f"o{self.laid}",
            slug=slug,
            x=x,
            y=y,
            angle_deg=item.default_angle_deg,
            placed_at_ns=time.monotonic_ns(),
            removed_at_ns=None,
        )
        self.objects[placed.id] = placed
        self._write()
        return placed

    def take(self, placed: PlacedObject) -> None:
        """Take an object away, now."""
        self.objects[placed.id] = replace(placed, removed_at_ns=time.monotonic_ns())
        self._write()

    def forget_taken(self) -> None:
        """Leave out of the scene what is gone."""
        now_ns = time.monotonic_ns()
        self.objects = {key: one for key, one in self.objects.items() if one.is_in_view(now_ns)}
        self._write()

    def pid(self, program: str) -> int | None:
        """The pid of one of the programs."""
        with suppress(OSError, ValueError, KeyError):
            programs = json.loads((self.folder / "run" / "programs.json").read_text())
            return int(programs[program]["pid"])
        return None

    def kill(self, program: str) -> bool:
        """End one of the programs by SIGKILL; whether it was there."""
        pid = self.pid(program)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def said(self) -> dict[str, Any]:
        """What the counter says of its screen and tones; empty while it has said nothing yet."""
        with suppress(FileNotFoundError):
            said: dict[str, Any] = json.loads((self.folder / "run" / "counter.json").read_text())
            return said
        return {}

    @property
    def screen(self) -> str | None:
        """The name of the screen that the OLED shows; None while the counter is not up yet."""
        return self.said().get("screen")

    def events(self, after: int = 0, wait_s: float = 0) -> list[dict[str, Any]]:
        """What the bridge gives after an id; raises httpx.HTTPError while it is away."""
        answer = self.client.get("/v1/events", params={"after": after, "wait": wait_s, "limit": 100})
        answer.raise_for_status()
        events: list[dict[str, Any]] = answer.json()["events"]
        return events

    def acknowledge(self, through: int) -> None:
        """Tell the bridge that the LGO has everything up to an id."""
        self.client.post("/v1/events/ack", json={"through": through}).raise_for_status()

    def wait_for_code(self, kind: str, timeout_s: float = 15.0) -> dict[str, Any]:
        """The first event that tells of a code of that kind."""

        def told() -> dict[str, Any] | None:
            with suppress(httpx.HTTPError):
                for event in self.events(0):
                    if event["kind"] == "code.read" and event["payload"]["kind"] == kind:
                        return event
            return None

        event: dict[str, Any] = wait_until(told, timeout_s, f"a code of kind {kind}")
        return event

    def _write(self) -> None:
        self.scene.write(Scene(objects=tuple(self.objects.values())))


@contextmanager
def running(*arguments: str) -> Iterator[Appliance]:
    """`comptoir demo` on a free port, ready for use, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="ct-") as name:
        ready_file, log = Path(name) / "ready.json", Path(name) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                comptoir_command("demo", "--port", "0", "--ready-file", str(ready_file), *arguments),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until(
                lambda: ready_file.exists() or process.poll() is not None, START_TIMEOUT_S, "the start"
            )
            assert process.poll() is None, log.read_text()
            ready = json.loads(ready_file.read_text())
            folder = Path(ready["folder"])
            certificate = folder / "state" / "bridge" / "certificate.pem"
            wait_until(certificate.exists, START_TIMEOUT_S, "the certificate")
            with httpx.Client(
                base_url=ready["url"],
                verify=ssl.create_default_context(cafile=str(certificate)),
                headers={"Authorization": f"Bearer {ready['token']}"},
                timeout=35,
                trust_env=False,
            ) as client:
                appliance = Appliance(
                    process,
                    ready["url"],
                    ready["token"],
                    ready["page_token"],
                    folder,
                    log,
                    client,
                    SceneFile(folder / "run" / "scene.json"),
                )
                wait_until(lambda: _answers(client), START_TIMEOUT_S, "the bridge's answer")
                yield appliance
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/v1/ready").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
