"""What hangs without ending, under a real systemd: it comes back, or is said where it is seen."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.under_systemd.machine import Machine

pytestmark = pytest.mark.timeout(240)

_SERVICE = """
import json, pathlib
print(json.loads(pathlib.Path("/run/comptoir/cards.json").read_text())["service"])
"""

_LOCK = """
import sqlite3, time
held = sqlite3.connect("/var/lib/comptoir/journal.db", isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(600)
"""


_COUNT = """
import sqlite3
journal = sqlite3.connect("file:/var/lib/comptoir/journal.db?mode=ro", uri=True)
print(journal.execute("SELECT count(*) FROM event").fetchone()[0])
"""

_CODE = "ordonnance"
"""One of the simulated catalogue."""

_SCENE = """
import pathlib, sys, time
from appliance.simulation.scene import PlacedObject, Scene, SceneFile
"""


def _lay(machine: Machine, scene: str) -> None:
    """What the simulated camera sees from now on, as Python says it."""
    code = f"SceneFile(pathlib.Path('/run/comptoir/scene.json')).write({scene})"
    machine.python("eye", _SCENE + code)


def _level(machine: Machine, check: str) -> str:
    """What the doctor says of a check."""
    asked = json.loads(machine.run("comptoir", "doctor", "--json", check=False))
    return next(one["level"] for one in asked["checks"] if one["id"] == check)


def _restarts(machine: Machine, program: str) -> int:
    return int(machine.show(f"comptoir-{program}.service", "NRestarts"))


def test_a_daemon_of_the_readers_that_hangs_is_said_and_met_again(machine: Machine) -> None:
    def said() -> str:
        return machine.python("counter", _SERVICE)

    machine.run("systemctl", "start", "pcscd.service")
    machine.wait_until(lambda: said() == "running", "the counter meets pcscd")
    counter, restarts = machine.pid("counter"), _restarts(machine, "counter")
    machine.run("systemctl", "kill", "--signal", "STOP", "pcscd.service")
    try:
        machine.wait_until(lambda: said() == "absent", "the counter says that pcscd hangs")
    finally:
        machine.run("systemctl", "kill", "--signal", "CONT", "pcscd.service")
    machine.wait_until(lambda: said() == "running", "the counter meets pcscd again")
    # It goes on with all else: nothing of this is worth the codes that lie under the camera.
    assert (machine.pid("counter"), _restarts(machine, "counter")) == (counter, restarts)


def test_a_camera_that_gives_no_frames_is_said_and_seen_again(machine: Machine) -> None:
    machine.wait_until(lambda: _level(machine, "camera") == "ok", "frames")
    eye = machine.pid("eye")
    _lay(machine, "Scene(camera='frozen')")
    try:
        machine.wait_until(
            lambda: _level(machine, "camera") == "fault", "the doctor says that no frames come"
        )
    finally:
        _lay(machine, "Scene()")
    machine.wait_until(lambda: _level(machine, "camera") == "ok", "frames again")
    assert machine.pid("eye") == eye


def test_a_code_that_comes_while_the_journal_is_locked_waits_and_is_stored(machine: Machine) -> None:
    counter = machine.pid("counter")
    machine.run("systemd-run", "--quiet", "--unit", "locker", machine.python_of_the_programs, "-c", _LOCK)
    machine.wait_until(lambda: "held" in machine.log_of("locker.service"), "the lock")
    try:
        laid = "PlacedObject('one', SLUG, 0.5, 0.5, 0.0, time.monotonic_ns())".replace("SLUG", repr(_CODE))
        _lay(machine, f"Scene(objects=({laid},))")
        machine.wait_until(
            lambda: _level(machine, "journal") == "fault", "the doctor says that nothing is written"
        )
    finally:
        machine.run("systemctl", "stop", "locker.service")
    machine.wait_until(lambda: _level(machine, "journal") == "ok", "the journal is written again")
    machine.wait_until(lambda: int(machine.python("counter", _COUNT)) > 0, "the code is in the journal")
    _lay(machine, "Scene()")
    assert machine.pid("counter") == counter


def test_the_page_thread_may_lower_its_priority_under_the_eye_s_filter(machine: Machine) -> None:
    properties = [
        "SystemCallFilter",
        "SystemCallErrorNumber",
        "User",
        "NoNewPrivileges",
        "CapabilityBoundingSet",
    ]
    asked = [f"--property={name}={machine.show('comptoir-eye.service', name)}" for name in properties]
    code = (
        "import os, threading\n"
        "def lower():\n"
        "    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)\n"
        "    print(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))\n"
        "    try:\n"
        "        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -20)\n"
        "    except PermissionError:\n"
        "        print('refused')\n"
        "thread = threading.Thread(target=lower)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    python = machine.python_of_the_programs
    said = machine.run("systemd-run", "--quiet", "--wait", "--pipe", *asked, python, "-c", code)
    assert said.split() == ["19", "refused"]


@pytest.fixture
def fast_limit(machine: Machine) -> Iterator[None]:
    yield
    machine.run("systemctl", "reset-failed", "comptoir-eye.service")
    machine.run("systemctl", "start", "comptoir-eye.service")
    machine.wait_active("eye")


@pytest.mark.usefixtures("fast_limit")
def test_a_program_that_ends_again_and_again_is_left_failed_and_said(machine: Machine) -> None:
    unit = "comptoir-eye.service"

    def is_failed() -> bool:
        if machine.show(unit, "ActiveState") == "failed":
            return True
        machine.run("systemctl", "kill", "--signal", "KILL", unit, check=False)
        return False

    machine.wait_until(is_failed, "the end of the restarts")
    assert machine.show(unit, "Result") in {"signal", "start-limit-hit"}
    assert _level(machine, "units") == "fault"
