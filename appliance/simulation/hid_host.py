"""A simulated PC at the USB keyboard: fetches reports, has locks and lamps, sleeps, is unplugged."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, unique

from appliance.base.clock import Clock
from appliance.outputs.wedge.hid import Leds, Modifier, Usage
from appliance.outputs.wedge.keyboard import HostAbsentError, HostAsleepError

__all__ = ["HostState", "SimulatedHost"]


@unique
class HostState(StrEnum):
    """Whether the PC fetches reports."""

    AWAKE = "awake"
    ASLEEP = "asleep"
    ABSENT = "absent"


class SimulatedHost:
    """The `Keyboard` of a simulated PC. Like the kernel's gadget, it holds one report until it is fetched.

    Args:
        clock: time; waiting for a sleeping PC advances it.
        caps_lock: as it is when the keyboard is plugged in.
        num_lock: the same.
        tells_at_start: lamps are said when the keyboard is plugged in, else at the first change.
        tells: lamps are said at all.
        shift_ends_caps_lock: as Windows can be set: the key begins it, Shift ends it.
        on_report: is given each report that is fetched.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        caps_lock: bool = False,
        num_lock: bool = True,
        tells_at_start: bool = True,
        tells: bool = True,
        shift_ends_caps_lock: bool = False,
        on_report: Callable[[bytes], None] = lambda _report: None,
    ) -> None:
        self._clock = clock
        self._locks = Leds(num_lock=num_lock, caps_lock=caps_lock)
        self._told = self._locks if tells and tells_at_start else None
        self._tells = tells
        self._shift_ends_caps_lock = shift_ends_caps_lock
        self._on_report = on_report
        self._state = HostState.AWAKE
        self._waiting: bytes | None = None
        self._last = b""
        self.fetched: list[tuple[int, bytes]] = []
        """When each report was fetched, in nanoseconds of the clock, and what it said."""

    @property
    def locks(self) -> Leds:
        """As they are, told or not."""
        return self._locks

    def become(self, state: HostState) -> None:
        """Wake, sleep, or be unplugged, which drops what waits."""
        self._state = state
        if state is HostState.ABSENT:
            self._waiting = None
        elif state is HostState.AWAKE and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._fetch(waiting)

    def press_caps_lock(self) -> None:
        """Somebody presses it on the PC's own keyboard."""
        self._set(Leds(num_lock=self._locks.num_lock, caps_lock=not self._locks.caps_lock))

    def present(self) -> bool:
        """Whether it is plugged in."""
        return self._state is not HostState.ABSENT

    def write(self, report: bytes, timeout_s: float) -> None:
        """Fetch the report, or keep it as the one that waits."""
        self.flush(timeout_s)
        if self._state is HostState.AWAKE:
            self._fetch(report)
        else:
            self._waiting = report

    def flush(self, timeout_s: float) -> None:
        """Wait, in vain where the PC sleeps and a report waits."""
        if self._state is HostState.ABSENT:
            raise HostAbsentError
        if self._waiting is not None:
            self._clock.sleep(timeout_s)
            raise HostAsleepError

    def lamps(self) -> Leds | None:
        """What was said last."""
        if self._state is HostState.ABSENT:
            raise HostAbsentError
        return self._told

    def close(self) -> None:
        """Nothing is held."""

    def _fetch(self, report: bytes) -> None:
        self.fetched.append((self._clock.monotonic_ns(), report))
        self._on_report(report)
        last, self._last = self._last, report
        pressed = set(report[2:]) - set(last[2:])
        num_lock, caps_lock = self._locks.num_lock, self._locks.caps_lock
        if Usage.NUM_LOCK in pressed:
            num_lock = not num_lock
        if Usage.CAPS_LOCK in pressed:
            caps_lock = not caps_lock or self._shift_ends_caps_lock
        if self._shift_ends_caps_lock and report[0] & Modifier.LEFT_SHIFT:
            caps_lock = False
        self._set(Leds(num_lock=num_lock, caps_lock=caps_lock))

    def _set(self, locks: Leds) -> None:
        if locks != self._locks:
            self._locks = locks
            if self._tells:
                self._told = locks
