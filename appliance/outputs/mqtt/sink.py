"""The journal's events to the broker, one after the other: the journal is the outbox."""

from __future__ import annotations

from appliance.journal.model import Event
from appliance.outputs.mqtt.broker import Broker, Publication
from appliance.outputs.mqtt.messages import EventContents, Topics
from appliance.outputs.sink import Delivery, Traits, Turn
from appliance.texts import outputs as texts

__all__ = ["MQTT", "BrokerSink"]

MQTT = Traits("mqtt", texts.MQTT_TITLE, is_copy=True)

_SLICE_S = 0.5
_SLICES = 20


class BrokerSink:
    """Publishes an event and waits for the broker's word that it has it.

    Args:
        broker: entered elsewhere; not closed by this sink.
        topics: of this device.
        contents: how much of an event leaves the pharmacy.
        expiry_s: how long the broker keeps it for who is away.
    """

    traits = MQTT

    def __init__(self, broker: Broker, topics: Topics, contents: EventContents, expiry_s: int) -> None:
        self._broker = broker
        self._topics = topics
        self._contents = contents
        self._expiry_s = expiry_s
        self._under_way: tuple[int, Publication] | None = None

    def wants(self, event: Event) -> bool:
        """Whether anything of it may be told."""
        return self._topics.event(event, self._contents, self._expiry_s) is not None

    def look(self) -> bool:
        """Whether the broker is there."""
        return self._broker.is_connected

    def deliver(self, event: Event, turn: Turn) -> Delivery:
        """Publish it, once in this program's life: paho itself sends again what is under way."""
        if self._under_way is None or self._under_way[0] != event.id:
            message = self._topics.event(event, self._contents, self._expiry_s)
            if message is None or not self._broker.takes(message):
                return Delivery.REFUSED
            self._under_way = (event.id, self._broker.publish(message))
        publication = self._under_way[1]
        for _ in range(_SLICES):
            if publication.wait(_SLICE_S):
                self._under_way = None
                return Delivery.LATER if publication.is_refused else Delivery.TAKEN
            turn.beat()
            if turn.stopping.is_set() or not self._broker.is_connected:
                break
        return Delivery.LATER

    def close(self) -> None:
        """Nothing of its own to close."""
