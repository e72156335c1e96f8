"""What all QR codes of a version share: size, and the modules that never change (ISO/IEC 18004, 5.3)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["DARK", "LIGHT", "OPEN", "dimension_of", "fixed_modules", "last_alignment_centre"]

DARK, LIGHT, OPEN = 1, 0, -1
"""A module that is always dark, always light, or carries data or format bits."""

_FINDER = 7
_LEAST_ALIGNED_VERSION = 2

FixedModules = npt.NDArray[np.int8]


def dimension_of(version: int) -> int:
    """Modules a side."""
    return 17 + 4 * version


def last_alignment_centre(version: int) -> float | None:
    """Where the alignment pattern nearest to the fourth corner has its centre, in modules on both axes."""
    return dimension_of(version) - 6.5 if version >= _LEAST_ALIGNED_VERSION else None


@lru_cache(maxsize=40)
def fixed_modules(version: int) -> FixedModules:
    """Rows x columns of DARK, LIGHT and OPEN; not to be written to."""
    size = dimension_of(version)
    modules = np.full((size, size), OPEN, np.int8)
    modules[6, 8 : size - 8] = modules[8 : size - 8, 6] = [(index + 1) % 2 for index in range(8, size - 8)]
    for row in _alignment_positions(version):
        for column in _alignment_positions(version):
            if not _is_finder_corner(row, column, size):
                modules[row - 2 : row + 3, column - 2 : column + 3] = _square_rings(5)
    finder = np.pad(_square_rings(_FINDER), 1)  # with its light separator
    modules[:8, :8] = finder[1:, 1:]
    modules[:8, -8:] = finder[1:, :-1]
    modules[-8:, :8] = finder[:-1, 1:]
    modules[size - 8, 8] = DARK
    modules.flags.writeable = False
    return modules


def _square_rings(side: int) -> FixedModules:
    """A dark square frame, a light one inside it, and dark inside that."""
    rings = np.full((side, side), DARK, np.int8)
    rings[1:-1, 1:-1] = LIGHT
    rings[2:-2, 2:-2] = DARK
    return rings


def _alignment_positions(version: int) -> list[int]:
    """Rows (and columns) of the alignment patterns' centres, by the rule behind the standard's table E.1."""
    if version < _LEAST_ALIGNED_VERSION:
        return []
    count = version // 7 + 2
    # Version 32 is the one entry of the table that the rule of even spacing does not give.
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    last = dimension_of(version) - 7
    return [6, *sorted(last - index * step for index in range(count - 1))]


def _is_finder_corner(row: int, column: int, size: int) -> bool:
    return (row == 6 and column in {6, size - 7}) or (column == 6 and row == size - 7)
