"""The ladders: engines and treatments in the order of what they were measured to read a millisecond."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from appliance.capture.frame import GreyImage
from appliance.decode import treatments as t
from appliance.decode.engines import Binarizer, Engine, ZxingEngine
from appliance.decode.engines.dmtx import DmtxEngine
from appliance.decode.engines.engine import as_corners, first_read, in_slices
from appliance.decode.engines.lattice import LatticeEngine, OutlineEngine
from appliance.decode.engines.zbar import ZbarEngine
from appliance.decode.symbol import Symbol, Symbology

__all__ = [
    "COARSE",
    "COST_PIXELS",
    "FINE",
    "FUSED",
    "LINEAR",
    "LINEAR_STEPS",
    "MATRIX",
    "SAMPLERS",
    "STILL",
    "Attempting",
    "Step",
]

MATRIX: Final = frozenset({Symbology.QR_CODE, Symbology.DATA_MATRIX})
"""Symbologies with error correction: one reading of a trusted step is proof."""

LINEAR: Final = frozenset(Symbology) - MATRIX
"""Symbologies with a check digit or none: two looks must agree."""


COST_PIXELS: Final = 50_000
"""A patch of 220 x 220: a QR code of 25 mm with its margin at 2304 px for 400 mm."""


@dataclass(frozen=True, slots=True)
class Step:
    """One look: a treatment, then an engine.

    Attributes:
        treatment: what is done to the picture first.
        engine: what looks.
        wanted: what it looks for.
        trusted: whether a reading of an error-correcting symbology stands alone; else another look must
        agree.
        largest_pixels: pictures with more are not worth its time.
        cost_ms: what it, or a part of it, takes on a patch of COST_PIXELS on the machine it was measured on;
        a first guess only.
    """

    treatment: t.Treatment
    engine: Engine
    wanted: frozenset[Symbology] = MATRIX
    trusted: bool = True
    largest_pixels: int = 50_000_000
    cost_ms: float = 1.0

    @property
    def name(self) -> str:
        """For statistics and as the look's identity."""
        binarizer = getattr(self.engine, "binarizer", Binarizer.LOCAL_AVERAGE)
        suffix = "/global" if binarizer is Binarizer.GLOBAL_HISTOGRAM else ""
        return f"{self.engine.name}{suffix} {self.treatment.name}"

    @property
    def has_parts(self) -> bool:
        """Whether it may be put aside half done."""
        return hasattr(self.engine, "slices")

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Look for what is both wanted and this step's; corners in pixels of `image`."""
        return first_read(self.slices(image, wanted))

    def slices(self, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
        """The same in the parts that the engine can do it in; the picture must not change meanwhile."""
        if image.size > self.largest_pixels or not (wanted & self.wanted):
            return
        scale, border = self.treatment.scale, self.treatment.border
        for symbols in in_slices(self.engine, self.treatment.apply(image), wanted & self.wanted):
            yield [_placed(symbol, scale, border) for symbol in symbols]


def _placed(symbol: Symbol, scale: float, border: int) -> Symbol:
    """The symbol where it lies in the picture that was scaled and then framed."""
    if scale == 1 and border == 0:
        return symbol
    corners = as_corners([((x - border) / scale, (y - border) / scale) for x, y in symbol.corners])
    return replace(symbol, corners=corners)


Attempting = Callable[[Step, GreyImage, frozenset[Symbology]], Iterator[list[Symbol]]]
"""Does a step on a picture, part by part: `Step.slices`, or something that watches over each part."""

_LOCAL: Final = ZxingEngine(downscale=False)
_GLOBAL: Final = ZxingEngine(binarizer=Binarizer.GLOBAL_HISTOGRAM, downscale=False)
_THOROUGH: Final = ZxingEngine()
_OBSOLETE: Final = ZxingEngine(obsolete=True)
_ONE_MEGAPIXEL: Final = 1_000_000
_FOUR_MEGAPIXELS: Final = 4_000_000

_OUTLINE: Final = Step(t.AS_IS, OutlineEngine(), cost_ms=4)
_LATTICE: Final = Step(t.ENLARGED, LatticeEngine(), cost_ms=6)
SAMPLERS: Final = (_OUTLINE, _LATTICE)
"""Our own, for one symbol that about fills the patch; dear, and they read what nothing else does."""

COARSE: Final = (
    Step(t.AS_IS, _LOCAL, cost_ms=0.5),
    Step(t.ENLARGED_SHARPENED, _LOCAL, cost_ms=1.8),
    _OUTLINE,
    Step(t.ADAPTIVE, _LOCAL, cost_ms=0.6),
    Step(t.EQUALISED, _GLOBAL, cost_ms=0.7),
    _LATTICE,
    Step(t.ENLARGED, _LOCAL, cost_ms=1.3),
    Step(t.ENLARGED_SHARPENED, _GLOBAL, cost_ms=1.7),
    Step(t.SMOOTHED, _LOCAL, cost_ms=0.7),
    Step(t.HALVED, _GLOBAL, cost_ms=0.3),
    Step(t.AS_IS, ZbarEngine(), trusted=False, cost_ms=1.3),
    Step(t.AS_IS, DmtxEngine(timeout_ms=15), trusted=False, cost_ms=16),
)
"""For patches with less than four pixels a module."""

FINE: Final = (
    Step(t.AS_IS, _LOCAL, cost_ms=0.5),
    Step(t.SMOOTHED, _LOCAL, cost_ms=0.7),
    _OUTLINE,
    Step(t.HALVED, _GLOBAL, cost_ms=0.3),
    Step(t.EQUALISED, _GLOBAL, cost_ms=0.7),
    Step(t.SLIGHTLY_SHRUNK, _LOCAL, cost_ms=0.4),
    Step(t.ADAPTIVE, _LOCAL, cost_ms=0.6),
    Step(t.ENLARGED_SHARPENED, _LOCAL, cost_ms=1.8),
    _LATTICE,
    Step(t.AS_IS, ZbarEngine(), trusted=False, cost_ms=1.3),
    Step(t.HALVED, DmtxEngine(timeout_ms=15), trusted=False, cost_ms=16),
)
"""For patches with four pixels a module or more."""

FUSED: Final = (
    Step(t.SHARPENED, _LOCAL, cost_ms=1.8),
    Step(t.AS_IS, OutlineEngine(), cost_ms=8),
    Step(t.AS_IS, LatticeEngine(), cost_ms=8),
)
"""For the picture that many looks make together, twice as fine as they are."""

LINEAR_STEPS: Final = (
    Step(t.AS_IS, _LOCAL, LINEAR, trusted=False),
    Step(t.ENLARGED, _LOCAL, LINEAR, trusted=False),
    Step(t.SMOOTHED, _LOCAL, LINEAR, trusted=False),
    Step(t.EQUALISED, _GLOBAL, LINEAR, trusted=False),
)
"""For elongated patches: any two that agree."""

STILL: Final = (
    Step(t.SLIGHTLY_ENLARGED, _THOROUGH, largest_pixels=_FOUR_MEGAPIXELS),
    Step(t.FRAMED, _THOROUGH),
    Step(t.EQUALISED, _GLOBAL),
    Step(t.HALVED, _GLOBAL),
    Step(t.AS_IS, LatticeEngine()),
    Step(t.ADAPTIVE, _THOROUGH),
    Step(t.ENLARGED_SHARPENED, _THOROUGH, largest_pixels=_FOUR_MEGAPIXELS),
    Step(t.SMOOTHED, _THOROUGH),
    Step(t.ENLARGED_THRICE, _LOCAL, largest_pixels=_ONE_MEGAPIXEL),
    Step(t.ENLARGED, LatticeEngine(), largest_pixels=_ONE_MEGAPIXEL),
    Step(t.AS_IS, OutlineEngine()),
    Step(t.AS_IS, _OBSOLETE, frozenset({Symbology.QR_CODE})),
    Step(t.AS_IS, ZbarEngine(), trusted=False),
    Step(t.SLIGHTLY_ENLARGED, ZbarEngine(), trusted=False, largest_pixels=_FOUR_MEGAPIXELS),
    Step(t.AS_IS, DmtxEngine(timeout_ms=300), trusted=False),
    Step(t.SLIGHTLY_SHRUNK, DmtxEngine(timeout_ms=300), trusted=False),
)
"""For a whole still picture, after one look as it is: there is time, and nothing is known of its scale."""
