"""What time does: expiry by the clock that cannot be set, and the end of what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appliance.journal import EventState, Journal, NewEvent, Sighting, sweeping
from appliance.journal.model import MAX_KIND_CHARS
from tests.journal.world import DIGEST, NEXT_BOOT, World, pair, payload

DAY_S = 24 * 3600.0


def test_an_event_expires_after_its_lifetime_and_that_is_an_event(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    journal.append("code.read", payload())
    world.clock.advance(1)
    journal.append("visit.closed", {"reason": "gone"})
    world.clock.advance(DAY_S - 1.001)
    assert journal.sweep() == []
    world.clock.advance(0.001)
    assert journal.sweep() == [1]
    assert [event.id for event in journal.read(lgo.id, 0, 10)] == [2, 3]
    (said,) = journal.read(lgo.id, 2, 10)
    assert (said.kind, said.payload) == ("events.expired", {"ids": [1], "kinds": ["code.read"]})
    assert [event.state for event in journal.history(0, 2)] == [EventState.EXPIRED, EventState.PENDING]
    result = journal.acknowledge(lgo.id, [1])
    assert (result.newly, result.unknown) == ((), ())


def test_the_lifetime_is_a_setting(world: World) -> None:
    journal = world.open(lifetime=timedelta(hours=1))
    journal.append("code.read", payload())
    world.clock.advance(3600)
    assert journal.sweep() == [1]


def test_a_client_that_never_acknowledges_holds_the_others_up_for_a_lifetime_only(
    world: World, journal: Journal
) -> None:
    good, silent = pair(journal, "good"), pair(journal, "silent")
    journal.append("code.read", payload())
    journal.acknowledge(good.id, [1])
    assert journal.history(0, 1)[0].state is EventState.PENDING
    world.clock.advance(DAY_S)
    assert journal.sweep() == [1]
    assert [event.kind for event in journal.read(silent.id, 0, 10)] == ["events.expired"]


def test_the_end_of_a_notice_of_expiry_is_not_noticed(world: World, journal: Journal) -> None:
    journal.append("code.read", payload())
    world.clock.advance(DAY_S)
    assert journal.sweep() == [1]
    world.clock.advance(DAY_S)
    assert journal.sweep() == [2]
    world.clock.advance(DAY_S)
    assert journal.sweep() == []
    assert journal.last_id() == 2


def test_many_events_at_once_are_named_in_several_notices_of_bounded_size(
    world: World, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "EXPIRED_PER_EVENT", 3)
    journal.append_many([NewEvent("code.read", payload(number)) for number in range(7)])
    world.clock.advance(DAY_S)
    journal.sweep()
    lgo = pair(journal)
    named = [event.payload["ids"] for event in journal.read(lgo.id, 0, 10) if event.payload]
    assert named == [[1, 2, 3], [4, 5, 6], [7]]


def test_the_largest_notice_of_expiry_fits_a_payload() -> None:
    largest = {
        "ids": [2**53] * sweeping.EXPIRED_PER_EVENT,
        "kinds": ["a." + "k" * (MAX_KIND_CHARS - 2)] * sweeping.EXPIRED_PER_EVENT,
    }
    assert NewEvent(sweeping.EXPIRED_KIND, largest).to_bytes()


@pytest.mark.parametrize("jump", [timedelta(days=4000), timedelta(days=-4000)], ids=["ahead", "back"])
def test_setting_the_clock_expires_nothing(world: World, journal: Journal, jump: timedelta) -> None:
    journal.append("code.read", payload())
    world.clock.start += jump
    assert journal.sweep() == []
    world.clock.advance(DAY_S)
    assert journal.sweep() == [1]


def test_events_of_an_earlier_boot_go_by_the_wall_clock(world: World, journal: Journal) -> None:
    journal.append("code.read", payload())
    world.clock.advance(DAY_S / 2)
    journal.close()
    world.boot = NEXT_BOOT
    world.clock.start = world.clock.now()
    world.clock.elapsed_ns = 0
    journal = world.open()
    assert journal.sweep() == []
    world.clock.advance(DAY_S / 2)
    assert journal.sweep() == [1]


def test_events_of_an_earlier_boot_expire_even_if_the_clock_went_back(world: World, journal: Journal) -> None:
    journal.append("code.read", payload())
    journal.close()
    world.boot = NEXT_BOOT
    world.clock.start -= timedelta(days=4000)
    journal = world.open()
    world.clock.advance(DAY_S - 1)
    assert journal.sweep() == []
    world.clock.advance(1)
    assert journal.sweep() == [1]


def test_a_sighting_that_went_is_forgotten_after_an_hour(world: World, journal: Journal) -> None:
    journal.append("code.read", payload(), sighting=Sighting("s-1", DIGEST))
    journal.append("code.read", payload(), sighting=Sighting("s-2", DIGEST))
    journal.presentation_gone("s-1")
    world.clock.advance(3599)
    journal.sweep()
    assert journal.find_sighting("s-1") == 1
    world.clock.advance(1)
    journal.sweep()
    assert journal.find_sighting("s-1") is None
    assert journal.find_sighting("s-2") == 2, "it is still in view"


def test_heads_are_kept_for_a_month_and_ids_still_grow(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    journal.append("code.read", payload())
    journal.acknowledge(lgo.id, [1])
    month_s = sweeping.HEAD_LIFETIME_US / 1e6
    world.clock.advance(month_s - 1)
    journal.sweep()
    assert [event.id for event in journal.history(0, 10)] == [1]
    world.clock.advance(1)
    journal.sweep()
    assert journal.history(0, 10) == []
    assert journal.append("code.read", payload()).event_id == 2


def test_a_head_whose_event_still_waits_is_kept(world: World, journal: Journal) -> None:
    journal.append("code.read", payload())
    world.clock.start += timedelta(days=400)  # the clock was set: the event is not a day old
    journal.sweep()
    assert [event.state for event in journal.history(0, 10)] == [EventState.PENDING]


def test_heads_are_bounded_in_number(world: World, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MAX_HEADS", 3)
    lgo = pair(journal)
    journal.append_many([NewEvent("code.read", payload(number)) for number in range(5)])
    journal.acknowledge(lgo.id, through=5)
    journal.sweep()
    assert [event.id for event in journal.history(0, 10)] == [3, 4, 5]
