"""How well a frame would be read, measured: light, clipping, flicker, sharpness. For aiming a camera."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from appliance.capture.exposure import brightest
from appliance.capture.frame import GreyImage

__all__ = [
    "CLIPPED_LEVEL",
    "LARGEST_BLUR_PX",
    "LARGEST_CLIPPED_SHARE",
    "LARGEST_FLICKER",
    "LEAST_LEVEL",
    "Light",
    "blur_px",
    "flicker",
    "light",
]

CLIPPED_LEVEL: Final = 250
LARGEST_CLIPPED_SHARE: Final = 0.02
"""Of the view: a mirrored lamp of 40 mm on a counter of 400 x 225 mm. Under it no code is read."""

LEAST_LEVEL: Final = 50.0
"""Of the brightest parts: paper below it drowns in the sensor's noise."""

LARGEST_FLICKER: Final = 0.08
"""Change of the mean level from frame to frame: beyond, a lamp flickers so that the gate never rests."""

LARGEST_BLUR_PX: Final = 1.2
"""Standard deviation of an edge's blur, 0.4 of a module of 3 px: an assumption, to be set by real lenses."""

_EDGE_CONTRAST: Final = 60
"""Grey levels from one side of an edge to the other, for it to be measured."""
_EDGE_REACH_PX: Final = 9
_SHARP_PERCENTILE: Final = 10.0
"""The sharpest tenth of the edges: the others are edges of shadows, grain and things that lie higher."""
_LEAST_EDGES: Final = 200
_SOBEL_GAIN: Final = 8.0
_SOBEL_BLUR_PX: Final = 0.6
"""What the filter that measures slopes blurs by itself."""
_GAUSS: Final = float(np.sqrt(2 * np.pi))
_METERED_SIDE_PX: Final = 480


@dataclass(frozen=True, slots=True)
class Light:
    """The light of a frame.

    Attributes:
        level: that all but the brightest fiftieth stay below, 0 to 255.
        clipped: share of the picture that is burnt out, 0 to 1.
        mean: of all, 0 to 255.
    """

    level: float
    clipped: float
    mean: float


def light(picture: GreyImage) -> Light:
    """The light of a picture, from a grid of its pixels."""
    step = max(1, max(picture.shape) // _METERED_SIDE_PX)
    grid = picture[step // 2 :: step, step // 2 :: step]
    return Light(brightest(picture), float((grid >= CLIPPED_LEVEL).mean()), float(grid.mean()))


def flicker(means: list[float]) -> float:
    """How much the mean level changes from frame to frame, as a share of it; 0 for fewer than two."""
    if len(means) < 2 or not np.mean(means):
        return 0.0
    return float(np.max(np.abs(np.diff(means))) / np.mean(means))


def blur_px(picture: GreyImage) -> float | None:
    """Standard deviation of the blur of the sharpest edges, in pixels; None where there is nothing to see.

    The slope of an edge of contrast C that a Gaussian of deviation s blurs is at most C / (s sqrt(2 pi)).
    Right within a fifth from 0.8 to 2 px; beyond, edges are wider than what is looked at, and it says less.
    """
    kernel = np.ones((_EDGE_REACH_PX, _EDGE_REACH_PX), np.uint8)
    contrast = cv2.subtract(cv2.dilate(picture, kernel), cv2.erode(picture, kernel))
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=1 / _SOBEL_GAIN)
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=1 / _SOBEL_GAIN)
    slope = np.hypot(across, down)
    # The middle of an edge is where its slope is steepest along it.
    is_edge = (contrast >= _EDGE_CONTRAST) & (slope >= cv2.dilate(slope, np.ones((3, 3), np.uint8)))
    is_edge &= slope > 0
    if int(is_edge.sum()) < _LEAST_EDGES:
        return None
    spread = contrast[is_edge] / (slope[is_edge] * _GAUSS)
    measured = float(np.percentile(spread, _SHARP_PERCENTILE))
    return math.sqrt(max(measured**2 - _SOBEL_BLUR_PX**2, 0.0))
