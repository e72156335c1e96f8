"""USB cameras (and whatever else speaks Video4Linux2), through OpenCV.

OpenCV's `read` may block in the driver for seconds. So one thread owns the device from opening to release
and keeps only the latest frame; whoever captures waits for that thread, and never longer than it wants to.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol

import cv2
import numpy as np

from appliance.base.clock import Clock, SystemClock
from appliance.base.threads import StoppableThread
from appliance.capture.frame import (
    MAX_SIDE_PX,
    Camera,
    CameraLostError,
    CameraTimeoutError,
    Frame,
    GreyImage,
)

__all__ = [
    "CLOSE_TIMEOUT_S",
    "OPEN_TIMEOUT_S",
    "DeviceBusyError",
    "V4l2Camera",
    "VideoDevice",
    "open_with_opencv",
]

_log = logging.getLogger(__name__)

OPEN_TIMEOUT_S: Final = 5.0
"""A USB camera that has not answered by then will not."""

CLOSE_TIMEOUT_S: Final = 2.0
"""How long closing waits for the driver; a stuck read ends on its own (OpenCV gives up after 10 s)."""

_FAILED_READS: Final = 3
"""A single failed read is a broken frame of a shaky cable, three in a row are a camera that is gone."""

_DEVICE_PATTERN: Final = re.compile(r"(?:/dev/video)?(\d{1,3})")
_COLOUR_DIMENSIONS: Final = 3
_YUYV_CHANNELS: Final = 2


class DeviceBusyError(CameraLostError):
    """An earlier opening of this camera is still stuck in its driver; open again in some seconds."""


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
    """Open by OpenCV's V4L2 back-end in the mode nearest to what is asked."""
    number = _DEVICE_PATTERN.fullmatch(device)
    # A path that is no /dev/videoN (such as /dev/v4l/by-id/...) is opened by its name.
    video = cv2.VideoCapture(int(number[1]) if number else device, cv2.CAP_V4L2)
    # Motion JPEG first: raw pictures of 1920x1080 pass a USB 2 cable five times a second only.
    video.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    video.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    video.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    video.set(cv2.CAP_PROP_FPS, frames_per_s)
    # One buffer, so that a frame that waited is not taken for the present.
    video.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return video


class _Reader:
    """The thread that owns one opened device, and the latest of its frames."""

    def __init__(self, open_device: Callable[[], VideoDevice], clock: Clock, first_sequence: int) -> None:
        self._open_device = open_device
        self._clock = clock
        self._changed = threading.Condition()
        self._is_open = False
        self._ended = False
        self._latest: Frame | None = None
        self.sequence = first_sequence
        self.thread = StoppableThread("v4l2 camera", self._read_all)

    def wait_open(self, timeout_s: float) -> bool:
        """Whether the device was opened within that time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_open or self._ended, timeout_s)
            return self._is_open

    def take(self, timeout_s: float) -> Frame | None:
        """The latest frame not taken yet, or None; raises CameraLostError when the device is gone."""
        with self._changed:
            self._changed.wait_for(lambda: self._latest is not None or self._ended, timeout_s)
            frame, self._latest = self._latest, None
            if frame is None and self._ended:
                raise CameraLostError("the camera gives no more frames: unplugged?")
            return frame

    def _read_all(self, stopping: threading.Event) -> None:
        try:
            device = self._open_device()
            try:
                if device.isOpened():
                    self._say_open()
                    self._read_frames(device, stopping)
            finally:
                device.release()
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _say_open(self) -> None:
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def _read_frames(self, device: VideoDevice, stopping: threading.Event) -> None:
        failed = 0
        while not stopping.is_set() and failed < _FAILED_READS:
            is_read, picture = device.read()
            grey = _grey(picture) if is_read and picture is not None else None
            if grey is None:
                failed += 1
                continue
            failed = 0
            with self._changed:
                self._latest = Frame(grey, self.sequence, self._clock.monotonic_ns())
                self.sequence += 1
                self._changed.notify_all()


def _grey(picture: Any) -> GreyImage | None:
    """Luminance of what OpenCV gives: BGR, YUYV or grey; None for what is no picture."""
    array = np.asarray(picture)
    if array.dtype != np.uint8 or array.size == 0 or max(array.shape[:2]) > MAX_SIDE_PX:
        return None
    if array.ndim == _COLOUR_DIMENSIONS:
        if array.shape[2] == _YUYV_CHANNELS:
            # Every first byte of YUYV is the luminance of one pixel.
            return np.ascontiguousarray(array[:, :, 0])
        return np.asarray(cv2.cvtColor(array, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return np.array(array, dtype=np.uint8) if array.ndim == _COLOUR_DIMENSIONS - 1 else None


class V4l2Camera(Camera):
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
    ) -> None:
        """Remember what to open.

        Args:
            device: `/dev/video0`, another path of a video device, or its number.
            width: wished, px; the camera takes the nearest mode it has.
            height: wished, px.
            frames_per_s: wished.
            clock: whose monotonic time stamps the frames.
            open_device: opens the device; replaced in tests.
        """
        self._clock = SystemClock() if clock is None else clock
        self._open_device = lambda: open_device(device, width, height, frames_per_s)
        self._reader: _Reader | None = None
        self._stuck: _Reader | None = None
        self._sequence = 0

    def open(self) -> None:
        """Take the device, within `OPEN_TIMEOUT_S`."""
        if self._reader is not None:
            return
        if self._stuck is not None and self._stuck.thread.is_alive():
            raise DeviceBusyError("the camera's driver is still stuck")
        self._stuck = None
        self._reader = _Reader(self._open_device, self._clock, self._sequence)
        self._reader.thread.start()
        if not self._reader.wait_open(OPEN_TIMEOUT_S):
            self.close()
            raise CameraLostError("the camera cannot be opened: absent, or taken by another program")

    def capture(self, timeout_s: float = 1.0) -> Frame:
        """The latest frame not given yet, or the next one."""
        if self._reader is None:
            raise CameraLostError("the camera is not open")
        frame = self._reader.take(timeout_s)
        if frame is None:
            raise CameraTimeoutError(f"no frame within {timeout_s:g} s")
        return frame

    def close(self) -> None:
        """Give the device back within `CLOSE_TIMEOUT_S`; a stuck driver gets it back when it returns."""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        reader.thread.stopping.set()
        reader.thread.join(CLOSE_TIMEOUT_S)
        self._sequence = reader.sequence
        if reader.thread.is_alive():
            _log.error("the camera's driver did not return within %g s", CLOSE_TIMEOUT_S)
            self._stuck = reader
