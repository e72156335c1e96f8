"""The outline engine: square, directions and sides first, marks last; for symbols whose marks are damaged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
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

        What fits best at first sight is sampled at once, in each outline: it nearly always is the symbol, and
        to look at all others first takes five times as long.
        """
        wanted &= self.symbologies
        if not wanted or too_small(image) or min(image.shape) < _LEAST_SIDE_PX:
            return
        scale = min(1.0, _LARGEST_SIDE_PX / max(image.shape))
        for symbols in self._searched(_shrunk(image, scale), wanted, scale):
            yield symbols
            if symbols:
                return

    def _searched(
        self, view: GreyImage, wanted: frozenset[Symbology], scale: float
    ) -> Iterator[list[Symbol]]:
        """At first sight in every outline, then thoroughly in each; goes on after a reading."""
        outlines: list[list[_Ranked]] = []
        for corners in find_outlines(view):
            yield []
            if corners is None:
                continue
            outlines.append([])
            for ranked in _ranked(view, corners, wanted):
                yield []
                if ranked is None:
                    continue
                outlines[-1].append(ranked)
                if (fit := ranked.best) is not None:
                    yield self._sampled(view, fit, scale, fit.flat.centres())
        for outline in outlines:
            yield from self._thoroughly(view, outline, scale)

    def _thoroughly(
        self, view: GreyImage, outline: Sequence[_Ranked], scale: float
    ) -> Iterator[list[Symbol]]:
        """What else may stand in an outline, and on bent paper."""
        fits = [ranked.best for ranked in outline if ranked.best is not None]
        for ranked in outline:
            for guess in ranked.others:
                refined = refine(ranked.contrast, guess)
                if _is_likely(refined):
                    fits.append(_Fit(refined, ranked.contrast, is_first=False))
                yield []
        for fit in sorted(fits, key=lambda fit: -fit.guess.weight)[:_FITS_TRIED]:
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


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """What may stand in an outline, if its modules are many, or few.

    Attributes:
        best: what fitted best at first sight, refined; None where that is not likely.
        others: the rest, not refined.
        contrast: of the picture, for modules of that size.
    """

    best: _Fit | None
    others: Sequence[Guess]
    contrast: Contrast


def _ranked(view: GreyImage, corners: Points, wanted: frozenset[Symbology]) -> Iterator[_Ranked | None]:
    """Symbols of many modules, then those of few; None after a part of the work on each."""
    for modules in (_FINE_SIDE, _COARSE_SIDE):
        contrast = Contrast.of(view, mean_side(corners) / modules)
        guesses = identify(contrast, corners, wanted, is_fine=modules == _FINE_SIDE)
        yield None
        refined = [refine(contrast, guess) for guess in guesses[:1]]
        best = [_Fit(guess, contrast, is_first=True) for guess in refined if _is_likely(guess)]
        yield _Ranked(best[0] if best else None, guesses[1:], contrast)


def _shrunk(image: GreyImage, scale: float) -> GreyImage:
    view = contiguous(image)
    if scale == 1:
        return view
    return np.asarray(cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _is_likely(guess: Guess) -> bool:
    return guess.score >= _LEAST_AGREEMENT and guess.weight >= _LEAST_WEIGHT
