"""What all Data Matrix symbols of a size share: borders, regions, and where codewords lie (ISO/IEC 16022)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from appliance.decode.engines.lattice.codewords import Block, Layout
from appliance.decode.engines.lattice.model import DARK, LIGHT, OPEN, FixedModules
from appliance.decode.engines.lattice.reed_solomon import DATA_MATRIX_FIELD

__all__ = ["SIDES", "fixed_matrix", "matrix_layout"]

_SIZES: Final = MappingProxyType(
    {  # side: regions a side, data codewords, check codewords, blocks (ISO/IEC 16022, table 7)
        10: (1, 3, 5, 1),
        12: (1, 5, 7, 1),
        14: (1, 8, 10, 1),
        16: (1, 12, 12, 1),
        18: (1, 18, 14, 1),
        20: (1, 22, 18, 1),
        22: (1, 30, 20, 1),
        24: (1, 36, 24, 1),
        26: (1, 44, 28, 1),
        32: (2, 62, 36, 1),
        36: (2, 86, 42, 1),
        40: (2, 114, 48, 1),
        44: (2, 144, 56, 1),
        48: (2, 174, 68, 1),
        52: (2, 204, 84, 2),
        64: (4, 280, 112, 2),
        72: (4, 368, 144, 4),
        80: (4, 456, 192, 4),
    }
)

SIDES: Final = tuple(_SIZES)
"""Modules a side of the square symbols we sample: the next one holds more than any health document."""

_Cell = tuple[int, int]
_UTAH: Final = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
"""A codeword's eight modules from its last one, highest bit first (figure 7)."""

# The four codewords that are bent around the corners, counted from the far edges where negative (annex F).
_CORNER_1: Final = ((-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))
_CORNER_2: Final = ((-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1))
_CORNER_3: Final = ((-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))
_CORNER_4: Final = ((-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1))


@lru_cache(maxsize=len(SIDES))
def fixed_matrix(side: int) -> FixedModules:
    """Rows x columns of DARK, LIGHT and OPEN; not to be written to."""
    regions = _SIZES[side][0]
    width = side // regions
    region = np.full((width, width), OPEN, np.int8)
    region[0] = np.arange(width) % 2 == 0
    region[:, -1] = np.arange(width) % 2 == 1
    region[:, 0] = region[-1] = DARK
    modules = np.tile(region, (regions, regions))
    if _leaves_a_corner(side):
        modules[-3:-1, -3:-1] = np.array([[DARK, LIGHT], [LIGHT, DARK]])
    modules.flags.writeable = False
    return modules


@lru_cache(maxsize=len(SIDES))
def matrix_layout(side: int) -> Layout:
    """Where the codewords of a square symbol lie."""
    regions, data, checks, count = _SIZES[side]
    inner = side // regions - 2
    cells = np.array(_placement(inner * regions)[: data + checks])
    in_symbol = cells + 2 * (cells // inner) + 1
    blocks = tuple(
        Block(
            tuple(range(first, data, count)) + tuple(range(data + first, data + checks, count)),
            checks // count,
        )
        for first in range(count)
    )
    return Layout(in_symbol[..., 0] * side + in_symbol[..., 1], blocks, DATA_MATRIX_FIELD)


def _leaves_a_corner(side: int) -> bool:
    """Whether the codewords do not fill the data regions: four modules are over, in a fixed pattern."""
    inner = side - 2 * _SIZES[side][0]
    return inner * inner % 8 == 4


def _placement(side: int) -> list[list[_Cell]]:
    """The modules of each codeword in a data region of side x side, by annex F's walk."""
    taken: npt.NDArray[np.bool_] = np.zeros((side, side), bool)
    codewords: list[list[_Cell]] = []

    def put(cells: list[_Cell]) -> None:
        codewords.append(cells)
        for cell in cells:
            taken[cell] = True

    row, column = 4, 0
    while row < side or column < side:
        for applies, corner in _CORNERS:
            if applies(row, column, side):
                put([(r % side, c % side) for r, c in corner])
        while row >= 0 and column < side:
            if row < side and column >= 0 and not taken[row, column]:
                put(_utah(row, column, side))
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:
            if row >= 0 and column < side and not taken[row, column]:
                put(_utah(row, column, side))
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1
    return codewords


_CORNERS: Final[tuple[tuple[Callable[[int, int, int], bool], tuple[_Cell, ...]], ...]] = (
    (lambda row, column, side: row == side and column == 0, _CORNER_1),
    (lambda row, column, side: row == side - 2 and column == 0 and side % 4 != 0, _CORNER_2),
    (lambda row, column, side: row == side - 2 and column == 0 and side % 8 == 4, _CORNER_3),
    (lambda row, column, side: row == side + 4 and column == 2 and side % 8 == 0, _CORNER_4),
)


def _utah(row: int, column: int, side: int) -> list[_Cell]:
    """Eight modules; what falls off one edge comes back at the other, shifted."""
    cells = []
    for down, across in _UTAH:
        r, c = row + down, column + across
        if r < 0:
            r, c = r + side, c + 4 - (side + 4) % 8
        if c < 0:
            r, c = r + 4 - (side + 4) % 8, c + side
        cells.append((r, c))
    return cells
