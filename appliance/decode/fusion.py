"""One picture from many looks at the same thing: registered, weighted, on a grid twice as fine.

A sheet that lies still is seen 15 to 30 times a second, and a hand, a fan or the counter's own trembling
moves it by parts of a pixel. So each look samples the paper elsewhere (what one look aliases, several tell
apart), each has other noise, and a lamp's reflection covers another place when the sheet was nudged.

Each look is registered to the first one: roughly by phase correlation (the peak of the cross-power spectrum),
then to some hundredths of a pixel by ECC (Evangelidis and Psarakis, 2008), with a turn and a lean where a
shift alone does not explain it. It is then added to a mean on the finer grid (shift and add). Looks with
steeper edges count more, since the hand shakes some of them and not others. Light that comes and goes is not
averaged but left out: glare only ever adds light, so what a look shows much lighter than before hardly
counts, and what it shows much darker replaces what was there. What the grid's interpolation and the lens
blurred is undone later, by the filter that the samplers learn from the symbol (`lattice/equalise.py`).
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage

__all__ = ["FINER", "MAX_LOOKS", "Fusion", "moved_by"]

FINER: Final = 2
"""Pixels of the fused picture a pixel of a look."""

MAX_LOOKS: Final = 32
"""Looks that count: beyond, the mean follows what is seen."""

MAX_FUSED_PIXELS: Final = 250_000
"""Of a look: 500 x 500, a code of 85 mm at 2304 px for 400 mm; a larger one is near and needs no fusion."""

_LEAST_LIKENESS: Final = 0.7
"""Correlation of two looks at the same thing, freed of noise; of two different codes it is below 0.5."""

_HOPELESS: Final = 0.2
_TURN_BELOW: Final = 0.97
"""Likeness after a plain shift below which a turn is tried too."""

_USUAL_SHARE: Final = 0.98
"""Of the likeness that earlier looks had: noise alone keeps it low on some, which no turn would mend."""

_REGISTERED_SIDE: Final = 176
"""Pixels about the middle that a look is registered by: enough for a hundredth of a pixel, in some ms."""

_GLARE_STEP: Final = 40.0
"""Grey levels that neither noise nor a shift of a tenth of a pixel makes."""

_PAPER_PERCENTILE: Final = 75
_GLARE_WEIGHT: Final = 0.05
_SHARPNESS_POWER: Final = 4
_LEAST_WEIGHT: Final = np.float32(1e-6)
_ECC_ROUNDS: Final = 30
_ECC_LEAST_ROUNDS: Final = 4
_ECC_PIXELS: Final = 1_000_000
"""Pixels times rounds: some milliseconds."""

_ECC_PRECISION: Final = 1e-4

_Map = npt.NDArray[np.float32]
Transform = npt.NDArray[np.float32]


def moved_by(look: GreyImage, reference: GreyImage) -> Transform | None:
    """How a look lies against the reference (2 x 3: from reference pixels to look pixels).

    Both have the same size. None where they do not show the same thing, moved a little.
    """
    transform, likeness = _moved(_flat(look), _flat(reference), _TURN_BELOW)
    return _from_corner(transform, look.shape) if likeness >= _LEAST_LIKENESS else None


def _moved(other: _Map, one: _Map, turn_below: float) -> tuple[Transform, float]:
    """The transform of two middles that makes them most alike, and how alike that is."""
    (x, y), _ = cv2.phaseCorrelate(one, other, _window(one.shape))
    best = np.array([[1, 0, x], [0, 1, y]], np.float32)
    likeness = _likeness(one, other, best)
    if likeness < _HOPELESS:
        return best, likeness
    for motion in (cv2.MOTION_TRANSLATION, cv2.MOTION_AFFINE):
        if motion == cv2.MOTION_AFFINE and likeness >= turn_below:
            break
        finer = _refined(one, other, best, motion)
        if finer is not None and (better := _likeness(one, other, finer)) > likeness:
            best, likeness = finer, better
    return best, likeness


def _middle(shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The part of a look that is registered."""
    rows, columns = (slice(first := max(0, side - _REGISTERED_SIDE) // 2, side - first) for side in shape)
    return rows, columns


def _from_corner(transform: Transform, shape: tuple[int, ...]) -> Transform:
    """The transform of whole looks, of that of their middles."""
    rows, columns = _middle(shape)
    corner = np.array([columns.start, rows.start], np.float32)
    moved = transform[:, 2] + corner - transform[:, :2] @ corner
    return np.asarray(np.c_[transform[:, :2], moved], np.float32)


def _flat(image: GreyImage) -> _Map:
    """Its middle, smoothed against noise and without its slow changes of light."""
    smooth = cv2.GaussianBlur(image[_middle(image.shape)].astype(np.float32), (0, 0), 1.0)
    side = (max(3, max(smooth.shape) // 6 | 1),) * 2
    return np.asarray(smooth - cv2.blur(smooth, side), np.float32)


def _window(shape: tuple[int, ...]) -> _Map:
    return np.asarray(cv2.createHanningWindow(shape[::-1], cv2.CV_32F), np.float32)


def _likeness(one: _Map, other: _Map, transform: Transform) -> float:
    """Normalised correlation where both are seen."""
    size = (one.shape[1], one.shape[0])
    back = cv2.warpAffine(other, transform, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    power = float(np.sqrt(np.vdot(one, one) * np.vdot(back, back)))
    return float(np.vdot(one, back)) / power if power > 0 else 0.0


def _refined(one: _Map, other: _Map, start: Transform, motion: int) -> Transform | None:
    rounds = min(_ECC_ROUNDS, max(_ECC_LEAST_ROUNDS, _ECC_PIXELS // one.size))
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, rounds, _ECC_PRECISION)
    try:
        _, finer = cv2.findTransformECC(one, other, start.copy(), motion, criteria)
    except cv2.error:
        # It says so where the two have nothing in common.
        return None
    return np.asarray(finer, np.float32)


def _paper(look: GreyImage) -> float:
    """Grey level of the paper around a code, at least 1."""
    return max(1.0, float(np.percentile(look[::2, ::2], _PAPER_PERCENTILE)))


class Fusion:
    """The running picture of one patch; holds two maps of its finer grid."""

    def __init__(self, look: GreyImage, steepness: float) -> None:
        """Begin with the look that all others are registered to.

        Args:
            look: height x width.
            steepness: mean step from pixel to pixel, which tells sharp looks from shaken ones.
        """
        self.reference = look.copy()
        self._flat = _flat(look)
        self.looks = 0
        self._steepest = steepness
        self._usual = 0.0
        self._paper = _paper(look)
        self._mean = self._placed(look, np.eye(2, 3, dtype=np.float32))
        self._weight = np.full(self._mean.shape, 1.0, np.float32)
        self._coarse: GreyImage | None = None

    def place_of(self, look: GreyImage) -> Transform | None:
        """`moved_by` against the reference; None for a look of another size."""
        if look.shape != self.reference.shape:
            return None
        turn_below = min(_TURN_BELOW, _USUAL_SHARE * self._usual) if self._usual else _TURN_BELOW
        transform, likeness = _moved(_flat(look), self._flat, turn_below)
        if likeness < _LEAST_LIKENESS:
            return None
        self._usual = max(self._usual, likeness)
        return _from_corner(transform, look.shape)

    def add(self, look: GreyImage, transform: Transform, steepness: float) -> None:
        """Take one more look, as `place_of` says it lies."""
        self.looks += 1
        self._coarse = None
        self._steepest = max(self._steepest, steepness)
        step = self._placed(look, transform)
        weight = np.float32((steepness / max(1e-6, self._steepest)) ** _SHARPNESS_POWER)
        # An exposure that changed between looks is no glare: the paper is brought to the same level.
        step *= np.float32(self._paper / _paper(look))
        step -= self._mean
        np.minimum(self._weight, np.float32(MAX_LOOKS), out=self._weight)
        flickers = np.flatnonzero(np.abs(step) > _GLARE_STEP)
        old_weights, steps = self._weight.flat[flickers], step.flat[flickers]
        old_means = self._mean.flat[flickers]
        self._weight += weight
        step *= weight
        step /= np.maximum(self._weight, _LEAST_WEIGHT)
        self._mean += step
        # Light that comes hardly counts; where it goes, what it had covered takes its place.
        old_weights = np.where(steps < 0, np.float32(0), old_weights)
        added = np.where(steps < 0, weight, np.float32(_GLARE_WEIGHT) * weight)
        self._weight.flat[flickers] = old_weights + added
        self._mean.flat[flickers] = old_means + steps * added / np.maximum(old_weights + added, _LEAST_WEIGHT)

    @property
    def fine(self) -> GreyImage:
        """The picture on the finer grid, FINER times the looks' size."""
        return np.asarray(np.clip(self._mean + 0.5, 0, 255), np.uint8)

    @property
    def coarse(self) -> GreyImage:
        """The picture in the looks' own size."""
        if self._coarse is None:
            height, width = self.reference.shape
            fine = cv2.resize(self._mean, (width, height), interpolation=cv2.INTER_AREA)
            self._coarse = np.asarray(np.clip(fine + 0.5, 0, 255), np.uint8)
        return self._coarse

    def _placed(self, look: GreyImage, transform: Transform) -> _Map:
        """A look on the finer grid; what it does not show is repeated from its border."""
        height, width = self.reference.shape
        half = (1 / FINER - 1) / 2
        finer = np.array([[1 / FINER, 0, half], [0, 1 / FINER, half], [0, 0, 1]])
        matrix = transform.astype(np.float64) @ finer
        return np.asarray(
            cv2.warpAffine(
                look.astype(np.float32),
                matrix,
                (width * FINER, height * FINER),
                flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )
