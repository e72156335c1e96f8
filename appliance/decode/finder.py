"""Finding where codes may lie, on a copy of a pixel a millimetre, where their modules blend to grey."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import Frame, GreyImage

__all__ = [
    "FIELD_WIDTH_MM",
    "LARGEST_FIELD_MM",
    "LEAST_FIELD_MM",
    "MAX_PATCHES",
    "Box",
    "Finder",
    "Patch",
]

FIELD_WIDTH_MM = 400.0
"""What the counter's camera sees across, until calibration says better: an A4 sheet sideways and a hand."""

LEAST_FIELD_MM, LARGEST_FIELD_MM = 1.0, 10_000.0
"""Beyond, no camera looks at a counter."""

MAX_PATCHES = 8
"""Patches a frame: two sheets with a QR code, an INS code and two prescriber's barcodes each."""

PAPER_MM = 52
"""Side of the closing that gives the paper around a code: larger than any code (30 mm, 48 with margin)."""

AVERAGE_MM = (9, 4)
NEAR_AVERAGE_MM = (9,)
"""A code is dark over a square of this side, a line of text is not; the second is for boxes' 5 mm codes."""

NEARNESS = (1.0, 2.7, 6.7)
"""Codes are also looked for as if they lay so many times nearer: held up to the lens, or a camera set low.
The last fills the frame with a code of 50 mm; coarser copies cost next to nothing."""

LEAST_DARKNESS = 0.16
"""Share of the paper's light that a code swallows, blurred and thin as it may be; text swallows a tenth."""

PALE = 0.28
"""Share of the light below which it is seldom a code."""

LEAST_SIDE_MM, LARGEST_SIDE_MM = 4.0, 52.0
LARGEST_LENGTH_MM = 110.0
MARGIN_MM = 5.0
_SQUARISH = 1.9
_LEAST_CONTRAST = 0.26
"""Share of its brightest parts' light by which a patch must vary once noise is averaged out: a desk's grain
varies by 0.16 to 0.25, the palest code that any engine reads by 0.28."""

_LEAST_BRIGHTEST = 16.0
_DARKEST, _BRIGHTEST = 0.03, 0.97
_CONTRAST_PIXELS, _LEAST_ROWS = 40_000, 24
_MAX_PEAKS = 10
_KNOWN_SHARE = 0.5
_KNOWN_OVERLAP = 0.3
_PAPER_SHRINK = 4

_Map = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in whole pixels, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Pixels in it."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        shared = self._shared(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def share_in(self, other: Box) -> float:
        """Share of this box that the other covers, 0..1."""
        return self._shared(other) / self.area if self.area else 0.0

    def _shared(self, other: Box) -> int:
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, width) * max(0, height)

    def of(self, image: GreyImage) -> GreyImage:
        """The part of a picture that it covers (a view)."""
        return image[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, slots=True)
class Patch:
    """A place where a code may lie.

    Attributes:
        box: with a margin, in pixels of the full frame.
        elongated: longer than any square symbol: a linear code, if any.
        darkness: share of the paper's light it swallows at its darkest, 0..1.
        is_near: larger than any code that lies on the counter.
    """

    box: Box
    elongated: bool
    darkness: float
    is_near: bool = False

    @property
    def is_pale(self) -> bool:
        """Whether it swallows less light than a code does: dense text, a wood's grain."""
        return self.darkness < PALE


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds patches; knows only how wide the field of view is.

    Attributes:
        field_width_mm: millimetres on the counter across the frame.
    """

    field_width_mm: float = FIELD_WIDTH_MM

    def __post_init__(self) -> None:
        """Refuse what no camera sees."""
        if not LEAST_FIELD_MM <= self.field_width_mm <= LARGEST_FIELD_MM:
            bounds = f"{LEAST_FIELD_MM:g} to {LARGEST_FIELD_MM:g} mm"
            raise ValueError(f"a field of view is {bounds} wide, not {self.field_width_mm}")

    def find(self, frame: Frame) -> list[Patch]:
        """The likeliest patches first (of a code's size on the counter, then nearer), at most MAX_PATCHES."""
        copy = self._millimetre_copy(frame.small if frame.small is not None else frame.grey)
        patches: list[Patch] = []
        for nearness in NEARNESS:
            nearer = copy if nearness == 1 else _shrunk(copy, 1 / nearness)
            averages_mm = AVERAGE_MM if nearness == 1 else NEAR_AVERAGE_MM
            for patch in self._at_scale(nearer, self.field_width_mm / nearness, averages_mm, frame.grey):
                is_known = any(_is_known(patch.box, known.box) for known in patches)
                if not is_known and _contrast(patch.box.of(frame.grey)) >= _LEAST_CONTRAST:
                    patches.append(replace(patch, is_near=nearness > 1))
        return patches[:MAX_PATCHES]

    def _at_scale(
        self, copy: GreyImage, width_mm: float, averages_mm: tuple[int, ...], grey: GreyImage
    ) -> list[Patch]:
        """All patches of a code's size, if the field of view were so wide."""
        to_frame = grey.shape[1] / copy.shape[1]
        per_mm = copy.shape[1] / width_mm
        darkness = _darkness(copy, per_mm)
        patches = []
        for average_mm in averages_mm:
            side = max(2, round(average_mm * per_mm))
            level = np.asarray(cv2.blur(darkness, (side, side)), np.float32)
            patches.extend(self._peaks(level, per_mm, to_frame, grey))
        return patches

    def _millimetre_copy(self, image: GreyImage) -> GreyImage:
        """About one pixel a millimetre: halved while that is fast, then averaged."""
        width = max(1, round(self.field_width_mm))
        while image.shape[1] >= 4 * width and min(image.shape) >= 2:
            image = np.asarray(
                cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_LINEAR), np.uint8
            )
        factor = max(1, -(-image.shape[1] // width))
        size = (max(1, image.shape[1] // factor), max(1, image.shape[0] // factor))
        whole = image[: size[1] * factor, : size[0] * factor]
        return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _peaks(self, level: _Map, per_mm: float, to_frame: float, grey: GreyImage) -> list[Patch]:
        """Each peak grown to half its height, where that has a code's size."""
        left_over = level.copy()
        found = []
        for _ in range(_MAX_PEAKS):
            _, peak, _, at = cv2.minMaxLoc(left_over)
            if peak < LEAST_DARKNESS:
                break
            mask = np.zeros((level.shape[0] + 2, level.shape[1] + 2), np.uint8)
            flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
            _, _, _, (x, y, width, height) = cv2.floodFill(left_over, mask, at, 0, peak / 2, 1.0, flags)
            grown = np.s_[y : y + height, x : x + width]
            left_over[grown][mask[1:-1, 1:-1][grown] != 0] = 0
            patch = self._patch((x, y, width, height), float(peak), per_mm, to_frame, grey)
            if patch is not None:
                found.append(patch)
        return found

    def _patch(
        self, rect: tuple[int, int, int, int], peak: float, per_mm: float, to_frame: float, grey: GreyImage
    ) -> Patch | None:
        x, y, width, height = rect
        short, long = min(width, height) / per_mm, max(width, height) / per_mm
        # An upright box around a barcode that lies aslant is squarish: such a patch is tried as both.
        elongated = long > _SQUARISH * short
        if not LEAST_SIDE_MM <= short <= LARGEST_SIDE_MM * 1.5:
            return None
        if long > (LARGEST_LENGTH_MM if elongated else LARGEST_SIDE_MM * 1.5):
            return None
        margin = (2 * MARGIN_MM if elongated else MARGIN_MM) * per_mm
        box = Box(
            max(0, int((x - margin) * to_frame)),
            max(0, int((y - margin) * to_frame)),
            min(grey.shape[1], int((x + width + margin) * to_frame) + 1),
            min(grey.shape[0], int((y + height + margin) * to_frame) + 1),
        )
        return Patch(box, elongated, peak) if box.area else None


def _shrunk(image: GreyImage, scale: float) -> GreyImage:
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _contrast(view: GreyImage) -> float:
    """Share of the light of its brightest parts that its darkest swallow, 0..1; of means of three pixels."""
    height = view.shape[0]
    step = max(1, min(height // _LEAST_ROWS, view.size // _CONTRAST_PIXELS))
    calm = cv2.blur(np.ascontiguousarray(view[::step]), (3, 3) if step == 1 else (3, 1))
    up_to = np.bincount(calm[::2, ::2].reshape(-1), minlength=256).cumsum()
    lowest, highest = np.searchsorted(up_to, (_DARKEST * up_to[-1], _BRIGHTEST * up_to[-1]))
    return float(highest - lowest) / max(float(highest), _LEAST_BRIGHTEST)


def _is_known(box: Box, known: Box) -> bool:
    """Whether a patch says nothing new: it lies in a known one, or is little larger than one."""
    return box.share_in(known) > _KNOWN_SHARE or box.overlap(known) > _KNOWN_OVERLAP


def _darkness(copy: GreyImage, per_mm: float) -> _Map:
    """Share of the paper's light that is swallowed, 0..1, where the paper is the closing of the picture."""
    # Paper is smooth: closing a copy of a quarter of the size costs a sixteenth.
    across = (max(1, copy.shape[1] // _PAPER_SHRINK), max(1, copy.shape[0] // _PAPER_SHRINK))
    side = max(3, round(PAPER_MM * per_mm / _PAPER_SHRINK)) | 1
    shrunk = cv2.resize(cv2.dilate(copy, np.ones((3, 3), np.uint8)), across, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(shrunk, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = cv2.resize(closed, copy.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray((paper - copy) / np.maximum(paper, 16), np.float32)
