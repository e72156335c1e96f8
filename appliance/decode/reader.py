"""Reading frames as they come: patches, a ladder for each, a budget a frame, no thought lost in between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from appliance.base.clock import Clock, SystemClock
from appliance.capture.frame import Frame
from appliance.decode.candidate import Candidate
from appliance.decode.costs import Costs, Key
from appliance.decode.finder import FIELD_WIDTH_MM, Finder, Patch
from appliance.decode.judge import LOOKS_NEEDED, judge
from appliance.decode.ladder import COARSE, COST_PIXELS, FINE, LINEAR_STEPS, Attempting, Step
from appliance.decode.symbol import Symbol
from appliance.decode.tried import Tried

__all__ = ["BUDGET_MS", "Reader"]

BUDGET_MS = 25.0
"""Of ladder a frame: with capture, finding and messages it stays below 40 ms, and 15 frames/s are held."""

_NS_PER_MS = 1e6
_FINE_FROM_PX_PER_MM = 9.5
"""Four pixels a module of 0.42 mm, which is an INS code's."""

_SAME_PATCH_OVERLAP = 0.5
_MOST_TRIED = 64
"""Places remembered: a desk's grain gives some ten, a page of dense text as many."""

_LEAST_COST_SHARE = 0.3

_FRESH_SHARE = 0.2
_LONGEST_SHARE = 1.2
"""A step dearer than the budget may have a frame to itself, up to this share of the budget (30 ms)."""

_FINDING_SHARE = 0.2
"""Of the budget, on top of it: what finding usually takes (5 ms)."""

_LARGEST_DEBT = 0.5

_REGISTERING_SHARE = 0.5
"""Of the budget, finding included: what does not fit into it is looked at but not fused."""

_REGISTERING_MS = 4.0
"""On a patch of COST_PIXELS, as the costs of the ladder's steps are told."""

_PALE_STEPS = 4
"""What swallows less light than a code does gets the cheap steps only."""


class Reader:
    """Reads live frames within a budget a frame.

    Patches are followed from frame to frame: one that lies still and was read is not read again, one that
    lies unread is given the next steps of its ladder, on the mean of all its looks, until the ladder is
    through.
    """

    def __init__(
        self,
        *,
        field_width_mm: float = FIELD_WIDTH_MM,
        budget_ms: float = BUDGET_MS,
        ladder: Sequence[Step] | None = None,
        clock: Clock | None = None,
        attempt: Attempting = Step.slices,
    ) -> None:
        self._attempt = attempt
        self._finder = Finder(field_width_mm)
        self._field_width_mm = field_width_mm
        self._given_ladder = None if ladder is None else tuple(ladder)
        self._budget_ns = round(budget_ms * _NS_PER_MS)
        self._longest_ns = round(_LONGEST_SHARE * self._budget_ns)
        self._clock = clock or SystemClock()
        self._candidates: list[Candidate] = []
        self._tried: list[Tried] = []
        self._costs = Costs()
        self._turn = 0

    @property
    def unfinished(self) -> bool:
        """Whether something lies there unread for which means, or looks enough, are still to come."""
        return any(candidate.wants_frames for candidate in self._candidates)

    @property
    def field_width_mm(self) -> float:
        """Millimetres on the counter across the frame."""
        return self._field_width_mm

    @property
    def unread_patches(self) -> list[Patch]:
        """Where something may lie that is not read."""
        return [candidate.patch for candidate in self._candidates if not candidate.symbols()]

    def read(self, frame: Frame, *, is_new: bool = True) -> list[Symbol]:
        """The symbols that lie in the frame as far as they are known now; corners in its pixels.

        Args:
            frame: the next one.
            is_new: False where it is known to show what the last one showed: the patches are where they were.
        """
        begun_ns = self._clock.monotonic_ns()
        if is_new:
            known = self._follow(self._finder.find(frame), frame)
        else:
            known = [(candidate, candidate.patch) for candidate in self._candidates]
        self._look_again(known, frame, begun_ns)
        start_ns = self._ladder_start_ns(begun_ns)
        # What reads at once is looked at first; what is left goes to the least tried, the doubtful last.
        for candidate in self._candidates:
            looks = 0 if candidate.patch.is_near else LOOKS_NEEDED if candidate.patch.elongated else 1
            for _ in range(looks):
                self._climb(candidate, start_ns, self._longest_ns)
        while waiting := [c for c in self._candidates if c.has_work and self._can_climb(c, start_ns)]:
            next_up = min(waiting, key=lambda c: (c.patch.is_near, c.patch.is_pale, c.spent_ns))
            self._climb(next_up, start_ns, self._longest_ns)
        for candidate in self._candidates:
            candidate.end_frame()
        found = itertools.chain.from_iterable(candidate.symbols() for candidate in self._candidates)
        return judge(list(found))

    def _ladder_start_ns(self, begun_ns: int) -> int:
        """When the ladder is held to have begun: now, less what finding took beyond its due.

        Only so much less: where others keep the processor busy, half of the budget is still the ladder's.
        """
        now_ns = self._clock.monotonic_ns()
        beyond_ns = now_ns - begun_ns - round(_FINDING_SHARE * self._budget_ns)
        return now_ns - min(max(0, beyond_ns), round(_LARGEST_DEBT * self._budget_ns))

    def _look_again(self, known: Sequence[tuple[Candidate, Patch]], frame: Frame, begun_ns: int) -> None:
        """Show the frame to what is followed, another one first each time: registering has a budget too."""
        self._turn = (self._turn + 1) % max(1, len(known))
        limit_ns = _REGISTERING_SHARE * self._budget_ns
        for candidate, patch in (*known[self._turn :], *known[: self._turn]):
            area = candidate.patch.box.area
            key, said_ns = ("register", area.bit_length()), _scaled(_REGISTERING_MS, area)
            before_ns = self._clock.monotonic_ns()
            expected_ns = self._costs.expected_ns(key, said_ns)
            may_register = before_ns - begun_ns + expected_ns < limit_ns
            if candidate.look_again(patch, frame.grey, may_register=may_register):
                self._costs.took(key, said_ns, float(self._clock.monotonic_ns() - before_ns))

    def _follow(self, patches: Sequence[Patch], frame: Frame) -> list[tuple[Candidate, Patch]]:
        """Carry over what is known of each patch that was there in the last frame, and where it is now."""
        followed = []
        known = list(self._candidates)
        self._candidates = []
        for patch in patches:
            before = max(known, key=lambda c: c.patch.box.overlap(patch.box), default=None)
            if before is not None and _is_same(before, patch):
                known.remove(before)
                followed.append((before, patch))
                self._candidates.append(before)
            else:
                self._candidates.append(self._taken_up(patch, frame))
        self._tried += [tried for candidate in known if (tried := candidate.tried) is not None]
        del self._tried[:-_MOST_TRIED]
        return followed

    def _taken_up(self, patch: Patch, frame: Frame) -> Candidate:
        """A patch that is new, or where it was left when it was last found."""
        ladder = self._ladder(patch, frame)
        for tried in reversed(self._tried):
            if tried.box.overlap(patch.box) >= _SAME_PATCH_OVERLAP and tried.is_shown_by(frame.grey):
                self._tried.remove(tried)
                patch = replace(patch, box=tried.box)
                return Candidate(patch, frame.grey, ladder, self._attempt, tried=tried)
        return Candidate(patch, frame.grey, ladder, self._attempt)

    def _ladder(self, patch: Patch, frame: Frame) -> tuple[Step, ...]:
        if self._given_ladder is not None:
            return self._given_ladder
        if patch.elongated:
            return LINEAR_STEPS
        px_per_mm = frame.grey.shape[1] / self._field_width_mm
        matrix: tuple[Step, ...] = FINE if px_per_mm >= _FINE_FROM_PX_PER_MM else COARSE
        if patch.is_pale:
            matrix = tuple(step for step in matrix if not step.has_parts)[:_PALE_STEPS]
        # A barcode that lies aslant makes a squarish patch too.
        return (*matrix[:3], *LINEAR_STEPS[:2], *matrix[3:])

    def _is_affordable(self, candidate: Candidate, start_ns: int) -> bool:
        """Whether the next step fits into what is left; at a frame's start, whether it fits into a frame."""
        spent_ns = self._clock.monotonic_ns() - start_ns
        limit_ns = self._budget_ns
        if spent_ns < _FRESH_SHARE * self._budget_ns:
            limit_ns = self._longest_ns
        return spent_ns + self._expected_ns(candidate) <= limit_ns

    def _can_climb(self, candidate: Candidate, start_ns: int) -> bool:
        return self._fits_no_frame(candidate) or self._is_affordable(candidate, start_ns)

    def _fits_no_frame(self, candidate: Candidate) -> bool:
        return self._expected_ns(candidate) > self._longest_ns

    def _expected_ns(self, candidate: Candidate) -> float:
        return self._costs.expected_ns(*_key_and_said(candidate))

    def _climb(self, candidate: Candidate, start_ns: int, limit_ns: int) -> None:
        """Do one step if it ends within the limit; one that fits into no frame is passed over."""
        if not candidate.has_work:
            return
        if self._fits_no_frame(candidate):
            candidate.skip()
            return
        if self._clock.monotonic_ns() - start_ns + self._expected_ns(candidate) > limit_ns:
            return
        key, said_ns = _key_and_said(candidate)
        before_ns = self._clock.monotonic_ns()
        candidate.step()
        spent_ns = float(self._clock.monotonic_ns() - before_ns)
        candidate.spent_ns += spent_ns
        self._costs.took(key, said_ns, spent_ns)


def _key_and_said(candidate: Candidate) -> tuple[Key, float]:
    """A step's time depends on the picture's size; doublings of it are told apart."""
    step, area = candidate.next_step, candidate.patch.box.area
    return (step.name, area.bit_length()), _scaled(step.cost_ms, area)


def _scaled(cost_ms: float, area: int) -> float:
    """Nanoseconds for a patch of that area, of what takes so long on one of COST_PIXELS."""
    return cost_ms * max(_LEAST_COST_SHARE, area / COST_PIXELS) * _NS_PER_MS


def _is_same(before: Candidate, now: Patch) -> bool:
    """Whether a patch is what was there before; what grew dark unread is another, with more steps."""
    grew_dark = before.patch.is_pale and not now.is_pale and not before.symbols()
    return before.patch.box.overlap(now.box) >= _SAME_PATCH_OVERLAP and not grew_dark
