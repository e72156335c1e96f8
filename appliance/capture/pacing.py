"""Frames at an even rate, by an injected clock: for the cameras that have no sensor to wait for."""

from __future__ import annotations

from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.capture.frame import CameraTimeoutError

__all__ = ["MAX_FRAMES_PER_S", "MIN_FRAMES_PER_S", "FramePacer"]

MIN_FRAMES_PER_S: Final = 0.1
MAX_FRAMES_PER_S: Final = 240.0
"""The fastest mode of any camera we know."""


class FramePacer:
    """Says when the next frame is due; whoever comes late gets the latest due time, not a backlog."""

    def __init__(self, frames_per_s: float, clock: Clock) -> None:
        """Raise ValueError for a rate outside `MIN_FRAMES_PER_S` to `MAX_FRAMES_PER_S`."""
        if not MIN_FRAMES_PER_S <= frames_per_s <= MAX_FRAMES_PER_S:
            bounds = f"{MIN_FRAMES_PER_S:g} to {MAX_FRAMES_PER_S:g}"
            raise ValueError(f"a camera gives {bounds} frames a second, not {frames_per_s:g}")
        self._period_ns = round(NS_PER_S / frames_per_s)
        self._clock = clock
        self._last_ns: int | None = None

    def restart(self) -> None:
        """The next frame is due at once."""
        self._last_ns = None

    def wait(self, timeout_s: float) -> int:
        """Wait until the next frame is due and give that instant (CLOCK_MONOTONIC ns).

        Raises:
            CameraTimeoutError: it is due later than `timeout_s` from now; that time has been waited.
        """
        now = self._clock.monotonic_ns()
        due = now if self._last_ns is None else self._last_ns + self._period_ns
        if now > due:
            due += (now - due) // self._period_ns * self._period_ns
        if due > now + timeout_s * NS_PER_S:
            self._clock.sleep(timeout_s)
            raise CameraTimeoutError(f"no frame is due within {timeout_s:g} s")
        while now < due:
            self._clock.sleep((due - now) / NS_PER_S)
            now = self._clock.monotonic_ns()
        self._last_ns = due
        return due
