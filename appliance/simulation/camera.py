"""The simulated camera: gives the frames that a real one above the scene would give, at its rate."""

from __future__ import annotations

import logging
from typing import Final

import cv2
import numpy as np

from appliance.base.clock import Clock, SystemClock
from appliance.capture.frame import (
    MAX_SIDE_PX,
    Camera,
    CameraLostError,
    CameraTimeoutError,
    ExposureTarget,
    Frame,
    GreyImage,
)
from appliance.capture.pacing import FramePacer
from appliance.simulation.scene import Scene, SceneError, SceneFile
from appliance.simulation.view import CounterView

__all__ = ["MIN_SIDE_PX", "SimulatedCamera"]

_log = logging.getLogger(__name__)

MIN_SIDE_PX: Final = 64


class SimulatedCamera(Camera):
    """Renders the scene of a file; unplugged and frozen are states of that scene.

    What it shows is the counter at the instant a real sensor would have been exposed: a caller that comes
    late gets the latest such instant, with its own time stamp.
    """

    def __init__(
        self,
        scene_file: SceneFile,
        *,
        width: int,
        height: int,
        frames_per_s: float,
        clock: Clock | None = None,
        seed: int = 0,
        small_width: int | None = None,
    ) -> None:
        """Remember what to open.

        Args:
            scene_file: what lies under the camera.
            width: of the frames, px.
            height: of the frames, px.
            frames_per_s: the sensor's rate.
            clock: whose monotonic time paces the frames and moves the objects.
            seed: of noise, light and counter top; the same seed and instants give the same frames.
            small_width: width in px of the low-resolution copy to give with each frame, None for none.

        Raises:
            ValueError: a side is not from `MIN_SIDE_PX` to `MAX_SIDE_PX`, or the rate is out of bounds.
        """
        for side in (width, height, small_width or width):
            if not MIN_SIDE_PX <= side <= MAX_SIDE_PX:
                raise ValueError(f"a frame's side is {MIN_SIDE_PX} to {MAX_SIDE_PX} px, not {side}")
        self._scene_file = scene_file
        self._size = (width, height)
        self._small_width = small_width
        self._seed = seed
        self._clock = SystemClock() if clock is None else clock
        self._pacer = FramePacer(frames_per_s, self._clock)
        self._view: CounterView | None = None
        self._is_open = False
        self._target = ExposureTarget.PAPER
        self._sequence = 0
        self._scene = Scene()
        self._scene_stamp: tuple[int, ...] | None = None

    def open(self) -> None:
        """Plug in; the first time this draws the counter's top and the noise."""
        if self._is_open:
            return
        if self._current_scene().camera == "unplugged":
            raise CameraLostError("the simulated camera is unplugged")
        if self._view is None:
            self._view = CounterView(*self._size, self._seed)
        self._pacer.restart()
        self._target = ExposureTarget.PAPER
        self._is_open = True

    def capture(self, timeout_s: float = 1.0) -> Frame:
        """The next frame, as the seam says."""
        if self._view is None or not self._is_open:
            raise CameraLostError("the simulated camera is not open")
        before_ns = self._clock.monotonic_ns()
        at_ns = self._pacer.wait(timeout_s)
        scene = self._current_scene()
        if scene.camera == "unplugged":
            self.close()
            raise CameraLostError("the simulated camera was unplugged")
        if scene.camera == "frozen":
            waited_s = (self._clock.monotonic_ns() - before_ns) / 1e9
            self._clock.sleep(max(timeout_s - waited_s, 0.0))
            raise CameraTimeoutError(f"no frame within {timeout_s:g} s")
        grey = self._view.render(scene, at_ns, self._target)
        frame = Frame(grey, self._sequence, at_ns, self._small(grey), self._target)
        self._sequence += 1
        return frame

    def close(self) -> None:
        """Unplug; what was drawn is kept for the next opening."""
        self._is_open = False

    def set_exposure(self, target: ExposureTarget) -> None:
        """From the next frame on; opened anew it is paper again."""
        self._target = target

    def _small(self, grey: GreyImage) -> GreyImage | None:
        if self._small_width is None:
            return None
        size = (self._small_width, max(round(self._small_width * grey.shape[0] / grey.shape[1]), 1))
        return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _current_scene(self) -> Scene:
        """The scene file's content, parsed again only when it was replaced; a bad one changes nothing."""
        try:
            status = self._scene_file.path.stat()
            stamp: tuple[int, ...] = (status.st_ino, status.st_mtime_ns, status.st_size)
        except OSError:
            stamp = ()
        if stamp != self._scene_stamp:
            self._scene_stamp = stamp
            try:
                self._scene = self._scene_file.read()
            except (SceneError, OSError) as error:
                _log.warning("the scene file was not taken (%s); the scene before it stays", error)
        return self._scene
