"""The camera that shows files."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.base.clock import ManualClock
from appliance.capture.files import MAX_HOLD_S, FilesCamera, NoPicturesError
from appliance.capture.frame import CameraLostError, EndOfFramesError
from appliance.capture.pictures import Unreadable, UnreadableFileError


def write(folder: Path, *names: str) -> None:
    """Pictures whose grey level is 10, 20, ... in the order given."""
    for index, name in enumerate(names, start=1):
        cv2.imwrite(str(folder / name), np.full((16, 16), 10 * index, np.uint8))


def write_video(path: Path, count: int) -> None:
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 64))
    for _ in range(count):
        video.write(np.full((64, 64, 3), 200, np.uint8))
    video.release()


def levels(camera: FilesCamera, count: int) -> list[int]:
    return [round(float(camera.capture(5).grey.mean()), -1) for _ in range(count)]


def to_the_end(camera: FilesCamera) -> list[int]:
    shown = []
    try:
        while True:
            shown += levels(camera, 1)
    except EndOfFramesError:
        return shown


def test_a_folder_is_shown_once_in_order(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "b.png", "c.png")
    with FilesCamera(tmp_path, clock=ManualClock()) as camera:
        assert levels(camera, 3) == [10, 20, 30]
        for _ in range(2):
            with pytest.raises(EndOfFramesError):
                camera.capture(5)


def test_a_loop_starts_again(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "b.png")
    with FilesCamera(tmp_path, loop=True, clock=ManualClock()) as camera:
        assert levels(camera, 5) == [10, 20, 10, 20, 10]


def test_opening_again_starts_with_the_first_picture(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "b.png")
    camera = FilesCamera(tmp_path, clock=ManualClock())
    with camera:
        camera.capture(5)
    with camera:
        assert levels(camera, 1) == [10]


def test_pictures_come_at_the_rate_and_none_is_dropped(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "b.png", "c.png")
    clock = ManualClock()
    with FilesCamera(tmp_path, frames_per_s=10, clock=clock) as camera:
        first = camera.capture()
        second = camera.capture()
        assert second.captured_at_ns - first.captured_at_ns == 100_000_000
        clock.advance(10)
        assert levels(camera, 1) == [30]


def test_a_still_image_is_held_and_a_video_is_not(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    write_video(tmp_path / "b.avi", 2)
    with FilesCamera(tmp_path, frames_per_s=10, hold_s=0.3, clock=ManualClock()) as camera:
        assert levels(camera, 5) == [10, 10, 10, 200, 200]
        with pytest.raises(EndOfFramesError):
            camera.capture()


def test_a_broken_file_is_told_once_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.png", "b.png", "c.png")
    broken = tmp_path / "b.png"
    cv2.imwrite(str(broken), np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8))
    broken.write_bytes(broken.read_bytes()[:2000])
    told: list[UnreadableFileError] = []
    camera = FilesCamera(tmp_path, loop=True, clock=ManualClock(), on_unreadable=told.append)
    with camera:
        assert levels(camera, 5) == [10, 30, 10, 30, 10]
    assert [(error.path, error.reason) for error in told] == [(broken, Unreadable.TRUNCATED)]


def test_a_cut_video_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    write(tmp_path, "b.png")
    write_video(tmp_path / "a.avi", 30)
    content = (tmp_path / "a.avi").read_bytes()
    (tmp_path / "a.avi").write_bytes(content[: len(content) // 2])
    told: list[UnreadableFileError] = []
    with FilesCamera(tmp_path, clock=ManualClock(), on_unreadable=told.append) as camera:
        shown = to_the_end(camera)
    assert shown.count(200) >= 3
    assert shown[-1] == 10
    assert [error.reason for error in told] == [Unreadable.TRUNCATED]


def test_the_log_says_why_but_never_which_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "gene-alain.png").write_bytes(b"")
    write(tmp_path, "z.png")
    with caplog.at_level(logging.DEBUG), FilesCamera(tmp_path, clock=ManualClock()) as camera:
        camera.capture()
    assert "damaged" in caplog.text
    assert "gene" not in caplog.text


def test_only_broken_files_are_a_lost_camera_in_a_loop_or_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    for loop in (False, True):
        camera = FilesCamera(tmp_path, loop=loop, clock=ManualClock())
        camera.open()
        with pytest.raises(NoPicturesError) as caught:
            camera.capture()
        assert caught.value.reason is Unreadable.NOTHING_READABLE
        with pytest.raises(CameraLostError):
            camera.capture()


def test_a_path_without_pictures_is_refused_at_opening(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, Unreadable.NOTHING), (tmp_path / "x.png", Unreadable.MISSING)):
        with pytest.raises(NoPicturesError) as caught:
            FilesCamera(path).open()
        assert caught.value.reason is reason


def test_the_bound_of_holding(tmp_path: Path) -> None:
    FilesCamera(tmp_path, hold_s=MAX_HOLD_S)
    with pytest.raises(ValueError, match="shown"):
        FilesCamera(tmp_path, hold_s=MAX_HOLD_S + 1)
