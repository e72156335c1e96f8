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
        """The same in parts: the outlines, what may stand in each, then each grid that is laid.

        What fits best at first sight is sampled at once: it nearly always is the symbol, and to look at all
        others first takes five times as long.
        """
        wanted &= self.symbologies
        if not wanted or too_small(image) or min(image.shape) < _LEAST_SIDE_PX:
            return
        scale = min(1.0, _LARGEST_SIDE_PX / max(image.shape))
        view = _shrunk(image, scale)
        for corners in find_outlines(view):
            yield []
            if corners is not None:
                for symbols in self._within(view, corners, wanted, scale):
                    yield symbols
                    if symbols:
                        return

    def _within(
        self, view: GreyImage, corners: Points, wanted: frozenset[Symbology], scale: float
    ) -> Iterator[list[Symbol]]:
        """What stands in one outline."""
        fits: list[_Fit] = []
        for fit in _fits(view, corners, wanted):
            if fit is None:
                yield []
                continue
            fits.append(fit)
            yield self._sampled(view, fit, scale, fit.flat.centres()) if fit.is_first else []
        for fit in _likeliest(fits):
            yield from self._bent(view, fit, scale)

    def _bent(self, view: GreyImage, fit: _Fit, scale: float) -> Iterator[list[Symbol]]:
        """The flat grid where that was not sampled yet, then the bent one; its laying takes some parts."""
        flat = [] if fit.is_first else [fit.flat.centres()]
        grids = bent_grid(fit.contrast, fit.flat) if self.bends else iter(())
        for centres in itertools.chain(flat, grids):
            yield [] if centres is None else self._sampled(view, fit, scale, centres)

    def _sampled(self, view: GreyImage, fit: _Fit, scale: float, centres: Points) -> list[Symbol]:
        pattern, outline = fit.flat.pattern, outline_of(fit.flat)
        surroundings = Surroundings(view, mean_side(outline) / pattern.side)
        values = equalised(surroundings.features(centres), pattern)
        return list(prove(values, pattern, as_corners(outline / scale), self.name))


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A likely grid.

    Attributes:
        guess: the symbol, its corners found as exactly as a flat grid's can be.
        contrast: that it was found on.
        is_first: whether it fitted best before it was refined.
    """

    guess: Guess
    contrast: Contrast
    is_first: bool

    @property
    def flat(self) -> FlatFit:
        """Its grid."""
        return laid(self.guess)


def _fits(view: GreyImage, corners: Points, wanted: frozenset[Symbology]) -> Iterator[_Fit | None]:
    """The likely grids, those of symbols of many modules first; None after a part that gave none."""
    for modules in (_FINE_SIDE, _COARSE_SIDE):
        contrast = Contrast.of(view, mean_side(corners) / modules)
        guesses = identify(contrast, corners, wanted, is_fine=modules == _FINE_SIDE)
        yield None
        for number, guess in enumerate(guesses):
            refined = refine(contrast, guess)
            yield _Fit(refined, contrast, number == 0) if _is_likely(refined) else None


def _shrunk(image: GreyImage, scale: float) -> GreyImage:
    view = contiguous(image)
    if scale == 1:
        return view
    return np.asarray(cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _likeliest(fits: list[_Fit]) -> list[_Fit]:
    """The best of them, the best first."""
    return sorted(fits, key=lambda fit: -fit.guess.weight)[:_FITS_TRIED]


def _is_likely(guess: Guess) -> bool:
    return guess.score >= _LEAST_AGREEMENT and guess.weight >= _LEAST_WEIGHT
