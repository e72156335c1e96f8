"""The Pi's own cameras (CSI), by picamera2: the luminance of a main and a small stream.

The one module that imports picamera2, and only when the camera is opened: it exists on a Pi alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from appliance.base.clock import Clock, SystemClock
from appliance.capture.exposure import Exposure, ExposureLimits
from appliance.capture.focus_lock import FocusLock
from appliance.capture.frame import CameraLostError, GreyImage
from appliance.capture.live import LiveCamera, Picture

__all__ = ["READ_TIMEOUT_S", "SMALL_WIDTH_PX", "PicameraCamera", "import_picamera2"]

_log = logging.getLogger(__name__)

SMALL_WIDTH_PX: Final = 640
"""Of the small stream: 1.6 px a mm of a counter 400 mm wide, what gate and finder work with."""

READ_TIMEOUT_S: Final = 0.8
"""The driver's own patience; below the eye's, so that a frozen sensor leaves no stuck thread behind."""

_BUFFERS: Final = 4
"""One at the sensor, one in the ISP, one waiting, one being copied."""

_EVEN: Final = 2
_MAIN, _SMALL = "main", "lores"
_US_PER_S: Final = 1_000_000
_NS_PER_US: Final = 1_000


def import_picamera2() -> Any:
    """The class Picamera2.

    Raises:
        CameraLostError: picamera2 or libcamera is not installed: `apt install python3-picamera2`.
    """
    try:
        from picamera2 import Picamera2  # noqa: PLC0415 - see the module's docstring
    except ImportError as error:
        raise CameraLostError("picamera2 or libcamera is not installed") from error
    return Picamera2


class _OpenedCamera:
    """A started Picamera2 as the thread that owns it uses it."""

    def __init__(self, camera: Any, frames_per_s: float) -> None:
        self._camera = camera
        self._known: Mapping[str, tuple[Any, Any, Any]] = camera.camera_controls
        self._lock = FocusLock()
        period_us = round(_US_PER_S / frames_per_s)
        self._set({"FrameDurationLimits": (period_us, period_us)})
        if self.exposure_limits is not None:
            self._set({"AeEnable": False})
        self._set(self._lock.controls())

    @property
    def exposure_limits(self) -> ExposureLimits | None:
        """None where the sensor does not list both shutter time and gain."""
        if not {"ExposureTime", "AnalogueGain"} <= self._known.keys():
            return None
        shortest_us, longest_us, _ = self._known["ExposureTime"]
        lowest, highest, _ = self._known["AnalogueGain"]
        try:
            return ExposureLimits(
                max(float(shortest_us), 1.0), float(longest_us), max(float(lowest), 1.0), float(highest)
            )
        except ValueError:
            return None

    def expose(self, exposure: Exposure) -> None:
        """Shutter time and gain by hand; the camera's own automatic is off."""
        self._set({"ExposureTime": round(exposure.time_us), "AnalogueGain": exposure.gain})

    def refocus(self) -> None:
        """Let go of the lens."""
        self._lock = FocusLock()
        self._set(self._lock.controls())

    def read(self) -> Picture | None:
        """The next frame's luminance, copied: its buffer goes back to the camera."""
        try:
            request = self._camera.capture_request(wait=READ_TIMEOUT_S)
        except TimeoutError:
            # The job that waits would otherwise take the first frame after.
            self._camera.cancel_all_and_flush()
            return None
        try:
            grey = self._luminance(request, _MAIN)
            small = self._luminance(request, _SMALL)
            metadata: Mapping[str, Any] = request.get_metadata()
        finally:
            request.release()
        self._follow_focus(metadata)
        return Picture(grey, small, _middle_ns(metadata), _exposure(metadata))

    def release(self) -> None:
        """Stop and give back; what has come loose in between is only noted."""
        try:
            self._camera.cancel_all_and_flush()
        finally:
            self._camera.close()

    def _luminance(self, request: Any, stream: str) -> GreyImage:
        """The Y plane, which comes first in YUV420 and in NV12 alike; rows may be longer than the picture."""
        layout = request.config[stream]
        (width, height), stride = layout["size"], layout["stride"]
        plane = np.frombuffer(request.make_buffer(stream), np.uint8, stride * height)
        return np.ascontiguousarray(plane.reshape(height, stride)[:, :width])

    def _follow_focus(self, metadata: Mapping[str, Any]) -> None:
        if "AfMode" not in self._known:
            return
        before, self._lock = (
            self._lock,
            self._lock.seen(metadata.get("AfState"), metadata.get("LensPosition")),
        )
        if self._lock.is_locked and not before.is_locked:
            self._set(self._lock.controls())
            _log.info("the lens is held at %.2f dioptres", self._lock.lens)

    def _set(self, controls: Mapping[str, Any]) -> None:
        """Set those of the controls that this camera lists: it would refuse the whole set for one other."""
        known = {name: value for name, value in controls.items() if name in self._known}
        if known:
            self._camera.set_controls(known)


def _exposure(metadata: Mapping[str, Any]) -> Exposure | None:
    time_us, gain = metadata.get("ExposureTime"), metadata.get("AnalogueGain")
    if not time_us or not gain:
        return None
    return Exposure(float(time_us), float(gain))


def _middle_ns(metadata: Mapping[str, Any]) -> int | None:
    """The middle of the exposure: the sensor's stamp is that of the first row's start."""
    stamp_ns = metadata.get("SensorTimestamp")
    if stamp_ns is None:
        return None
    return int(stamp_ns) + int(metadata.get("ExposureTime") or 0) * _NS_PER_US // 2


def _start(library: Any, number: int, size: tuple[int, int], frames_per_s: float) -> _OpenedCamera:
    """Open, configure and start a camera.

    Raises:
        CameraLostError: it is not there, taken, or cannot do what is asked.
    """
    try:
        if len(library.global_camera_info()) <= number:
            # The list is kept from the first look on; without this a camera that comes later never shows.
            library._cm.reset()  # noqa: SLF001 - picamera2 has no other way
            raise CameraLostError("no camera of that number is connected")
        camera = library(number)
    except (RuntimeError, IndexError, OSError) as error:
        raise CameraLostError("the camera is absent, or taken by another program") from error
    try:
        _configure(camera, size)
        return _OpenedCamera(camera, frames_per_s)
    except BaseException as error:
        camera.close()
        if isinstance(error, (RuntimeError, ValueError, OSError)):
            raise CameraLostError("the camera does not start as it is asked to") from error
        raise


def _configure(camera: Any, size: tuple[int, int]) -> None:
    width, height = size
    small_width = min(SMALL_WIDTH_PX, width)
    small = (small_width, max(round(small_width * height / width / _EVEN), 1) * _EVEN)
    camera.configure(
        camera.create_video_configuration(
            main={"size": size, "format": "YUV420"},
            lores={"size": small, "format": "YUV420"},
            buffer_count=_BUFFERS,
        )
    )
    camera.start()


class PicameraCamera(LiveCamera):
    """A camera on the Pi's flat cable.

    Frames carry the small stream, and the exposure's own stamp where the sensor gives one. The shutter is
    set by `appliance.capture.exposure`; a lens that can move finds its focus and is then held.
    """

    def __init__(
        self,
        number: int,
        width: int,
        height: int,
        frames_per_s: float,
        *,
        clock: Clock | None = None,
        library: Callable[[], Any] = import_picamera2,
    ) -> None:
        """Remember what to open.

        Args:
            number: of the camera, 0 for the first.
            width: wished, px; even, for colour is half as fine.
            height: wished, px; even.
            frames_per_s: wished.
            clock: whose monotonic time stamps the frames.
            library: gives the class Picamera2; replaced in tests.
        """
        size = (width - width % _EVEN, height - height % _EVEN)
        super().__init__(
            "picamera2 camera",
            lambda: _start(library(), number, size, frames_per_s),
            SystemClock() if clock is None else clock,
        )
