"""One still picture of one worn, leaning, bent object: slower and harsher than the live view.

Where the live view lays flat things on a counter for people to look at, this renders what benchmarks need:
any part of a frame at any resolution, every fault by its measure, and where the symbols then are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Point, Symbology
from appliance.simulation.canvas import MM_PER_INCH, SymbolBox
from appliance.simulation.faults import Faults
from appliance.simulation.optics import Pose, Projection, lens_blur_px
from appliance.simulation.pages import DrawnPage
from appliance.simulation.raster import Window, project, texture_for
from appliance.simulation.surroundings import desk
from appliance.simulation.wear import worn

__all__ = ["StillScene", "photograph"]

_NOISE_BLUR: Final = 0.45
_NOISE_BLUR_LOSS: Final = 1.35
"""Brings the noise back to unit deviation after that blur."""

_BEND_STEPS: Final = 5
_GRID_PX: Final = 8
_TUBE_STEPS: Final = 14
_FLAT_LEVEL: Final = 128.0
_WIDEST_TURN: Final = 1.25
"""Radians around a tube up to which it is seen."""

_PIXEL_PITCH_MM: Final = 0.083
"""Of a telephone's screen of 306 pixels an inch."""

_BLOOM: Final = 0.12
_BANDS_ROWS: Final = 90.0
_BANDS_PHASE: Final = 2.399963
"""Golden angle: no two looks have their bands at one place."""

_Surface = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From mm on the object (n x 2) to px of the whole frame (n x 2)."""


@dataclass(frozen=True, slots=True, eq=False)
class StillScene:
    """A still object under the camera.

    Attributes:
        faults: what was drawn for it.
        symbols: the symbols and their corners, clockwise from their own top left, px of the picture.
        light: what falls on the sensor while nothing shakes, grey levels.
        seed: of the looks.
    """

    faults: Faults
    symbols: tuple[tuple[SymbolBox, tuple[Point, ...]], ...]
    light: NDArray[np.float32]
    seed: int

    def look(self, index: int = 0) -> GreyImage:
        """One exposure; every `index` has its own noise and shake, always the same ones."""
        rng = np.random.default_rng([self.seed, 100 + index])
        light = _shaken(self.light, self.faults.shake_px * rng.uniform(), rng.uniform(0, math.pi))
        if self.faults.banding:
            light = light * _bands(light.shape[0], self.faults.banding, index)
        spread = self.faults.noise * np.sqrt(0.4 + 0.6 * np.clip(light, 0, 255) / 128)
        noise = rng.standard_normal(light.shape, dtype=np.float32)
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.45), np.float32) * 1.35
        return np.asarray(np.clip(light + spread * noise + 0.5, 0, 255), dtype=np.uint8)


def photograph(
    page: DrawnPage, projection: Projection, pose: Pose, faults: Faults, window: Window, seed: int
) -> StillScene:
    """Take a picture: `window` is the part of the projection's frame that is made."""
    rng = np.random.default_rng([seed, 12])
    px_per_mm = page.dpi / MM_PER_INCH
    boxes = [box for box in page.boxes if box.symbology is not Symbology.CODE_128]
    paper = worn(page.image, px_per_mm, faults.wear, boxes, rng)
    lean_to = rng.uniform(0, math.tau)
    pose = replace(
        pose,
        lean_x_deg=faults.lean_deg * math.cos(lean_to),
        lean_y_deg=faults.lean_deg * math.sin(lean_to),
    )
    size_mm = (page.image.shape[1] / px_per_mm, page.image.shape[0] / px_per_mm)
    surface = _surface(projection, pose, size_mm, faults.bend_mm, int(rng.integers(2)), faults.tube_mm)
    in_frame = projection.px_per_mm * projection.magnification(pose.z)
    blur = math.hypot(lens_blur_px(min(projection.width, window.width * 8)), faults.defocus_px)
    texture = texture_for(paper, px_per_mm, in_frame, blur)
    across, down = _inverse(
        surface,
        projection.homography(pose, *size_mm),
        window,
        _TUBE_STEPS if faults.tube_mm else _BEND_STEPS,
    )
    face = cv2.remap(
        texture.image,
        across * np.float32(texture.px_per_mm) - np.float32(0.5),
        down * np.float32(texture.px_per_mm) - np.float32(0.5),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    edge = np.minimum(np.minimum(across, size_mm[0] - across), np.minimum(down, size_mm[1] - down))
    cover = np.clip(edge * np.float32(in_frame) + np.float32(0.5), 0, 1)
    ground = desk(window.width, window.height, seed, "speckled" if rng.uniform() < 0.3 else "wood")
    lit = _illumination(window, faults.shading, rng)
    if faults.screen:
        face = _glowing(face, faults, across, down) + _mirrored(window, faults.reflection, seed)
        light = face * cover + ground * (1 - cover) * lit
    else:
        light = (face * cover + ground * (1 - cover)) * lit
    light = _burnt(light * np.float32(faults.light))
    symbols = tuple((box, _corners(surface, box, window)) for box in page.boxes)
    if faults.glare > 0:
        light += _glare(window, faults, symbols, in_frame, rng)
    return StillScene(faults, symbols, np.asarray(light, dtype=np.float32), seed)


def _surface(
    projection: Projection,
    pose: Pose,
    size_mm: tuple[float, float],
    bend_mm: float,
    axis: int,
    tube_mm: float = 0.0,
) -> _Surface:
    """A page bent over one of its axes, its middle highest, or wrapped around a tube."""

    def to_px(points: NDArray[np.float64]) -> NDArray[np.float64]:
        if tube_mm:
            turn = np.clip((points[:, axis] - size_mm[axis] / 2) / tube_mm, -_WIDEST_TURN, _WIDEST_TURN)
            round_it = points.copy()
            round_it[:, axis] = size_mm[axis] / 2 + tube_mm * np.sin(turn)
            return projection.pixels(pose, size_mm, round_it, tube_mm * (np.cos(turn) - 1))
        height = bend_mm * (1 - (2 * points[:, axis] / size_mm[axis] - 1) ** 2)
        return projection.pixels(pose, size_mm, points, height)

    return to_px


def _inverse(
    surface: _Surface, flat: NDArray[np.float64], window: Window, steps: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Which point of the page (mm) each pixel of the window shows.

    The bent page is the flat one a little displaced: solve on a coarse grid by fixed-point iteration.
    """
    columns, rows = -(-window.width // _GRID_PX) + 2, -(-window.height // _GRID_PX) + 2
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    offset = np.array([window.left, window.top], dtype=np.float64)
    wanted = np.column_stack([x.ravel(), y.ravel()]).astype(np.float64) * _GRID_PX + offset
    back = np.asarray(np.linalg.inv(flat), dtype=np.float64)
    points = project(back, wanted)
    for _ in range(steps):
        displaced = surface(points) - project(flat, points)
        points = project(back, wanted - displaced)
    grid = points.reshape(rows, columns, 2).astype(np.float32)
    fine_x, fine_y = np.meshgrid(
        np.arange(window.width, dtype=np.float32) / _GRID_PX,
        np.arange(window.height, dtype=np.float32) / _GRID_PX,
    )
    across, down = (
        np.asarray(cv2.remap(grid[:, :, part], fine_x, fine_y, cv2.INTER_LINEAR), np.float32)
        for part in (0, 1)
    )
    return across, down


def _corners(surface: _Surface, box: SymbolBox, window: Window) -> tuple[Point, ...]:
    right, bottom = box.x + box.width, box.y + box.height
    corners = np.array([[box.x, box.y], [right, box.y], [right, bottom], [box.x, bottom]])
    return tuple((float(x - window.left), float(y - window.top)) for x, y in surface(corners))


def _illumination(window: Window, shading: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """From full light to `1 - shading`, along any direction, gradually or with the soft edge of a shadow."""
    towards = rng.uniform(0, math.tau)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, window.width), np.linspace(-0.5, 0.5, window.height))
    along = x * math.cos(towards) + y * math.sin(towards)
    step = np.clip((along - rng.uniform(-0.3, 0.3)) / rng.uniform(0.3, 1.4) + 0.5, 0, 1)
    full = rng.uniform(0.86, 0.98)
    return np.asarray(full * (1 - shading * step * step * (3 - 2 * step)), dtype=np.float32)


def _glare(
    window: Window,
    faults: Faults,
    symbols: tuple[tuple[SymbolBox, tuple[Point, ...]], ...],
    px_per_mm: float,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """The mirrored lamp, at the edge of one of the symbols or beside it."""
    square = [corners for box, corners in symbols if box.symbology is not Symbology.CODE_128]
    centre = rng.uniform(0, 1, 2) * (window.width, window.height)
    if square:
        corners = np.array(square[int(rng.integers(len(square)))])
        size = float(np.linalg.norm(corners[0] - corners[2])) / math.sqrt(2)
        towards = rng.uniform(0, math.tau)
        centre = corners.mean(axis=0) + size * rng.uniform(*faults.glare_at) * np.array(
            [math.cos(towards), math.sin(towards)]
        )
    radius = faults.glare_mm * px_per_mm
    across = np.exp(-0.5 * ((np.arange(window.width) - centre[0]) / radius) ** 2)
    down = np.exp(-0.5 * ((np.arange(window.height) - centre[1]) / radius) ** 2)
    return np.asarray(faults.glare * np.outer(down, across), dtype=np.float32)


def _glowing(
    face: NDArray[np.float32], faults: Faults, across: NDArray[np.float32], down: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A screen's own light, beating with the sensor's grid: both are sampled at the middle of the pixels."""
    turn = np.float32(math.tau / _PIXEL_PITCH_MM)
    grid = np.cos(across * turn) + np.cos(down * turn)
    return np.asarray(face * faults.screen * (1 + np.float32(faults.moire / 2) * grid), np.float32)


def _mirrored(window: Window, levels: float, seed: int) -> NDArray[np.float32]:
    """A window mirrored in glass: bright on one side of a soft edge."""
    rng = np.random.default_rng([seed, 13])
    towards = rng.uniform(0, math.tau)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, window.width), np.linspace(-0.5, 0.5, window.height))
    along = x * math.cos(towards) + y * math.sin(towards) - rng.uniform(-0.2, 0.2)
    return np.asarray(levels / (1 + np.exp(-along / 0.02)), np.float32)


def _burnt(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is beyond the sensor's range spills a little over its neighbours."""
    over = np.maximum(light - 255, 0)
    if not over.any():
        return np.asarray(light, np.float32)
    return np.asarray(light + _BLOOM * cv2.GaussianBlur(over, (0, 0), 2.0), np.float32)


def _bands(rows: int, depth: float, index: int) -> NDArray[np.float32]:
    """What a dimmed screen leaves of its light in each row (rows x 1), at that look."""
    phase = math.tau * np.arange(rows) / _BANDS_ROWS + index * _BANDS_PHASE
    dark = 1 / (1 + np.exp(-8 * np.sin(phase)))
    return np.asarray(1 - depth * dark[:, None], np.float32)


def _shaken(light: NDArray[np.float32], length_px: float, angle: float) -> NDArray[np.float32]:
    """Smeared along a straight line of that length."""
    reach = math.ceil(length_px / 2)
    if length_px < 0.1:
        return light
    kernel = np.zeros((2 * reach + 3, 2 * reach + 3), np.float32)
    for step in np.linspace(-0.5, 0.5, 4 * reach + 9) * length_px:
        x, y = reach + 1 + step * math.cos(angle), reach + 1 + step * math.sin(angle)
        column, row = int(x), int(y)
        for part_y, share_y in ((row, 1 - (y - row)), (row + 1, y - row)):
            for part_x, share_x in ((column, 1 - (x - column)), (column + 1, x - column)):
                kernel[part_y, part_x] += share_x * share_y
    return np.asarray(cv2.filter2D(light, -1, kernel / kernel.sum()), dtype=np.float32)
