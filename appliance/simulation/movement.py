"""How a hand brings an object under the camera and takes it away: pure functions of time."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appliance.simulation.canvas import SymbolBox
from appliance.simulation.catalogue import CatalogueItem
from appliance.simulation.optics import FIELD_WIDTH_MM, Pose
from appliance.simulation.scene import ENTER_NS, LEAVE_NS, PlacedObject

__all__ = ["Course", "Moment"]

_NS_PER_S: Final = 1e9
_WITHDRAW_NS: Final = 250_000_000
"""After an object lies, the empty hand goes away in this time."""

_REACH_PART: Final = 0.3
"""Share of the leaving time in which the hand only reaches for the object."""

_PACE: Final = 1.6
"""Exponent of the way left over the time left: the hand slows down, and stops rather suddenly."""

_LIFT_MM: Final = 45.0
"""How far above the counter an object enters the picture."""

_GRIP_MM: Final = 16.0
"""How far the finger tips reach over the edge they hold."""

_HAND_HALF_MM: Final = 46.0
_HAND_REACH_MM: Final = 235.0
"""What must be outside the picture besides the object before nothing is seen: the hand."""

_LEAN_DEG: Final = 0.6
"""A sheet never lies quite flat."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What an object and its hand do at one instant.

    Attributes:
        pose: of the object, or None when it is out of the picture.
        lies: whether the object is at rest.
        velocity: of whatever moves, mm/s in x and y.
        hand: middle of the finger tips (x, y, z in mm) and direction, or None when no hand is in view.
    """

    pose: Pose | None
    lies: bool
    velocity: tuple[float, float]
    hand: Pose | None


@dataclass(frozen=True, slots=True)
class Course:
    """The way of one placed object.

    Attributes:
        placed: what was laid, where and when.
        rest: how it lies in the end.
        thickness_mm: of the object.
        outward: unit vector along which the hand comes and goes, a picture axis.
        way_mm: from out of the picture to its place.
        grip: middle of the finger tips relative to the object's centre, mm.
    """

    placed: PlacedObject
    rest: Pose
    thickness_mm: float
    outward: tuple[float, float]
    way_mm: float
    grip: tuple[float, float]

    @classmethod
    def of(
        cls,
        placed: PlacedObject,
        item: CatalogueItem,
        field_height_mm: float,
        boxes: Sequence[SymbolBox],
    ) -> Course:
        """Plan the way: from the nearest side but the far one, holding where no symbol is covered."""
        mark = zlib.crc32(placed.id.encode())
        x = (placed.x - 0.5) * FIELD_WIDTH_MM
        y = (placed.y - 0.5) * field_height_mm
        lean = [((mark >> shift) % 200 / 100 - 1) * _LEAN_DEG for shift in (0, 8)]
        rest = Pose(x, y, item.thickness_mm, placed.angle_deg, *(lean if not item.thickness_mm else (0, 0)))
        to_sides = {
            (0.0, 1.0): (field_height_mm / 2 - y) * 0.6,  # the pharmacist stands there: preferred
            (-1.0, 0.0): FIELD_WIDTH_MM / 2 + x,
            (1.0, 0.0): FIELD_WIDTH_MM / 2 - x,
        }
        outward = min(to_sides, key=lambda side: to_sides[side])
        turn = math.radians(placed.angle_deg)
        half = (item.width_mm / 2, item.height_mm / 2)
        extent = _extent(half, turn, outward)
        gap = FIELD_WIDTH_MM / 2 - outward[0] * x if outward[0] else field_height_mm / 2 - y
        depth = extent - min(_GRIP_MM, 0.3 * 2 * extent)
        sideways = _free_place(boxes, item, turn, outward, depth)
        grip = (
            outward[0] * depth - outward[1] * sideways,
            outward[1] * depth + outward[0] * sideways,
        )
        return cls(placed, rest, item.thickness_mm, outward, gap + extent + 20.0, grip)

    def at(self, at_ns: int) -> Moment:
        """What is seen at an instant."""
        if not self.placed.is_in_view(at_ns):
            return Moment(None, lies=False, velocity=(0.0, 0.0), hand=None)
        away = self._away(at_ns)
        before = self._away(at_ns - 1_000_000)
        hand_away = self._hand_away(at_ns)
        moving = away if away > 0 else hand_away
        earlier = before if away > 0 else self._hand_away(at_ns - 1_000_000)
        speed = 0.0 if moving is None or earlier is None else (moving - earlier) * self.way_mm * 1000.0
        velocity = (self.outward[0] * speed, self.outward[1] * speed)
        hand = None if hand_away is None else self._hand(hand_away)
        return Moment(self._pose(away), lies=away <= 0, velocity=velocity, hand=hand)

    def _away(self, at_ns: int) -> float:
        """How much of the way the object is from its place, 0 to 1."""
        coming = (at_ns - self.placed.placed_at_ns) / ENTER_NS
        away = 1.0 if coming <= 0 else (1.0 - coming) ** _PACE if coming < 1 else 0.0
        if self.placed.removed_at_ns is not None:
            going = ((at_ns - self.placed.removed_at_ns) / LEAVE_NS - _REACH_PART) / (1 - _REACH_PART)
            away = max(away, min(going, 1.0) ** _PACE if going > 0 else 0.0)
        return away

    def _hand_away(self, at_ns: int) -> float | None:
        """How much of its way the hand is from the grip, or None when it is not there."""
        removed = self.placed.removed_at_ns
        if removed is not None and at_ns >= removed:
            reach = (at_ns - removed) / LEAVE_NS / _REACH_PART
            return self._away(at_ns) if reach >= 1 else max(1.0 - reach, self._away(at_ns))
        if at_ns < self.placed.sharp_at_ns:
            return self._away(at_ns)
        back = (at_ns - self.placed.sharp_at_ns) / _WITHDRAW_NS
        return back**_PACE if back < 1 else None

    def _pose(self, away: float) -> Pose:
        rest = self.rest
        return Pose(
            rest.x + self.outward[0] * away * self.way_mm,
            rest.y + self.outward[1] * away * self.way_mm,
            rest.z + away * _LIFT_MM,
            rest.angle_deg,
            rest.lean_x_deg,
            rest.lean_y_deg,
        )

    def _hand(self, away: float) -> Pose:
        """Finger tips, turned so that the arm points outward."""
        way = max(self.way_mm, _HAND_REACH_MM)
        angle = {(0.0, 1.0): 0.0, (-1.0, 0.0): 90.0, (1.0, 0.0): -90.0}[self.outward]
        return Pose(
            self.rest.x + self.grip[0] + self.outward[0] * away * way,
            self.rest.y + self.grip[1] + self.outward[1] * away * way,
            self.thickness_mm + 12.0 + away * _LIFT_MM,
            angle,
        )


def _extent(half: tuple[float, float], turn: float, axis: tuple[float, float]) -> float:
    """Half the size of a turned rectangle along a picture axis."""
    along = abs(math.cos(turn)), abs(math.sin(turn))
    return half[0] * along[0] + half[1] * along[1] if axis[0] else half[0] * along[1] + half[1] * along[0]


def _free_place(
    boxes: Sequence[SymbolBox],
    item: CatalogueItem,
    turn: float,
    outward: tuple[float, float],
    depth: float,
) -> float:
    """Where along the held edge the hand covers no symbol: mm sideways from the object's middle."""
    covered = []
    for box in boxes:
        x = box.x + box.width / 2 - item.width_mm / 2
        y = box.y + box.height / 2 - item.height_mm / 2
        across = x * math.cos(turn) - y * math.sin(turn)
        down = x * math.sin(turn) + y * math.cos(turn)
        reach = max(box.width, box.height) / 2 * math.sqrt(2)
        if across * outward[0] + down * outward[1] + reach > depth - 4:
            covered.append((down * outward[0] - across * outward[1], reach))

    def room(sideways: float) -> float:
        gaps = [abs(place - sideways) - reach - _HAND_HALF_MM for place, reach in covered]
        return min([0.0, *gaps])

    candidates = sorted(range(-60, 61, 5), key=abs)
    return float(max(candidates, key=room))
