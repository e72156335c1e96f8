"""`comptoir outputs`: events on cables, for software that does not ask the bridge. No network."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial

import click

from appliance.base.clock import Clock, SystemClock
from appliance.base.threads import StoppableThread, stop_all
from appliance.base.vitality import Vitality
from appliance.cli.common import begin_program, serving, settings_option
from appliance.cli.journals import open_journal
from appliance.cli.output_drivers import LOCAL_OUTPUTS, local_sinks
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.journal.errors import DeviceKeyError, JournalError, TooManyClientsError
from appliance.outputs.client import dismiss, enrol
from appliance.outputs.runner import SILENCE_LIMIT_NS, OutputRunner
from appliance.outputs.sink import Sink
from appliance.settings import Settings
from appliance.texts import outputs as texts

__all__ = ["command", "run_outputs"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
_STOP_S = 4.0


@click.command("outputs", help=texts.HELP)
@settings_option
def command(settings: Settings) -> None:
    """Run the outputs until a signal ends them; at once, where none is wished."""
    stopping = begin_program()
    clock = SystemClock()
    run_outputs(settings, clock, local_sinks(settings, clock), LOCAL_OUTPUTS, stopping)


def run_outputs(
    settings: Settings, clock: Clock, sinks: Sequence[Sink], names: Iterable[str], stopping: threading.Event
) -> None:
    """Serve these sinks as the only ones of these names, until `stopping`.

    Raises:
        ClickException: the journal cannot be used, or takes no further client.
        RuntimeError: an output ended by itself; the program is to be started anew.
    """
    with ExitStack() as stack:
        try:
            journal, device_key = stack.enter_context(open_journal(settings, clock))
            vitality = Vitality({sink.traits.name: SILENCE_LIMIT_NS for sink in sinks}, clock)
            runners = _runners(settings, clock, sinks, names, (journal, device_key, vitality))
        except TooManyClientsError as error:
            raise click.ClickException(texts.FULL) from error
        except (JournalError, DeviceKeyError) as error:
            raise click.ClickException(str(error)) from error
        threads = [
            StoppableThread(f"output {sink.traits.name}", r.run)
            for sink, r in zip(sinks, runners, strict=True)
        ]
        with serving(vitality):
            if not threads:
                _log.info("no output is wished")
                return
            for thread in threads:
                thread.start()
            try:
                _watch(threads, stopping)
            finally:
                stop_all(threads, _STOP_S)


def _runners(
    settings: Settings,
    clock: Clock,
    sinks: Sequence[Sink],
    names: Iterable[str],
    parts: tuple[Journal, bytes, Vitality],
) -> list[OutputRunner]:
    """Enrol what is wished and dismiss what is not, so that nothing waits for who never comes."""
    journal, device_key, vitality = parts
    for name in set(names) - {sink.traits.name for sink in sinks}:
        dismiss(journal, device_key, name)
    runtime = settings.paths.runtime_directory
    return [
        OutputRunner(
            journal,
            enrol(journal, device_key, sink.traits).id,
            sink,
            doorbell=Doorbell(runtime / "doorbell"),
            runtime=runtime,
            clock=clock,
            beat=partial(vitality.beat, sink.traits.name),
        )
        for sink in sinks
    ]


def _watch(threads: Sequence[StoppableThread], stopping: threading.Event) -> None:
    """Wait for the end; an output that ended by itself ends the program, which is then started again."""
    while not stopping.wait(_LOOK_S):
        for thread in threads:
            if thread.failure is not None:
                raise RuntimeError(f"{thread.name} ended") from thread.failure
