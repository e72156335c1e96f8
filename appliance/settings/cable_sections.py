"""The sections of the settings about cables to the PC: what the USB device port is, and the serial line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from appliance.settings.fields import Section, StatePath, no_boolean
from appliance.settings.keyboard_sections import ProfileSettings

__all__ = ["SerialSettings", "UsbSettings"]

_NO_BOOLEAN = BeforeValidator(no_boolean)


class UsbSettings(Section):
    """What the device is for the PC that its USB device port is plugged into."""

    functions: tuple[Literal["keyboard", "serial", "network"], ...] = Field(
        default=(),
        strict=False,
        max_length=3,
        description=(
            "`keyboard` types, `serial` is a COM port, `network` a cable to the bridge; any of them. What "
            "[keyboard] and [serial] use is there without being named."
        ),
    )


class SerialSettings(Section):
    """The serial line that events go out by, as from a counter's imager."""

    driver: Literal["none", "port"] = Field(default="none", description="`port` sends by `device`.")
    device: StatePath = Field(
        default=Path("/dev/ttyGS0"),
        strict=False,
        description="The USB device port's line; /dev/ttyUSB0 is an adapter, /dev/serial0 the Pi's own UART.",
    )
    baud: Annotated[Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200], _NO_BOOLEAN] = Field(
        default=9600, description="Bits per second, as the host has it; the USB device port ignores it."
    )
    data_bits: Annotated[Literal[7, 8], _NO_BOOLEAN] = Field(default=8, description="Bits of a character.")
    parity: Literal["none", "even", "odd"] = Field(default="none", description="Parity bit.")
    stop_bits: Annotated[Literal[1, 2], _NO_BOOLEAN] = Field(default=1, description="Stop bits.")
    flow: Literal["none", "xon_xoff", "rts_cts"] = Field(
        default="none", description="How the host holds the sender back."
    )
    frame: Literal["plain", "stx_etx"] = Field(
        default="plain", description="`stx_etx` puts STX before a text and ETX after its end."
    )
    line_end: Literal["cr", "lf", "crlf"] = Field(
        default="cr", description="What the profile's terminator `enter` is on the line."
    )
    encoding: Literal["utf-8", "latin-1", "cp1252"] = Field(
        default="utf-8", description="How accents go over the line; what an encoding lacks is not sent."
    )
    answers: Literal["none", "ack_nak"] = Field(
        default="none",
        description="`ack_nak`: the host says ACK when it has a text, and NAK when it wants it again.",
    )
    answer_s: float = Field(
        default=2.0, ge=0.1, le=10, allow_inf_nan=False, description="Seconds to wait for that answer."
    )
    attempts: int = Field(
        default=3, ge=1, le=10, description="How often a text is sent at most, with answers."
    )
    lifetime_s: int = Field(
        default=10, ge=1, le=3600, description="Seconds after which a text is no longer sent to this host."
    )
    profile: ProfileSettings = Field(
        default_factory=ProfileSettings, description="Which events are sent, and in what form."
    )
