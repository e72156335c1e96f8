"""The decoders as anybody would call them, believed as they are: what ours is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import cv2
import zxingcpp

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbology

__all__ = [
    "LIBDMTX_TIMEOUT_MS",
    "PLAIN_ENGINES",
    "Found",
    "PlainEngine",
    "libdmtx",
    "naive",
    "wechat",
    "zbar",
    "zxing",
]

Found = set[tuple[Symbology, bytes]]
PlainEngine = Callable[[GreyImage], Found]

LIBDMTX_TIMEOUT_MS = 200
"""Without one, libdmtx searches a page of text for half a minute."""

_ZXING_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix])
_ZXING_SYMBOLOGIES = MappingProxyType(
    {
        zxingcpp.BarcodeFormat.QRCode: Symbology.QR_CODE,
        zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
    }
)


def zxing(image: GreyImage) -> Found:
    """zxing-cpp with its defaults, for the two symbologies that matter."""
    found = zxingcpp.read_barcodes(image, formats=_ZXING_FORMATS)
    return {(_ZXING_SYMBOLOGIES[code.symbology], bytes(code.bytes)) for code in found}


def zbar(image: GreyImage) -> Found:
    """Zbar for QR codes."""
    from pyzbar import pyzbar  # noqa: PLC0415 - only where it is compared with

    try:
        found = pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except ValueError:  # an orientation that pyzbar does not know
        return set()
    return {(Symbology.QR_CODE, code.data) for code in found}


def libdmtx(image: GreyImage) -> Found:
    """Libdmtx for one Data Matrix within 200 ms."""
    from pylibdmtx import pylibdmtx  # noqa: PLC0415 - only where it is compared with

    found = pylibdmtx.decode(image, timeout=LIBDMTX_TIMEOUT_MS, max_count=1)
    return {(Symbology.DATA_MATRIX, code.data) for code in found}


@cache
def _wechat_reader() -> Any:
    return cv2.wechat_qrcode.WeChatQRCode()


def wechat(image: GreyImage) -> Found:
    """OpenCV's WeChat reader without model files."""
    try:
        texts, _ = _wechat_reader().detectAndDecode(image)
    except UnicodeDecodeError:  # the binding cannot hand out what is not UTF-8
        return set()
    return {(Symbology.QR_CODE, text.encode()) for text in texts}


def naive(image: GreyImage) -> None:
    """The loop that the appliance replaces: pyzbar, then pylibdmtx, on the whole frame; 200 ms flatter it."""
    from pylibdmtx import pylibdmtx  # noqa: PLC0415 - only where it is compared with
    from pyzbar import pyzbar  # noqa: PLC0415

    pyzbar.decode(image)
    pylibdmtx.decode(image, timeout=LIBDMTX_TIMEOUT_MS)


PLAIN_ENGINES: Mapping[str, tuple[PlainEngine, frozenset[Symbology]]] = MappingProxyType(
    {
        "zxing-cpp": (zxing, frozenset({Symbology.QR_CODE, Symbology.DATA_MATRIX})),
        "zbar": (zbar, frozenset({Symbology.QR_CODE})),
        "libdmtx": (libdmtx, frozenset({Symbology.DATA_MATRIX})),
        "WeChat": (wechat, frozenset({Symbology.QR_CODE})),
    }
)
"""Name to the engine and what it can read."""
