"""USB cameras (whatever speaks Video4Linux2): pictures through OpenCV, modes and controls by ioctl."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, Final, Protocol

import cv2
import numpy as np

from appliance.base.clock import Clock, SystemClock
from appliance.capture.exposure import Exposure, ExposureLimits
from appliance.capture.frame import MAX_SIDE_PX, CameraLostError, GreyImage
from appliance.capture.live import LiveCamera, Picture
from appliance.capture.v4l2_controls import SensorControls, open_controls
from appliance.capture.v4l2_modes import GREY, JPEGS, LUMA_FIRST, best_mode, modes_of

__all__ = ["OpenDevice", "V4l2Camera", "VideoDevice", "open_with_opencv"]

_log = logging.getLogger(__name__)

_DEVICE_PATTERN: Final = re.compile(r"(?:/dev/video)?(\d{1,3})")
_COLOUR_DIMENSIONS: Final = 3
_YUYV_CHANNELS: Final = 2


class VideoDevice(Protocol):
    """What is used of `cv2.VideoCapture`."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Whether the device was taken."""
        ...

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture; False when there is none."""
        ...

    def release(self) -> None:
        """Give the device back."""
        ...


OpenDevice = Callable[[str, int, int, float], VideoDevice]
"""Opens device, width, height, frames a second."""


def open_with_opencv(device: str, width: int, height: int, frames_per_s: float) -> VideoDevice:
    """Open by OpenCV's V4L2 back-end in the best mode that the device lists."""
    number = _DEVICE_PATTERN.fullmatch(device)
    mode = best_mode(modes_of(_path(device)), width, height, frames_per_s)
    # A path that is no /dev/videoN (such as /dev/v4l/by-id/...) is opened by its name.
    video = cv2.VideoCapture(int(number[1]) if number else device, cv2.CAP_V4L2)
    # Motion JPEG where nothing is listed: raw pictures of 1920x1080 pass a USB 2 cable five times a second.
    video.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*(mode.fourcc if mode else "MJPG")))
    video.set(cv2.CAP_PROP_FRAME_WIDTH, mode.width if mode else width)
    video.set(cv2.CAP_PROP_FRAME_HEIGHT, mode.height if mode else height)
    video.set(cv2.CAP_PROP_FPS, frames_per_s)
    if mode is not None and mode.fourcc in {GREY, *JPEGS, *LUMA_FIRST}:
        # As it comes: making colours of it that are thrown away costs more than all the rest.
        video.set(cv2.CAP_PROP_CONVERT_RGB, 0)
    # One buffer, so that a frame that waited is not taken for the present.
    video.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return video


def _path(device: str) -> str:
    return "/dev/video" + device if device.isdecimal() else device


def _grey(picture: Any) -> GreyImage | None:
    """Luminance of what OpenCV gives: BGR, YUYV, grey or a JPEG file; None for what is no picture."""
    array = np.asarray(picture)
    if array.dtype != np.uint8 or array.size == 0:
        return None
    if _is_jpeg(array):
        # Only the luminance is decoded.
        decoded = cv2.imdecode(array.reshape(-1), cv2.IMREAD_GRAYSCALE)
        if decoded is None:
            return None
        array = np.asarray(decoded, np.uint8)
    if max(array.shape[:2]) > MAX_SIDE_PX:
        return None
    if array.ndim == _COLOUR_DIMENSIONS:
        if array.shape[2] == _YUYV_CHANNELS:
            # Every first byte of YUYV is the luminance of one pixel.
            return np.ascontiguousarray(array[:, :, 0])
        return np.asarray(cv2.cvtColor(array, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return np.array(array, dtype=np.uint8) if array.ndim == _COLOUR_DIMENSIONS - 1 else None


_JPEG_START: Final = (0xFF, 0xD8, 0xFF)


def _is_jpeg(array: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    """Whether it is one row of bytes that begins as a JPEG file does (its start of image, then a marker)."""
    row = array.reshape(-1)
    return array.size == max(array.shape) and tuple(row[: len(_JPEG_START)].tolist()) == _JPEG_START


class _OpenedDevice:
    """An opened device as the thread that owns it uses it."""

    def __init__(self, video: VideoDevice, controls: SensorControls | None) -> None:
        self._video = video
        self._controls = controls

    @property
    def exposure_limits(self) -> ExposureLimits | None:
        """By the device's own list of controls."""
        return None if self._controls is None else self._controls.exposure_limits

    def expose(self, exposure: Exposure) -> None:
        """By its controls."""
        if self._controls is not None:
            self._controls.expose(exposure)

    def refocus(self) -> None:
        """By its controls."""
        if self._controls is not None:
            self._controls.refocus()

    def read(self) -> Picture | None:
        """The next picture's luminance."""
        is_read, picture = self._video.read()
        grey = _grey(picture) if is_read and picture is not None else None
        if self._controls is not None:
            self._controls.frame_passed()
        return None if grey is None else Picture(grey)

    def release(self) -> None:
        """Give both back."""
        try:
            if self._controls is not None:
                self._controls.close()
        finally:
            self._video.release()


class V4l2Camera(LiveCamera):
    """A Video4Linux2 camera.

    The time stamp is the instant at which the frame was handed over by the driver, which comes after the
    exposure by the transfer and the decoding: OpenCV does not give the driver's own stamp.
    """

    def __init__(
        self,
        device: str,
        width: int,
        height: int,
        frames_per_s: float,
        *,
        clock: Clock | None = None,
        open_device: OpenDevice = open_with_opencv,
        controls: Callable[[str], SensorControls | None] = open_controls,
    ) -> None:
        """Remember what to open.

        Args:
            device: `/dev/video0`, another path of a video device, or its number.
            width: wished, px; the best mode up to it is taken.
            height: wished, px.
            frames_per_s: wished.
            clock: whose monotonic time stamps the frames.
            open_device: opens the device; replaced in tests.
            controls: opens the device's exposure and focus, None where it has none; replaced in tests.
        """

        def opened() -> _OpenedDevice:
            video = open_device(device, width, height, frames_per_s)
            if not video.isOpened():
                video.release()
                raise CameraLostError("the video device is absent or taken")
            return _OpenedDevice(video, controls(_path(device)))

        super().__init__("v4l2 camera", opened, SystemClock() if clock is None else clock)
