"""From what people write to the camera behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from appliance.base.clock import ManualClock
from appliance.capture.files import FilesCamera
from appliance.capture.picamera import PicameraCamera
from appliance.capture.sources import NotACameraError, camera_from_settings, camera_from_uri, driver_for
from appliance.capture.v4l2 import V4l2Camera
from appliance.texts.capture import UNREADABLE_TEXTS


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(path)
    return path


@pytest.mark.parametrize("source", ["/dev/video0", "/dev/video99", "0", "12", "/dev/v4l/by-id/usb-camera"])
def test_a_device_is_a_camera_even_before_it_is_plugged_in(source: str) -> None:
    assert driver_for(source) == "v4l2"


def test_any_character_device_is_left_to_the_driver() -> None:
    assert driver_for("/dev/null") == "v4l2"


def test_a_picture_and_its_folder_are_files(picture: Path) -> None:
    assert driver_for(str(picture)) == "files"
    assert driver_for(str(picture.parent)) == "files"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("absent", "missing"), ("a.txt", "unknown_type"), ("empty", "nothing"), ("a\0b", "missing")],
)
def test_what_is_neither_is_said_in_french(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    source = str(tmp_path / name)
    with pytest.raises(NotACameraError) as caught:
        driver_for(source)
    assert source in str(caught.value)
    assert UNREADABLE_TEXTS[reason] in str(caught.value)


def test_a_uri_becomes_its_camera(picture: Path) -> None:
    shape = {"width": 64, "height": 48, "frames_per_s": 15.0}
    assert isinstance(camera_from_uri("/dev/video0", **shape), V4l2Camera)
    with camera_from_uri(str(picture), loop=True, clock=ManualClock(), **shape) as camera:
        assert isinstance(camera, FilesCamera)
        assert [camera.capture().sequence for _ in range(3)] == [0, 1, 2]


@dataclass(frozen=True)
class Wish:
    driver: str
    device: str = ""
    width: int = 64
    height: int = 48
    frames_per_s: float = 15.0
    loop: bool = True
    hold_s: float = 0.0


def test_the_settings_become_their_camera(picture: Path) -> None:
    assert isinstance(camera_from_settings(Wish("v4l2")), V4l2Camera)
    with camera_from_settings(Wish("files", str(picture)), ManualClock()) as camera:
        assert [camera.capture().sequence for _ in range(3)] == [0, 1, 2]
    assert isinstance(camera_from_settings(Wish("picamera2")), PicameraCamera)
    assert isinstance(camera_from_settings(Wish("picamera2", "1")), PicameraCamera)
    with pytest.raises(NotACameraError, match="numéro"):
        camera_from_settings(Wish("picamera2", "/dev/video0"))
    with pytest.raises(NotACameraError):
        camera_from_settings(Wish("simulated"))
