"""Finding a symbol by its outline: a square of texture on plain ground, whatever happened to its marks.

Readers look for a QR code's eyes or a Data Matrix's solid L, and one pen stroke or fold across these ends
their search. But a symbol is also a square, half dark all over, with light all around it, and all its edges
run along two directions. So: the two directions from the gradients, the square by its darkness against the
ring around it, each side moved until dark lies within and light without. What symbol it is (`guesses.py`) is
then asked of all fixed modules at once, of which damage takes only a share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage

__all__ = ["find_outlines"]

Points = npt.NDArray[np.float64]
_Map = npt.NDArray[np.float32]
_Indices = npt.NDArray[np.int_]

_GRID: Final = 96
"""Side of the copy on which squares are searched: about two cells a module."""

_SIDES_SEARCHED: Final = range(26, 88, 3)
_BAND: Final = 2
_MAX_OUTLINES: Final = 2
_LEAST_EDGE: Final = 0.06
_PLACINGS_LOOKED_AT: Final = 200
_SAME_PLACING: Final = 8

_SIDE_SAMPLES: Final = 40
_SIDE_ROUNDS: Final = ((0.06, 13), (0.012, 9))
"""Reach (share of the side) and steps of the search for each end of a side."""

_BESIDE: Final = 0.014
"""Share of the side by which within and without are apart from a line."""

_STRIP_ROW: Final = 0.002
_NO_GRADIENT: Final = 1e-6
_QUARTER: Final = 90
"""Degrees after which edges that run both ways look the same."""

_PEAK_REACH: Final = 3
_PEAKS_APART: Final = 6.0
_MORE_DIRECTIONS: Final = 2


def find_outlines(image: GreyImage) -> Iterator[Points | None]:
    """The likeliest squares of a picture: corners clockwise (4 x 2, pixels), at most two a direction.

    Yields:
        None after each part of the work that found none yet.
    """
    darkness, directions = _darkness(image), _directions(image)
    yield None
    for angle in directions:
        upright, to_image = _upright(darkness, angle)
        squares = _squares(upright)
        yield None
        for left, top, side in squares:
            right, bottom = left + side, top + side
            corners = np.array([[left, top, 1], [right, top, 1], [right, bottom, 1], [left, bottom, 1]])
            yield _snapped(darkness, corners @ to_image.T)


def _darkness(image: GreyImage) -> _Map:
    """Share of the paper's light that is swallowed, a little smoothed."""
    side = max(3, max(image.shape) // 2 | 1)
    shrink = max(1, max(image.shape) // 64)
    size = (max(1, image.shape[1] // shrink), max(1, image.shape[0] // shrink))
    small = cv2.resize(cv2.dilate(image, np.ones((3, 3), np.uint8)), size, interpolation=cv2.INTER_AREA)
    kernel = np.ones((max(3, side // shrink | 1),) * 2, np.uint8)
    paper = cv2.resize(
        cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), image.shape[::-1], interpolation=cv2.INTER_LINEAR
    ).astype(np.float32)
    smooth = cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.float32)
    return np.asarray(np.clip((paper - smooth) / np.maximum(paper, 16), 0, 1), np.float32)


def _directions(image: GreyImage) -> list[float]:
    """Angles that the edges about the middle may have, radians, -pi/4 to pi/4; the likeliest first.

    First the mean one; then the commonest ones, since a pen stroke across a blurred symbol turns the mean
    by many degrees.
    """
    smooth = cv2.GaussianBlur(image, (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    height, width = smooth.shape
    near_rows = np.exp(-0.5 * np.linspace(-2, 2, height, dtype=np.float32) ** 2)
    near_columns = np.exp(-0.5 * np.linspace(-2, 2, width, dtype=np.float32) ** 2)
    # Of four directions a quarter turn apart: the gradient to the fourth power, with its own length.
    twice_real, twice_imaginary = across * across - down * down, 2 * across * down
    length = np.hypot(twice_real, twice_imaginary) ** np.float32(1.5) + np.float32(_NO_GRADIENT)
    real = (twice_real * twice_real - twice_imaginary * twice_imaginary) / length
    imaginary = 2 * twice_real * twice_imaginary / length
    real *= near_rows[:, None] * near_columns
    imaginary *= near_rows[:, None] * near_columns
    mean = float(np.degrees(np.arctan2(imaginary.sum(), real.sum()))) / 4 % _QUARTER
    chosen = [mean, *_commonest(real, imaginary, mean)]
    return [float(np.radians((angle + _QUARTER / 2) % _QUARTER - _QUARTER / 2)) for angle in chosen]


def _commonest(real: _Map, imaginary: _Map, known: float) -> list[float]:
    """Peaks of the edges' directions (degrees, 0 to 90), none near a known one or near one another."""
    power, angles = cv2.cartToPolar(real, imaginary, angleInDegrees=True)
    bins = (angles.reshape(-1) / 4).astype(int) % _QUARTER
    counts = np.bincount(bins, power.reshape(-1), _QUARTER)
    smooth = sum(np.roll(counts, shift) for shift in range(-_PEAK_REACH, _PEAK_REACH + 1))
    found: list[float] = []
    for angle in np.argsort(-np.asarray(smooth)):
        apart = [
            abs((angle + 0.5 - other + _QUARTER / 2) % _QUARTER - _QUARTER / 2) for other in (known, *found)
        ]
        if min(apart) > _PEAKS_APART:
            found.append(float(angle) + 0.5)
        if len(found) == _MORE_DIRECTIONS:
            break
    return found


def _upright(darkness: _Map, angle: float) -> tuple[_Map, Points]:
    """A _GRID x _GRID copy turned so that the edges run along its axes; 2 x 3 from it to the picture."""
    height, width = darkness.shape
    scale = max(height, width) * 1.15 / _GRID
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    middle = _GRID / 2
    to_image = np.array(
        [
            [cosine, -sine, width / 2 - middle * cosine + middle * sine],
            [sine, cosine, height / 2 - middle * sine - middle * cosine],
        ]
    )
    smooth = cv2.GaussianBlur(darkness, (0, 0), max(0.3, 0.5 * scale))
    copy = cv2.warpAffine(
        smooth,
        to_image,
        (_GRID, _GRID),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(copy, np.float32), to_image


@lru_cache(maxsize=1)
def _placings() -> tuple[_Indices, _Indices]:
    """All squares searched: left, top, side (n x 3); for each the four corners of nine boxes (9 x 4 x n).

    The corners are places in a flat integral of a _GRID x _GRID picture. Two boxes lie within and without
    each of the four edges; the last is the inside.
    """
    found = []
    for side in _SIDES_SEARCHED:
        reach = range(_BAND + 1, _GRID - side - _BAND, 2)
        found += [(left, top, side) for left in reach for top in reach]
    placings = np.array(found)
    left, top, side = placings.T
    right, bottom, b = left + side, top + side, _BAND
    boxes = [
        (left, top, right, top + b),
        (left, top - b, right, top),
        (left, bottom - b, right, bottom),
        (left, bottom, right, bottom + b),
        (left, top, left + b, bottom),
        (left - b, top, left, bottom),
        (right - b, top, right, bottom),
        (right, top, right + b, bottom),
        (left + b, top + b, right - b, bottom - b),
    ]
    at = [
        [y * (_GRID + 1) + x for x, y in ((right, bottom), (right, top), (left, bottom), (left, top))]
        for left, top, right, bottom in boxes
    ]
    return placings, np.array(at)


def _squares(upright: _Map) -> list[tuple[int, int, int]]:
    """Squares darker within their edges than just outside, on all four sides; the best first."""
    placings, at = _placings()
    left, top, side = placings.T
    corners = cv2.integral(upright).reshape(-1).take(at)
    sums = corners[:, 0] - corners[:, 1] - corners[:, 2] + corners[:, 3]
    edges = (sums[0:8:2] - sums[1:8:2]) / (_BAND * side)
    inside = sums[8] / (side - 2 * _BAND) ** 2
    weakest, edge = edges.min(axis=0), edges.mean(axis=0)
    score = np.where(edge >= _LEAST_EDGE, edge + weakest / 2 + inside / 4, -1)
    found: list[tuple[int, int, int]] = []
    for index in np.argsort(-score)[:_PLACINGS_LOOKED_AT]:
        if len(found) == _MAX_OUTLINES or score[index] < 0:
            break
        placing = (int(left[index]), int(top[index]), int(side[index]))
        if all(
            max(abs(a - c) for a, c in zip(placing, known, strict=True)) > _SAME_PLACING for known in found
        ):
            found.append(placing)
    return found


def _snapped(darkness: _Map, corners: Points) -> Points:
    """Each side moved and turned until it parts dark within from light without."""
    for reach, steps in _SIDE_ROUNDS:
        lines = [_best_side(darkness, corners, index, reach, steps) for index in range(4)]
        corners = np.array([_crossing(lines[index - 1], lines[index]) for index in range(4)])
    return corners


def _best_side(
    darkness: _Map, corners: Points, index: int, reach: float, steps: int
) -> tuple[Points, Points]:
    """Two points of the line that parts best, near the side from corner `index` to the next."""
    start, end = corners[index], corners[(index + 1) % 4]
    along = end - start
    outward = np.array([along[1], -along[0]])
    share, heights, within, without, moves = _lines(reach, steps)
    strip = _at(darkness, start + share[None, :, None] * along + heights[:, None, None] * outward)
    values = strip.reshape(-1)
    score = values.take(within).sum(1) - np.float32(1.2) * values.take(without).sum(1)
    first, second = moves[int(score.argmax())]
    return start + outward * first, end + outward * second


@lru_cache(maxsize=len(_SIDE_ROUNDS))
def _lines(reach: float, steps: int) -> tuple[Points, Points, _Indices, _Indices, Points]:
    """The lines tried along a side, as places in a strip of it.

    Returns:
        where along the side the strip is sampled (shares of it), and how far outward each of its rows lies
        (too); for each line the places in the flat strip just within it and just without (lines x samples);
        how far each line's two ends were moved outward.
    """
    share = np.linspace(0.03, 0.97, _SIDE_SAMPLES)
    half = math.ceil((reach + _BESIDE) / _STRIP_ROW)
    heights = np.arange(-half, half + 1, dtype=np.float64) * _STRIP_ROW
    offsets = np.linspace(-reach, reach, steps)
    moves = np.stack(np.meshgrid(offsets, offsets), -1).reshape(-1, 2)
    middle = moves[:, :1] * (1 - share) + moves[:, 1:] * share
    columns = np.arange(_SIDE_SAMPLES)
    within, without = (
        (np.round((middle + side) / _STRIP_ROW).astype(int) + half) * _SIDE_SAMPLES + columns
        for side in (-_BESIDE, _BESIDE)
    )
    return share, heights, within, without, moves


def _crossing(one: tuple[Points, Points], other: tuple[Points, Points]) -> Points:
    a, b = one
    c, d = other
    sides = np.array([b - a, c - d]).T
    if abs(np.linalg.det(sides)) < 1e-9:
        return np.asarray((b + c) / 2, np.float64)
    share = np.linalg.solve(sides, c - a)
    return np.asarray(a + share[0] * (b - a), np.float64)


def _at(values: _Map, points: Points) -> _Map:
    flat = points.astype(np.float32)
    return np.asarray(
        cv2.remap(values, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )
