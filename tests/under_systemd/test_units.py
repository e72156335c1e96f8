"""The three programs under a real systemd: who they are, what they cannot do, and who wakes them up."""

from __future__ import annotations

import json

import pytest

from tests.under_systemd.machine import PROGRAMS, Machine

pytestmark = pytest.mark.timeout(180)

_READY = """
import ssl, urllib.request
context = ssl._create_unverified_context()
print(urllib.request.urlopen("https://127.0.0.1:8443/v1/ready", context=context).read().decode())
"""


def test_all_units_are_up_and_none_failed(machine: Machine) -> None:
    assert machine.run("systemctl", "--failed", "--plain", "--no-legend") == ""
    assert machine.show("pcscd.socket", "ActiveState") == "active"


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_runs_as_its_own_user(machine: Machine, program: str) -> None:
    user = machine.run("ps", "-o", "user:32=", "-p", str(machine.pid(program)))
    assert user == f"comptoir-{program}"


def test_the_bridge_serves(machine: Machine) -> None:
    assert json.loads(machine.python("bridge", _READY)) == {"ready": True}


def test_the_eye_has_no_network(machine: Machine) -> None:
    addresses = machine.run("nsenter", "-t", str(machine.pid("eye")), "-n", "ip", "-json", "address")
    assert [link["ifname"] for link in json.loads(addresses)] == ["lo"]


@pytest.mark.parametrize("path", ["/var/lib/comptoir", "/var/lib/comptoir-keys", "/run/comptoir/secrets"])
def test_the_eye_sees_neither_journal_nor_keys_nor_secrets(machine: Machine, path: str) -> None:
    seen = machine.run("nsenter", "-t", str(machine.pid("eye")), "-m", "stat", "-c", "%a %F", path)
    assert seen == "0 directory"


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_can_write_outside_its_places(machine: Machine, program: str) -> None:
    for path in ("/etc/comptoir/x", "/usr/x", "/home/x", "/root/x"):
        command = f"nsenter -t {machine.pid(program)} -m touch {path} 2>/dev/null && echo wrote"
        wrote = machine.run("sh", "-c", command, check=False)
        assert wrote == ""


def test_the_device_key_is_root_s_and_the_programs_have_copies(machine: Machine) -> None:
    assert machine.run("stat", "-c", "%a %U", "/var/lib/comptoir-keys/device.key") == "600 root"
    assert machine.run("sh", "-c", "ls /var/lib/comptoir/device.key || true") == ""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_killed_program_comes_back(machine: Machine, program: str) -> None:
    before = machine.pid(program)
    machine.run("kill", "-KILL", str(before))
    machine.wait_active(program, other_than=before)
    assert json.loads(machine.python("bridge", _READY)) == {"ready": True}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_watchdog_bites_a_program_that_hangs(machine: Machine, program: str) -> None:
    unit = f"comptoir-{program}.service"
    before = machine.pid(program)
    machine.run("kill", "-STOP", str(before))
    machine.wait_active(program, other_than=before)
    assert "Watchdog timeout" in machine.log_of(unit)


def test_settings_that_are_wrong_end_in_a_visible_failure(machine: Machine) -> None:
    settings = machine.root / "etc/comptoir/comptoir.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text(good.replace("width = 1280", "width = 12"), encoding="utf-8")
    try:
        machine.run("systemctl", "restart", "--no-block", "comptoir-eye.service")
        unit = "comptoir-eye.service"
        machine.wait_until(lambda: machine.show(unit, "ActiveState") == "failed", "the eye's failure")
        assert machine.show(unit, "ExecMainStatus") == "78"
        said = machine.log_of("comptoir-eye.service")
        assert "camera.width" in said
        assert "Traceback" not in said
    finally:
        settings.write_text(good, encoding="utf-8")
        machine.run("systemctl", "reset-failed", "comptoir-eye.service")
        machine.run("systemctl", "start", "comptoir-eye.service")
    machine.wait_active("eye")


def test_the_target_stops_all_and_starts_all(machine: Machine) -> None:
    machine.run("systemctl", "stop", "comptoir.target")
    for program in PROGRAMS:
        unit = f"comptoir-{program}.service"
        machine.wait_until(lambda u=unit: machine.show(u, "ActiveState") == "inactive", f"the end of {unit}")
    machine.run("systemctl", "start", "comptoir.target")
    for program in PROGRAMS:
        machine.wait_active(program)
