"""What is done to a picture before an engine looks at it again: each undoes one thing that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from appliance.capture.frame import GreyImage

__all__ = [
    "ADAPTIVE",
    "AS_IS",
    "ENLARGED",
    "ENLARGED_SHARPENED",
    "ENLARGED_THRICE",
    "EQUALISED",
    "FRAMED",
    "HALVED",
    "SHARPENED",
    "SLIGHTLY_ENLARGED",
    "SLIGHTLY_SHRUNK",
    "SMOOTHED",
    "Treatment",
]

_UNSHARP_SIGMA = 1.4
_UNSHARP_AMOUNT = 1.2
_CLAHE_LIMIT = 2.0
_CLAHE_TILES = (8, 8)
_ADAPTIVE_WINDOWS = 12
_ADAPTIVE_OFFSET = 5
_BORDER_PX = 20


@dataclass(frozen=True, slots=True)
class Treatment:
    """A pure function of a grey picture.

    Attributes:
        name: for statistics.
        scale: side of the result over that of the picture.
        apply: height x width in, height * scale x width * scale out, and twice the border.
        border: pixels that the result has more on each side.
    """

    name: str
    scale: float
    apply: Callable[[GreyImage], GreyImage]
    border: int = 0


def _resized(image: GreyImage, scale: float) -> GreyImage:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def _sharpened(image: GreyImage) -> GreyImage:
    blurred = cv2.GaussianBlur(image, (0, 0), _UNSHARP_SIGMA)
    return np.asarray(cv2.addWeighted(image, 1 + _UNSHARP_AMOUNT, blurred, -_UNSHARP_AMOUNT, 0), np.uint8)


def _equalised(image: GreyImage) -> GreyImage:
    return np.asarray(cv2.createCLAHE(_CLAHE_LIMIT, _CLAHE_TILES).apply(image), np.uint8)


def _thresholded(image: GreyImage) -> GreyImage:
    window = max(3, max(image.shape) // _ADAPTIVE_WINDOWS | 1)
    black_white = cv2.adaptiveThreshold(
        image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, window, _ADAPTIVE_OFFSET
    )
    return np.asarray(black_white, np.uint8)


def _framed(image: GreyImage) -> GreyImage:
    border = (_BORDER_PX,) * 4
    return np.asarray(cv2.copyMakeBorder(image, *border, cv2.BORDER_CONSTANT, value=255), np.uint8)


AS_IS: Final = Treatment("as-is", 1.0, lambda image: image)
SLIGHTLY_ENLARGED: Final = Treatment("x1.5", 1.5, lambda image: _resized(image, 1.5))
ENLARGED: Final = Treatment("x2", 2.0, lambda image: _resized(image, 2.0))
ENLARGED_SHARPENED: Final = Treatment("x2-sharp", 2.0, lambda image: _sharpened(_resized(image, 2.0)))
SHARPENED: Final = Treatment("sharp", 1.0, _sharpened)
ENLARGED_THRICE: Final = Treatment("x3", 3.0, lambda image: _resized(image, 3.0))
SLIGHTLY_SHRUNK: Final = Treatment("x0.7", 0.7, lambda image: _resized(image, 0.7))
HALVED: Final = Treatment("half", 0.5, lambda image: _resized(image, 0.5))
EQUALISED: Final = Treatment("clahe", 1.0, _equalised)
SMOOTHED: Final = Treatment(
    "smooth", 1.0, lambda image: np.asarray(cv2.GaussianBlur(image, (0, 0), 1.0), np.uint8)
)
ADAPTIVE: Final = Treatment("adaptive", 1.0, _thresholded)
FRAMED: Final = Treatment("framed", 1.0, _framed, border=_BORDER_PX)
"""For pictures cut so close that the quiet zone is gone."""
