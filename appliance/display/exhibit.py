"""A screen at a moment, as galleries show it."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.display.screens import Screen

__all__ = ["Exhibit"]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A screen at a moment.

    Attributes:
        slug: names its picture; no identity in it.
        caption: what it shows, in French.
        screen: the value.
        tick: when.
        large: in large letters.
    """

    slug: str
    caption: str
    screen: Screen
    tick: int = 0
    large: bool = False
