"""How much light the eye wants of the lamp: more where a code stays too dark, less where it glares. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from appliance.capture.frame import ExposureTarget
from appliance.decode.reason_words import Reason

__all__ = ["DARK_AFTER_NS", "STEP", "STEP_EVERY_NS", "LampWish"]

STEP: Final = 0.25
STEP_EVERY_NS: Final = 1_000_000_000
"""Exposure and reasons have followed the last step by then."""

NO_MORE_NS: Final = 5_000_000_000
"""After less was wanted, more is not: else one sheet would have the lamp go up and down."""

DARK_AFTER_NS: Final = 60_000_000_000
"""The lamp is not left on over an empty counter."""


@dataclass(frozen=True, slots=True)
class LampWish:
    """The light wanted, 0 to 1.

    Attributes:
        level: of the lamp.
        stepped_ns: when it was last changed; None before.
        lessened_ns: when less was last wanted; None before.
        busy_ns: when something last lay there.
    """

    level: float = 0.0
    stepped_ns: int | None = None
    lessened_ns: int | None = None
    busy_ns: int | None = None

    def seen(
        self, reasons: Collection[Reason | None], exposure: ExposureTarget, *, is_busy: bool, at_ns: int
    ) -> LampWish:
        """A frame of `at_ns` was looked at.

        Args:
            reasons: why what lies there is not read.
            exposure: what the frame was exposed for; a screen shines by itself, and mirrors the lamp.
            is_busy: whether a code lies there, read or not.
            at_ns: when.
        """
        if is_busy or self.busy_ns is None:
            now = replace(self, busy_ns=at_ns)
        elif at_ns - self.busy_ns >= DARK_AFTER_NS:
            return replace(self, level=0.0)
        else:
            now = self
        if exposure is not ExposureTarget.PAPER or Reason.GLARE in reasons:
            return _stepped(replace(now, lessened_ns=at_ns), -STEP, at_ns)
        may_rise = now.lessened_ns is None or at_ns - now.lessened_ns >= NO_MORE_NS
        return _stepped(now, STEP, at_ns) if Reason.TOO_DARK in reasons and may_rise else now


def _stepped(wish: LampWish, step: float, at_ns: int) -> LampWish:
    if wish.stepped_ns is not None and at_ns - wish.stepped_ns < STEP_EVERY_NS:
        return wish
    level = min(max(wish.level + step, 0.0), 1.0)
    return wish if level == wish.level else replace(wish, level=level, stepped_ns=at_ns)
