"""A stand-in for picamera2's class, as faithful as what the driver uses of it.

Checked against the real library by the same contract (`make test-picamera2`): formats are adjusted, rows are
padded, an unknown control is refused, a camera is opened once, a job that timed out stays in the queue.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

STRIDE_ALIGNMENT = 64
FRAME_S = 0.002
GUARD = 255
"""What fills the padding of a row: it must never be seen."""


class World:
    """The cameras that are plugged in, and what is before them."""

    def __init__(self, *, planar: bool = True) -> None:
        self.present = threading.Event()
        self.flowing = threading.Event()
        self.present.set()
        self.flowing.set()
        self.format = "YUV420" if planar else "NV12"
        self.light = 0.05
        """Grey levels a microsecond at gain 1 that white paper gives."""
        self.gradient = True
        self.controls: dict[str, tuple[Any, Any, Any]] = {
            "ExposureTime": (26, 220_417, 20_000),
            "AnalogueGain": (1.1228, 16.0, 1.0),
            "AeEnable": (False, True, True),
            "FrameDurationLimits": (8_333, 220_500, 33_333),
            "AfMode": (0, 2, 0),
            "LensPosition": (0.0, 32.0, 1.0),
        }
        self.lens = 4.5
        self.af_state = 2
        self.set_calls: list[dict[str, Any]] = []
        self.opened = 0
        self.closed = 0
        self.taken = False
        self.manager: Any = None
        """Lists the cameras once, until it is reset."""

    def library(self) -> Any:
        world = self

        class Manager:
            listed = world.present.is_set()

            def reset(self) -> None:
                self.listed = world.present.is_set()

        class Picamera2(FakePicamera2):
            _cm = world.manager = world.manager or Manager()

            def __init__(self, number: int = 0) -> None:
                super().__init__(world, number)

            @staticmethod
            def global_camera_info() -> list[dict[str, object]]:
                return [{"Model": "imx708", "Num": 0}] if world.manager.listed else []

        return Picamera2


class FakeRequest:
    def __init__(self, camera: FakePicamera2, exposure: tuple[float, float]) -> None:
        self.config = camera.configuration
        self.camera = camera
        self.exposure = exposure
        self.is_released = False

    def make_buffer(self, name: str) -> np.ndarray[Any, Any]:
        assert not self.is_released
        layout = self.config[name]
        (width, height), stride = layout["size"], layout["stride"]
        world = self.camera.world
        level = min(world.light * self.exposure[0] * self.exposure[1], 255)
        planes = np.full((height * 3 // 2, stride), GUARD, np.uint8)
        ramp = np.linspace(0.5, 1.0, width) if world.gradient else np.ones(width)
        planes[:height, :width] = np.clip(level * ramp, 0, 255).astype(np.uint8)
        return planes.reshape(-1)

    def get_metadata(self) -> dict[str, Any]:
        world = self.camera.world
        known = {
            "SensorTimestamp": time.monotonic_ns() - int(FRAME_S * 1e9),
            "ExposureTime": int(self.exposure[0]),
            "AnalogueGain": self.exposure[1],
        }
        if "AfMode" in world.controls:
            known |= {"AfState": world.af_state, "LensPosition": world.lens}
        return known if "ExposureTime" in world.controls else {}

    def release(self) -> None:
        assert not self.is_released
        self.is_released = True
        self.camera.lent -= 1


class FakePicamera2:
    """What the driver uses of Picamera2."""

    DELAY_FRAMES = 2

    def __init__(self, world: World, number: int) -> None:
        if not world.present.is_set() or number:
            raise IndexError("list index out of range")
        if world.taken:
            raise RuntimeError("Camera __init__ sequence did not complete.")
        world.taken = True
        world.opened += 1
        self.world = world
        self.configuration: dict[str, Any] = {}
        self.lent = 0
        self.queued = 0
        self.is_started = False
        self.exposures = [(20_000.0, 1.0)] * (self.DELAY_FRAMES + 1)
        self.is_closed = False

    @property
    def camera_controls(self) -> dict[str, tuple[Any, Any, Any]]:
        return dict(self.world.controls)

    def create_video_configuration(
        self, main: dict[str, Any], lores: dict[str, Any], buffer_count: int
    ) -> dict[str, Any]:
        assert lores["size"][0] <= main["size"][0]
        for stream in (main, lores):
            assert stream["format"] == "YUV420"
            assert all(side % 2 == 0 for side in stream["size"])
        return {"main": dict(main), "lores": dict(lores), "buffer_count": buffer_count}

    def configure(self, configuration: dict[str, Any]) -> None:
        for name in ("main", "lores"):
            stream = configuration[name]
            stream["format"] = self.world.format
            stream["stride"] = -(-stream["size"][0] // STRIDE_ALIGNMENT) * STRIDE_ALIGNMENT
        self.configuration = configuration

    def start(self) -> None:
        assert self.configuration
        self.is_started = True

    def set_controls(self, controls: dict[str, Any]) -> None:
        unknown = controls.keys() - self.world.controls.keys()
        if unknown:
            raise RuntimeError(f"Control {unknown} is not advertised by libcamera")
        self.world.set_calls.append(dict(controls))
        if "ExposureTime" in controls:
            self.exposures.append((float(controls["ExposureTime"]), float(controls["AnalogueGain"])))
        else:
            self.exposures.append(self.exposures[-1])

    def capture_request(self, wait: float) -> FakeRequest:
        assert self.is_started
        assert self.lent < self.configuration["buffer_count"]
        assert not self.queued, "an earlier job still waits and would take this frame"
        deadline = time.monotonic() + wait
        while not (self.world.flowing.wait(0.01) and self.world.present.is_set()):
            if time.monotonic() >= deadline:
                self.queued += 1
                raise TimeoutError
        threading.Event().wait(FRAME_S)  # the sensor's own period
        if len(self.exposures) > 1:
            self.exposures.pop(0)
        self.lent += 1
        return FakeRequest(self, self.exposures[0])

    def cancel_all_and_flush(self) -> None:
        self.queued = 0

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.world.taken = False
            self.world.closed += 1
