"""From how dark each module looks to modules that are sure: correction that knows which codewords to doubt.

Readers that threshold first throw away what matters most on a damaged symbol: a module under a pen stroke or
a cracked fold is neither dark nor light. Here each codeword is as doubtful as its most doubtful module, and
the most doubtful ones are given up (erased) in growing numbers until the rest agrees. What is corrected is
drawn again by the caller and read by zxing-cpp; this module never interprets a content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from appliance.decode.engines.lattice.reed_solomon import Field, correct

__all__ = ["Block", "Layout", "corrected"]

_ERASED_SHARES: Final = (0.0, 0.3, 0.6, 0.8)
"""Shares of a block's check codewords spent on doubtful codewords, tried in this order."""

_LEAST_CHECKS_TO_ERASE: Final = 16
_SPARE_CHECKS: Final = 4
"""Check codewords that must be left over where codewords were given up: chance passes four once in 2^32."""

_SPARE_OF_FEW: Final = 2
"""The same in a small symbol where none were: many grids are tried, and five check codewords let chance pass
with two errors once in a million."""

_LEAST_AGREEMENT: Final = 0.6
"""Share of the looks' darkness that the corrected modules must explain; of noise they explain about a third,
of the worst symbol that was ever read rightly 0.75."""

Values = npt.NDArray[np.float32]
Modules = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of correction: the codewords' indices in the layout, data first, and how many are checks."""

    codewords: tuple[int, ...]
    checks: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where a symbol's codewords lie.

    Attributes:
        cells: codewords x 8, index of the module (row * columns + column) of each bit, highest bit first.
        blocks: of correction.
        field: of correction.
        flipped: rows x columns, True where the mask turns the module over; None where there is no mask.
    """

    cells: npt.NDArray[np.int_]
    blocks: tuple[Block, ...]
    field: Field
    flipped: Modules | None = None


def corrected(values: Values, layout: Layout) -> Modules | None:
    """The symbol's modules after correction (rows x columns, True where dark), or None.

    Args:
        values: rows x columns, -1 surely dark to 1 surely light.
        layout: of a symbol of that size.
    """
    upright = values if layout.flipped is None else np.where(layout.flipped, -values, values)
    bits = upright.reshape(-1)[layout.cells]
    words = np.packbits(bits < 0, axis=1)[:, 0].astype(int)
    surety = np.sort(np.abs(bits), axis=1)[:, 0]
    fixed = words.copy()
    for block in layout.blocks:
        index = np.array(block.codewords)
        solved = _solved(words[index].tolist(), surety[index], block.checks, layout.field)
        if solved is None:
            return None
        fixed[index] = solved
    dark = np.unpackbits(fixed.astype(np.uint8)[:, None], axis=1).astype(bool)
    modules = upright < 0
    modules.reshape(-1)[layout.cells.reshape(-1)] = dark.reshape(-1)
    explained = float((np.where(dark, -bits, bits)).sum()) / max(1e-6, float(np.abs(bits).sum()))
    if explained < _LEAST_AGREEMENT:
        return None
    return modules if layout.flipped is None else modules ^ layout.flipped


def _solved(words: Sequence[int], surety: Values, checks: int, field: Field) -> list[int] | None:
    doubtful = np.argsort(surety, kind="stable")
    for share in _ERASED_SHARES:
        count = int(share * checks)
        if count and checks < _LEAST_CHECKS_TO_ERASE:
            break
        erased = doubtful[:count].tolist()
        solved = correct(words, checks, erased, field)
        if solved is None:
            continue
        hidden = set(erased)
        errors = sum(a != b for i, (a, b) in enumerate(zip(words, solved, strict=True)) if i not in hidden)
        if 2 * errors + count <= checks - _spare(checks, count):
            return solved
    return None


def _spare(checks: int, erased: int) -> int:
    """Check codewords that must not be needed."""
    if erased:
        return _SPARE_CHECKS
    return _SPARE_OF_FEW if checks < _LEAST_CHECKS_TO_ERASE else 0
