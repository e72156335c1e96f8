"""OLED, buttons, lamp, buzzer: whether what the settings name was there when it was last used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.health.model import Answer

__all__ = ["AttachedCheck"]


@dataclass(frozen=True, slots=True)
class AttachedCheck:
    """A part that hangs on the device's pins.

    Attributes:
        id: which.
        driver: as the settings name it; `none` is a device without.
        works: whether it answered when it was last used.
    """

    id: str
    driver: str
    works: Callable[[], bool]

    def ask(self) -> Answer:
        """Look."""
        if self.driver == "none":
            return Answer.unused()
        return Answer.ok() if self.works() else Answer.fault("missing")
