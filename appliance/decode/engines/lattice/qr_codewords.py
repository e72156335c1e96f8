"""Where a QR code's codewords lie, and what its format modules say (ISO/IEC 18004, 7.5 to 7.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from appliance.decode.engines.lattice.codewords import Block, Layout
from appliance.decode.engines.lattice.model import OPEN, dimension_of, fixed_modules
from appliance.decode.engines.lattice.reed_solomon import QR_FIELD

__all__ = ["Format", "draw_format", "format_of", "qr_layout"]

_LEVELS: Final = "MLHQ"
"""By their two bits in the format."""


def _table(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split())


# Table 9: by level and version, check codewords a block, and blocks.
_CHECKS: Final = MappingProxyType(
    {
        "L": _table(
            "7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28"
            " 28 28 30 30 26 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30"
        ),
        "M": _table(
            "10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26"
            " 26 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28"
        ),
        "Q": _table(
            "13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30"
            " 28 30 30 30 30 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30"
        ),
        "H": _table(
            "17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28"
            " 30 24 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30"
        ),
    }
)
_BLOCKS: Final = MappingProxyType(
    {
        "L": _table(
            "1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25"
        ),
        "M": _table(
            "1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16"
            " 17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49"
        ),
        "Q": _table(
            "1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20"
            " 23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68"
        ),
        "H": _table(
            "1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25"
            " 25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81"
        ),
    }
)

_FORMAT_GENERATOR: Final = 0x537
_FORMAT_MASK: Final = 0x5412
_FORMAT_BITS: Final = 15
_TIMING_COLUMN: Final = 6

_Grid = npt.NDArray[np.int_]
_MASKS: Final[tuple[Callable[[_Grid, _Grid], npt.NDArray[np.bool_]], ...]] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, j: i % 2 + 0 * j == 0,
    lambda i, j: j % 3 + 0 * i == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: (i * j) % 2 + (i * j) % 3 == 0,
    lambda i, j: ((i * j) % 2 + (i * j) % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + (i * j) % 3) % 2 == 0,
)


@dataclass(frozen=True, slots=True)
class Format:
    """Correction level (L, M, Q, H) and mask (0-7)."""

    level: str
    mask: int


def _format_cells(size: int) -> npt.NDArray[np.int_]:
    """Both copies, 2 x 15 x (row, column), highest bit first (figure 25)."""
    around = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(size - 1 - i, 8) for i in range(7)] + [(8, size - 8 + i) for i in range(8)]
    return np.array([around, apart])


@lru_cache(maxsize=1)
def _format_words() -> npt.NDArray[np.bool_]:
    """All 32 words of the format, as they are drawn (32 x 15)."""
    words = []
    for value in range(32):
        rest = value << 10
        for bit in range(14, 9, -1):
            if rest >> bit & 1:
                rest ^= _FORMAT_GENERATOR << (bit - 10)
        words.append(((value << 10) | rest) ^ _FORMAT_MASK)
    return np.array([[word >> bit & 1 for bit in range(_FORMAT_BITS - 1, -1, -1)] for word in words], bool)


def format_of(values: npt.NDArray[np.float32]) -> Format:
    """The format whose two copies agree best with how dark the modules look (-1 dark to 1 light)."""
    cells = _format_cells(len(values))
    seen = values[cells[..., 0], cells[..., 1]].sum(0)
    best = int((np.where(_format_words(), -1.0, 1.0) @ seen).argmax())
    return Format(_LEVELS[best >> 3], best & 7)


def draw_format(modules: npt.NDArray[np.bool_], code_format: Format) -> None:
    """Write both copies of the format, and the version where there is one, into a symbol's modules."""
    size = len(modules)
    word = _format_words()[_LEVELS.index(code_format.level) << 3 | code_format.mask]
    cells = _format_cells(size)
    modules[cells[..., 0], cells[..., 1]] = word
    version = (size - 17) // 4
    if version >= _LEAST_VERSION_DRAWN:
        bits = _version_bits(version)
        block = np.array(bits[::-1], bool).reshape(6, 3)
        modules[:6, size - 11 : size - 8] = block
        modules[size - 11 : size - 8, :6] = block.T


_LEAST_VERSION_DRAWN: Final = 7
_VERSION_GENERATOR: Final = 0x1F25


def _version_bits(version: int) -> list[int]:
    """Eighteen bits, highest first (7.10)."""
    rest = version << 12
    for bit in range(17, 11, -1):
        if rest >> bit & 1:
            rest ^= _VERSION_GENERATOR << (bit - 12)
    word = version << 12 | rest
    return [word >> bit & 1 for bit in range(17, -1, -1)]


@lru_cache(maxsize=64)
def qr_layout(version: int, code_format: Format) -> Layout:
    """Where the codewords of a QR code of that version and format lie."""
    size = dimension_of(version)
    path = _path(version)
    total = len(path) // 8
    cells = path[: total * 8].reshape(total, 8)
    rows, columns = np.mgrid[0:size, 0:size]
    flipped = np.asarray(_MASKS[code_format.mask](rows, columns) & _is_data(version), np.bool_)
    return Layout(cells, _blocks(version, code_format.level, total), QR_FIELD, flipped)


def _is_data(version: int) -> npt.NDArray[np.bool_]:
    size = dimension_of(version)
    data = np.asarray(fixed_modules(version) == OPEN, np.bool_)
    cells = _format_cells(size)
    data[cells[..., 0], cells[..., 1]] = False
    if version >= _LEAST_VERSION_DRAWN:
        data[:6, size - 11 : size - 8] = False
        data[size - 11 : size - 8, :6] = False
    return data


@lru_cache(maxsize=40)
def _path(version: int) -> npt.NDArray[np.int_]:
    """Indices of the data modules in the order of their bits: up and down in columns two wide."""
    size, data = dimension_of(version), _is_data(version)
    cells = []
    upwards = True
    for right in range(size - 1, 0, -2):
        column = right if right > _TIMING_COLUMN else right - 1
        rows = range(size - 1, -1, -1) if upwards else range(size)
        cells += [row * size + c for row in rows for c in (column, column - 1) if data[row, c]]
        upwards = not upwards
    return np.array(cells)


def _blocks(version: int, level: str, total: int) -> tuple[Block, ...]:
    """Blocks take turns codeword by codeword; the last ones are a data codeword longer."""
    count, checks = _BLOCKS[level][version - 1], _CHECKS[level][version - 1]
    data = total - count * checks
    short, longer = data // count, data % count
    blocks = []
    for block in range(count):
        words = [index * count + block for index in range(short)]
        if block >= count - longer:
            words.append(short * count + block - (count - longer))
        words += [data + index * count + block for index in range(checks)]
        blocks.append(Block(tuple(words), checks))
    return tuple(blocks)
