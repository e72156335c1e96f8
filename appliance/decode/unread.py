"""What lies there and cannot be read: a patch that stays unread, and the reason measured on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from appliance.capture.exposure import brightest
from appliance.capture.frame import ExposureTarget, Frame
from appliance.decode.finder import Box, Patch
from appliance.decode.live import FrameReader
from appliance.decode.reason_words import Reason
from appliance.decode.reasons import measure, reason_of
from appliance.decode.symbol import Symbol

__all__ = [
    "DARKEST_LEVEL",
    "SEEN_NS",
    "UNREAD_NS",
    "DarkWatch",
    "ExposedReader",
    "Unread",
    "UnreadWatch",
    "WatchedReader",
    "WatchfulReader",
]

SEEN_NS: Final = 300_000_000
"""What looks like a code and is not read by then is said to be seen: to hold still helps."""

UNREAD_NS: Final = 700_000_000
"""Whoever lays a sheet waits for so long before they wonder; nearly every code is read by then."""

_MEASURE_NS: Final = 300_000_000
"""Between two measurements of one patch."""

_SAME_OVERLAP: Final = 0.4

DARKEST_LEVEL: Final = 45.0
"""Grey level of a view's brightest parts below which it is too dark: a little under what the camera aims for
at least (LOWEST_LEVEL of `capture/exposure.py`)."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A code that lies there unread: where (px of the frame), and why; None while it may be read yet."""

    box: Box
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A patch that is not read yet.

    Attributes:
        box: where it was last.
        since_ns: since when it lies there.
        measured_ns: when it was last measured.
        reason: what that gave.
    """

    box: Box
    since_ns: int
    measured_ns: int | None = None
    reason: Reason | None = None

    @property
    def lasted_ns(self) -> int:
        """How long it had lain there when it was last measured; less than nothing before."""
        return -1 if self.measured_ns is None else self.measured_ns - self.since_ns


class UnreadWatch:
    """Follows unread patches from frame to frame; pure but for what it remembers."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    @property
    def pending(self) -> bool:
        """Whether a patch is to be looked at again soon, though nothing changes."""
        return any(waiting.lasted_ns < UNREAD_NS for waiting in self._waiting)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What has lain there unread for long enough, with its reason; what looks like a code, without."""
        return tuple(
            Unread(one.box, one.reason if one.lasted_ns >= UNREAD_NS else None)
            for one in self._waiting
            if one.reason is not None
        )

    def see(self, frame: Frame, patches: Sequence[Patch], px_per_mm: float) -> None:
        """Take a frame and the patches in which nothing is read."""
        at_ns, known = frame.captured_at_ns, self._waiting
        self._waiting = []
        for patch in patches:
            if patch.elongated or patch.is_near:
                continue
            before = max(known, key=lambda one: one.box.overlap(patch.box), default=None)
            if before is None or before.box.overlap(patch.box) < _SAME_OVERLAP:
                before = _Waiting(patch.box, at_ns)
            self._waiting.append(_measured(replace(before, box=patch.box), frame, px_per_mm))


def _measured(waiting: _Waiting, frame: Frame, px_per_mm: float) -> _Waiting:
    """The patch measured, if that is due: once for whether it is a code at all, then for its reason."""
    at_ns = frame.captured_at_ns
    lasts_ns = at_ns - waiting.since_ns
    if lasts_ns < SEEN_NS:
        return waiting
    if waiting.measured_ns is not None:
        pause_ns = _MEASURE_NS if waiting.lasted_ns >= UNREAD_NS else 0
        if lasts_ns < UNREAD_NS or at_ns - waiting.measured_ns < pause_ns:
            return waiting
    figures = measure(waiting.box.of(frame.grey), px_per_mm)
    reason = None if figures is None else reason_of(figures)
    return replace(waiting, measured_ns=at_ns, reason=reason)


class DarkWatch:
    """Tells of what lies in a dark where no code can be made out, so that no patch is found to measure.

    The camera gives light to what is too dark as far as it can (`capture/exposure.py`), so a view whose
    brightest parts stay below what it aims for is one that only a lamp helps.
    """

    def __init__(self, is_occupied: Callable[[], bool]) -> None:
        """`is_occupied` says whether something lies on the counter that was not there when it was bare."""
        self._is_occupied = is_occupied
        self._since_ns: int | None = None
        self._unread: tuple[Unread, ...] = ()

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The whole view, while it is too dark and something lies there."""
        return self._unread

    def see(self, frame: Frame, is_read: bool) -> None:
        """Take a frame, and whether something in it is read."""
        if frame.exposure is not ExposureTarget.PAPER and not is_read:
            return
        if is_read or not self._is_occupied() or brightest(frame.grey) >= DARKEST_LEVEL:
            self._since_ns, self._unread = None, ()
            return
        if self._since_ns is None:
            self._since_ns = frame.captured_at_ns
        if frame.captured_at_ns - self._since_ns >= UNREAD_NS:
            height, width = frame.grey.shape
            self._unread = (Unread(Box(0, 0, width, height), Reason.TOO_DARK),)


class WatchedReader(FrameReader, Protocol):
    """A reader that says where it found nothing."""

    @property
    def unread_patches(self) -> Sequence[Patch]:
        """Where something may lie that is not read."""
        ...

    @property
    def field_width_mm(self) -> float:
        """Millimetres on the counter across the frame."""
        ...


class ExposedReader:
    """A reader for each exposure, so that none puts together frames whose levels differ by stops.

    Each is made when its exposure is first met, and takes up where it was when the camera comes back to it.
    """

    def __init__(self, make: Callable[[], WatchedReader]) -> None:
        self._make = make
        self._exposure = ExposureTarget.PAPER
        self._readers = {self._exposure: make()}

    @property
    def unfinished(self) -> bool:
        """Whether something lies there that has not been tried with all means at the exposure of now."""
        return self._now.unfinished

    @property
    def unread_patches(self) -> Sequence[Patch]:
        """Where something may lie that is not read at the exposure of now."""
        return self._now.unread_patches

    @property
    def field_width_mm(self) -> float:
        """Millimetres on the counter across the frame."""
        return self._now.field_width_mm

    @property
    def _now(self) -> WatchedReader:
        return self._readers[self._exposure]

    def read(self, frame: Frame, *, is_new: bool = True) -> Sequence[Symbol]:
        """The symbols that lie in the frame; the first one of another exposure is new to its reader."""
        if frame.exposure is not self._exposure:
            self._exposure, is_new = frame.exposure, True
            if self._exposure not in self._readers:
                self._readers[self._exposure] = self._make()
        return self._now.read(frame, is_new=is_new)


class WatchfulReader:
    """A reader, and the reasons of what it does not read.

    Reasons are measured on frames exposed for paper only: at a screen's exposure paper is burnt out, or dark,
    by our own doing. What was told stands until something is read, be it at another exposure.
    """

    def __init__(self, reader: WatchedReader) -> None:
        self._reader = reader
        self._watch = UnreadWatch()

    @property
    def unfinished(self) -> bool:
        """Whether there is more to try, or a reason to be measured."""
        return self._reader.unfinished or self._watch.pending

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What lies there and cannot be read."""
        return self._watch.unread

    def read(self, frame: Frame, *, is_new: bool = True) -> Sequence[Symbol]:
        """The symbols that lie in the frame."""
        symbols = self._reader.read(frame, is_new=is_new)
        if frame.exposure is not ExposureTarget.PAPER:
            if symbols:
                self._watch = UnreadWatch()
            return symbols
        px_per_mm = frame.grey.shape[1] / self._reader.field_width_mm
        self._watch.see(frame, self._reader.unread_patches, px_per_mm)
        return symbols
