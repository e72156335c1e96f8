"""What keeps a code from being read, in words; apart from their measuring, which loads OpenCV."""

from __future__ import annotations

from enum import StrEnum, unique

__all__ = ["Reason"]


@unique
class Reason(StrEnum):
    """What keeps a code from being read, as it goes over the seams."""

    TOO_FAR = "too_far"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    GLARE = "glare"
    DAMAGED = "damaged"
