"""How long and how strongly a sensor is exposed: for paper, for bright and for dark screens. Pure.

A camera's own automatic exposure makes an average grey and takes its time about it. A counter needs short
exposures, for a sheet can be read while it still moves, that do not clip the paper. So one rule serves every
camera whose exposure can be set: the brightest parts stay within wide bounds, and a screen gets a fixed
number of stops more or less than paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Self

import numpy as np

from appliance.capture.frame import ExposureTarget, GreyImage

__all__ = [
    "LONGEST_TIME_US",
    "PAPER_TIME_US",
    "SCREEN_TIME_US",
    "SETTLE_FRAMES",
    "STOPS",
    "AutoExposure",
    "Exposure",
    "ExposureLimits",
    "brightest",
    "light_for",
]

PAPER_TIME_US: Final = 1_000.0
"""A hand moves a sheet at 0.3 m/s: in a millisecond 0.3 mm, less than a module."""

SCREEN_TIME_US: Final = 8_000.0
"""Screens are dimmed by switching them some hundred times a second; a short exposure sees stripes of it."""

LONGEST_TIME_US: Final = 20_000.0
"""A sheet held still by hand blurs by less than a module in that time."""

CLEAN_GAIN: Final = 8.0
"""Up to this gain the noise costs a reader less than a longer exposure would."""

STOPS: Final[Mapping[ExposureTarget, float]] = MappingProxyType(
    {ExposureTarget.PAPER: 0.0, ExposureTarget.BRIGHT_SCREEN: -2.0, ExposureTarget.DARK_SCREEN: 2.0}
)
"""Powers of two from the paper's exposure: paper at 500 lx shines with 130 cd/m2, phones with 2 to 800."""

SETTLE_FRAMES: Final = 4
"""Sensors take a setting over two to three frames after it was given, USB cameras up to four."""

HIGHEST_LEVEL: Final = 225.0
LOWEST_LEVEL: Final = 50.0
"""Between these the exposure is left alone. The lower bound is that of a bare wooden counter (a quarter of
the paper's light): following it up would burn out the next sheet."""

PAPER_LEVEL: Final = 180.0
"""Where paper is brought when it was too bright: room is left for another that shines more."""

_BRIGHT_PERCENTILE: Final = 98.0
_CLIPPED: Final = 250.0
_CLIPPED_STEP: Final = 0.4
"""Of what is clipped nobody knows how bright it is: some stops are tried, 2 to 3 frames for the worst."""

_SAME_SHARE: Final = 0.15
_MAX_METERED_SIDE: Final = 160


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a sensor is set to: shutter time in microseconds, gain 1 and up."""

    time_us: float
    gain: float

    def __post_init__(self) -> None:
        """Refuse what no sensor can do."""
        if not (self.time_us > 0 and self.gain > 0):
            raise ValueError("an exposure has a time and a gain")

    @property
    def light_us(self) -> float:
        """What the picture's brightness is proportional to: microseconds at gain 1."""
        return self.time_us * self.gain

    def is_near(self, other: Exposure) -> bool:
        """Whether a picture of the other would look the same."""
        return abs(self.light_us - other.light_us) <= _SAME_SHARE * other.light_us


@dataclass(frozen=True, slots=True)
class ExposureLimits:
    """What a sensor can do; times in microseconds."""

    shortest_us: float
    longest_us: float
    lowest_gain: float
    highest_gain: float

    def __post_init__(self) -> None:
        """Refuse limits that leave nothing between them."""
        if not (0 < self.shortest_us <= self.longest_us and 0 < self.lowest_gain <= self.highest_gain):
            raise ValueError("exposure limits must be positive and in order")

    def split(self, light_us: float, target: ExposureTarget) -> Exposure:
        """The shutter time and gain that give so much light, the best for the target.

        Time first, up to what the target's movement or flicker allows, then gain, then time again; what
        cannot be reached is left at its limit.
        """
        short = PAPER_TIME_US if target is ExposureTarget.PAPER else SCREEN_TIME_US
        time_us, gain = self.shortest_us, self.lowest_gain
        for longest, highest in (
            (short, self.lowest_gain),
            (short, CLEAN_GAIN),
            (LONGEST_TIME_US, CLEAN_GAIN),
            (LONGEST_TIME_US, self.highest_gain),
        ):
            time_us = self._time(light_us / gain, max(longest, time_us))
            gain = self._gain(light_us / time_us, max(highest, gain))
        return Exposure(time_us, gain)

    def _time(self, wanted_us: float, longest_us: float) -> float:
        return min(max(wanted_us, self.shortest_us), longest_us, self.longest_us)

    def _gain(self, wanted: float, highest: float) -> float:
        return min(max(wanted, self.lowest_gain), highest, self.highest_gain)


def brightest(picture: GreyImage) -> float:
    """The level that all but the brightest fiftieth of a picture stay below, from a grid of its pixels."""
    step = max(1, max(picture.shape) // _MAX_METERED_SIDE)
    return float(np.percentile(picture[step // 2 :: step, step // 2 :: step], _BRIGHT_PERCENTILE))


def light_for(light_us: float, level: float) -> float:
    """The light that brings the brightest parts, now at `level` by `light_us`, within their bounds."""
    if level >= _CLIPPED:
        return light_us * _CLIPPED_STEP
    if level > HIGHEST_LEVEL:
        return light_us * PAPER_LEVEL / level
    if level < LOWEST_LEVEL:
        return light_us * LOWEST_LEVEL / max(level, 1.0)
    return light_us


@dataclass(frozen=True, slots=True)
class AutoExposure:
    """What a camera is set to and what it was last seen to do.

    Attributes:
        limits: of the sensor.
        target: what it is exposed for now.
        paper_us: light that paper needs, as far as known.
        waited: frames since the setting was last changed.
        is_settled: whether the latest frame was taken with the setting of now.
    """

    limits: ExposureLimits
    target: ExposureTarget = ExposureTarget.PAPER
    paper_us: float = PAPER_TIME_US * 4
    waited: int = 0
    is_settled: bool = False

    @property
    def setting(self) -> Exposure:
        """What the sensor should be set to."""
        return self.limits.split(self.paper_us * 2 ** STOPS[self.target], self.target)

    def expose_for(self, target: ExposureTarget) -> Self:
        """The same light, exposed for something else."""
        if target is self.target:
            return self
        return replace(self, target=target, waited=0, is_settled=False)

    def seen(self, level: float, reported: Exposure | None = None) -> Self:
        """A frame came.

        Args:
            level: its `brightest`.
            reported: what it was exposed with, where the camera says so.
        """
        waited = self.waited + 1
        is_settled = waited > SETTLE_FRAMES or (reported is not None and reported.is_near(self.setting))
        seen = replace(self, waited=min(waited, SETTLE_FRAMES + 1), is_settled=is_settled)
        if not is_settled or self.target is not ExposureTarget.PAPER:
            return seen
        # The light that was really taken: a sensor at its limits is not followed beyond them.
        wanted = self._within(light_for((reported or self.setting).light_us, level))
        if abs(wanted - self.paper_us) <= 0.01 * self.paper_us:
            return seen
        return replace(seen, paper_us=wanted, waited=0)

    def _within(self, light_us: float) -> float:
        """Light that the sensor can take; what is beyond would only have to be walked back."""
        least = self.limits.shortest_us * self.limits.lowest_gain
        most = min(self.limits.longest_us, LONGEST_TIME_US) * self.limits.highest_gain
        return min(max(light_us, least), max(most, least))
