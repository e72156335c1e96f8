"""How fine a picture of a sheet resolves, as the dots an inch of a scanner that would resolve as much."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np

from appliance.capture.frame import GreyImage
from appliance.capture.meters import blur_px
from appliance.pages.outline import Corners
from appliance.pages.rectify import MM_PER_INCH

__all__ = ["LEAST_DPI", "real_dpi", "resolved_dpi"]

LEAST_DPI: Final = 200.0
"""What a scan for the health insurance has to resolve."""

_TILE_PX: Final = 320
_TILES_ACROSS: Final = 4
_TILES_DOWN: Final = 5
_MEASURED: Final = 8
"""Tiles that are measured, those with the most print: each takes some milliseconds at 12 Mpx."""

_LIMIT: Final = 0.1
"""Contrast that is left of the finest lines still counted as resolved (MTF10)."""

_NYQUIST: Final = 0.5
"""Cycles a pixel."""

_NOTHING_SHARP_PX: Final = 4.0
"""What is taken for the blur of a page on which no edge is steep enough to be measured."""

_PRINT_DEVIATION: Final = 18.0
"""Grey levels: a tile with less holds no print."""


def resolved_dpi(blur: float, px_per_mm: float) -> float:
    """Dots an inch that a Gaussian blur of that standard deviation (px) leaves.

    A scanner of n dots an inch resolves n / 2 line pairs an inch. The blur's MTF, exp(-2 pi² s² f²), falls
    to MTF10 at f = 0.3415 / s; no more than the pixels' own limit counts.
    """
    limit = math.sqrt(math.log(1 / _LIMIT) / 2) / math.pi
    finest = _NYQUIST if blur <= limit / _NYQUIST else limit / blur
    return 2 * finest * px_per_mm * MM_PER_INCH


def real_dpi(picture: GreyImage, corners: Corners, px_per_mm: float) -> float | None:
    """What the picture of the sheet resolves, in its middling part; None on a sheet without print."""
    tiles = _printed_tiles(picture, corners)
    if not tiles:
        return None
    blurs = [blur_px(tile) for tile in tiles]
    measured = [_NOTHING_SHARP_PX if blur is None else blur for blur in blurs]
    return resolved_dpi(float(np.median(measured)), px_per_mm)


def _printed_tiles(picture: GreyImage, corners: Corners) -> list[GreyImage]:
    """Parts of the sheet, the ones with the most print first; away from its edges, which are no print."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
    across, down = np.linspace(0.15, 0.85, _TILES_ACROSS), np.linspace(0.12, 0.88, _TILES_DOWN)
    middles = cv2.perspectiveTransform(
        np.array([[x, y] for y in down for x in across], np.float32)[:, None], matrix
    )[:, 0]
    half = _TILE_PX // 2
    tiles = []
    for x, y in middles:
        left, top = max(0, int(x) - half), max(0, int(y) - half)
        tile = picture[top : top + _TILE_PX, left : left + _TILE_PX]
        deviation = float(tile[::3, ::3].std()) if tile.size else 0.0
        if deviation >= _PRINT_DEVIATION:
            tiles.append((deviation, tile))
    tiles.sort(key=lambda one: -one[0])
    return [tile for _, tile in tiles[:_MEASURED]]
