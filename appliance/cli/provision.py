"""`comptoir provision`: from a site to a device that works, by questions, a file, or a QR code."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
import tomlkit
from rich.console import Console

from appliance.base.clock import NS_PER_S, Clock, SystemClock
from appliance.capture.frame import Camera, CameraError
from appliance.cli.doctor import all_verdicts, table_of
from appliance.cli.site_questions import ask_site, confirm
from appliance.cli.site_survey import answers_on_i2c, count_readers, survey
from appliance.decode.symbol import Symbology
from appliance.provisioning.machine import DryMachine, Machine, RealMachine
from appliance.provisioning.qr import MAX_PAYLOAD_BYTES, QrTooLongError, payload_of, site_in, write_qr
from appliance.provisioning.site import Site
from appliance.provisioning.steps import (
    SETTINGS_FILE,
    Outcome,
    ProvisionError,
    carry_out,
    read_secrets,
    steps_of,
)
from appliance.settings import Settings, SettingsError
from appliance.texts import provision as texts

__all__ = ["command", "look_for_site"]

_LOOK_S: Final = 60
_CAPTURE_S: Final = 2.0


class _UnusableSite(click.ClickException):
    """The site's document, or the settings that it would make, cannot be used: correct it."""

    exit_code = os.EX_CONFIG


@click.command("provision", help=texts.HELP)
@click.option("--file", "file", type=click.Path(path_type=Path, dir_okay=False), help=texts.HELP_FILE)
@click.option("--dry-run", is_flag=True, help=texts.HELP_DRY_RUN)
@click.option("--qr", is_flag=True, help=texts.HELP_QR)
@click.option("--make-qr", type=click.Path(path_type=Path, dir_okay=False), help=texts.HELP_MAKE_QR)
@click.option(
    "--secrets", type=click.Path(path_type=Path, file_okay=False, exists=True), help=texts.HELP_SECRETS
)
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), default="/", help=texts.HELP_ROOT)
@click.pass_context
def command(
    context: click.Context,
    *,
    file: Path | None,
    dry_run: bool,
    qr: bool,
    make_qr: Path | None,
    secrets: Path | None,
    root: Path,
) -> None:
    """Take the site from where it is said to be, do what is left to do, and ask the doctor."""
    if make_qr is not None:
        _make_qr(file, make_qr)
        return
    if file is not None and qr:
        raise click.UsageError(texts.EXCLUSIVE)
    details: list[str] = []
    machine = DryMachine(details.append, root) if dry_run else RealMachine(root)
    clock = SystemClock()
    try:
        site, given = _site(machine, file, clock, by_qr=qr)
        if secrets is not None:
            given = {**given, **read_secrets(secrets)}
        failed = _carry_out(site, given, machine, details if dry_run else None)
    except SettingsError as error:
        raise _UnusableSite(str(error)) from None
    except (ProvisionError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if dry_run:
        click.echo(texts.DRY_DONE)
        return
    _show_doctor(machine, clock)
    if failed:
        raise click.ClickException(texts.LEFT.format(count=failed))
    click.echo(texts.DONE)


def look_for_site(camera: Camera, clock: Clock) -> Site:
    """The site that somebody shows to the camera within a minute.

    Raises:
        ProvisionError: none was shown, or the camera gives nothing.
        SettingsError: what was shown is wrong.
    """
    # Imported only here: a site in a file needs no decoder.
    from appliance.decode.engines.zxing import ZxingEngine  # noqa: PLC0415

    engine = ZxingEngine()
    try:
        with camera:
            until_ns = clock.monotonic_ns() + _LOOK_S * NS_PER_S
            while clock.monotonic_ns() < until_ns:
                found = site_in(
                    tuple(engine.read(camera.capture(_CAPTURE_S).grey, frozenset({Symbology.QR_CODE})))
                )
                if found is not None:
                    return found
    except CameraError as error:
        raise ProvisionError(texts.CAMERA_BUSY) from error
    raise ProvisionError(texts.QR_NOT_SEEN)


def _site(machine: Machine, file: Path | None, clock: Clock, *, by_qr: bool) -> tuple[Site, dict[str, str]]:
    if file is not None:
        return Site.load(file), {}
    present = _present(machine)
    if by_qr:
        # Imported only here, as above.
        from appliance.cli.eye import camera_of  # noqa: PLC0415

        click.echo(texts.QR_WAITING)
        site = look_for_site(camera_of(present, present.paths.runtime_directory, clock), clock)
        click.echo(texts.QR_SEEN)
        return site, {}
    found = survey(machine, answers_on_i2c, count_readers)
    host_name = socket.gethostname().partition(".")[0].lower()
    values, secrets = ask_site(found, present, host_name)
    site = Site.parse(tomlkit.dumps(_without_none(values)).encode(), Path(SETTINGS_FILE))
    if not confirm(texts.ASK_GO, default=True):
        raise click.Abort
    return site, secrets


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_none(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
        if value is not None
    }


def _present(machine: Machine) -> Settings:
    """What is set now.

    Raises:
        SettingsError: it cannot be used, and is corrected or removed first.
    """
    return Settings.parse((machine.read(SETTINGS_FILE) or "").encode(), machine.path(SETTINGS_FILE))


def _carry_out(site: Site, secrets: Mapping[str, str], machine: Machine, details: list[str] | None) -> int:
    """Do it; how many steps failed. `details`: what a dry run would have done, shown under its step."""

    def check(text: str) -> None:
        Settings.parse(text.encode(), machine.path(SETTINGS_FILE))

    failed = 0
    for result in carry_out(steps_of(site, secrets, machine, check)):
        words = texts.OUTCOMES if details is None else texts.DRY_OUTCOMES
        click.echo(texts.LINE.format(outcome=words[result.outcome.value], what=result.what))
        for line in [*(details or ()), *([result.reason] if result.reason else ())]:
            click.echo(texts.DETAIL.format(line=line))
        if details is not None:
            details.clear()
        failed += result.outcome is Outcome.FAILED
    return failed


def _show_doctor(machine: Machine, clock: Clock) -> None:
    """What is still amiss is the doctor's to say; that the device is set up does not depend on it."""
    Console(highlight=False).print(table_of(all_verdicts(_present(machine), clock)))


def _make_qr(file: Path | None, path: Path) -> None:
    if file is None:
        raise click.UsageError(texts.QR_WANTS_FILE)
    try:
        write_qr(payload_of(file.read_bytes()), path)
    except SettingsError as error:
        raise _UnusableSite(str(error)) from None
    except QrTooLongError as error:
        text = texts.QR_TOO_LONG.format(size=error.size, maximum=MAX_PAYLOAD_BYTES)
        raise click.ClickException(text) from error
    except OSError as error:
        raise click.ClickException(f"{path} : {error.strerror}") from error
    click.echo(texts.QR_WRITTEN.format(path=path))
