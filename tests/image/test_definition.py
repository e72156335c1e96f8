"""The image as its files describe it: nothing listens, nothing is written, nobody logs in without a key."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from appliance.settings import BridgeSettings
from tests.image.definition import FOLDER, ROOT, fstab, packages, unit_names

_COMMON = FOLDER / "overlay/common"
_PRESETS = sorted((FOLDER / "overlay").glob("*/usr/lib/systemd/system-preset/*.preset"))
_SCRIPTS = sorted(
    path
    for path in FOLDER.rglob("*")
    if path.is_file() and re.match(rb"#!/(bin/sh|bin/bash|usr/bin/env bash)\n", path.read_bytes()[:32])
)

# Of Debian: what the presets name beside our own.
_DEBIAN = {
    "nftables.service", "ssh.service", "pcscd.socket", "fstrim.timer",
    "systemd-networkd.service", "systemd-resolved.service", "systemd-timesyncd.service",
    "systemd-networkd-wait-online.service", "apt-daily.timer", "apt-daily-upgrade.timer",
    "unattended-upgrades.service", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service",
}  # fmt: skip


@pytest.mark.parametrize("name", ["common", "qemu", "rpi", "workshop"])
def test_a_list_names_each_package_once(name: str) -> None:
    listed = packages(name)

    assert len(listed) == len(set(listed))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+(/[a-z-]+)?", package) for package in listed)


def test_no_image_has_what_opens_a_port_or_compiles() -> None:
    """vsmartcard-vpcd listens on every interface; compilers and pip have nothing to do on a counter."""
    installed = {package.split("/")[0] for name in ("common", "qemu", "rpi") for package in packages(name)}

    assert not installed & {"vsmartcard-vpcd", "avahi-daemon", "gcc", "python3-pip", "curl", "rpcbind"}


def test_the_root_is_read_only_and_what_is_written_is_named() -> None:
    mounts = fstab()

    assert "ro" in mounts["/"][2]
    assert "ro" in mounts["/boot/firmware"][2]
    for point, (_, kind, options) in mounts.items():
        if point != "/" and "bind" not in options:
            assert {"nosuid", "nodev"} <= options, point
        assert kind != "tmpfs" or any(option.startswith("size=") for option in options), point
    for state in ("/var/lib/comptoir", "/var/lib/comptoir-keys", "/etc/comptoir"):
        assert mounts[state][0].startswith("/data/")


def test_a_slow_start_does_not_end_in_emergency_mode() -> None:
    """systemd gives a device 90 s by itself; with root locked, nobody could log in there."""
    for point in ("/boot/firmware", "/data"):
        assert "x-systemd.device-timeout=10min" in fstab()[point][2], point


def test_the_path_unit_does_not_wait_for_what_waits_for_it() -> None:
    """basic.target comes after all path units; one after a service is a cycle, and all are dropped."""
    unit = (_COMMON / "usr/lib/systemd/system/comptoir-provisioned.path").read_text(encoding="utf-8")

    assert not re.search(r"^After=.*\.service", unit, re.MULTILINE)


@pytest.mark.parametrize("profile", ["qemu", "rpi"])
def test_the_kernel_is_told_the_same_root(profile: str) -> None:
    line = (FOLDER / f"boot/{profile}/cmdline.txt").read_text(encoding="ascii")
    card = (FOLDER / "steps/card").read_text(encoding="utf-8")
    (disk,) = re.findall(r"^disk_id=0x([0-9a-f]{8})$", card, re.MULTILINE)

    assert line.count("\n") == 1
    words = line.split()
    assert {"ro", "rootwait", "quiet", "fsck.repair=yes"} <= set(words)
    # By label where an initramfs looks for it; the kernel alone knows numbers.
    assert ("root=LABEL=comptoir-root" if profile == "qemu" else f"root=PARTUUID={disk}-02") in words
    assert fstab()["/"][0] == "LABEL=comptoir-root"


def test_the_firewall_lets_in_what_the_bridge_listens_on() -> None:
    rules = (_COMMON / "etc/nftables.conf").read_text(encoding="utf-8")
    unit = (ROOT / "systemd/system/comptoir-bridge.service").read_text(encoding="utf-8")
    (tcp,) = re.findall(r"elements = \{ ([0-9, ]+) \}", rules)

    assert f"tcp:{tcp}" in unit
    assert int(tcp) == BridgeSettings().port
    assert rules.count("policy drop") == 2
    assert re.findall(r"udp dport (\d+) accept comment \"multicast", rules) == re.findall(
        r"SocketBindAllow=udp:(\d+)", unit
    )


def test_nobody_logs_in_without_a_key() -> None:
    lines = (_COMMON / "etc/ssh/sshd_config.d/comptoir.conf").read_text(encoding="utf-8").splitlines()
    masked = (_COMMON / "usr/share/comptoir-image/masked-units").read_text(encoding="utf-8").split()

    assert {
        "AuthenticationMethods publickey", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
        "PermitRootLogin no", "AllowUsers technicien",
    } <= set(lines)  # fmt: skip
    assert {"getty.target", "serial-getty@.service", "ssh.socket", "sshd-keygen.service"} <= set(masked)
    assert "passwd --quiet --lock root" in (FOLDER / "hooks/install").read_text(encoding="utf-8")


@pytest.mark.parametrize("preset", _PRESETS, ids=lambda path: path.stem)
def test_each_unit_that_is_switched_is_there(preset: Path) -> None:
    lines = [
        line.split() for line in preset.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    ]

    assert lines
    for verb, unit in lines:
        assert verb in ("enable", "disable")
        assert unit in unit_names() | _DEBIAN


def test_users_have_numbers_that_do_not_change() -> None:
    """Data outlive the image that wrote them, and belong to numbers."""
    fixed = (_COMMON / "usr/lib/sysusers.d/00-comptoir-ids.conf").read_text(encoding="utf-8")
    of_the_package = (ROOT / "systemd/sysusers.d/comptoir.conf").read_text(encoding="utf-8")
    numbers = dict(re.findall(r"^[gu]\s+(\S+)\s+(\d+)", fixed, re.MULTILINE))

    assert len(set(numbers.values())) == len(numbers)
    assert set(re.findall(r"^[gu]\s+(\S+)", of_the_package, re.MULTILINE)) <= set(numbers)


def test_the_firmware_s_configuration_is_for_the_boards_that_are_named() -> None:
    text = (FOLDER / "boot/rpi/config.txt").read_text(encoding="ascii")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert set(re.findall(r"^\[(.*)\]$", text, re.MULTILINE)) <= {"all", "pi02", "pi3", "pi4", "pi5"}
    assert all(re.fullmatch(r"\[\w+\]|[a-z0-9_]+=\S+", line) for line in lines)
    # The firmware reads no line beyond 98 characters whole.
    assert all(len(line) <= 98 for line in lines)
    assert {"arm_64bit=1", "auto_initramfs=0", "dtparam=i2c_arm=on", "camera_auto_detect=1"} <= set(lines)


@pytest.mark.parametrize("script", _SCRIPTS, ids=lambda path: path.name)
def test_scripts_have_no_complaint_of_shellcheck(script: Path) -> None:
    """With all that it sources, in its place."""
    done = subprocess.run(
        ["shellcheck", "--external-sources", "--check-sourced", "--source-path=SCRIPTDIR", str(script)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.stdout == ""
    assert done.returncode == 0


def test_no_program_starts_before_the_box_is_set_up() -> None:
    target = (ROOT / "systemd/system/comptoir.target").read_text(encoding="utf-8")
    programs = set(re.findall(r"comptoir-[a-z-]+\.service", target))
    conditioned = {
        path.parent.name.removesuffix(".d")
        for path in (_COMMON / "usr/lib/systemd/system").glob("comptoir-*.service.d/image.conf")
        if "ConditionPathExists=/etc/comptoir/comptoir.toml\n" in path.read_text(encoding="utf-8")
    }

    assert programs
    assert conditioned == programs | {"comptoir-checks.service"}
