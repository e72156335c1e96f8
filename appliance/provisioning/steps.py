"""What is to be done for a site, in order: each step first looks whether it is done, so all may run again."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tomlkit.exceptions import ParseError

from appliance.provisioning.files import (
    merged_settings,
    networkd_file,
    networkmanager_file,
    timesyncd_file,
)
from appliance.provisioning.machine import Machine
from appliance.provisioning.site import Site
from appliance.texts import provision as texts

__all__ = [
    "MAX_SECRET_BYTES",
    "SECRETS",
    "SETTINGS_FILE",
    "Outcome",
    "ProvisionError",
    "Result",
    "Step",
    "carry_out",
    "checked_secret",
    "read_secrets",
    "steps_of",
]

SETTINGS_FILE: Final = "/etc/comptoir/comptoir.toml"
_FOLDER: Final = "/etc/comptoir"
_NM_FILE: Final = "/etc/NetworkManager/system-connections/comptoir.nmconnection"
_NETWORKD_FILE: Final = "/etc/systemd/network/10-comptoir.network"
_TIMESYNCD_FILE: Final = "/etc/systemd/timesyncd.conf.d/comptoir.conf"
_IN_FORCE_FILE: Final = "/etc/comptoir/.in-force"
_START: Final = (
    ("systemctl", "daemon-reload"),
    ("systemctl", "enable", "comptoir.target"),
    ("systemctl", "--no-block", "restart", "comptoir.target"),
)
_OPEN: Final = 0o644
_SECRET: Final = 0o600
MAX_SECRET_BYTES: Final = 512
"""As `prescriptions/pro_sante_connect/configuration.py` bounds it."""

SECRETS: Final[Mapping[str, str | None]] = MappingProxyType(
    {"psc.secret": "comptoir-counter.service", "mqtt.password": None}
)
"""By the credential's name: the service that a drop-in hands it to; None where its unit does so already."""


class ProvisionError(Exception):
    """Something could not be done; its text says why, in French: mend it and run the same again."""


@unique
class Outcome(StrEnum):
    """How a step ended."""

    DONE = "done"
    WAS_DONE = "was_done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to set.

    Attributes:
        what: in French.
        is_done: whether nothing is left to do.
        do: does it; raises ProvisionError or OSError.
    """

    what: str
    is_done: Callable[[], bool]
    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Result:
    """How a step ended; `reason`: why it failed, in French."""

    what: str
    outcome: Outcome
    reason: str = ""


def carry_out(steps: tuple[Step, ...]) -> Iterator[Result]:
    """Do what is left, in order; a step that fails keeps no other from being done."""
    for step in steps:
        try:
            if step.is_done():
                yield Result(step.what, Outcome.WAS_DONE)
                continue
            step.do()
        except ProvisionError as error:
            yield Result(step.what, Outcome.FAILED, str(error))
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, type(error).__name__)
            yield Result(step.what, Outcome.FAILED, texts.REASONS.get(name, error.strerror or name))
        else:
            yield Result(step.what, Outcome.DONE)


def steps_of(
    site: Site, secrets: Mapping[str, str], machine: Machine, check: Callable[[str], None]
) -> tuple[Step, ...]:
    """The steps of a site.

    Args:
        site: what is wanted.
        secrets: contents by the names of SECRETS.
        machine: where it is done.
        check: refuses the text of a settings file that cannot be used (SettingsError).

    Raises:
        ProvisionError: the settings file that is there is no TOML.
        SettingsError: with what the site wants, it could not be used.
    """
    before = machine.read(SETTINGS_FILE) or ""
    try:
        after = merged_settings(before, site.settings)
    except ParseError as error:
        raise ProvisionError(texts.NOT_TOML.format(path=SETTINGS_FILE)) from error
    check(after)
    steps = []
    name = site.settings.get("device", {}).get("name", "")
    if name:
        steps.append(_host_name(machine, name))
    if site.network.mode != "keep":
        steps.append(_network(machine, site))
    steps += _time(machine, site)
    steps += [_secret(machine, secret, content) for secret, content in secrets.items()]
    steps += _buses(machine, site)
    # Last of the files: where a system waits for the settings, all else is in place when they come.
    steps.append(_file(machine, texts.SETTINGS, {SETTINGS_FILE: (after, _OPEN)}))
    in_force = hashlib.sha256("\0".join((after, *secrets.values())).encode()).hexdigest()
    return (*steps, *_services(machine, in_force))


def _file(
    machine: Machine,
    what: str,
    files: Mapping[str, tuple[str, int]],
    *commands: tuple[str, ...],
) -> Step:
    """Files, and commands that put them in force at once; should one fail, the next start does."""

    def is_done() -> bool:
        return all(machine.read(name) == content for name, (content, _) in files.items())

    def do() -> None:
        for name, (content, mode) in files.items():
            machine.write(name, content, mode)
        for command in commands:
            machine.change(command)

    return Step(what, is_done, do)


def _command(machine: Machine, what: str, is_done: Callable[[], bool], *commands: tuple[str, ...]) -> Step:
    return Step(what, is_done, lambda: _run_all(machine, commands))


def _run_all(machine: Machine, commands: tuple[tuple[str, ...], ...]) -> None:
    for command in commands:
        if not machine.change(command):
            raise ProvisionError(texts.COMMAND_FAILED.format(command=" ".join(command)))


def _host_name(machine: Machine, name: str) -> Step:
    return _command(
        machine,
        texts.HOST_NAME.format(name=name),
        lambda: (machine.read("/etc/hostname") or "").strip() == name,
        ("hostnamectl", "hostname", name),
    )


def _network(machine: Machine, site: Site) -> Step:
    """Written now and in force at the next start: whoever is logged in over SSH is not cut off."""
    what = texts.NETWORK[site.network.mode].format(
        interface=site.network.interface, address=site.network.address or ""
    )
    if machine.exists("/etc/NetworkManager"):
        return _file(machine, what, {_NM_FILE: (networkmanager_file(site.network), _SECRET)})
    return _file(machine, what, {_NETWORKD_FILE: (networkd_file(site.network), _OPEN)})


def _time(machine: Machine, site: Site) -> Iterator[Step]:
    zone = f"/usr/share/zoneinfo/{site.time.zone}"

    def zone_is_set() -> bool:
        return machine.path("/etc/localtime").is_symlink() and str(
            machine.path("/etc/localtime").readlink()
        ).endswith(zone)

    if site.time.servers:
        yield _file(
            machine,
            texts.TIME_SERVERS,
            {_TIMESYNCD_FILE: (timesyncd_file(site.time), _OPEN)},
            ("systemctl", "try-restart", "systemd-timesyncd"),
        )
    yield _command(
        machine,
        texts.ZONE.format(zone=site.time.zone),
        zone_is_set,
        ("timedatectl", "set-timezone", site.time.zone),
    )


def _secret(machine: Machine, name: str, content: str) -> Step:
    files = {f"{_FOLDER}/{name}": (content, _SECRET)}
    unit = SECRETS[name]
    if unit is not None:
        drop_in = f"[Service]\nLoadCredential={name}:{_FOLDER}/{name}\n"
        files[f"/etc/systemd/system/{unit}.d/{name.partition('.')[0]}.conf"] = (drop_in, _OPEN)
    return _file(machine, texts.CREDENTIAL.format(name=name), files)


def _buses(machine: Machine, site: Site) -> Iterator[Step]:
    """On Raspberry Pi OS a bus is off until it is asked for."""
    display = {"driver": "ssd1306", "bus": "i2c", **site.settings.get("display", {})}
    if display["driver"] in {"png", "none"} or not machine.exists("/usr/bin/raspi-config"):
        return
    bus = str(display["bus"])
    device = "/dev/i2c-1" if bus == "i2c" else "/dev/spidev0.0"
    yield _command(
        machine,
        texts.BUS.format(bus=bus.upper()),
        lambda: machine.exists(device),
        ("raspi-config", "nonint", f"do_{bus}", "0"),
    )


def _services(machine: Machine, in_force: str) -> Iterator[Step]:
    """`in_force`: a digest of what the programs are to be started with, kept once they were."""

    def run_with_it() -> bool:
        is_active = machine.ask(["systemctl", "is-active", "comptoir.target"]).status == 0
        return is_active and machine.read(_IN_FORCE_FILE) == in_force

    def start() -> None:
        _run_all(machine, _START)
        machine.write(_IN_FORCE_FILE, in_force, _SECRET)

    if machine.ask(["systemctl", "cat", "comptoir.target"]).status == 0:
        yield Step(texts.SERVICES, run_with_it, start)


def read_secrets(folder: Path) -> dict[str, str]:
    """The secrets that lie in a folder, each in a file of its credential's name.

    Raises:
        ProvisionError: one is empty or too long.
        OSError: one cannot be read.
    """
    found = {}
    for name in SECRETS:
        if (folder / name).is_file():
            with (folder / name).open("rb") as file:
                found[name] = checked_secret(name, file.read(MAX_SECRET_BYTES + 1))
    return found


def checked_secret(name: str, content: bytes) -> str:
    """The secret, one line.

    Raises:
        ProvisionError: it is empty, too long, or not printable.
    """
    text = content.decode(errors="replace").strip()
    if not text or len(content) > MAX_SECRET_BYTES or not text.isprintable() or "\ufffd" in text:
        raise ProvisionError(texts.CREDENTIAL_UNUSABLE.format(name=name, maximum=MAX_SECRET_BYTES))
    return text + "\n"
