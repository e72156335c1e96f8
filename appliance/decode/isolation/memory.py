"""The memory that the eye and its decoders share: one frame, its small copy, what is being tried on it."""

from __future__ import annotations

import contextlib
import mmap
import os
from typing import Final

import numpy as np

from appliance.capture.frame import ExposureTarget, Frame, GreyImage
from appliance.decode.isolation.attempt import ATTEMPT_BYTES, Attempt

__all__ = ["MAX_FRAME_PIXELS", "MAX_SMALL_PIXELS", "FrameMemory"]

MAX_FRAME_PIXELS: Final = 64 * 1024 * 1024
"""A frame of MAX_SIDE_PX squared; pages that no frame touched take no memory."""

MAX_SMALL_PIXELS: Final = 4 * 1024 * 1024
_ATTEMPT_AREA: Final = mmap.PAGESIZE
_SMALL_AT: Final = _ATTEMPT_AREA
_FRAME_AT: Final = _SMALL_AT + MAX_SMALL_PIXELS
_BYTES: Final = _FRAME_AT + MAX_FRAME_PIXELS


class FrameMemory:
    """An anonymous file mapped into both processes; they take turns, so nothing locks it."""

    def __init__(self, descriptor: int) -> None:
        """Map a descriptor of `create`; the descriptor may be closed afterwards."""
        self._map = mmap.mmap(descriptor, _BYTES)

    @staticmethod
    def create() -> int:
        """Descriptor of a new memory, to be mapped and handed over."""
        descriptor = os.memfd_create("frames")
        os.ftruncate(descriptor, _BYTES)
        return descriptor

    def put(self, frame: Frame) -> None:
        """Write a frame: what `frame` gives afterwards in the other process.

        Raises:
            ValueError: its small copy is larger than MAX_SMALL_PIXELS.
        """
        if frame.small is not None:
            if frame.small.size > MAX_SMALL_PIXELS:
                raise ValueError(f"a small copy has at most {MAX_SMALL_PIXELS} pixels")
            np.copyto(self._picture(_SMALL_AT, frame.small.shape), frame.small)
        np.copyto(self._picture(_FRAME_AT, frame.grey.shape), frame.grey)

    def frame(
        self,
        shape: tuple[int, int],
        small: tuple[int, int] | None,
        sequence: int,
        captured_at_ns: int,
        exposure: ExposureTarget = ExposureTarget.PAPER,
    ) -> Frame:
        """The frame as it lies there: a view, good until the next `put`."""
        return Frame(
            self._picture(_FRAME_AT, shape),
            sequence,
            captured_at_ns,
            None if small is None else self._picture(_SMALL_AT, small),
            exposure,
        )

    def begin(self, attempt: Attempt) -> None:
        """Note what is tried now, in case that nothing can be noted afterwards."""
        self._map[:ATTEMPT_BYTES] = attempt.to_bytes()

    def end(self) -> None:
        """It went well."""
        self._map[0] = 0

    def begun(self) -> Attempt | None:
        """What was begun and not ended."""
        return Attempt.from_bytes(self._map[:ATTEMPT_BYTES])

    def close(self) -> None:
        """Give the memory back, once no view of it is held any more."""
        with contextlib.suppress(BufferError):
            self._map.close()

    def _picture(self, offset: int, shape: tuple[int, ...]) -> GreyImage:
        return np.ndarray(shape, np.uint8, self._map, offset)
