"""The picamera2 driver against a stand-in for the library: layouts, controls, focus, faults."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from appliance.capture import picamera
from appliance.capture.exposure import HIGHEST_LEVEL, PAPER_TIME_US
from appliance.capture.focus_lock import LOCK_FRAMES, AfMode, AfState, FocusLock
from appliance.capture.frame import CameraLostError, ExposureTarget, Frame
from appliance.capture.picamera import SMALL_WIDTH_PX, PicameraCamera, import_picamera2
from tests.capture.fake_picamera2 import World

PATIENCE_S = 5.0
MANY = 200


def camera_of(world: World, width: int = 1000, height: int = 562) -> PicameraCamera:
    return PicameraCamera(0, width, height, 15, library=world.library)


def frame_where(camera: PicameraCamera, holds: Callable[[Frame], bool]) -> Frame:
    for _ in range(MANY):
        frame = camera.capture(PATIENCE_S)
        if holds(frame):
            return frame
    raise AssertionError("no frame was as it should be")


@pytest.mark.parametrize("planar", [True, False], ids=["YUV420", "NV12"])
def test_both_layouts_give_the_luminance_without_the_padding(planar: bool) -> None:
    with camera_of(World(planar=planar)) as camera:
        frame = camera.capture(PATIENCE_S)
    assert frame.grey.shape == (562, 1000)
    assert frame.small is not None
    assert frame.small.shape == (360, SMALL_WIDTH_PX)
    for image in (frame.grey, frame.small):
        assert (image[0] == image[-1]).all()
        assert image[0, 0] < image[0, -1]


@pytest.mark.parametrize(("size", "small"), [((321, 181), (320, 180)), ((64, 64), (64, 64))])
def test_odd_sizes_become_even_and_the_small_stream_is_never_the_larger(
    size: tuple[int, int], small: tuple[int, int]
) -> None:
    with camera_of(World(), *size) as camera:
        frame = camera.capture(PATIENCE_S)
    assert frame.small is not None
    assert frame.small.shape[::-1] == frame.grey.shape[::-1] == small


def test_paper_is_exposed_short_and_never_clipped() -> None:
    world = World()
    with camera_of(world) as camera:
        frame_where(camera, lambda frame: 50 < int(frame.grey.max()) <= HIGHEST_LEVEL)
        assert {"AeEnable": False} in world.set_calls
        assert world.set_calls[-1]["ExposureTime"] <= PAPER_TIME_US


def test_a_screen_s_exposure_is_told_by_the_frames_that_have_it() -> None:
    world = World()
    with camera_of(world) as camera:
        paper = frame_where(camera, lambda frame: 50 < int(frame.grey.max()) <= HIGHEST_LEVEL)
        camera.set_exposure(ExposureTarget.BRIGHT_SCREEN)
        dark = frame_where(camera, lambda frame: frame.exposure is ExposureTarget.BRIGHT_SCREEN)
        assert int(dark.grey.max()) < int(paper.grey.max()) / 2
        camera.set_exposure(ExposureTarget.PAPER)
        frame_where(camera, lambda frame: frame.exposure is ExposureTarget.PAPER)


def test_what_a_camera_does_not_list_is_not_set() -> None:
    world = World()
    world.controls = {"FrameDurationLimits": (1, 2, 3)}
    with camera_of(world) as camera:
        camera.set_exposure(ExposureTarget.DARK_SCREEN)
        camera.refocus()
        frames = [camera.capture(PATIENCE_S) for _ in range(5)]
    assert world.set_calls == [{"FrameDurationLimits": (66667, 66667)}]
    assert {frame.exposure for frame in frames} == {ExposureTarget.PAPER}


def test_the_lens_is_held_where_it_found_its_focus_and_let_go_when_asked() -> None:
    world = World()
    held = {"AfMode": AfMode.MANUAL, "LensPosition": world.lens}
    free = {"AfMode": AfMode.CONTINUOUS}
    with camera_of(world) as camera:
        frame_where(camera, lambda _: held in world.set_calls)
        assert world.set_calls.index(free) < world.set_calls.index(held)
        world.af_state = AfState.SCANNING
        camera.refocus()
        frame_where(camera, lambda _: world.set_calls.count(free) == 2)
        assert world.set_calls.count(held) == 1


def test_a_lens_that_wanders_or_fails_is_not_held() -> None:
    lock = FocusLock()
    for frame in range(LOCK_FRAMES * 3):
        lock = lock.seen(AfState.FOCUSED, 4.0 + 0.2 * (frame % 2))
        lock = lock.seen(AfState.FAILED if frame % 20 == 19 else AfState.FOCUSED, 4.0)
    assert not lock.is_locked
    assert not FocusLock().seen(None, None).is_locked


def test_a_camera_that_is_taken_or_absent_is_lost_and_given_back() -> None:
    world = World()
    with camera_of(world), pytest.raises(CameraLostError):
        camera_of(world).open()
    with pytest.raises(CameraLostError):
        PicameraCamera(1, 640, 360, 15, library=world.library).open()
    assert world.opened == world.closed == 1


def test_a_camera_that_refuses_its_configuration_is_given_back() -> None:
    world = World()

    def library() -> type:
        class Refusing(world.library()):  # type: ignore[misc]
            def configure(self, configuration: object) -> None:
                raise RuntimeError("Camera configuration failed")

        return Refusing

    with pytest.raises(CameraLostError):
        PicameraCamera(0, 640, 360, 15, library=library).open()
    assert world.closed == 1


def test_a_frozen_sensor_leaves_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picamera, "READ_TIMEOUT_S", 0.05)
    world = World()
    camera = camera_of(world)
    camera.open()
    camera.capture(PATIENCE_S)
    world.flowing.clear()
    with pytest.raises(CameraLostError):
        frame_where(camera, lambda _: False)
    camera.close()
    world.flowing.set()
    with camera:
        assert camera.capture(PATIENCE_S).sequence > 0


def test_without_the_library_the_camera_is_lost_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(CameraLostError, match="not installed"):
        import_picamera2()
