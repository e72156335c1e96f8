"""What an engine reads in a picture: a symbology, raw bytes, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

__all__ = ["MAX_CONTENT_BYTES", "Point", "Symbol", "Symbology"]

MAX_CONTENT_BYTES = 7089
"""No symbol holds more: QR version 40-L in numeric mode (ISO/IEC 18004)."""

_CORNERS = 4

Point = tuple[float, float]
"""x to the right, y down, in pixels of the whole frame."""


@unique
class Symbology(StrEnum):
    """The kinds of symbols we ask engines for, named as they go over the bridge."""

    QR_CODE = "QRCode"
    DATA_MATRIX = "DataMatrix"
    CODE_128 = "Code128"
    CODE_39 = "Code39"
    EAN_13 = "EAN13"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol as read.

    Attributes:
        symbology: which kind of symbol.
        content: the raw bytes, GS (0x1D) intact, no charset guessed.
        corners: four points, clockwise from the symbol's own top-left.
        aim: AIM symbology identifier, for example `]d1` (Data Matrix) or `]d2` (GS1 Data Matrix); empty
            where the engine does not say.
        engine: which engine read it, for statistics.
    """

    symbology: Symbology
    content: bytes
    corners: tuple[Point, Point, Point, Point]
    aim: str = ""
    engine: str = ""

    def __post_init__(self) -> None:
        """Refuse what no symbol can be."""
        if len(self.content) > MAX_CONTENT_BYTES:
            raise ValueError(f"a symbol holds at most {MAX_CONTENT_BYTES} bytes, not {len(self.content)}")
        if len(self.corners) != _CORNERS:
            raise ValueError(f"a symbol has {_CORNERS} corners, not {len(self.corners)}")

    def __repr__(self) -> str:
        """Say what and how long, never the content: it may be a person's identity."""
        return f"<Symbol {self.symbology} {len(self.content)} bytes by {self.engine or 'unknown'}>"
