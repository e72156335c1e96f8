"""How the device is, told to the broker: now and then, and as soon as it changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from appliance.base.clock import NS_PER_S, Clock
from appliance.journal.errors import JournalError
from appliance.outputs.mqtt.broker import Broker, Publication
from appliance.outputs.mqtt.messages import Topics

__all__ = ["HealthPublisher"]

_log = logging.getLogger(__name__)

_LOOK_S = 5.0
_LIVES = 3
"""A health that was not renewed for so many periods is gone from the broker."""


class HealthPublisher:
    """Publishes what `health` gives, with one message under way at most.

    Args:
        broker: entered elsewhere.
        topics: of this device.
        health: JSON of how the device is, without anybody's identity and without times that always change.
        period_s: how often it is renewed even where it is the same.
        clock: time.
        beat: called whenever the broker took something, or is not there to take it.
    """

    def __init__(
        self,
        broker: Broker,
        topics: Topics,
        health: Callable[[], Mapping[str, Any]],
        period_s: int,
        *,
        clock: Clock,
        beat: Callable[[], None],
    ) -> None:
        self._broker = broker
        self._topics = topics
        self._health = health
        self._period_s = period_s
        self._clock = clock
        self._beat = beat
        self._under_way: Publication | None = None
        self._said: Mapping[str, Any] | None = None
        self._said_ns = 0

    def run(self, stopping: threading.Event) -> None:
        """Go on until `stopping`; for a `StoppableThread`."""
        while True:
            self.step()
            if stopping.wait(_LOOK_S):
                return

    def step(self) -> bool:
        """Publish if it is due; returns whether it did.

        Raises:
            RuntimeError: the connection's thread ended by itself.
        """
        if self._broker.failure is not None:
            raise RuntimeError("the connection to the broker ended") from self._broker.failure
        if not self._broker.is_connected:
            self._said = None  # who subscribes at another broker of that name has heard nothing
            self._beat()
            return False
        if self._under_way is not None and not self._under_way.wait(0):
            return False
        self._under_way = None
        self._beat()
        now_ns = self._clock.monotonic_ns()
        try:
            health = self._health()
        except JournalError as error:
            _log.warning("the device's health is not known: %s", type(error).__name__)
            return False
        if health == self._said and now_ns - self._said_ns < self._period_s * NS_PER_S:
            return False
        try:
            message = self._topics.health(health, self._clock.now(), self._period_s * _LIVES)
        except ValueError as error:
            _log.error("the device's health is not told: %s", error)
            return False
        self._under_way = self._broker.publish(message)
        self._said, self._said_ns = health, now_ns
        return True
