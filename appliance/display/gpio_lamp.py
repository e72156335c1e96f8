"""A white ring and a coloured LED on GPIO pins, by gpiozero."""

from __future__ import annotations

import logging
from typing import Any, Final

from gpiozero import PWMLED, RGBLED
from gpiozero.exc import GPIOZeroError

from appliance.display.lamp import Lamp, LampPins, LampUnavailableError
from appliance.display.tones import Colour

__all__ = ["GpioLamp"]

_log = logging.getLogger(__name__)

_RING_HZ: Final = 8000
"""So fast that even an exposure of 1 ms holds whole pulses: a slower ring makes stripes in the pictures."""


class GpioLamp(Lamp):
    """A white ring behind a MOSFET and an RGB LED with a common cathode, by gpiozero."""

    def __init__(self, pins: LampPins, brightness: float = 1.0) -> None:
        """Take the pins; `brightness` (0 to 1) is what the ring gives at most.

        Raises:
            LampUnavailableError: this is no Raspberry Pi, a pin is taken, or the right is missing.
        """
        super().__init__()
        self._brightness = brightness
        self._devices: list[Any] = []
        try:
            self._ring: Any = PWMLED(pins.ring, frequency=_RING_HZ)
            self._devices.append(self._ring)
            self._signal: Any = RGBLED(pins.red, pins.green, pins.blue)
            self._devices.append(self._signal)
        except (GPIOZeroError, OSError, ImportError) as error:
            self.close()
            raise LampUnavailableError("the pins of the lamp cannot be had") from error

    def _shine(self, light: float, colour: Colour) -> None:
        try:
            self._ring.value = light * self._brightness
            self._signal.value = (colour.red, colour.green, colour.blue)
        except (GPIOZeroError, OSError) as error:
            _log.warning("the lamp does not answer: %s", type(error).__name__)

    def _close(self) -> None:
        while self._devices:
            self._devices.pop().close()
