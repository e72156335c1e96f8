"""One look of one decoder at one picture, so short that it survives the decoder: a name and a thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from appliance.capture.frame import GreyImage

__all__ = ["ATTEMPT_BYTES", "MAX_NAME_BYTES", "Attempt"]

MAX_NAME_BYTES: Final = 62
_SIDE: Final = 16
_THUMB_BYTES: Final = _SIDE * _SIDE
ATTEMPT_BYTES: Final = 1 + MAX_NAME_BYTES + _THUMB_BYTES
"""Length of the name, the name, the thumbnail."""

_SAME_MEAN: Final = 9.0
"""Grey levels by which the cells of two looks at one picture differ on average: noise, a cloud, a box found a
pixel further; those of two codes differ by thirty."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried.

    Attributes:
        name: of the step.
        thumb: the picture in 16 x 16 cells.
    """

    name: str
    thumb: bytes

    def __post_init__(self) -> None:
        """Refuse what does not fit into its place in memory."""
        if not 1 <= len(self.name.encode()) <= MAX_NAME_BYTES or len(self.thumb) != _THUMB_BYTES:
            raise ValueError(f"an attempt has a name of 1 to {MAX_NAME_BYTES} bytes and {_THUMB_BYTES} cells")

    @classmethod
    def of(cls, name: str, image: GreyImage) -> Attempt:
        """That step on that picture."""
        # Far fewer rows than pixels are enough for cells of a frame, and cost a fraction.
        rows = image[:: max(1, image.shape[0] // (4 * _SIDE))]
        thumb = cv2.resize(rows, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        short = name.encode()[:MAX_NAME_BYTES].decode(errors="ignore") or "-"
        return cls(short, np.asarray(thumb, np.uint8).tobytes())

    def resembles(self, other: Attempt) -> bool:
        """Whether it is the same step on a picture that looks the same, but for noise and light."""
        if self.name != other.name:
            return False
        difference = _cells(self.thumb) - _cells(other.thumb)
        difference = np.abs(difference - np.median(difference))
        return bool(difference.mean() < _SAME_MEAN)

    def to_bytes(self) -> bytes:
        """ATTEMPT_BYTES; the first one is never zero."""
        name = self.name.encode()
        return bytes([len(name)]) + name.ljust(MAX_NAME_BYTES, b"\0") + self.thumb

    @classmethod
    def from_bytes(cls, content: bytes) -> Attempt | None:
        """The attempt of `to_bytes`; None where nothing was begun, or where what stands there is none."""
        if len(content) != ATTEMPT_BYTES or not 1 <= content[0] <= MAX_NAME_BYTES:
            return None
        name = content[1 : 1 + content[0]].decode(errors="replace")[:MAX_NAME_BYTES]
        try:
            return cls(name, content[1 + MAX_NAME_BYTES :])
        except ValueError:
            return None


def _cells(thumb: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.frombuffer(thumb, np.uint8).astype(np.float32)
