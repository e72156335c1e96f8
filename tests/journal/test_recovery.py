"""A journal that cannot be used is moved aside, what proves itself is carried over, the loss is said."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing

import pytest

from appliance.journal import (
    JournalUnavailableError,
    LossReason,
    NewEvent,
)
from appliance.journal.envelope import JournalKey
from appliance.journal.files import MAX_BROKEN_KEPT, JournalFiles, KeyFile
from appliance.journal.recovery import JOURNAL_STRIDE
from appliance.journal.salvage import LOST_TAIL, MAX_PLAUSIBLE_NUMBER
from appliance.journal.schema import PAGE_BYTES
from tests.journal.damage import break_page, broken, fill, leaf_pages_of, lost_reasons, page_of
from tests.journal.world import DEVICE_KEY, DIGEST, IDENTITY, NEXT_BOOT, Disk, World, pair, payload

OTHER_DEVICE_KEY = bytes(32)


def test_a_first_start_is_no_loss(world: World) -> None:
    world.open()
    assert world.losses == []
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in world.state.iterdir()}
    assert set(modes) == {
        "journal.db",
        "journal.db-wal",
        "journal.db-shm",
        "journal.db.key",
        "journal.db.lock",
    }
    assert all(mode & 0o007 == 0 for mode in modes.values()), modes


def test_a_broken_page_is_moved_aside_and_the_rest_is_carried_over(world: World) -> None:
    lgo = fill(world)
    pages = leaf_pages_of(world, "sealed")
    assert len(pages) > 5
    break_page(world.path, pages[len(pages) // 2])
    journal = world.open()
    (loss,) = world.losses
    assert loss.reason is LossReason.BROKEN_PAGE
    assert loss.moved_to == broken(world)[0]
    assert loss.moved_to.name == "journal.db.20260105T090000Z.broken"
    # Both sides of the broken page are there; what was acknowledged is not given again.
    kept = [event for event in journal.read(lgo, 0, 1000) if event.kind == "code.read"]
    assert 20 < len(kept) < 30
    assert loss.salvaged_events >= len(kept)
    assert {31, 60} <= {event.id for event in kept}
    assert all(event.payload and event.payload["number"] == event.id - 1 for event in kept)
    assert lost_reasons(journal, lgo) == ["broken_page"]
    # Pairings and what lies under the camera, too.
    assert [client.name for client in journal.clients()] == ["LGO", "second"]
    assert [(p.sighting_id, p.digest, p.event_id) for p in journal.presentations()] == [("s-59", DIGEST, 60)]
    assert journal.last_id() >= 60 + LOST_TAIL
    assert journal.append("code.read", payload()).event_id == journal.last_id()
    journal.close()
    world.open()
    assert len(world.losses) == 1


@pytest.mark.parametrize(
    "table",
    [
        "mark",
        "event",
        "key_slot",
        "sealed",
        "client",
        "owed",
        "owed_event",
        "ack",
        "sighting",
        "sqlite_sequence",
    ],
)
def test_whatever_page_breaks_the_counter_goes_on(world: World, table: str) -> None:
    lgo = fill(world)
    break_page(world.path, page_of(world, table))
    journal = world.open()
    assert [loss.reason for loss in world.losses] == [LossReason.BROKEN_PAGE]
    appended = journal.append("code.read", payload())
    assert appended.event_id > 60
    client_id = lgo if table != "client" else pair(journal, "paired again").id
    ids = [event.id for event in journal.read(client_id, 0, 1000)]
    assert ids[-1] == appended.event_id
    if table in {"owed", "owed_event", "ack", "sighting", "sqlite_sequence"}:
        assert set(range(31, 61)) <= set(ids), "every event that waited was carried over"


@pytest.mark.parametrize("table", ["owed", "owed_event"])
def test_a_flipped_bit_in_what_is_owed_is_found_and_loses_nothing(world: World, table: str) -> None:
    """The page stays well-formed, but the event would silently be owed to nobody."""
    lgo = fill(world)
    content = bytearray(world.path.read_bytes())
    start = (page_of(world, table) - 1) * PAGE_BYTES
    # A record of a 16-character text and a one-byte integer, in the order of the tree's columns.
    cell = lgo.encode() + bytes([45]) if table == "owed" else bytes([45]) + lgo.encode()
    place = content.index(cell, start, start + PAGE_BYTES) + cell.index(45)
    content[place] ^= 0x40
    world.path.write_bytes(content)
    journal = world.open()
    assert [loss.reason for loss in world.losses] == [LossReason.BROKEN_PAGE]
    assert set(range(31, 61)) <= {event.id for event in journal.read(lgo, 0, 1000)}


def test_if_nothing_tells_what_is_owed_everything_is(world: World) -> None:
    """An event acknowledged by one client is given to it again rather than kept from another."""
    fill(world)
    for table in ("owed", "owed_event"):
        break_page(world.path, page_of(world, table))
    journal = world.open()
    for client in journal.clients():
        events = journal.read(client.id, 0, 1000)
        assert [event.id for event in events if event.kind == "code.read"] == list(range(21, 61))


def _other_version(world: World) -> None:
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _no_database(world: World) -> None:
    world.path.write_bytes(b"this is a text, and no database at all\n" * 200)


def _empty(world: World) -> None:
    world.path.write_bytes(b"")


def _other_application(world: World) -> None:
    world.path.unlink()
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")


def _truncated(world: World) -> None:
    content = world.path.read_bytes()
    world.path.write_bytes(content[: len(content) // 2])


def _missing(world: World) -> None:
    world.path.unlink()


def _key_gone(world: World) -> None:
    JournalFiles(world.path).key.unlink()


def _key_damaged(world: World) -> None:
    JournalFiles(world.path).key.write_bytes(b'{"version": 1')


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_other_version, LossReason.OTHER_VERSION),
        (_no_database, LossReason.NOT_A_DATABASE),
        (_empty, LossReason.NOT_A_DATABASE),
        (_other_application, LossReason.NOT_A_DATABASE),
        (_truncated, LossReason.BROKEN_PAGE),
        (_missing, LossReason.MISSING),
        (_key_gone, LossReason.OTHER_KEY),
        (_key_damaged, LossReason.OTHER_KEY),
    ],
)
def test_any_other_damage_is_said_and_survived(
    world: World, damage: Callable[[World], None], reason: LossReason
) -> None:
    fill(world)
    before = world.path.read_bytes()
    damage(world)
    damaged = world.path.read_bytes() if world.path.exists() else None
    journal = world.open()
    assert [loss.reason for loss in world.losses] == [reason]
    if damaged is None:
        assert broken(world) == []
    else:
        assert [path.read_bytes() for path in broken(world)] == [damaged]
    assert journal.append("code.read", payload()).event_id > 60
    lgo = pair(journal, "after")
    assert lost_reasons(journal, lgo.id) == [str(reason)]
    assert before != world.path.read_bytes()


def test_the_content_of_a_journal_moved_aside_can_be_opened_by_nobody(world: World, disk: Disk) -> None:
    fill(world)
    old = KeyFile.read(JournalFiles(world.path).key, DEVICE_KEY)
    assert old is not None
    wrapped = old.key.wrap(DEVICE_KEY)
    key_file = JournalFiles(world.path).key.read_bytes()
    break_page(world.path, leaf_pages_of(world, "sealed")[0])
    world.open()
    new = KeyFile.read(JournalFiles(world.path).key, DEVICE_KEY)
    assert new is not None
    assert new.key.check != old.key.check
    for gone in (wrapped, key_file, old.key._key, IDENTITY.encode()):
        assert disk.holds(gone) == []


def test_a_journal_of_another_device_keeps_its_key_beside_it(world: World) -> None:
    fill(world)
    world.open(OTHER_DEVICE_KEY).close()
    assert [loss.reason for loss in world.losses] == [LossReason.OTHER_KEY]
    (aside,) = broken(world)
    key_file = KeyFile.read(JournalFiles(aside).key, DEVICE_KEY)
    assert key_file is not None
    assert KeyFile.read(JournalFiles(aside).key, OTHER_DEVICE_KEY) is None


def test_ids_of_an_unreadable_journal_begin_at_a_floor_of_time(world: World) -> None:
    fill(world)
    _no_database(world)
    JournalFiles(world.path).key.unlink()
    journal = world.open()
    assert journal.append("code.read", payload()).event_id == int(world.clock.now().timestamp()) + 1


def test_ids_grow_even_if_nothing_can_be_read_and_the_clock_went_back(world: World) -> None:
    highest = 0
    for _ in range(4):
        journal = world.open()
        appended = journal.append("code.read", payload()).event_id
        sequence = journal.last_ack()
        assert appended > highest
        highest = appended
        assert highest < 2**53, "exact in every JSON reader"
        journal.close()
        _no_database(world)
        world.clock.start = world.clock.start.replace(year=world.clock.start.year - 1)
    assert highest > 2 * JOURNAL_STRIDE
    assert sequence > 0


def test_a_number_that_is_damage_is_not_believed(world: World) -> None:
    fill(world)
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'", (MAX_PLAUSIBLE_NUMBER + 1,)
        )
        connection.commit()
    break_page(world.path, page_of(world, "mark"))
    journal = world.open()
    assert 60 + LOST_TAIL <= journal.last_id() < MAX_PLAUSIBLE_NUMBER


def test_journals_moved_aside_are_bounded_in_number(world: World) -> None:
    for day in range(MAX_BROKEN_KEPT + 2):
        world.open().close()
        _no_database(world)
        world.clock.advance(day)
    world.open()
    assert len(broken(world)) == MAX_BROKEN_KEPT
    assert len(world.losses) == MAX_BROKEN_KEPT + 2


def test_a_directory_that_cannot_be_used_is_no_loss(world: World) -> None:
    world.folder.joinpath("state").write_bytes(b"a file where the directory should be")
    with pytest.raises(JournalUnavailableError):
        world.open()
    assert world.losses == []


def test_a_journal_that_is_a_directory_is_refused_and_kept(world: World) -> None:
    world.path.mkdir(parents=True)
    with pytest.raises(JournalUnavailableError):
        world.open()
    assert world.path.is_dir()


def test_a_salvaged_event_can_be_acknowledged_and_erased(world: World, disk: Disk) -> None:
    lgo = fill(world)
    break_page(world.path, page_of(world, "ack"))
    journal = world.open()
    second = journal.clients()[1]
    wrapped = world.wrapped_key(45)
    assert disk.holds(wrapped) == ["journal.db"]
    journal.acknowledge(lgo, through=journal.last_id())
    journal.acknowledge(second.id, through=journal.last_id())
    assert disk.holds(wrapped) == []
    assert journal.status().waiting == 0


def test_a_salvaged_event_of_an_earlier_boot_still_expires(world: World) -> None:
    lgo = fill(world)
    break_page(world.path, page_of(world, "ack"))
    world.boot = NEXT_BOOT
    journal = world.open()
    world.clock.advance(24 * 3600)
    journal.sweep()
    assert {event.kind for event in journal.read(lgo, 0, 1000)} == {"events.expired"}


def test_a_damaged_row_is_left_out_of_what_is_carried_over(world: World) -> None:
    lgo = fill(world)
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute("UPDATE sealed SET ciphertext = zeroblob(10) WHERE event_id = 45")
        connection.commit()
    break_page(world.path, page_of(world, "ack"))
    journal = world.open()
    ids = {event.id for event in journal.read(lgo, 0, 1000) if event.kind == "code.read"}
    assert ids == set(range(31, 61)) - {45}
    assert journal.append_many([NewEvent("visit.opened", {})])[0].is_new


def test_a_key_of_another_journal_does_not_fit(world: World) -> None:
    fill(world)
    KeyFile(JournalKey.generate(), 1).write(JournalFiles(world.path).key, DEVICE_KEY)
    world.open()
    assert [loss.reason for loss in world.losses] == [LossReason.OTHER_KEY]
