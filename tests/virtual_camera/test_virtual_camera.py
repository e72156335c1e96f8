"""The picamera2 driver on the real library and libcamera's virtual pipeline, with pictures of the counter."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from appliance.capture.frame import CameraLostError, CameraTimeoutError, ExposureTarget, Frame
from appliance.capture.gate import ChangeGate
from appliance.capture.picamera import SMALL_WIDTH_PX, PicameraCamera
from appliance.decode.live import LiveReader
from appliance.simulation.catalogue import ITEMS
from appliance.simulation.scene import PlacedObject, Scene
from appliance.simulation.view import CounterView
from tests.virtual_camera.pipeline import SIZES, list_cameras, picamera2_class

WIDTH, HEIGHT = SIZES[0]
SCENES = ("ordonnance", "etiquette-ins", "empty")
PATIENCE_S = 5.0
FRAMES_TO_READ = 60
FREEZE_S = 0.9
LONG_AGO_NS = 0
NOW_NS = 60_000_000_000


def draw(folder: Path, slug: str) -> Path:
    """The counter with one object on it, as JPEG files of the virtual camera."""
    lying = (PlacedObject("a", slug, 0.5, 0.5, 90.0, LONG_AGO_NS),) if slug in ITEMS else ()
    view = CounterView(WIDTH, HEIGHT, seed=3)
    folder.mkdir()
    for number in range(2):
        grey = view.render(Scene(lying), NOW_NS + number)
        cv2.imwrite(str(folder / f"{number}.jpg"), grey, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return folder


@pytest.fixture(scope="session")
def frames(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("frames")
    return {slug: draw(folder / slug, slug) for slug in SCENES}


class Library:
    """The real class, with a weak hand on the instance it last made: one that is kept stays listed."""

    def __init__(self) -> None:
        self.real = picamera2_class()
        self._made: weakref.ref[Any] | None = None

    @property
    def made(self) -> Any:
        assert self._made is not None
        return self._made()

    def __call__(self) -> Any:
        library = self

        class Watched(self.real):  # type: ignore[misc]
            def __init__(self, number: int) -> None:
                super().__init__(number)
                library._made = weakref.ref(self)

        return Watched

    def number(self, name: str) -> int:
        return next(info["Num"] for info in self.real.global_camera_info() if name in info["Id"])


def capture_until_late(camera: PicameraCamera, started: list[float]) -> None:
    while True:
        started.append(time.monotonic())
        camera.capture(FREEZE_S)


@pytest.fixture
def library(frames: dict[str, Path]) -> Library:
    list_cameras(frames)
    return Library()


def camera_on(library: Library, name: str, width: int = WIDTH, height: int = HEIGHT) -> PicameraCamera:
    return PicameraCamera(library.number(name), width, height, 15, library=library)


def frame_where(camera: PicameraCamera, holds: Callable[[Frame], bool]) -> Frame:
    for _ in range(FRAMES_TO_READ):
        frame = camera.capture(PATIENCE_S)
        if holds(frame):
            return frame
    raise AssertionError("no frame was as it should be")


# The first: libcamera lists its cameras anew only while no object of an earlier camera is left.
def test_a_camera_that_vanishes_is_lost_and_comes_back_without_a_restart(
    library: Library, frames: dict[str, Path]
) -> None:
    camera = camera_on(library, "empty")
    with camera:
        camera.capture(PATIENCE_S)
    # The last of the list goes; this pipeline never recovers from an empty one.
    list_cameras({"ordonnance": frames["ordonnance"]})
    for _ in range(3):
        with pytest.raises(CameraLostError):
            camera.open()
    list_cameras(frames)
    with pytest.raises(CameraLostError):
        camera.open()
    with camera:
        assert camera.capture(PATIENCE_S).grey.shape == (HEIGHT, WIDTH)


@pytest.mark.parametrize("slug", [slug for slug in SCENES if slug in ITEMS])
def test_what_lies_before_the_real_library_is_read(library: Library, slug: str) -> None:
    expected = {content for _, content in ITEMS[slug].symbols}
    read: set[bytes] = set()
    reader = LiveReader()
    with camera_on(library, slug) as camera:
        for _ in range(FRAMES_TO_READ):
            read |= {symbol.content for symbol in reader(camera.capture(PATIENCE_S)) or ()}
            if read >= expected:
                break
    assert read == expected


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_both_streams_show_the_same_picture(library: Library, size: tuple[int, int]) -> None:
    with camera_on(library, "ordonnance", *size) as camera:
        frame = camera.capture(PATIENCE_S)
    assert frame.grey.shape == size[::-1]
    assert frame.small is not None
    assert frame.small.shape == (SMALL_WIDTH_PX * 9 // 16, SMALL_WIDTH_PX)
    shrunk = cv2.resize(frame.grey, frame.small.shape[::-1], interpolation=cv2.INTER_AREA)
    # The pipeline scales by another filter than we do.
    assert float(np.corrcoef(shrunk.ravel(), frame.small.ravel())[0, 1]) > 0.95


def test_controls_that_this_pipeline_lacks_are_not_set(library: Library) -> None:
    with camera_on(library, "empty") as camera:
        camera.set_exposure(ExposureTarget.DARK_SCREEN)
        camera.refocus()
        frames = [camera.capture(PATIENCE_S) for _ in range(5)]
        controls = library.made.camera_controls
    assert not {"ExposureTime", "AfMode"} & controls.keys()
    assert {frame.exposure for frame in frames} == {ExposureTarget.PAPER}


def test_frames_are_numbered_and_stamped_by_our_clock(library: Library) -> None:
    before_ns = time.monotonic_ns()
    with camera_on(library, "empty") as camera:
        frames = [camera.capture(PATIENCE_S) for _ in range(10)]
    stamps = [frame.captured_at_ns for frame in frames]
    assert stamps == sorted(stamps)
    assert before_ns <= stamps[0] <= stamps[-1] <= time.monotonic_ns()
    assert [frame.sequence for frame in frames] == sorted({frame.sequence for frame in frames})


def test_it_opens_again_and_again(library: Library) -> None:
    camera = camera_on(library, "empty")
    last = -1
    for _ in range(5):
        with camera:
            frame = camera.capture(PATIENCE_S)
        assert frame.sequence > last
        last = frame.sequence


def test_one_camera_is_opened_once(library: Library) -> None:
    with camera_on(library, "empty") as camera:
        camera.capture(PATIENCE_S)
        with pytest.raises(CameraLostError):
            camera_on(library, "empty").open()
        camera.capture(PATIENCE_S)


def test_a_frozen_camera_is_noticed_within_a_second_and_opened_again(library: Library) -> None:
    camera = camera_on(library, "ordonnance")
    camera.open()
    last = camera.capture(PATIENCE_S)
    # From now on no request is complete, as when a sensor stops answering; the event loop goes on.
    library.made.capture_request_ = lambda: (False, None)
    started: list[float] = []
    with pytest.raises(CameraTimeoutError):
        capture_until_late(camera, started)
    assert time.monotonic() - started[-1] < FREEZE_S + 0.5
    camera.close()
    with camera:
        assert camera.capture(PATIENCE_S).sequence > last.sequence


def test_the_gate_sees_a_change_in_the_small_stream_and_nothing_in_a_still_one(library: Library) -> None:
    gate = ChangeGate()
    with camera_on(library, "empty") as camera:
        gate.changed(camera.capture(PATIENCE_S))
        still = [gate.changed(camera.capture(PATIENCE_S)) for _ in range(20)]
    assert not any(still)
    with camera_on(library, "ordonnance") as camera:
        assert gate.changed(camera.capture(PATIENCE_S))
