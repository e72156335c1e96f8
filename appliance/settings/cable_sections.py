"""The sections of the settings about cables to the PC: what the USB device port is, and the serial line."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from appliance.settings.fields import Section

__all__ = ["UsbSettings"]


class UsbSettings(Section):
    """What the device is for the PC that its USB device port is plugged into."""

    functions: tuple[Literal["keyboard", "serial", "network"], ...] = Field(
        default=(),
        strict=False,
        max_length=3,
        description="`keyboard` types, `serial` is a COM port, `network` a cable to the bridge; any of them.",
    )
