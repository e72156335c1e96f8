"""A grey drawing surface in millimetres: what the pages of the simulated counter are drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbology
from appliance.simulation.symbols import modules

__all__ = ["INK", "MM_PER_INCH", "PAPER", "Area", "Canvas", "SymbolBox"]

MM_PER_INCH: Final = 25.4
POINTS_PER_INCH: Final = 72.0

PAPER: Final = 244
"""Grey of white office paper."""

INK: Final = 28
"""Grey of black toner."""

Area = tuple[float, float, float, float]
"""x, y of the top left, width, height; mm."""

_LINE_SPACING: Final = 1.35
_FONTS: Final = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
_OVERSAMPLING: Final = 4


@dataclass(frozen=True, slots=True)
class SymbolBox:
    """Where a symbol was drawn, without its quiet zone, in mm from the top left of the object."""

    symbology: Symbology
    content: bytes
    x: float
    y: float
    width: float
    height: float

    def __repr__(self) -> str:
        """Say which and where, never the content."""
        return (
            f"<SymbolBox {self.symbology} {self.width:.1f}x{self.height:.1f} mm at {self.x:.1f},{self.y:.1f}>"
        )


class Canvas:
    """Draws text, lines and symbols at positions in mm; the origin is the top left."""

    def __init__(self, width_mm: float, height_mm: float, dpi: float, paper: int = PAPER) -> None:
        """Start a blank surface of grey `paper` at `dpi` dots an inch."""
        self.width_mm = width_mm
        self.height_mm = height_mm
        self.boxes: list[SymbolBox] = []
        self._px_per_mm = dpi / MM_PER_INCH
        self._dpi = dpi
        self._image = Image.new("L", (self._px(width_mm), self._px(height_mm)), paper)
        self._draw = ImageDraw.Draw(self._image)
        self._fonts: dict[tuple[bool, int], ImageFont.FreeTypeFont] = {}

    def grey(self) -> GreyImage:
        """What was drawn so far, height x width."""
        return np.array(self._image, dtype=np.uint8)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        points: float,
        *,
        bold: bool = False,
        ink: int = INK,
        anchor: str = "la",
    ) -> None:
        """One line; `anchor` as in Pillow: `la` left, `ma` centred, `ra` right, from the top of the line."""
        self._draw.text(
            (self._px(x), self._px(y)), text, fill=ink, font=self._font(points, bold), anchor=anchor
        )

    def paragraph(self, x: float, y: float, width: float, text: str, points: float) -> float:
        """Text broken into lines of at most `width` mm; gives the y below the last line."""
        font = self._font(points, bold=False)
        step = points / POINTS_PER_INCH * MM_PER_INCH * _LINE_SPACING
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width * self._px_per_mm:
                self.text(x, y, line, points)
                y += step
                line = word
            else:
                line = longer
        self.text(x, y, line, points)
        return y + step

    def rectangle(
        self,
        area: Area,
        *,
        fill: int | None = None,
        outline: int | None = None,
        line_mm: float = 0.2,
        radius: float = 0.0,
    ) -> None:
        """A box, rounded where `radius` (mm) is given."""
        x, y, width, height = area
        corners = (self._px(x), self._px(y), self._px(x + width) - 1, self._px(y + height) - 1)
        self._draw.rounded_rectangle(
            corners, self._px(radius), fill=fill, outline=outline, width=max(1, self._px(line_mm))
        )

    def ellipse(self, area: Area, *, ink: int, line_mm: float) -> None:
        """An outline."""
        x, y, width, height = area
        corners = (self._px(x), self._px(y), self._px(x + width), self._px(y + height))
        self._draw.ellipse(corners, outline=ink, width=max(1, self._px(line_mm)))

    def stroke(self, points: list[tuple[float, float]], width_mm: float, ink: int = INK) -> None:
        """A pen's line through points (mm)."""
        path = [(self._px(x), self._px(y)) for x, y in points]
        self._draw.line(path, fill=ink, width=max(1, self._px(width_mm)), joint="curve")

    def symbol(
        self, symbology: Symbology, content: bytes, area: Area, *, ink: int = INK, paper: int = PAPER
    ) -> None:
        """Draw a symbol without its quiet zone.

        Each dot takes the share of ink of the modules it covers, as from a printer finer than this drawing.
        """
        x, y, width, height = area
        grid = modules(symbology, content)
        left, top = self._px(x), self._px(y)
        size = (self._px(x + width) - left, self._px(y + height) - top)
        rows, columns = grid.shape
        fine = np.where(grid, np.uint8(ink), np.uint8(paper))
        fine = fine.repeat(_OVERSAMPLING * -(-size[1] // rows), axis=0)
        fine = fine.repeat(_OVERSAMPLING * -(-size[0] // columns), axis=1)
        dots = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
        self._image.paste(Image.fromarray(dots), (left, top))
        self.boxes.append(SymbolBox(symbology, content, *area))

    def _px(self, mm: float) -> int:
        return round(mm * self._px_per_mm)

    def _font(self, points: float, bold: bool) -> ImageFont.FreeTypeFont:
        key = (bold, max(1, round(points * self._dpi / POINTS_PER_INCH)))
        if key not in self._fonts:
            content = resources.files("appliance.display").joinpath("fonts", _FONTS[bold]).read_bytes()
            self._fonts[key] = ImageFont.truetype(BytesIO(content), key[1])
        return self._fonts[key]
