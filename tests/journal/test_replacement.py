"""A journal is replaced while programs use it, and while they are killed."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from appliance.journal import (
    Journal,
    LossReason,
    recovery,
)
from appliance.journal.files import JournalFiles
from appliance.journal.salvage import salvage
from tests.journal.damage import break_page, fill, lost_reasons, page_of
from tests.journal.world import World, pair, payload


def test_a_page_that_breaks_in_use_is_survived_in_use(world: World) -> None:
    """The counter has the journal open when the card's sector goes bad: it writes on, in a new journal."""
    fill(world)
    journal = world.open()
    with journal, closing(sqlite3.connect(world.path)) as connection:
        connection.execute("PRAGMA cache_size = 0")
        # Through SQLite's own file handling, so that no lock of this process is dropped (see Disk).
        page = page_of(world, "sighting")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'event'", (page,))
        connection.execute("PRAGMA schema_version = 12345")
        connection.commit()
        appended = journal.append("code.read", payload())
        assert [loss.reason for loss in world.losses] == [LossReason.BROKEN_PAGE]
        assert appended.event_id > 60
        assert journal.find_sighting("s-59") == 60


def test_another_process_notices_that_the_journal_was_replaced(world: World) -> None:
    """The bridge's open journal is moved aside by a starting counter; what it writes lands in the new one."""
    bridge = world.open()
    lgo = pair(bridge)
    bridge.append("code.read", payload(1))
    connection = world.sqlite()
    connection.execute("PRAGMA user_version = 99")
    counter = world.open()
    assert [loss.reason for loss in world.losses] == [LossReason.OTHER_VERSION]
    appended = counter.append("code.read", payload(2))
    assert bridge.last_id() == appended.event_id
    assert bridge.clients() == []
    assert lgo not in counter.clients()
    bridge.append("code.read", payload(3))
    assert counter.last_id() == appended.event_id + 1
    bridge.close()
    counter.append("code.read", payload(4))
    assert counter.last_id() == appended.event_id + 2
    connection.close()


def test_a_transaction_that_went_aside_with_the_old_file_is_written_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The move falls between the opening of the transaction and its end."""
    counter = world.open()
    lgo = pair(counter)
    moved: list[Journal] = []

    def stamp_and_move(original: Callable[[], object]) -> Callable[[], object]:
        def stamp() -> object:
            if not moved:
                moved.append(counter)
                # What another process does when it finds the file broken; it is not held off by our lock.
                files = JournalFiles(world.path)
                world.path.rename(world.path.with_name("journal.db.by-hand.broken"))
                files.wal.rename(world.path.with_name("journal.db.by-hand.broken-wal"))
                files.shm.unlink()
                world.open().close()
            return original()

        return stamp

    monkeypatch.setattr(counter, "_stamp", stamp_and_move(counter._stamp))
    appended = counter.append("code.read", payload(7))
    client = pair(counter, "after")
    assert lgo.id != client.id
    assert appended.event_id in [event.id for event in counter.read(client.id, 0, 10)]


class Crash(BaseException):
    """The program ends here."""


class CrashingFiles:
    """Lets the n-th rename, replacement or removal of a file crash instead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, crash_at: int) -> None:
        self.steps = 0
        self._crash_at = crash_at
        for name in ("rename", "replace", "unlink"):
            monkeypatch.setattr(Path, name, self._counted(getattr(Path, name)))

    def _counted(self, original: Callable[..., object]) -> Callable[..., object]:
        def operation(*args: object, **kwargs: object) -> object:
            self.steps += 1
            if self.steps == self._crash_at:
                raise Crash
            return original(*args, **kwargs)

        return operation


def _crash(world: World, monkeypatch: pytest.MonkeyPatch, crash_at: int) -> tuple[bool, int]:
    """Open the journal with a crash at that step; returns whether it came to it, and the steps made."""
    with monkeypatch.context() as patch:
        files = CrashingFiles(patch, crash_at)
        try:
            world.open()
        except Crash:
            return True, files.steps
        return False, files.steps


def test_nobody_writes_to_the_old_journal_while_it_is_carried_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(world)
    break_page(world.path, page_of(world, "ack"))
    refused: list[int] = []

    def while_salvaging(*arguments: Any) -> int:
        with closing(sqlite3.connect(world.path, timeout=0)) as other:
            with pytest.raises(sqlite3.OperationalError) as caught:
                other.execute("BEGIN IMMEDIATE")
            refused.append(caught.value.sqlite_errorcode)
        return salvage(*arguments)

    monkeypatch.setattr(recovery, "salvage", while_salvaging)
    world.open()
    assert refused == [sqlite3.SQLITE_BUSY]


def test_a_crash_at_any_step_of_a_replacement_loses_nothing_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SQLite's own crash tests do: fail at the first file operation, at the second, until none fails."""
    lgo = fill(world)
    break_page(world.path, page_of(world, "ack"))
    for crash_at in itertools.count(1):
        inner = World(world.folder / str(crash_at))
        shutil.copytree(world.state, inner.state)
        with inner.closing:
            crashed, steps = _crash(inner, monkeypatch, crash_at)
            journal = inner.open()
            ids = {event.id for event in journal.read(lgo, 0, 1000) if event.kind == "code.read"}
            assert ids == set(range(31, 61)), f"crash at step {crash_at}"
            assert lost_reasons(journal, lgo) == ["broken_page"], f"crash at step {crash_at}"
            assert journal.append("code.read", payload()).event_id > 60
            assert not list(inner.state.glob("*.new*"))
        if not crashed:
            break
    assert steps > 8


def test_a_crash_at_any_step_of_the_first_start_is_no_loss(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for crash_at in itertools.count(1):
        inner = World(world.folder / str(crash_at))
        with inner.closing:
            crashed, steps = _crash(inner, monkeypatch, crash_at)
            assert inner.open().append("code.read", payload()).event_id == 1
        assert inner.losses == []
        if not crashed:
            break
    assert steps > 5
