"""Reading a still picture with all means: nothing is known of its scale, and there is time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from appliance.base.clock import Clock, SystemClock
from appliance.capture.frame import Frame, GreyImage
from appliance.decode.engines import ZxingEngine
from appliance.decode.engines.engine import as_corners
from appliance.decode.finder import Box, Finder
from appliance.decode.judge import Evidence, bounds
from appliance.decode.ladder import COARSE, LINEAR, MATRIX, SAMPLERS, STILL, Step
from appliance.decode.symbol import Symbol, Symbology
from appliance.decode.treatments import AS_IS, ENLARGED, SLIGHTLY_ENLARGED, SMOOTHED

__all__ = ["BUDGET_MS", "StillReader"]

BUDGET_MS = 5000.0
"""For one picture on a desktop; the step that is running is finished."""

_NS_PER_MS = 1e6
_FIRST: Final = Step(AS_IS, ZxingEngine(), frozenset(Symbology))
_SECOND_LOOKS: Final = (
    Step(SLIGHTLY_ENLARGED, ZxingEngine(), LINEAR),
    Step(SMOOTHED, ZxingEngine(), LINEAR),
    Step(ENLARGED, ZxingEngine(), LINEAR, largest_pixels=4_000_000),
)
_FIELDS_MM: Final = (400.0, 220.0)
"""The finder needs a scale: that of the counter, and that of a scanned A4 page."""

_LEAST_PATCH_PX = 24
_QUICK_STEPS: Final = tuple(step for step in COARSE if step.trusted and not step.has_parts)
"""Of the ladder, tried on each patch first."""


class StillReader:
    """Reads pictures one by one; keeps nothing between them."""

    def __init__(
        self, steps: Sequence[Step] = STILL, *, budget_ms: float = BUDGET_MS, clock: Clock | None = None
    ) -> None:
        self._steps = tuple(steps)
        self._budget_ms = budget_ms
        self._clock = clock or SystemClock()

    def read(self, image: GreyImage) -> list[Symbol]:
        """Read all that lies in a picture; corners in its pixels.

        First the whole as it is, then the patches where something unread may lie; where neither gave
        anything, the whole through the long ladder and then the patches by our own samplers, until something
        is read or the budget is spent.
        """
        deadline_ns = self._clock.monotonic_ns() + round(self._budget_ms * _NS_PER_MS)
        evidence = Evidence()
        evidence.add(_FIRST.read(image, frozenset(Symbology)), _FIRST.name, trusted=True)
        if evidence.awaits_second_look:
            for step in _SECOND_LOOKS:
                evidence.add(step.read(image, LINEAR), step.name, trusted=True)
        self._patches(image, evidence, deadline_ns, _QUICK_STEPS)
        for step in self._steps:
            if evidence.accepted() or self._clock.monotonic_ns() > deadline_ns:
                break
            evidence.add(step.read(image, MATRIX), step.name, trusted=step.trusted)
        if not evidence.accepted():
            self._patches(image, evidence, deadline_ns, SAMPLERS)
        return evidence.accepted()

    def _patches(self, image: GreyImage, evidence: Evidence, deadline_ns: int, steps: Sequence[Step]) -> None:
        """Try the patches in which nothing was read yet."""
        frame = Frame(np.ascontiguousarray(image), sequence=0, captured_at_ns=0)
        for field_mm in _FIELDS_MM:
            for patch in Finder(field_mm).find(frame):
                box = patch.box
                if (
                    min(box.right - box.left, box.bottom - box.top) < _LEAST_PATCH_PX
                    or box.area * 2 > image.size
                ):
                    continue
                for step in steps:
                    if _is_read(box, evidence.accepted()) or self._clock.monotonic_ns() > deadline_ns:
                        break
                    evidence.add(_within(step, image, box), f"{step.name} {box}", trusted=step.trusted)


def _within(step: Step, image: GreyImage, box: Box) -> list[Symbol]:
    """What a step reads in a part of the picture, with corners in the whole."""
    return [
        replace(symbol, corners=as_corners([(x + box.left, y + box.top) for x, y in symbol.corners]))
        for symbol in step.read(box.of(image), MATRIX)
    ]


def _is_read(box: Box, symbols: Sequence[Symbol]) -> bool:
    """Whether the middle of a read symbol lies in the box."""
    for symbol in symbols:
        left, top, right, bottom = bounds(symbol.corners)
        if box.left <= (left + right) / 2 < box.right and box.top <= (top + bottom) / 2 < box.bottom:
            return True
    return False
