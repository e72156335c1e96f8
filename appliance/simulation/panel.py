"""A simulated OLED panel on the bus: rebuilds the picture on the glass from the bytes a driver sends.

It knows the commands of the SSD1306 (data sheet rev. 1.1, chapter 9), which luma sends to the SSD1309 too,
and those of the SH1106 (data sheet v2.3, chapter 11), as far as they set the picture. A byte that is no
command of the controller is refused, so that a wrong driver is found out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from appliance.display.canvas import HEIGHT, WIDTH
from appliance.display.luma_display import Controller

__all__ = ["PanelMemory", "UnknownCommandError"]

_PAGES: Final = HEIGHT // 8
_SH1106_COLUMNS: Final = 132
_SH1106_FIRST_COLUMN: Final = 2
"""The SH1106 drives 132 columns; the glass shows 128 of them, from the third."""

_MEMORY_MODE: Final = 0x20
_HORIZONTAL: Final = 0x00
_COLUMN_WINDOW: Final = 0x21
_PAGE_WINDOW: Final = 0x22
_CONTRAST: Final = 0x81
_CHARGE_PUMP: Final = 0x8D
_ALL_LIT: Final = 0xA4
_INVERSE: Final = 0xA6
_LIT: Final = 0xAE
_SWITCHES: Final = frozenset({_ALL_LIT, _ALL_LIT | 1, _INVERSE, _INVERSE | 1, _LIT, _LIT | 1})
"""Pairs: the even code switches off, the odd one on."""

_MULTIPLEX: Final = 0xA8
_LAST_LOW_COLUMN: Final = 0x0F
_LAST_HIGH_COLUMN: Final = 0x1F
_FIRST_PAGE: Final = 0xB0
_LAST_PAGE: Final = 0xB7
_OFFSET: Final = 0xD3
_CLOCK: Final = 0xD5
_PRECHARGE: Final = 0xD9
_COM_PINS: Final = 0xDA
_VCOM: Final = 0xDB
_DC_DC: Final = 0xAD

_WINDOW_COMMANDS: Final = frozenset({_MEMORY_MODE, _COLUMN_WINDOW, _PAGE_WINDOW})
_WITH_ONE_ARGUMENT: Final = frozenset(
    {_CONTRAST, _CHARGE_PUMP, _MULTIPLEX, _OFFSET, _CLOCK, _PRECHARGE, _COM_PINS, _VCOM, _DC_DC}
)
_WITHOUT_EFFECT: Final = frozenset(
    {0xA0, 0xA1, 0xC0, 0xC8, *range(0x40, 0x80)}  # segment remap, scan direction, start line
)


class UnknownCommandError(ValueError):
    """A driver sent a byte that is no command of this controller."""


@dataclass(slots=True)
class _Window:
    first_column: int
    last_column: int
    first_page: int = 0
    last_page: int = _PAGES - 1


class PanelMemory:
    """A panel: what luma's serial interfaces are to its drivers.

    Attributes:
        is_closed: its bus was given back.
        contrast: 0 to 255.
        command_bytes: how many were received.
        data_bytes: how many were received.
    """

    def __init__(self, controller: Controller) -> None:
        is_sh1106 = controller is Controller.SH1106
        self._controller = controller
        self._columns = _SH1106_COLUMNS if is_sh1106 else WIDTH
        self._shown_from = _SH1106_FIRST_COLUMN if is_sh1106 else 0
        self.command_bytes = 0
        self.data_bytes = 0
        self.is_closed = False
        self.power_up()

    def power_up(self) -> None:
        """As after a cut of its supply: off, registers at reset, memory full of noise."""
        self._memory = bytearray(0x55 for _ in range(self._columns * _PAGES))
        self._window = _Window(0, self._columns - 1)
        self._column = self._page = 0
        self._is_horizontal = False
        self._switches = {_ALL_LIT: False, _INVERSE: False, _LIT: False}
        self.contrast = 0x7F

    @property
    def is_on(self) -> bool:
        """Whether the panel is lit."""
        return self._switches[_LIT]

    def command(self, *codes: int) -> None:
        """Take command bytes as one transfer."""
        self._refuse_when_closed()
        self.command_bytes += len(codes)
        rest = iter(codes)
        for code in rest:
            self._obey(code, rest)

    def data(self, data: Sequence[int]) -> None:
        """Take picture bytes: eight pixels each, the lowest bit on top."""
        self._refuse_when_closed()
        self.data_bytes += len(data)
        for byte in data:
            if self._column < self._columns:
                self._memory[self._page * self._columns + self._column] = byte
            self._advance()

    def cleanup(self) -> None:
        """The bus is given back; the panel goes on showing what it shows."""
        self.is_closed = True

    def reopened(self) -> PanelMemory:
        """The same panel on a bus opened again."""
        self.is_closed = False
        return self

    def image(self) -> Image.Image:
        """What the glass shows: 128x64, mode 1; dark while the panel is off."""
        image = Image.new("1", (WIDTH, HEIGHT))
        if not self.is_on:
            return image
        for y in range(HEIGHT):
            row = y // 8 * self._columns + self._shown_from
            for x in range(WIDTH):
                lit = bool(self._memory[row + x] >> y % 8 & 1) != self._switches[_INVERSE]
                if lit or self._switches[_ALL_LIT]:
                    image.putpixel((x, y), 1)
        return image

    def _obey(self, code: int, rest: Iterator[int]) -> None:
        if code in _WINDOW_COMMANDS and self._controller is not Controller.SH1106:
            self._obey_window(code, rest)
        elif code <= _LAST_LOW_COLUMN:
            self._column = self._column & 0xF0 | code
        elif code <= _LAST_HIGH_COLUMN:
            self._column = self._column & 0x0F | (code & 0x0F) << 4
        elif _FIRST_PAGE <= code <= _LAST_PAGE:
            self._page = code - _FIRST_PAGE
        elif code in _WITH_ONE_ARGUMENT:
            argument = _argument(rest)
            self.contrast = argument if code == _CONTRAST else self.contrast
        elif code in _SWITCHES:
            self._switches[code & ~1] = bool(code & 1)
        elif code not in _WITHOUT_EFFECT and not (
            # luma's driver sends the SSD1306's memory mode to the SH1106 too, where it is no command.
            self._controller is Controller.SH1106 and code == _MEMORY_MODE
        ):
            raise UnknownCommandError(f"0x{code:02X} is no command of the {self._controller}")

    def _obey_window(self, code: int, rest: Iterator[int]) -> None:
        first = _argument(rest)
        if code == _MEMORY_MODE:
            self._is_horizontal = first == _HORIZONTAL
            return
        last = _argument(rest)
        if code == _COLUMN_WINDOW:
            self._window.first_column, self._window.last_column = first, last
            self._column = first
        else:
            self._window.first_page, self._window.last_page = first, last
            self._page = first

    def _advance(self) -> None:
        self._column += 1
        if self._is_horizontal and self._column > self._window.last_column:
            self._column = self._window.first_column
            self._page = self._page + 1 if self._page < self._window.last_page else self._window.first_page

    def _refuse_when_closed(self) -> None:
        if self.is_closed:
            raise OSError("the bus of the panel was given back")


def _argument(rest: Iterator[int]) -> int:
    argument = next(rest, None)
    if argument is None:
        raise UnknownCommandError("a command lacks its argument")
    return argument
