"""After the last acknowledgement nothing in any file can open an event again."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from appliance.journal import EventState, Journal, NewEvent, Sighting
from appliance.journal.device_key import derive
from appliance.journal.envelope import ERASED_KEY, WRAPPED_KEY_BYTES, EventHead, JournalKey
from appliance.journal.files import JournalFiles, KeyFile
from appliance.journal.model import to_us
from tests.journal.world import DEVICE_KEY, DIGEST, IDENTITY, Disk, World, pair, payload


def _journal_key(world: World) -> JournalKey:
    key_file = KeyFile.read(JournalFiles(world.path).key, DEVICE_KEY)
    assert key_file is not None
    return key_file.key


def _event_keys_on(disk: Disk, key: JournalKey) -> Iterator[bytes]:
    """Every event key that somebody who holds the device key can unwrap from any place of any file."""
    tried: set[bytes] = set()
    for content in disk.files().values():
        # From every offset that does not begin a run of zeros: a wrapped key is random bytes.
        for match in re.finditer(rb"(?=([^\0].{39}))", content, re.DOTALL):
            candidate = match[1]
            if candidate in tried or candidate.count(0) > 8:
                continue
            tried.add(candidate)
            try:
                yield aes_key_unwrap(key._key, candidate)
            except InvalidUnwrap:
                continue


def _contents_that_open(
    event_keys: list[bytes], nonce: bytes, ciphertext: bytes, head: EventHead
) -> list[bytes]:
    opened = []
    for event_key in event_keys:
        try:
            opened.append(AESGCM(event_key).decrypt(nonce, ciphertext, head.associated_data))
        except InvalidTag:
            continue
    return opened


def test_with_the_device_key_in_hand_nothing_opens_an_acknowledged_event(
    world: World, journal: Journal, disk: Disk
) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    event_id = journal.append("code.read", payload(), sighting=Sighting("s-1", DIGEST)).event_id
    head = EventHead(event_id, to_us(world.clock.now()), "code.read")
    nonce, ciphertext = (
        world.sqlite()
        .execute("SELECT nonce, ciphertext FROM sealed WHERE event_id = ?", (event_id,))
        .fetchone()
    )
    key = _journal_key(world)
    # Somebody copied the ciphertext before. As long as one client waits, what is on the disk opens it ...
    journal.acknowledge(first.id, [event_id])
    (opened,) = set(_contents_that_open(list(_event_keys_on(disk, key)), nonce, ciphertext, head))
    assert IDENTITY.encode() in opened
    # ... and with nothing of it afterwards.
    journal.acknowledge(second.id, [event_id])
    assert list(_event_keys_on(disk, key)) == []
    assert disk.holds(ciphertext) == []


def test_no_copy_of_a_wrapped_key_survives_its_erasure(world: World, journal: Journal, disk: Disk) -> None:
    """Hundreds of events of all sizes, acknowledged in any order, so that pages split, fill and empty."""
    lgo = pair(journal)
    dice = random.Random(20260105)
    live: dict[int, bytes] = {}
    erased: dict[int, bytes] = {}
    for _ in range(25):
        batch = [
            NewEvent("code.read", {"text": IDENTITY * dice.randrange(1, 300)})
            for _ in range(dice.randrange(1, 40))
        ]
        for appended in journal.append_many(batch):
            live[appended.event_id] = world.wrapped_key(appended.event_id)
        chosen = dice.sample(sorted(live), dice.randrange(len(live) + 1))
        journal.acknowledge(lgo.id, chosen)
        erased.update((event_id, live.pop(event_id)) for event_id in chosen)
        contents = disk.files()
        everything = b"".join(contents.values())
        assert [event_id for event_id, wrapped in erased.items() if wrapped in everything] == []
        assert all(wrapped in everything for wrapped in live.values())
        assert IDENTITY.encode() not in everything
        if chosen:
            assert contents.get("journal.db-wal", b"") == b""
    assert len(erased) > 200
    journal.close()
    everything = b"".join(disk.files().values())
    assert [event_id for event_id, wrapped in erased.items() if wrapped in everything] == []


def test_the_slots_of_erased_keys_are_used_again(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    for _ in range(30):
        journal.append_many([NewEvent("code.read", payload())] * 5)
        journal.acknowledge(lgo.id, through=journal.last_id())
    slots = world.sqlite().execute("SELECT used, wrapped FROM key_slot").fetchall()
    assert slots == [(0, ERASED_KEY)] * 5
    assert len(ERASED_KEY) == WRAPPED_KEY_BYTES


def test_a_reader_that_holds_the_log_back_delays_the_erasure_until_a_sweep(
    world: World, journal: Journal, disk: Disk
) -> None:
    lgo = pair(journal)
    journal.append("code.read", payload())
    wrapped = world.wrapped_key(1)
    reader = world.sqlite()
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM sealed").fetchone() == (1,)  # a snapshot from before
    assert journal.acknowledge(lgo.id, [1]).newly == (1,)
    assert journal.history(0, 1)[0].state is EventState.ERASED
    assert disk.holds(wrapped) == ["journal.db-wal"]
    journal.sweep()
    assert disk.holds(wrapped) == ["journal.db-wal"]
    # The counter goes on meanwhile.
    assert journal.append("code.read", payload()).event_id == 2
    reader.execute("COMMIT")
    journal.sweep()
    assert disk.holds(wrapped) == []
    assert disk.files()["journal.db-wal"] == b""


def test_an_erasure_cut_short_by_a_crash_is_finished_at_the_next_start(
    world: World, journal: Journal, disk: Disk
) -> None:
    lgo = pair(journal)
    journal.append("code.read", payload())
    wrapped = world.wrapped_key(1)
    reader = world.sqlite()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sealed").fetchone()
    journal.acknowledge(lgo.id, [1])
    reader.close()  # a killed process's connection is gone; its log stays
    assert disk.holds(wrapped) == ["journal.db-wal"]
    world.open()
    assert disk.holds(wrapped) == []


def test_revoking_erases_as_an_acknowledgement_does(world: World, journal: Journal, disk: Disk) -> None:
    first, second = pair(journal, "first"), pair(journal, "second")
    journal.append("code.read", payload())
    wrapped = world.wrapped_key(1)
    journal.acknowledge(first.id, [1])
    assert disk.holds(wrapped) != []
    journal.revoke(second.id)
    assert disk.holds(wrapped) == []


def test_expiry_erases_as_an_acknowledgement_does(world: World, journal: Journal, disk: Disk) -> None:
    pair(journal)
    journal.append("code.read", payload())
    wrapped = world.wrapped_key(1)
    world.clock.advance(24 * 3600)
    assert journal.sweep() == [1]
    assert disk.holds(wrapped) == []


def test_a_digest_goes_with_its_presentation(world: World, journal: Journal, disk: Disk) -> None:
    journal.append("code.read", payload(), sighting=Sighting("s-1", DIGEST))
    (sealed,) = world.sqlite().execute("SELECT digest FROM sighting").fetchone()
    assert disk.holds(DIGEST) == []
    assert disk.holds(sealed) != []
    journal.presentation_gone("s-1")
    journal.sweep()
    assert disk.holds(sealed) == []


@pytest.mark.parametrize("column", ["nonce", "ciphertext"])
def test_a_damaged_content_is_given_up_aloud(world: World, journal: Journal, column: str) -> None:
    lgo = pair(journal)
    journal.append_many([NewEvent("code.read", payload(number)) for number in range(3)])
    world.sqlite().execute(f"UPDATE sealed SET {column} = zeroblob(length({column})) WHERE event_id = 2")
    assert [event.id for event in journal.read(lgo.id, 0, 10)] == [1, 3]
    assert [loss.reason for loss in world.losses] == ["unreadable_event"]
    (lost,) = journal.read(lgo.id, 3, 10)
    assert (lost.kind, lost.payload) == ("journal.lost", {"reason": "unreadable_event"})
    assert journal.history(1, 1)[0].state is EventState.LOST
    assert len(world.losses) == 1


def test_contents_cannot_be_exchanged_between_events(world: World, journal: Journal) -> None:
    """Whoever can write the file, but has no key, cannot make one patient's content another's."""
    lgo = pair(journal)
    journal.append_many([NewEvent("code.read", payload(1)), NewEvent("code.read", payload(2))])
    other = world.sqlite()
    rows = other.execute("SELECT event_id, slot, nonce, ciphertext FROM sealed ORDER BY event_id").fetchall()
    (first, *first_content), (second, *second_content) = rows
    for event_id, content in ((first, second_content), (second, first_content)):
        other.execute(
            "UPDATE sealed SET slot = ?, nonce = ?, ciphertext = ? WHERE event_id = ?", (*content, event_id)
        )
    assert journal.read(lgo.id, 0, 10) == []
    assert len(world.losses) == 1


def test_a_kind_cannot_be_changed(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    journal.append("code.read", payload())
    world.sqlite().execute("UPDATE event SET kind = 'visit.closed'")
    assert journal.read(lgo.id, 0, 10) == []


def test_the_keys_on_the_disk_are_wrapped(world: World, journal: Journal, disk: Disk) -> None:
    journal.append("code.read", payload())
    assert disk.holds(_journal_key(world)._key) == []
    assert disk.holds(DEVICE_KEY) == []
    assert disk.holds(derive(DEVICE_KEY, "journal")) == []
    assert disk.holds(IDENTITY.encode()) == []
