"""From the settings to the devices: the one place where a driver is chosen by its name.

Drivers are imported where they are chosen: luma and gpiozero cost a tenth of a second each to import, which a
counter that is restarted with a customer before it should not pay for the one it does not use.
"""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.base.clock import Clock
from appliance.display.buttons import Button, Buttons, ButtonsUnavailableError, NoButtons
from appliance.display.lamp import Lamp, LampPins, LampUnavailableError, NoLamp
from appliance.display.oled import Display, NoDisplay
from appliance.display.sound import NoSpeaker, Speaker, SpeakerUnavailableError
from appliance.settings import Settings
from appliance.simulation.buttons import SocketButtons
from appliance.simulation.oled import PngDisplay
from appliance.simulation.signals import RecordedLamp, RecordedSpeaker

__all__ = ["buttons_of", "display_of", "lamp_of", "speaker_of"]

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


def speaker_of(settings: Settings, clock: Clock) -> Speaker:
    """The buzzer of the settings."""
    match settings.sound.driver:
        case "none":
            return NoSpeaker()
        case "recorded":
            return RecordedSpeaker(clock)
        case "gpio":
            from appliance.display.gpio_sound import PwmSpeaker  # noqa: PLC0415 - see above

            try:
                return PwmSpeaker(settings.sound.pin)
            except SpeakerUnavailableError as error:
                # What is heard is shown as well: a counter without a buzzer does all it does.
                _log.error("%s: working without sound", error)
                _log.debug("sound", exc_info=error)
                return NoSpeaker()


def lamp_of(settings: Settings, clock: Clock) -> Lamp:
    """The lamp of the settings."""
    wanted = settings.lamp
    match wanted.driver:
        case "none":
            return NoLamp()
        case "recorded":
            return RecordedLamp(clock)
        case "gpio":
            from appliance.display.gpio_lamp import GpioLamp  # noqa: PLC0415 - see above

            pins = LampPins(wanted.ring, wanted.red, wanted.green, wanted.blue)
            try:
                return GpioLamp(pins, wanted.brightness_percent / 100)
            except LampUnavailableError as error:
                _log.error("%s: working without a lamp", error)
                _log.debug("lamp", exc_info=error)
                return NoLamp()


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
