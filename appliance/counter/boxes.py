"""Medicine boxes of a visit: how many of each, and how long they may still be used. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.counter.state import Item, State, Visit
from appliance.decode.payloads import Medicine

__all__ = ["Box", "box_of", "box_of_item", "boxes_json"]


@dataclass(frozen=True, slots=True)
class Box:
    """What is to be known of a box beside what its code says.

    Attributes:
        count: boxes of its product in the visit, this one included.
        days_left: days until its expiry, negative after it; None where its code names none, or the day is
            not known yet.
        warned_days: within so many days, that is loud.
    """

    count: int
    days_left: int | None
    warned_days: int

    @property
    def is_expired(self) -> bool:
        """Whether it may not be used any more."""
        return self.days_left is not None and self.days_left < 0

    @property
    def is_soon(self) -> bool:
        """Whether it may be used, but not for long."""
        return self.days_left is not None and 0 <= self.days_left <= self.warned_days and self.warned_days > 0

    def to_json(self) -> dict[str, object]:
        """For the LGO."""
        return {
            "count": self.count,
            "days_left": self.days_left,
            "is_expired": self.is_expired,
            "is_soon": self.is_soon,
        }


def box_of(state: State, visit: Visit, medicine: Medicine) -> Box:
    """The box of a visit that carries this code."""
    days_left = None
    if medicine.expiry is not None and state.local is not None:
        days_left = (medicine.expiry - state.local.date()).days
    alike = [one for one in _medicines(visit.items) if one.gtin == medicine.gtin]
    return Box(_count(alike), days_left, state.expiry_days)


def box_of_item(state: State, visit: Visit, item: Item) -> Box | None:
    """The same of an item; None where it is no box, or its code is damaged."""
    payload = item.reading.payload
    return box_of(state, visit, payload) if isinstance(payload, Medicine) else None


def boxes_json(state: State, visit: Visit) -> list[dict[str, object]]:
    """The products of a visit with the count of their boxes, in the order in which they were laid."""
    first: dict[str, Medicine] = {}
    for medicine in _medicines(visit.items):
        first.setdefault(medicine.gtin, medicine)
    found: list[dict[str, object]] = []
    for gtin, medicine in first.items():
        boxes = [box_of(state, visit, one) for one in _medicines(visit.items) if one.gtin == gtin]
        found.append(
            {
                "gtin": gtin,
                "cip13": medicine.cip13,
                "count": boxes[0].count,
                "is_expired": any(box.is_expired for box in boxes),
                "is_soon": any(box.is_soon for box in boxes),
            }
        )
    return found


def _medicines(items: Sequence[Item]) -> list[Medicine]:
    return [item.reading.payload for item in items if isinstance(item.reading.payload, Medicine)]


def _count(alike: Sequence[Medicine]) -> int:
    """Boxes of one product: serials tell them apart, however often each is laid.

    A linear code has no serial and stands on the same box: it counts only where no serial was read, and then
    each laying is a box.
    """
    serials = {one.serial for one in alike if one.serial is not None}
    return len(serials) or len(alike)
