"""SSD1306, SSD1309 and SH1106 panels on I2C or SPI, by luma.oled's drivers; only what changed is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum, unique
from typing import Final, Protocol

from luma.core.error import Error as LumaError
from luma.core.interface.serial import i2c, spi
from luma.oled.device import sh1106, ssd1306, ssd1309
from PIL import Image

from appliance.base.clock import NS_PER_S, Clock
from appliance.display.oled import Display, DisplayLostError
from appliance.display.pages import Run, changed_runs, pages_of

__all__ = ["RETRY_S", "WAKE_S", "Bus", "Controller", "LumaDisplay", "i2c_bus", "spi_bus"]

_log = logging.getLogger(__name__)

RETRY_S: Final = 2.0
"""How long a panel that does not answer is left alone."""

WAKE_S: Final = 10.0
"""How often the panel's registers are written again along with a picture."""

_DISPLAY_OFF: Final = 0xAE
_DISPLAY_ON: Final = 0xAF
_CONTRAST: Final = 0x81
"""Commands common to all controllers (SSD1306 data sheet 9.1, SH1106 data sheet 11)."""

_COLUMN_WINDOW: Final = 0x21
_PAGE_WINDOW: Final = 0x22
"""Of the SSD1306 and SSD1309: where the bytes that follow go."""

_FIRST_PAGE: Final = 0xB0
_LOW_COLUMN: Final = 0x00
_HIGH_COLUMN: Final = 0x10
_SH1106_FIRST_COLUMN: Final = 2
"""Of the SH1106, which drives 132 columns: the glass shows 128 of them, from the third."""

_DEVICE_ERRORS: Final = (OSError, LumaError, ImportError, RuntimeError)
"""What a missing or broken bus raises: the kernel, luma, a back-end that is not installed, RPi.GPIO."""


class Bus(Protocol):
    """What luma writes to: one of its serial interfaces, or the memory of a simulated panel."""

    def command(self, *codes: int) -> None:
        """Send command bytes."""
        ...

    def data(self, data: Sequence[int]) -> None:
        """Send picture bytes."""
        ...

    def cleanup(self) -> None:
        """Give the bus back."""
        ...


@unique
class Controller(StrEnum):
    """The chip behind the glass, named as in the settings."""

    SSD1306 = "ssd1306"
    SSD1309 = "ssd1309"
    SH1106 = "sh1106"


def i2c_bus(port: int, address: int) -> Callable[[], Bus]:
    """Opens /dev/i2c-`port`; the panel at `address` is not spoken to yet."""
    return lambda: i2c(port=port, address=address)


def spi_bus(port: int, device: int = 0) -> Callable[[], Bus]:
    """Opens /dev/spidev`port`.`device`, with luma's pins: GPIO 24 for data/command, GPIO 25 for reset."""
    return lambda: spi(port=port, device=device)


class _Wire:
    """Stands between luma's driver and the bus, so that the bus can go and come back under one driver.

    A driver writes its set-up when it is made, and each one made stays in memory for good (luma registers it
    with `atexit`). So one driver is made, with no bus at all; what it writes then is kept, and played to
    every bus that is opened.
    """

    def __init__(self) -> None:
        self.bus: Bus | None = None
        self._set_up: list[tuple[bool, tuple[int, ...]]] = []
        self._recording = False

    @contextmanager
    def record(self) -> Iterator[None]:
        """Keep what is written meanwhile as the set-up."""
        self._recording = True
        try:
            yield
        finally:
            self._recording = False

    def set_up(self, bus: Bus) -> None:
        """Write the whole set-up: registers, a dark picture, and the panel on."""
        for is_data, content in self._set_up:
            if is_data:
                bus.data(list(content))
            else:
                bus.command(*content)

    def wake(self) -> None:
        """Write the registers again, without a flicker, and the panel on.

        A panel that was unplugged and plugged in again between two pictures answers as before but is off.
        """
        for is_data, content in self._set_up:
            if is_data:
                break
            self.command(*(content[1:] if content[0] == _DISPLAY_OFF else content))
        self.command(_DISPLAY_ON)

    def command(self, *codes: int) -> None:
        """Pass commands on."""
        if self._recording:
            self._set_up.append((False, codes))
        if self.bus is not None:
            self.bus.command(*codes)

    def data(self, data: Sequence[int]) -> None:
        """Pass a picture on."""
        if self._recording:
            self._set_up.append((True, tuple(data)))
        if self.bus is not None:
            self.bus.data(data)

    def cleanup(self) -> None:
        """Give the bus back."""
        bus, self.bus = self.bus, None
        if bus is not None:
            bus.cleanup()


class LumaDisplay(Display):
    """A panel of 128x64 pixels.

    The bus is opened by the first picture. When it fails it is closed, and opened again by the first picture
    that comes RETRY_S later. Of a picture only the columns of the pages are sent that are not on the panel
    already; every WAKE_S at most, a picture that changes is sent whole and with the registers.
    """

    def __init__(
        self, controller: Controller, open_bus: Callable[[], Bus], *, clock: Clock, rotate: int = 0
    ) -> None:
        """Make the driver; nothing is sent yet.

        Args:
            controller: the chip.
            open_bus: gives a new bus each time, or raises what luma raises (`i2c_bus`, `spi_bus`).
            clock: paces the attempts.
            rotate: quarter turns clockwise: 0, or 2 for a panel mounted upside down.
        """
        super().__init__()
        if rotate not in (0, 2):
            raise ValueError(f"a panel is upright (0) or upside down (2), not {rotate}")
        self._open_bus = open_bus
        self._clock = clock
        self._wire = _Wire()
        self._controller = controller
        self._is_upside_down = rotate == 2
        driver = {
            Controller.SSD1306: ssd1306,
            Controller.SSD1309: ssd1309,
            Controller.SH1106: sh1106,
        }[controller]
        with self._wire.record():
            self._driver = driver(serial_interface=self._wire)
        self._shown: tuple[bytes, ...] | None = None
        self._lit: int | None = None
        self._retry_ns = clock.monotonic_ns()
        self._wake_ns = 0

    def _show(self, image: Image.Image, contrast: int) -> None:
        upright = image.rotate(180) if self._is_upside_down else image
        pages = pages_of(upright)
        if pages == self._shown and contrast == self._lit:
            return
        now_ns = self._clock.monotonic_ns()
        if self._wire.bus is None and now_ns < self._retry_ns:
            return
        try:
            self._send(pages, contrast, now_ns)
        except _DEVICE_ERRORS as error:
            self._lose(error, now_ns)
            return
        if self._fault is not None:
            self._fault = None
            _log.info("the screen is back")

    def _send(self, pages: tuple[bytes, ...], contrast: int, now_ns: int) -> None:
        if self._wire.bus is None:
            bus = self._open_bus()
            # Kept at once: should the set-up fail, this bus is the one to be closed.
            self._wire.bus = bus
            self._wire.set_up(bus)
            self._forget(now_ns)
        elif now_ns >= self._wake_ns:
            self._wire.wake()
            self._forget(now_ns)
        if contrast != self._lit:
            self._wire.command(_CONTRAST, contrast)
            self._lit = contrast
        for run in changed_runs(self._shown, pages):
            self._write(run)
        self._shown = pages

    def _forget(self, now_ns: int) -> None:
        """What the panel shows is not known: its registers were just written anew."""
        self._shown = None
        self._lit = None
        self._wake_ns = now_ns + round(WAKE_S * NS_PER_S)

    def _write(self, run: Run) -> None:
        if self._controller is Controller.SH1106:
            column = run.first + _SH1106_FIRST_COLUMN
            self._wire.command(_FIRST_PAGE + run.page, _LOW_COLUMN | column & 0xF, _HIGH_COLUMN | column >> 4)
        else:
            self._wire.command(_COLUMN_WINDOW, run.first, run.last, _PAGE_WINDOW, run.page, run.page)
        self._wire.data(list(run.content))

    def _lose(self, error: Exception, now_ns: int) -> None:
        with suppress(*_DEVICE_ERRORS):
            self._wire.cleanup()
        self._shown = None
        self._lit = None
        self._retry_ns = now_ns + round(RETRY_S * NS_PER_S)
        if self._fault is None:
            _log.warning(
                "the screen does not answer (%s); it is tried every %g s", type(error).__name__, RETRY_S
            )
        self._fault = DisplayLostError("the screen does not answer")

    def _close(self) -> None:
        with suppress(*_DEVICE_ERRORS):
            self._driver.hide()
            self._driver.clear()
        with suppress(*_DEVICE_ERRORS):
            self._wire.cleanup()
