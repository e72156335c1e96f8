"""Which section uses which GPIO: a pin that two of them want does neither any good. Broadcom numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from appliance.settings.sections import ButtonSettings, DisplaySettings, LampSettings, SoundSettings

__all__ = ["shared_pins"]

_I2C_PINS: Final[Mapping[int, tuple[int, ...]]] = MappingProxyType({0: (0, 1), 1: (2, 3)})
_SPI_PINS: Final[Mapping[int, tuple[int, ...]]] = MappingProxyType(
    {0: (7, 8, 9, 10, 11), 1: (18, 19, 20, 21)}
)
"""By the number of the bus; on another one they are those of an overlay that is not known here."""

_SPI_PANEL_PINS: Final = (24, 25)
"""Data/command and reset, as luma has them."""


def shared_pins(
    display: DisplaySettings, buttons: ButtonSettings, sound: SoundSettings, lamp: LampSettings
) -> dict[int, tuple[str, ...]]:
    """The pins that more than one part uses, each with its keys; parts that drive no pin use none."""
    users: defaultdict[int, list[str]] = defaultdict(list)
    for key, pin in _used(display, buttons, sound, lamp):
        users[pin].append(key)
    return {pin: tuple(keys) for pin, keys in sorted(users.items()) if len(keys) > 1}


def _used(
    display: DisplaySettings, buttons: ButtonSettings, sound: SoundSettings, lamp: LampSettings
) -> Iterator[tuple[str, int]]:
    if display.driver not in ("png", "none"):
        pins = _I2C_PINS.get(display.port, ())
        if display.bus == "spi":
            pins = (*_SPI_PINS.get(display.port, ()), *_SPI_PANEL_PINS)
        yield from ((f"display ({display.bus})", pin) for pin in pins)
    if buttons.driver == "gpio":
        yield from (("buttons.up", buttons.up), ("buttons.ok", buttons.ok), ("buttons.down", buttons.down))
    if sound.driver == "gpio":
        yield "sound.pin", sound.pin
    if lamp.driver == "gpio":
        yield from (("lamp.ring", lamp.ring), ("lamp.red", lamp.red))
        yield from (("lamp.green", lamp.green), ("lamp.blue", lamp.blue))
