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
    "REPEAT_AFTER_NS",
    "REPEAT_NS",
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
"""Pressed this long, OK is held."""

REPEAT_AFTER_NS: Final = NS_PER_S * 600 // 1000
REPEAT_NS: Final = NS_PER_S * 150 // 1000
"""An arrow is held sooner, for it does nothing that cannot be taken back, and says so again and again."""


_MAX_REPEATS: Final = 8
"""Said at one look: of presses that nobody listened to, more would only run on."""


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
    """A press. OK's is said when it is let go, or as `held` after HOLD_NS, and then its release says nothing.

    An arrow's is said at once; kept down, it is `held` after REPEAT_AFTER_NS, and `repeated` every REPEAT_NS
    from then on, where the contacts themselves are read. A page says `held` once.
    """

    button: Button
    held: bool = False
    repeated: bool = False


class Debouncer:
    """One contact, from edges to presses: pure, times are handed in (nanoseconds, not going back)."""

    def __init__(self, button: Button) -> None:
        self._button = button
        self._is_arrow = button is not Button.OK
        self._is_closed = False
        self._was_closed = False
        self._changed_ns = 0
        self._held_ns = 0
        """When the press becomes, or is once more, a held one."""
        self._is_told = False
        self._repeats = False

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
            presses += self._closed() if self._is_closed else self._opened()
        if self._was_closed and self._is_closed:
            presses += self._kept_down(now_ns)
        return presses

    def due_ns(self) -> int | None:
        """When `settle` will have something to decide without another edge; None when never."""
        if self._is_closed != self._was_closed:
            return self._changed_ns + SETTLE_NS
        if self._was_closed and (self._is_arrow or not self._is_told):
            return self._held_ns
        return None

    def _closed(self) -> list[ButtonPressed]:
        self._is_told = self._is_arrow
        self._repeats = False
        self._held_ns = self._changed_ns + (REPEAT_AFTER_NS if self._is_arrow else HOLD_NS)
        return [ButtonPressed(self._button)] if self._is_arrow else []

    def _opened(self) -> list[ButtonPressed]:
        """The release may be heard of late: what the press was is decided by the contact's own times."""
        if self._is_arrow:
            return self._kept_down(self._changed_ns)
        return [] if self._is_told else [ButtonPressed(self._button, self._changed_ns >= self._held_ns)]

    def _kept_down(self, until_ns: int) -> list[ButtonPressed]:
        presses: list[ButtonPressed] = []
        while until_ns >= self._held_ns and (self._is_arrow or not self._is_told):
            presses.append(ButtonPressed(self._button, held=True, repeated=self._repeats))
            self._is_told = True
            if not self._is_arrow:
                break
            self._repeats = True
            self._held_ns += REPEAT_NS
            if len(presses) == _MAX_REPEATS:
                # A reader that slept for long is not told of all it missed.
                self._held_ns = max(self._held_ns, until_ns)
                break
        return presses


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
