"""Finding a symbol by its outline: a square of texture on plain ground, whatever happened to its marks.

Readers look for a QR code's eyes or a Data Matrix's solid L, and one pen stroke or fold across these ends
their search. But a symbol is also a square, half dark all over, with light all around it, and all its edges
run along two directions. So: the two directions from the gradients, the square by its darkness against the
ring around it, each side moved until dark lies within and light without. What symbol it is, which way up and
of how many modules is then asked of all fixed modules at once, of which damage takes only a share.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.lattice.fit import Contrast, FlatFit
from appliance.decode.engines.lattice.matrix import SIDES
from appliance.decode.engines.lattice.pattern import Pattern, matrix_pattern, qr_pattern
from appliance.decode.symbol import Symbology

__all__ = ["Guess", "find_outlines", "identify", "laid", "mean_side", "refine"]

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

_VERSIONS: Final = range(1, 18)
"""QR codes searched by outline: up to 85 modules; a larger one on a counter has readable eyes or nothing."""

_TRIED: Final = 5
_FINE_FROM: Final = 26
"""Modules a side from which a symbol is one of many modules."""

_LEAST_MODULE_PX: Final = 1.3
"""Below, nothing is left of the modules' contrast (measured: none read below 1.4)."""

_SAMPLED_MODULES: Final = 160
"""Fixed modules asked while a grid is moved about; all are asked at the end."""

_REFINE_STEPS: Final = (0.5, 0.25, 0.12)
_REFINE_ROUNDS: Final = 6


def find_outlines(image: GreyImage) -> list[Points]:
    """The likeliest squares of a picture: corners clockwise (4 x 2, pixels), at most two."""
    darkness = _darkness(image)
    angle = _direction(image)
    upright, to_image = _upright(darkness, angle)
    outlines = []
    for left, top, side in _squares(upright):
        corners = np.array([[left, top], [left + side, top], [left + side, top + side], [left, top + side]])
        placed = np.c_[corners, np.ones(4)] @ to_image.T
        outlines.append(_snapped(darkness, placed))
    return outlines


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


def _direction(image: GreyImage) -> float:
    """Angle of the edges about the middle, radians, -pi/4 to pi/4."""
    smooth = cv2.GaussianBlur(image, (0, 0), 1.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    height, width = image.shape
    near = np.outer(
        np.exp(-0.5 * (np.linspace(-2, 2, height)) ** 2), np.exp(-0.5 * (np.linspace(-2, 2, width)) ** 2)
    )
    # Of four directions a quarter turn apart: the gradient to the fourth power, as a complex number.
    fourth = ((across + 1j * down) ** 2) ** 2
    strength = np.maximum(np.abs(fourth) ** 0.75, 1e-6)
    return float(np.angle((near * fourth / strength).sum()) / 4)


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
def _placings() -> _Indices:
    """All squares searched: left, top, side (n x 3)."""
    found = []
    for side in _SIDES_SEARCHED:
        reach = range(_BAND + 1, _GRID - side - _BAND, 2)
        found += [(left, top, side) for left in reach for top in reach]
    return np.array(found)


def _squares(upright: _Map) -> list[tuple[int, int, int]]:
    """Squares darker within their edges than just outside, on all four sides; the best first."""
    total = cv2.integral(upright)

    def mean(left: _Indices, top: _Indices, right: _Indices, bottom: _Indices) -> Points:
        area = (right - left) * (bottom - top)
        inside = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
        return np.asarray(inside / area, np.float64)

    left, top, side = _placings().T
    right, bottom = left + side, top + side
    b = _BAND
    edges = [
        mean(left, top, right, top + b) - mean(left, top - b, right, top),
        mean(left, bottom - b, right, bottom) - mean(left, bottom, right, bottom + b),
        mean(left, top, left + b, bottom) - mean(left - b, top, left, bottom),
        mean(right - b, top, right, bottom) - mean(right, top, right + b, bottom),
    ]
    weakest, edge = np.minimum.reduce(edges), np.mean(edges, axis=0)
    inside = mean(left + b, top + b, right - b, bottom - b)
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
        offsets = np.linspace(-reach, reach, steps)
        lines = [_best_side(darkness, corners, index, offsets) for index in range(4)]
        corners = np.array([_crossing(lines[index - 1], lines[index]) for index in range(4)])
    return corners


def _best_side(darkness: _Map, corners: Points, index: int, offsets: Points) -> tuple[Points, Points]:
    """Two points of the line that parts best, near the side from corner `index` to the next."""
    start, end = corners[index], corners[(index + 1) % 4]
    along = end - start
    outward = np.array([along[1], -along[0]])
    first, second = (grid.reshape(-1, 1, 1) for grid in np.meshgrid(offsets, offsets))
    share = np.linspace(0.03, 0.97, _SIDE_SAMPLES).reshape(1, -1, 1)
    middle = start + share * along + outward * (first * (1 - share) + second * share)
    step = 0.014 * outward
    within, without = _at(darkness, middle - step), _at(darkness, middle + step)
    score = (within - 1.2 * without).mean(1)
    best = int(score.argmax())
    return start + outward * first[best, 0, 0], end + outward * second[best, 0, 0]


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


def mean_side(corners: Points) -> float:
    """Mean length of a quad's four sides, pixels."""
    sides: Points = corners - np.roll(corners, 1, axis=0)
    return float(np.hypot(sides[:, 0], sides[:, 1]).mean())


def projections(quads: Points) -> Points:
    """From the unit square to each of some quads (n x 4 x 2): n x 3 x 3 (Heckbert's closed form)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (quads[:, corner].T for corner in range(4))
    dx1, dx2, dx3 = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, dy3 = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    scale = dx1 * dy2 - dx2 * dy1
    scale = np.where(np.abs(scale) < 1e-9, 1e-9, scale)
    g = (dx3 * dy2 - dx2 * dy3) / scale
    h = (dx1 * dy3 - dx3 * dy1) / scale
    rows = [
        x1 - x0 + g * x1,
        x3 - x0 + h * x3,
        x0,
        y1 - y0 + g * y1,
        y3 - y0 + h * y3,
        y0,
        g,
        h,
        np.ones_like(g),
    ]
    return np.stack(rows, -1).reshape(-1, 3, 3)


def agreements(contrast: Contrast, pattern: Pattern, quads: Points, every: int = 1) -> Points:
    """How well one in `every` fixed module agrees for each of some quads (n x 4 x 2), -1..1."""
    centres = pattern.known_centres[::every].astype(np.float32) / pattern.side
    unit = np.c_[centres, np.ones(len(centres), np.float32)]
    lifted = unit @ projections(quads).astype(np.float32).transpose(0, 2, 1)
    points = lifted[..., :2] / lifted[..., 2:]
    return np.asarray((contrast.at(points) * pattern.known_signs[::every]).mean(1), np.float64)


def _every(pattern: Pattern) -> int:
    return max(1, len(pattern.known_signs) // _SAMPLED_MODULES)


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A symbol that may stand in an outline."""

    pattern: Pattern
    corners: Points
    score: float

    @property
    def weight(self) -> float:
        """The score against what chance gives: the fewer modules are fixed, the more of them agree by it."""
        return self.score * math.sqrt(len(self.pattern.known_signs))


def _patterns(wanted: Iterable[Symbology]) -> list[Pattern]:
    patterns: list[Pattern] = []
    if Symbology.DATA_MATRIX in wanted:
        patterns += [matrix_pattern(side) for side in SIDES]
    if Symbology.QR_CODE in wanted:
        patterns += [qr_pattern(version) for version in _VERSIONS]
    return patterns


def identify(
    contrast: Contrast, corners: Points, wanted: Iterable[Symbology], *, is_fine: bool
) -> list[Guess]:
    """Which symbols, which way up, agree best with an outline; the best first, at most five.

    Args:
        contrast: of the picture, for modules of about the right size.
        corners: of the outline.
        wanted: symbologies.
        is_fine: whether to ask for symbols of many modules or for those of few.
    """
    turned = np.stack([np.roll(corners, -turns, axis=0) for turns in range(4)])
    largest = mean_side(corners) / _LEAST_MODULE_PX
    guesses = []
    for pattern in _patterns(wanted):
        if pattern.side > largest or (pattern.side >= _FINE_FROM) != is_fine:
            continue
        scores = agreements(contrast, pattern, turned)
        best = int(scores.argmax())
        guesses.append(Guess(pattern, turned[best], float(scores[best])))
    return sorted(guesses, key=lambda guess: -guess.weight)[:_TRIED]


def refine(contrast: Contrast, guess: Guess) -> Guess:
    """Move the corners one by one while the fixed modules agree better."""
    corners, score = guess.corners, guess.score
    module = mean_side(corners) / guess.pattern.side
    moves = _moves()
    for step in _REFINE_STEPS:
        every = _every(guess.pattern) if step > _REFINE_STEPS[-1] else 1
        score = float(agreements(contrast, guess.pattern, corners[None], every)[0])
        for _ in range(_REFINE_ROUNDS):
            tried = corners + step * module * moves
            scores = agreements(contrast, guess.pattern, tried, every)
            best = int(scores.argmax())
            if scores[best] <= score:
                break
            corners, score = tried[best], float(scores[best])
    return Guess(guess.pattern, corners, score)


def laid(guess: Guess) -> FlatFit:
    """The flat grid between a guess's corners."""
    to_modules = np.diag([1 / guess.pattern.side, 1 / guess.pattern.side, 1])
    return FlatFit(guess.pattern, projections(guess.corners[None])[0] @ to_modules, guess.score)


@lru_cache(maxsize=1)
def _moves() -> Points:
    """One corner, two neighbours or all four, to each of four sides: moves x 4 x 2."""
    groups = [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3), (3, 0), (0, 1, 2, 3)]
    moves = np.zeros((len(groups), 4, 4, 2))
    for group, corners in enumerate(groups):
        for direction, towards in enumerate(((1, 0), (-1, 0), (0, 1), (0, -1))):
            moves[group, direction, list(corners)] = towards
    return moves.reshape(-1, 4, 2)
