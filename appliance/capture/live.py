"""What all cameras with a device behind them share: a thread that owns the device and keeps its latest frame.

Drivers may block for seconds, in opening as in reading. So one thread does all that touches the device, from
opening to release, and whoever captures waits for that thread no longer than it wants to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.threads import StoppableThread
from appliance.capture.exposure import AutoExposure, Exposure, ExposureLimits, brightest
from appliance.capture.frame import (
    Camera,
    CameraLostError,
    CameraTimeoutError,
    ExposureTarget,
    Frame,
    GreyImage,
)

__all__ = [
    "CLOSE_TIMEOUT_S",
    "OPEN_TIMEOUT_S",
    "CameraDevice",
    "DeviceBusyError",
    "LiveCamera",
    "Picture",
]

_log = logging.getLogger(__name__)

OPEN_TIMEOUT_S: Final = 5.0
"""A camera that has not answered by then will not."""

CLOSE_TIMEOUT_S: Final = 2.0
"""How long closing waits for the driver; a stuck one ends on its own (OpenCV gives up after 10 s)."""

_FAILED_READS: Final = 3
"""A single failed read is a broken frame of a shaky cable, three in a row are a camera that is gone."""

_OLDEST_NS: Final = NS_PER_S
"""A sensor's own stamp that is older than this, or in the future, comes from another clock than ours."""


class DeviceBusyError(CameraLostError):
    """An earlier opening of this camera is still stuck in its driver; open again in some seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What a device gives.

    Attributes:
        grey: the luminance; the device does not write to it any more.
        small: the same at low resolution, where the device gives it.
        exposed_at_ns: the middle of the exposure by CLOCK_MONOTONIC, where the device says so.
        exposure: what it was taken with, where the device says so.
    """

    grey: GreyImage
    small: GreyImage | None = None
    exposed_at_ns: int | None = None
    exposure: Exposure | None = None


class CameraDevice(Protocol):
    """An opened device, used by one thread."""

    @property
    def exposure_limits(self) -> ExposureLimits | None:
        """What its sensor can be set to; None where it cannot be set."""
        ...

    def expose(self, exposure: Exposure) -> None:
        """Set the sensor; frames under way are not changed."""
        ...

    def refocus(self) -> None:
        """Look for the focus again, where the lens can."""
        ...

    def read(self) -> Picture | None:
        """Wait for the next picture; None when there is none or it is broken."""
        ...

    def release(self) -> None:
        """Give the device back."""
        ...


class _Owner:
    """The thread that owns one opened device, and the latest of its frames."""

    def __init__(
        self, name: str, open_device: Callable[[], CameraDevice], clock: Clock, first_sequence: int
    ) -> None:
        self._open_device = open_device
        self._clock = clock
        self._changed = threading.Condition()
        self._is_open = False
        self._ended = False
        self._latest: Frame | None = None
        self.target = ExposureTarget.PAPER
        self.refocus = threading.Event()
        self.sequence = first_sequence
        self.thread = StoppableThread(name, self._own)

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

    def _own(self, stopping: threading.Event) -> None:
        try:
            device = self._open_device()
            try:
                self._say_open()
                self._read_frames(device, stopping)
            finally:
                device.release()
        except CameraLostError as error:
            _log.debug("%s: %s", self.thread.name, error)
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _say_open(self) -> None:
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def _read_frames(self, device: CameraDevice, stopping: threading.Event) -> None:
        limits = device.exposure_limits
        exposure = None if limits is None else AutoExposure(limits)
        given: Exposure | None = None
        failed = 0
        while not stopping.is_set() and failed < _FAILED_READS:
            if exposure is not None:
                exposure = exposure.expose_for(self.target)
                if given is None or given != exposure.setting:
                    given = exposure.setting
                    device.expose(given)
            if self.refocus.is_set():
                self.refocus.clear()
                device.refocus()
            picture = device.read()
            if picture is None:
                failed += 1
                continue
            failed = 0
            if exposure is not None:
                small = picture.grey if picture.small is None else picture.small
                exposure = exposure.seen(brightest(small), picture.exposure)
            is_as_wished = exposure is not None and exposure.is_settled
            self._keep(picture, exposure.target if exposure and is_as_wished else ExposureTarget.PAPER)

    def _keep(self, picture: Picture, target: ExposureTarget) -> None:
        with self._changed:
            self._latest = Frame(picture.grey, self.sequence, self._stamp(picture), picture.small, target)
            self.sequence += 1
            self._changed.notify_all()

    def _stamp(self, picture: Picture) -> int:
        now_ns = self._clock.monotonic_ns()
        said_ns = picture.exposed_at_ns
        return said_ns if said_ns is not None and 0 <= now_ns - said_ns <= _OLDEST_NS else now_ns


class LiveCamera(Camera):
    """A camera over a device that may block, vanish and come back."""

    def __init__(self, name: str, open_device: Callable[[], CameraDevice], clock: Clock) -> None:
        """Remember what to open.

        Args:
            name: of the thread.
            open_device: opens the device, in the thread that will own it; raises CameraLostError where it is
                not there or taken.
            clock: whose monotonic time stamps the frames.
        """
        self._name = name
        self._open_device = open_device
        self._clock = clock
        self._owner: _Owner | None = None
        self._stuck: _Owner | None = None
        self._sequence = 0

    def open(self) -> None:
        """Take the device, within `OPEN_TIMEOUT_S`."""
        if self._owner is not None:
            return
        if self._stuck is not None and self._stuck.thread.is_alive():
            raise DeviceBusyError("the camera's driver is still stuck")
        self._stuck = None
        self._owner = _Owner(self._name, self._open_device, self._clock, self._sequence)
        self._owner.thread.start()
        if not self._owner.wait_open(OPEN_TIMEOUT_S):
            self.close()
            raise CameraLostError("the camera cannot be opened: absent, or taken by another program")

    def capture(self, timeout_s: float = 1.0) -> Frame:
        """The latest frame not given yet, or the next one."""
        if self._owner is None:
            raise CameraLostError("the camera is not open")
        frame = self._owner.take(timeout_s)
        if frame is None:
            raise CameraTimeoutError(f"no frame within {timeout_s:g} s")
        return frame

    def close(self) -> None:
        """Give the device back within `CLOSE_TIMEOUT_S`; a stuck driver gets it back when it returns."""
        owner, self._owner = self._owner, None
        if owner is None:
            return
        owner.thread.stopping.set()
        owner.thread.join(CLOSE_TIMEOUT_S)
        self._sequence = owner.sequence
        if owner.thread.is_alive():
            _log.error("the camera's driver did not return within %g s", CLOSE_TIMEOUT_S)
            self._stuck = owner

    def set_exposure(self, target: ExposureTarget) -> None:
        """Expose for something else, where the sensor can be set; opened anew it is paper again."""
        if self._owner is not None:
            self._owner.target = target

    def refocus(self) -> None:
        """Look for the focus again, where the lens can."""
        if self._owner is not None:
            self._owner.refocus.set()
