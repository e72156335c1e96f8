"""Still pictures with all that makes codes hard to read, for benchmarks and tests: never twice the same.

A seed fixes a scene: content, pose, wear of the paper, lens and light. Each *look* at it is another exposure,
with its own noise and its own shake of the hand. Whole sheets and single symbols go through the same optics.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from appliance.capture.frame import MAX_SIDE_PX, GreyImage
from appliance.simulation.canvas import MM_PER_INCH
from appliance.simulation.catalogue import CatalogueItem
from appliance.simulation.faults import DIFFICULTIES, Difficulty, Faults, faults_for
from appliance.simulation.optics import FIELD_WIDTH_MM, Pose, Projection
from appliance.simulation.pages import MAX_DPI, MIN_DPI, draw_page
from appliance.simulation.photograph import StillScene, photograph
from appliance.simulation.raster import OVERSAMPLING, Window
from appliance.simulation.samples import Sample, SymbolKind, draw_sample

__all__ = [
    "DIFFICULTIES",
    "MAX_PX_PER_MODULE",
    "MIN_PX_PER_MODULE",
    "Difficulty",
    "Faults",
    "StillScene",
    "SymbolKind",
    "crop",
    "crop_of",
    "render_still",
    "still_scene",
]

MIN_PX_PER_MODULE: Final = 0.5
MAX_PX_PER_MODULE: Final = 8.0
_CROP_MARGIN_MM: Final = 5.0
_LARGE_MM: Final = 150.0
_LARGE_LEAN: Final = 0.25
"""A whole sheet lies on the counter, where it leans less than a box or a label in the hand."""


def still_scene(
    item: CatalogueItem, *, width: int, height: int, seed: int, difficulty: Difficulty
) -> StillScene:
    """An object of the catalogue alone on the counter, somewhere about its middle, whole in the picture.

    Raises:
        ValueError: a side is not from 1 to `MAX_SIDE_PX`.
    """
    if not (1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX):
        raise ValueError(f"a picture's side is 1 to {MAX_SIDE_PX} px, not {width} x {height}")
    rng = np.random.default_rng([seed, 10])
    projection = Projection(width, height, tilt_deg=rng.uniform(0, 3), roll_deg=rng.normal(0, 0.5))
    wanted = projection.px_per_mm * projection.magnification(item.thickness_mm) * OVERSAMPLING * MM_PER_INCH
    page = draw_page(item, min(max(wanted, MIN_DPI), MAX_DPI))
    x, y = rng.uniform(-3, 3, 2)
    pose = Pose(x, y, item.thickness_mm, item.default_angle_deg + rng.normal(0, 1.0))
    faults = faults_for(difficulty, rng)
    if max(item.width_mm, item.height_mm) > _LARGE_MM:
        faults = replace(faults, lean_deg=faults.lean_deg * _LARGE_LEAN)
    return photograph(page, projection, pose, faults, Window(0, 0, width, height), seed)


def render_still(
    item: CatalogueItem, *, width: int, height: int, seed: int, difficulty: Difficulty
) -> GreyImage:
    """One look at `still_scene`."""
    return still_scene(item, width=width, height=height, seed=seed, difficulty=difficulty).look()


def crop(kind: SymbolKind, px_per_module: float, difficulty: Difficulty, seed: int) -> StillScene:
    """A symbol with 5 mm around it, at any angle, as cut from a frame of that resolution.

    Args:
        kind: `qr` of an ordonnance, `ins` of an identity; the content changes with the seed.
        px_per_module: resolution in the middle of the symbol before it leans.
        difficulty: what the faults are drawn from.
        seed: of everything.

    Raises:
        ValueError: `px_per_module` is not from `MIN_PX_PER_MODULE` to `MAX_PX_PER_MODULE`.
    """
    if not MIN_PX_PER_MODULE <= px_per_module <= MAX_PX_PER_MODULE:
        bounds = f"{MIN_PX_PER_MODULE:g} to {MAX_PX_PER_MODULE:g}"
        raise ValueError(f"a symbol is rendered at {bounds} px a module, not {px_per_module:g}")
    rng = np.random.default_rng([seed, 11])
    sample = draw_sample(kind, rng)
    return crop_of(sample, px_per_module, lambda: faults_for(difficulty, rng), rng, seed)


def crop_of(
    sample: Sample,
    px_per_module: float,
    draw_faults: Callable[[], Faults],
    rng: np.random.Generator,
    seed: int,
) -> StillScene:
    """A sample with 5 mm around it, at any angle; its faults are drawn after its pose."""
    px_per_mm = px_per_module / sample.module_mm
    side = math.ceil((sample.box.width * math.sqrt(2) + 2 * _CROP_MARGIN_MM) * px_per_mm)
    # A frame of that resolution, of which only the part around the symbol is made.
    frame = round(px_per_mm * FIELD_WIDTH_MM)
    projection = Projection(frame, round(frame * 9 / 16), tilt_deg=0.0, roll_deg=0.0)
    x, y = rng.uniform(-0.5, 0.5, 2) / px_per_mm
    pose = Pose(x, y, 0.0, rng.uniform(0, 360))
    left, top = (frame - side) // 2, (projection.height - side) // 2
    window = Window(left, top, side, side)
    return photograph(sample.page, projection, pose, draw_faults(), window, seed)
