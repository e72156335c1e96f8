"""Four cameras behind one seam, each with a hand on its plug: what the contract's tests are run against."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path

import cv2
import numpy as np

from appliance.base.clock import ManualClock
from appliance.capture.files import FilesCamera
from appliance.capture.frame import Camera
from appliance.capture.picamera import PicameraCamera
from appliance.capture.v4l2 import V4l2Camera
from appliance.simulation.camera import SimulatedCamera
from appliance.simulation.scene import Scene, SceneFile
from tests.capture.fake_picamera2 import World

WIDTH, HEIGHT = 160, 90


class Rig(ABC):
    """A camera and the world around it."""

    camera: Camera

    @abstractmethod
    def now_ns(self) -> int:
        """The clock of the frames' stamps."""

    @abstractmethod
    def waited_s(self) -> float:
        """The clock by which the camera waits."""

    def stall(self) -> float:
        """No frame comes any more; gives a time-out that is then too short."""
        return 0.2

    @abstractmethod
    def unplug(self) -> None:
        """Take the source away."""

    @abstractmethod
    def plug(self) -> None:
        """Bring it back."""

    def tear_down(self) -> None:
        """Leave nothing running."""
        self.camera.close()


class SimulatedRig(Rig):
    """A scene file that is replaced."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.scene_file = SceneFile(folder / "scene.json")
        self.camera = SimulatedCamera(
            self.scene_file, width=WIDTH, height=HEIGHT, frames_per_s=15, clock=self.clock
        )

    def now_ns(self) -> int:
        return self.clock.monotonic_ns()

    def waited_s(self) -> float:
        return self.clock.monotonic_ns() / 1e9

    def stall(self) -> float:
        self.scene_file.write(Scene(camera="frozen"))
        return 0.2

    def unplug(self) -> None:
        self.scene_file.write(Scene(camera="unplugged"))

    def plug(self) -> None:
        self.scene_file.write(Scene())


class FilesRig(Rig):
    """A folder of pictures that is renamed away."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.folder = folder / "pictures"
        self.away = folder / "away"
        self.folder.mkdir()
        for index in range(3):
            picture = np.full((HEIGHT, WIDTH), 60 * (index + 1), np.uint8)
            cv2.imwrite(str(self.folder / f"{index}.png"), picture)
        self.camera = FilesCamera(self.folder, loop=True, frames_per_s=2, clock=self.clock)

    def now_ns(self) -> int:
        return self.clock.monotonic_ns()

    def waited_s(self) -> float:
        return self.clock.monotonic_ns() / 1e9

    def stall(self) -> float:
        # Two pictures a second: none is due within a fifth of one after the last.
        return 0.2

    def unplug(self) -> None:
        self.folder.rename(self.away)

    def plug(self) -> None:
        self.away.rename(self.folder)


class FakeDevice:
    """Stands for cv2.VideoCapture: gives numbered pictures, blocks or fails as told."""

    FRAME_S = 0.002

    def __init__(self, world: V4l2Rig, is_there: bool) -> None:
        self._world = world
        self._is_there = is_there
        self.released = threading.Event()

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._is_there

    def read(self) -> tuple[bool, object]:
        world = self._world
        while not world.flowing.wait(30):
            pass
        if not world.present.is_set():
            return False, None
        threading.Event().wait(self.FRAME_S)  # the sensor's own period
        world.given += 1
        return True, world.picture

    def release(self) -> None:
        self.released.set()


class V4l2Rig(Rig):
    """A fake device behind OpenCV's interface, real threads and real time."""

    def __init__(self, folder: Path) -> None:
        del folder
        self.present = threading.Event()
        self.flowing = threading.Event()
        self.opening = threading.Event()
        for event in (self.present, self.flowing, self.opening):
            event.set()
        self.picture: object = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
        self.given = 0
        self.devices: list[FakeDevice] = []
        self.camera = V4l2Camera(
            "/dev/video0", WIDTH, HEIGHT, 15, open_device=self._open, controls=lambda _: None
        )

    def _open(self, device: str, width: int, height: int, frames_per_s: float) -> FakeDevice:
        del device, width, height, frames_per_s
        self.opening.wait(30)
        self.devices.append(FakeDevice(self, self.present.is_set()))
        return self.devices[-1]

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def waited_s(self) -> float:
        return time.monotonic()

    def stall(self) -> float:
        self.flowing.clear()
        return 0.05

    def unplug(self) -> None:
        self.present.clear()
        self.flowing.set()

    def plug(self) -> None:
        self.present.set()

    def tear_down(self) -> None:
        self.flowing.set()
        self.opening.set()
        super().tear_down()


class PicameraRig(Rig):
    """The picamera2 driver over a stand-in for the library, real threads and real time."""

    def __init__(self, folder: Path) -> None:
        del folder
        self.world = World()
        self.camera = PicameraCamera(0, WIDTH, HEIGHT, 15, library=self.world.library)

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def waited_s(self) -> float:
        return time.monotonic()

    def stall(self) -> float:
        self.world.flowing.clear()
        return 0.05

    def unplug(self) -> None:
        self.world.present.clear()
        self.world.flowing.set()

    def plug(self) -> None:
        self.world.present.set()

    def tear_down(self) -> None:
        self.world.flowing.set()
        super().tear_down()


RIGS: dict[str, type[Rig]] = {
    "simulated": SimulatedRig,
    "files": FilesRig,
    "v4l2": V4l2Rig,
    "picamera2": PicameraRig,
}
