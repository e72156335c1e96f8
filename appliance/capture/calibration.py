"""What `comptoir aim` measured of the mounted camera, kept between starts: the scale above all."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from appliance.base.files import replace_durably
from appliance.capture.frame import MAX_SIDE_PX
from appliance.capture.lens import LARGEST_RADIAL, Lens

__all__ = [
    "CALIBRATION_FILE",
    "MAX_CALIBRATION_BYTES",
    "MAX_PX_PER_MM",
    "MIN_PX_PER_MM",
    "NOT_MEASURED",
    "Calibration",
    "CalibrationError",
    "load_calibration",
    "save_calibration",
]

_log = logging.getLogger(__name__)

CALIBRATION_FILE: Final = "camera.json"
"""Its name in the state directory."""

MAX_CALIBRATION_BYTES: Final = 4096

NOT_MEASURED: Final = b"{}"
"""What the eye's unit hands over where nothing was measured yet (SetCredential=)."""

MIN_PX_PER_MM: Final = 0.5
"""A code of 10 mm would be 5 px wide: nothing can be read of it, so no camera is aimed like that."""

MAX_PX_PER_MM: Final = 100.0
"""The widest frame would show 82 mm: less than a prescription's codes take."""

_FORMAT: Final = 1


class CalibrationError(ValueError):
    """The calibration is not one that can be; measure it again with `comptoir aim`."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The scale of a camera that stays where it is.

    Attributes:
        px_per_mm: pixels a mm on the counter, in frames of `width_px`.
        width_px, height_px: of the frames it was measured in.
        measured_at: when, UTC.
        radial: how the lens bends (`Lens`); 0 where only an outline was measured.
    """

    px_per_mm: float
    width_px: int
    height_px: int
    measured_at: datetime
    radial: float = 0.0

    def __post_init__(self) -> None:
        """Raise CalibrationError for what no camera over a counter can be."""
        scale, measured_at = self.px_per_mm, self.measured_at
        if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not math.isfinite(scale):
            raise CalibrationError("the scale must be a number")
        if not MIN_PX_PER_MM <= scale <= MAX_PX_PER_MM:
            raise CalibrationError(f"the scale must be {MIN_PX_PER_MM:g} to {MAX_PX_PER_MM:g} px a mm")
        if isinstance(self.radial, bool) or not isinstance(self.radial, (int, float)):
            raise CalibrationError("the lens's bending must be a number")
        if not abs(self.radial) <= LARGEST_RADIAL:
            raise CalibrationError(f"the lens's bending must be {LARGEST_RADIAL:g} at most")
        for side in (self.width_px, self.height_px):
            if isinstance(side, bool) or not isinstance(side, int) or not 1 <= side <= MAX_SIDE_PX:
                raise CalibrationError(f"a side must be 1 to {MAX_SIDE_PX} px")
        if not isinstance(measured_at, datetime) or measured_at.tzinfo is None:
            raise CalibrationError("the time of measuring must be a time with its zone")

    def px_per_mm_at(self, width_px: int) -> float:
        """The scale in frames of another width, where the sensor shows the same field."""
        return self.px_per_mm * width_px / self.width_px

    @property
    def lens(self) -> Lens:
        """How the lens bends."""
        return Lens(self.radial)

    @property
    def field_width_mm(self) -> float:
        """What the camera sees of the counter, from left to right."""
        return self.width_px / self.px_per_mm

    def to_json(self) -> bytes:
        """As it is kept."""
        return json.dumps(
            {
                "format": _FORMAT,
                "px_per_mm": self.px_per_mm,
                "width_px": self.width_px,
                "height_px": self.height_px,
                "radial": self.radial,
                "measured_at": self.measured_at.isoformat(),
            }
        ).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Calibration:
        """Read what was kept.

        Raises:
            CalibrationError: it is not a calibration, or one of a format not known here.
        """
        if len(content) > MAX_CALIBRATION_BYTES:
            raise CalibrationError(f"a calibration has at most {MAX_CALIBRATION_BYTES} bytes")
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise CalibrationError("the calibration is not JSON") from error
        if not isinstance(value, dict) or value.get("format") != _FORMAT:
            raise CalibrationError(f"the calibration is not of format {_FORMAT}")
        try:
            return cls(
                px_per_mm=value["px_per_mm"],
                width_px=value["width_px"],
                height_px=value["height_px"],
                measured_at=datetime.fromisoformat(value["measured_at"]),
                # Measured before lenses were.
                radial=value.get("radial", 0.0),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CalibrationError("the calibration lacks a part, or a part is wrong") from error


def save_calibration(state_directory: Path, calibration: Calibration) -> None:
    """Keep it, whole or not at all.

    Raises:
        OSError: the directory cannot be written; what was there stays. Mend it and measure again.
    """
    # The eye and the console, which are other users of the same group, read it; it holds nothing of anybody.
    replace_durably(state_directory / CALIBRATION_FILE, calibration.to_json(), mode=0o644)


def load_calibration(state_directory: Path) -> Calibration | None:
    """What was measured last; None where nothing was, or what was kept cannot be used (that is logged)."""
    try:
        with (state_directory / CALIBRATION_FILE).open("rb") as file:
            content = file.read(MAX_CALIBRATION_BYTES + 1)
        return None if content.strip() == NOT_MEASURED else Calibration.from_json(content)
    except FileNotFoundError:
        return None
    except (OSError, CalibrationError) as error:
        _log.warning("the camera's calibration is not used: %s", type(error).__name__)
        return None
