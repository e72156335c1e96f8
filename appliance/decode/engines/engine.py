"""The seam every decoder stands behind, and what they share: bounds, contiguous pixels, corners in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from appliance.capture.frame import GreyImage
from appliance.decode.symbol import Point, Symbol, Symbology

__all__ = [
    "LEAST_SIDE_PX",
    "Corners",
    "Engine",
    "EngineError",
    "SlicedEngine",
    "as_corners",
    "contiguous",
    "first_read",
    "in_slices",
    "is_ascii_text",
    "too_small",
]

LEAST_SIDE_PX = 8
"""No symbol is drawn on fewer pixels (the smallest Data Matrix has 10 modules a side)."""

Corners = tuple[Point, Point, Point, Point]


class EngineError(RuntimeError):
    """A decoder refused a picture that every decoder must take; report it with the picture's size."""


class Engine(Protocol):
    """A decoder of symbols.

    Contract: `read` is bounded in time, raises nothing on any 8-bit grey picture, keeps no reference to it,
    and reports a content only when its bytes are exactly those that the symbol holds.
    """

    @property
    def name(self) -> str:
        """Short name for statistics."""
        ...

    @property
    def symbologies(self) -> frozenset[Symbology]:
        """What it can read."""
        ...

    def read(self, image: GreyImage, wanted: frozenset[Symbology]) -> list[Symbol]:
        """Read the `wanted` symbols of `image` (height x width, uint8); corners are in its pixels."""
        ...


class SlicedEngine(Engine, Protocol):
    """An engine whose work can be put aside and gone on with, so that no frame waits for the end of it.

    Contract: `slices` yields after each part of its work what that part read, mostly nothing; it ends when
    something was read or nothing is left to try. `read` does all parts.
    """

    def slices(self, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
        """Do the work in parts; the picture must not change meanwhile."""
        ...


def in_slices(engine: Engine, image: GreyImage, wanted: frozenset[Symbology]) -> Iterator[list[Symbol]]:
    """An engine's work in the parts that it can do it in: one, for most."""
    slices = getattr(engine, "slices", None)
    if slices is None:
        yield engine.read(image, wanted)
    else:
        yield from slices(image, wanted)


def first_read(slices: Iterable[list[Symbol]]) -> list[Symbol]:
    """What the first part that read anything read."""
    return next((symbols for symbols in slices if symbols), [])


def too_small(image: GreyImage) -> bool:
    """Whether no symbol can be in a picture of this size; some decoders misbehave on such slivers."""
    return bool(min(image.shape) < LEAST_SIDE_PX)


def contiguous(image: GreyImage) -> GreyImage:
    """The same picture with rows that follow each other in memory, which the C decoders expect."""
    return np.ascontiguousarray(image)


def as_corners(points: Iterable[Sequence[float]] | npt.NDArray[np.floating]) -> Corners:
    """Four points as the `Symbol` wants them.

    Raises:
        ValueError: there are not four.
    """
    first, second, third, fourth = ((float(x), float(y)) for x, y in points)
    return first, second, third, fourth


def is_ascii_text(content: bytes) -> bool:
    """Whether every byte is ASCII and none is NUL: what no decoder's charset guess or C string can alter."""
    return content.isascii() and b"\x00" not in content
