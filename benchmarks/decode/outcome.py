"""What one reader made of one scene, and what many of them amount to."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

__all__ = ["LOOKS", "Cell", "Outcome", "Rates", "tally", "wilson"]

LOOKS = (1, 5, 15)
"""Frames after which the rates are told: at once, a third of a second, a second."""

Cell = tuple[str, ...]
"""Where in its table an outcome counts: for example (`qr`, `typical`, `2.25`)."""

_Z95 = 1.959964
"""Normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reader on one symbol of one scene.

    Attributes:
        cell: of the table.
        reader: its name.
        read_at: number of the frame that first gave the exact content, from 1; None if none did.
        misread: whether any frame gave a content that the scene does not hold.
        ms: CPU until it was read, or of all frames.
        longest_ms: CPU of its dearest frame.
    """

    cell: Cell
    reader: str
    read_at: int | None
    misread: bool
    ms: float
    longest_ms: float


@dataclass(slots=True)
class Rates:
    """Outcomes of one reader in one cell."""

    scenes: int = 0
    misread: int = 0
    read_at: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    longest_ms: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count one."""
        self.scenes += 1
        self.misread += outcome.misread
        self.longest_ms = max(self.longest_ms, outcome.longest_ms)
        self.ms.append(outcome.ms)
        if outcome.read_at is not None:
            self.read_at.append(outcome.read_at)

    def read_within(self, looks: int) -> int:
        """How many scenes were read within so many frames."""
        return sum(at <= looks for at in self.read_at)

    def percent(self, looks: int) -> float:
        """The same as a share, 0 to 100."""
        return 100 * self.read_within(looks) / max(1, self.scenes)

    def interval(self, looks: int) -> tuple[float, float]:
        """95 % Wilson interval of that share, 0 to 100."""
        low, high = wilson(self.read_within(looks), self.scenes)
        return 100 * low, 100 * high

    def to_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "scenes": self.scenes,
            "misread": self.misread,
            "read_within": {str(looks): self.read_within(looks) for looks in LOOKS},
            "interval_percent": {str(k): [round(edge, 1) for edge in self.interval(k)] for k in LOOKS},
            "cpu_ms_median": round(float(np.median(self.ms)), 2) if self.ms else None,
            "longest_frame_ms": round(self.longest_ms, 1),
        }


def tally(outcomes: Iterable[Outcome]) -> dict[tuple[Cell, str], Rates]:
    """Outcomes by cell and reader."""
    rates: dict[tuple[Cell, str], Rates] = defaultdict(Rates)
    for outcome in outcomes:
        rates[outcome.cell, outcome.reader].add(outcome)
    return dict(rates)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """95 % confidence interval of a share (Wilson 1927), which holds near 0 and 1 too."""
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} hits of {trials} trials")
    if trials == 0:
        return 0.0, 1.0
    share, spread = hits / trials, _Z95 * _Z95 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z95 * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
