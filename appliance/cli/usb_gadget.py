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

__all__ = ["command", "wished_functions"]

_OWN_LINE = "/dev/ttyGS"

_log = logging.getLogger(__name__)


@click.group("usb-gadget", help=texts.HELP)
def command() -> None:
    """Up or down."""


@command.command(help=texts.HELP_UP)
@settings_option
def up(settings: Settings) -> None:
    """Make what is wished; where that is nothing, take away what was."""
    log.configure()
    wished = wished_functions(settings)
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
    _log.info("the gadget is bound to %s: %s", controller, ", ".join(sorted(wished)))


def wished_functions(settings: Settings) -> frozenset[Function]:
    """What is named, and what the outputs use."""
    wished = {Function(name) for name in settings.usb.functions}
    if settings.keyboard.driver == "gadget":
        wished.add(Function.KEYBOARD)
    if settings.serial.driver == "port" and str(settings.serial.device).startswith(_OWN_LINE):
        wished.add(Function.SERIAL)
    return frozenset(wished)


@command.command(help=texts.HELP_DOWN)
def down() -> None:
    """Take it away; nothing where there is none."""
    try:
        UsbGadget().down()
    except OSError as error:
        raise click.ClickException(
            texts.REFUSED.format(reason=error.strerror, path=error.filename)
        ) from error
