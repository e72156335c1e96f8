"""Camera found, its rate, its light, its focus: judged from what the eye measured of its own frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.capture.meters import CLIPPED_LEVEL, LARGEST_BLUR_PX, LARGEST_CLIPPED_SHARE, LEAST_LEVEL
from appliance.health.model import Answer, Check

__all__ = ["CAMERA_SILENT_S", "PictureFacts", "camera_checks"]

CAMERA_SILENT_S: Final = 5.0
"""The eye opens a lost camera again every 2 s at most."""

_LEAST_RATE_SHARE: Final = 0.5
"""Of the rate that is set: in the dark a camera may expose longer than a frame lasts."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the eye knows of its frames.

    Attributes:
        silent_s: since the last frame; None where there never was one.
        frames_per_s: lately; None before it was measured.
        level: of the brightest parts, 0 to 255; None before it was measured.
        clipped: share of the picture that is burnt out.
        blur_px: the sharpest that was seen lately; None where there was nothing to see.
    """

    silent_s: float | None = None
    frames_per_s: float | None = None
    level: float | None = None
    clipped: float = 0.0
    blur_px: float | None = None

    @property
    def is_seeing(self) -> bool:
        """Whether frames come."""
        return self.silent_s is not None and self.silent_s < CAMERA_SILENT_S


Facts = Callable[[], PictureFacts]


@dataclass(frozen=True, slots=True)
class _Camera:
    facts: Facts
    id: str = "camera"

    def ask(self) -> Answer:
        facts = self.facts()
        if facts.is_seeing:
            return Answer.ok()
        return Answer.fault("missing" if facts.silent_s is None else "lost")


@dataclass(frozen=True, slots=True)
class _Rate:
    facts: Facts
    wanted_per_s: float
    id: str = "camera.rate"

    def ask(self) -> Answer:
        facts = self.facts()
        if not facts.is_seeing or facts.frames_per_s is None:
            return Answer.unknown("no_picture")
        values = {"rate": f"{facts.frames_per_s:.0f}", "wanted": f"{self.wanted_per_s:.0f}"}
        if facts.frames_per_s < _LEAST_RATE_SHARE * self.wanted_per_s:
            return Answer.warning("slow", **values)
        return Answer.ok(**values)


@dataclass(frozen=True, slots=True)
class _Light:
    facts: Facts
    id: str = "camera.light"

    def ask(self) -> Answer:
        facts = self.facts()
        if not facts.is_seeing or facts.level is None:
            return Answer.unknown("no_picture")
        values = {"level": f"{facts.level:.0f}", "clipped": f"{100 * facts.clipped:.0f}"}
        if facts.level < LEAST_LEVEL:
            return Answer.warning("dark", **values)
        if facts.level >= CLIPPED_LEVEL and facts.clipped > LARGEST_CLIPPED_SHARE:
            return Answer.warning("glare", **values)
        return Answer.ok(**values)


@dataclass(frozen=True, slots=True)
class _Focus:
    facts: Facts
    id: str = "camera.focus"

    def ask(self) -> Answer:
        facts = self.facts()
        if not facts.is_seeing or facts.blur_px is None:
            return Answer.unknown("nothing_seen")
        blur = f"{facts.blur_px:.1f}".replace(".", ",")
        return (
            Answer.warning("blurred", blur=blur) if facts.blur_px > LARGEST_BLUR_PX else Answer.ok(blur=blur)
        )


def camera_checks(facts: Facts, wanted_per_s: float) -> tuple[Check, ...]:
    """The eye's checks, of the rate that is set."""
    return (_Camera(facts), _Rate(facts, wanted_per_s), _Light(facts), _Focus(facts))
