"""The simulated camera beyond the common contract: its scene file, its time stamps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from appliance.base.clock import ManualClock
from appliance.capture.frame import MAX_SIDE_PX, CameraLostError, CameraTimeoutError
from appliance.simulation.camera import MIN_SIDE_PX, SimulatedCamera
from appliance.simulation.scene import ENTER_NS, PlacedObject, Scene, SceneFile

MS = 1_000_000


@pytest.fixture
def scene_file(tmp_path: Path) -> SceneFile:
    return SceneFile(tmp_path / "scene.json")


def camera_of(scene_file: SceneFile, clock: ManualClock, **more: int) -> SimulatedCamera:
    return SimulatedCamera(scene_file, width=320, height=180, frames_per_s=10, clock=clock, **more)


def sheet(placed_at_ns: int) -> Scene:
    return Scene((PlacedObject("a", "ordonnance", 0.5, 0.5, 90, placed_at_ns),))


def test_a_sheet_laid_by_another_process_is_seen_with_the_next_frame(scene_file: SceneFile) -> None:
    clock = ManualClock()
    with camera_of(scene_file, clock) as camera:
        bare = camera.capture().grey.mean()
        scene_file.write(sheet(clock.monotonic_ns()))
        clock.advance(ENTER_NS / 1e9)
        assert camera.capture().grey.mean() > bare + 20


def test_a_late_caller_gets_the_latest_exposure_as_it_was_then(scene_file: SceneFile) -> None:
    clock = ManualClock()
    scene_file.write(sheet(450 * MS))
    with camera_of(scene_file, clock) as camera:
        bare = camera.capture().grey.mean()
        clock.advance(0.49)
        late = camera.capture()
        assert late.captured_at_ns == 400 * MS
        assert abs(late.grey.mean() - bare) < 1, "the sheet came after that exposure"
        assert camera.capture().captured_at_ns == 500 * MS


def test_a_bad_scene_file_changes_nothing_and_is_told_once(
    scene_file: SceneFile, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock()
    scene_file.write(sheet(0))
    clock.advance(2)
    with camera_of(scene_file, clock) as camera:
        before = camera.capture().grey.mean()
        scene_file.path.write_bytes(b'{"objects": 3}')
        for _ in range(3):
            assert abs(camera.capture().grey.mean() - before) < 1
        assert len(caplog.records) == 1
        scene_file.path.unlink()
        assert camera.capture().grey.mean() < before - 20


def test_unplugged_it_is_lost_until_it_is_plugged_and_opened_again(scene_file: SceneFile) -> None:
    clock = ManualClock()
    camera = camera_of(scene_file, clock)
    scene_file.write(Scene(camera="unplugged"))
    with pytest.raises(CameraLostError):
        camera.open()
    scene_file.write(Scene())
    with camera:
        camera.capture()
        scene_file.write(Scene(camera="unplugged"))
        with pytest.raises(CameraLostError):
            camera.capture()
        scene_file.write(Scene())
        with pytest.raises(CameraLostError, match="not open"):
            camera.capture()


def test_frozen_it_times_out_and_then_goes_on(scene_file: SceneFile) -> None:
    clock = ManualClock()
    with camera_of(scene_file, clock) as camera:
        first = camera.capture()
        scene_file.write(Scene(camera="frozen"))
        with pytest.raises(CameraTimeoutError):
            camera.capture(0.5)
        assert clock.monotonic_ns() == first.captured_at_ns + 500 * MS
        scene_file.write(Scene())
        assert camera.capture().sequence == first.sequence + 1


def test_a_small_copy_is_given_where_it_is_asked_for(scene_file: SceneFile) -> None:
    with camera_of(scene_file, ManualClock()) as camera:
        assert camera.capture().small is None
    with camera_of(scene_file, ManualClock(), small_width=80) as camera:
        frame = camera.capture()
    assert frame.small is not None
    assert frame.small.shape == (45, 80)
    assert abs(float(frame.small.mean()) - float(frame.grey.mean())) < 1


def test_two_cameras_of_one_seed_see_the_same(scene_file: SceneFile) -> None:
    scene_file.write(sheet(0))

    def frames(seed: int) -> list[np.ndarray]:
        with camera_of(scene_file, ManualClock(), seed=seed) as camera:
            return [camera.capture().grey for _ in range(6)]

    assert all(np.array_equal(a, b) for a, b in zip(frames(3), frames(3), strict=True))
    assert not np.array_equal(frames(3)[0], frames(4)[0])


def test_the_bounds_of_a_side(scene_file: SceneFile) -> None:
    for side in (MIN_SIDE_PX, MAX_SIDE_PX):
        SimulatedCamera(scene_file, width=side, height=side, frames_per_s=15)
    for side in (MIN_SIDE_PX - 1, MAX_SIDE_PX + 1):
        with pytest.raises(ValueError, match="px"):
            SimulatedCamera(scene_file, width=side, height=480, frames_per_s=15)
        with pytest.raises(ValueError, match="px"):
            SimulatedCamera(scene_file, width=640, height=480, frames_per_s=15, small_width=side)
