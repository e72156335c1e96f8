"""The three buttons: what a press is, and the seam that buttons of every kind stand behind."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum, unique
from types import TracebackType
from typing import Final, Self

from appliance.base.clock import NS_PER_S

__all__ = [
    "HOLD_NS",
    "SETTLE_NS",
    "Button",
    "ButtonPressed",
    "Buttons",
    "ButtonsError",
    "ButtonsUnavailableError",
    "Debouncer",
    "NoButtons",
]

SETTLE_NS: Final = NS_PER_S * 20 // 1000
"""A contact counts once it stood still this long: push buttons bounce for 5 ms, worn ones for 15."""

HOLD_NS: Final = 3 * NS_PER_S
"""Pressed this long, a button is held."""


class ButtonsError(Exception):
    """Buttons cannot be read; the subclass says what to do."""


class ButtonsUnavailableError(ButtonsError):
    """The pins or the socket cannot be had: another program has them, or a right is missing."""


@unique
class Button(StrEnum):
    """The buttons, named as on the wire of the simulated counter."""

    UP = "up"
    OK = "ok"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button was pressed and let go, or was `held` for HOLD_NS, after which its release says nothing."""

    button: Button
    held: bool = False


class Debouncer:
    """One contact, from edges to presses: pure, times are handed in (nanoseconds, not going back)."""

    def __init__(self, button: Button) -> None:
        self._button = button
        self._is_closed = False
        self._was_closed = False
        self._changed_ns = 0
        self._pressed_ns = 0
        self._is_told = False

    def edge(self, *, closed: bool, at_ns: int) -> list[ButtonPressed]:
        """The contact closed or opened at `at_ns`; gives what became certain before."""
        presses = self.settle(at_ns)
        if closed != self._is_closed:
            self._is_closed = closed
            self._changed_ns = at_ns
        return presses

    def settle(self, now_ns: int) -> list[ButtonPressed]:
        """What is certain at `now_ns`."""
        presses: list[ButtonPressed] = []
        if self._is_closed != self._was_closed and now_ns - self._changed_ns >= SETTLE_NS:
            self._was_closed = self._is_closed
            if self._is_closed:
                self._pressed_ns = self._changed_ns
                self._is_told = False
            else:
                # The release may be heard of late: what it was is decided by the contact's own times.
                held = self._changed_ns - self._pressed_ns >= HOLD_NS
                if not self._is_told:
                    presses.append(ButtonPressed(self._button, held))
        if (
            self._was_closed
            and self._is_closed
            and not self._is_told
            and now_ns - self._pressed_ns >= HOLD_NS
        ):
            self._is_told = True
            presses.append(ButtonPressed(self._button, held=True))
        return presses

    def due_ns(self) -> int | None:
        """When `settle` will have something to decide without another edge; None when never."""
        if self._is_closed != self._was_closed:
            return self._changed_ns + SETTLE_NS
        if self._was_closed and not self._is_told:
            return self._pressed_ns + HOLD_NS
        return None


class Buttons(ABC):
    """Buttons are made, asked for presses by one thread, and closed."""

    @abstractmethod
    def events(self, timeout: float) -> list[ButtonPressed]:
        """Wait at most `timeout` seconds for presses; in their order, empty when there was none.

        Raises:
            ButtonsUnavailableError: after `close`.
        """

    @abstractmethod
    def close(self) -> None:
        """Give the pins or the socket back; closing twice does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class NoButtons(Buttons):
    """An appliance without buttons: waits, and nothing is pressed."""

    def __init__(self) -> None:
        self._closed = threading.Event()

    def events(self, timeout: float) -> list[ButtonPressed]:
        """Nothing, after `timeout`."""
        if self._closed.is_set():
            raise ButtonsUnavailableError("the buttons were closed")
        self._closed.wait(max(timeout, 0.0))
        return []

    def close(self) -> None:
        """Wake who waits."""
        self._closed.set()
