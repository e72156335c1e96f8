"""`comptoir mqtt`: the device's health, and where wished events, to a broker. It listens on nothing."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from typing import Any

import click

from appliance.base.clock import Clock, SystemClock
from appliance.cli.common import begin_program, settings_option
from appliance.cli.output_program import Built, Opened, run_outputs
from appliance.health.model import worst
from appliance.health.published import checks_directory, read_published
from appliance.journal import Journal
from appliance.journal.device_key import derive
from appliance.outputs.mqtt.broker import Access, Broker, BrokerError
from appliance.outputs.mqtt.health import HealthPublisher
from appliance.outputs.mqtt.messages import EventContents, Topics
from appliance.outputs.mqtt.sink import MQTT, BrokerSink
from appliance.outputs.report import read_reports
from appliance.settings import Settings
from appliance.texts import outputs as texts

__all__ = ["build_mqtt", "command"]

_DEVICE_DIGITS = 12
_HEALTH = "health"
_S_PER_HOUR = 3600


@click.command("mqtt", help=texts.HELP_MQTT)
@settings_option
def command(settings: Settings) -> None:
    """Run until a signal ends it; at once, where no broker is set."""
    stopping = begin_program()
    clock = SystemClock()
    run_outputs(settings, clock, (MQTT.name,), partial(build_mqtt, settings, clock), stopping)


def build_mqtt(settings: Settings, clock: Clock, opened: Opened, stack: ExitStack) -> Built:
    """What the settings wish; the connection is closed with the stack.

    Raises:
        ClickException: password or authorities cannot be used.
    """
    wished = settings.mqtt
    if not wished.enabled:
        return Built()
    device = wished.device or derive(opened.device_key, "mqtt device").hex()[:_DEVICE_DIGITS]
    topics = Topics(wished.prefix, device)
    software = importlib.metadata.version("comptoir-scanner")
    access = Access(
        wished.host,
        wished.port,
        f"comptoir-{device}",
        wished.authorities,
        wished.username,
        wished.password_file,
    )
    try:
        broker = Broker(access, lambda: topics.birth(software, clock.now()), topics.will())
    except BrokerError as error:
        raise click.ClickException(texts.BROKER_UNUSABLE.format(key=error)) from error
    stack.enter_context(broker)
    publisher = HealthPublisher(
        broker,
        topics,
        partial(_health, settings, opened.journal, clock),
        wished.health_s,
        clock=clock,
        beat=partial(opened.beat, _HEALTH),
    )
    contents = EventContents(wished.events)
    sinks = [BrokerSink(broker, topics, contents, wished.event_expiry_h * _S_PER_HOUR)]
    return Built(sinks if contents is not EventContents.NONE else (), {_HEALTH: publisher.run})


def _health(settings: Settings, journal: Journal, clock: Clock) -> Mapping[str, Any]:
    """How the device is, without any content of an event.

    Of a check its level and code alone: its figures differ at each look, and health is told on each change.
    """
    runtime = settings.paths.runtime_directory
    reports = read_reports(runtime)
    verdicts = read_published(checks_directory(runtime), clock)
    return {
        "level": worst(verdicts).value,
        "checks": {one.id: {"level": one.level.value, "code": one.code} for one in verdicts},
        "journal": {"waiting": journal.status().waiting},
        "outputs": {name: asdict(report) for name, report in reports.items()},
    }
