"""Symbols drawn for the tests, and pictures they lie in."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbology

Draw = Callable[..., GreyImage]

_FORMATS = {
    Symbology.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Symbology.CODE_128: zxingcpp.BarcodeFormat.Code128,
    Symbology.CODE_39: zxingcpp.BarcodeFormat.Code39,
    Symbology.EAN_13: zxingcpp.BarcodeFormat.EAN13,
}


def draw_symbol(
    symbology: Symbology,
    content: bytes | str,
    *,
    module_px: int = 5,
    quiet: int = 6,
    gs1: bool = False,
    error: str = "M",
) -> GreyImage:
    if symbology is Symbology.QR_CODE:
        mode = "byte" if isinstance(content, bytes) else None
        code = segno.make(content, mode=mode, error=error, micro=False, boost_error=False)
        modules = np.array([list(row) for row in code.matrix]) != 0
        image = np.where(np.kron(modules, np.ones((module_px, module_px), bool)), 0, 255).astype(np.uint8)
    else:
        options = {"gs1": True} if gs1 else {}
        barcode = zxingcpp.create_barcode(content, _FORMATS[symbology], **options)
        image = np.array(barcode.to_image(scale=module_px, add_quiet_zones=False))
    return np.pad(image, quiet * module_px, constant_values=255)


def place_on(page: GreyImage, symbol: GreyImage, x: int, y: int) -> None:
    page[y : y + symbol.shape[0], x : x + symbol.shape[1]] = symbol


def wave(image: GreyImage, amplitude_px: float, length_px: float) -> GreyImage:
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    shifted = rows + amplitude_px * np.sin(2 * np.pi * columns / length_px)
    return cv2.remap(image, columns, shifted.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)


@pytest.fixture(scope="session")
def draw() -> Draw:
    """`draw(symbology, content, ...)` gives a picture of one symbol."""
    return draw_symbol


@pytest.fixture(scope="session")
def waved() -> Callable[[GreyImage, float, float], GreyImage]:
    """`waved(picture, amplitude_px, length_px)` bends the paper."""
    return wave


@pytest.fixture
def page(draw: Draw) -> GreyImage:
    """A sheet at 5.76 px a millimetre (2304 px for 400 mm) with a QR code, a Data Matrix and text."""
    sheet = np.full((1296, 2304), 235, np.uint8)
    place_on(sheet, np.minimum(draw(Symbology.QR_CODE, b"qr on a page " * 8, module_px=4), 235), 400, 900)
    place_on(
        sheet, np.minimum(draw(Symbology.DATA_MATRIX, b"matrix on a page " * 5, module_px=3), 235), 1700, 150
    )
    for line in range(12):
        cv2.putText(sheet, "texte de la page, sans code, en lignes", (900, 300 + 60 * line), 0, 1.0, 40, 2)
    return sheet
