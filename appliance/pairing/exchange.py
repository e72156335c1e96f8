"""How bridge and counter agree on a pairing: three small files in the runtime directory (tmpfs).

The counter, which has the buttons, writes the window and its decision; the bridge, which has the client,
writes the request. Each file has one writer and is replaced as a whole, so either program may be killed at
any instant: a file of another window, or of a request that is no more, is void.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from appliance.base.clock import NS_PER_S
from appliance.pairing.notes import Instant, Note, Reference, pairing_folder, write_note
from appliance.pairing.number import NUMBER_DIGITS

__all__ = [
    "MAX_CLIENT_NAME_CHARACTERS",
    "MAX_TRIES",
    "WINDOW_NS",
    "Decision",
    "PairingFiles",
    "Request",
    "Window",
    "pause_after_ns",
]

WINDOW_NS = 90 * NS_PER_S
"""How long clients may ask after the button was held."""

MAX_TRIES = 3
"""Ceremonies that a window allows."""

MAX_CLIENT_NAME_CHARACTERS = 40
"""A name that fits the OLED in two lines."""

_FIRST_PAUSE_NS = 30 * NS_PER_S
_LONGEST_PAUSE_NS = 3600 * NS_PER_S


def pause_after_ns(failed_windows: int) -> int:
    """How long none opens after so many windows in a row whose tries were used up: 0, 30 s, 60 s, … 1 h."""
    if failed_windows <= 0:
        return 0
    # The exponent is bounded before it is used: nobody needs 2 to the power of a counter.
    return min(_LONGEST_PAUSE_NS, _FIRST_PAUSE_NS << min(failed_windows - 1, 10))


class Window(Note):
    """The counter lets clients ask, until then (CLOCK_MONOTONIC, ns)."""

    id: Reference
    until_ns: Instant

    def is_open(self, now_ns: int) -> bool:
        """Whether it lasts at that time; one that lasts longer than any window is of another boot."""
        return now_ns < self.until_ns <= now_ns + WINDOW_NS


class Request(Note):
    """A client asks: its name and the digits to compare.

    Attributes:
        window: id of the window that it came through.
        reference: names this request between bridge and counter; the client's own secret is another.
        name: what the client calls itself.
        number: the digits; empty until the client has revealed its nonce.
        tries: ceremonies begun in this window, this one included.
        is_over: it was refused, given up or confirmed; the screen need not show it any more.
        is_paired: it is over because the client is paired.
    """

    window: Reference
    reference: Reference
    name: Annotated[str, Field(min_length=1, max_length=MAX_CLIENT_NAME_CHARACTERS)]
    number: Annotated[str, Field(pattern=rf"^([0-9]{{{NUMBER_DIGITS}}})?$")]
    tries: Annotated[int, Field(ge=1, le=MAX_TRIES)]
    is_over: bool = False
    is_paired: bool = False


class Decision(Note):
    """The person at the device compared the digits: they are equal, or not."""

    reference: Reference
    accepted: bool


class PairingFiles:
    """The three files, in a folder of the runtime directory that is made where it is missing.

    Raises:
        OSError: the folder cannot be made.
    """

    def __init__(self, runtime_directory: Path) -> None:
        directory = self.folder = pairing_folder(runtime_directory)
        self._window = directory / "window.json"
        self._request = directory / "request.json"
        self._decision = directory / "decision.json"

    def window(self, now_ns: int) -> Window | None:
        """The window that is open now."""
        window = Window.read(self._window)
        return window if window is not None and window.is_open(now_ns) else None

    def request(self, window: Window) -> Request | None:
        """What is asked through that window."""
        request = Request.read(self._request)
        return request if request is not None and request.window == window.id else None

    def decision(self, reference: str) -> Decision | None:
        """What was decided of that request."""
        decision = Decision.read(self._decision)
        return decision if decision is not None and decision.reference == reference else None

    def open_window(self, window: Window) -> None:
        """The counter's: let clients ask."""
        self._decision.unlink(missing_ok=True)
        write_note(self._window, window)

    def close_window(self) -> None:
        """The counter's: at the end of the window, and at its start, for one that it does not know of."""
        self._window.unlink(missing_ok=True)

    def ask(self, request: Request) -> None:
        """The bridge's: show this to the person."""
        write_note(self._request, request)

    def withdraw(self) -> None:
        """The bridge's, at its start: what another life asked is void."""
        self._request.unlink(missing_ok=True)

    def decide(self, decision: Decision) -> None:
        """The counter's: what the person said."""
        write_note(self._decision, decision)
