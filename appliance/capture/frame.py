"""A picture of the counter and the seam that every camera stands behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum, unique
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MAX_SIDE_PX",
    "Camera",
    "CameraError",
    "CameraLostError",
    "CameraTimeoutError",
    "EndOfFramesError",
    "ExposureTarget",
    "Frame",
    "GreyImage",
]

GreyImage = NDArray[np.uint8]
"""Height x width, 8-bit grey."""

MAX_SIDE_PX = 8192
"""Larger than any sensor we know (Camera Module 3: 4608x2592) and small enough to bound memory."""

_GREY_DIMENSIONS = 2


class CameraError(Exception):
    """A camera cannot give a frame; the subclasses say what to do."""


class CameraLostError(CameraError):
    """The camera is absent or stopped answering; open it again later."""


class CameraTimeoutError(CameraLostError):
    """No frame came in time: the camera froze; close it and open it again."""


class EndOfFramesError(CameraError):
    """The files are all shown; nothing more will come."""


@unique
class ExposureTarget(StrEnum):
    """What a frame is exposed for: paper in the room's light, or a screen that shines by itself."""

    PAPER = "paper"
    BRIGHT_SCREEN = "bright_screen"
    DARK_SCREEN = "dark_screen"


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        grey: the luminance, height x width, 8 bits; rows may be strided.
        sequence: grows by one a frame of this camera.
        captured_at_ns: CLOCK_MONOTONIC at the middle of the exposure, or as near as the camera says.
        small: the same field of view at low resolution where the camera gives it (Pi's lores stream): for
            gate and finder it costs nothing. Its size is the camera's choice; take the scale from its width.
        exposure: what it was exposed for; where the next frame's differs, all levels differ by stops.
    """

    grey: GreyImage
    sequence: int
    captured_at_ns: int
    small: GreyImage | None = None
    exposure: ExposureTarget = ExposureTarget.PAPER

    def __post_init__(self) -> None:
        """Refuse what is not a grey picture of a bounded size."""
        for image in (self.grey, self.small):
            if image is None:
                continue
            if image.dtype != np.uint8 or image.ndim != _GREY_DIMENSIONS or 0 in image.shape:
                raise ValueError(f"a frame is height x width of uint8, not {image.shape} of {image.dtype}")
            if max(image.shape) > MAX_SIDE_PX:
                raise ValueError(f"a frame's side is at most {MAX_SIDE_PX} px, not {max(image.shape)}")


class Camera(ABC):
    """The seam: a camera is opened, gives frames, and is closed. One thread uses it."""

    @abstractmethod
    def open(self) -> None:
        """Take the device; opening an open camera does nothing.

        Raises:
            CameraLostError: it is not there or is taken by somebody else.
        """

    @abstractmethod
    def capture(self, timeout_s: float = 1.0) -> Frame:
        """Wait for the next frame, at most `timeout_s`; frames not asked for in time are dropped.

        Raises:
            CameraTimeoutError: none came in time.
            CameraLostError: the device is gone.
            EndOfFramesError: a finite source is at its end.
        """

    @abstractmethod
    def close(self) -> None:
        """Give the device back; closing twice does nothing."""

    def set_exposure(self, target: ExposureTarget) -> None:  # noqa: B027 - most cameras have one exposure
        """Expose the next frames for something else; frames already under way still come as they were.

        A camera whose exposure cannot be set does nothing: its frames stay exposed for paper.
        """

    def refocus(self) -> None:  # noqa: B027 - most lenses are fixed
        """Look for the focus again; a fixed lens does nothing."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
