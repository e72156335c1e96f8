"""Undoing what the lens, the pixels and a shaking hand mixed: a filter learned from the symbol itself.

At two pixels a module every module bleeds into its neighbours, and no threshold tells a light module among
dark ones. How it bleeds is the same all over the symbol and can be learned there: the modules that are known
(eyes, borders, timing) and those that are sure teach a linear filter over a module's surroundings, its answer
makes more of them sure, and the filter is learned again.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.lattice.model import DARK, OPEN
from appliance.decode.engines.lattice.pattern import Pattern

__all__ = ["Surroundings", "equalised"]

Points = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]

_REACH: Final = (-1.0, -0.5, 0.0, 0.5, 1.0)
"""Offsets in modules, on both axes, at which a module's surroundings are sampled."""

_ROUNDS: Final = 4
_RIDGE: Final = 0.02
"""Share of the features' power; keeps the filter small where noise is all there is to learn."""

_KNOWN_WEIGHT: Final = 1.5
_LEAST_SPREAD: Final = 6.0
_WINDOW_MODULES: Final = 9


class Surroundings:
    """A picture freed of its lighting: grey against the mean and spread of some modules around."""

    def __init__(self, image: GreyImage, module_px: float) -> None:
        grey = image.astype(np.float32)
        side = (max(3, int(module_px * _WINDOW_MODULES) | 1),) * 2
        mean = cv2.blur(cv2.blur(grey, side), side)
        spread = np.sqrt(np.maximum(cv2.blur(cv2.blur((grey - mean) ** 2, side), side), _LEAST_SPREAD**2))
        self._flat = np.asarray(np.clip((grey - mean) / spread, -3, 3), np.float32)

    def features(self, centres: Points) -> Values:
        """What lies around each module (rows x columns x 2 in): rows x columns x features."""
        across, down = np.gradient(centres, axis=1), np.gradient(centres, axis=0)
        layers = []
        for y in _REACH:
            for x in _REACH:
                points = (centres + x * across + y * down).astype(np.float32)
                layers.append(
                    cv2.remap(
                        self._flat,
                        points[..., 0],
                        points[..., 1],
                        cv2.INTER_CUBIC,
                        borderMode=cv2.BORDER_REPLICATE,
                    )
                )
        layers.append(np.ones(centres.shape[:2], np.float32))
        return np.stack(layers, -1)


def equalised(features: Values, pattern: Pattern) -> Values:
    """How dark each module is after the filter, -1 surely dark to 1 surely light (rows x columns)."""
    size = features.shape[-1]
    # Single precision: OpenBLAS would spread double products of this size over threads that mostly wait.
    flat = features.reshape(-1, size)
    fixed = pattern.fixed.reshape(-1)
    known = fixed != OPEN
    values = flat[:, size // 2].copy()
    targets = np.where(known, np.where(fixed == DARK, np.float32(-1), np.float32(1)), np.sign(values))
    for _ in range(_ROUNDS):
        sure = np.where(known, np.float32(_KNOWN_WEIGHT), np.clip(np.abs(values), 0, 1))
        weighted = flat * sure[:, None]
        power = weighted.T @ flat
        power[np.diag_indices(size)] += np.float32(_RIDGE * np.trace(power) / size)
        values = flat @ np.linalg.solve(power, weighted.T @ targets)
        targets = np.where(known, targets, np.sign(values))
    return np.asarray(np.clip(values, -1, 1), np.float32).reshape(features.shape[:2])
