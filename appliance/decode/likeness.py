"""Whether two views of one place show the same thing, and which of them is sharper."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage

__all__ = ["Thumb", "are_alike", "are_equal", "steepness_of", "thumb_of"]

Thumb = npt.NDArray[np.float32]

_THUMB_PX = 24
_STILL_STEP = 6.0
"""Grey levels (of 255) that a cell of a patch may change by while it counts as lying still."""

_LARGEST_ALIKE_STEP = 15.0
_NOISE_FACTOR = 6.0
_MAD_TO_SIGMA = 1.4826
_ROWS_A_CELL = 2
_ROW_STEP = 4
_STEEPNESS_ROWS = 64


def thumb_of(view: GreyImage) -> Thumb:
    """The patch in _THUMB_PX x _THUMB_PX cells; one row in four looked at, of a large one fewer."""
    height = view.shape[0]
    step = max(_ROW_STEP, height // (_ROWS_A_CELL * _THUMB_PX)) if height >= _ROW_STEP * _THUMB_PX else 1
    return np.asarray(
        cv2.resize(view[::step], (_THUMB_PX, _THUMB_PX), interpolation=cv2.INTER_AREA), np.float32
    )


def steepness_of(view: GreyImage) -> float:
    """Mean step from pixel to pixel along some rows, in grey levels: falls with blur."""
    rows = view[:: max(_ROW_STEP, view.shape[0] // _STEEPNESS_ROWS)].astype(np.int16)
    return float(np.abs(np.diff(rows, axis=1)).mean()) if rows.shape[1] > 1 else 0.0


def are_equal(now: Thumb, before: Thumb) -> bool:
    """Whether nothing moved; no two codes are so alike."""
    return float(_difference(now, before).max()) < _STILL_STEP


def are_alike(now: Thumb, before: Thumb) -> bool:
    """The same beyond the views' own noise: only for what holds no reading."""
    difference = _difference(now, before)
    noise = float(np.median(difference)) * _MAD_TO_SIGMA
    return float(difference.max()) < min(_LARGEST_ALIKE_STEP, max(_STILL_STEP, _NOISE_FACTOR * noise))


def _difference(now: Thumb, before: Thumb) -> Thumb:
    """Of each cell; the whole may get brighter or darker (a cloud, mains flicker) without moving."""
    difference = now - before
    return np.asarray(np.abs(difference - np.median(difference)), np.float32)
