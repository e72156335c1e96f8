"""Which symbol stands in an outline, which way up, where exactly: asked of all its fixed modules at once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from appliance.decode.engines.lattice.fit import Contrast, FlatFit
from appliance.decode.engines.lattice.matrix import SIDES
from appliance.decode.engines.lattice.pattern import Pattern, matrix_pattern, qr_pattern
from appliance.decode.symbol import Symbology

__all__ = ["Guess", "identify", "laid", "mean_side", "refine"]

Points = npt.NDArray[np.float64]

_VERSIONS: Final = range(1, 18)
"""QR codes searched by outline: up to 85 modules; a larger one on a counter has readable eyes or nothing."""

_TRIED: Final = 5
_FINE_FROM: Final = 26
"""Modules a side from which a symbol is one of many modules."""

_LEAST_MODULE_PX: Final = 1.3
"""Below, nothing is left of the modules' contrast (measured: none read below 1.4)."""

_SAMPLED_MODULES: Final = 160
"""Fixed modules asked while a grid is moved about; all are asked at the end."""

_REFINE_STEPS: Final = (0.5, 0.25, 0.12)
_REFINE_ROUNDS: Final = 6


_FLAT: Final = 1e-9


def mean_side(corners: Points) -> float:
    """Mean length of a quad's four sides, pixels."""
    sides: Points = corners - np.roll(corners, 1, axis=0)
    return float(np.hypot(sides[:, 0], sides[:, 1]).mean())


def projections(quads: Points) -> Points:
    """From the unit square to each of some quads (n x 4 x 2): n x 3 x 3 (Heckbert's closed form)."""
    (x0, x1, x2, x3), (y0, y1, y2, y3) = np.ascontiguousarray(quads.transpose(2, 1, 0))
    dx1, dx2, dx3 = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, dy3 = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    scale = dx1 * dy2 - dx2 * dy1
    scale[np.abs(scale) < _FLAT] = _FLAT
    g = (dx3 * dy2 - dx2 * dy3) / scale
    h = (dx1 * dy3 - dx3 * dy1) / scale
    matrices = np.empty((len(quads), 9))
    matrices[:, 0], matrices[:, 1], matrices[:, 2] = x1 - x0 + g * x1, x3 - x0 + h * x3, x0
    matrices[:, 3], matrices[:, 4], matrices[:, 5] = y1 - y0 + g * y1, y3 - y0 + h * y3, y0
    matrices[:, 6], matrices[:, 7], matrices[:, 8] = g, h, 1
    return matrices.reshape(-1, 3, 3)


@lru_cache(maxsize=200)
def _asked(pattern: Pattern, every: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """One in `every` fixed module: its centre in the unit square (n x 3, homogeneous), its sign's share."""
    centres = pattern.known_centres[::every].astype(np.float32) / pattern.side
    signs = pattern.known_signs[::every]
    unit = np.asarray(np.c_[centres, np.ones(len(centres), np.float32)], np.float32)
    return unit, np.asarray(signs / len(signs), np.float32)


def agreements(contrast: Contrast, pattern: Pattern, quads: Points, every: int = 1) -> Points:
    """How well one in `every` fixed module agrees for each of some quads (n x 4 x 2), -1..1."""
    unit, shares = _asked(pattern, every)
    # One product for all quads: of many small ones numpy makes as many calls.
    lifted = unit @ projections(quads).reshape(-1, 3).T.astype(np.float32)
    weight = lifted[:, 2::3]
    values = contrast.at_maps(lifted[:, 0::3] / weight, lifted[:, 1::3] / weight)
    return np.asarray(shares @ values, np.float64)


def _every(pattern: Pattern) -> int:
    return max(1, len(pattern.known_signs) // _SAMPLED_MODULES)


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A symbol that may stand in an outline."""

    pattern: Pattern
    corners: Points
    score: float

    @property
    def weight(self) -> float:
        """The score against what chance gives: the fewer modules are fixed, the more of them agree by it."""
        return self.score * math.sqrt(len(self.pattern.known_signs))


def _patterns(wanted: Iterable[Symbology]) -> list[Pattern]:
    patterns: list[Pattern] = []
    if Symbology.DATA_MATRIX in wanted:
        patterns += [matrix_pattern(side) for side in SIDES]
    if Symbology.QR_CODE in wanted:
        patterns += [qr_pattern(version) for version in _VERSIONS]
    return patterns


def identify(
    contrast: Contrast, corners: Points, wanted: Iterable[Symbology], *, is_fine: bool
) -> list[Guess]:
    """Which symbols, which way up, agree best with an outline; the best first, at most five.

    Args:
        contrast: of the picture, for modules of about the right size.
        corners: of the outline.
        wanted: symbologies.
        is_fine: whether to ask for symbols of many modules or for those of few.
    """
    turned = np.stack([np.roll(corners, -turns, axis=0) for turns in range(4)])
    largest = mean_side(corners) / _LEAST_MODULE_PX
    guesses = []
    for pattern in _patterns(wanted):
        if pattern.side > largest or (pattern.side >= _FINE_FROM) != is_fine:
            continue
        scores = agreements(contrast, pattern, turned)
        best = int(scores.argmax())
        guesses.append(Guess(pattern, turned[best], float(scores[best])))
    return sorted(guesses, key=lambda guess: -guess.weight)[:_TRIED]


def refine(contrast: Contrast, guess: Guess) -> Guess:
    """Move the corners one by one while the fixed modules agree better."""
    corners, score = guess.corners, guess.score
    module = mean_side(corners) / guess.pattern.side
    moves = _moves()
    for step in _REFINE_STEPS:
        every = _every(guess.pattern) if step > _REFINE_STEPS[-1] else 1
        score = float(agreements(contrast, guess.pattern, corners[None], every)[0])
        for _ in range(_REFINE_ROUNDS):
            tried = corners + step * module * moves
            scores = agreements(contrast, guess.pattern, tried, every)
            best = int(scores.argmax())
            if scores[best] <= score:
                break
            corners, score = tried[best], float(scores[best])
    return Guess(guess.pattern, corners, score)


def laid(guess: Guess) -> FlatFit:
    """The flat grid between a guess's corners."""
    to_modules = np.diag([1 / guess.pattern.side, 1 / guess.pattern.side, 1])
    return FlatFit(guess.pattern, projections(guess.corners[None])[0] @ to_modules, guess.score)


@lru_cache(maxsize=1)
def _moves() -> Points:
    """One corner, two neighbours or all four, to each of four sides: moves x 4 x 2."""
    groups = [(0,), (1,), (2,), (3,), (0, 1), (1, 2), (2, 3), (3, 0), (0, 1, 2, 3)]
    moves = np.zeros((len(groups), 4, 4, 2))
    for group, corners in enumerate(groups):
        for direction, towards in enumerate(((1, 0), (-1, 0), (0, 1), (0, -1))):
            moves[group, direction, list(corners)] = towards
    return moves.reshape(-1, 4, 2)
