"""How the lens bends straight lines: one number, measured from the printed board, applied to points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST_RADIAL", "NO_BENDING", "Lens", "measure_lens"]

Points = NDArray[np.float64]
"""n x 2, pixels."""

LARGEST_RADIAL: Final = 0.3
"""A wide-angle module of 120 degrees has about 0.25: what is said to bend more was measured wrong."""

_STEPS: Final = 8
"""The fixed point settles to a thousandth of a pixel in five where the lens bends by LARGEST_RADIAL."""

_TRIED: Final = np.linspace(-LARGEST_RADIAL, LARGEST_RADIAL, 25)
_REFINEMENTS: Final = 4


@dataclass(frozen=True, slots=True)
class Lens:
    """Radial distortion of one coefficient (Brown, 1966): r_seen = r (1 + radial r²), about the middle.

    Attributes:
        radial: with r in half widths of the picture; negative bends lines outwards (barrel). 0 bends none.
    """

    radial: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no lens over a counter does."""
        if not abs(self.radial) <= LARGEST_RADIAL:
            raise ValueError(f"a lens bends by at most {LARGEST_RADIAL:g}")

    def bend(self, points: Points, size: tuple[int, int]) -> Points:
        """Where the lens shows what a straight one would show at `points`; `size` is width and height."""
        middle, half = _frame(size)
        straight = (points - middle) / half
        return np.asarray(
            straight * (1 + self.radial * (straight**2).sum(axis=-1, keepdims=True)) * half + middle
        )

    def straighten(self, points: Points, size: tuple[int, int]) -> Points:
        """Where a straight lens would show what this one shows at `points`."""
        middle, half = _frame(size)
        seen = (points - middle) / half
        straight = seen
        for _ in range(_STEPS if self.radial else 0):
            straight = seen / (1 + self.radial * (straight**2).sum(axis=-1, keepdims=True))
        return np.asarray(straight * half + middle)


NO_BENDING: Final = Lens()


def measure_lens(drawn: Points, seen: Points, size: tuple[int, int]) -> Lens:
    """The lens under which the points of a flat board fit best.

    Args:
        drawn: where they are on the board, mm.
        seen: where they are in the picture, whatever its perspective.
        size: width and height of the picture.
    """
    candidates, best = _TRIED, 0.0
    for _ in range(_REFINEMENTS):
        misfits = [_misfit(drawn, Lens(float(radial)).straighten(seen, size)) for radial in candidates]
        best = float(candidates[int(np.argmin(misfits))])
        step = float(candidates[1] - candidates[0])
        candidates = np.clip(best + step * np.linspace(-1, 1, 9), -LARGEST_RADIAL, LARGEST_RADIAL)
    return Lens(best)


def _misfit(drawn: Points, straight: Points) -> float:
    """Mean distance left by the best perspective, px."""
    found = np.asarray(cv2.findHomography(drawn, straight, 0)[0], np.float64)
    if found.shape != (3, 3):
        return float("inf")
    mapped = cv2.perspectiveTransform(drawn[:, None], found)[:, 0]
    return float(np.linalg.norm(mapped - straight, axis=1).mean())


def _frame(size: tuple[int, int]) -> tuple[Points, float]:
    width, height = size
    return np.array([(width - 1) / 2, (height - 1) / 2]), width / 2
