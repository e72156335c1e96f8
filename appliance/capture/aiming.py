"""Whether a mounted camera sees what it has to: scale, whole sheet, sharpness, light, judged from frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from appliance.capture.frame import Frame
from appliance.capture.meters import (
    LARGEST_BLUR_PX,
    LARGEST_CLIPPED_SHARE,
    LARGEST_FLICKER,
    LEAST_LEVEL,
    Light,
    blur_px,
    flicker,
    light,
)
from appliance.capture.sheet import A4_MM, SheetView, find_outline, find_sheet

__all__ = ["LEAST_PX_A_MODULE", "MODULE_MM", "Aim", "Problem", "measure"]

MODULE_MM: Final = 0.42
"""Of the finest code that a prescription carries: an INS Data Matrix of 17 mm, 40 modules."""

LEAST_PX_A_MODULE: Final = 2.0
"""Below, no single frame of it is read for sure."""

LARGEST_BEND_SHARE: Final = 0.005
"""Of the frame's width: lines that are bent by more belong to a curled sheet or a wide-angle lens."""


@unique
class Problem(StrEnum):
    """What keeps a camera from reading well."""

    NO_SHEET = "no_sheet"
    TOO_FAR = "too_far"
    NOT_WHOLE = "not_whole"
    BLURRED = "blurred"
    NOTHING_SHARP = "nothing_sharp"
    DARK = "dark"
    CLIPPED = "clipped"
    FLICKER = "flicker"
    BENT = "bent"


@dataclass(frozen=True, slots=True)
class Aim:
    """What was measured in some frames.

    Attributes:
        width_px, height_px: of the frames.
        sheet: what was found of a sheet; None where none was.
        blur: of the sharpest edges, px; None where there was nothing to see.
        light: of the last frame.
        flicker: of the mean level, as a share of it.
    """

    width_px: int
    height_px: int
    sheet: SheetView | None
    blur: float | None
    light: Light
    flicker: float

    @property
    def px_a_module(self) -> float | None:
        """Pixels of a module of the finest code."""
        return None if self.sheet is None else self.sheet.px_per_mm * MODULE_MM

    @property
    def sees_whole_a4(self) -> bool | None:
        """Whether a whole A4 sheet fits into the field, one way or the other; None without a scale."""
        if self.sheet is None:
            return None
        sides = sorted(side / self.sheet.px_per_mm for side in (self.width_px, self.height_px))
        return all(side >= wanted for side, wanted in zip(sides, sorted(A4_MM), strict=True))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, the first to mend first."""
        modules, bend = self.px_a_module, None if self.sheet is None else self.sheet.bend_px
        found = {
            Problem.DARK: self.light.level < LEAST_LEVEL,
            Problem.CLIPPED: self.light.clipped > LARGEST_CLIPPED_SHARE,
            Problem.FLICKER: self.flicker > LARGEST_FLICKER,
            Problem.NOTHING_SHARP: self.blur is None,
            Problem.BLURRED: self.blur is not None and self.blur > LARGEST_BLUR_PX,
            Problem.NO_SHEET: self.sheet is None,
            Problem.NOT_WHOLE: self.sees_whole_a4 is False,
            Problem.TOO_FAR: modules is not None and modules < LEAST_PX_A_MODULE,
            Problem.BENT: bend is not None and bend > LARGEST_BEND_SHARE * self.width_px,
        }
        return tuple(problem for problem, is_so in found.items() if is_so)


def measure(frames: Sequence[Frame]) -> Aim:
    """Measure frames of a counter that rests, oldest first; the last one is looked at closely."""
    grey = frames[-1].grey
    height, width = grey.shape
    return Aim(
        width_px=width,
        height_px=height,
        sheet=find_sheet(grey) or find_outline(grey),
        blur=blur_px(grey),
        light=light(grey),
        flicker=flicker([light(frame.grey).mean for frame in frames]),
    )
