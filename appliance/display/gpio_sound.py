"""A passive buzzer on a GPIO pin, by gpiozero."""

from __future__ import annotations

import logging
from typing import Any, Final

from gpiozero import PWMOutputDevice
from gpiozero.exc import GPIOZeroError

from appliance.display.sound import Speaker, SpeakerUnavailableError

__all__ = ["PwmSpeaker"]

_log = logging.getLogger(__name__)

_LOUDEST_DUTY: Final = 0.5
"""A square wave of half high, half low moves a buzzer most."""


class PwmSpeaker(Speaker):
    """A passive piezo buzzer between a pin and ground, by gpiozero.

    Its loudness is the width of the pulses, which gpiozero's TonalBuzzer does not let one set.
    """

    def __init__(self, pin: int) -> None:
        """Take the pin (Broadcom number).

        Raises:
            SpeakerUnavailableError: this is no Raspberry Pi, the pin is taken, or the right is missing.
        """
        super().__init__()
        try:
            self._device: Any = PWMOutputDevice(pin)
        except (GPIOZeroError, OSError, ImportError) as error:
            raise SpeakerUnavailableError("the pin of the buzzer cannot be had") from error

    def _sound(self, frequency_hz: int, loudness: float) -> None:
        try:
            if not frequency_hz or not loudness:
                self._device.value = 0
                return
            self._device.frequency = frequency_hz
            # The ear hears about the square root of the power.
            self._device.value = _LOUDEST_DUTY * loudness**2
        except (GPIOZeroError, OSError) as error:
            _log.warning("the buzzer does not answer: %s", type(error).__name__)

    def _close(self) -> None:
        self._device.close()
