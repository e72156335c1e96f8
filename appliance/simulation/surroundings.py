"""What surrounds the objects of the simulated counter: its top, and the hand that lays and takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage

__all__ = ["Desk", "Hand", "desk"]

Desk = Literal["wood", "plain", "speckled"]

_DESK_GREY: Final = 128


def desk(width: int, height: int, seed: int, kind: Desk = "wood") -> GreyImage:
    """The counter's top at the frame's own resolution, evenly lit."""
    rng = np.random.default_rng([seed, 3])
    grain = np.full((height, width), _DESK_GREY, np.float32)
    grain += 5 * _smooth_noise(rng, width, height, across=6, down=4)
    if kind == "wood":
        # Fibres run across the counter, wavy because the board was a tree.
        fibres = np.zeros((height, width), np.float32)
        for down, depth in ((25, 5.0), (90, 3.5), (300, 3.0)):
            fibres += depth * _smooth_noise(rng, width, height, across=12, down=down)
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        y += 0.02 * width * _smooth_noise(rng, width, height, across=4, down=3)
        grain += cv2.remap(fibres, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    elif kind == "speckled":
        chips = _smooth_noise(rng, width, height, across=500, down=280)
        grain += np.where(chips > 1.6, -55, 0) + np.where(chips < -1.7, 60, 0)
    fine = rng.standard_normal((256, 256)).astype(np.float32)
    tiles = (height // 256 + 1, width // 256 + 1)
    grain += 1.5 * np.tile(fine, tiles)[:height, :width]
    return np.asarray(np.clip(cv2.GaussianBlur(grain, (0, 0), 0.7), 0, 255), dtype=np.uint8)


def _smooth_noise(
    rng: np.random.Generator, width: int, height: int, *, across: int, down: int
) -> NDArray[np.float32]:
    """Noise of unit deviation that changes `across` times over the width and `down` times over the height."""
    coarse = rng.standard_normal((min(down, height), min(across, width))).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


_SKIN: Final = 172
_NAIL: Final = 198
_COAT: Final = 226
"""The sleeve of a white coat."""

_SCALE: Final = 3
"""Pixels a mm of the drawn hand: it only ever moves, so it is never seen sharper."""

_Point = tuple[float, float]

_FINGERS: Final[tuple[tuple[_Point, _Point, _Point, float], ...]] = (
    # tip, middle joint, knuckle (x and y from the finger tips' middle) and width; mm
    ((-31.0, 19.0), (-29.0, 52.0), (-24.0, 92.0), 15.5),
    ((-10.0, 3.0), (-10.0, 42.0), (-8.5, 88.0), 17.0),
    ((10.5, 6.0), (10.0, 44.0), (8.0, 88.0), 16.5),
    ((30.0, 27.0), (28.0, 58.0), (22.0, 94.0), 14.0),
)
_THUMB: Final[tuple[_Point, _Point, _Point, float]] = ((-60.0, 84.0), (-52.0, 108.0), (-24.0, 146.0), 19.0)
_PALM: Final = ((-36.0, 84.0), (33.0, 86.0), (36.0, 118.0), (28.0, 168.0), (-27.0, 168.0), (-38.0, 122.0))
_WRIST: Final = ((-24.0, 150.0), (25.0, 150.0), (28.0, 225.0), (-28.0, 225.0))
_SLEEVE: Final = ((-37.0, 205.0), (38.0, 201.0), (53.0, 480.0), (-50.0, 480.0))


@dataclass(frozen=True, eq=False)
class Hand:
    """A right hand with its sleeve, fingers up, in mm from the middle of the finger tips.

    Attributes:
        left, top, width, height: the drawing's extent, mm.
        scale: pixels a mm.
    """

    left: float = -76.0
    top: float = -10.0
    width: float = 154.0
    height: float = 475.0
    scale: int = _SCALE

    @cached_property
    def layers(self) -> tuple[GreyImage, GreyImage]:
        """Tone and cover (255 = opaque), both `height * scale` x `width * scale`."""
        skin = self._relief(self._polygon(_PALM), 11) + 0
        np.maximum(skin, self._relief(self._polygon(_WRIST), 15), out=skin)
        for tip, middle, knuckle, width in (*_FINGERS, _THUMB):
            np.maximum(skin, self._relief(self._limb(middle, knuckle, width), 8), out=skin)
            np.maximum(skin, self._relief(self._limb(tip, middle, width * 0.9), 7.5), out=skin)
        sleeve = self._relief(self._polygon(_SLEEVE), 18)
        tone = self._shade(skin, _SKIN)
        for tip, _, _, width in _FINGERS:
            nail = self._blank()
            axes = (round(width * 0.27 * _SCALE), round(width * 0.36 * _SCALE))
            cv2.ellipse(nail, self._px((tip[0], tip[1] + 2)), axes, 0, 0, 360, (255,), -1)
            np.copyto(tone, self._shade(skin, _NAIL), where=nail > 0)
        np.copyto(tone, self._shade(sleeve, _COAT), where=sleeve > 0)
        cover = np.where((skin > 0) | (sleeve > 0), np.uint8(255), np.uint8(0))
        return tone, np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.0), np.uint8)

    def _blank(self) -> GreyImage:
        return np.zeros((round(self.height * _SCALE), round(self.width * _SCALE)), np.uint8)

    def _px(self, point: _Point) -> tuple[int, int]:
        return round((point[0] - self.left) * _SCALE), round((point[1] - self.top) * _SCALE)

    def _polygon(self, points: tuple[_Point, ...]) -> GreyImage:
        mask = self._blank()
        cv2.fillPoly(mask, [np.array([self._px(point) for point in points], np.int32)], (255,))
        # Rounded as flesh and cloth are.
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 5 * _SCALE), np.uint8)
        return np.where(soft > 127, np.uint8(255), np.uint8(0))

    def _limb(self, tip: _Point, joint: _Point, width: float) -> GreyImage:
        mask = self._blank()
        cv2.line(mask, self._px(tip), self._px(joint), (255,), round(width * _SCALE))
        return mask

    @staticmethod
    def _relief(mask: GreyImage, round_mm: float) -> NDArray[np.float32]:
        """Height of a rounded body over its mask: a quarter circle of `round_mm` at its edge, mm."""
        depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5) / _SCALE
        inner = 1.0 - np.clip(depth / round_mm, 0, 1)
        return np.asarray(round_mm * np.sqrt(1.0 - inner**2), dtype=np.float32)

    @staticmethod
    def _shade(relief: NDArray[np.float32], grey: int) -> GreyImage:
        """Light from the upper left on a relief, bodies melting into each other."""
        smooth = np.asarray(cv2.GaussianBlur(relief, (0, 0), 1.6 * _SCALE), np.float32)
        down, across = np.gradient(smooth * _SCALE)
        facing = (1.0 + 0.35 * across + 0.35 * down) / np.sqrt(1.0 + across**2 + down**2)
        return np.asarray(np.clip(grey * (0.45 + 0.55 * facing), 20, 250), dtype=np.uint8)
