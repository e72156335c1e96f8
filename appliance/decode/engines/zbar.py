"""zbar, restricted to QR: a second opinion, believed where its charset guess cannot have altered a byte."""

from __future__ import annotations

from dataclasses import dataclass

from pyzbar import pyzbar
from pyzbar.pyzbar_error import PyZbarError

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import Corners, EngineError, contiguous, is_ascii_text, too_small
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbol, Symbology

__all__ = ["ZbarEngine"]

_POLYGON_POINTS = 4


@dataclass(frozen=True, slots=True)
class ZbarEngine:
    """zbar through pyzbar.

    zbar guesses a charset for what is not ASCII and hands out the text re-encoded (`É` in UTF-8 comes back as
    half-width katakana), and pyzbar does not expose its binary mode. A reading with any other byte than ASCII
    is therefore refused here: whoever wants such a content proven reads it with another engine.

    Only QR is asked for: with all symbologies on, zbar's DataBar decoder writes assertion warnings to stderr.
    """

    @property
    def name(self) -> str:
        """The library's name."""
        return "zbar"

    @property
    def symbologies(self) -> frozenset[Symbology]:
        """QR only."""
        return frozenset({Symbology.QR_CODE})

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Read the QR codes whose content is ASCII; corners clockwise from the picture's own top-left."""
        if Symbology.QR_CODE not in wanted or too_small(image):
            return []
        try:
            found = pyzbar.decode(contiguous(image), symbols=[pyzbar.ZBarSymbol.QRCODE])
        except ValueError:
            # pyzbar 0.1.9 knows not all of zbar's orientations and drops the whole reading over one of them.
            return []
        except PyZbarError as error:
            raise EngineError(f"zbar refused a picture of {image.shape}") from error
        return [
            Symbol(Symbology.QR_CODE, bytes(code.data), _corners(code), aim="]Q1", engine=self.name)
            for code in found
            if code.data and len(code.data) <= MAX_CONTENT_BYTES and is_ascii_text(code.data)
        ]


def _corners(code: pyzbar.Decoded) -> Corners:
    """Its hull where that has four points (pyzbar forgets which is the symbol's first), else its box."""
    if len(code.polygon) == _POLYGON_POINTS:
        (a, b, c, d) = _clockwise([(float(point.x), float(point.y)) for point in code.polygon])
        return a, b, c, d
    left, top, width, height = (float(value) for value in code.rect)
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def _clockwise(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The hull walked clockwise as seen (y down), from the point nearest to the picture's top-left."""
    doubled_area = sum(
        x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)
    )
    walk = points if doubled_area > 0 else points[::-1]
    start = min(range(len(walk)), key=lambda index: sum(walk[index]))
    return walk[start:] + walk[:start]
