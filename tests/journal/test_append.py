"""Writing events: ids, bounds, idempotence, presentations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from appliance.journal import EventState, InvalidEventError, Journal, NewEvent, Sighting
from appliance.journal.model import (
    DIGEST_BYTES_MAX,
    DIGEST_BYTES_MIN,
    MAX_BATCH_EVENTS,
    MAX_KIND_CHARS,
    MAX_PAYLOAD_BYTES,
    MAX_SIGHTING_ID_CHARS,
    MAX_VISIT_CHARS,
)
from tests.journal.world import DIGEST, IDENTITY, NEXT_BOOT, World, pair, payload


def test_an_event_comes_back_as_it_was_written(world: World, journal: Journal) -> None:
    lgo = pair(journal)
    world.clock.advance(1.5)
    written = {"text": "Hélène D'Âge", "lone surrogate": "\udc80", "nested": [1, 2.5, None, {"a": True}]}
    appended = journal.append("code.read", written, visit="v-1")
    (event,) = journal.read(lgo.id, 0, 10)
    assert appended.is_new
    assert (event.id, event.kind, event.visit) == (appended.event_id, "code.read", "v-1")
    assert event.payload == written
    assert event.at == world.clock.now()
    assert event.state is EventState.PENDING


def test_ids_begin_at_1_and_only_grow(world: World, journal: Journal) -> None:
    assert journal.last_id() == 0
    first = [journal.append("code.read", payload()).event_id for _ in range(3)]
    journal.close()
    again = world.open()
    assert first == [1, 2, 3]
    assert again.last_id() == 3
    assert again.append("code.read", payload()).event_id == 4


def test_a_sighting_is_written_once(world: World, journal: Journal) -> None:
    first = journal.append("code.read", payload(1), sighting=Sighting("s-1", DIGEST))
    again = journal.append("code.read", payload(2), sighting=Sighting("s-1", DIGEST))
    other = journal.append("code.read", payload(3), sighting=Sighting("s-2", DIGEST))
    assert (again.event_id, again.is_new) == (first.event_id, False)
    assert other.is_new
    assert journal.find_sighting("s-1") == first.event_id
    assert journal.find_sighting("s-3") is None
    journal.close()
    assert world.open().append("code.read", payload(), sighting=Sighting("s-1", DIGEST)) == again


def test_a_sighting_that_went_is_still_written_once(journal: Journal) -> None:
    first = journal.append("code.read", payload(), sighting=Sighting("s-1", DIGEST))
    journal.presentation_gone("s-1")
    again = journal.append("code.read", payload(), sighting=Sighting("s-1", DIGEST))
    assert (again.event_id, again.is_new) == (first.event_id, False)
    assert journal.presentations() == []


def test_presentations_are_those_in_view_and_of_this_boot(world: World, journal: Journal) -> None:
    first = journal.append("code.read", payload(), sighting=Sighting("s-1", DIGEST))
    second = journal.append("code.read", payload(), sighting=Sighting("s-2", b"\xd2" * 16))
    found = [(p.sighting_id, p.digest, p.event_id) for p in journal.presentations()]
    assert found == [("s-1", DIGEST, first.event_id), ("s-2", b"\xd2" * 16, second.event_id)]
    journal.presentation_gone("s-1")
    journal.presentation_gone("never seen")
    assert [p.sighting_id for p in journal.presentations()] == ["s-2"]
    journal.close()
    assert [p.sighting_id for p in world.open().presentations()] == ["s-2"]
    world.boot = NEXT_BOOT
    rebooted = world.open()
    assert rebooted.presentations() == []
    rebooted.sweep()
    assert rebooted.find_sighting("s-2") is None


def test_several_events_are_written_all_or_none(journal: Journal) -> None:
    lgo = pair(journal)
    good = NewEvent("code.read", payload(1), sighting=Sighting("s-1", DIGEST))
    with pytest.raises(InvalidEventError):
        journal.append_many([good, NewEvent("code.read", {"not json": object()})])
    assert journal.read(lgo.id, 0, 10) == []
    assert journal.find_sighting("s-1") is None
    appended = journal.append_many([good, good, NewEvent("visit.closed", {"reason": "gone"})])
    assert [(one.event_id, one.is_new) for one in appended] == [(1, True), (1, False), (2, True)]
    assert journal.append_many([]) == []


def test_bound_of_a_payload(journal: Journal) -> None:
    lgo = pair(journal)
    empty = len(json.dumps({"text": ""}, separators=(",", ":")))
    largest = {"text": "x" * (MAX_PAYLOAD_BYTES - empty)}
    journal.append("code.read", largest)
    assert journal.read(lgo.id, 0, 1)[0].payload == largest
    with pytest.raises(InvalidEventError, match=f"{MAX_PAYLOAD_BYTES + 1} / {MAX_PAYLOAD_BYTES}"):
        journal.append("code.read", {"text": largest["text"] + "x"})


def test_bound_of_a_batch(journal: Journal) -> None:
    event = NewEvent("code.read", payload())
    assert len(journal.append_many([event] * MAX_BATCH_EVENTS)) == MAX_BATCH_EVENTS
    with pytest.raises(InvalidEventError):
        journal.append_many([event] * (MAX_BATCH_EVENTS + 1))
    assert journal.last_id() == MAX_BATCH_EVENTS


def test_bounds_of_the_short_texts() -> None:
    longest_kind = "a." + "b" * (MAX_KIND_CHARS - 2)
    assert NewEvent(longest_kind, {}, visit="v" * MAX_VISIT_CHARS).kind == longest_kind
    assert Sighting("s" * MAX_SIGHTING_ID_CHARS, b"d" * DIGEST_BYTES_MIN)
    assert Sighting("s", b"d" * DIGEST_BYTES_MAX)
    for kind in (longest_kind + "b", "", "code", "Code.read", "code.", "code.réad", "code.read\n", "a..b"):
        with pytest.raises(InvalidEventError):
            NewEvent(kind, {})
    for visit in ("", "v" * (MAX_VISIT_CHARS + 1), "a\nb", "é"):
        with pytest.raises(InvalidEventError):
            NewEvent("code.read", {}, visit=visit)
    for sighting_id in ("", "s" * (MAX_SIGHTING_ID_CHARS + 1), "a\0b"):
        with pytest.raises(InvalidEventError):
            Sighting(sighting_id, DIGEST)
    for length in (DIGEST_BYTES_MIN - 1, DIGEST_BYTES_MAX + 1):
        with pytest.raises(InvalidEventError):
            Sighting("s", b"d" * length)


def _deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        {"a": {IDENTITY}},
        {"a": IDENTITY.encode()},
        {("tuple", IDENTITY): 1},
        _deep(100_000),
        [IDENTITY],
    ],
    ids=["nan", "set", "bytes", "tuple key", "deep", "list"],
)
def test_what_is_not_a_json_object_is_refused_without_quoting_it(journal: Journal, value: Any) -> None:
    with pytest.raises(InvalidEventError) as caught:
        journal.append("code.read", value)
    assert IDENTITY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert journal.last_id() == 0


def test_any_mapping_is_a_payload(journal: Journal) -> None:
    lgo = pair(journal)
    frozen: Mapping[str, object] = MappingProxyType({"a": MappingProxyType({"b": 1})})
    journal.append("code.read", frozen)
    assert journal.read(lgo.id, 0, 1)[0].payload == {"a": {"b": 1}}


def test_no_repr_holds_content(journal: Journal) -> None:
    lgo = pair(journal)
    new = NewEvent("code.read", payload(), sighting=Sighting("s-1", IDENTITY.encode() * 2))
    journal.append_many([new])
    (event,) = journal.read(lgo.id, 0, 1)
    (presentation,) = journal.presentations()
    for value in (new, event, presentation, new.sighting, journal):
        assert IDENTITY not in repr(value)
