"""One patch followed from frame to frame: what was tried on it, what was read, and all its looks in one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import as_corners
from appliance.decode.finder import Box, Patch
from appliance.decode.fusion import FINER, MAX_FUSED_PIXELS, Fusion
from appliance.decode.judge import Evidence
from appliance.decode.ladder import FUSED, Attempting, Step
from appliance.decode.likeness import are_alike, are_equal, steepness_of, thumb_of
from appliance.decode.symbol import Symbol
from appliance.decode.tried import SHARPER, Tried

__all__ = ["MILESTONES", "Candidate"]

MILESTONES = (4, 8, 15, 30)
"""Looks after which what is still unread is tried anew, on the picture that all looks make together."""

_NEAR_PIXELS = 200_000
"""What is near has pixels to spare: a code that fills such a patch has 5 a module, and more cost time."""

_FUSED_FROM = 3
_PATIENCE_FRAMES = 4

_MAX_STILL_LOOKS = 1_000_000


class Candidate:
    """A place where a code may lie, and its ladder.

    While the patch lies still, or is nudged, its looks are fused and the ladder goes on where it stopped;
    when it moves away, all but the step that read it last is begun again. A step of many parts is put aside
    at a frame's end and gone on with in the next.
    """

    def __init__(
        self,
        patch: Patch,
        grey: GreyImage,
        ladder: tuple[Step, ...],
        attempt: Attempting = Step.slices,
        *,
        tried: Tried | None = None,
    ) -> None:
        """Begin with the first step, or after those that were tried here before."""
        self.patch = patch
        self._ladder = ladder
        self._attempt = attempt
        self._order = list(range(len(ladder)))
        self._grey = grey
        self._thumb = thumb_of(patch.box.of(grey))
        self._first = patch.box.of(grey).copy()
        self._looks = 0 if tried is None else tried.looks
        self._fusion: Fusion | None = None
        self._fused_steps: tuple[Step, ...] = ()
        self._milestone = sum(self._looks >= milestone for milestone in MILESTONES)
        self._was_fused = False
        self._steepness = steepness_of(patch.box.of(grey))
        self._done = 0 if tried is None else min(tried.steps, len(ladder))
        self._waited = 0
        self._is_fresh = self._done == 0
        self._running: _Running | None = None
        self._evidence = Evidence()
        self.spent_ns = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was tried on this frame's view yet."""
        return self._is_fresh

    @property
    def tried(self) -> Tried | None:
        """To be remembered once it is no longer found; None where it did not lie still, or was read."""
        if self._looks < _FUSED_FROM or self._evidence.holds_any:
            return None
        return Tried(self.patch.box, self._thumb, self._steepness, self._done, self._looks)

    @property
    def has_work(self) -> bool:
        """Whether a step is left that may still add something."""
        return not self._is_settled and (
            self._running is not None or self._done < len(self._order) or bool(self._fused_steps)
        )

    @property
    def wants_frames(self) -> bool:
        """Whether there is work, or more looks may yet make it readable."""
        return self.has_work or (not self._is_settled and self._may_fuse and self._looks < MILESTONES[-1])

    @property
    def _is_doubtful(self) -> bool:
        """Dense text, a wood's grain: what was tried on it once is not tried again on its next view."""
        return self.patch.is_pale or self.patch.is_near

    @property
    def next_step(self) -> Step:
        """The step that `step` will do, or do a part of."""
        if self._running is not None:
            return self._running.step
        if self._done >= len(self._order) and self._fused_steps:
            return self._fused_steps[0]
        return self._ladder[self._next]

    @property
    def _next(self) -> int:
        """A new view begins with the step that is likeliest to read it, then the ladder goes on."""
        return self._order[0 if self._is_fresh else min(self._done, len(self._order) - 1)]

    @property
    def _may_fuse(self) -> bool:
        return not self.patch.elongated and not self.patch.is_near and self.patch.box.area <= MAX_FUSED_PIXELS

    def look_again(self, patch: Patch, grey: GreyImage, *, may_register: bool = True) -> bool:
        """Take the next frame's view of the same place; True where it was registered with the earlier ones.

        Args:
            patch: where it is found now.
            grey: the frame.
            may_register: False where the frame has no time for it: the view is tried, and not fused.
        """
        view = self.patch.box.of(grey)
        self._grey = grey
        self._is_fresh = not self._is_doubtful or self._done == 0
        self.spent_ns = 0.0
        if not may_register and self._fusion is not None:
            return False
        steepness = steepness_of(view)
        thumb = thumb_of(view)
        is_still = are_equal(thumb, self._thumb)
        if is_still and self._is_sharper(steepness):
            self._steepness = steepness
            self._first = view.copy()
            self._restart()
        elif self._is_settled and (is_still or self._is_same(view)):
            self._fusion = self._fusion if self._was_fused else None
        elif may_register and not self._is_settled and self._fuse(view, steepness):
            self._thumb = thumb
            return True
        elif is_still or (not self._evidence.holds_any and are_alike(thumb, self._thumb)):
            self._looks = min(self._looks + 1, _MAX_STILL_LOOKS)
        else:
            self._begin_anew(patch, grey)
        return False

    def _is_sharper(self, steepness: float) -> bool:
        """Whether a still view's edges are so much steeper that all that was tried on it is tried anew."""
        is_open = not self._is_settled and (not self._looks or not self.wants_frames)
        return is_open and steepness > SHARPER * self._steepness

    def _begin_anew(self, patch: Patch, grey: GreyImage) -> None:
        self.patch = patch
        self._first = patch.box.of(grey).copy()
        self._thumb = thumb_of(self._first)
        self._steepness = steepness_of(self._first)
        # It moved unread: the next view starts with the first step, then goes on with those not tried yet.
        tried = 0 if self._is_settled else max(1, self._done)
        self._order = (
            [*self._order[:1], *self._order[tried:], *self._order[1:tried]] if tried else self._order
        )
        self._restart()

    def step(self) -> None:
        """Do one step of the ladder, or a part of it, on this frame's view or on all looks in one."""
        is_repeated = self._running is None and self._is_fresh and self._done > 0
        running = self._running or self._begin()
        self._running = running
        self._is_fresh = False
        if not is_repeated:
            self._waited = 0
        readings = next(running.slices, None)
        if readings is None or not running.step.has_parts:
            self._running = None
        if readings is None:
            return
        left, top, scale = running.box.left, running.box.top, running.scale
        placed = [
            replace(
                symbol, corners=as_corners([(x / scale + left, y / scale + top) for x, y in symbol.corners])
            )
            for symbol in readings
        ]
        self._evidence.add(placed, f"{running.step.name} {self._looks}", trusted=running.step.trusted)
        if readings and running.index is None:
            self._was_fused = True
        elif readings and running.index is not None:
            # What read it now will read it in the next place too.
            self._order.remove(running.index)
            self._order.insert(0, running.index)

    def _begin(self) -> _Running:
        """Start the next step; from here on it counts as done."""
        box = self.patch.box
        if self._done >= len(self._order) and self._fused_steps and self._fusion is not None:
            step, *rest = self._fused_steps
            self._fused_steps = tuple(rest)
            return _Running(step, None, box, self._attempt(step, self._fusion.fine, step.wanted), FINER)
        index = self._next
        step = self._ladder[index]
        view = np.ascontiguousarray(box.of(self._grey)) if self._is_fresh else self._view()
        if step.has_parts and np.may_share_memory(view, self._grey):
            view = view.copy()  # the next parts are done when another frame lies in this memory
        if not self._is_fresh or self._done == 0:
            self._done += 1
        scale = 1.0
        if self.patch.is_near and view.size > _NEAR_PIXELS:
            scale = 1 / math.ceil(math.sqrt(view.size / _NEAR_PIXELS))
            view = np.asarray(
                cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
            )
        return _Running(step, index, box, self._attempt(step, view, step.wanted), scale)

    def skip(self) -> None:
        """Pass over a step that this machine has no time for."""
        self._is_fresh = False
        self._waited = 0
        self._running = None
        if self._done < len(self._order):
            self._done += 1
        else:
            self._fused_steps = self._fused_steps[1:]

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
        self._is_fresh = True
        self._looks = 0
        self._fusion = None
        self._fused_steps = ()
        self._milestone = 0
        self._was_fused = False
        self._done = 0
        self._running = None
        self._evidence = Evidence()

    def _is_same(self, view: GreyImage) -> bool:
        """Whether what only many looks could read was nudged: no single look would read it again."""
        return self._was_fused and self._fusion is not None and self._fusion.place_of(view) is not None

    def _fuse(self, view: GreyImage, steepness: float) -> bool:
        """Add a look that shows the same thing; False where it does not, or nothing is fused here."""
        if not self._may_fuse or self._looks >= MILESTONES[-1]:
            return False
        if self._fusion is None:
            self._fusion = Fusion(self._first, self._steepness)
        transform = self._fusion.place_of(view)
        if transform is None:
            return False
        self._looks += 1
        self._fusion.add(view, transform, steepness)
        if self._milestone < len(MILESTONES) and self._looks >= MILESTONES[self._milestone]:
            self._milestone += 1
            self._fused_steps = FUSED
        return True

    def _view(self) -> GreyImage:
        if self._fusion is not None and self._looks >= _FUSED_FROM:
            return self._fusion.coarse
        return np.ascontiguousarray(self.patch.box.of(self._grey))


@dataclass(slots=True)
class _Running:
    """A step that was begun.

    Attributes:
        step: which.
        index: in the ladder; None for one of the fused picture.
        box: what of the frame it looks at.
        slices: its parts.
        scale: pixels of its picture a pixel of the frame.
    """

    step: Step
    index: int | None
    box: Box
    slices: Iterator[list[Symbol]]
    scale: float = 1.0
