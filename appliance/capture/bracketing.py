"""Trying other exposures on what lies there unread: a telephone shines brighter or darker than paper does.

The course of it is pure (`Bracketing`); `Bracketer` turns frames into what it goes by, and tells the camera.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from appliance.base.clock import NS_PER_S
from appliance.capture.frame import Camera, ExposureTarget, Frame
from appliance.capture.gate import Background, ChangeGate

__all__ = ["AT_START", "LOST_NS", "PAPER_NS", "SCREEN_NS", "Bracketer", "Bracketing", "View"]

PAPER_NS: Final = (NS_PER_S // 2, 3 * NS_PER_S // 2, 3 * NS_PER_S)
"""How long something lies unread at the paper's exposure before screens' are tried, round by round. Paper is
nearly always read by then; what is still unread after the last round is not a matter of exposure."""

SCREEN_NS: Final = 4 * NS_PER_S // 10
"""How long each screen's exposure is tried: up to four frames until it is in force, and two to read."""

LOST_NS: Final = 3 * NS_PER_S // 10
"""Unread for so long where it was read, it was taken away, or turned: paper is next."""

_NEXT: Final = {
    ExposureTarget.PAPER: ExposureTarget.BRIGHT_SCREEN,
    ExposureTarget.BRIGHT_SCREEN: ExposureTarget.DARK_SCREEN,
    ExposureTarget.DARK_SCREEN: ExposureTarget.PAPER,
}


@dataclass(frozen=True, slots=True)
class View:
    """What a frame told.

    Attributes:
        at_ns: when it was exposed, CLOCK_MONOTONIC.
        is_read: something in it is read.
        is_occupied: something lies there.
        is_new: it shows what the frame before did not.
    """

    at_ns: int
    is_read: bool
    is_occupied: bool
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Bracketing:
    """Where the search for an exposure stands.

    Attributes:
        target: what to expose for now.
        since_ns: since when nothing has been read at it; None before the first frame.
        has_read: whether something was read at it.
        rounds: whole rounds in vain.
    """

    target: ExposureTarget = ExposureTarget.PAPER
    since_ns: int | None = None
    has_read: bool = False
    rounds: int = 0

    @property
    def has_given_up(self) -> bool:
        """Whether every exposure was tried in vain, in all rounds."""
        return self.rounds >= len(PAPER_NS)

    def step(self, view: View) -> Self:
        """After a frame."""
        if view.is_read:
            return replace(self, since_ns=view.at_ns, has_read=True, rounds=0)
        if self.target is ExposureTarget.PAPER:
            return self._on_paper(view)
        patience_ns = LOST_NS if self.has_read else SCREEN_NS
        if self._waited_ns(view) < patience_ns:
            return replace(self, since_ns=self._since(view))
        if self.has_read:
            return type(self)(since_ns=view.at_ns)
        following = _NEXT[self.target]
        is_through = following is ExposureTarget.PAPER
        return replace(self, target=following, since_ns=view.at_ns, rounds=self.rounds + is_through)

    def _on_paper(self, view: View) -> Self:
        if not view.is_occupied:
            return type(self)(since_ns=view.at_ns)
        if self.has_given_up:
            # Something moves: a hand turns the sheet, or lays another one.
            return type(self)(since_ns=view.at_ns) if view.is_new else self
        if self._waited_ns(view) < PAPER_NS[self.rounds]:
            return replace(self, since_ns=self._since(view))
        return replace(self, target=_NEXT[self.target], since_ns=view.at_ns, has_read=False)

    def _since(self, view: View) -> int:
        return view.at_ns if self.since_ns is None else self.since_ns

    def _waited_ns(self, view: View) -> int:
        return view.at_ns - self._since(view)


AT_START: Final = Bracketing(rounds=len(PAPER_NS) - 1)
"""The last round alone: an empty counter is not to flicker for long whenever the eye starts."""


class Bracketer:
    """Steers one camera's exposure by what is read in its frames.

    What lies there is what differs from the bare counter as it was last seen; what could not be read at any
    exposure and lies still is then part of the counter, be it a cup. So is all that lies there at the start,
    once every exposure was tried on it, or once something was read and went.
    """

    def __init__(self, camera: Camera, gate: ChangeGate) -> None:
        """Go by the frames that the gate is shown."""
        self._camera = camera
        self._gate = gate
        self._background = Background()
        self._is_occupied = False
        self._has_read = False
        self._exposed_for: ExposureTarget | None = None
        self._state = AT_START

    @property
    def state(self) -> Bracketing:
        """Where it stands."""
        return self._state

    @property
    def is_occupied(self) -> bool:
        """Whether something lies there that was not on the bare counter; no, while that was never seen."""
        return self._background.is_known and self._is_occupied

    def __call__(self, frame: Frame, is_read: bool) -> None:
        """The gate was shown this frame; `is_read` is whether something that lies in it is read."""
        # The first frame of another exposure shows what the one before did not, and yet nothing has happened.
        is_new = self._gate.is_new and frame.exposure is self._exposed_for
        self._exposed_for = frame.exposure
        self._has_read |= is_read
        if not is_read and frame.exposure is self._state.target is ExposureTarget.PAPER:
            self._look_what_lies(is_new=is_new)
        before, view = self._state, View(frame.captured_at_ns, is_read, self._is_occupied, is_new)
        self._state = before.step(view)
        if self._state.target is not before.target:
            self._camera.set_exposure(self._state.target)
        if self._state.has_given_up and not before.has_given_up:
            self._camera.refocus()

    def _look_what_lies(self, *, is_new: bool) -> None:
        """Costs nothing while nothing changes."""
        if self._state.has_given_up and not is_new:
            self._background.take(self._gate)
            self._is_occupied = False
        elif not self._background.is_known:
            # A start: a telephone that burns out may lie there, and nobody has seen the counter bare.
            self._is_occupied = not (self._has_read and not is_new)
            if not self._is_occupied:
                self._background.take(self._gate)
        elif is_new or self._is_occupied:
            self._is_occupied = self._background.differs(self._gate)
        else:
            # Daylight moves on; what the gate calls unchanged is still the bare counter.
            self._background.take(self._gate)
