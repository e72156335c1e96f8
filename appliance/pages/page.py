"""One sheet under the camera becomes one page: found, straightened, lit evenly, upright, measured, packed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from appliance.capture.frame import GreyImage
from appliance.capture.lens import NO_BENDING, Lens
from appliance.decode.sightings import MAX_PAGE_BYTES
from appliance.decode.symbol import Symbol
from appliance.pages.orientation import Turn, turn_by_symbols, turn_by_text
from appliance.pages.outline import Corners, find_corners
from appliance.pages.rectify import MAX_PAGE_PIXELS, MM_PER_INCH, SizeMm, rectify, sheet_size
from appliance.pages.shading import flatten
from appliance.pages.sharpness import LEAST_DPI, real_dpi

__all__ = ["SAME_PAGE", "Miss", "NoPageError", "Optics", "Page", "likeness", "make_page"]

_DPIS: Final = (150, 200, 300)
"""One is made, the first that keeps what the camera gives."""

_KEPT_SHARE: Final = 0.95
_QUALITIES: Final = (82, 65, 45)
_LEAST_SIDE_MM: Final = 60.0
_LARGEST_SIDE_MM: Final = 320.0
SAME_PAGE: Final = 0.9
"""Likeness from which on two captures show one page; chosen, not measured over many (`docs/status.md`)."""

_THUMB: Final = (192, 256)
"""Columns and rows of what two pages are compared by: 1.1 mm of A4, as exact as two outlines of one sheet."""


@unique
class Miss(StrEnum):
    """Why there is no page."""

    NO_SHEET = "no_sheet"
    ODD_SIZE = "odd_size"
    TOO_LARGE = "too_large"


class NoPageError(Exception):
    """What lies there gives no page; `miss` says why, and what may be done."""

    def __init__(self, miss: Miss) -> None:
        super().__init__(miss.value)
        self.miss = miss


@dataclass(frozen=True, slots=True)
class Optics:
    """What is known of the camera: pixels a mm on the counter, and how the lens bends."""

    px_per_mm: float
    lens: Lens = NO_BENDING


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Page:
    """One side of one sheet.

    Attributes:
        jpeg: grey, with its resolution in it.
        width_px, height_px: of it.
        dpi: pixels an inch of it.
        size_mm: of the sheet, width and height, upright.
        real_dpi: what the camera resolved; None on a sheet without print, of which nobody can say.
        is_upright: whether codes or text said which way is up.
        thumb: small picture by which two captures of one page are known.
        corners: of the sheet in the picture, as a straight lens shows them.
    """

    jpeg: bytes
    width_px: int
    height_px: int
    dpi: int
    size_mm: SizeMm
    real_dpi: float | None
    is_upright: bool
    thumb: NDArray[np.float32]
    corners: Corners

    @property
    def is_sharp(self) -> bool:
        """Whether it resolves enough; a page without print does."""
        return self.real_dpi is None or self.real_dpi >= LEAST_DPI


def make_page(picture: GreyImage, symbols: Sequence[Symbol], optics: Optics) -> Page:
    """The page that lies in a picture.

    Args:
        picture: of the camera, as it came.
        symbols: what was read in it.
        optics: of the camera.

    Raises:
        NoPageError: no sheet lies whole in view, or none of a size that is scanned.
    """
    corners = find_corners(picture, optics.lens)
    if corners is None:
        raise NoPageError(Miss.NO_SHEET)
    size_mm = sheet_size(corners, optics.px_per_mm)
    if not all(_LEAST_SIDE_MM <= side <= _LARGEST_SIDE_MM for side in size_mm):
        raise NoPageError(Miss.ODD_SIZE)
    inside = _on_page(symbols, picture, corners, size_mm, optics.lens)
    # As seen on this sheet: held higher, it has more pixels a mm than the counter.
    px_per_mm = _px_per_mm(corners, size_mm)
    dpi = _dpi_for(px_per_mm, size_mm)
    flat = flatten(rectify(picture, corners, size_mm, dpi, optics.lens), dpi / MM_PER_INCH)
    turn = turn_by_symbols(inside) or turn_by_text(flat, dpi)
    upright = np.ascontiguousarray(np.rot90(flat, turn.quarters))
    return Page(
        jpeg=_jpeg(upright, dpi),
        width_px=upright.shape[1],
        height_px=upright.shape[0],
        dpi=dpi,
        size_mm=_turned(size_mm, turn),
        real_dpi=real_dpi(picture, corners, px_per_mm),
        is_upright=turn.is_sure,
        thumb=_thumb(upright),
        corners=corners,
    )


def likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How alike two thumbs are, either way up: 1 is the same picture, 0 has nothing in common."""
    if one.shape != other.shape:
        return 0.0
    return max(float((one * other).sum()), float((one * other[::-1, ::-1]).sum()))


def _on_page(
    symbols: Sequence[Symbol], picture: GreyImage, corners: Corners, size_mm: SizeMm, lens: Lens
) -> list[Symbol]:
    """The symbols that lie on the sheet, their corners in mm on it."""
    width, height = size_mm
    drawn = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), drawn)
    found = []
    for symbol in symbols:
        straight = lens.straighten(np.array(symbol.corners, np.float64), (picture.shape[1], picture.shape[0]))
        a, b, c, d = (
            (float(x), float(y)) for x, y in cv2.perspectiveTransform(straight[:, None], matrix)[:, 0]
        )
        x, y = (a[0] + c[0]) / 2, (a[1] + c[1]) / 2
        if 0 <= x <= width and 0 <= y <= height:
            found.append(replace(symbol, corners=(a, b, c, d)))
    return found


def _px_per_mm(corners: Corners, size_mm: SizeMm) -> float:
    x, y = corners[:, 0], corners[:, 1]
    area = abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2
    return float(np.sqrt(area / (size_mm[0] * size_mm[1])))


def _dpi_for(px_per_mm: float, size_mm: SizeMm) -> int:
    """The first resolution that loses nothing of what the camera gives, within what a page may have."""
    most = np.sqrt(MAX_PAGE_PIXELS / (size_mm[0] * size_mm[1])) * MM_PER_INCH
    possible = [dpi for dpi in _DPIS if dpi < most]
    given = px_per_mm * MM_PER_INCH * _KEPT_SHARE
    return next((dpi for dpi in possible if dpi >= given), possible[-1])


def _turned(size_mm: SizeMm, turn: Turn) -> SizeMm:
    return (size_mm[1], size_mm[0]) if turn.quarters % 2 else size_mm


def _jpeg(page: GreyImage, dpi: int) -> bytes:
    """Packed as well as MAX_PAGE_BYTES allow."""
    image = Image.fromarray(page)
    for quality in _QUALITIES:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, dpi=(dpi, dpi))
        if file.tell() <= MAX_PAGE_BYTES:
            return file.getvalue()
    raise NoPageError(Miss.TOO_LARGE)


def _thumb(page: GreyImage) -> NDArray[np.float32]:
    """Ink only, blurred by what two outlines of one sheet differ, of mean 0 and length 1; standing."""
    standing = page if page.shape[0] >= page.shape[1] else np.rot90(page)
    small = cv2.resize(standing, _THUMB, interpolation=cv2.INTER_AREA).astype(np.float32)
    ink = np.asarray(cv2.GaussianBlur(255 - small, (0, 0), 1.0), np.float32)
    ink -= ink.mean()
    length = float(np.linalg.norm(ink))
    return np.asarray(ink / length, np.float32) if length > 0 else ink
