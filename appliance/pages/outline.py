"""Where a sheet of paper lies in a picture: its four corners, to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.capture.lens import NO_BENDING, Lens

__all__ = ["Corners", "find_corners"]

Corners = NDArray[np.float64]
"""4 x 2, px, clockwise, the first one anywhere."""

_COARSE_WIDTH_PX: Final = 768
"""2 px a mm on a counter of 400 mm: enough for the eye to know a sheet, before its sides are measured."""

_LEAST_SHARE: Final = 0.05
"""Of the picture: a label of a box is smaller, an A6 sheet on a counter of 400 mm is three times larger."""

_LEAST_FILLED: Final = 0.9
"""Of its quadrilateral: what is less than that is no sheet, or one with a hand on its edge."""

_LEAST_STEP: Final = 8.0
"""Grey levels from the counter to the paper along a side."""

_SAMPLES: Final = 96
"""Places where a side is measured."""

_ENDS: Final = 0.06
"""Of a side at each end: corners are rounded, folded or stapled."""

_PARALLEL: Final = 1e-9
_LEAST_SAMPLES: Final = _SAMPLES // 3
_REACH_PX: Final = 3.0
"""Of the coarse picture: how far from the coarse side the fine one is looked for."""

_ALONG: Final = 5
"""Pixels along the side that are averaged: noise, and the counter's grain."""

_OUTLIER_PX: Final = 1.5
_FIT_ROUNDS: Final = 4
_BORDER_PX: Final = 2
"""A side is not measured where the picture ends."""

_ROUGH_REACH_PX: Final = 16.0
"""Of the coarse picture: what perspective makes the sheet's sides differ from those of a rectangle."""

_LARGEST_CUT: Final = 0.03
"""Of the sheet: corners that lie out of view. A4 has 15 mm to spare on a counter of 225 mm, and nobody lays a
sheet straight; its margins carry no print there."""

_CORNERS: Final = 4
_EPSILONS: Final = (0.01, 0.015, 0.02, 0.03, 0.04)
_BLUR: Final = 5


def find_corners(picture: GreyImage, lens: Lens = NO_BENDING) -> Corners | None:
    """The corners of the largest sheet that lies in view on a ground that is not as bright.

    They are those that a straight lens would show, and may lie a little out of the picture. None where no
    sheet is found, or more of it is out of view than the tips of its corners.
    """
    scale = min(1.0, _COARSE_WIDTH_PX / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    coarse = np.asarray(cv2.medianBlur(small, _BLUR), np.uint8)
    for quad in _quads(coarse):
        straight = lens.straighten(quad, (coarse.shape[1], coarse.shape[0]))
        rough = _refined(coarse, straight, _ROUGH_REACH_PX, lens)
        if rough is None:
            continue
        # The middles of pixels, not their edges, are whole numbers.
        fine = _refined(picture, (rough + 0.5) / scale - 0.5, _REACH_PX / scale, lens)
        if fine is not None and _is_in_view(fine, picture.shape):
            return fine
    return None


def _quads(coarse: GreyImage) -> Iterator[Corners]:
    """Bright quadrilaterals, the largest first, by one threshold after the other."""
    otsu, _ = cv2.threshold(coarse, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = coarse[coarse > otsu]
    levels = [otsu]
    if bright.size:
        # A pale counter is on the paper's side of the first threshold: what parts the bright half?
        again, _ = cv2.threshold(bright.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        levels += [(otsu + again) / 2, again, 0.88 * float(np.percentile(bright, 90))]
    found: list[tuple[float, Corners]] = []
    for level in levels:
        quad = _largest_quad(np.asarray(coarse > level, np.uint8))
        if quad is not None:
            found.append((float(cv2.contourArea(quad.astype(np.float32))), quad))
    found.sort(key=lambda one: -one[0])
    yield from (quad for _, quad in found)


def _largest_quad(mask: NDArray[np.uint8]) -> Corners | None:
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(contour)
    if area < _LEAST_SHARE * mask.size:
        return None
    hull = np.asarray(cv2.convexHull(contour), np.int32)
    quad = None if _touches_border(hull, mask.shape) else _four_corners(hull)
    if quad is None or area < _LEAST_FILLED * cv2.contourArea(quad.astype(np.float32)):
        # The tips of some corners are out of view, or folded: its sides still lie along this rectangle's.
        quad = cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float64)
    is_sheet = area >= _LEAST_FILLED * cv2.contourArea(quad.astype(np.float32))
    return _clockwise(quad) if is_sheet else None


def _touches_border(hull: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    height, width = shape[:2]
    x, y = hull[:, 0, 0], hull[:, 0, 1]
    margin = _BORDER_PX
    return bool(
        x.min() < margin or y.min() < margin or x.max() >= width - margin or y.max() >= height - margin
    )


def _four_corners(hull: NDArray[np.int32]) -> Corners | None:
    around = cv2.arcLength(hull, closed=True)
    for epsilon in _EPSILONS:
        quad = cv2.approxPolyDP(hull, epsilon * around, closed=True).reshape(-1, 2).astype(np.float64)
        if len(quad) == _CORNERS:
            return quad
    return None


def _is_in_view(corners: Corners, shape: tuple[int, ...]) -> bool:
    """Whether all of the sheet but the tips of its corners is in the picture."""
    height, width = shape[:2]
    view = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    sheet = corners.astype(np.float32)
    seen, _ = cv2.intersectConvexConvex(sheet, view)
    return bool(seen >= (1 - _LARGEST_CUT) * cv2.contourArea(sheet))


def _clockwise(quad: Corners) -> Corners:
    following = np.roll(quad, -1, axis=0)
    turned = float((quad[:, 0] * following[:, 1] - following[:, 0] * quad[:, 1]).sum())
    return quad if turned > 0 else quad[::-1].copy()


def _refined(picture: GreyImage, corners: Corners, reach: float, lens: Lens) -> Corners | None:
    """Measure each side where the light changes, put a straight line through, and cross the lines."""
    size = (picture.shape[1], picture.shape[0])
    lines = []
    for index in range(_CORNERS):
        points = _side_points(picture, corners[index], corners[(index + 1) % _CORNERS], reach, lens)
        if len(points) < _LEAST_SAMPLES:
            return None
        lines.append(_line(lens.straighten(points, size)))
    crossed = [np.cross(lines[index - 1], lines[index]) for index in range(_CORNERS)]
    if any(abs(point[2]) < _PARALLEL for point in crossed):
        return None
    fine = np.array([point[:2] / point[2] for point in crossed])
    moved = np.linalg.norm(fine - corners, axis=1)
    return fine if float(moved.max()) <= 2 * reach else None


def _side_points(
    picture: GreyImage, start: NDArray[np.float64], end: NDArray[np.float64], reach: float, lens: Lens
) -> NDArray[np.float64]:
    """Where the side is crossed in the picture, n x 2: half way from the counter's level to the paper's."""
    along = (end - start) / np.linalg.norm(end - start)
    inwards = np.array([-along[1], along[0]])  # clockwise, y down: the sheet is to the right
    steps = np.arange(-round(reach), round(reach) + 1, dtype=np.float64)
    shares = np.linspace(_ENDS, 1 - _ENDS, _SAMPLES)
    # A lens hardly turns a side: what is across it in a straight picture is across it in this one.
    bases = lens.bend(start + shares[:, None] * (end - start), (picture.shape[1], picture.shape[0]))
    profile = np.zeros((_SAMPLES, len(steps)), np.float32)
    for beside in range(-(_ALONG // 2), _ALONG // 2 + 1):
        at = (bases + beside * along)[:, None] + steps[None, :, None] * inwards
        profile += cv2.remap(
            picture,
            at[..., 0].astype(np.float32),
            at[..., 1].astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    profile /= _ALONG
    height, width = picture.shape
    limits = np.array([width - _BORDER_PX, height - _BORDER_PX])
    is_inside = np.asarray(((bases >= _BORDER_PX) & (bases < limits)).all(axis=1), bool)
    slope = profile[:, 2:] - profile[:, :-2]
    steepest = slope.argmax(axis=1) + 1
    points = []
    near = max(2, round(reach / 4))
    for row, middle in enumerate(steepest):
        if not is_inside[row]:
            continue
        outer = profile[row, max(0, middle - 2 * near) : max(1, middle - near + 1)].mean()
        inner = profile[row, middle + near - 1 : middle + 2 * near + 1]
        if not len(inner) or inner.mean() - outer < _LEAST_STEP:
            continue
        level = (inner.mean() + outer) / 2
        crossing = _crossing(profile[row], int(middle), float(level))
        if crossing is not None:
            points.append(bases[row] + (crossing - round(reach)) * inwards)
    return np.array(points).reshape(-1, 2)


def _crossing(profile: NDArray[np.float32], middle: int, level: float) -> float | None:
    """The sub-pixel index near `middle` where the profile rises through `level`."""
    for index in sorted(
        range(max(0, middle - 2), min(len(profile) - 1, middle + 2)), key=lambda i: abs(i + 0.5 - middle)
    ):
        low, high = float(profile[index]), float(profile[index + 1])
        if low < level <= high:
            return index + (level - low) / (high - low)
    return None


def _line(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line (a, b, c) through most of the points; those that lie off are left out."""
    kept = points
    for _ in range(_FIT_ROUNDS):
        across, down, x, y = (
            float(part[0]) for part in cv2.fitLine(kept.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01)
        )
        normal = np.array([-down, across])
        offset = points @ normal - float(normal @ (x, y))
        limit = max(_OUTLIER_PX, 2 * float(np.median(np.abs(offset))))
        inside = points[np.abs(offset) <= limit]
        if len(inside) == len(kept) or len(inside) < _LEAST_SAMPLES:
            break
        kept = inside
    return np.array([normal[0], normal[1], -float(normal @ (x, y))])
