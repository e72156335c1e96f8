"""The scale that was measured reaches the decoders, from the state directory or as the unit's credential."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from appliance.capture.calibration import Calibration, save_calibration
from appliance.capture.frame import MAX_SIDE_PX, Frame
from appliance.cli.eye import calibrated_field_mm
from appliance.decode.finder import FIELD_WIDTH_MM, LARGEST_FIELD_MM
from appliance.decode.isolation import IsolatedReader
from appliance.decode.ladder import Attempting

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_the_estimate_stands_until_something_is_measured(tmp_path: Path) -> None:
    assert calibrated_field_mm(tmp_path) == FIELD_WIDTH_MM


@pytest.mark.parametrize(
    ("px_per_mm", "width_px", "field_mm"), [(8, 2304, 288), (0.5, MAX_SIDE_PX, LARGEST_FIELD_MM)]
)
def test_what_was_measured_is_taken_within_bounds(
    tmp_path: Path, px_per_mm: float, width_px: int, field_mm: float
) -> None:
    save_calibration(tmp_path, Calibration(px_per_mm, width_px, 1296, NOON))
    assert calibrated_field_mm(tmp_path) == field_mm


class _Telling:
    """A reader that dies unless it was told the field of view that the test measured."""

    unfinished = False
    unread_patches: tuple[()] = ()

    def __init__(self, attempt: Attempting, field_width_mm: float) -> None:
        self.field_width_mm = field_width_mm

    def read(self, frame: Frame, *, is_new: bool = True) -> list[object]:
        assert self.field_width_mm == 288
        return []


def telling(*, attempt: Attempting, field_width_mm: float) -> _Telling:
    return _Telling(attempt, field_width_mm)


@pytest.mark.processes
@pytest.mark.parametrize(("field_mm", "deaths"), [(288, 0), (400, 1)])
def test_the_worker_is_told(field_mm: float, deaths: int) -> None:
    frame = Frame(np.full((90, 160), 130, np.uint8), 0, 0)
    with closing(IsolatedReader("tests.eye.test_scale:telling", field_width_mm=field_mm)) as reader:
        reader.start()
        reader.read(frame)
        assert reader.deaths == deaths
