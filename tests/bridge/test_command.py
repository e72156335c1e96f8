"""`comptoir bridge` as a process: starts, serves, stops within a second, and says plainly why it cannot."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from appliance.base.clock import SystemClock
from appliance.cli.journals import open_journal
from appliance.journal.doorbell import Doorbell
from appliance.settings import Settings

LONG_S = 40.0
STOP_S = 1.0
PYTHON_ENDS_S = 2.0
TOKEN = "a-token-of-the-tests"

pytestmark = pytest.mark.processes


@dataclass
class Device:
    """A device's directories and settings; `start` runs its bridge."""

    folder: Path
    settings_file: Path
    settings: Settings
    running: list[subprocess.Popen[bytes]]

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "appliance", "bridge", "--settings", self.settings_file, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def url(self, process: subprocess.Popen[bytes]) -> str:
        """Where it serves, as soon as it does."""
        pause = threading.Event()
        for _ in range(int(LONG_S * 100)):
            if found := re.findall(r"serving on (https://\S+),", self.log.read_text()):
                return str(found[-1])
            assert process.poll() is None, self.log.read_text()
            pause.wait(0.01)
        pytest.fail("the bridge does not serve")

    def client(self) -> httpx.Client:
        certificate = self.folder / "state" / "bridge" / "certificate.pem"
        context = ssl.create_default_context(cafile=str(certificate))
        return httpx.Client(verify=context, timeout=LONG_S, headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.fixture
def device() -> Iterator[Device]:
    # Short paths: the settings bound the runtime directory by what a socket's address holds.
    with tempfile.TemporaryDirectory(prefix="comptoir-") as name:
        folder = Path(name)
        for part in ("state", "run"):
            (folder / part).mkdir()
        settings_file = folder / "comptoir.toml"
        settings_file.write_text(
            f'[paths]\nstate_directory = "{folder}/state"\nruntime_directory = "{folder}/run"\n'
            '[camera]\ndriver = "simulated"\n[bridge]\nport = 0\n'
        )
        settings = Settings.load(settings_file)
        with open_journal(settings, SystemClock()) as (journal, _):
            journal.add_client("LGO", hashlib.sha256(TOKEN.encode()).digest(), ["events", "technician"])
        made = Device(folder, settings_file, settings, [])
        yield made
        for process in made.running:
            process.kill()
            process.wait(LONG_S)


def test_an_event_of_another_process_answers_a_long_poll_and_a_signal_ends_the_next_at_once(
    device: Device,
) -> None:
    process = device.start()
    url = device.url(process)
    with device.client() as client, ThreadPoolExecutor() as pool:
        waiting = pool.submit(client.get, f"{url}/v1/events", params={"wait": 25})
        _until_waiting(device)
        with open_journal(device.settings, SystemClock()) as (journal, _):
            event_id = journal.append("visit.opened", {}).event_id
        Doorbell(device.folder / "run" / "doorbell").ring()
        assert waiting.result(LONG_S).json()["last_id"] == event_id
        waiting = pool.submit(client.get, f"{url}/v1/events", params={"after": event_id, "wait": 25})
        _until_waiting(device)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert waiting.result(LONG_S).json() == {"events": [], "last_id": event_id}
        assert time.monotonic() - began < STOP_S
        assert process.wait(LONG_S) == 0
        # Python itself takes 0.15 s to end, several times that on a machine that runs other tests too.
        assert time.monotonic() - began < STOP_S + PYTHON_ENDS_S
    assert list((device.folder / "run" / "doorbell").iterdir()) == []
    assert TOKEN not in device.log.read_text()


def _until_waiting(device: Device) -> None:
    """Return once the bridge has heard of the client: a request that finds nothing waits from then on."""
    with open_journal(device.settings, SystemClock()) as (journal, _):
        before = time.monotonic_ns()
        pause = threading.Event()
        for _ in range(int(LONG_S * 100)):
            seen = journal.clients()[0].last_seen_ns
            if seen is not None and seen > before:
                return
            pause.wait(0.01)
    pytest.fail("no client was heard of")


def test_a_bridge_that_is_killed_comes_back_with_its_key_and_its_clients(device: Device) -> None:
    first = device.start()
    url = device.url(first)
    with device.client() as client:
        assert client.get(f"{url}/v1/clients/me").status_code == 200
        first.kill()
        first.wait(LONG_S)
        device.log.unlink()
        url = device.url(device.start())
        assert client.get(f"{url}/v1/clients/me").status_code == 200
    assert "a key was made" not in device.log.read_text()


def test_the_page_is_served_only_where_it_is_asked_for(device: Device) -> None:
    url = device.url(device.start())
    with device.client() as client:
        assert client.get(f"{url}/console/").status_code == 404
        device.log.unlink()
        url = device.url(device.start("--console"))
        assert client.get(f"{url}/console/").status_code == 200
        assert client.get(f"{url}/console/api/scene").status_code == 200


def test_the_hosts_own_name_is_known(device: Device) -> None:
    url = device.url(device.start())
    name = socket.gethostname().split(".")[0].lower()
    with device.client() as client:
        answer = client.get(f"{url}/v1/ready", headers={"Host": f"{name}.local"})
    assert answer.status_code == (200 if re.fullmatch("[a-z0-9-]+", name) else 421)


def test_the_bridge_of_a_device_loads_no_decoder() -> None:
    """What reads pictures stays out of the one program that the network reaches."""
    code = (
        "import sys, json, appliance.cli.bridge;"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] in"
        " {'cv2', 'zxingcpp', 'pyzbar', 'pylibdmtx', 'numpy', 'PIL', 'gpiozero', 'smartcard'}]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=LONG_S)
    assert json.loads(found.stdout) == []


# Why it cannot start.


def _refusal(device: Device) -> str:
    process = device.start()
    assert process.wait(LONG_S) == 1
    said = device.log.read_text()
    assert "Traceback" not in said
    return said


def test_a_port_that_is_taken_is_said_plainly(device: Device) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        text = device.settings_file.read_text().replace("port = 0", f"port = {port}")
        device.settings_file.write_text(text)
        said = _refusal(device)
    assert f"127.0.0.1:{port}" in said
    assert "réglages" in said


def test_a_damaged_https_key_is_said_plainly_and_kept(device: Device) -> None:
    key = device.folder / "state" / "bridge" / "key.pem"
    key.parent.mkdir()
    key.write_bytes(b"damaged")
    said = _refusal(device)
    assert str(key) in said
    assert "appairé" in said
    assert key.read_bytes() == b"damaged"


def test_a_device_key_that_others_may_read_is_said_plainly(device: Device) -> None:
    (device.folder / "state" / "device.key").chmod(0o644)
    assert "chmod 600" in _refusal(device)


def test_a_directory_that_is_a_file_is_said_plainly(device: Device) -> None:
    (device.folder / "state" / "bridge").write_bytes(b"")
    assert "certificat" in _refusal(device)
