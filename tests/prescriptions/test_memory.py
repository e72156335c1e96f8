"""What is remembered of the day: repeats over restarts, no identity in any file, nothing after midnight."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.decode.payloads import Patient
from appliance.prescriptions import memory as memories
from appliance.prescriptions.memory import MAX_PRESENTATIONS, PresentationMemory
from appliance.prescriptions.port import StatusQuery

KEY = bytes(range(32))
NUMBER = "202106180921110040"
DOMINIQUE = Patient("ADRTROIS", "Dominique", "1997-02-26")
TOUSSAINT = Patient("ADRTROIS", "Toussaint", "1960-01-01")
QUERY = StatusQuery(NUMBER, DOMINIQUE)


class Day:
    """A local time that moves when told."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, **by: int) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "presentations.db"


def test_a_laying_is_remembered_over_a_restart(path: Path, day: Day) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        assert memory.find(QUERY) == ()
        memory.remember(QUERY, "v-1")
    day.go_on(hours=2)
    with PresentationMemory(path, KEY, day) as memory:
        (found,) = memory.find(QUERY)
    assert (found.at.hour, found.visit, found.same_patient) == (9, "v-1", True)


@pytest.mark.parametrize(
    ("patient", "same"),
    [
        (DOMINIQUE, True),
        (Patient("adrtrois", "DOMINIQUE", "1997-02-26"), True),
        (TOUSSAINT, False),
        (None, True),
    ],
    ids=["same", "folded", "other", "nobody"],
)
def test_another_patient_under_the_same_number_is_noticed(
    path: Path, day: Day, patient: Patient | None, same: bool
) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        memory.remember(QUERY, "v-1")
        (found,) = memory.find(StatusQuery(NUMBER, patient))
    assert found.same_patient is same


def test_a_visit_counts_once_and_another_number_not_at_all(path: Path, day: Day) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        memory.remember(QUERY, "v-1")
        memory.remember(QUERY, "v-1")
        memory.remember(QUERY, "v-2")
        assert [found.visit for found in memory.find(QUERY)] == ["v-1", "v-2"]
        assert memory.find(StatusQuery(NUMBER + "1")) == ()


def test_the_last_layings_of_many_are_told(path: Path, day: Day) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        for number in range(MAX_PRESENTATIONS + 1):
            memory.remember(QUERY, f"v-{number}")
        found = memory.find(QUERY)
    assert [one.visit for one in found] == [f"v-{number}" for number in range(1, MAX_PRESENTATIONS + 1)]


@pytest.mark.parametrize(("count", "is_known"), [(5, True), (6, False)])
def test_so_many_are_remembered_and_not_one_more(
    path: Path, day: Day, count: int, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memories, "MAX_REMEMBERED", 5)
    with PresentationMemory(path, KEY, day) as memory:
        for number in range(count):
            memory.remember(StatusQuery(str(number)), "v-1")
        assert bool(memory.find(StatusQuery("0"))) is is_known


def test_midnight_forgets_even_where_nothing_is_laid(path: Path, day: Day) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        memory.remember(QUERY, "v-1")
        day.go_on(hours=15)
        memory.sweep()
        assert memory.find(QUERY) == ()
        # The clock is set back: yesterday does not come back with it.
        day.go_on(hours=-15)
        assert memory.find(QUERY) == ()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM presentation").fetchone() == (0,)
    connection.close()


def test_no_identity_and_no_number_lies_in_any_file(path: Path, day: Day) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        memory.remember(QUERY, "v-1")
        contents = [file.read_bytes() for file in path.parent.iterdir()]
    assert contents
    for content in contents:
        for word in (NUMBER, "ADRTROIS", "Dominique", "DOMINIQUE", "1997"):
            assert word.encode() not in content
    assert path.stat().st_mode & 0o077 == 0


def test_another_device_and_another_day_recognise_nothing(path: Path, day: Day) -> None:
    with PresentationMemory(path, KEY, day) as memory:
        memory.remember(QUERY, "v-1")
    with PresentationMemory(path, bytes(32), day) as memory:
        assert memory.find(QUERY) == ()


def test_a_broken_memory_is_begun_anew(path: Path, day: Day) -> None:
    path.write_bytes(b"not a database, not at all " * 100)
    with PresentationMemory(path, KEY, day) as memory:
        memory.remember(QUERY, "v-1")
        assert len(memory.find(QUERY)) == 1


def test_a_memory_that_cannot_be_had_remembers_nothing_and_stops_nobody(tmp_path: Path, day: Day) -> None:
    (tmp_path / "folder").mkdir()
    with PresentationMemory(tmp_path / "folder", KEY, day) as memory:
        memory.remember(QUERY, "v-1")
        assert memory.find(QUERY) == ()
