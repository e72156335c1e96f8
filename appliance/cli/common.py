"""What the commands share: the settings option, errors told as one plain line, how a program begins."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.base import log
from appliance.base.process import die_with_parent, stop_on_signals
from appliance.base.service_manager import ServiceManager
from appliance.base.threads import StoppableThread
from appliance.base.vitality import Vitality, feed
from appliance.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DEFAULT_SETTINGS", "begin_program", "serving", "settings_option"]

DEFAULT_SETTINGS = Path("/etc/comptoir/comptoir.toml")


class _UnusableSettings(click.ClickException):
    """The settings cannot be used: correct the file. The exit status keeps systemd from trying again."""

    exit_code = os.EX_CONFIG


def _load(_context: click.Context, _parameter: click.Parameter, value: Path) -> Settings:
    try:
        return Settings.load(value)
    except SettingsError as error:
        raise _UnusableSettings(str(error)) from None


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


def begin_program() -> threading.Event:
    """What every long-running program does first; the event that is given is set when it is to end."""
    log.configure()
    die_with_parent()
    stopping = threading.Event()
    stop_on_signals(stopping)
    return stopping


@contextmanager
def serving(vitality: Vitality) -> Iterator[None]:
    """Tell the service manager that the program serves, and of its life while the context lasts."""
    manager = ServiceManager.from_environment()
    watch = StoppableThread("vitality", lambda stopping: feed(manager, vitality, stopping))
    watch.start()
    manager.ready()
    try:
        yield
    finally:
        manager.stopping()
        watch.stop()
