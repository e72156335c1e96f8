"""From sampled darkness to a symbol: corrected here, drawn as if perfect, and read by zxing-cpp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import Corners
from appliance.decode.engines.lattice.codewords import corrected
from appliance.decode.engines.lattice.fit import FlatFit
from appliance.decode.engines.lattice.matrix import matrix_layout
from appliance.decode.engines.lattice.model import DARK, OPEN
from appliance.decode.engines.lattice.pattern import Pattern
from appliance.decode.engines.lattice.qr_codewords import draw_format, format_of, qr_layout
from appliance.decode.engines.zxing import ZxingEngine
from appliance.decode.symbol import Symbol, Symbology

__all__ = ["corrected_modules", "outline_of", "prove"]

_DRAWN_MODULE_PX: Final = 4
_QUIET_MODULES: Final = 4


def prove(
    values: npt.NDArray[np.float32], pattern: Pattern, corners: Corners, engine: str
) -> Iterator[Symbol]:
    """What the modules say, if correction can make a symbol of them.

    Args:
        values: rows x columns, -1 surely dark to 1 surely light.
        pattern: of the symbol.
        corners: where it lies.
        engine: who says so.
    """
    modules = corrected_modules(values, pattern)
    if modules is None:
        return
    reader = ZxingEngine(rotate=False, downscale=False, invert=False)
    for proven in reader.read(_drawn(modules), frozenset({pattern.symbology})):
        yield Symbol(proven.symbology, proven.content, corners, proven.aim, engine)


def corrected_modules(values: npt.NDArray[np.float32], pattern: Pattern) -> npt.NDArray[np.bool_] | None:
    """All modules of the symbol, True where dark, or None where too many are lost."""
    if pattern.symbology is Symbology.DATA_MATRIX:
        modules = corrected(values, matrix_layout(pattern.side))
    else:
        code_format = format_of(values)
        modules = corrected(values, qr_layout(pattern.version, code_format))
        if modules is not None:
            draw_format(modules, code_format)
    return None if modules is None else np.where(pattern.fixed == OPEN, modules, pattern.fixed == DARK)


def outline_of(fit: FlatFit) -> npt.NDArray[np.float64]:
    """The symbol's corners, clockwise from its own top left, pixels (4 x 2)."""
    side = fit.pattern.side
    return fit.place(np.array([[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]]))


def _drawn(modules: npt.NDArray[np.bool_]) -> GreyImage:
    dark = modules.repeat(_DRAWN_MODULE_PX, 0).repeat(_DRAWN_MODULE_PX, 1)
    return np.pad(
        np.where(dark, 0, 255).astype(np.uint8), _QUIET_MODULES * _DRAWN_MODULE_PX, constant_values=255
    )
