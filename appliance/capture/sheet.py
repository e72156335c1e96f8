"""The A4 sheet that a camera is aimed with: a chessboard of markers, a ruler, and what to do, in French."""

from __future__ import annotations

import math
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import cv2
import numpy as np
from fpdf import FPDF
from numpy.typing import NDArray
from PIL import Image

from appliance.capture.frame import GreyImage
from appliance.capture.lens import NO_BENDING, Lens, measure_lens
from appliance.texts import aim as texts

__all__ = ["A4_MM", "RULER_MM", "SheetView", "find_outline", "find_sheet", "sheet_pdf"]

A4_MM: Final = (210.0, 297.0)
RULER_MM: Final = 100.0

_SQUARES: Final = (7, 9)
_SQUARE_MM: Final = 25.0
_MARKER_MM: Final = 18.0
_BOARD_TOP_MM: Final = 34.0
_PX_PER_SQUARE: Final = 150
"""A marker's six cells are 18 px each: nothing of the drawing falls between pixels."""

_LEAST_CORNERS: Final = 12
_OUTLINE_WIDTH_PX: Final = 640
_LEAST_OUTLINE_SHARE: Final = 0.1
_CORNERS: Final = 4
_A4_RATIO: Final = math.sqrt(2)
_RATIO_TOLERANCE: Final = 0.06
"""A camera that leans by some degrees changes the ratio that much; a notebook is off by more."""


def _board() -> cv2.aruco.CharucoBoard:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.CharucoBoard(_SQUARES, _SQUARE_MM, _MARKER_MM, dictionary)


@dataclass(frozen=True, slots=True)
class SheetView:
    """What a frame shows of an A4 sheet.

    Attributes:
        px_per_mm: in its middle.
        bend_px: how far straight lines are bent at most, px; None where only the outline was found.
        lens: how it bends; only the board tells.
    """

    px_per_mm: float
    bend_px: float | None = None
    lens: Lens = NO_BENDING


def sheet_pdf() -> bytes:
    """The sheet, to be printed at 100 %."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(texts.SHEET_TITLE)
    pdf.add_page()
    width, height = A4_MM
    pdf.set_font("Helvetica", "B", 15)
    pdf.set_xy(0, 9)
    pdf.cell(width, 7, texts.SHEET_TITLE, align="C")
    pdf.set_font("Helvetica", "", 10.5)
    for line, text in enumerate(texts.SHEET_LINES):
        pdf.set_xy(0, 17.5 + 5.2 * line)
        pdf.cell(width, 5, text, align="C")
    size = (_SQUARES[0] * _PX_PER_SQUARE, _SQUARES[1] * _PX_PER_SQUARE)
    file = BytesIO()
    Image.fromarray(_board().generateImage(size)).save(file, "PNG")
    board_width, board_height = _SQUARES[0] * _SQUARE_MM, _SQUARES[1] * _SQUARE_MM
    pdf.image(file, (width - board_width) / 2, _BOARD_TOP_MM, board_width, board_height)
    _draw_ruler(pdf, (width - RULER_MM) / 2, height - 24)
    return bytes(pdf.output())


def _draw_ruler(pdf: FPDF, left: float, top: float) -> None:
    pdf.set_line_width(0.25)
    pdf.set_font("Helvetica", "", 8)
    pdf.line(left, top, left + RULER_MM, top)
    for mm in range(int(RULER_MM) + 1):
        length = 6.0 if mm % 10 == 0 else 4.0 if mm % 5 == 0 else 2.5
        pdf.line(left + mm, top, left + mm, top + length)
        if mm % 10 == 0:
            pdf.set_xy(left + mm - 6, top + 6.5)
            pdf.cell(12, 3.5, str(mm), align="C")
    pdf.set_xy(0, top + 11)
    pdf.cell(A4_MM[0], 4, texts.RULER, align="C")


def find_sheet(picture: GreyImage) -> SheetView | None:
    """Measure the printed sheet; None where less than a quarter of its corners is in view."""
    board = _board()
    corners, ids, _, _ = cv2.aruco.CharucoDetector(board).detectBoard(picture)
    if ids is None or corners is None or len(ids) < _LEAST_CORNERS:
        return None
    seen = np.asarray(corners, np.float64).reshape(-1, 2)
    drawn = np.asarray(board.getChessboardCorners(), np.float64)[np.asarray(ids).ravel(), :2]
    found = np.asarray(cv2.findHomography(drawn, seen, 0)[0], np.float64)
    if found.shape != (3, 3):
        return None
    mapped = cv2.perspectiveTransform(drawn[:, None], found)[:, 0]
    bend_px = float(np.linalg.norm(mapped - seen, axis=1).max())
    lens = measure_lens(drawn, seen, (picture.shape[1], picture.shape[0]))
    return SheetView(_scale_at(found, drawn.mean(axis=0)), bend_px, lens)


def _scale_at(to_frame: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Pixels a mm of a homography at a point: the square root of what it does to a small area."""
    x, y, depth = to_frame @ np.array([*point, 1.0])
    jacobian = (to_frame[:2, :2] - np.outer([x / depth, y / depth], to_frame[2, :2])) / depth
    return math.sqrt(abs(float(np.linalg.det(jacobian))))


def find_outline(picture: GreyImage) -> SheetView | None:
    """Measure any white A4 sheet that lies whole in view on a darker ground."""
    scale = min(1.0, _OUTLINE_WIDTH_PX / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, white = cv2.threshold(cv2.GaussianBlur(small, (5, 5), 0), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(white, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:1]:
        outline = cv2.approxPolyDP(
            cv2.convexHull(contour), 0.02 * cv2.arcLength(contour, closed=True), closed=True
        )
        sides = _sides(outline.reshape(-1, 2).astype(np.float64), small.shape)
        if sides is not None and cv2.contourArea(contour) >= _LEAST_OUTLINE_SHARE * small.size:
            short, long = sides
            if abs(long / short / _A4_RATIO - 1) <= _RATIO_TOLERANCE:
                return SheetView((short + long) / sum(A4_MM) / scale)
    return None


def _sides(outline: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[float, float] | None:
    """Mean length of the short and of the long sides of a rectangle that touches no border of the picture."""
    height, width = shape[:2]
    inside = (outline > 1).all() and (outline[:, 0] < width - 2).all() and (outline[:, 1] < height - 2).all()
    if len(outline) != _CORNERS or not inside:
        return None
    lengths = np.linalg.norm(outline - np.roll(outline, -1, axis=0), axis=1)
    pairs = sorted(((lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2))
    return float(pairs[0]), float(pairs[1])
