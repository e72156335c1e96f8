"""`comptoir usb-gadget`: makes this device a keyboard, a serial line, a network for its PC (root)."""

from __future__ import annotations

import logging

import click

from appliance.base import log
from appliance.cli.common import settings_option
from appliance.outputs.usb_gadget.configfs import (
    NoConfigfsError,
    NoControllerError,
    NoMachineNumberError,
    UsbGadget,
    machine_identity,
)
from appliance.outputs.usb_gadget.tree import Function
from appliance.settings import Settings
from appliance.texts import usb_gadget as texts

__all__ = ["command"]

_log = logging.getLogger(__name__)


@click.group("usb-gadget", help=texts.HELP)
def command() -> None:
    """Up or down."""


@command.command(help=texts.HELP_UP)
@settings_option
def up(settings: Settings) -> None:
    """Make what is wished; where that is nothing, take away what was."""
    log.configure()
    wished = [Function(name) for name in settings.usb.functions]
    gadget = UsbGadget()
    try:
        if not wished:
            gadget.down()
            _log.info("no function is wished on the USB device port")
            return
        controller = gadget.up(wished, machine_identity())
    except NoConfigfsError as error:
        raise click.ClickException(texts.NO_CONFIGFS) from error
    except NoControllerError as error:
        raise click.ClickException(texts.NO_CONTROLLER) from error
    except NoMachineNumberError as error:
        raise click.ClickException(texts.NO_MACHINE_NUMBER) from error
    except OSError as error:
        raise click.ClickException(
            texts.REFUSED.format(reason=error.strerror, path=error.filename)
        ) from error
    _log.info("the gadget is bound to %s: %s", controller, ", ".join(wished))


@command.command(help=texts.HELP_DOWN)
def down() -> None:
    """Take it away; nothing where there is none."""
    try:
        UsbGadget().down()
    except OSError as error:
        raise click.ClickException(
            texts.REFUSED.format(reason=error.strerror, path=error.filename)
        ) from error
