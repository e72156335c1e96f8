"""The exposure: how light is split into time and gain, and how it follows a room over a simulated sensor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.exposure import (
    HIGHEST_LEVEL,
    LONGEST_TIME_US,
    LOWEST_LEVEL,
    PAPER_TIME_US,
    SCREEN_TIME_US,
    SETTLE_FRAMES,
    AutoExposure,
    Exposure,
    ExposureLimits,
    brightest,
)
from appliance.capture.frame import ExposureTarget

PAPER, BRIGHT, DARK = ExposureTarget.PAPER, ExposureTarget.BRIGHT_SCREEN, ExposureTarget.DARK_SCREEN
MODULE_3 = ExposureLimits(26, 220_417, 1.1228, 16)


@pytest.mark.parametrize(
    ("light_us", "target", "expected"),
    [
        (500, PAPER, Exposure(500 / 1.1228, 1.1228)),
        (4_000, PAPER, Exposure(PAPER_TIME_US, 4)),
        (20_000, PAPER, Exposure(2_500, 8)),
        (200_000, PAPER, Exposure(LONGEST_TIME_US, 10)),
        (4_000, BRIGHT, Exposure(4_000 / 1.1228, 1.1228)),
        (16_000, DARK, Exposure(SCREEN_TIME_US, 2)),
        (1e9, PAPER, Exposure(LONGEST_TIME_US, 16)),
        (1e-3, PAPER, Exposure(26, 1.1228)),
    ],
)
def test_light_is_split_for_the_target(light_us: float, target: ExposureTarget, expected: Exposure) -> None:
    got = MODULE_3.split(light_us, target)
    assert (got.time_us, got.gain) == pytest.approx((expected.time_us, expected.gain))


@given(
    light_us=st.floats(1, 1e6),
    target=st.sampled_from(list(ExposureTarget)),
    bounds=st.tuples(st.floats(1, 50_000), st.floats(1, 100), st.floats(0.5, 4), st.floats(1, 64)),
)
def test_a_setting_is_always_one_the_sensor_has(
    light_us: float, target: ExposureTarget, bounds: tuple[float, float, float, float]
) -> None:
    shortest, times, lowest, gains = bounds
    limits = ExposureLimits(shortest, shortest * times, lowest, lowest * gains)
    got = limits.split(light_us, target)
    assert limits.shortest_us <= got.time_us <= limits.longest_us
    assert limits.lowest_gain <= got.gain <= limits.highest_gain
    most = min(limits.longest_us, max(LONGEST_TIME_US, shortest)) * limits.highest_gain
    if limits.shortest_us * limits.lowest_gain <= light_us <= most:
        assert got.light_us == pytest.approx(light_us)


@pytest.mark.parametrize("bad", [(0, 1, 1, 1), (2, 1, 1, 1), (1, 1, 0, 1), (1, 1, 2, 1)])
def test_limits_with_nothing_between_them_are_refused(bad: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError):
        ExposureLimits(*bad)


def test_an_exposure_without_time_is_refused() -> None:
    with pytest.raises(ValueError):
        Exposure(0, 1)


def test_the_brightest_level_is_that_of_the_brightest_fiftieth() -> None:
    picture = np.full((600, 800), 40, np.uint8)
    picture[:, :12] = 250
    assert brightest(picture) == 40
    picture[:, :24] = 250
    assert brightest(picture) == 250
    assert brightest(np.full((1, 1), 7, np.uint8)) == 7


class Sensor:
    """Gives a level from a room's light, two frames after it was set."""

    def __init__(self, room: float, delay: int = 2) -> None:
        self.room = room
        self.pipeline = [Exposure(20_000, 1)] * delay

    def frame(self, setting: Exposure) -> tuple[float, Exposure]:
        self.pipeline.append(setting)
        taken = self.pipeline.pop(0)
        return min(taken.light_us * self.room, 255.0), taken


def run(sensor: Sensor, auto: AutoExposure, frames: int, *, says: bool = True) -> tuple[AutoExposure, float]:
    level = 0.0
    for _ in range(frames):
        level, taken = sensor.frame(auto.setting)
        auto = auto.seen(level, taken if says else None)
    return auto, level


@pytest.mark.parametrize("says", [True, False], ids=["reports", "silent"])
@pytest.mark.parametrize("room", [0.002, 0.02, 0.2, 2.0], ids=lambda room: f"{room:g} levels a us")
def test_paper_comes_within_the_bounds_and_stays(room: float, says: bool) -> None:
    sensor = Sensor(room)
    auto, level = run(sensor, AutoExposure(MODULE_3), 60, says=says)
    assert LOWEST_LEVEL - 1 <= level <= HIGHEST_LEVEL
    before = auto.setting
    auto, _ = run(sensor, auto, 30, says=says)
    assert auto.setting == before


def test_a_clipped_sheet_is_below_clipping_within_half_a_second() -> None:
    sensor = Sensor(0.02)
    auto, _ = run(sensor, AutoExposure(MODULE_3), 60)
    sensor.room *= 6
    _, level = run(sensor, auto, 8)
    assert level < 250


def test_a_bare_counter_is_not_exposed_up_beyond_what_the_next_sheet_stands() -> None:
    wood = 0.25
    sensor = Sensor(0.02 * wood)
    _, level = run(sensor, AutoExposure(MODULE_3), 60)
    assert level / wood <= HIGHEST_LEVEL


def test_a_dark_room_ends_at_the_limits_and_comes_back_at_once() -> None:
    sensor = Sensor(1e-6)
    auto, _ = run(sensor, AutoExposure(MODULE_3), 100)
    assert auto.setting == Exposure(LONGEST_TIME_US, 16)
    sensor.room = 0.02
    _, level = run(sensor, auto, 40)
    assert level <= HIGHEST_LEVEL


@pytest.mark.parametrize(("target", "factor"), [(BRIGHT, 1 / 4), (DARK, 4)])
def test_screens_get_stops_from_paper_and_are_not_metered(target: ExposureTarget, factor: float) -> None:
    auto, _ = run(Sensor(0.2), AutoExposure(MODULE_3), 40)
    paper_us = auto.setting.light_us
    screen, _ = run(Sensor(0.0), auto.expose_for(target), 20)
    assert screen.setting.light_us == pytest.approx(paper_us * factor)
    assert screen.expose_for(PAPER).setting.light_us == pytest.approx(paper_us)


def test_a_frame_counts_as_settled_when_the_camera_says_so_or_after_some_frames() -> None:
    auto = AutoExposure(MODULE_3)
    assert auto.seen(100, auto.setting).is_settled
    assert not auto.seen(100, Exposure(20_000, 8)).is_settled
    for _ in range(SETTLE_FRAMES):
        auto = auto.seen(100)
        assert not auto.is_settled
    assert auto.seen(100).is_settled
