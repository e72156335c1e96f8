"""MQTT 5 against a real Mosquitto over TLS: birth, will, health, and events through cuts."""

from __future__ import annotations

import json
import logging
import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.outputs.client import enrol
from appliance.outputs.mqtt.broker import MAX_SECRET_BYTES, Access, Broker, BrokerError
from appliance.outputs.mqtt.health import HealthPublisher
from appliance.outputs.mqtt.messages import EventContents, Topics
from appliance.outputs.mqtt.sink import MQTT, BrokerSink
from appliance.outputs.runner import OutputRunner
from tests.journal.world import DEVICE_KEY, IDENTITY, World, payload
from tests.outputs.mosquitto import PASSWORD, USER, Line, Mosquitto, Subscriber, eventually, running

CUTS = int(os.environ.get("COMPTOIR_MQTT_CUTS", "4"))
TOPICS = Topics("comptoir", "box-1")
CLOCK = SystemClock()

pytestmark = [
    pytest.mark.processes,
    pytest.mark.timeout(120 + 30 * CUTS),
    pytest.mark.xdist_group("mosquitto"),
]


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with running(tmp_path_factory.mktemp("broker") / "mosquitto", "max_packet_size 20000") as broker:
        yield broker


@pytest.fixture
def subscriber(mosquitto: Mosquitto) -> Iterator[Subscriber]:
    subscriber = Subscriber(mosquitto)
    yield subscriber
    subscriber.close()


def _broker(mosquitto: Mosquitto, port: int | None = None, **changes: Any) -> Broker:
    access: dict[str, Any] = {
        "host": "localhost",
        "port": port or mosquitto.port,
        "client_id": "comptoir-box-1",
        "authorities": mosquitto.authorities,
        "username": USER,
        "password_file": mosquitto.password_file,
    }
    return Broker(Access(**(access | changes)), lambda: TOPICS.birth("1.2.3", CLOCK.now()), TOPICS.will())


@dataclass
class Device:
    """The MQTT output of a device, on its journal."""

    world: World
    closing: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.journal = self.world.closing.enter_context(
            Journal.open(
                self.world.path,
                DEVICE_KEY,
                clock=CLOCK,
                volatile_directory=self.world.volatile,
                on_loss=self.world.losses.append,
            )
        )
        self.client = enrol(self.journal, DEVICE_KEY, MQTT)
        self.bell = Doorbell(self.world.folder / "bell")

    def start(self, broker: Broker, contents: EventContents = EventContents.WITHOUT_IDENTITIES) -> None:
        self.closing.enter_context(broker)
        runner = OutputRunner(
            self.journal,
            self.client.id,
            BrokerSink(broker, TOPICS, contents, 3600),
            doorbell=self.bell,
            runtime=self.world.folder,
            clock=CLOCK,
            beat=lambda: None,
        )
        thread = StoppableThread("output", runner.run)
        thread.start()
        self.closing.callback(lambda: thread.stop(30))

    def stop(self) -> None:
        self.closing.close()

    def append(self, count: int = 1, content: Mapping[str, object] | None = None) -> None:
        for _ in range(count):
            self.journal.append("code.read", content or payload())
        self.bell.ring()

    def waiting(self) -> list[int]:
        return [event.id for event in self.journal.read(self.client.id, 0, 1000)]


@pytest.fixture
def device(world: World) -> Iterator[Device]:
    device = Device(world)
    yield device
    device.stop()


def _states(subscriber: Subscriber) -> list[str]:
    return [json.loads(message.payload)["state"] for message in subscriber.on("/state")]


def test_the_device_says_that_it_comes_and_that_it_goes(mosquitto: Mosquitto, subscriber: Subscriber) -> None:
    with _broker(mosquitto) as broker:
        eventually(lambda: broker.is_connected and "online" in _states(subscriber), "the birth is heard")
    eventually(lambda: _states(subscriber)[-1] == "offline", "the end is heard")


def test_health_is_kept_by_the_broker_and_told_again_when_it_changes(
    mosquitto: Mosquitto, subscriber: Subscriber
) -> None:
    health: dict[str, Any] = {"journal": {"waiting": 0}}
    beats: list[int] = []
    with _broker(mosquitto) as broker:
        publisher = HealthPublisher(
            broker, TOPICS, lambda: dict(health), 60, clock=CLOCK, beat=lambda: beats.append(1)
        )
        eventually(publisher.step, "health is told once the broker is there")
        eventually(lambda: subscriber.on("/health"), "health is heard")
        late = Subscriber(mosquitto, "comptoir/box-1/health")
        try:
            eventually(lambda: late.on("/health"), "the broker kept it")
            message = late.on("/health")[0]
            assert message.retain
            assert message.properties is not None
            assert 0 < message.properties.MessageExpiryInterval <= 180
            assert message.properties.ContentType == "application/json"
            assert json.loads(message.payload)["journal"] == {"waiting": 0}
            assert not any(publisher.step() for _ in range(3))
            health["journal"] = {"waiting": 1}
            eventually(publisher.step, "a change is told")
            eventually(lambda: len(late.on("/health")) == 2, "the change is heard")
        finally:
            late.close()
    assert beats


def test_no_identity_leaves_unless_it_is_set(
    mosquitto: Mosquitto, subscriber: Subscriber, device: Device, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        device.start(_broker(mosquitto))
        device.append(3)
        eventually(lambda: not device.waiting(), "the broker has them")
        eventually(lambda: len(subscriber.events()) == 3, "they are heard")
    assert all(set(event) == {"id", "at", "kind"} for event in subscriber.events())
    assert IDENTITY.encode() not in b"".join(message.payload for message in subscriber.heard)
    assert IDENTITY not in caplog.text
    assert PASSWORD not in caplog.text
    assert device.journal.acks_after(0) == []


def test_with_identities_they_do(mosquitto: Mosquitto, subscriber: Subscriber, device: Device) -> None:
    device.start(_broker(mosquitto), EventContents.WITH_IDENTITIES)
    device.append()
    eventually(subscriber.events, "it is heard")
    assert subscriber.events()[0]["payload"] == payload()


def test_what_the_broker_does_not_take_lets_the_next_through(
    mosquitto: Mosquitto, subscriber: Subscriber, device: Device
) -> None:
    device.start(_broker(mosquitto), EventContents.WITH_IDENTITIES)
    device.append(content={"text": "x" * 20_000})
    device.append()
    eventually(lambda: [event["id"] for event in subscriber.events()] == [2], "the second is heard")
    eventually(lambda: not device.waiting(), "the first is given up")


# paho leaves a socket whose handshake failed to Python, which closes it and warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("change", ["password", "authorities"])
def test_a_broker_that_is_not_ours_gets_nothing(
    mosquitto: Mosquitto, device: Device, tmp_path: Path, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password\n")
    changes: dict[str, Any] = {"password_file": wrong} if change == "password" else {"authorities": None}
    broker = _broker(mosquitto, **changes)
    line = Line(mosquitto)
    try:
        with caplog.at_level(logging.INFO), _broker(mosquitto, line.port, **changes) as broker:
            eventually(lambda: line.tries >= 2, "it tries, and tries again")
            assert not broker.is_connected
    finally:
        line.close()


def test_the_password_is_a_bounded_line(mosquitto: Mosquitto, tmp_path: Path) -> None:
    file = tmp_path / "password"
    access = Access("localhost", 1, "x", username="u", password_file=file)
    file.write_text("p" * MAX_SECRET_BYTES)
    assert access.password() == "p" * MAX_SECRET_BYTES
    for content in (b"", b"\n", b"p" * (MAX_SECRET_BYTES + 1), b"\xff"):
        file.write_bytes(content)
        with pytest.raises(BrokerError, match="password_file"):
            access.password()
    file.unlink()
    with pytest.raises(BrokerError, match="password_file"):
        access.password()
    with pytest.raises(BrokerError, match="authorities"):
        _broker(mosquitto, authorities=mosquitto.password_file)


def _lose_answers_then_cut(line: Line, device: Device) -> None:
    line.swallow_answers()
    device.append()
    assert line.swallowed.wait(45)
    line.cut()


def _restart(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    mosquitto.start()


def test_every_event_is_heard_through_cuts(
    tmp_path: Path, device: Device, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(20261201)
    with running(tmp_path / "cut broker") as mosquitto:
        subscriber = Subscriber(mosquitto)
        line = Line(mosquitto)
        cuts: tuple[Callable[[], None], ...] = (
            line.cut,
            lambda: _lose_answers_then_cut(line, device),
            lambda: _restart(mosquitto),
            device.stop,
        )
        appending = threading.Event()
        appender = threading.Thread(target=_append_steadily, args=(device, appending))
        appender.start()
        try:
            for number in range(CUTS):
                if number % len(cuts) == 0:
                    broker = _broker(mosquitto, line.port)
                    device.start(broker)
                before = len(subscriber.events())
                enough = before + chance.randint(1, 10)
                eventually(lambda enough=enough: len(subscriber.events()) >= enough, "events come through")
                cuts[number % len(cuts)]()
            device.stop()
            appending.set()
            appender.join()
            device.start(_broker(mosquitto, line.port))
            eventually(lambda: not device.waiting(), "the broker has everything")
            last = device.journal.last_id()
            eventually(lambda: len(_ids(subscriber)) == last, "everything is heard")
        finally:
            appending.set()
            device.stop()
            line.close()
            subscriber.close()
    heard = [event["id"] for event in subscriber.events()]
    assert sorted(set(heard)) == list(range(1, last + 1))
    firsts = list(dict.fromkeys(heard))
    assert firsts == sorted(firsts)
    with capsys.disabled():
        print(f"\n{CUTS} cuts: {last} events, each heard; {len(heard) - last} heard twice")


def _ids(subscriber: Subscriber) -> set[int]:
    return {event["id"] for event in subscriber.events()}


def _append_steadily(device: Device, stopping: threading.Event) -> None:
    while not stopping.wait(0.05):
        device.append()
