"""From a quadrilateral in a picture to an upright sheet of known size and resolution."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.capture.lens import Lens
from appliance.pages.outline import Corners

__all__ = ["FORMATS_MM", "MAX_PAGE_PIXELS", "MM_PER_INCH", "SizeMm", "rectify", "sheet_size"]

SizeMm = tuple[float, float]
"""Width and height."""

MM_PER_INCH: Final = 25.4

FORMATS_MM: Final = ((210.0, 297.0), (148.0, 210.0), (105.0, 148.0))
"""A4, A5, A6 (ISO 216): what prescriptions are printed on."""

MAX_PAGE_PIXELS: Final = 12_000_000
"""A little more than A4 at 300 dots an inch (8.7 million)."""

_TOLERANCE: Final = 0.06
"""What the scale may be off by: the sheet is held higher, or nobody measured the camera."""

_STRIP_ROWS: Final = 256


def sheet_size(corners: Corners, px_per_mm: float) -> SizeMm:
    """How large the sheet is: an ISO format where it is about one, else as measured."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1) / px_per_mm
    width, height = float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2
    for short, long in FORMATS_MM:
        for known in ((short, long), (long, short)):
            if all(
                abs(side / wanted - 1) <= _TOLERANCE
                for side, wanted in zip((width, height), known, strict=True)
            ):
                return known
    return width, height


def rectify(picture: GreyImage, corners: Corners, size_mm: SizeMm, dpi: float, lens: Lens) -> GreyImage:
    """The sheet seen straight from above, its first corner at the top left.

    Args:
        picture: of the camera.
        corners: clockwise, as a straight lens shows them.
        size_mm: between the first and second corner, and between the second and third.
        dpi: of what is made.
        lens: that made the picture.

    Raises:
        ValueError: more than MAX_PAGE_PIXELS would be made.
    """
    width, height = (max(1, round(side / MM_PER_INCH * dpi)) for side in size_mm)
    if width * height > MAX_PAGE_PIXELS:
        raise ValueError(f"a page has at most {MAX_PAGE_PIXELS} pixels, not {width * height}")
    # Edges of pixels lie half a pixel before their middles: the sheet's corner is the pixel's corner.
    drawn = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - np.float32(0.5)
    matrix = np.asarray(cv2.getPerspectiveTransform(drawn, corners.astype(np.float32)), np.float64)
    if not lens.radial:
        return np.asarray(
            cv2.warpPerspective(
                picture,
                matrix,
                (width, height),
                flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )
    return _unbent(picture, matrix, (width, height), lens)


def _unbent(
    picture: GreyImage, matrix: NDArray[np.float64], page_size: tuple[int, int], lens: Lens
) -> GreyImage:
    """The same through a lens that bends, in strips: the map of a whole page would take 70 MB."""
    width, height = page_size
    page = np.empty((height, width), np.uint8)
    columns = np.arange(width, dtype=np.float64)
    for top in range(0, height, _STRIP_ROWS):
        bottom = min(height, top + _STRIP_ROWS)
        x, y = np.meshgrid(columns, np.arange(top, bottom, dtype=np.float64))
        points = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
        straight = np.asarray(cv2.perspectiveTransform(points, matrix), np.float64)[:, 0]
        seen = lens.bend(straight, (picture.shape[1], picture.shape[0])).astype(np.float32)
        page[top:bottom] = cv2.remap(
            picture,
            np.ascontiguousarray(seen[:, 0].reshape(bottom - top, width)),
            np.ascontiguousarray(seen[:, 1].reshape(bottom - top, width)),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return page
