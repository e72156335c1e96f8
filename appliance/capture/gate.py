"""The change gate: tells in a third of a millisecond whether a frame shows anything new."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import Frame, GreyImage

__all__ = ["Background", "ChangeGate"]

CELL_PX = 16
"""Side of a cell of the full frame: 3 mm on the counter at 2304 px for 400 mm, half the smallest code."""

CELLS_FOR_WIDTH_PX = 2304
"""Width of the frame that cells are meant for; one twice as wide has cells twice as wide."""

ROW_STEP = 8
"""One row in eight is looked at: an eighth of the memory traffic; 32 pixels a cell are left against noise."""

SMALL_CELLS_ACROSS = 144
"""Where the camera gives a small copy, it is cut into about as many cells as a 2304 px frame."""

LEAST_STEP = 4.0
"""Grey levels (of 255) below which no cell's change counts: a nudge of a printed line changes more."""

NOISE_FACTOR = 6.0
"""Standard deviations of the frame's own noise that a cell must exceed; 11,000 cells are compared a frame."""

LARGEST_NOISE = 5.0
"""Standard deviation of a cell's mean, in grey levels, beyond which it is change and not noise: 32 pixels of
a sensor at its noisiest (sigma 25) give 4.4."""

LARGEST_ROW_GAIN = 1.15
"""Mains flicker and clouds scale whole rows by less than this; a sheet laid down scales them by more."""

LARGEST_GAIN = 8.0
"""What the light of a day, and an exposure that follows it, may scale the bare counter by."""

DRIFT_FRAMES = 64
"""The reference follows what counts as unchanged with this time constant, for daylight that fades."""

_MAD_TO_SIGMA = 1.4826
_NOISE_EVERY = 4
"""Some thousand cells tell the noise as well as all."""

_Cells = npt.NDArray[np.float32]


class ChangeGate:
    """Compares each frame with the last one that was new, cell by cell.

    Sensor noise is measured in the frame itself (the median absolute difference, which a sheet's move does
    not disturb), and a scale common to a row of cells is taken out, so that neither a noisy sensor, nor a
    slow change of light, nor the bands of mains flicker count as change. State: the reference cells only.
    """

    def __init__(self) -> None:
        self._reference: _Cells | None = None
        self._cells: _Cells | None = None
        self._is_new = False

    @property
    def is_new(self) -> bool:
        """What was said of the latest frame."""
        return self._is_new

    @property
    def cells(self) -> _Cells | None:
        """Mean grey of the latest frame's cells; never written to again."""
        return self._cells

    def changed(self, frame: Frame) -> bool:
        """Whether the frame shows anything new; the first one does, and one of another size."""
        self._cells = cells = _cells(frame)
        reference = self._reference
        self._is_new = reference is None or _differ(cells, reference)
        if reference is None or self._is_new:
            self._reference = cells.copy()
        else:
            reference += (cells - reference) / DRIFT_FRAMES
        return self._is_new

    def reset(self) -> None:
        """Forget: the next frame is new."""
        self._reference = None


class Background:
    """The bare counter as it was last seen, to tell whether something lies on it."""

    def __init__(self) -> None:
        self._cells: _Cells | None = None

    @property
    def is_known(self) -> bool:
        """Whether it was ever seen."""
        return self._cells is not None

    def take(self, gate: ChangeGate) -> None:
        """What the gate saw last is the bare counter."""
        self._cells = gate.cells

    def differs(self, gate: ChangeGate) -> bool:
        """Whether what the gate saw last is not the bare counter, be it brighter or darker as a whole."""
        seen, bare = gate.cells, self._cells
        if seen is None or bare is None:
            return False
        if seen.shape != bare.shape:
            return True
        gain = float(np.median((seen + 1) / (bare + 1)))
        return _differ(seen, bare * np.float32(min(max(gain, 1 / LARGEST_GAIN), LARGEST_GAIN)))


def _differ(cells: _Cells, reference: _Cells) -> bool:
    """Whether any cell differs beyond noise and light."""
    if reference.shape != cells.shape:
        return True
    difference = np.abs(cells - reference * _row_gains(cells, reference))
    some = difference.reshape(-1)[::_NOISE_EVERY]
    noise = min(LARGEST_NOISE, float(np.partition(some, some.size // 2)[some.size // 2]) * _MAD_TO_SIGMA)
    return float(difference.max()) > max(LEAST_STEP, NOISE_FACTOR * noise)


def _row_gains(cells: _Cells, reference: _Cells) -> _Cells:
    """What each row of cells got brighter by (rows x 1), as its median cell says, within what light does."""
    # One grey level added to both keeps black cells from dividing by nothing.
    middle = cells.shape[1] // 2
    # Its upper middle cell is median enough, and found in a third of np.median's time.
    ratios = np.partition((cells + 1) / (reference + 1), middle, axis=1)[:, middle : middle + 1]
    return np.asarray(np.clip(ratios, 1 / LARGEST_ROW_GAIN, LARGEST_ROW_GAIN), np.float32)


def _cells(frame: Frame) -> _Cells:
    """Mean grey of each cell."""
    if frame.small is not None:
        side = max(1, frame.small.shape[1] // SMALL_CELLS_ACROSS)
        return _means(frame.small, side, side)
    # A finer sensor sees the same counter: its cells have more pixels, of which fewer need be looked at.
    finer = max(1, round(frame.grey.shape[1] / CELLS_FOR_WIDTH_PX))
    row_step = ROW_STEP * finer
    # Half a step down; at the first row where a frame is no higher than that.
    first = min(row_step // 2, frame.grey.shape[0] - 1)
    return _means(frame.grey[first::row_step], CELL_PX // ROW_STEP, CELL_PX * finer)


def _means(image: GreyImage, cell_rows: int, cell_columns: int) -> _Cells:
    """Means of whole cells; a remainder is left out."""
    rows, columns = max(1, image.shape[0] // cell_rows), max(1, image.shape[1] // cell_columns)
    whole = image[: rows * cell_rows, : columns * cell_columns]
    if cell_rows % 2 == cell_columns % 2 == 0 and whole.shape == (rows * cell_rows, columns * cell_columns):
        # OpenCV's area filter is vectorised where it halves, and only there.
        half = (columns * cell_columns // 2, rows * cell_rows // 2)
        whole = np.asarray(cv2.resize(whole, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
