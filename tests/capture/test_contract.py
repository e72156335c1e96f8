"""The camera seam's contract, the same tests for every camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from appliance.capture.frame import CameraLostError, CameraTimeoutError, ExposureTarget, Frame
from tests.capture.rigs import RIGS, Rig

PATIENCE_S = 5.0
FRAMES_IN_FLIGHT = 10


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = RIGS[request.param](tmp_path)
    yield made
    made.tear_down()


def frames(rig: Rig, count: int) -> list[Frame]:
    return [rig.camera.capture(PATIENCE_S) for _ in range(count)]


def capture_until_lost(rig: Rig) -> None:
    for _ in range(FRAMES_IN_FLIGHT):
        rig.camera.capture(PATIENCE_S)


def capture_until_late(rig: Rig, timeout_s: float, started: list[float]) -> None:
    for _ in range(FRAMES_IN_FLIGHT):
        started.append(rig.waited_s())
        rig.camera.capture(timeout_s)


def test_frames_are_grey_numbered_and_stamped(rig: Rig) -> None:
    before = rig.now_ns()
    with rig.camera:
        got = frames(rig, 4)
    for frame in got:
        assert frame.grey.dtype == np.uint8
        assert frame.grey.shape == (90, 160)
        assert before <= frame.captured_at_ns <= rig.now_ns()
    stamps = [frame.captured_at_ns for frame in got]
    assert stamps == sorted(set(stamps))
    sequence = [frame.sequence for frame in got]
    assert sequence == sorted(set(sequence))


def test_a_frame_keeps_its_picture_when_the_next_is_taken(rig: Rig) -> None:
    with rig.camera:
        first = rig.camera.capture(PATIENCE_S)
        copy = first.grey.copy()
        frames(rig, 3)
        assert np.array_equal(first.grey, copy)


def test_a_closed_camera_gives_no_frame(rig: Rig) -> None:
    with pytest.raises(CameraLostError):
        rig.camera.capture(0.05)
    rig.camera.open()
    rig.camera.close()
    with pytest.raises(CameraLostError):
        rig.camera.capture(0.05)


def test_opening_and_closing_twice_does_nothing(rig: Rig) -> None:
    rig.camera.open()
    rig.camera.open()
    assert frames(rig, 2)
    rig.camera.close()
    rig.camera.close()


def test_the_numbers_go_on_after_opening_again(rig: Rig) -> None:
    with rig.camera:
        last = frames(rig, 3)[-1]
    with rig.camera:
        again = rig.camera.capture(PATIENCE_S)
    assert again.sequence > last.sequence
    assert again.captured_at_ns >= last.captured_at_ns


def test_the_context_closes_when_its_block_fails(rig: Rig) -> None:
    with pytest.raises(RuntimeError), rig.camera:
        raise RuntimeError
    with pytest.raises(CameraLostError):
        rig.camera.capture(0.05)


def test_a_frame_that_does_not_come_is_waited_for_no_longer_than_asked(rig: Rig) -> None:
    with rig.camera:
        rig.camera.capture(PATIENCE_S)
        timeout_s = rig.stall()
        waits: list[float] = []
        with pytest.raises(CameraTimeoutError):
            capture_until_late(rig, timeout_s, waits)
        assert timeout_s - 1e-6 <= rig.waited_s() - waits[-1] < timeout_s + 1.0
        rig.unplug()


def test_a_source_that_goes_away_is_lost_and_comes_back_by_opening_again(rig: Rig) -> None:
    with rig.camera:
        last = frames(rig, 2)[-1]
        rig.unplug()
        with pytest.raises(CameraLostError):
            capture_until_lost(rig)
    with pytest.raises(CameraLostError):
        rig.camera.open()
    with pytest.raises(CameraLostError):
        rig.camera.capture(0.05)
    rig.plug()
    with rig.camera:
        assert rig.camera.capture(PATIENCE_S).sequence > last.sequence


@pytest.mark.parametrize("target", list(ExposureTarget))
def test_exposure_and_focus_can_be_asked_of_every_camera_open_or_not(
    rig: Rig, target: ExposureTarget
) -> None:
    rig.camera.set_exposure(target)
    rig.camera.refocus()
    with rig.camera:
        rig.camera.set_exposure(target)
        rig.camera.refocus()
        got = frames(rig, 3)
    assert {frame.exposure for frame in got} <= {target, ExposureTarget.PAPER}
