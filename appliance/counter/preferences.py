"""What a person sets with the buttons: how bright, how loud, how large. Values, and their file."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from appliance.base.files import replace_durably

__all__ = [
    "CONTRASTS",
    "MAX_VOLUME",
    "PREFERENCES_NAME",
    "Preferences",
    "read_preferences",
    "write_preferences",
]

_log = logging.getLogger(__name__)

CONTRASTS: Final = (24, 72, 127, 191, 255)
"""The panel's contrast at each step; the eye sees them about evenly apart."""

MAX_VOLUME: Final = 5

PREFERENCES_NAME: Final = "preferences.json"
"""In the state directory."""

_MAX_FILE_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Preferences:
    """Set at the counter, kept over a restart.

    Attributes:
        contrast: 1 to len(CONTRASTS).
        volume: 0 (mute) to MAX_VOLUME.
        large_text: whether the main screens are drawn in their large variant.
    """

    contrast: int = 4
    volume: int = 3
    large_text: bool = False

    def __post_init__(self) -> None:
        """Refuse what no step is."""
        if not 1 <= self.contrast <= len(CONTRASTS):
            raise ValueError(f"contrast is 1 to {len(CONTRASTS)}, not {self.contrast}")
        if not 0 <= self.volume <= MAX_VOLUME:
            raise ValueError(f"volume is 0 to {MAX_VOLUME}, not {self.volume}")

    def with_saved(self, values: object) -> Preferences:
        """With what a file holds; what it leaves out or holds wrongly stays."""
        kept = self
        for name, value in values.items() if isinstance(values, dict) else ():
            try:
                match name, value:
                    case "large_text", bool():
                        kept = replace(kept, large_text=value)
                    case "contrast", int() if not isinstance(value, bool):
                        kept = replace(kept, contrast=value)
                    case "volume", int() if not isinstance(value, bool):
                        kept = replace(kept, volume=value)
            except ValueError:
                continue
        return kept


def read_preferences(file: Path, start: Preferences) -> Preferences:
    """What was set before, or `start` where nothing was, or the file is no more what it was."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_FILE_BYTES + 1)
        return start.with_saved(json.loads(content[:_MAX_FILE_BYTES]))
    except (OSError, ValueError, RecursionError):
        return start


def write_preferences(file: Path, preferences: Preferences) -> None:
    """Keep them; a disk that takes nothing costs only that they are forgotten."""
    try:
        replace_durably(file, json.dumps(asdict(preferences)).encode())
    except OSError as error:
        _log.warning("what was set with the buttons cannot be kept: %s", type(error).__name__)
