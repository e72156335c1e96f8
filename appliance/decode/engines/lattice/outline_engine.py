"""The outline engine: square, directions and sides first, marks last; for symbols whose marks are damaged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import as_corners, contiguous, first_read, too_small
from appliance.decode.engines.lattice.equalise import Surroundings, equalised
from appliance.decode.engines.lattice.fit import Contrast, FlatFit, bent_grid
from appliance.decode.engines.lattice.guesses import Guess, identify, laid, mean_side, refine
from appliance.decode.engines.lattice.outline import find_outlines
from appliance.decode.engines.lattice.proof import outline_of, prove
from appliance.decode.symbol import Symbol, Symbology

__all__ = ["OutlineEngine"]

Points = npt.NDArray[np.float64]

_LARGEST_SIDE_PX = 320
_LEAST_SIDE_PX = 24
_LEAST_AGREEMENT = 0.25
_LEAST_WEIGHT = 4.0
"""In standard deviations of chance: a symbol of few fixed modules must agree better than one of many."""

_FITS_TRIED = 2
_COARSE_SIDE, _FINE_SIDE = 18, 40
"""Modules a side that the local contrast is first taken for: a small symbol's, and a large one's."""


@dataclass(frozen=True, slots=True)
class OutlineEngine:
    """Samples the QR code or square Data Matrix that fills about the middle of a patch.

    Attributes:
        bends: whether to follow the paper where the flat grid reads nothing.
    """

    bends: bool = True

    @property
    def name(self) -> str:
        """Our own."""
        return "outline" if self.bends else "outline-flat"

    @property
    def symbologies(self) -> frozenset[Symbology]:
        """Those with a square outline."""
        return frozenset({Symbology.QR_CODE, Symbology.DATA_MATRIX})

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Read the one symbol, dark on light, about which the picture was cut."""
        return first_read(self.slices(image, wanted))

    def slices(self, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
        """The same in parts: the outlines, what may stand in each, then each grid that is laid."""
        wanted &= self.symbologies
        if not wanted or too_small(image) or min(image.shape) < _LEAST_SIDE_PX:
            return
        scale = min(1.0, _LARGEST_SIDE_PX / max(image.shape))
        view = contiguous(image)
        if scale < 1:
            view = np.asarray(
                cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
            )
        outlines = find_outlines(view)
        yield []
        for corners in outlines:
            fits: list[tuple[Guess, Contrast]] = []
            for found in _fits(view, corners, wanted):
                fits = found
                yield []
            for guess, contrast in fits:
                for symbols in self._sampled(view, laid(guess), contrast, scale):
                    yield symbols
                    if symbols:
                        return

    def _sampled(
        self, view: GreyImage, fit: FlatFit, contrast: Contrast, scale: float
    ) -> Iterator[list[Symbol]]:
        outline = outline_of(fit)
        where = as_corners(outline / scale)
        surroundings = Surroundings(view, mean_side(outline) / fit.pattern.side)
        grids = bent_grid(contrast, fit) if self.bends else iter(())
        for centres in itertools.chain([fit.centres()], grids):
            if centres is None:
                yield []
                continue
            values = equalised(surroundings.features(centres), fit.pattern)
            yield list(prove(values, fit.pattern, where, self.name))


def _fits(
    view: GreyImage, corners: Points, wanted: frozenset[Symbology]
) -> Iterator[list[tuple[Guess, Contrast]]]:
    """The grids that agree best, the best first; found in parts, the last of which is the answer."""
    found: list[tuple[Guess, Contrast]] = []
    for modules in (_FINE_SIDE, _COARSE_SIDE):
        contrast = Contrast.of(view, mean_side(corners) / modules)
        guesses = identify(contrast, corners, wanted, is_fine=modules == _FINE_SIDE)
        yield []
        for guess in guesses:
            found.append((refine(contrast, guess), contrast))
            yield []
    found.sort(key=lambda pair: -pair[0].weight)
    yield [pair for pair in found if _is_likely(pair[0])][:_FITS_TRIED]


def _is_likely(guess: Guess) -> bool:
    return guess.score >= _LEAST_AGREEMENT and guess.weight >= _LEAST_WEIGHT
