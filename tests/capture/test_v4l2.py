"""The V4L2 driver's thread against a device that blocks, breaks and lies; no real device is opened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from appliance.capture import live
from appliance.capture.frame import MAX_SIDE_PX, CameraLostError, CameraTimeoutError
from appliance.capture.live import DeviceBusyError
from appliance.capture.v4l2 import V4l2Camera, open_with_opencv
from tests.capture.rigs import V4l2Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[V4l2Rig]:
    made = V4l2Rig(tmp_path)
    yield made
    made.tear_down()


@pytest.fixture
def short_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "OPEN_TIMEOUT_S", 0.1)
    monkeypatch.setattr(live, "CLOSE_TIMEOUT_S", 0.1)


class ScriptedDevice:
    """Gives what it is told, then fails for ever."""

    def __init__(self, *readings: object) -> None:
        self.readings = list(readings)
        self.reads = 0
        self.is_released = False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return True

    def read(self) -> tuple[bool, object]:
        self.reads += 1
        picture = self.readings.pop(0) if self.readings else None
        return picture is not None, picture

    def release(self) -> None:
        self.is_released = True


def camera_on(device: ScriptedDevice) -> V4l2Camera:
    return V4l2Camera("/dev/video0", 16, 16, 15, open_device=lambda *_: device, controls=lambda _: None)


def all_frames(device: ScriptedDevice) -> list[tuple[int, ...]]:
    """Shapes of what can be captured before the camera is lost."""
    shapes: list[tuple[int, ...]] = []
    with camera_on(device) as camera:
        try:
            while True:
                shapes.append(camera.capture(5).grey.shape)
        except CameraLostError:
            return shapes


def picture(level: int = 0) -> np.ndarray:
    return np.full((16, 16, 3), level, np.uint8)


def test_a_device_that_never_opens_is_given_up_in_time(rig: V4l2Rig, short_bounds: None) -> None:
    rig.opening.clear()
    started = time.monotonic()
    with pytest.raises(CameraLostError):
        rig.camera.open()
    assert time.monotonic() - started < 5
    with pytest.raises(DeviceBusyError):
        rig.camera.open()


def test_closing_is_bounded_while_a_read_is_stuck_and_the_device_is_released_later(
    rig: V4l2Rig, short_bounds: None
) -> None:
    rig.camera.open()
    rig.camera.capture(5)
    rig.stall()
    capture_until_late(rig)
    started = time.monotonic()
    rig.camera.close()
    assert time.monotonic() - started < 5
    assert not rig.devices[0].released.is_set()
    with pytest.raises(DeviceBusyError):
        rig.camera.open()
    rig.flowing.set()
    assert rig.devices[0].released.wait(10)
    _open_when_free(rig)
    assert rig.camera.capture(5).sequence > 0


def capture_until_late(rig: V4l2Rig) -> None:
    """Take the frames that were under way when the driver got stuck."""
    try:
        while True:
            rig.camera.capture(0.05)
    except CameraTimeoutError:
        return


def _open_when_free(rig: V4l2Rig) -> None:
    """The thread ends a moment after it released the device."""
    deadline = time.monotonic() + 10
    while True:
        try:
            rig.camera.open()
        except DeviceBusyError:
            assert time.monotonic() < deadline
        else:
            return


def test_closing_releases_the_device_in_its_own_thread(rig: V4l2Rig) -> None:
    with rig.camera:
        rig.camera.capture(5)
    assert rig.devices[0].released.is_set()


def test_two_broken_frames_in_a_row_are_overlooked_and_three_are_not() -> None:
    device = ScriptedDevice(picture(), None, None, picture(), None, None, None, picture())
    all_frames(device)
    assert device.reads == 7
    assert device.is_released


def test_a_late_caller_gets_the_latest_frame_and_the_numbers_tell_what_was_missed(rig: V4l2Rig) -> None:
    with rig.camera:
        first = rig.camera.capture(5)
        missed_from = rig.given
        deadline = time.monotonic() + 10
        while rig.given < missed_from + 5:
            assert time.monotonic() < deadline
            time.sleep(0)
        later = rig.camera.capture(5)
    assert later.sequence >= first.sequence + 4


def test_colour_yuyv_and_grey_become_luminance() -> None:
    yuyv = np.zeros((16, 16, 2), np.uint8)
    yuyv[:, :, 0] = 77
    for given in (picture(77), yuyv, np.full((16, 16), 77, np.uint8)):
        with camera_on(ScriptedDevice(given)) as camera:
            grey = camera.capture(5).grey
        assert grey.shape == (16, 16)
        assert (grey == 77).all()
        assert grey.flags.c_contiguous


@pytest.mark.parametrize(
    "nonsense",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((1, MAX_SIDE_PX + 1, 3), np.uint8),
        np.zeros((4, 4), np.float32),
        np.zeros(16, np.uint8),
    ],
    ids=["empty", "too wide", "floats", "a row"],
)
def test_what_is_no_picture_counts_as_broken(nonsense: np.ndarray) -> None:
    assert all_frames(ScriptedDevice(nonsense, nonsense, nonsense, picture())) == []


def test_the_widest_picture_is_taken() -> None:
    widest = np.zeros((1, MAX_SIDE_PX, 3), np.uint8)
    with camera_on(ScriptedDevice(widest)) as camera:
        assert camera.capture(5).grey.shape == (1, MAX_SIDE_PX)


def test_an_opening_that_fails_is_a_lost_camera(caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> ScriptedDevice:
        raise RuntimeError("driver")

    with pytest.raises(CameraLostError):
        V4l2Camera("/dev/video0", 16, 16, 15, open_device=fail).open()
    assert "RuntimeError" in caplog.text


def test_opencv_says_that_an_absent_device_is_not_open() -> None:
    device = open_with_opencv("/dev/video250", 640, 480, 15)
    assert not device.isOpened()
    device.release()
    with pytest.raises(CameraLostError):
        V4l2Camera("/dev/video250", 640, 480, 15).open()
