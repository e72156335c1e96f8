"""What leaves the pharmacy by MQTT, and what never does."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from appliance.journal.model import Event, EventState
from appliance.outputs.mqtt.messages import MAX_HEALTH_BYTES, MAX_TOPIC_CHARS, EventContents, Topics

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TOPICS = Topics("groupe/pharmacie", "comptoir-1")
IDENTITY = "ADRTROIS"


def _event(state: EventState = EventState.PENDING) -> Event:
    return Event(7, AT, "code.read", "v-1", {"family_name": IDENTITY}, state)


def test_without_identities_an_event_is_number_time_and_kind() -> None:
    message = TOPICS.event(_event(), EventContents.WITHOUT_IDENTITIES, 3600)
    assert message is not None
    assert message.topic == "groupe/pharmacie/comptoir-1/events/code.read"
    assert json.loads(message.payload) == {"id": 7, "at": "2026-01-05T09:00:00.000Z", "kind": "code.read"}
    assert (message.retained, message.expiry_s) == (False, 3600)


def test_with_identities_an_event_is_whole() -> None:
    message = TOPICS.event(_event(), EventContents.WITH_IDENTITIES, 3600)
    assert message is not None
    assert json.loads(message.payload)["payload"] == {"family_name": IDENTITY}
    assert IDENTITY not in repr(message)


@pytest.mark.parametrize("contents", EventContents)
def test_a_secret_never_leaves(contents: EventContents) -> None:
    assert TOPICS.event(_event(EventState.SECRET), contents, 3600) is None


def test_without_a_wish_no_event_leaves() -> None:
    assert TOPICS.event(_event(), EventContents.NONE, 3600) is None


def test_a_lone_surrogate_survives() -> None:
    event = Event(7, AT, "code.read", None, {"text": "\udc80"}, EventState.PENDING)
    message = TOPICS.event(event, EventContents.WITH_IDENTITIES, 1)
    assert message is not None
    assert json.loads(message.payload)["payload"]["text"] == "\udc80"


def test_birth_and_will_are_the_same_topic_and_kept_by_the_broker() -> None:
    birth, will = TOPICS.birth("1.2.3", AT), TOPICS.will()
    assert birth.topic == will.topic == "groupe/pharmacie/comptoir-1/state"
    assert birth.retained
    assert will.retained
    assert json.loads(birth.payload)["state"] == "online"
    assert json.loads(will.payload) == {"state": "offline"}


def test_health_is_bounded() -> None:
    room = MAX_HEALTH_BYTES - len(TOPICS.health({"x": ""}, AT, 1).payload)
    assert len(TOPICS.health({"x": "a" * room}, AT, 1).payload) == MAX_HEALTH_BYTES
    with pytest.raises(ValueError, match="health"):
        TOPICS.health({"x": "a" * (room + 1)}, AT, 1)


@pytest.mark.parametrize("prefix", ["", "#", "a/+", "a//b", "/a", "a/b/c/d/e", "a" * 33, "é", "a\n"])
def test_a_prefix_is_no_wildcard(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        Topics(prefix, "d")


@pytest.mark.parametrize("device", ["", "a/b", "+", "a" * 33])
def test_a_device_is_one_level(device: str) -> None:
    with pytest.raises(ValueError, match="device"):
        Topics("comptoir", device)


def test_the_longest_topic_is_within_its_bound() -> None:
    topics = Topics("a" * 32 + "/" + "b" * 31, "d" * 32)
    event = Event(1, AT, "k." + "x" * 62, None, {}, EventState.PENDING)
    message = topics.event(event, EventContents.WITH_IDENTITIES, 1)
    assert message is not None
    assert len(message.topic) <= MAX_TOPIC_CHARS
