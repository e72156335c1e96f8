"""The lattice engine: eyes, flat grid, bent grid, modules; zxing-cpp corrects and reads what was sampled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.engines.engine import as_corners, contiguous, too_small
from appliance.decode.engines.lattice.equalise import Surroundings, equalised
from appliance.decode.engines.lattice.fit import Contrast, FlatFit, bent_grid, lay_flat
from appliance.decode.engines.lattice.patterns import Triple, find_patterns, triples
from appliance.decode.engines.lattice.proof import outline_of, prove
from appliance.decode.symbol import Symbol, Symbology

__all__ = ["LatticeEngine"]

Points = npt.NDArray[np.float64]

MAX_VERSION = 40
_VERSIONS_TRIED = 4
_VERSIONS_SAMPLED = 2
_LEAST_AGREEMENT = 0.35
_LARGEST_MODULE_PX = 6.0
_MARGIN = 0.35


@dataclass(frozen=True, slots=True)
class LatticeEngine:
    """Samples QR codes on paper that is not flat: waves, folds, a tube.

    A flat grid (what all other engines lay) misses modules as soon as the paper bends by half of one. Ours
    starts flat, then follows the paper. It finds the code by its three eyes alone, so a printed frame that
    touches the code does not matter, and it samples the middle of each module, so neither does dot gain.

    Attributes:
        bends: whether to follow the paper where the flat grid reads nothing; costs three times as much.
    """

    bends: bool = True

    @property
    def name(self) -> str:
        """Our own."""
        return "lattice" if self.bends else "lattice-flat"

    @property
    def symbologies(self) -> frozenset[Symbology]:
        """QR only."""
        return frozenset({Symbology.QR_CODE})

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Read the QR codes, dark on light, whose three eyes show; corners clockwise from their own."""
        return [symbol for symbols in self.slices(image, wanted) for symbol in symbols]

    def slices(self, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
        """The same in parts: the eyes, then each grid that is laid."""
        if Symbology.QR_CODE not in wanted or too_small(image):
            return
        threes = triples(find_patterns(contiguous(image)))
        yield []
        for triple in threes:
            for symbols in self._readings(image, triple):
                yield symbols
                if symbols:
                    break

    def _readings(self, image: GreyImage, triple: Triple) -> Iterator[list[Symbol]]:
        """What the code says on a flat grid, then on a bent one, for the versions that fit best."""
        crop, offset, scale = _crop(image, triple)
        near = _scaled(triple, offset, scale)
        contrast = Contrast.of(crop, near.module_px)
        fits = sorted(
            (lay_flat(contrast, near, version) for version in _versions(near)), key=lambda fit: -fit.score
        )
        yield []
        surroundings = Surroundings(crop, near.module_px)
        for fit in fits[:_VERSIONS_SAMPLED]:
            if fit.score < _LEAST_AGREEMENT:
                continue
            corners = as_corners(outline_of(fit) / scale + offset)
            for centres in _grids(contrast, fit, bends=self.bends):
                if centres is None:
                    yield []
                    continue
                # Where paper waves, bleeding is not the same all over: plain thresholds may do better there.
                yield list(prove(contrast.at(centres), fit.pattern, corners, self.name))
                values = equalised(surroundings.features(centres), fit.pattern)
                yield list(prove(values, fit.pattern, corners, self.name))


def _grids(contrast: Contrast, fit: FlatFit, *, bends: bool) -> Iterator[Points | None]:
    """The flat grid, then the bent one; None while that is being bent."""
    yield fit.centres()
    if bends:
        yield from bent_grid(contrast, fit)


def _versions(triple: Triple) -> list[int]:
    """The likeliest first; waves in the paper make the estimate too small rather than too large."""
    estimate = (triple.modules_between + 7 - 17) / 4
    around = range(max(1, int(estimate) - 1), min(MAX_VERSION, int(estimate) + 3) + 1)
    return sorted(around, key=lambda version: abs(version - estimate))[:_VERSIONS_TRIED]


def _crop(image: GreyImage, triple: Triple) -> tuple[GreyImage, npt.NDArray[np.float64], float]:
    """The code with a margin, at most _LARGEST_MODULE_PX a module; where it lay, and how it was scaled."""
    corner = triple.top_left.centre
    across, down = triple.top_right.centre - corner, triple.bottom_left.centre - corner
    points = np.array(
        [corner + a * across + d * down for a in (-_MARGIN, 1 + _MARGIN) for d in (-_MARGIN, 1 + _MARGIN)]
    )
    height, width = image.shape
    left, top = np.clip(points.min(0), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(points.max(0) + 1, (left + 1, top + 1), (width, height)).astype(int)
    crop = contiguous(image[top:bottom, left:right])
    scale = min(1.0, _LARGEST_MODULE_PX / triple.module_px)
    if scale < 1:
        crop = np.asarray(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return crop, np.array([left, top], float), scale


def _scaled(triple: Triple, offset: npt.NDArray[np.float64], scale: float) -> Triple:
    return Triple(
        triple.top_left.moved(offset, scale),
        triple.top_right.moved(offset, scale),
        triple.bottom_left.moved(offset, scale),
        triple.strain,
    )
