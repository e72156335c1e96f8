"""From the settings to the devices: the one place where a driver is chosen by its name.

Drivers are imported where they are chosen: luma and gpiozero cost a tenth of a second each to import, which a
counter that is restarted with a customer before it should not pay for the one it does not use.
"""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.base.clock import Clock
from appliance.display.buttons import Button, Buttons, ButtonsUnavailableError, NoButtons
from appliance.display.oled import Display, NoDisplay
from appliance.settings import Settings
from appliance.simulation.buttons import SocketButtons
from appliance.simulation.oled import PngDisplay

__all__ = ["buttons_of", "display_of"]

_log = logging.getLogger(__name__)


def display_of(settings: Settings, runtime: Path, clock: Clock) -> Display:
    """The OLED of the settings."""
    wanted = settings.display
    match wanted.driver:
        case "png":
            return PngDisplay(runtime / "oled.png")
        case "none":
            return NoDisplay()
        case "ssd1306" | "ssd1309" | "sh1106":
            from appliance.display.luma_display import (  # noqa: PLC0415 - see above
                Controller,
                LumaDisplay,
                i2c_bus,
                spi_bus,
            )

            bus = i2c_bus(wanted.port, wanted.address) if wanted.bus == "i2c" else spi_bus(wanted.port)
            return LumaDisplay(Controller(wanted.driver), bus, clock=clock, rotate=wanted.rotate)


def buttons_of(settings: Settings, runtime: Path, clock: Clock) -> Buttons:
    """The buttons of the settings."""
    wanted = settings.buttons
    match wanted.driver:
        case "socket":
            return SocketButtons(runtime / "buttons.sock")
        case "none":
            return NoButtons()
        case "gpio":
            from appliance.display.gpio_buttons import GpioButtons  # noqa: PLC0415 - see above

            pins = {Button.UP: wanted.up, Button.OK: wanted.ok, Button.DOWN: wanted.down}
            try:
                return GpioButtons(pins, clock=clock)
            except ButtonsUnavailableError as error:
                # A counter without buttons still reads, shows and tells everything.
                _log.error("%s: working without buttons", error)
                _log.debug("buttons", exc_info=error)
                return NoButtons()
