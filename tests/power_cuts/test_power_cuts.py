"""A few power cuts in the default run; `make power-cuts` makes 500."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from appliance.journal import schema
from tests.power_cuts.cuts import cut_power
from tests.power_cuts.disk import why_no_disk

pytestmark = [
    pytest.mark.skipif(why_no_disk() is not None, reason=f"no disk whose power can be cut: {why_no_disk()}"),
    pytest.mark.timeout(300),
]


def test_nothing_that_was_promised_is_missing_after_a_power_cut(tmp_path: Path) -> None:
    report = cut_power(8, 1, tmp_path)
    assert report.cuts == 8
    assert report.promises > 0


def _be_hasty() -> None:
    honest = schema.prepare

    def hasty(connection: sqlite3.Connection) -> None:
        honest(connection)
        connection.execute("PRAGMA synchronous = OFF")

    schema.prepare = hasty


def test_these_cuts_find_a_journal_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        cut_power(40, 2, tmp_path, _be_hasty)
