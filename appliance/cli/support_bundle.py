"""`comptoir support-bundle`: doctor, logs, versions, settings and depths of this device, for the editor."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import click
from pydantic import BaseModel

from appliance.base.clock import Clock, SystemClock
from appliance.base.files import replace_durably
from appliance.cli.about import about
from appliance.cli.common import settings_option
from appliance.cli.doctor import all_verdicts
from appliance.cli.journals import open_journal_in_use
from appliance.health.faces import document
from appliance.health.probes import Run, read_small, run_command
from appliance.journal.errors import DeviceKeyError, JournalError
from appliance.settings import Settings
from appliance.support.bundle import BundleError, bundled, encrypted
from appliance.support.redaction import MASK
from appliance.texts import support as texts

__all__ = ["command", "parts_of"]

_MASKED: Final = frozenset({"client_id", "national_id", "billing_id", "idam", "username"})
"""Keys of the settings that say who somebody is."""

_LOG: Final = ("journalctl", "-o", "short-iso", "-r", "--no-pager")
"""Newest first: what is too much is cut at its old end."""

_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "log.txt": (*_LOG, "-n", "500", "-u", "comptoir-*", "-u", "pcscd"),
    "units.txt": ("systemctl", "status", "--no-pager", "--lines=0", "comptoir*", "pcscd*"),
    "kernel.txt": (*_LOG, "-n", "200", "-k", "-b", "-p", "warning"),
    "disk.txt": ("df", "-h"),
    "memory.txt": ("free", "-m"),
    "usb.txt": ("lsusb",),
    "time.txt": ("timedatectl", "show"),
    "packages.txt": ("dpkg-query", "-W", "comptoir", "pcscd", "libccid", "python3-picamera2"),
}


@click.command("support-bundle", help=texts.HELP)
@settings_option
@click.option("--output", type=click.Path(path_type=Path), default=Path(), help=texts.HELP_OUTPUT)
def command(settings: Settings, output: Path) -> None:
    """Gather, redact, encrypt where there is a key, and write one file that only its owner reads."""
    clock = SystemClock()
    recipient = settings.support.recipient
    at = clock.now()
    try:
        bundle = bundled(parts_of(settings, clock, run_command), round(at.timestamp()))
        content = encrypted(bundle, recipient) if recipient else bundle
    except BundleError as error:
        raise click.ClickException(texts.NOT_MADE) from error
    name = f"comptoir-support-{about().serial}-{at:%Y%m%dT%H%M%SZ}.tar.gz{'.age' if recipient else ''}"
    file = output / name if output.is_dir() else output
    try:
        replace_durably(file, content)
    except OSError as error:
        raise click.ClickException(texts.NOT_WRITTEN.format(path=file)) from error
    click.echo(texts.WRITTEN.format(path=file, size=len(content) // 1024 + 1))
    click.echo(texts.IS_ENCRYPTED[bool(recipient)])


def parts_of(settings: Settings, clock: Clock, run: Run) -> dict[str, object]:
    """The parts of a bundle by their file names; what cannot be had says why in its own file."""
    parts: dict[str, object] = {
        "doctor.json": document(all_verdicts(settings, clock), clock.now()),
        "settings.json": _masked(settings),
        "versions.json": _versions(),
        "journal.json": _journal(settings, clock),
        "files.json": _files(settings.paths.state_directory, settings.paths.runtime_directory),
    }
    for name, arguments in _COMMANDS.items():
        ran = run(arguments)
        parts[name] = ran.output or texts.NOTHING_SAID.format(command=arguments[0], status=ran.status)
    return parts


def _masked(section: BaseModel) -> dict[str, Any]:
    """The settings in force, without the values of those keys that say who somebody is."""
    masked: dict[str, Any] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            masked[name] = _masked(value)
        elif name in _MASKED:
            masked[name] = MASK if value else ""
        else:
            masked[name] = list(value) if isinstance(value, tuple) else str(value)
    return masked


def _versions() -> dict[str, str | None]:
    return {
        "comptoir": metadata.version("comptoir-scanner"),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "model": (read_small(Path("/proc/device-tree/model")) or "").strip("\0\n") or None,
        "system": platform.freedesktop_os_release().get("PRETTY_NAME"),
    }


def _journal(settings: Settings, clock: Clock) -> dict[str, object]:
    """Depths and counts; what the events hold is never opened."""
    try:
        with open_journal_in_use(settings, clock) as journal:
            status = journal.status()
            return {
                "waiting": status.waiting,
                "journal_bytes": status.journal_bytes,
                "wal_bytes": status.wal_bytes,
                "last_id": journal.last_id(),
                "clients": len(journal.clients()),
            }
    except (OSError, JournalError, DeviceKeyError) as error:
        return {"not_readable": type(error).__name__}


def _files(*folders: Path) -> dict[str, object]:
    """Names and sizes of what lies in the device's own folders, one level deep."""
    return {
        str(folder): {
            entry.name: entry.stat(follow_symlinks=False).st_size
            for entry in (os.scandir(folder) if os.access(folder, os.R_OK) else ())
        }
        for folder in folders
    }
