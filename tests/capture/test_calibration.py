"""The kept calibration: what goes in comes out, and nothing else is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.capture.calibration import (
    CALIBRATION_FILE,
    MAX_CALIBRATION_BYTES,
    MAX_PX_PER_MM,
    MIN_PX_PER_MM,
    NOT_MEASURED,
    Calibration,
    CalibrationError,
    load_calibration,
    save_calibration,
)
from appliance.capture.frame import MAX_SIDE_PX
from appliance.capture.lens import LARGEST_RADIAL

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
GOOD = Calibration(5.76, 2304, 1296, NOON)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    assert load_calibration(tmp_path) is None
    save_calibration(tmp_path, GOOD)
    assert load_calibration(tmp_path) == GOOD


def test_a_credential_that_says_not_measured_yet_is_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / CALIBRATION_FILE).write_bytes(NOT_MEASURED + b"\n")
    assert load_calibration(tmp_path) is None
    assert not caplog.records


def test_the_scale_follows_the_width_of_the_frames() -> None:
    assert GOOD.px_per_mm_at(4608) == pytest.approx(11.52)
    assert GOOD.field_width_mm == pytest.approx(400)


@pytest.mark.parametrize("scale", [MIN_PX_PER_MM, MAX_PX_PER_MM, 6])
def test_scales_within_the_bounds_are_taken(scale: float) -> None:
    assert Calibration(scale, 1, MAX_SIDE_PX, NOON).px_per_mm == scale


@pytest.mark.parametrize(
    ("scale", "width", "height", "at"),
    [
        (MIN_PX_PER_MM - 0.01, 2304, 1296, NOON),
        (MAX_PX_PER_MM + 0.01, 2304, 1296, NOON),
        (float("nan"), 2304, 1296, NOON),
        (True, 2304, 1296, NOON),
        ("6", 2304, 1296, NOON),
        (6.0, 0, 1296, NOON),
        (6.0, 2304, MAX_SIDE_PX + 1, NOON),
        (6.0, 2304.5, 1296, NOON),
        (6.0, 2304, 1296, datetime(2026, 1, 5, 12)),  # noqa: DTZ001 - a time without a zone
        (6.0, 2304, 1296, "noon"),
    ],
)
def test_what_no_camera_can_be_is_refused(scale: object, width: object, height: object, at: object) -> None:
    with pytest.raises(CalibrationError):
        Calibration(scale, width, height, at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 2000,
        json.dumps({**json.loads(GOOD.to_json()), "format": 2}).encode(),
        json.dumps({**json.loads(GOOD.to_json()), "measured_at": 3}).encode(),
        json.dumps({"format": 1, "px_per_mm": 6}).encode(),
        GOOD.to_json() + b" " * (MAX_CALIBRATION_BYTES + 1 - len(GOOD.to_json())),
    ],
    ids=["empty", "list", "cut", "deep", "other format", "time as number", "lacking", "too long"],
)
def test_a_file_that_is_no_calibration_is_not_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CALIBRATION_FILE).write_bytes(content)
    assert load_calibration(tmp_path) is None


def test_the_longest_file_is_read(tmp_path: Path) -> None:
    (tmp_path / CALIBRATION_FILE).write_bytes(GOOD.to_json().ljust(MAX_CALIBRATION_BYTES))
    assert load_calibration(tmp_path) == GOOD


def test_how_the_lens_bends_is_kept_and_bounded(tmp_path: Path) -> None:
    bent = Calibration(5.76, 2304, 1296, NOON, LARGEST_RADIAL)
    save_calibration(tmp_path, bent)
    assert load_calibration(tmp_path) == bent
    assert bent.lens.radial == LARGEST_RADIAL
    for radial in (LARGEST_RADIAL + 1e-6, -LARGEST_RADIAL - 1e-6, float("nan"), "0", True):
        with pytest.raises(CalibrationError):
            Calibration(5.76, 2304, 1296, NOON, radial)  # type: ignore[arg-type]


def test_what_was_measured_before_lenses_were_is_a_straight_one() -> None:
    old = json.loads(GOOD.to_json())
    del old["radial"]
    assert Calibration.from_json(json.dumps(old).encode()) == GOOD
