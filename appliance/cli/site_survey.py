"""What hangs on this machine, for the defaults of the questions: looked for, never taken for granted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from appliance.cards.errors import TransportError
from appliance.provisioning.machine import Machine

__all__ = ["Survey", "answers_on_i2c", "count_readers", "survey"]

_log = logging.getLogger(__name__)

_PANEL_ADDRESSES: Final = (0x3C, 0x3D)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found.

    Attributes:
        camera: the driver that would work: `picamera2`, `v4l2`, or None.
        panel: I2C address where something answers as an OLED would; None where nothing does.
        has_spi: whether the kernel offers an SPI bus.
        has_gpio: whether it offers pins.
        readers: how many card readers there are.
    """

    camera: str | None
    panel: int | None
    has_spi: bool
    has_gpio: bool
    readers: int


def survey(machine: Machine, answers: Callable[[int], bool], readers: Callable[[], int]) -> Survey:
    """Look around."""
    return Survey(
        camera=_camera(machine),
        panel=next((address for address in _PANEL_ADDRESSES if answers(address)), None),
        has_spi=machine.exists("/dev/spidev0.0"),
        has_gpio=machine.exists("/dev/gpiochip0"),
        readers=readers(),
    )


def _camera(machine: Machine) -> str | None:
    for program in ("rpicam-hello", "libcamera-hello"):
        ran = machine.ask([program, "--list-cameras"])
        if ran.status == 0 and "Available cameras" in ran.output:
            return "picamera2"
    return "v4l2" if machine.exists("/dev/video0") else None


def answers_on_i2c(address: int) -> bool:
    """Whether anything acknowledges its address on bus 1."""
    # Imported only here: what asks no bus needs no SMBus.
    from smbus2 import SMBus  # noqa: PLC0415

    try:
        with closing(SMBus(1)) as bus:
            bus.read_byte(address)
    except OSError:
        return False
    return True


def count_readers() -> int:
    """How many readers PC/SC knows; none where it cannot be asked."""
    try:
        # Imported only here: see `cli/counter.py`.
        from appliance.cards.pcsc import SystemPcsc  # noqa: PLC0415

        context = SystemPcsc().establish()
    except (ImportError, TransportError) as error:
        _log.debug("readers: %s", type(error).__name__)
        return 0
    try:
        return len(context.readers())
    except TransportError:
        return 0
    finally:
        context.release()
