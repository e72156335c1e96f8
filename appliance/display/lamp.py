"""The seam that every lamp stands behind: light for the camera, and a colour for the person."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from appliance.display.closing import ClosedOnce
from appliance.display.tones import Colour

__all__ = ["Lamp", "LampPins", "LampUnavailableError", "NoLamp"]


class LampUnavailableError(Exception):
    """The pins of the lamp cannot be had: another program has them, or a right is missing."""


class Lamp(ClosedOnce):
    """A lamp is made, told how to shine, and closed. One thread uses it."""

    def shine(self, light: float, colour: Colour) -> None:
        """Shine so from now on.

        Args:
            light: the white ring around the camera, 0 to 1.
            colour: of the signal.

        Raises:
            ValueError: the light is none.
        """
        if not 0 <= light <= 1:
            raise ValueError("light is 0 to 1")
        if not self._is_closed:
            self._shine(light, colour)

    @abstractmethod
    def _shine(self, light: float, colour: Colour) -> None:
        """Shine so."""


class NoLamp(Lamp):
    """A device without a lamp."""

    def _shine(self, light: float, colour: Colour) -> None:
        """Nothing to shine with."""

    def _close(self) -> None:
        """Nothing to give back."""


@dataclass(frozen=True, slots=True)
class LampPins:
    """Broadcom numbers: the ring's MOSFET, and the three anodes of the signal's LED."""

    ring: int
    red: int
    green: int
    blue: int
