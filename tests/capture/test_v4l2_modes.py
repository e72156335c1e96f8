"""Modes and controls of a video device, over a stand-in for the kernel that speaks its structures."""

from __future__ import annotations

import errno

import pytest

from appliance.capture.exposure import Exposure
from appliance.capture.v4l2_abi import (
    CONTROL,
    ENUM_FMT,
    ENUM_FRAMEINTERVALS,
    ENUM_FRAMESIZES,
    FORMAT_DESCRIPTION,
    FRAME_INTERVAL,
    FRAME_SIZE,
    QUERY_CONTROL,
    QUERYCTRL,
    S_CTRL,
    open_ioctl,
)
from appliance.capture.v4l2_controls import (
    FOCUS_FRAMES,
    HIGHEST_GAIN,
    ControlId,
    SensorControls,
    open_controls,
)
from appliance.capture.v4l2_modes import MAX_LISTED, Mode, best_mode, modes_of

HD, FULL = (1280, 720), (1920, 1080)
WEBCAM = {
    ("YUYV", 0): {HD: [10.0, 5.0], FULL: [5.0]},
    ("MJPG", 0): {HD: [60.0, 30.0], FULL: [30.0], (3840, 2160): [15.0]},
}


def fourcc(name: str) -> int:
    return int.from_bytes(name.encode().ljust(4), "little")


class Kernel:
    """A device's ioctl: lists of modes, ranges of controls, and what was set."""

    def __init__(
        self,
        modes: dict[tuple[str, int], dict[tuple[int, int], list[float]]] | None = None,
        controls: dict[int, tuple[int, int, int, int]] | None = None,
        *,
        endless: bool = False,
        stepwise: bool = False,
    ) -> None:
        self.modes = modes or {}
        self.controls = controls or {}
        self.endless = endless
        self.stepwise = stepwise
        self.was_set: list[tuple[int, int]] = []
        self.is_closed = False
        self.is_gone = False

    def __call__(self, request: int, content: bytearray) -> None:
        if self.is_gone:
            raise OSError(errno.ENODEV, "gone")
        answers = {
            ENUM_FMT: self.format,
            ENUM_FRAMESIZES: self.size,
            ENUM_FRAMEINTERVALS: self.rate,
            QUERYCTRL: self.query,
            S_CTRL: self.set,
        }
        try:
            content[:] = answers[request](content)
        except (IndexError, KeyError):
            raise OSError(errno.EINVAL, "no such entry") from None

    def close(self) -> None:
        self.is_closed = True

    def format(self, content: bytearray) -> bytes:
        index, kind = FORMAT_DESCRIPTION.unpack(content)[:2]
        assert kind == 1
        name, flags = list(self.modes)[0 if self.endless else index]
        return FORMAT_DESCRIPTION.pack(index, kind, flags, b"", fourcc(name), 0)

    def sizes_of(self, number: int) -> dict[tuple[int, int], list[float]]:
        return next(sizes for (name, _), sizes in self.modes.items() if fourcc(name) == number)

    def size(self, content: bytearray) -> bytes:
        index, number = FRAME_SIZE.unpack(content)[:2]
        width, height = list(self.sizes_of(number))[index]
        if self.stepwise:
            return FRAME_SIZE.pack(index, number, 3, 16, width, 2, 16, height, 2)
        return FRAME_SIZE.pack(index, number, 1, width, height, 0, 0, 0, 0)

    def rate(self, content: bytearray) -> bytes:
        index, number, width, height = FRAME_INTERVAL.unpack(content)[:4]
        rate = self.sizes_of(number)[width, height][index]
        return FRAME_INTERVAL.pack(index, number, width, height, 1, 1000, round(rate * 1000), 0, 0, 0, 0)

    def query(self, content: bytearray) -> bytes:
        number = QUERY_CONTROL.unpack(content)[0]
        least, most, step, flags = self.controls[number]
        return QUERY_CONTROL.pack(number, 1, b"a control", least, most, step, least, flags)

    def set(self, content: bytearray) -> bytes:
        number, value = CONTROL.unpack(content)
        if number not in self.controls:
            raise KeyError
        self.was_set.append((number, value))
        return bytes(content)


FULL_CONTROLS = {
    ControlId.EXPOSURE_AUTO: (0, 3, 1, 0),
    ControlId.EXPOSURE_ABSOLUTE: (3, 2047, 1, 0),
    ControlId.GAIN: (0, 255, 1, 0),
    ControlId.FOCUS_AUTO: (0, 1, 1, 0),
}


def test_a_device_s_lists_are_read() -> None:
    kernel = Kernel(WEBCAM)
    modes = modes_of("/dev/video0", lambda _: kernel)
    assert Mode("MJPG", 1920, 1080, 30.0) in modes
    assert len(modes) == 7
    assert kernel.is_closed


def test_emulated_formats_are_left_out_and_ranges_give_their_largest() -> None:
    kernel = Kernel({("RGB3", 2): {HD: [30.0]}, ("GREY", 0): {HD: [30.0]}}, stepwise=True)
    assert modes_of("/dev/video0", lambda _: kernel) == [Mode("GREY", 1280, 720, 30.0)]


def test_a_list_that_never_ends_is_cut() -> None:
    modes = modes_of("/dev/video0", lambda _: Kernel({("GREY", 0): {HD: [30.0]}}, endless=True))
    assert len(modes) == MAX_LISTED


def test_a_device_that_vanishes_or_is_absent_lists_nothing() -> None:
    kernel = Kernel(WEBCAM)
    kernel.is_gone = True
    assert modes_of("/dev/video0", lambda _: kernel) == []
    assert kernel.is_closed
    assert modes_of("/dev/video250") == []
    with pytest.raises(OSError, match="video250"):
        open_ioctl("/dev/video250")
    assert open_controls("/dev/video250") is None


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        ((2304, 1296, 15), ("MJPG", *FULL)),
        ((3840, 2160, 15), ("MJPG", 3840, 2160)),
        ((1920, 1080, 5), ("YUYV", *FULL)),
        ((1280, 720, 10), ("YUYV", *HD)),
        ((1280, 720, 15), ("MJPG", *HD)),
        ((640, 480, 15), ("MJPG", *HD)),
        ((1920, 1080, 120), ("MJPG", *HD)),
    ],
)
def test_the_rate_goes_before_the_size_and_the_size_before_the_format(
    wished: tuple[int, int, float], expected: tuple[str, int, int]
) -> None:
    mode = best_mode(modes_of("/dev/video0", lambda _: Kernel(WEBCAM)), *wished)
    assert mode is not None
    assert (mode.fourcc, mode.width, mode.height) == expected


def test_grey_goes_before_colour_and_what_cannot_be_read_is_not_taken() -> None:
    offered = [Mode(name, *HD, 30) for name in ("H264", "MJPG", "YUYV", "GREY")]
    assert best_mode(offered, *HD, 15) == Mode("GREY", *HD, 30)
    assert best_mode(offered[:1], *HD, 15) is None
    assert best_mode([Mode("GREY", 9000, 720, 30)], *HD, 15) is None


def test_exposure_is_taken_in_hand_and_set_in_the_device_s_units() -> None:
    kernel = Kernel(controls=FULL_CONTROLS)
    controls = SensorControls(kernel)
    assert (ControlId.EXPOSURE_AUTO, 1) in kernel.was_set
    limits = controls.exposure_limits
    assert limits is not None
    assert (limits.shortest_us, limits.longest_us) == (300, 204_700)
    controls.expose(Exposure(1_000, HIGHEST_GAIN))
    assert kernel.was_set[-2:] == [(ControlId.EXPOSURE_ABSOLUTE, 10), (ControlId.GAIN, 255)]
    controls.expose(Exposure(1, 1))
    assert kernel.was_set[-2:] == [(ControlId.EXPOSURE_ABSOLUTE, 3), (ControlId.GAIN, 0)]
    controls.close()
    assert kernel.is_closed


@pytest.mark.parametrize(
    "lacking", [ControlId.EXPOSURE_AUTO, ControlId.EXPOSURE_ABSOLUTE], ids=["no manual mode", "no time"]
)
def test_an_exposure_that_cannot_be_set_is_left_to_the_camera(lacking: int) -> None:
    kernel = Kernel(controls={key: value for key, value in FULL_CONTROLS.items() if key != lacking})
    assert SensorControls(kernel).exposure_limits is None


def test_a_control_that_is_disabled_counts_as_absent() -> None:
    kernel = Kernel(controls={**FULL_CONTROLS, ControlId.EXPOSURE_ABSOLUTE: (3, 2047, 1, 1)})
    assert SensorControls(kernel).exposure_limits is None


def test_the_focus_is_sought_then_held() -> None:
    kernel = Kernel(controls=FULL_CONTROLS)
    controls = SensorControls(kernel)
    for _ in range(FOCUS_FRAMES - 1):
        controls.frame_passed()
    assert (ControlId.FOCUS_AUTO, 0) not in kernel.was_set
    controls.frame_passed()
    controls.frame_passed()
    assert [value for number, value in kernel.was_set if number == ControlId.FOCUS_AUTO] == [1, 0]
    controls.refocus()
    assert kernel.was_set[-1] == (ControlId.FOCUS_AUTO, 1)


def test_a_device_that_vanishes_under_its_controls_raises_nothing() -> None:
    kernel = Kernel(controls=FULL_CONTROLS)
    controls = SensorControls(kernel)
    kernel.is_gone = True
    controls.expose(Exposure(1_000, 2))
    controls.refocus()
    assert SensorControls(kernel).exposure_limits is None
