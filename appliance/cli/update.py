"""`comptoir update`: another version from the editor's signed source, and back where it does not do."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from appliance.base.clock import SystemClock
from appliance.texts import update as texts
from appliance.updating.errors import UpdateError, UpdateRefusedError, UpdateReturnedError
from appliance.updating.folder import UpdateFolder
from appliance.updating.packages import Packages, run
from appliance.updating.update import Updater, Wish
from appliance.updating.wellness import WellnessProbe

__all__ = ["command"]

SOURCE: Final = Path("/etc/apt/sources.list.d/comptoir.sources")
FOLDER: Final = Path("/var/lib/comptoir-update")
_RUNTIME = Path("/run/comptoir")
_LOCK = Path("/run/comptoir-update.lock")
_MAX_WAIT_MINUTES = 24 * 60


_EXIT_CODES = {UpdateRefusedError: 1, UpdateReturnedError: 3}
_STUCK = 4
"""1 nothing changed, 3 the one before is back, 4 neither does; 2 is click's for a wrong option."""


@click.command("update", help=texts.HELP)
@click.option(
    "--from",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=texts.HELP_FROM,
)
@click.option("--version", "version", help=texts.HELP_VERSION)
@click.option("--allow-older", is_flag=True, help=texts.HELP_OLDER)
@click.option(
    "--wait", "minutes", type=click.IntRange(0, _MAX_WAIT_MINUTES), default=15, show_default=True,
    help=texts.HELP_WAIT,
)  # fmt: skip
@click.option("--check", is_flag=True, help=texts.HELP_CHECK)
def command(
    directory: Path | None, version: str | None, minutes: int, *, allow_older: bool, check: bool
) -> None:
    """Look, fetch, wait for a free counter, put in place, see how it does."""
    if os.geteuid() != 0:
        raise click.ClickException(texts.NOT_ROOT)
    clock = SystemClock()
    packages = Packages(SOURCE, FOLDER, directory)
    updater = Updater(packages, UpdateFolder(FOLDER), WellnessProbe(run, clock), _RUNTIME, clock, click.echo)
    wish = Wish(version, allow_older, minutes * 60)
    with _alone():
        # The end of the technician's session is not the end of an update.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            if check:
                new = updater.offer(wish)
                old = packages.installed()
                click.echo(
                    texts.CURRENT.format(version=old)
                    if new is None
                    else texts.OFFERED.format(new=new, old=old)
                )
                return
            new = updater.update(wish)
        except UpdateError as error:
            click.echo(str(error), err=True)
            raise SystemExit(_EXIT_CODES.get(type(error), _STUCK)) from None
        click.echo(
            texts.CURRENT.format(version=packages.installed()) if new is None else texts.DONE.format(new=new)
        )


@contextmanager
def _alone() -> Iterator[None]:
    descriptor = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(texts.BUSY) from None
        yield
    finally:
        os.close(descriptor)
