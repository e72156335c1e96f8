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
from appliance.decode.ladder import Step
from appliance.decode.symbol import Symbol

__all__ = ["Candidate"]

_THUMB_PX = 24
_STILL_STEP = 6.0
"""Grey levels (of 255) that a cell of a patch may change by while it counts as lying still."""

_MEAN_FRAMES = 8
"""Looks in the running mean: sensor noise falls to a third, and a nudge is forgotten in half a second."""

_MEAN_FROM = 3
_REREAD_LOOKS = 8
_MAX_STILL_LOOKS = 1_000_000


class Candidate:
    """A place where a code may lie, and its ladder.

    While the patch lies still its box is kept, its looks are averaged, and the ladder goes on where it
    stopped; when it moves, all but the step that read it last is begun again.
    """

    def __init__(self, patch: Patch, grey: GreyImage, ladder: tuple[Step, ...]) -> None:
        self.patch = patch
        self._ladder = ladder
        self._order = list(range(len(ladder)))
        self._grey = grey
        self._thumb = _thumb(patch.box.of(grey))
        self._looks = 0
        self._mean: npt.NDArray[np.float32] | None = None
        self._done = 0
        self._evidence = Evidence()

    @property
    def steps_done(self) -> int:
        """Steps of the ladder climbed since it last moved."""
        return self._done

    @property
    def has_work(self) -> bool:
        """Whether a step is left that may still add something."""
        return self._done < len(self._order) and not self._is_settled

    @property
    def next_step(self) -> Step:
        """The step that `step` will do."""
        return self._ladder[self._order[min(self._done, len(self._order) - 1)]]

    def look_again(self, patch: Patch, grey: GreyImage) -> None:
        """Take the next frame's view of the same place."""
        thumb = _thumb(self.patch.box.of(grey))
        self._grey = grey
        if _is_still(thumb, self._thumb):
            self._looks = min(self._looks + 1, _MAX_STILL_LOOKS)
            self._average()
            if self._is_settled and self._looks % _REREAD_LOOKS == 0:
                self._begin_again()
            return
        self.patch = patch
        self._thumb = _thumb(patch.box.of(grey))
        # It moved unread: the next view starts with the first step, then goes on with those not tried yet.
        tried = 0 if self._is_settled else max(1, self._done)
        self._order = (
            [*self._order[:1], *self._order[tried:], *self._order[1:tried]] if tried else self._order
        )
        self._restart()

    def step(self) -> None:
        """Do one step of the ladder, on this frame's view or on the mean of enough looks."""
        index = self._order[self._done]
        rung = self._ladder[index]
        box = self.patch.box
        readings = [
            replace(symbol, corners=as_corners([(x + box.left, y + box.top) for x, y in symbol.corners]))
            for symbol in rung.read(self._view(), rung.wanted)
        ]
        self._evidence.add(readings, f"{rung.name} {self._looks}", trusted=rung.trusted)
        self._done += 1
        if readings:
            # What read it now will read it in the next place too.
            self._order.remove(index)
            self._order.insert(0, index)

    def skip(self) -> None:
        """Pass over a step that this machine has no time for."""
        self._done += 1

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
        self._begin_again()

    def _begin_again(self) -> None:
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


def _is_still(now: npt.NDArray[np.float32], before: npt.NDArray[np.float32]) -> bool:
    # The whole patch may get brighter or darker (a cloud, mains flicker) without moving.
    difference = now - before
    return bool(np.abs(difference - np.median(difference)).max() < _STILL_STEP)
