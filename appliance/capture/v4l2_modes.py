"""Which of a video device's modes to read codes in: fast enough, then large, then free of JPEG's blocks."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from appliance.capture.frame import MAX_SIDE_PX
from appliance.capture.v4l2_abi import (
    ENUM_FMT,
    ENUM_FRAMEINTERVALS,
    ENUM_FRAMESIZES,
    FORMAT_DESCRIPTION,
    FRAME_INTERVAL,
    FRAME_SIZE,
    Ioctl,
    OpenIoctl,
    ask,
    open_ioctl,
)

__all__ = ["GREY", "JPEGS", "LUMA_FIRST", "MAX_LISTED", "Mode", "best_mode", "modes_of"]

_log = logging.getLogger(__name__)

GREY: Final = "GREY"
LUMA_FIRST: Final = ("YUYV",)
"""Raw formats of which OpenCV hands over the bytes as they are, luminance first."""
JPEGS: Final = ("MJPG", "JPEG")

_PREFERRED: Final = (GREY, *LUMA_FIRST, "UYVY", *JPEGS)
"""Of one size and rate: a byte a pixel, then two, then what costs a decoder and has lost something."""

MAX_LISTED: Final = 256
"""Of formats, sizes and rates each: no device lists so many, and one that never ends is broken."""

_CAPTURE: Final = 1
"""V4L2_BUF_TYPE_VIDEO_CAPTURE."""
_DISCRETE: Final = 1
"""V4L2_FRMSIZE_TYPE_DISCRETE and V4L2_FRMIVAL_TYPE_DISCRETE."""
_EMULATED: Final = 2
"""V4L2_FMT_FLAG_EMULATED: made by a library from another format of the list."""

_RATE_SHARE: Final = 0.9
"""A device that lists 14.99 pictures a second is one of 15."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One line of what a device offers."""

    fourcc: str
    width: int
    height: int
    frames_per_s: float


def best_mode(modes: Iterable[Mode], width: int, height: int, frames_per_s: float) -> Mode | None:
    """The mode to take, None where none can be read.

    A mode that keeps the rate goes before one that does not; of these the largest within the wished size
    goes first, then the smallest beyond it; then the format that costs least.
    """
    usable = [
        mode for mode in modes if mode.fourcc in _PREFERRED and max(mode.width, mode.height) <= MAX_SIDE_PX
    ]

    def worth(mode: Mode) -> tuple[float, bool, int, int, float]:
        rate = min(mode.frames_per_s / (frames_per_s * _RATE_SHARE), 1.0)
        is_within = mode.width <= width and mode.height <= height
        pixels = mode.width * mode.height
        return (
            rate,
            is_within,
            pixels if is_within else -pixels,
            -_PREFERRED.index(mode.fourcc),
            -mode.frames_per_s,
        )

    return max(usable, key=worth, default=None)


def modes_of(path: str, open_device: OpenIoctl = open_ioctl) -> list[Mode]:
    """What the device lists; nothing where it is absent or lists nothing."""
    try:
        device = open_device(path)
    except OSError as error:
        _log.debug("no list of modes: %s", type(error).__name__)
        return []
    try:
        return [
            Mode(_name(fourcc), width, height, rate)
            for fourcc in _formats(device)
            for width, height in _sizes(device, fourcc)
            for rate in _rates(device, fourcc, width, height)
        ]
    except OSError as error:
        _log.warning("the list of the camera's modes broke off: %s", type(error).__name__)
        return []
    finally:
        device.close()


def _name(fourcc: int) -> str:
    return fourcc.to_bytes(4, "little").decode("latin-1").rstrip()


def _numbers(answer: tuple[object, ...]) -> tuple[int, ...]:
    return tuple(member for member in answer if isinstance(member, int))


def _formats(device: Ioctl) -> Iterator[int]:
    for index in range(MAX_LISTED):
        answer = ask(device, ENUM_FMT, FORMAT_DESCRIPTION, index, _CAPTURE)
        if answer is None:
            return
        _, _, flags, fourcc, _ = _numbers(answer)
        if not flags & _EMULATED:
            yield fourcc


def _sizes(device: Ioctl, fourcc: int) -> Iterator[tuple[int, int]]:
    for index in range(MAX_LISTED):
        answer = ask(device, ENUM_FRAMESIZES, FRAME_SIZE, index, fourcc)
        if answer is None:
            return
        _, _, kind, first, second, _, third, fourth, _ = _numbers(answer)
        if kind != _DISCRETE:
            # A range: minimum, maximum and step of the width, then of the height.
            yield second, fourth or third
            return
        yield first, second


def _rates(device: Ioctl, fourcc: int, width: int, height: int) -> Iterator[float]:
    for index in range(MAX_LISTED):
        answer = ask(device, ENUM_FRAMEINTERVALS, FRAME_INTERVAL, index, fourcc, width, height)
        if answer is None:
            return
        kind, numerator, denominator = _numbers(answer)[4:7]
        if numerator and denominator:
            yield denominator / numerator
        if kind != _DISCRETE:
            return
