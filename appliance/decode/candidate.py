"""One patch followed from frame to frame: what was tried on it, what was read, and the mean of its looks."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import as_corners
from appliance.decode.finder import Patch
from appliance.decode.judge import Evidence
from appliance.decode.ladder import Attempting, Step
from appliance.decode.symbol import Symbol

__all__ = ["Candidate"]

_THUMB_PX = 24
_STILL_STEP = 6.0
"""Grey levels (of 255) that a cell of a patch may change by while it counts as lying still."""

_MEAN_FRAMES = 8
"""Looks in the running mean: sensor noise falls to a third, and a nudge is forgotten in half a second."""

_MEAN_FROM = 3
_PATIENCE_FRAMES = 4

_SHARPER = 1.1
"""A view with edges steeper by this factor is a new one: the lens found its focus, or the hand let go."""

_MAX_STILL_LOOKS = 1_000_000


class Candidate:
    """A place where a code may lie, and its ladder.

    While the patch lies still its box is kept, its looks are averaged, and the ladder goes on where it
    stopped; when it moves, all but the step that read it last is begun again.
    """

    def __init__(
        self, patch: Patch, grey: GreyImage, ladder: tuple[Step, ...], attempt: Attempting = Step.read
    ) -> None:
        self.patch = patch
        self._ladder = ladder
        self._attempt = attempt
        self._order = list(range(len(ladder)))
        self._grey = grey
        self._thumb = _thumb(patch.box.of(grey))
        self._looks = 0
        self._mean: npt.NDArray[np.float32] | None = None
        self._steepness = _steepness(patch.box.of(grey))
        self._done = 0
        self._waited = 0
        self._is_fresh = True
        self._evidence = Evidence()
        self.spent_ns = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was tried on this frame's view yet."""
        return self._is_fresh

    @property
    def has_work(self) -> bool:
        """Whether a step is left that may still add something."""
        return self._done < len(self._order) and not self._is_settled

    @property
    def next_step(self) -> Step:
        """The step that `step` will do."""
        return self._ladder[self._next]

    @property
    def _next(self) -> int:
        """A new view begins with the step that is likeliest to read it, then the ladder goes on."""
        return self._order[0 if self._is_fresh else min(self._done, len(self._order) - 1)]

    def look_again(self, patch: Patch, grey: GreyImage) -> None:
        """Take the next frame's view of the same place."""
        view = self.patch.box.of(grey)
        self._grey = grey
        self._is_fresh = True
        self.spent_ns = 0.0
        steepness = _steepness(view)
        if _is_still(_thumb(view), self._thumb):
            if steepness > _SHARPER * self._steepness and not self._is_settled:
                self._steepness = steepness
                self._restart()
                return
            self._looks = min(self._looks + 1, _MAX_STILL_LOOKS)
            self._average()
            return
        self.patch = patch
        self._thumb = _thumb(patch.box.of(grey))
        self._steepness = _steepness(patch.box.of(grey))
        # It moved unread: the next view starts with the first step, then goes on with those not tried yet.
        tried = 0 if self._is_settled else max(1, self._done)
        self._order = (
            [*self._order[:1], *self._order[tried:], *self._order[1:tried]] if tried else self._order
        )
        self._restart()

    def step(self) -> None:
        """Do one step of the ladder, on this frame's view or on the mean of enough looks."""
        index = self._next
        rung = self._ladder[index]
        box = self.patch.box
        view = np.ascontiguousarray(box.of(self._grey)) if self._is_fresh else self._view()
        readings = [
            replace(symbol, corners=as_corners([(x + box.left, y + box.top) for x, y in symbol.corners]))
            for symbol in self._attempt(rung, view, rung.wanted)
        ]
        self._evidence.add(readings, f"{rung.name} {self._looks}", trusted=rung.trusted)
        if not self._is_fresh or self._done == 0:
            self._waited = 0
            self._done += 1
        self._is_fresh = False
        if readings:
            # What read it now will read it in the next place too.
            self._order.remove(index)
            self._order.insert(0, index)

    def skip(self) -> None:
        """Pass over a step that this machine has no time for."""
        self._is_fresh = False
        self._waited = 0
        self._done += 1

    def end_frame(self) -> None:
        """Count a frame that had no time for the next step; after some, that step is passed over."""
        self._waited = self._waited + 1 if self.has_work else 0
        if self._waited > _PATIENCE_FRAMES:
            self.skip()

    def symbols(self) -> list[Symbol]:
        """What is proven to lie here."""
        return self._evidence.accepted()

    @property
    def _is_settled(self) -> bool:
        """One symbol a patch: whether it is read, and by as many looks as its symbology needs."""
        return bool(self._evidence.accepted())

    def _restart(self) -> None:
        self._looks = 0
        self._mean = None
        self._done = 0
        self._evidence = Evidence()

    def _average(self) -> None:
        if self._is_settled:
            self._mean = None
            return
        view = self.patch.box.of(self._grey)
        if self._mean is None:
            self._mean = view.astype(np.float32)
        else:
            cv2.accumulateWeighted(view, self._mean, max(1 / _MEAN_FRAMES, 1 / (self._looks + 1)))

    def _view(self) -> GreyImage:
        if self._mean is not None and self._looks >= _MEAN_FROM:
            return np.asarray(cv2.convertScaleAbs(self._mean), np.uint8)
        return np.ascontiguousarray(self.patch.box.of(self._grey))


def _thumb(view: GreyImage) -> npt.NDArray[np.float32]:
    """The patch in _THUMB_PX x _THUMB_PX cells, one row in four looked at."""
    rows = view[::4] if view.shape[0] >= 4 * _THUMB_PX else view
    return np.asarray(cv2.resize(rows, (_THUMB_PX, _THUMB_PX), interpolation=cv2.INTER_AREA), np.float32)


def _steepness(view: GreyImage) -> float:
    """Mean step from pixel to pixel along one row in four, in grey levels: falls with blur."""
    rows = view[::4].astype(np.int16)
    return float(np.abs(np.diff(rows, axis=1)).mean()) if rows.shape[1] > 1 else 0.0


def _is_still(now: npt.NDArray[np.float32], before: npt.NDArray[np.float32]) -> bool:
    # The whole patch may get brighter or darker (a cloud, mains flicker) without moving.
    difference = now - before
    return bool(np.abs(difference - np.median(difference)).max() < _STILL_STEP)
