"""The box at work: set up, then a prescription under the camera reaches a pharmacy software outside."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import cv2
import httpx
import pytest

from appliance.simulation.scene import PlacedObject, Scene
from appliance.simulation.view import CounterView
from tests.in_qemu.machine import ROOT, Machine

sys.path.insert(0, str(ROOT / "docs/lgo/python"))

from comptoir_client import Comptoir, Device, pair

_SETTINGS = """\
[camera]
driver = "files"
device = "/data/pictures"
loop = true
hold_s = 20
width = 1280
height = 720
[display]
driver = "png"
[buttons]
driver = "socket"
[sound]
driver = "recorded"
[lamp]
driver = "recorded"
[bridge]
host = "0.0.0.0"
"""
_UNITS = "comptoir-eye comptoir-counter comptoir-bridge"
_LONG_AGO_NS, _NOW_NS = 0, 60_000_000_000


def _picture(slug: str | None) -> bytes:
    lying = (PlacedObject("a", slug, 0.5, 0.5, 90.0, _LONG_AGO_NS),) if slug else ()
    grey = CounterView(1280, 720, seed=3).render(Scene(lying), _NOW_NS)
    return bytes(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


def _archive(files: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return packed.getvalue()


def _wait_bridge(machine: Machine) -> None:
    machine.wait_until(
        lambda: machine.try_run(f"systemctl is-active {_UNITS}").returncode == 0, "the three programs"
    )


@pytest.fixture(scope="module")
def counter(machine: Machine) -> Machine:
    """Set up as a technician would over SSH; the box notices by itself."""
    files = {"0.jpg": _picture(None), "1.jpg": _picture("ordonnance"), "2.jpg": _picture("etiquette-ins")}
    machine.put(_archive(files), "mkdir -p /data/pictures && tar -x --no-same-owner -C /data/pictures")
    machine.put(
        _SETTINGS.encode(), "cat > /etc/comptoir/new && mv /etc/comptoir/new /etc/comptoir/comptoir.toml"
    )
    _wait_bridge(machine)
    return machine


@pytest.fixture(scope="module")
def device(counter: Machine) -> Iterator[Device]:
    """Paired over the forwarded port; the digits are compared over SSH."""
    command = [*counter.ssh_command(), "sudo comptoir clients pair"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdin is not None
        assert desk.stdout is not None
        assert "écoute" in desk.stdout.readline()

        def show(number: str) -> None:
            desk.stdin.write(f"{number}\n")
            desk.stdin.flush()

        yield pair(f"https://127.0.0.1:{counter.https_port}", "LGO du banc", show)


def test_a_prescription_reaches_the_software_outside(counter: Machine, device: Device) -> None:
    """What lies in the pictures is an event; once acknowledged, it is not given again."""
    with Comptoir(device) as software:
        found: dict[str, Any] = {}
        while not {"code.read"} <= found.keys():
            for event in software.poll(max((one.id for one in found.values()), default=0)):
                found[event.kind] = event
        software.acknowledge([event.id for event in found.values()])
        again = {event.id for event in software.poll(0, wait_s=0)}

    assert found["code.read"].payload
    assert not again & {event.id for event in found.values()}
    print(counter.run("systemd-analyze time"))


def test_the_screen_says_what_lies_there(counter: Machine) -> None:
    shown = set()

    def anything_read() -> bool:
        shown.add(json.loads(counter.run("cat /run/comptoir/counter.json"))["screen"])
        return bool(shown - {"Ready", "Starting"})

    counter.wait_until(anything_read, "a screen of what lies there")
    picture = subprocess.run(
        [*counter.ssh_command(), "sudo cat /run/comptoir/oled.png"],
        capture_output=True,
        check=True,
        timeout=300,
    ).stdout
    (ROOT / "build/image/qemu/oled.png").write_bytes(picture)
    print(shown)


def test_the_doctor_says_what_a_virtual_machine_lacks(counter: Machine) -> None:
    done = counter.try_run("comptoir doctor --json")
    print(done.stdout[:4000], done.returncode)

    assert json.loads(done.stdout)


def test_only_the_bridge_listens_beside_ssh(counter: Machine) -> None:
    sockets = counter.run("ss --no-header -lntu").splitlines()
    print("\n".join(sockets))
    named = {(line.split()[0], int(line.split()[4].rsplit(":", 1)[1])) for line in sockets}

    assert named - {("udp", 68), ("udp", 546)} == {("tcp", 22), ("tcp", 8443), ("udp", 5353)}


def test_nothing_acknowledged_is_lost_when_the_power_goes(counter: Machine, device: Device) -> None:
    """Twenty times at a random instant: what was acknowledged stays so, what was only given comes again."""
    cuts = int(os.environ.get("COMPTOIR_POWER_CUTS", "20"))
    instants = random.Random(9)
    acknowledged: set[int] = set()
    promised: set[int] = set()
    for number in range(cuts):
        with Comptoir(device) as software:
            _answering(counter, software)
            given = {event.id for event in software.poll(0, wait_s=0, limit=500)}
            assert not given & acknowledged, "what was acknowledged is given again"
            assert promised <= given, "what was given and not acknowledged is gone"
            until = time.monotonic() + instants.uniform(2, 40)
            while time.monotonic() < until:
                promised |= {event.id for event in software.poll(max(promised, default=0), wait_s=2)}
                done = set(sorted(promised)[: len(promised) // 2])
                software.acknowledge(sorted(done))
                acknowledged |= done
                promised -= done
        counter.cut_power()
        counter.power_on()
        print(f"cut {number + 1}: {len(acknowledged)} acknowledged, {len(promised)} promised", flush=True)
    counter.wait_for_ssh()
    assert acknowledged


def _answering(machine: Machine, software: Comptoir) -> None:
    def answers() -> bool:
        with contextlib.suppress(httpx.TransportError):
            software.status()
            return True
        return False

    machine.wait_until(answers, "the bridge")
