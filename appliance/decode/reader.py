"""Reading frames as they come: patches, a ladder for each, a budget a frame, and no thought lost in between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from appliance.base.clock import Clock, SystemClock
from appliance.capture.frame import Frame
from appliance.decode.candidate import Candidate
from appliance.decode.engines.engine import as_corners
from appliance.decode.finder import FIELD_WIDTH_MM, Finder, Patch
from appliance.decode.judge import judge
from appliance.decode.ladder import COARSE, FINE, LINEAR, LINEAR_STEPS, MATRIX, Step
from appliance.decode.symbol import Symbol

__all__ = ["BUDGET_MS", "Reader"]

BUDGET_MS = 25.0
"""Of ladder a frame: with capture, finding and messages it stays below 40 ms, and 15 frames/s are held."""

_NS_PER_MS = 1e6
_FINE_FROM_PX_PER_MM = 9.5
"""Four pixels a module of 0.42 mm, which is an INS code's."""

_SAME_PATCH_OVERLAP = 0.5
_COST_SMOOTHING = 0.3


class Reader:
    """Reads live frames within a budget a frame.

    Patches are followed from frame to frame: one that lies still and was read is not read again, one that lies
    unread is given the next steps of its ladder, on the mean of all its looks, until the ladder is through.
    """

    def __init__(
        self,
        *,
        field_width_mm: float = FIELD_WIDTH_MM,
        budget_ms: float = BUDGET_MS,
        clock: Clock | None = None,
    ) -> None:
        self._finder = Finder(field_width_mm)
        self._field_width_mm = field_width_mm
        self._budget_ns = round(budget_ms * _NS_PER_MS)
        self._clock = clock or SystemClock()
        self._candidates: list[Candidate] = []
        self._cost_ns: dict[tuple[str, int], float] = {}

    @property
    def unfinished(self) -> bool:
        """Whether something lies there unread that has not been tried with all means yet."""
        return any(candidate.has_work for candidate in self._candidates)

    def read(self, frame: Frame) -> list[Symbol]:
        """The symbols that lie in the frame as far as they are known now; corners in its pixels."""
        start_ns = self._clock.monotonic_ns()
        self._follow(self._finder.find(frame), frame)
        # What reads at once is looked at first, and what took longest is given what is left, in turns.
        for candidate in self._candidates:
            self._climb(candidate, start_ns, first_only=True)
        while waiting := [c for c in self._candidates if c.has_work and self._affordable(c, start_ns)]:
            for candidate in sorted(waiting, key=lambda c: c.steps_done):
                self._climb(candidate, start_ns, first_only=False)
        found = itertools.chain.from_iterable(candidate.symbols() for candidate in self._candidates)
        return judge(list(found))

    def _follow(self, patches: Sequence[Patch], frame: Frame) -> None:
        """Carry over what is known of each patch that was there in the last frame."""
        known = list(self._candidates)
        self._candidates = []
        for patch in patches:
            before = max(known, key=lambda c: c.patch.box.overlap(patch.box), default=None)
            if before is not None and before.patch.box.overlap(patch.box) >= _SAME_PATCH_OVERLAP:
                known.remove(before)
                before.look_again(patch, frame.grey)
                self._candidates.append(before)
            else:
                self._candidates.append(Candidate(patch, frame.grey, self._ladder(patch, frame)))

    def _ladder(self, patch: Patch, frame: Frame) -> tuple[Step, ...]:
        if patch.elongated:
            return LINEAR_STEPS
        px_per_mm = frame.grey.shape[1] / self._field_width_mm
        matrix = FINE if px_per_mm >= _FINE_FROM_PX_PER_MM else COARSE
        # A barcode that lies aslant makes a squarish patch too.
        return (*matrix[:3], *LINEAR_STEPS[:2], *matrix[3:])

    def _affordable(self, candidate: Candidate, start_ns: int) -> bool:
        spent_ns = self._clock.monotonic_ns() - start_ns
        expected_ns = self._cost_ns.get(self._cost_key(candidate), 0.0)
        # A step dearer than the whole budget is let alone until a frame in which nothing else was done.
        return spent_ns + min(expected_ns, 0.9 * self._budget_ns) <= self._budget_ns

    def _climb(self, candidate: Candidate, start_ns: int, *, first_only: bool) -> None:
        """One step on one candidate, where it has one to do and the budget allows."""
        if (
            not candidate.has_work
            or (first_only and candidate.steps_done)
            or not self._affordable(candidate, start_ns)
        ):
            return
        key = self._cost_key(candidate)
        before_ns = self._clock.monotonic_ns()
        candidate.step()
        spent_ns = self._clock.monotonic_ns() - before_ns
        known_ns = self._cost_ns.get(key, float(spent_ns))
        self._cost_ns[key] = known_ns + _COST_SMOOTHING * (spent_ns - known_ns)

    @staticmethod
    def _cost_key(candidate: Candidate) -> tuple[str, int]:
        """A step's time depends on the picture's size; doublings of it are told apart."""
        return candidate.next_step.name, candidate.patch.box.area.bit_length()
