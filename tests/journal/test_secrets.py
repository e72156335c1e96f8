"""A secret's content is on the tmpfs for 60 s and never on the disk."""

from __future__ import annotations

import pytest

from appliance.journal import EventState, Journal, JournalFullError, NewEvent, Sighting
from appliance.journal import volatile as volatile_module
from tests.journal.world import DIGEST, NEXT_BOOT, Disk, World, pair

SECRET = "fictitious-apcv-code-0123456789"


def _append(journal: Journal, sighting: str | None = None) -> int:
    known = None if sighting is None else Sighting(sighting, DIGEST)
    return journal.append("code.read", {"text": SECRET}, visit="v-1", sighting=known, secret=True).event_id


def test_a_secret_is_delivered_and_is_never_on_the_disk(world: World, journal: Journal, disk: Disk) -> None:
    lgo = pair(journal)
    event_id = _append(journal, "s-1")
    assert disk.holds(SECRET.encode()) == []
    (event,) = journal.read(lgo.id, 0, 10)
    assert (event.id, event.kind, event.visit, event.payload) == (
        event_id,
        "code.read",
        "v-1",
        {"text": SECRET},
    )
    assert event.state is EventState.SECRET
    assert disk.holds(SECRET.encode()) == []
    (sealed,) = (world.volatile / "secrets").iterdir()
    content = sealed.read_bytes()[8:]
    assert SECRET.encode() not in content
    assert disk.holds(content) == []
    journal.acknowledge(lgo.id, [event_id])
    assert list((world.volatile / "secrets").iterdir()) == []
    assert journal.history(0, 1)[0].state is EventState.ERASED
    journal.close()
    assert disk.holds(SECRET.encode()) == []


def test_the_disk_holds_id_time_and_kind_only(world: World, journal: Journal) -> None:
    pair(journal)
    _append(journal)
    other = world.sqlite()
    assert other.execute("SELECT count(*) FROM sealed").fetchone() == (0,)
    assert other.execute("SELECT count(*) FROM key_slot").fetchone() == (0,)
    assert other.execute("SELECT id, kind, state FROM event").fetchall() == [
        (1, "code.read", EventState.SECRET)
    ]


def test_a_secret_expires_after_60_s(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal)
    world.clock.advance(59.9)
    assert journal.sweep() == []
    assert len(journal.read(lgo.id, 0, 10)) == 1
    world.clock.advance(0.1)
    assert journal.read(lgo.id, 0, 10) == [], "its time is over even before the sweep"
    assert journal.sweep() == [1]
    assert list((world.volatile / "secrets").iterdir()) == []
    (expired,) = journal.read(lgo.id, 0, 10)
    assert (expired.kind, expired.payload) == ("events.expired", {"ids": [1], "kinds": ["code.read"]})
    assert journal.acknowledge(lgo.id, [1]).unknown == ()


def test_a_secret_whose_time_is_over_hides_no_other_event(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal)
    world.clock.advance(60)
    journal.append("visit.opened", {})
    assert [event.id for event in journal.read(lgo.id, 0, 1)] == [2]


def test_a_secret_does_not_outlive_the_machine(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal)
    journal.close()
    for path in (world.volatile / "secrets").iterdir():  # what a tmpfs does at a reboot
        path.unlink()
    world.boot = NEXT_BOOT
    journal = world.open()
    assert journal.read(lgo.id, 0, 10) == []
    assert journal.sweep() == [1]


def test_a_secret_outlives_the_program(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal)
    journal.close()
    assert world.open().read(lgo.id, 0, 10)[0].payload == {"text": SECRET}


def test_a_client_paired_meanwhile_is_given_the_secret(journal: Journal) -> None:
    _append(journal)
    assert len(journal.read(pair(journal).id, 0, 10)) == 1


def test_what_a_crash_left_is_removed(world: World, journal: Journal) -> None:
    _append(journal)
    secrets = world.volatile / "secrets"
    for name in ("77.secret", ".78.secret.abcdef"):
        (secrets / name).write_bytes(b"left by a crash before its commit")
    journal.sweep()
    assert [path.name for path in secrets.iterdir()] == ["1.secret"]


def test_a_secret_that_does_not_fit_the_tmpfs_writes_nothing(
    world: World, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lgo = pair(journal)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(volatile_module, "replace_volatile", no_space)
        with pytest.raises(JournalFullError):
            journal.append_many(
                [NewEvent("visit.opened", {}), NewEvent("code.read", {"text": SECRET}, secret=True)]
            )
    assert journal.last_id() == 0
    assert _append(journal) == 1
    assert len(journal.read(lgo.id, 0, 10)) == 1


def test_a_secret_is_bound_to_its_event(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    _append(journal)
    _append(journal)
    secrets = world.volatile / "secrets"
    (secrets / "2.secret").write_bytes((secrets / "1.secret").read_bytes())
    assert [event.id for event in journal.read(lgo.id, 0, 10)] == [1]
