"""The programs of outputs as a whole: enrolled, served, ended, dismissed."""

from __future__ import annotations

import json
import os
import pty
import select
import threading
import tty
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.cli.journals import open_journal
from appliance.cli.mqtt import build_mqtt
from appliance.cli.output_drivers import LOCAL_OUTPUTS, local_sinks
from appliance.cli.output_program import Built, run_outputs
from appliance.health.model import Answer, Verdict
from appliance.health.published import checks_directory, publish
from appliance.health.registry import Source
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.journal.model import Event
from appliance.outputs.serial_line.framing import ACK
from appliance.outputs.sink import Delivery, Turn
from appliance.settings import MqttSettings, PathSettings, SerialSettings, Settings
from tests.outputs.mosquitto import PASSWORD, USER, Subscriber, eventually, running
from tests.outputs.recording import RecordingSink

CLOCK = SystemClock()


def _settings(folder: Path, mqtt: MqttSettings | None = None) -> Settings:
    for name in ("state", "run"):
        (folder / name).mkdir()
    paths = PathSettings(state_directory=folder / "state", runtime_directory=folder / "run")
    return Settings(paths=paths, mqtt=mqtt or MqttSettings())


def _looking(settings: Settings, look: Callable[[Journal], object]) -> object:
    with open_journal(settings, CLOCK) as (journal, _):
        return look(journal)


def _append(journal: Journal) -> None:
    journal.append("code.read", {})


def test_an_output_is_served_and_then_forgotten_when_it_is_no_longer_wished(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    stopping = threading.Event()

    def take(_event: Event, _turn: Turn) -> Delivery:
        stopping.set()
        return Delivery.TAKEN

    sink = RecordingSink(answer=take)
    run = partial(run_outputs, settings, CLOCK, ("serial", "keyboard"))
    program = StoppableThread("program", lambda _: run(lambda _opened, _stack: Built([sink]), stopping))
    program.start()
    eventually(lambda: _looking(settings, Journal.clients), "the output is enrolled")
    _looking(settings, _append)
    Doorbell(settings.paths.runtime_directory / "doorbell").ring()
    program.join(60)
    assert (program.is_alive(), program.failure, sink.given, sink.closed) == (False, None, [1], 1)
    assert [ack.event_id for ack in _looking(settings, lambda journal: journal.acks_after(0))] == [1]  # type: ignore[attr-defined]
    run(lambda _opened, _stack: Built(), threading.Event())
    assert _looking(settings, Journal.clients) == []


def test_an_output_that_ends_by_itself_ends_the_program(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    sink = RecordingSink()
    sink.look = lambda: 1 // 0  # type: ignore[assignment,method-assign]
    with pytest.raises(RuntimeError, match="output serial ended"):
        run_outputs(settings, CLOCK, ("serial",), lambda _opened, _stack: Built([sink]), threading.Event())
    assert sink.closed == 1


def test_a_serial_line_of_the_settings_gives_the_host_the_code_and_the_lgo_has_it(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    tty.setraw(master)
    serial = SerialSettings(driver="port", device=Path(os.ttyname(slave)), frame="stx_etx", answers="ack_nak")
    settings = _settings(tmp_path).model_copy(update={"serial": serial})
    stopping = threading.Event()
    run = partial(run_outputs, settings, CLOCK, LOCAL_OUTPUTS)
    program = StoppableThread(
        "program", lambda _: run(lambda _opened, _stack: Built(local_sinks(settings, CLOCK)), stopping)
    )
    program.start()
    try:
        eventually(lambda: _looking(settings, Journal.clients), "the output is enrolled")
        code = {
            "kind": "medicine",
            "text": "]",
            "symbology": "DataMatrix",
            "payload": {"cip13": "3400935955838"},
        }
        _looking(settings, lambda journal: journal.append("code.read", code))
        assert select.select([master], [], [], 60)[0]
        assert os.read(master, 100) == b"\x023400935955838\r\x03"
        os.write(master, bytes([ACK]))
        eventually(
            lambda: _looking(settings, lambda journal: journal.acks_after(0)), "the journal has the ack"
        )
    finally:
        stopping.set()
        program.join(60)
        os.close(master)
        os.close(slave)
    assert (program.is_alive(), program.failure) == (False, None)


@pytest.mark.processes
@pytest.mark.timeout(180)
@pytest.mark.xdist_group("mosquitto")
def test_the_mqtt_program_tells_health_and_only_the_events_that_are_wished(tmp_path: Path) -> None:
    with running(tmp_path / "mosquitto") as broker:
        (tmp_path / "secret").write_text(PASSWORD)
        mqtt = MqttSettings(
            enabled=True,
            host="localhost",
            port=broker.port,
            authorities=broker.authorities,
            username=USER,
            password_file=tmp_path / "secret",
            events="without_identities",
        )
        settings = _settings(tmp_path, mqtt)
        publish(
            checks_directory(settings.paths.runtime_directory),
            Source.COUNTER,
            [Verdict("lgo", Answer.warning("absent"))],
            CLOCK,
        )
        subscriber = Subscriber(broker)
        stopping = threading.Event()
        program = StoppableThread(
            "program",
            lambda _: run_outputs(settings, CLOCK, ("mqtt",), partial(build_mqtt, settings, CLOCK), stopping),
        )
        program.start()
        try:
            eventually(lambda: subscriber.on("/health"), "health is heard")
            health = json.loads(subscriber.on("/health")[0].payload)
            assert (health["level"], health["checks"]) == (
                "warning",
                {"lgo": {"level": "warning", "code": "absent"}},
            )
            _looking(settings, _append)
            eventually(subscriber.events, "the event is heard")
            assert set(subscriber.events()[0]) == {"id", "at", "kind"}
        finally:
            stopping.set()
            program.join(60)
            subscriber.close()
    assert (program.is_alive(), program.failure) == (False, None)
    run_outputs(
        _off(settings), CLOCK, ("mqtt",), partial(build_mqtt, _off(settings), CLOCK), threading.Event()
    )
    assert _looking(settings, Journal.clients) == []


def _off(settings: Settings) -> Settings:
    return settings.model_copy(update={"mqtt": MqttSettings()})
