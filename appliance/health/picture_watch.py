"""The eye's own measures for its checks: cheap, a few times a minute, of frames that it looks at anyway."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final

from appliance.base.clock import NS_PER_S, Clock
from appliance.capture.frame import Frame, GreyImage
from appliance.capture.meters import blur_px, light
from appliance.health.checks.camera import PictureFacts

__all__ = ["PictureWatch"]

_EVERY_NS: Final = 10 * NS_PER_S
_BLURS_KEPT: Final = 60
"""Ten minutes: a sheet that lies still in that time is sharp, if the lens is."""

_CROP_PX: Final = 640
"""Side of the middle that is looked at for edges: a fifth of a millisecond a thousand lines."""


class PictureWatch:
    """Is shown each frame by the thread that captures; any thread may ask for the facts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._facts = PictureFacts()
        self._last_ns: int | None = None
        self._measured_ns: int | None = None
        self._frames = 0
        self._blurs: deque[float] = deque(maxlen=_BLURS_KEPT)

    def see(self, frame: Frame) -> None:
        """Count a frame, and measure it where a measure is due."""
        now_ns = self._clock.monotonic_ns()
        self._last_ns = now_ns
        self._frames += 1
        if self._measured_ns is None:
            self._measured_ns, self._frames = now_ns, 0
        elif now_ns - self._measured_ns >= _EVERY_NS:
            self._measure(frame.grey, now_ns - self._measured_ns)
            self._measured_ns, self._frames = now_ns, 0

    def facts(self) -> PictureFacts:
        """What is known now."""
        if self._last_ns is None:
            return self._facts
        return replace(self._facts, silent_s=(self._clock.monotonic_ns() - self._last_ns) / NS_PER_S)

    def _measure(self, picture: GreyImage, elapsed_ns: int) -> None:
        lit = light(picture)
        blur = blur_px(_middle(picture))
        if blur is not None:
            self._blurs.append(blur)
        self._facts = PictureFacts(
            frames_per_s=self._frames * NS_PER_S / elapsed_ns,
            level=lit.level,
            clipped=lit.clipped,
            blur_px=min(self._blurs, default=None),
        )


def _middle(picture: GreyImage) -> GreyImage:
    height, width = picture.shape
    top, left = max(0, (height - _CROP_PX) // 2), max(0, (width - _CROP_PX) // 2)
    return picture[top : top + _CROP_PX, left : left + _CROP_PX]
