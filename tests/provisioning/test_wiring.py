"""The wiring table of the documentation is that of the settings' defaults, on the header as it is."""

from __future__ import annotations

import re
from pathlib import Path

from appliance.settings import Settings

PAGE = Path(__file__).parents[2] / "docs/provisioning.md"
HEADER = {5: 29, 6: 31, 12: 32, 13: 33, 16: 36, 19: 35, 20: 38, 21: 40, 2: 3, 3: 5}
"""GPIO to pin (Raspberry Pi, 40-pin header)."""


def test_the_table_is_true() -> None:
    rows = re.findall(r"\| (\d+) \| (\d+) \| (?:`(\w+)\.(\w+)`)? *\|", PAGE.read_text(encoding="utf-8"))
    assert len(rows) == 10
    for pin, gpio, section, key in rows:
        assert HEADER[int(gpio)] == int(pin)
        if section:
            assert getattr(getattr(Settings(), section), key) == int(gpio)
