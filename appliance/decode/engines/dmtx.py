"""libdmtx, bounded in time: it finds and samples Data Matrix symbols that zxing-cpp then reads to the byte.

libdmtx's own text cannot be trusted: it drops FNC1 (the separator of boxes' codes), turns an ECI into text
and is cut at a NUL by pylibdmtx. So only its sampled modules are taken: they are drawn as a perfect symbol,
and what zxing-cpp reads there is the content, or there is none.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import EngineError, as_corners, contiguous, too_small
from appliance.decode.engines.zxing import ZxingEngine
from appliance.decode.symbol import Symbol, Symbology

with warnings.catch_warnings():
    # pylibdmtx 0.1.10 compares versions with distutils, which Python has deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pylibdmtx import wrapper

__all__ = ["MAX_REGIONS", "DmtxEngine"]

MAX_REGIONS = 16
"""Candidate regions looked at in one picture: each costs time that the time-out does not count."""

_ON = 0x07
"""DmtxModuleOnRGB: the module is dark, whatever flags stand beside it."""

_DRAWN_MODULE_PX = 4
_QUIET_MODULES = 2

_Modules = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DmtxEngine:
    """libdmtx with a time-out.

    Attributes:
        timeout_ms: how long it may search for regions; without one a page of text costs half a minute.
        shrink: reads one pixel in `shrink`, for large modules.
    """

    timeout_ms: int = 200
    shrink: int = 1

    @property
    def name(self) -> str:
        """The library's name."""
        return "libdmtx"

    @property
    def symbologies(self) -> frozenset[Symbology]:
        """Data Matrix only."""
        return frozenset({Symbology.DATA_MATRIX})

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Read the symbols found within the time-out; corners clockwise from the solid border's upper end."""
        if Symbology.DATA_MATRIX not in wanted or too_small(image):
            return []
        proof = ZxingEngine(downscale=False, invert=False)
        return [
            Symbol(proven.symbology, proven.content, as_corners(corners), proven.aim, self.name)
            for modules, corners in self._sampled(contiguous(image))
            for proven in proof.read(_drawn(modules), self.symbologies)
        ]

    def _sampled(self, image: GreyImage) -> Iterator[tuple[_Modules, npt.NDArray[np.float64]]]:
        deadline = wrapper.dmtxTimeAdd(wrapper.dmtxTimeNow(), self.timeout_ms)
        with _decoder(image, self.shrink) as decoder:
            for _ in range(MAX_REGIONS):
                region = wrapper.dmtxRegionFindNext(decoder, byref(deadline))
                if not region:
                    return
                try:
                    modules = _modules(decoder, region)
                    corners = _corners(region.contents, image.shape[0], self.shrink)
                finally:
                    wrapper.dmtxRegionDestroy(byref(region))
                if modules is not None:
                    yield modules, corners


@contextmanager
def _decoder(image: GreyImage, shrink: int) -> Iterator[Any]:
    height, width = image.shape
    # libdmtx keeps the address, not the pixels: `image` outlives the decoder here.
    pixels = image.ctypes.data_as(wrapper.c_ubyte_p)
    picture = wrapper.dmtxImageCreate(pixels, width, height, wrapper.DmtxPackOrder.DmtxPack8bppK)
    if not picture:
        raise EngineError(f"libdmtx refused a picture of {image.shape}")
    try:
        decoder = wrapper.dmtxDecodeCreate(picture, shrink)
        if not decoder:
            raise EngineError(f"libdmtx has no decoder for a picture of {image.shape}")
        try:
            yield decoder
        finally:
            wrapper.dmtxDecodeDestroy(byref(decoder))
    finally:
        wrapper.dmtxImageDestroy(byref(picture))


def _modules(decoder: Any, region: Any) -> _Modules | None:
    """The symbol as sampled, finder included: rows x columns, True where dark; None if correction failed."""
    message = wrapper.dmtxDecodeMatrixRegion(decoder, region, wrapper.DmtxUndefined)
    if not message:
        return None
    try:
        shape = region.contents
        rows, columns = shape.mappingRows, shape.mappingCols
        flags = np.ctypeslib.as_array(message.contents.array, shape=(rows * columns,)).copy()
    finally:
        wrapper.dmtxMessageDestroy(byref(message))
    data = (flags.reshape(rows, columns) & _ON) != 0
    return _with_finder(data, shape.symbolRows, shape.symbolCols)


def _with_finder(data: _Modules, symbol_rows: int, symbol_columns: int) -> _Modules:
    """Put the data regions back between their solid and dotted borders (ISO/IEC 16022, 5.1)."""
    # Every region adds two border modules to each axis, so the difference tells how many regions there are.
    down, across = (symbol_rows - data.shape[0]) // 2, (symbol_columns - data.shape[1]) // 2
    height, width = data.shape[0] // down, data.shape[1] // across
    symbol = np.zeros((symbol_rows, symbol_columns), bool)
    for row in range(down):
        for column in range(across):
            top, left = row * (height + 2), column * (width + 2)
            block = symbol[top : top + height + 2, left : left + width + 2]
            block[0, ::2] = True
            block[1::2, -1] = True
            block[:, 0] = True
            block[-1, :] = True
            block[1:-1, 1:-1] = data[row * height : (row + 1) * height, column * width : (column + 1) * width]
    return symbol


def _drawn(modules: _Modules) -> GreyImage:
    dark = np.kron(modules, np.ones((_DRAWN_MODULE_PX, _DRAWN_MODULE_PX), bool))
    return np.pad(
        np.where(dark, 0, 255).astype(np.uint8), _QUIET_MODULES * _DRAWN_MODULE_PX, constant_values=255
    )


def _corners(region: Any, height: int, shrink: int) -> npt.NDArray[np.float64]:
    """The unit square through the region's projection; libdmtx's y axis points up."""
    fit = np.array([list(row) for row in region.fit2raw])
    unit = np.array([[0.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    raw = unit @ fit
    points = raw[:, :2] / raw[:, 2:] * shrink
    points[:, 1] = height - 1 - points[:, 1]
    return np.asarray(points, np.float64)
