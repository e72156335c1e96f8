"""Frames at an even rate."""

from __future__ import annotations

import pytest

from appliance.base.clock import ManualClock
from appliance.capture.frame import CameraTimeoutError
from appliance.capture.pacing import MAX_FRAMES_PER_S, MIN_FRAMES_PER_S, FramePacer

MS = 1_000_000


def test_the_first_frame_is_due_at_once_and_the_next_a_period_later() -> None:
    clock = ManualClock()
    pacer = FramePacer(10, clock)
    assert [pacer.wait(1) for _ in range(3)] == [0, 100 * MS, 200 * MS]
    assert clock.monotonic_ns() == 200 * MS


def test_who_comes_late_gets_the_latest_instant_and_no_backlog() -> None:
    clock = ManualClock()
    pacer = FramePacer(10, clock)
    pacer.wait(1)
    clock.advance(0.35)
    assert pacer.wait(1) == 300 * MS
    assert clock.monotonic_ns() == 350 * MS
    assert pacer.wait(1) == 400 * MS


def test_a_frame_due_after_the_time_out_is_left_for_the_next_call() -> None:
    clock = ManualClock()
    pacer = FramePacer(1, clock)
    pacer.wait(1)
    with pytest.raises(CameraTimeoutError):
        pacer.wait(0.4)
    assert clock.monotonic_ns() == 400 * MS
    assert pacer.wait(0.6) == 1000 * MS


def test_after_a_restart_a_frame_is_due_at_once() -> None:
    clock = ManualClock()
    pacer = FramePacer(1, clock)
    pacer.wait(1)
    clock.advance(0.25)
    pacer.restart()
    assert pacer.wait(0) == 250 * MS


@pytest.mark.parametrize("rate", [MIN_FRAMES_PER_S, MAX_FRAMES_PER_S])
def test_the_bounds_of_the_rate_are_allowed(rate: float) -> None:
    FramePacer(rate, ManualClock())


@pytest.mark.parametrize("rate", [MIN_FRAMES_PER_S * 0.99, MAX_FRAMES_PER_S * 1.01, float("nan"), -1, 0])
def test_a_rate_out_of_bounds_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="frames a second"):
        FramePacer(rate, ManualClock())
