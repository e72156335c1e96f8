"""Reads pictures with a plain engine: what a scene must give to any decoder."""

from __future__ import annotations

import numpy as np
import zxingcpp

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbology
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import ENTER_NS, PlacedObject, Scene

SYMBOLOGIES = {
    zxingcpp.BarcodeFormat.QRCode: Symbology.QR_CODE,
    zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
    zxingcpp.BarcodeFormat.Code128: Symbology.CODE_128,
}


def found(image: GreyImage) -> list[tuple[Symbology, bytes, np.ndarray]]:
    """Symbology, content and corners (4 x 2, px)."""
    formats = (zxingcpp.BarcodeFormat.QRCodeModel2, *list(SYMBOLOGIES)[1:])  # Micro QR turns up in noise
    codes = zxingcpp.read_barcodes(image, formats=formats)
    read = []
    for code in codes:
        at = code.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        read.append((SYMBOLOGIES[code.format], bytes(code.bytes), np.array(corners, dtype=float)))
    return read


def read(image: GreyImage) -> set[tuple[Symbology, bytes]]:
    return {(symbology, content) for symbology, content, _ in found(image)}


def laid(slug: str, x: float = 0.5, y: float = 0.5, **more: object) -> PlacedObject:
    """An object that was laid long ago."""
    fields = {"id": slug, "angle_deg": ITEMS[slug].default_angle_deg, "placed_at_ns": 0, **more}
    return PlacedObject(slug=slug, x=x, y=y, **fields)  # type: ignore[arg-type]


def scene_of(*objects: PlacedObject, **more: object) -> Scene:
    return Scene(objects, **more)  # type: ignore[arg-type]


STILL_NS = ENTER_NS + 1_000_000_000
"""When what was laid at 0 lies alone."""
