"""Which way up a page is: as its codes say, and where it carries none, as its lines of text do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Symbol, Symbology
from appliance.pages.rectify import MM_PER_INCH

__all__ = ["Turn", "turn_by_symbols", "turn_by_text"]

_TEXT_DPI: Final = 150.0
"""A line of 10 points is 20 px high: its ascenders are 5 px."""

_LINE_MM: Final = (1.6, 8.0)
"""Heights of lines of text, from the top of a capital to the bottom of a descender."""

_CORE_SHARE: Final = 0.45
"""Of the ink of the fullest row: rows with more are between baseline and height of x."""

_LEAST_LINES: Final = 5
_TELLING: Final = 0.02
"""Of a line's ink: what its letters rise more than they hang, or the reverse."""

_AGREEMENT: Final = 0.5
"""Share of the lines by which one way must win."""

_LEAST_INK: Final = 12
_CONTRAST: Final = 40
_UPRIGHT_FACTOR: Final = 1.1
"""How much more the rows must vary than the columns, or the reverse, to say how the lines run."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How far a page is to be turned to stand upright.

    Attributes:
        quarters: quarter turns counter-clockwise, 0 to 3 (as `numpy.rot90` takes them).
        is_sure: whether codes or text said so; else it is left as it lies.
    """

    quarters: int
    is_sure: bool


def turn_by_symbols(symbols: Iterable[Symbol]) -> Turn | None:
    """By the codes, whose own top is the page's; None where there is none that tells.

    The symbols' corners are those in the page that is to be turned. Linear symbols do not tell: they read the
    same upside down, and are printed along the edge as well.
    """
    votes = np.zeros(4, int)
    for symbol in symbols:
        if symbol.symbology not in (Symbology.QR_CODE, Symbology.DATA_MATRIX):
            continue
        top_left, top_right, _, _ = np.array(symbol.corners, np.float64)
        x, y = top_right - top_left
        # Its upper side runs to the right when upright, down where the page lies a quarter clockwise.
        votes[round(float(np.arctan2(y, x)) / (np.pi / 2)) % 4] += 1
    return Turn(int(votes.argmax()), is_sure=True) if votes.any() else None


def turn_by_text(page: GreyImage, dpi: float) -> Turn:
    """By its lines: they lie along the rows that differ most, and more of their letters rise than hang."""
    scale = min(1.0, _TEXT_DPI / dpi)
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = np.asarray(small < small.max() - max(_CONTRAST, int(np.ptp(small)) // 3), np.float32)
    # A page of tables or drawings has long straight lines: they are no text.
    ink -= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 60), np.uint8))
    ink -= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((60, 1), np.uint8))
    ink = np.clip(ink, 0, 1)
    rows, columns = _unevenness(ink.sum(axis=1)), _unevenness(ink.sum(axis=0))
    px_per_mm = dpi * scale / MM_PER_INCH
    if max(rows, columns) <= _UPRIGHT_FACTOR * min(rows, columns):
        return Turn(0, is_sure=False)
    quarters = 0 if rows > columns else 1
    risen, lines = _rise(np.rot90(ink, quarters), px_per_mm)
    if lines < _LEAST_LINES or abs(risen) < _AGREEMENT * lines:
        return Turn(quarters, is_sure=False)
    return Turn(quarters if risen > 0 else quarters + 2, is_sure=True)


def _unevenness(profile: NDArray[np.float32]) -> float:
    """How much neighbouring rows differ: white between lines of text, ink in them."""
    return float(np.abs(np.diff(profile)).sum() / max(1.0, float(profile.sum())))


def _rise(ink: NDArray[np.float32], px_per_mm: float) -> tuple[int, int]:
    """Lines with more ink above their core than below it, less those with less; and how many tell."""
    profile = ink.sum(axis=1)
    is_ink = np.concatenate([[False], profile > 1, [False]])
    edges = np.flatnonzero(is_ink[1:] != is_ink[:-1])
    risen = lines = 0
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        if not _LINE_MM[0] * px_per_mm <= bottom - top <= _LINE_MM[1] * px_per_mm:
            continue
        line = profile[top:bottom]
        core = np.flatnonzero(line >= _CORE_SHARE * line.max())
        above, below = float(line[: core[0]].sum()), float(line[core[-1] + 1 :].sum())
        # Capitals and figures neither rise nor hang: a line of them does not tell.
        if line.sum() < _LEAST_INK or abs(above - below) < _TELLING * line.sum():
            continue
        lines += 1
        risen += 1 if above > below else -1
    return risen, lines
