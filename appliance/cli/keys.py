"""`comptoir keys`: make the device key where root alone can read it; programs get copies as credentials."""

from __future__ import annotations

from pathlib import Path

import click

from appliance.cli.journals import DEVICE_KEY_FILE
from appliance.journal.device_key import load_or_create_device_key
from appliance.journal.errors import DeviceKeyError
from appliance.texts import keys as texts

__all__ = ["command"]


@click.command("keys", help=texts.HELP)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help=texts.HELP_DIRECTORY,
)
def command(directory: Path) -> None:
    """Make what is missing; a key that is there stays as it is."""
    try:
        load_or_create_device_key(directory / DEVICE_KEY_FILE)
    except DeviceKeyError as error:
        raise click.ClickException(str(error)) from error
    click.echo(texts.KEY_IS_THERE.format(path=directory / DEVICE_KEY_FILE))
