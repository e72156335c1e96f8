"""What the commands share: the settings option, and errors told as one plain line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DEFAULT_SETTINGS", "settings_option"]

DEFAULT_SETTINGS = Path("/etc/comptoir/comptoir.toml")


def _load(_context: click.Context, _parameter: click.Parameter, value: Path) -> Settings:
    try:
        return Settings.load(value)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def settings_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--settings PATH`, given to the command as `settings`, loaded and checked."""
    return click.option(
        "--settings",
        type=click.Path(path_type=Path),
        default=DEFAULT_SETTINGS,
        show_default=True,
        callback=_load,
        help="Fichier des réglages.",
    )(function)
