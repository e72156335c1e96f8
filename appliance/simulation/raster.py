"""Small operations on grey pictures: warp, fill, blur, multiply; typed, in whole grey levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.simulation.optics import Matrix

__all__ = [
    "OVERSAMPLING",
    "Texture",
    "Window",
    "fill",
    "moved",
    "project",
    "rounded_rectangle",
    "scaling",
    "shift",
    "smeared",
    "soft",
    "texture_for",
    "times",
    "warp",
]

_FIXED_POINT_BITS: Final = 4
_PAIR: Final = 2


OVERSAMPLING: Final = 1.25
"""Texture pixels a frame pixel: enough that bilinear sampling costs no more sharpness than a real lens."""

_LEAST_BLUR_PX: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """A picture of a flat object, ready to be warped into a frame; `px_per_mm` in both directions."""

    image: GreyImage
    px_per_mm: float


def texture_for(image: GreyImage, drawn_px_per_mm: float, frame_px_per_mm: float, blur_px: float) -> Texture:
    """Bring a drawing to about the frame's resolution and blur it as the lens does (`blur_px`, frame)."""
    px_per_mm = drawn_px_per_mm
    wanted = frame_px_per_mm * OVERSAMPLING
    if wanted < drawn_px_per_mm:
        shrink = wanted / drawn_px_per_mm
        size = (round(image.shape[1] * shrink), round(image.shape[0] * shrink))
        px_per_mm *= size[0] / image.shape[1]
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    sigma = max(blur_px * px_per_mm / frame_px_per_mm, _LEAST_BLUR_PX)
    return Texture(np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8), px_per_mm)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a frame, px."""

    left: int
    top: int
    width: int
    height: int


def times(image: GreyImage, other: GreyImage | None = None, scale: float = 1.0 / 255) -> GreyImage:
    """Product of two pictures, or of one and a number, rounded and kept within 0 to 255."""
    if other is None:
        return np.asarray(cv2.convertScaleAbs(image, alpha=scale), np.uint8)
    return np.asarray(cv2.multiply(image, other, scale=scale), np.uint8)


def smeared(image: GreyImage, across: float, down: float) -> GreyImage:
    """What an even movement of so many pixels during the exposure leaves."""
    for taps, is_across in ((round(across), True), (round(down), False)):
        if taps > _PAIR:
            size = (taps, 1) if is_across else (1, taps)
            image = np.asarray(cv2.blur(image, size), np.uint8)
        elif taps == _PAIR:
            # cv2.blur adds one to each value with a kernel of two, and 256 becomes 0 (OpenCV 5.0.0).
            pair = np.full((1, 2) if is_across else (2, 1), 0.5, np.float32)
            image = np.asarray(cv2.filter2D(image, -1, pair), np.uint8)
    return image


def rounded_rectangle(width: float, height: float, radius: float) -> NDArray[np.float64]:
    """Outline of a rectangle with round corners, mm."""
    if radius <= 0:
        return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
    quarter = np.linspace(0, np.pi / 2, 8)
    centres = [
        (width - radius, height - radius),
        (radius, height - radius),
        (radius, radius),
        (width - radius, radius),
    ]
    arcs = [
        np.column_stack([x + radius * np.cos(quarter + turn), y + radius * np.sin(quarter + turn)])
        for (x, y), turn in zip(centres, np.arange(4) * np.pi / 2, strict=True)
    ]
    return np.concatenate(arcs)


def project(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n x 2) through a homography."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:])


def scaling(scale: float) -> Matrix:
    """From pixels of the frame to those of a smaller copy: pixel centres are whole numbers in both."""
    offset = (scale - 1) / 2
    return np.array([[scale, 0, offset], [0, scale, offset], [0, 0, 1]])


def shift(x: float, y: float) -> Matrix:
    """A move by so many pixels."""
    return np.array([[1.0, 0, x], [0, 1.0, y], [0, 0, 1]])


def warp(image: GreyImage, matrix: Matrix, window: Window, border: int) -> GreyImage:
    """A window of an image seen through a homography from the image's grid (0, 0 = its corner) to pixels."""
    # The texture's pixel centres lie half a pixel inside its mm grid.
    centred = matrix @ shift(0.5, 0.5)
    size = (window.width, window.height)
    return np.asarray(
        cv2.warpPerspective(image, centred, size, flags=cv2.INTER_LINEAR, borderMode=border), np.uint8
    )


def fill(points: NDArray[np.float64], window: Window) -> GreyImage:
    """The mask (255 inside) of a convex outline in a window, its edge smooth."""
    mask = np.zeros((window.height, window.width), np.uint8)
    fixed = np.round((points - (window.left, window.top)) * (1 << _FIXED_POINT_BITS)).astype(np.int32)
    cv2.fillPoly(mask, [fixed], (255,), lineType=cv2.LINE_AA, shift=_FIXED_POINT_BITS)
    return mask


def soft(image: GreyImage, sigma: float) -> GreyImage:
    """Gaussian blur; a wide one on a smaller copy, where it looks the same and costs little."""
    if sigma <= 4:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)
    height, width = image.shape
    shrink = min(sigma / 2, width, height)
    small = cv2.resize(
        image, (max(int(width / shrink), 1), max(int(height / shrink), 1)), interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), (width, height)), np.uint8)


def moved(image: GreyImage, distance: float) -> GreyImage:
    """Shifted right and down: the lamp stands to the upper left."""
    matrix = np.array([[1.0, 0, distance], [0, 1.0, distance]])
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[::-1]), np.uint8)
