"""zxing-cpp: the first engine, exact to the byte for every symbology we read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import zxingcpp

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import as_corners, contiguous, too_small
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbol, Symbology

__all__ = ["Binarizer", "ZxingEngine"]


class Binarizer(Enum):
    """How grey becomes black and white."""

    LOCAL_AVERAGE = zxingcpp.Binarizer.LocalAverage
    GLOBAL_HISTOGRAM = zxingcpp.Binarizer.GlobalHistogram


# QRCodeModel2, not QRCode: that one includes Micro QR, whose smallest size has no error correction and turns
# up in noise. EAN13, not EANUPC, and Code39Std, not Code39, for the same reason: nothing we do not expect.
_FORMATS: Mapping[Symbology, zxingcpp.BarcodeFormat] = MappingProxyType(
    {
        Symbology.QR_CODE: zxingcpp.BarcodeFormat.QRCodeModel2,
        Symbology.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
        Symbology.CODE_128: zxingcpp.BarcodeFormat.Code128,
        Symbology.CODE_39: zxingcpp.BarcodeFormat.Code39Std,
        Symbology.EAN_13: zxingcpp.BarcodeFormat.EAN13,
    }
)

_SYMBOLOGIES: Mapping[zxingcpp.BarcodeFormat, Symbology] = MappingProxyType(
    {
        zxingcpp.BarcodeFormat.QRCode: Symbology.QR_CODE,
        zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
        zxingcpp.BarcodeFormat.Code128: Symbology.CODE_128,
        zxingcpp.BarcodeFormat.Code39: Symbology.CODE_39,
        zxingcpp.BarcodeFormat.EANUPC: Symbology.EAN_13,
    }
)


@dataclass(frozen=True, slots=True)
class ZxingEngine:
    """zxing-cpp with one set of options.

    Attributes:
        binarizer: how grey becomes black and white.
        rotate: also look along the other axis; without it two Data Matrix in three are missed.
        downscale: also look at smaller copies of large pictures.
        invert: also look for light on dark.
        obsolete: also read QR codes of model 1, given up in 2000: only where there is time.
    """

    binarizer: Binarizer = Binarizer.LOCAL_AVERAGE
    rotate: bool = True
    downscale: bool = True
    invert: bool = True
    obsolete: bool = False

    @property
    def name(self) -> str:
        """The library's name."""
        return "zxing-cpp"

    @property
    def symbologies(self) -> frozenset[Symbology]:
        """All."""
        return frozenset(_FORMATS)

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Read all wanted symbols; the bytes are the symbol's own, no charset is guessed."""
        formats = [_FORMATS[symbology] for symbology in sorted(wanted)]
        if not formats or too_small(image):
            return []
        if self.obsolete and Symbology.QR_CODE in wanted:
            formats.append(zxingcpp.BarcodeFormat.QRCodeModel1)
        found = zxingcpp.read_barcodes(
            contiguous(image),
            formats=zxingcpp.BarcodeFormats(formats),
            try_rotate=self.rotate,
            try_downscale=self.downscale,
            try_invert=self.invert,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=self.binarizer.value,
        )
        return [self._symbol(barcode) for barcode in found if self._is_usable(barcode)]

    @staticmethod
    def _is_usable(barcode: zxingcpp.Barcode) -> bool:
        return barcode.valid and 0 < len(barcode.bytes) <= MAX_CONTENT_BYTES

    def _symbol(self, barcode: zxingcpp.Barcode) -> Symbol:
        place = barcode.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        return Symbol(
            symbology=_SYMBOLOGIES[barcode.symbology],
            content=barcode.bytes,
            corners=as_corners([(point.x, point.y) for point in points]),
            aim=barcode.symbology_identifier,
            engine=self.name,
        )
