"""Sheets of the catalogue under the simulated camera, and where their corners really are."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbol, Symbology
from appliance.simulation.canvas import SymbolBox
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.faults import Faults
from appliance.simulation.optics import Pose, Projection
from appliance.simulation.pages import draw_page
from appliance.simulation.photograph import photograph
from appliance.simulation.raster import Window

PICTURE = (2304, 1296)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture of one sheet, its four corners (px, clockwise from its own top left), and its symbols."""

    picture: GreyImage
    corners: NDArray[np.float64]
    symbols: tuple[Symbol, ...]
    px_per_mm: float


@functools.cache
def view_of(
    slug: str = "ordonnance",
    *,
    size: tuple[int, int] = PICTURE,
    angle_deg: float = 90.0,
    faults: Faults | None = None,
    tilt_deg: float = 2.5,
    dpi: float = 300.0,
    shrink: float = 1.0,
    crop: tuple[int, int] | None = None,
    seed: int = 1,
) -> View:
    """A sheet of the catalogue in the middle of the counter, made anew only once; do not write to it.

    `shrink` prints it smaller: by the square root of two, A4 becomes A5.
    `crop` makes only the middle of the picture.
    """
    item = ITEMS[slug]
    width, height = crop or size
    projection = Projection(*size, tilt_deg=tilt_deg)
    page = draw_page(item, dpi)
    page = replace(page, dpi=dpi * shrink, boxes=tuple(_shrunk(box, shrink) for box in page.boxes))
    # The sheet itself, as one more symbol: the photograph then says where its corners are.
    whole = SymbolBox(Symbology.QR_CODE, b"", 0, 0, item.width_mm / shrink, item.height_mm / shrink)
    scene = photograph(
        replace(page, boxes=(*page.boxes, whole)),
        projection,
        Pose(0, 0, 0, angle_deg),
        faults or Faults(lean_deg=3, noise=3, shading=0.3),
        Window((size[0] - width) // 2, (size[1] - height) // 2, width, height),
        seed,
    )
    *symbols, (_, corners) = scene.symbols
    return View(
        scene.look(),
        np.array(corners),
        tuple(Symbol(box.symbology, box.content, (a, b, c, d)) for box, (a, b, c, d) in symbols),
        projection.px_per_mm,
    )


def corner_error_mm(found: NDArray[np.float64], view: View) -> float:
    """How far the worst corner is off, whichever is called the first."""
    errors = [np.linalg.norm(np.roll(found, turn, 0) - view.corners, axis=1).max() for turn in range(4)]
    return float(min(errors)) / view.px_per_mm


def _shrunk(box: SymbolBox, shrink: float) -> SymbolBox:
    sides = (box.x, box.y, box.width, box.height)
    return SymbolBox(box.symbology, box.content, *(side / shrink for side in sides))
