"""Every failure has a French text, and none of them quotes what an event holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.journal import errors
from appliance.journal.errors import (
    DeviceKeyError,
    JournalBusyError,
    JournalClosedError,
    JournalCorruptError,
    JournalError,
    JournalFullError,
    JournalUnavailableError,
)
from appliance.journal.session import spoken
from appliance.texts.journal import JOURNAL_ERROR_TEXTS
from tests.journal.world import World, payload


def _tree(root: type[errors._SpokenError]) -> Iterator[type[errors._SpokenError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def test_every_error_has_its_text_and_every_text_its_error() -> None:
    classes = [*_tree(JournalError), *_tree(DeviceKeyError)]
    assert {kind.code for kind in classes} == set(JOURNAL_ERROR_TEXTS)
    assert {kind.__name__ for kind in classes} == set(errors.__all__)
    for kind in classes:
        assert str(kind()) == JOURNAL_ERROR_TEXTS[kind.code]
        assert str(kind("detail")) == f"{JOURNAL_ERROR_TEXTS[kind.code]} (detail)"


def _sqlite_error(code: int, name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("quotes nothing")
    error.sqlite_errorcode = code
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, JournalFullError),
        (sqlite3.SQLITE_BUSY, JournalBusyError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, JournalBusyError),
        (sqlite3.SQLITE_LOCKED, JournalBusyError),
        (sqlite3.SQLITE_CORRUPT, JournalCorruptError),
        (sqlite3.SQLITE_NOTADB, JournalCorruptError),
        (sqlite3.SQLITE_IOERR_READ, JournalCorruptError),
        (sqlite3.SQLITE_IOERR_FSYNC, JournalUnavailableError),
        (sqlite3.SQLITE_IOERR_WRITE, JournalUnavailableError),
        (sqlite3.SQLITE_CANTOPEN, JournalUnavailableError),
        (sqlite3.SQLITE_READONLY_DBMOVED, JournalUnavailableError),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, JournalError),
    ],
)
def test_every_sqlite_error_becomes_one_of_ours(
    tmp_path: Path, code: int, expected: type[JournalError]
) -> None:
    said = spoken(_sqlite_error(code, "SQLITE_NAME"), tmp_path / "journal.db")
    assert type(said) is expected
    assert said.detail == "SQLITE_NAME"


@pytest.mark.parametrize(
    ("number", "expected"), [(28, JournalFullError), (122, JournalFullError), (13, JournalUnavailableError)]
)
def test_every_os_error_becomes_one_of_ours(
    tmp_path: Path, number: int, expected: type[JournalError]
) -> None:
    assert type(spoken(OSError(number, "text"), tmp_path)) is expected
    ours = JournalFullError()
    assert spoken(ours, tmp_path) is ours


def test_a_closed_journal_says_so(world: World) -> None:
    journal = world.open()
    assert repr(journal) == "<Journal journal.db>"
    journal.close()
    journal.close()
    assert repr(journal) == "<Journal journal.db closed>"
    for use in (
        lambda: journal.append("code.read", payload()),
        lambda: journal.read("client", 0, 1),
        journal.sweep,
        journal.clients,
        journal.last_id,
    ):
        with pytest.raises(JournalClosedError):
            use()


def test_a_journal_that_another_keeps_is_busy_and_then_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.journal.schema.BUSY_TIMEOUT_MS", 10)
    journal = world.open()
    other = world.sqlite()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalBusyError):
        journal.append("code.read", payload())
    assert journal.last_id() == 0, "reading goes on"
    other.execute("ROLLBACK")
    assert journal.append("code.read", payload()).event_id == 1
