"""Exposure and focus of a video device, as far as it has them, by the kernel's own controls."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from appliance.capture.exposure import Exposure, ExposureLimits
from appliance.capture.v4l2_abi import (
    CONTROL,
    QUERY_CONTROL,
    QUERYCTRL,
    S_CTRL,
    Ioctl,
    OpenIoctl,
    ask,
    open_ioctl,
)

__all__ = ["FOCUS_FRAMES", "HIGHEST_GAIN", "ControlId", "SensorControls", "open_controls"]

_log = logging.getLogger(__name__)


class ControlId:
    """Numbers of linux/v4l2-controls.h."""

    GAIN: Final = 0x00980913
    AUTO_GAIN: Final = 0x00980912
    EXPOSURE_AUTO: Final = 0x009A0901
    EXPOSURE_ABSOLUTE: Final = 0x009A0902
    FOCUS_AUTO: Final = 0x009A090C


_MANUAL: Final = 1
"""V4L2_EXPOSURE_MANUAL."""
_UNUSABLE: Final = 0x1 | 0x4
"""V4L2_CTRL_FLAG_DISABLED, V4L2_CTRL_FLAG_READ_ONLY."""
_UNIT_US: Final = 100.0
"""V4L2_CID_EXPOSURE_ABSOLUTE counts tenths of a millisecond."""

HIGHEST_GAIN: Final = 8.0
"""Taken for the upper end of a gain whose unit no device tells; the exposure finds its way all the same."""

FOCUS_FRAMES: Final = 60
"""The lens has so long (4 s at 15 a second) to find its focus, then it is held: no hand pulls it away."""


@dataclass(frozen=True, slots=True)
class _Range:
    least: int
    most: int
    step: int

    def at(self, share: float) -> int:
        """The setting nearest to a share of the way from least to most."""
        value = self.least + share * (self.most - self.least)
        return self.nearest(value)

    def nearest(self, value: float) -> int:
        """The setting nearest to a value."""
        steps = round((value - self.least) / self.step)
        return min(max(self.least + steps * self.step, self.least), self.most)


class SensorControls:
    """The controls of one opened device. A device that vanishes is noticed by its pictures, not here."""

    def __init__(self, ioctl: Ioctl) -> None:
        """Look what there is, take the exposure in hand and let the lens find its focus."""
        self._ioctl = ioctl
        self._time = self._range(ControlId.EXPOSURE_ABSOLUTE)
        self._gain = self._range(ControlId.GAIN)
        self._focus = self._range(ControlId.FOCUS_AUTO)
        self._focusing = 0
        if self._time is not None and not self._set(ControlId.EXPOSURE_AUTO, _MANUAL):
            self._time = None
        if self._time is not None:
            self._set(ControlId.AUTO_GAIN, 0)
        self.refocus()

    @property
    def exposure_limits(self) -> ExposureLimits | None:
        """None where the exposure cannot be set by hand."""
        if self._time is None:
            return None
        shortest, longest = max(self._time.least, 1) * _UNIT_US, max(self._time.most, 1) * _UNIT_US
        return ExposureLimits(shortest, longest, 1.0, 1.0 if self._gain is None else HIGHEST_GAIN)

    def expose(self, exposure: Exposure) -> None:
        """Set shutter time and gain."""
        if self._time is not None:
            self._set(ControlId.EXPOSURE_ABSOLUTE, self._time.nearest(exposure.time_us / _UNIT_US))
        if self._gain is not None:
            share = (exposure.gain - 1.0) / (HIGHEST_GAIN - 1.0)
            self._set(ControlId.GAIN, self._gain.at(share))

    def refocus(self) -> None:
        """Let the lens look for its focus for `FOCUS_FRAMES`."""
        if self._focus is not None and self._set(ControlId.FOCUS_AUTO, 1):
            self._focusing = FOCUS_FRAMES

    def frame_passed(self) -> None:
        """Count towards the holding of the focus."""
        if self._focusing:
            self._focusing -= 1
            if not self._focusing:
                self._set(ControlId.FOCUS_AUTO, 0)

    def close(self) -> None:
        """Let go; the device keeps its settings."""
        self._ioctl.close()

    def _range(self, control: int) -> _Range | None:
        try:
            answer = ask(self._ioctl, QUERYCTRL, QUERY_CONTROL, control)
        except OSError:
            return None
        if answer is None:
            return None
        numbers = [member for member in answer if isinstance(member, int)]
        _, _, least, most, step, _, flags = numbers
        return None if flags & _UNUSABLE or most <= least else _Range(least, most, max(step, 1))

    def _set(self, control: int, value: int) -> bool:
        """Whether the device took it."""
        try:
            return ask(self._ioctl, S_CTRL, CONTROL, control, value) is not None
        except OSError as error:
            _log.debug("a camera control was not taken: %s", type(error).__name__)
            return False


def open_controls(path: str, open_device: OpenIoctl = open_ioctl) -> SensorControls | None:
    """The controls of a device; None where it cannot be opened a second time."""
    try:
        return SensorControls(open_device(path))
    except OSError as error:
        _log.debug("no camera controls: %s", type(error).__name__)
        return None
