"""What the display's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.base.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def golden_folder() -> Path:
    return Path(__file__).parents[1] / "golden" / "oled"
