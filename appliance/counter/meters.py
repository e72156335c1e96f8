"""What the eye measures of its picture, for whoever aims the camera with the OLED before him.

The eye writes `meters.json` once a second while somebody looks at its picture; the page does, and so does an
open page « Mise au point » or « Exposition ».
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Final

from appliance.counter.face import CameraLevels, Face, MenuPage

__all__ = ["Meters"]

_MAX_FILE_BYTES: Final = 4096
_FULL_LEVEL: Final = 255
_SHARP_PX: Final = 0.6
_BLURRED_PX: Final = 4.0
"""A blur of so many pixels or less is the best score, of so many or more the worst."""

_AIMING: Final = frozenset({MenuPage.FOCUS, MenuPage.EXPOSURE})


class Meters:
    """Reads `meters.json` in the preview's directory as if a stranger had written it."""

    def __init__(self, directory: Path) -> None:
        self._wanted = directory / "wanted"
        self._file = directory / "meters.json"

    @staticmethod
    def are_wanted(face: Face) -> bool:
        """Whether a page is open that shows them."""
        return face.menu is not None and face.menu.page in _AIMING

    def read(self) -> CameraLevels:
        """What was measured last, and the wish for more; nothing known where there is no picture."""
        try:
            self._wanted.parent.mkdir(mode=0o770, exist_ok=True)
            self._wanted.touch(mode=0o660)
            os.utime(self._wanted)
            with self._file.open("rb") as file:
                said = json.loads(file.read(_MAX_FILE_BYTES))
        except (OSError, ValueError, RecursionError):
            return CameraLevels()
        if not isinstance(said, dict):
            return CameraLevels()
        return CameraLevels(focus=_score(said.get("blur_px")), light=_percent(said.get("level")))


def _score(blur_px: object) -> int | None:
    """A blur in pixels as 0 to 100, more is sharper."""
    if isinstance(blur_px, bool) or not isinstance(blur_px, int | float) or not math.isfinite(blur_px):
        return None
    share = (_BLURRED_PX - blur_px) / (_BLURRED_PX - _SHARP_PX)
    return round(100 * min(max(share, 0.0), 1.0))


def _percent(level: object) -> int | None:
    """A mean grey level, 0 to 255, in percent."""
    if isinstance(level, bool) or not isinstance(level, int):
        return None
    return round(100 * min(max(level, 0), _FULL_LEVEL) / _FULL_LEVEL)
