"""What readings are believed: one a place, and none where two readers disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from appliance.decode.symbol import Point, Symbol

__all__ = ["bounds", "judge", "overlap"]

SAME_PLACE_OVERLAP = 0.4
"""Intersection over union of the boxes from which on two readings are of one symbol. A QR code printed inside
another (it exists) covers far less of it."""

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
        box = bounds(reading.corners)
        for place in places:
            if place[0].symbology is reading.symbology and (
                overlap(bounds(place[0].corners), box) >= SAME_PLACE_OVERLAP
            ):
                place.append(reading)
                break
        else:
            places.append([reading])
    return [place[0] for place in places if len({reading.content for reading in place}) == 1]


def _area(box: _Box) -> float:
    return (box[2] - box[0] + 1) * (box[3] - box[1] + 1)
