"""Push buttons between GPIO pins and ground, by gpiozero."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from gpiozero import DigitalInputDevice
from gpiozero.exc import GPIOZeroError

from appliance.base.clock import NS_PER_S, Clock
from appliance.display.buttons import Button, ButtonPressed, Buttons, ButtonsUnavailableError, Debouncer

__all__ = ["GpioButtons"]

_MAX_WAITING_EDGES: Final = 1024
"""A contact that chatters faster than it is read loses edges; the pin is asked itself at each reading."""

_LEAST_WAIT_S: Final = 0.0005
"""Counted for each look at the pins, so that edges without end cannot keep a reader beyond its time."""


@dataclass(frozen=True, slots=True)
class _Edge:
    button: Button
    closed: bool
    at_ns: int


class GpioButtons(Buttons):
    """Buttons that pull their pin low, against the Pi's own pull-up resistors.

    gpiozero calls on a thread of its own for each edge; bouncing is taken out here rather than by the pin's
    driver, because each driver of gpiozero's does that in another way and its mock pins not at all.
    """

    def __init__(self, pins: Mapping[Button, int], *, clock: Clock) -> None:
        """Take the pins.

        Args:
            pins: Broadcom numbers of the GPIOs.
            clock: stamps the edges.

        Raises:
            ButtonsUnavailableError: this is no Raspberry Pi, a pin is taken, or the right is missing.
        """
        self._clock = clock
        self._edges: queue.Queue[_Edge] = queue.Queue(_MAX_WAITING_EDGES)
        self._debouncers = {button: Debouncer(button) for button in pins}
        self._devices: dict[Button, Any] = {}
        self._is_closed = False
        try:
            for button, pin in pins.items():
                device = DigitalInputDevice(pin, pull_up=True)
                self._devices[button] = device
                device.when_activated = self._noting(button, closed=True)
                device.when_deactivated = self._noting(button, closed=False)
        except (GPIOZeroError, OSError, ImportError) as error:
            self.close()
            raise ButtonsUnavailableError("the pins of the buttons cannot be had") from error

    def events(self, timeout: float) -> list[ButtonPressed]:
        """Wait for presses; an edge wakes it, and so does a press becoming a hold."""
        if self._is_closed:
            raise ButtonsUnavailableError("the buttons were closed")
        left_s = max(timeout, 0.0)
        presses = self._decide(None)
        while not presses and left_s > 0:
            wait_s = min(left_s, self._due_in_s())
            presses = self._decide(self._next_edge(wait_s))
            left_s -= max(wait_s, _LEAST_WAIT_S)
        return presses

    def close(self) -> None:
        """Give the pins back."""
        self._is_closed = True
        while self._devices:
            _, device = self._devices.popitem()
            device.close()

    def _noting(self, button: Button, *, closed: bool) -> Callable[[], None]:
        def note() -> None:
            try:
                self._edges.put_nowait(_Edge(button, closed, self._clock.monotonic_ns()))
            except queue.Full:
                return

        return note

    def _next_edge(self, wait_s: float) -> _Edge | None:
        try:
            return self._edges.get(timeout=wait_s) if wait_s > 0 else self._edges.get_nowait()
        except queue.Empty:
            return None

    def _decide(self, first: _Edge | None) -> list[ButtonPressed]:
        """What the edges mean that came so far, `first` before those that wait."""
        presses: list[ButtonPressed] = []
        edge = first or self._next_edge(0)
        while edge is not None:
            presses += self._settle(edge.at_ns)
            presses += self._debouncers[edge.button].edge(closed=edge.closed, at_ns=edge.at_ns)
            edge = self._next_edge(0)
        now_ns = self._clock.monotonic_ns()
        presses += self._settle(now_ns)
        for button, debouncer in self._debouncers.items():
            # The pin's own word heals an edge that was lost.
            presses += debouncer.edge(closed=bool(self._devices[button].is_active), at_ns=now_ns)
        return presses

    def _settle(self, at_ns: int) -> list[ButtonPressed]:
        """What became certain by `at_ns`, on all buttons, in the order in which it did."""
        due = [
            (at, debouncer)
            for debouncer in self._debouncers.values()
            if (at := debouncer.due_ns()) is not None
        ]
        due.sort(key=itemgetter(0))
        return [press for _, debouncer in due for press in debouncer.settle(at_ns)]

    def _due_in_s(self) -> float:
        """Seconds until time alone decides something."""
        dues = [due for debouncer in self._debouncers.values() if (due := debouncer.due_ns()) is not None]
        if not dues:
            return float("inf")
        return max(0, min(dues) - self._clock.monotonic_ns()) / NS_PER_S
