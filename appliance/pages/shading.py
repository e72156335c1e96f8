"""Takes the light out of a page: paper becomes white everywhere, print stays as dark as it is."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage

__all__ = ["PAPER_LEVEL", "flatten"]

PAPER_LEVEL: Final = 250.0
"""What paper becomes; its noise stays below white, or JPEG would spend its bytes on it."""

_COARSE_MM: Final = 1.5
"""Of a pixel of the picture of the light."""

_PRINT_MM: Final = 12.0
"""Print is narrower than that between patches of bare paper; what is wider is a printed area."""

_DEGREE: Final = 4
"""Of the surface that light is on the whole: a lamp to one side, the lens's vignetting, a soft shadow."""

_ROUNDS: Final = 5
_BELOW: Final = 0.9
"""Of the surface: darker cells are print, and do not tell the light."""

_LOCAL: Final = 0.18
"""What the light differs from the surface by at most (the edge of a shadow); beyond, it is a printed area."""

_SMOOTH_MM: Final = 6.0
_LEAST_LEVEL: Final = 8.0


def flatten(page: GreyImage, px_per_mm: float) -> GreyImage:
    """The page as if lit evenly, its paper at PAPER_LEVEL."""
    height, width = page.shape
    columns = max(4, round(width / px_per_mm / _COARSE_MM))
    rows = max(4, round(height / px_per_mm / _COARSE_MM))
    coarse = np.asarray(cv2.resize(page, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    reach = 2 * round(_PRINT_MM / _COARSE_MM / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    paper = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel).astype(np.float32)
    surface = _surface(paper)
    is_paper = np.abs(paper - surface) <= _LOCAL * surface
    light = np.where(is_paper, paper, surface)
    light = cv2.GaussianBlur(light, (0, 0), _SMOOTH_MM / _COARSE_MM)
    gain = np.asarray(PAPER_LEVEL / np.maximum(light, _LEAST_LEVEL), np.float32)
    return _times(page, gain)


def _surface(paper: NDArray[np.float32]) -> NDArray[np.float32]:
    """The smooth surface through the brightest cells; what is darker is left out, and it is fitted anew."""
    rows, columns = paper.shape
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    terms = [x**i * y**j for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    basis = np.stack([term.ravel() for term in terms], axis=1)
    level = paper.ravel().astype(np.float64)
    used = level >= np.median(level) * 0.5
    fitted = level
    for _ in range(_ROUNDS):
        weights, *_ = np.linalg.lstsq(basis[used], level[used], rcond=None)
        fitted = basis @ weights
        again = level >= _BELOW * fitted
        if again.sum() < 4 * basis.shape[1] or (again == used).all():
            break
        used = again
    highest = float(level.max())
    return np.clip(fitted, 0.2 * highest, 1.1 * highest).reshape(paper.shape).astype(np.float32)


def _times(page: GreyImage, gain: NDArray[np.float32]) -> GreyImage:
    """Each pixel times the gain there, in strips: a page of floats would take 35 MB."""
    height, width = page.shape
    flat = np.empty_like(page)
    strip = 256
    wide = cv2.resize(gain, (width, gain.shape[0]), interpolation=cv2.INTER_LINEAR)
    at = np.clip((np.arange(height) + 0.5) * gain.shape[0] / height - 0.5, 0, gain.shape[0] - 1)
    upper = np.minimum(at.astype(int), gain.shape[0] - 2)
    share = (at - upper).astype(np.float32)[:, None]
    for top in range(0, height, strip):
        rows = slice(top, min(height, top + strip))
        here = wide[upper[rows]] * (1 - share[rows]) + wide[upper[rows] + 1] * share[rows]
        flat[rows] = cv2.multiply(page[rows], here, dtype=cv2.CV_8U)
    return flat
