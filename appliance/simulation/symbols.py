"""Symbols as grids of modules: what a printer or a screen puts its ink or light on."""

from __future__ import annotations

from typing import Final

import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray

from appliance.decode.symbol import Symbology

__all__ = ["ModuleGrid", "modules", "quiet_zone"]

ModuleGrid = NDArray[np.bool_]
"""Rows x columns, True where dark; a linear symbol is one row."""

_GS: Final = b"\x1d"

_QUIET_ZONES: Final = {
    Symbology.QR_CODE: 4,  # ISO/IEC 18004
    Symbology.DATA_MATRIX: 1,  # ISO/IEC 16022
    Symbology.CODE_128: 10,  # ISO/IEC 15417
}


def quiet_zone(symbology: Symbology) -> int:
    """Modules of blank ground that the standard wants around a symbol."""
    return _QUIET_ZONES[symbology]


def modules(symbology: Symbology, content: bytes) -> ModuleGrid:
    """Encode content without its quiet zone.

    A Data Matrix is always square ECC 200, as the INS specification wants; element strings that start with
    the GS1 identifier 01 become a GS1 DataMatrix (FNC1 first), as on medicine boxes. A QR code has
    correction level M and holds the bytes as they are.

    Raises:
        ValueError: the symbology is not drawn here, or the content does not fit in it.
    """
    if symbology is Symbology.QR_CODE:
        qr = segno.make(content, error="m", mode="byte", micro=False, boost_error=False)
        return np.array([list(row) for row in qr.matrix], dtype=np.bool_)
    if symbology is Symbology.DATA_MATRIX:
        if content.startswith(b"01") and content[2:16].isdigit():
            code = zxingcpp.create_barcode(
                _bracketed(content), zxingcpp.BarcodeFormat.DataMatrix, force_square=True, gs1=True
            )
        else:
            code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
        return _grid(code)
    if symbology is Symbology.CODE_128:
        return _grid(zxingcpp.create_barcode(content.decode("ascii"), zxingcpp.BarcodeFormat.Code128))[:1]
    raise ValueError(f"no drawing of {symbology}")


def _grid(code: zxingcpp.Barcode) -> ModuleGrid:
    image = np.asarray(code.to_image(scale=1, add_quiet_zones=False, add_hrt=False))
    return np.asarray(image < 128, dtype=np.bool_)


_FIXED_LENGTHS: Final = {b"01": 14, b"17": 6}
"""AIs of a medicine box whose value has a fixed length (GS1 General Specifications, table 7.8-1)."""


def _bracketed(elements: bytes) -> str:
    """The element string with its AIs in brackets, as the writer wants it."""
    written = ""
    rest = elements
    while rest:
        identifier, rest = rest[:2], rest[2:]
        length = _FIXED_LENGTHS.get(identifier)
        if length is not None:
            value, rest = rest[:length], rest[length:]
        else:
            value, _, rest = rest.partition(_GS)
        written += f"({identifier.decode()}){value.decode()}"
    return written
