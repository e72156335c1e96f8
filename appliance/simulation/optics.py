"""The camera above the counter as physics: where a point lands, how light falls, what lens and sensor add.

Grey levels are proportional to light (no tone curve): white paper in the middle of a well lit counter gives
about 220. Lengths on the counter are in mm from the middle of the field of view, x to the right, y towards
the pharmacist (down in the picture), z up towards the lens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.exposure import STOPS
from appliance.capture.frame import ExposureTarget, GreyImage

__all__ = [
    "FIELD_WIDTH_MM",
    "Exposure",
    "Glare",
    "Matrix",
    "Noise",
    "Pose",
    "Projection",
    "exposure_for",
    "lens_blur_px",
    "light_field",
]

Matrix = NDArray[np.float64]

FIELD_WIDTH_MM: Final = 400.0
"""Of the counter, as seen by the camera; with 16:9 it is 225 mm deep, so an A4 sheet lies sideways."""

_HALF_ANGLE: Final = math.radians(33.0)
"""Half the horizontal field of view of a Camera Module 3 (66 degrees)."""

_LENS_BLUR_PX: Final = 0.5
_BINNED_WIDTH_PX: Final = 2304
"""Up to this width a pixel is larger than what the lens resolves; above, the lens is what limits."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How an object lies: its centre (mm), its turn clockwise, and how far it leans about its own axes."""

    x: float
    y: float
    z: float = 0.0
    angle_deg: float = 0.0
    lean_x_deg: float = 0.0
    lean_y_deg: float = 0.0


class Projection:
    """A pinhole camera that looks at the middle of the counter from above, not quite straight."""

    def __init__(self, width: int, height: int, *, tilt_deg: float = 2.5, roll_deg: float = 0.4) -> None:
        """Fix the sensor (px) and how far the mount is off the vertical."""
        self.width = width
        self.height = height
        self.px_per_mm = width / FIELD_WIDTH_MM
        self.field_height_mm = FIELD_WIDTH_MM * height / width
        self.distance_mm = FIELD_WIDTH_MM / 2 / math.tan(_HALF_ANGLE)
        focal = self.distance_mm * self.px_per_mm
        # Pixel centres are whole numbers: the middle of the picture is half a pixel less than half its size.
        inner = np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]])
        turn = _about_x(tilt_deg) @ _about_z(roll_deg) @ np.diag([1.0, 1.0, -1.0])
        self._matrix: Matrix = inner @ np.column_stack([turn, [0.0, 0.0, self.distance_mm]])

    def homography(self, pose: Pose, width_mm: float, height_mm: float) -> Matrix:
        """From mm on a flat object (origin its top left) to pixels of the frame, 3 x 3."""
        return np.asarray(self._matrix @ _plane(pose, (width_mm, height_mm)), dtype=np.float64)

    def pixels(
        self,
        pose: Pose,
        size_mm: tuple[float, float],
        points: NDArray[np.float64],
        heights: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Where points of an object (n x 2, mm) land that stand `heights` (n, mm) above its plane."""
        world = np.column_stack([points, np.ones(len(points))]) @ _plane(pose, size_mm).T
        world[:, 2] += heights
        seen = world @ self._matrix.T
        return np.asarray(seen[:, :2] / seen[:, 2:])

    def magnification(self, z: float) -> float:
        """How much larger than on the counter a thing looks that lies `z` mm above it."""
        return self.distance_mm / (self.distance_mm - z)


def _plane(pose: Pose, size_mm: tuple[float, float]) -> Matrix:
    """From mm on an object (homogeneous) to the world (homogeneous), 4 x 3."""
    turn = _about_z(pose.angle_deg) @ _about_x(pose.lean_x_deg) @ _about_y(pose.lean_y_deg)
    corner = np.array([pose.x, pose.y, pose.z]) - turn[:, :2] @ (np.array(size_mm) / 2)
    return np.vstack([np.column_stack([turn[:, :2], corner]), [0.0, 0.0, 1.0]])


def _about_x(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _about_y(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _about_z(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def lens_blur_px(width: int) -> float:
    """Standard deviation of the lens's own blur in pixels of a frame of that width."""
    return _LENS_BLUR_PX * max(1.0, 0.8 * width / _BINNED_WIDTH_PX)


def light_field(width: int, height: int, seed: int) -> GreyImage:
    """How much of the light reaches each pixel, 255 = all: a lamp to one side, and the lens's vignetting."""
    rng = np.random.default_rng([seed, 1])
    lamp_x, lamp_y = rng.uniform(-0.5, 0.1), rng.uniform(-0.6, -0.2)
    coarse = (64, 64 * height // width)
    x, y = np.meshgrid(np.linspace(-1, 1, coarse[0]), np.linspace(-1, 1, coarse[1]) * height / width)
    lamp = 1.0 - 0.12 * ((x - lamp_x) ** 2 + (y - lamp_y) ** 2)
    vignetting = 1.0 - 0.10 * (x**2 + y**2)
    light = np.clip(lamp * vignetting, 0, 1) * 255
    smooth = cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(smooth, 0, 255), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Glare:
    """A lamp mirrored in whatever lies there: a bright spot that stays where it is.

    Attributes:
        x, y: its centre as fractions of the field of view.
        radius_mm: to where it has lost a good half of its strength (one standard deviation).
        strength: grey levels added in the middle, 0 to 255.
    """

    x: float
    y: float
    radius_mm: float
    strength: float

    def levels(self, width: int, height: int) -> NDArray[np.int16]:
        """What it adds to each pixel of a well lit frame."""
        radius = self.radius_mm * width / FIELD_WIDTH_MM
        across = np.exp(-0.5 * ((np.arange(width) - self.x * width) / radius) ** 2)
        down = np.exp(-0.5 * ((np.arange(height) - self.y * height) / radius) ** 2)
        return np.asarray(np.outer(down, across) * self.strength, dtype=np.int16)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the camera's automatic exposure made of the room's light.

    Attributes:
        reflected: factor on whatever the room lights, 1 = well exposed.
        emitted: factor on screens, which shine by themselves.
        gain: of the sensor; noise grows with it.
        time_s: how long the shutter is open.
    """

    reflected: float
    emitted: float
    gain: float
    time_s: float


_BASE_TIME_S: Final = 0.006
_LONGEST_S: Final = 0.020
_MAX_GAIN: Final = 4.0


def exposure_for(light: float, target: ExposureTarget = ExposureTarget.PAPER) -> Exposure:
    """Expose for paper: longer first, up to 20 ms, then gain up to 4; below that the picture gets dark.

    For screens it is the same with the stops that cameras add, by gain where there is some to spare.
    """
    wanted = 1.0 / max(light, 1e-3)
    longer = min(wanted, _LONGEST_S / _BASE_TIME_S)
    gain = min(max(wanted / longer, 1.0), _MAX_GAIN)
    total = longer * gain
    factor = 2 ** STOPS[target]
    return Exposure(
        min(light * total, 1.0) * factor, total * factor, max(gain * factor, 1.0), _BASE_TIME_S * longer
    )


_NOISE_UNIT: Final = 32
"""The stored noise's standard deviation: whole numbers fine enough for a 16-bit product."""

_SPREAD_UNIT: Final = 16
_NOISE_SHIFT_PX: Final = 96
_FLICKER: Final = 0.002
"""Mains light and exposure control are never quite the same from frame to frame."""


class Noise:
    """The sensor's noise: read noise and shot noise, another pattern each frame, the same for a seed.

    A bank of noise a little larger than the frame is drawn once; each frame takes it at another offset.
    """

    def __init__(self, width: int, height: int, seed: int) -> None:
        """Draw the bank."""
        self._rng = np.random.default_rng([seed, 2])
        shape = (height + _NOISE_SHIFT_PX, width + _NOISE_SHIFT_PX)
        noise = self._rng.standard_normal(shape, dtype=np.float32)
        # What a camera's own denoising leaves is a little correlated between neighbours.
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.45), dtype=np.float32)
        noise *= _NOISE_UNIT / float(noise.std())
        self._bank = np.clip(noise, -4 * _NOISE_UNIT, 4 * _NOISE_UNIT).astype(np.int16)
        self._height, self._width = height, width

    @staticmethod
    def spread(gain: float) -> NDArray[np.int16]:
        """Standard deviation by grey level (256 entries), in 1/16 of a level."""
        levels = np.arange(256)
        deviation = np.sqrt((0.8 * gain) ** 2 + 0.018 * gain * levels)
        return np.asarray(np.round(deviation * _SPREAD_UNIT), dtype=np.int16)

    def add(self, light: NDArray[np.int16], spread: NDArray[np.int16]) -> GreyImage:
        """One exposure: `light` (grey levels) with noise of standard deviation `spread` (1/16 level)."""
        top, left = self._rng.integers(0, _NOISE_SHIFT_PX, 2)
        window = self._bank[top : top + self._height, left : left + self._width]
        noise = cv2.multiply(window, spread, scale=1.0 / (_NOISE_UNIT * _SPREAD_UNIT))
        flicker = 1.0 + float(self._rng.uniform(-_FLICKER, _FLICKER))
        return np.asarray(cv2.addWeighted(light, flicker, noise, 1.0, 0.0, dtype=cv2.CV_8U), dtype=np.uint8)
