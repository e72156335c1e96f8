"""From what people write (a device, a path) to the camera behind it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal, Protocol

from appliance.base.clock import Clock
from appliance.capture.files import FilesCamera
from appliance.capture.frame import Camera, CameraError
from appliance.capture.picamera import PicameraCamera
from appliance.capture.pictures import UnreadableFileError, find_pictures
from appliance.capture.v4l2 import V4l2Camera
from appliance.texts.capture import NOT_A_CSI_CAMERA, NOT_A_SOURCE

__all__ = [
    "CameraWish",
    "NotACameraError",
    "SourceDriver",
    "camera_from_settings",
    "camera_from_uri",
    "driver_for",
]

SourceDriver = Literal["files", "v4l2"]

_DEVICE_DIRECTORY = Path("/dev")
_FIRST_DEVICE = "/dev/video0"
_FIRST_CSI_CAMERA = "0"


class NotACameraError(CameraError):
    """What was given is neither a camera nor pictures; the text, in French, says why: correct it."""


class CameraWish(Protocol):
    """What is used of the camera's settings."""

    @property
    def driver(self) -> str:
        """`files`, `v4l2` or `picamera2` here; other drivers are chosen elsewhere."""
        ...

    @property
    def device(self) -> str:
        """Device, path, or number of a CSI camera; empty for the first of the driver."""
        ...

    @property
    def width(self) -> int:
        """Of a frame, px."""
        ...

    @property
    def height(self) -> int:
        """Of a frame, px."""
        ...

    @property
    def frames_per_s(self) -> float:
        """Wished rate."""
        ...

    @property
    def loop(self) -> bool:
        """Whether files start again at their end."""
        ...

    @property
    def hold_s(self) -> float:
        """How long each picture of a folder lies there."""
        ...


def driver_for(source: str) -> SourceDriver:
    """Which driver shows a device or path.

    Raises:
        NotACameraError: no such device, or no picture at that path.
    """
    path = Path("/dev/video" + source if source.isdecimal() else source)
    try:
        if stat.S_ISCHR(path.stat().st_mode):
            return "v4l2"
    except (OSError, ValueError):
        if _DEVICE_DIRECTORY in path.parents:
            return "v4l2"  # not plugged in yet: the camera will say so, and be there when it is
    try:
        find_pictures(path)
    except UnreadableFileError as error:
        raise NotACameraError(NOT_A_SOURCE.format(source=source, reason=error)) from error
    return "files"


def camera_from_uri(
    source: str,
    *,
    width: int,
    height: int,
    frames_per_s: float,
    loop: bool = False,
    clock: Clock | None = None,
) -> Camera:
    """The camera for `--camera SOURCE`: `/dev/video0`, `0`, an image, a video or a folder of them.

    Raises:
        NotACameraError: it is none of these.
    """
    if driver_for(source) == "v4l2":
        return V4l2Camera(source, width, height, frames_per_s, clock=clock)
    return FilesCamera(Path(source), loop=loop, frames_per_s=frames_per_s, clock=clock)


def camera_from_settings(wish: CameraWish, clock: Clock | None = None) -> Camera:
    """The camera of the settings, for the drivers of real cameras and files; nothing is opened yet.

    Raises:
        NotACameraError: another driver is named.
    """
    if wish.driver == "picamera2":
        number = wish.device or _FIRST_CSI_CAMERA
        if not number.isdecimal():
            raise NotACameraError(NOT_A_CSI_CAMERA.format(source=number))
        return PicameraCamera(int(number), wish.width, wish.height, wish.frames_per_s, clock=clock)
    if wish.driver == "v4l2":
        return V4l2Camera(
            wish.device or _FIRST_DEVICE, wish.width, wish.height, wish.frames_per_s, clock=clock
        )
    if wish.driver == "files":
        return FilesCamera(
            Path(wish.device),
            loop=wish.loop,
            frames_per_s=wish.frames_per_s,
            hold_s=wish.hold_s,
            clock=clock,
        )
    raise NotACameraError(f"the driver {wish.driver} is not one of files, v4l2, picamera2")
