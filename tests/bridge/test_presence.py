"""A client's presence: noted at most once a second, and never worth more than its events."""

from __future__ import annotations

import logging

import pytest

from appliance.base.clock import ManualClock
from appliance.bridge.bounds import TOUCH_EVERY_S
from appliance.bridge.presence import ClientPresence
from appliance.journal.errors import JournalBusyError, UnknownClientError


class Touched:
    """The one side of the journal that is needed here."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.ids: list[str] = []
        self._failure = failure

    def touch(self, client_id: str) -> None:
        if self._failure is not None:
            raise self._failure
        self.ids.append(client_id)


def test_a_client_is_noted_at_most_once_in_its_time() -> None:
    store, clock = Touched(), ManualClock()
    presence = ClientPresence(store, clock)  # type: ignore[arg-type]
    for _ in range(5):
        presence.note("a")
    presence.note("b")
    assert store.ids == ["a", "b"]
    clock.advance(TOUCH_EVERY_S - 0.001)
    presence.note("a")
    assert store.ids == ["a", "b"]
    clock.advance(0.001)
    presence.note("a")
    assert store.ids == ["a", "b", "a"]


@pytest.mark.parametrize("failure", [JournalBusyError(), OSError("no space")])
def test_what_cannot_be_noted_holds_no_event_back(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    presence = ClientPresence(Touched(failure), ManualClock())  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        presence.note("a")
    assert type(failure).__name__ in caplog.text


def test_a_revoked_client_is_told() -> None:
    presence = ClientPresence(Touched(UnknownClientError()), ManualClock())  # type: ignore[arg-type]
    with pytest.raises(UnknownClientError):
        presence.note("a")
