"""Why a code that lies there cannot be read: figures measured on its patch, and what follows from them. Pure.

The thresholds come from patches of known causes (`comptoir bench decode --only reasons`), not from taste.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.reason_words import Reason

__all__ = ["Figures", "measure", "reason_of"]

_Map = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured on a patch.

    Attributes:
        paper: grey level of the light ground around the block.
        contrast: grey levels between the light and the dark parts of the block.
        saturated: share of the box around the block that is burnt out, 0..1.
        side_mm: of the block.
        px_per_module: if it is the code that its size suggests.
        blur_modules: standard deviation of its edges' blur, in modules.
        darkness: share of the paper's light that the block swallows.
        squareness: share of the tightest rectangle that the block fills, times its short over its long side.
        evenness: how alike in darkness the sixteenths of the block are, 0 (not at all) to 1.
        balance: steps in the direction of the least over those in that of the most, 0..1: smeared is low.
    """

    paper: float
    contrast: float
    saturated: float
    side_mm: float
    px_per_module: float
    blur_modules: float
    darkness: float
    squareness: float
    evenness: float
    balance: float


_BURNT: Final = 250
_SMALL_CODE_MM: Final = 12.0
_SMALL_CODE_MODULES: Final = 24
"""Of a medicine box's code, 5 to 10 mm wide."""

_CODE_MODULES: Final = 45
"""An ordonnance's QR has 45 to 53 modules a side, an INS code 36 to 44."""

_SMOOTH_MM: Final = 2.6
"""Modules blend to grey over this, and a code keeps its edge."""

_LEAST_BLOCK_PX: Final = 6
_NOISE_SIGMA: Final = 0.6
_PAPER_PERCENTILE: Final = 75
_SHARPER_CELLS: Final = 0.7
_WITHIN: Final = 0.6
_LEAST_CELLS: Final = 4
_INKED: Final = 0.7
"""Share of the paper's light that fresh ink takes at least: a blurred code shows less of it."""


def measure(view: GreyImage, px_per_mm: float) -> Figures | None:
    """Measure a patch (height x width); None where it holds no block that a code could be.

    Args:
        view: the patch with its margin.
        px_per_mm: scale of the picture.
    """
    if min(view.shape) < _LEAST_BLOCK_PX:
        return None
    light = view.astype(np.float32)
    paper = float(np.percentile(light, _PAPER_PERCENTILE))
    smooth = max(3, round(_SMOOTH_MM * px_per_mm)) | 1
    darkness = np.clip((paper - cv2.blur(light, (smooth, smooth))) / max(paper, 8.0), 0, 1)
    block = _block(np.asarray(darkness, np.float32))
    if block is None:
        return None
    mask, (x, y, width, height), squareness = block
    part, around = light[y : y + height, x : x + width], view[y : y + height, x : x + width]
    inside = mask[y : y + height, x : x + width] > 0
    side_px = float(np.sqrt(inside.sum()))
    side_mm = side_px / px_per_mm
    modules = _SMALL_CODE_MODULES if side_mm < _SMALL_CODE_MM else _CODE_MODULES
    px_per_module = side_px / modules
    low, high = np.percentile(part[inside], (4, 96))
    contrast = float(high - low)
    weak, strong = _steps(part, inside)
    # An edge of height h and blur b adds h^2 / (2 sqrt(pi) b) to the squared steps; a module has half of one.
    inked = max(contrast, _INKED * paper)
    blur = inked * inked / (4 * np.sqrt(np.pi) * px_per_module * px_per_module * max(weak, 0.05))
    return Figures(
        paper=paper,
        contrast=contrast,
        saturated=float((around >= _BURNT).mean()),
        side_mm=side_mm,
        px_per_module=px_per_module,
        blur_modules=float(blur),
        darkness=float(darkness[y : y + height, x : x + width][inside].mean()),
        squareness=squareness,
        evenness=_evenness(darkness[y : y + height, x : x + width], inside),
        balance=float(np.sqrt(weak / max(strong, 0.01))),
    )


def _block(darkness: _Map) -> tuple[npt.NDArray[np.uint8], tuple[int, int, int, int], float] | None:
    """The darkest block grown to half its darkness: its mask, its upright box, how square it is."""
    inner = darkness[darkness.shape[0] // 6 : -(darkness.shape[0] // 6) or None]
    peak = float(np.percentile(inner, 98))
    mask = np.asarray(darkness > peak / 2, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if count <= 1:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    x, y, width, height, area = (int(value) for value in stats[largest])
    if min(width, height) < _LEAST_BLOCK_PX:
        return None
    mask = np.asarray(labels == largest, np.uint8)
    outline = np.argwhere(mask)[:, ::-1].astype(np.float32)
    _, (long, short), _ = cv2.minAreaRect(outline)
    short, long = sorted((short + 1, long + 1))
    return mask, (x, y, width, height), min(1.0, area / (short * long)) * short / long


def _steps(part: _Map, inside: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Mean squared step from pixel to pixel, in the direction where they are least and where they are most.

    Of the sharper sixteenths of the block: a stain on a code has no edges, and is not a blur.
    """
    calm = cv2.GaussianBlur(part, (0, 0), _NOISE_SIGMA)
    across, down = cv2.Sobel(calm, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(calm, cv2.CV_32F, 0, 1) / 8
    tensor = np.stack([across**2, down**2, across * down], axis=-1)
    cells = [tensor[cell][inside[cell]].mean(axis=0) for cell in _cells(inside)]
    if not cells:
        cells = [tensor[inside].mean(axis=0)]
    middles = [(xx + yy) / 2 for xx, yy, _ in cells]
    spreads = [float(np.hypot((xx - yy) / 2, xy)) for xx, yy, xy in cells]
    weak = np.array(middles) - np.array(spreads)
    chosen = int(np.argsort(weak)[int(_SHARPER_CELLS * (len(cells) - 1))])
    return float(weak[chosen]), float(middles[chosen] + spreads[chosen])


def _cells(inside: npt.NDArray[np.bool_]) -> list[tuple[slice, slice]]:
    """The sixteenths of a box that lie within the block for the most part."""
    rows, columns = (np.linspace(0, side, 5).astype(int) for side in inside.shape)
    cells = [
        (slice(top, bottom), slice(left, right))
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]
    return [cell for cell in cells if inside[cell].size and inside[cell].mean() > _WITHIN]


def _evenness(darkness: _Map, inside: npt.NDArray[np.bool_]) -> float:
    """One less the relative spread of the darkness of the block's sixteenths."""
    parts = [float(darkness[cell][inside[cell]].mean()) for cell in _cells(inside)]
    if len(parts) < _LEAST_CELLS:
        return 0.0
    return max(0.0, 1 - float(np.std(parts)) / max(float(np.mean(parts)), 0.01))


# What patches of known causes showed: the least, or the most, of nineteen in twenty of each.
_DARK_PAPER: Final = 45.0
_BURNT_SHARE: Final = 0.12
_FAR_PX: Final = 1.45
_BLUR_MODULES: Final = 1.6
_SMEARED_BALANCE: Final = 0.62

_SIDES_MM: Final = (4.0, 50.0)
_WHOLE_SQUARENESS: Final = 0.76
_PART_SQUARENESS: Final = 0.36
_WHOLE_DARKNESS: Final = 0.33
_PART_DARKNESS: Final = 0.4
_BURNT_DARKNESS: Final = 0.14
_BURNT_SQUARENESS: Final = 0.26
_BURNT_CONTRAST: Final = 100.0
_BURNT_BLUR: Final = 4.0
_LEAST_EVENNESS: Final = 0.78
_LEAST_BALANCE: Final = 0.68


def reason_of(figures: Figures) -> Reason | None:
    """Why the code of these figures is not read; None where they are no code's: text, a picture, a logo."""
    if not _SIDES_MM[0] <= figures.side_mm <= _SIDES_MM[1]:
        return None
    if figures.saturated > _BURNT_SHARE:
        return Reason.GLARE if _is_burnt_code(figures) else None
    if not _is_whole(figures):
        return Reason.DAMAGED if _is_part(figures) else None
    if figures.paper < _DARK_PAPER:
        return Reason.TOO_DARK
    if figures.px_per_module < _FAR_PX:
        return Reason.TOO_FAR
    if figures.blur_modules > _BLUR_MODULES or figures.balance < _SMEARED_BALANCE:
        return Reason.BLURRED
    return Reason.DAMAGED


def _is_whole(figures: Figures) -> bool:
    """A square as dark all over as modules are: text is half as dark, and no square."""
    return (
        figures.squareness >= _WHOLE_SQUARENESS
        and figures.darkness >= _WHOLE_DARKNESS
        and figures.evenness >= _LEAST_EVENNESS
    )


def _is_part(figures: Figures) -> bool:
    """What a stain leaves of one: as dark, with steps both ways."""
    return (
        figures.squareness >= _PART_SQUARENESS
        and figures.darkness >= _PART_DARKNESS
        and figures.balance >= _LEAST_BALANCE
        and figures.paper >= _DARK_PAPER
    )


def _is_burnt_code(figures: Figures) -> bool:
    """What light leaves of one: sharp steps both ways beside what is burnt out."""
    return (
        figures.squareness >= _BURNT_SQUARENESS
        and figures.darkness >= _BURNT_DARKNESS
        and figures.contrast >= _BURNT_CONTRAST
        and figures.blur_modules <= _BURNT_BLUR
        and figures.balance >= _LEAST_BALANCE
    )
