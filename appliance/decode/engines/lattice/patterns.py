"""Finding the three square eyes of a QR code as nested outlines, and which three belong together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage

__all__ = ["MAX_PATTERNS", "MAX_TRIPLES", "FinderPattern", "Triple", "find_patterns", "triples"]

MAX_PATTERNS = 24
"""Eyes kept in one picture: eight codes' worth; more is a page of nested boxes."""

MAX_TRIPLES = 4
"""The likeliest threes that are sampled."""

_MAX_NESTED = 4000
_MAX_DEPTH = 64
_BLOCKS = (6, 16)
"""Side of the picture over that of the threshold's window: one for large codes, one for small."""

_THRESHOLD_OFFSET = 4
_LEAST_WINDOW_PX = 7
_LEAST_CORE_AREA_PX = 4.0
_RING_MODULES, _CORE_MODULES = 5, 3

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FinderPattern:
    """One eye.

    Attributes:
        centre: x, y in pixels.
        module_px: side of a module, freed of dot gain.
        ring: outline of its light ring (5 x 5 modules), points x 2.
    """

    centre: Points
    module_px: float
    ring: Points

    def moved(self, offset: Points, scale: float) -> FinderPattern:
        """The same eye in a crop that starts at `offset` and was scaled."""
        return FinderPattern(
            (self.centre - offset) * scale, self.module_px * scale, (self.ring - offset) * scale
        )


@dataclass(frozen=True, slots=True, eq=False)
class Triple:
    """Three eyes that may be one code's.

    Attributes:
        top_left: the one at the right angle.
        top_right: clockwise after it, as seen (y down).
        bottom_left: the third.
        strain: how far from a right-angled, equal-sided, equal-sized three; 0 is perfect.
    """

    top_left: FinderPattern
    top_right: FinderPattern
    bottom_left: FinderPattern
    strain: float

    @property
    def module_px(self) -> float:
        """Mean side of a module."""
        return (self.top_left.module_px + self.top_right.module_px + self.bottom_left.module_px) / 3

    @property
    def modules_between(self) -> float:
        """Estimated modules from eye to eye, which is the dimension less seven."""
        across = np.hypot(*(self.top_right.centre - self.top_left.centre))
        down = np.hypot(*(self.bottom_left.centre - self.top_left.centre))
        return float(across + down) / 2 / self.module_px


def find_patterns(image: GreyImage) -> list[FinderPattern]:
    """Find outlines nested three deep with an eye's proportions; at most MAX_PATTERNS."""
    found: list[FinderPattern] = []
    for block in _BLOCKS:
        window = max(_LEAST_WINDOW_PX, min(image.shape) // block | 1)
        dark = cv2.adaptiveThreshold(
            image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, _THRESHOLD_OFFSET
        )
        for pattern in _nested(np.asarray(dark, np.uint8)):
            if all(np.hypot(*(pattern.centre - known.centre)) > 3 * known.module_px for known in found):
                found.append(pattern)
                if len(found) == MAX_PATTERNS:
                    return found
    return found


def _nested(dark: GreyImage) -> list[FinderPattern]:
    outlines, hierarchy = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return []
    parents = hierarchy[0][:, 3]
    # A core lies in a light ring, which is a hole in a dark frame.
    cores = np.nonzero((parents >= 0) & (parents[parents] >= 0) & _is_dark(parents))[0][:_MAX_NESTED]
    patterns = (_pattern(outlines[core], outlines[parents[core]]) for core in cores)
    return [pattern for pattern in patterns if pattern is not None]


def _is_dark(parents: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which outlines go around dark: the outermost do, and every second one inside them."""
    dark = np.ones(len(parents), bool)
    ancestors = parents.copy()
    for _ in range(_MAX_DEPTH):
        inside = ancestors >= 0
        if not inside.any():
            break
        dark ^= inside
        ancestors = np.where(inside, parents[ancestors], ancestors)
    return dark


def _pattern(core: npt.NDArray[np.int32], ring: npt.NDArray[np.int32]) -> FinderPattern | None:
    core_area, ring_area = cv2.contourArea(core), cv2.contourArea(ring)
    if core_area < _LEAST_CORE_AREA_PX or not 1.5 < ring_area / core_area < 9:
        return None
    # OpenCV's outlines run through the middle of dark pixels: inside the core's edge, outside the ring's.
    core_side, ring_side = core_area**0.5 + 1, max(1.0, ring_area**0.5 - 1)
    core_centre, ring_centre = core.reshape(-1, 2).mean(0), ring.reshape(-1, 2).mean(0)
    if np.hypot(*(core_centre - ring_centre)) > 0.15 * ring_side:
        return None
    _, (width, height), _ = cv2.minAreaRect(ring)
    if ring_area < 0.55 * width * height or min(width, height) < 0.5 * max(width, height):
        return None
    # Dot gain swells the core by what it takes from the ring: the mean is free of it.
    module_px = (core_side + ring_side) / (_CORE_MODULES + _RING_MODULES)
    return FinderPattern((core_centre + ring_centre) / 2, float(module_px), ring.reshape(-1, 2).astype(float))


def triples(patterns: list[FinderPattern]) -> list[Triple]:
    """The likeliest threes first, at most MAX_TRIPLES."""
    found = []
    for three in combinations(patterns, 3):
        sizes = [pattern.module_px for pattern in three]
        if max(sizes) > 1.7 * min(sizes):
            continue
        for corner in range(3):
            triple = _triple(three[corner], three[corner - 2], three[corner - 1])
            if triple is not None:
                found.append(triple)
    return sorted(found, key=lambda triple: triple.strain)[:MAX_TRIPLES]


def _triple(corner: FinderPattern, one: FinderPattern, other: FinderPattern) -> Triple | None:
    (ux, uy), (vx, vy) = one.centre - corner.centre, other.centre - corner.centre
    across, down = float(np.hypot(ux, uy)), float(np.hypot(vx, vy))
    if min(across, down) < 1 or not 0.55 < across / down < 1.8:
        return None
    sine = float(ux * vy - uy * vx) / (across * down)
    if abs(sine) < 0.7:
        return None
    sizes = [corner.module_px, one.module_px, other.module_px]
    if min(across, down) < 9 * float(np.mean(sizes)):
        return None
    strain = abs(np.log(across / down)) + (1 - abs(sine)) + float(np.std(sizes) / np.mean(sizes))
    # With y down, clockwise is a positive sine; otherwise the two change places.
    return Triple(corner, *((one, other) if sine > 0 else (other, one)), strain=float(strain))
