"""When a lens that finds its focus by itself is held: a hand in the picture must not pull it away. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Self

__all__ = ["LOCK_FRAMES", "AfMode", "AfState", "FocusLock"]

LOCK_FRAMES: Final = 30
"""Frames in focus at one and the same place before the lens is held there: two seconds at 15 a second."""

_SAME_PLACE: Final = 0.1
"""Dioptres: 5 mm of the counter at 220 mm, a good part of the depth of field."""


class AfMode(IntEnum):
    """libcamera's control AfMode."""

    MANUAL = 0
    CONTINUOUS = 2


class AfState(IntEnum):
    """libcamera's metadata AfState."""

    IDLE = 0
    SCANNING = 1
    FOCUSED = 2
    FAILED = 3


@dataclass(frozen=True, slots=True)
class FocusLock:
    """Follows the lens from frame to frame.

    Attributes:
        lens: where it has been in focus since `steady` frames, dioptres; None before.
        steady: frames in focus there.
        is_locked: whether it is held there.
    """

    lens: float | None = None
    steady: int = 0
    is_locked: bool = False

    def seen(self, state: int | None, lens: float | None) -> Self:
        """A frame came with the lens in that state and place (None where the frame does not say)."""
        if self.is_locked:
            return self
        if state != AfState.FOCUSED or lens is None:
            return replace(self, lens=None, steady=0)
        if self.lens is None or abs(lens - self.lens) > _SAME_PLACE:
            return replace(self, lens=lens, steady=1)
        steady = self.steady + 1
        return replace(self, steady=steady, is_locked=steady >= LOCK_FRAMES)

    def controls(self) -> dict[str, int | float]:
        """What to set: the lens free to look for its focus, or held."""
        if self.is_locked and self.lens is not None:
            return {"AfMode": int(AfMode.MANUAL), "LensPosition": self.lens}
        return {"AfMode": int(AfMode.CONTINUOUS)}
