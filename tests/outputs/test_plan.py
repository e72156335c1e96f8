"""What is done next with what is owed."""

from __future__ import annotations

import pytest

from appliance.journal.model import Event, EventState, from_us
from appliance.outputs.plan import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause_s, plan
from appliance.outputs.sink import Traits

LIFETIME = 3_000_000_000


def _event(event_id: int, age_ns: int | None = 0, kind: str = "code.read") -> Event:
    return Event(event_id, from_us(0), kind, None, {}, EventState.PENDING, age_ns)


def _wants_codes(event: Event) -> bool:
    return event.kind == "code.read"


@pytest.mark.parametrize(
    ("event", "lifetime_ns", "place"),
    [
        pytest.param(_event(1), LIFETIME, "due", id="young"),
        pytest.param(_event(1, LIFETIME - 1), LIFETIME, "due", id="just-young-enough"),
        pytest.param(_event(1, LIFETIME), LIFETIME, "expired", id="just-too-old"),
        pytest.param(_event(1, None), LIFETIME, "expired", id="before-this-boot"),
        pytest.param(_event(1, None), None, "due", id="nothing-is-too-old"),
        pytest.param(_event(1, 0, "card.inserted"), LIFETIME, "unwanted", id="not-for-it"),
        pytest.param(
            _event(1, LIFETIME, "card.inserted"), LIFETIME, "unwanted", id="neither-for-it-nor-young"
        ),
    ],
)
def test_each_event_has_one_place(event: Event, lifetime_ns: int | None, place: str) -> None:
    made = plan([event], _wants_codes, lifetime_ns)
    found = {name: getattr(made, name) for name in ("unwanted", "expired", "due")}
    assert {name: events for name, events in found.items() if events} == {place: (event,)}


def test_what_is_due_keeps_its_order() -> None:
    owed = [_event(1), _event(2, kind="visit.opened"), _event(3), _event(4, LIFETIME), _event(5)]
    made = plan(owed, _wants_codes, LIFETIME)
    assert [event.id for event in made.due] == [1, 3, 5]
    assert [event.id for event in (*made.unwanted, *made.expired)] == [2, 4]


def test_pauses_grow_up_to_a_bound() -> None:
    pauses = [pause_s(failures, None) for failures in range(1, 3000)]
    assert pauses[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S


def test_a_host_is_asked_ten_times_in_an_event_s_life() -> None:
    assert max(pause_s(failures, LIFETIME) for failures in range(1, 100)) == pytest.approx(0.3)


def test_there_is_no_pause_without_a_failure() -> None:
    with pytest.raises(ValueError, match="failure"):
        pause_s(0, None)


@pytest.mark.parametrize("name", ["", "Keyboard", "key board", "a" * 17, "é", "../x"])
def test_a_name_is_one_word(name: str) -> None:
    assert Traits("a" * 16, "").name == "a" * 16
    with pytest.raises(ValueError, match="name"):
        Traits(name, "")


def test_a_lifetime_leaves_time_for_a_delivery() -> None:
    assert Traits("serial", "", lifetime_ns=1).lifetime_ns == 1
    with pytest.raises(ValueError, match="lifetime"):
        Traits("serial", "", lifetime_ns=0)
