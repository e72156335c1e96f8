"""The booted system, before it is set up: what runs, what listens, what can be written, who gets in."""

from __future__ import annotations

import json
import re
import subprocess

from tests.in_qemu.machine import Machine

_MAX_EXPOSURE = 9.6
"""What a service of Debian's without any sandbox has; ours are held to less by `make check`."""


def test_it_is_up_and_nothing_failed(machine: Machine) -> None:
    machine.wait_until(
        lambda: machine.try_run("systemctl is-system-running").stdout.strip() in ("running", "degraded"),
        "the end of the boot",
    )

    assert machine.run("systemctl list-units --failed --plain --no-legend") == ""
    print(machine.run("systemd-analyze time"))
    print(machine.run("systemd-analyze blame | head -15"))
    print(machine.run("systemd-analyze critical-chain comptoir-splash.service ssh.service multi-user.target"))


def test_the_system_cannot_be_written(machine: Machine) -> None:
    for path in ("/x", "/usr/x", "/etc/x", "/boot/firmware/x", "/var/lib/x", "/home/technicien/x"):
        done = machine.try_run(f"touch {path}")
        assert done.returncode != 0, path
        assert "Read-only file system" in done.stderr
    assert "ro" in machine.run("findmnt -no OPTIONS /").split(",")


def test_only_the_data_partition_and_memory_take_anything(machine: Machine) -> None:
    found = json.loads(machine.run("findmnt --json --list --real -o TARGET,SOURCE,OPTIONS,FSTYPE"))
    writable = {
        entry["source"].split("[")[0] for entry in found["filesystems"] if "rw" in entry["options"].split(",")
    }

    assert writable == {machine.run("readlink -f /dev/disk/by-label/comptoir-data")}


def test_nothing_listens_but_ssh(machine: Machine) -> None:
    """The bridge comes with the set-up. DHCP is answered on a socket of its own."""
    sockets = machine.run("ss --no-header -lntu").splitlines()
    print("\n".join(sockets))
    named = {(line.split()[0], int(line.split()[4].rsplit(":", 1)[1])) for line in sockets}

    assert named - {("udp", 68), ("udp", 546)} == {("tcp", 22)}


def test_the_firewall_drops_what_is_not_named(machine: Machine) -> None:
    rules = json.loads(machine.run("nft --json list ruleset"))["nftables"]
    chains = {entry["chain"]["name"]: entry["chain"]["policy"] for entry in rules if "chain" in entry}
    (open_ports,) = [entry["set"]["elem"] for entry in rules if "set" in entry]

    assert chains == {"input": "drop", "forward": "drop"}
    assert set(open_ports) == {22, 8443}


def test_a_password_opens_nothing(machine: Machine) -> None:
    trusting = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    command = ["ssh", *trusting, "-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes"]
    done = subprocess.run(
        [*command, "-p", str(machine.ssh_port), "root@127.0.0.1", "true"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert "Permission denied (publickey)" in done.stderr
    shadow = dict(line.split(":")[:2] for line in machine.run("cat /etc/shadow").splitlines())
    assert all(re.fullmatch(r"!\*?|\*|!.*", password) for password in shadow.values())


def test_name_and_keys_are_this_card_s_own(machine: Machine) -> None:
    assert re.fullmatch(r"comptoir-[0-9a-f]{4}", machine.run("cat /proc/sys/kernel/hostname"))
    assert machine.run("ls /etc/ssh | grep -c host_ || true") == "0"
    assert machine.run("ls /data/ssh").split() == ["ssh_host_ed25519_key", "ssh_host_ed25519_key.pub"]


def test_the_data_partition_grew_to_the_card_s_end(machine: Machine) -> None:
    size_mb = int(machine.run("df --output=size -BM /data | tail -n 1").strip().rstrip("M"))

    assert size_mb > 500


def test_the_log_is_in_memory_swap_too_and_the_clock_is_kept(machine: Machine) -> None:
    assert machine.run("ls -d /var/log/journal 2>/dev/null || true") == ""
    assert machine.run("ls /run/log/journal") != ""
    assert machine.run("swapon --noheadings --show=NAME") == "/dev/zram0"
    assert machine.run("systemctl is-active systemd-timesyncd") == "active"


def test_no_service_is_more_exposed_than_debian_s_worst(machine: Machine) -> None:
    listed = json.loads(machine.run("systemd-analyze security --json=short --no-pager"))
    exposure = {entry["unit"]: float(entry["exposure"]) for entry in listed if entry["exposure"]}
    for unit, value in sorted(exposure.items(), key=lambda item: item[1]):
        print(f"{value:4.1f}  {unit}")

    assert max(exposure.values()) <= _MAX_EXPOSURE
