"""What readings are believed: one a place, none where two disagree, two looks where one is no proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from appliance.decode.symbol import Point, Symbol, Symbology

__all__ = ["ERROR_CORRECTING", "LOOKS_NEEDED", "Evidence", "bounds", "judge", "overlap"]

SAME_PLACE_OVERLAP = 0.4
"""Intersection over union of the boxes from which on two readings are of one symbol. A QR code printed inside
another (it exists) covers far less of it."""

ERROR_CORRECTING = frozenset({Symbology.QR_CODE, Symbology.DATA_MATRIX})
"""Symbologies whose correction fails on a wrong sample; a linear code has a check digit or none (Code 39)."""

LOOKS_NEEDED = 2
"""Looks that must agree where one is no proof."""

_Box = tuple[float, float, float, float]


def bounds(corners: Iterable[Point]) -> _Box:
    """Left, top, right, bottom of the upright box around some points."""
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: _Box, other: _Box) -> float:
    """Intersection over union of two boxes, 0..1; each is taken a pixel larger, a scan line has no height."""
    width = min(one[2], other[2]) - max(one[0], other[0]) + 1
    height = min(one[3], other[3]) - max(one[1], other[1]) + 1
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def judge(readings: Sequence[Symbol]) -> list[Symbol]:
    """One symbol a place, in the order first read; where contents differ at one place, none of them.

    Two readers that disagree are not guessed between: a wrong identity is worse than another look.
    """
    places: list[list[Symbol]] = []
    for reading in readings:
        for place in places:
            if _same_place(place[0], reading):
                place.append(reading)
                break
        else:
            places.append([reading])
    return [place[0] for place in places if len({reading.content for reading in place}) == 1]


def _same_place(one: Symbol, other: Symbol) -> bool:
    """Whether two readings of one symbology are of one symbol.

    Linear codes are one symbol where their boxes touch: each look reports other scan lines of the same bars.
    """
    if one.symbology is not other.symbology:
        return False
    shared = overlap(bounds(one.corners), bounds(other.corners))
    return shared >= SAME_PLACE_OVERLAP or (one.symbology not in ERROR_CORRECTING and shared > 0)


def _area(box: _Box) -> float:
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1)


@dataclass(slots=True)
class Evidence:
    """Readings of one view, look by look, until enough of them agree."""

    _readings: list[Symbol] = field(default_factory=list)
    _looks: dict[tuple[Symbology, bytes], set[str]] = field(default_factory=dict)
    _proven: set[tuple[Symbology, bytes]] = field(default_factory=set)

    def add(self, readings: Iterable[Symbol], look: str, *, trusted: bool) -> None:
        """Take what one look read; `trusted` looks prove error-correcting symbols alone."""
        for reading in readings:
            key = (reading.symbology, reading.content)
            looks = self._looks.setdefault(key, set())
            looks.add(look)
            if (trusted and reading.symbology in ERROR_CORRECTING) or len(looks) >= LOOKS_NEEDED:
                self._proven.add(key)
            self._readings.append(reading)

    def accepted(self) -> list[Symbol]:
        """What is proven and contradicted by no other reading."""
        return [
            symbol for symbol in judge(self._readings) if (symbol.symbology, symbol.content) in self._proven
        ]

    @property
    def holds_any(self) -> bool:
        """Whether anything was read, proven or not."""
        return bool(self._readings)

    @property
    def awaits_second_look(self) -> bool:
        """Whether something was read that one more look may prove."""
        return len(self._looks) > len(self._proven)
