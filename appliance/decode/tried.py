"""What is remembered of a place in which nothing was read, when it is no longer found.

A desk's grain is a patch in one frame and none in the next, and a sheet is laid over it and taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.capture.frame import GreyImage
from appliance.decode.finder import Box
from appliance.decode.likeness import Thumb, are_alike, steepness_of, thumb_of

__all__ = ["SHARPER", "Tried"]

SHARPER = 1.1
"""A view with edges steeper by this factor is a new one: the lens found its focus, or the hand let go."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A place, and how far its ladder was climbed.

    Attributes:
        box: in pixels of the frame.
        thumb: what it looked like.
        steepness: of its edges, in grey levels a pixel.
        steps: of its ladder that were tried, in the ladder's order.
        looks: that were taken.
    """

    box: Box
    thumb: Thumb
    steepness: float
    steps: int
    looks: int

    def is_shown_by(self, grey: GreyImage) -> bool:
        """Whether the frame shows at that place what was tried, and no sharper."""
        view = self.box.of(grey)
        return are_alike(thumb_of(view), self.thumb) and steepness_of(view) <= SHARPER * self.steepness
