"""What a sampler knows of a symbol before it looks: side, fixed modules, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from appliance.decode.engines.lattice.matrix import SIDES, fixed_matrix
from appliance.decode.engines.lattice.model import DARK, OPEN, FixedModules, dimension_of, fixed_modules
from appliance.decode.symbol import Symbology

__all__ = ["Pattern", "matrix_pattern", "qr_pattern"]

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A symbology at one size.

    Attributes:
        symbology: QR or Data Matrix.
        version: of a QR code; 0 for a Data Matrix.
        fixed: rows x columns of DARK, LIGHT and OPEN.
        anchors: row, column of modules that show surely (n x 2): the bent grid grows from there.
        centres: x, y of all modules' centres, in modules (n x 2).
        known_centres: those of the fixed modules.
        known_signs: -1 for each of these that is dark, 1 for light.
    """

    symbology: Symbology
    version: int
    fixed: FixedModules
    anchors: Points
    centres: Points = field(init=False)
    known_centres: Points = field(init=False)
    known_signs: npt.NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the centres."""
        rows, columns = np.mgrid[0 : self.side, 0 : self.side]
        centres = np.stack([columns + 0.5, rows + 0.5], -1).reshape(-1, 2)
        flat = self.fixed.reshape(-1)
        known = flat != OPEN
        signs = np.where(flat[known] == DARK, -1.0, 1.0)
        object.__setattr__(self, "centres", centres)
        object.__setattr__(self, "known_centres", centres[known])
        object.__setattr__(self, "known_signs", signs.astype(np.float32))

    @property
    def side(self) -> int:
        """Modules a side."""
        return len(self.fixed)


@lru_cache(maxsize=40)
def qr_pattern(version: int) -> Pattern:
    """A QR code: its anchors are the middles of its eyes."""
    size = dimension_of(version)
    eyes = np.array([[3.0, 3.0], [3.0, size - 4.0], [size - 4.0, 3.0]])
    return Pattern(Symbology.QR_CODE, version, fixed_modules(version), eyes)


@lru_cache(maxsize=len(SIDES))
def matrix_pattern(side: int) -> Pattern:
    """A square Data Matrix: its anchors are all around it."""
    along = np.arange(side, dtype=float)
    none, last = np.zeros(side), np.full(side, side - 1.0)
    border = np.vstack(
        [np.column_stack(pair) for pair in ((along, none), (along, last), (none, along), (last, along))]
    )
    return Pattern(Symbology.DATA_MATRIX, 0, fixed_matrix(side), border)
