"""What the programs of outputs share: the journal, a thread an output, the watchdog's food, the end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

import click

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.threads import StoppableThread, stop_all
from appliance.base.vitality import Vitality
from appliance.cli.common import serving
from appliance.cli.journals import open_journal
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.journal.errors import DeviceKeyError, JournalError, TooManyClientsError
from appliance.outputs.client import dismiss, enrol
from appliance.outputs.runner import SILENCE_LIMIT_NS, OutputRunner
from appliance.outputs.sink import Sink
from appliance.settings import Settings
from appliance.texts import outputs as texts

__all__ = ["Built", "Opened", "run_outputs"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
_STOP_S = 4.0

_COMPANION_LIMIT_NS = 300 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Opened:
    """What a program's outputs may work with; `beat(part)` is the sign of life of that part."""

    journal: Journal
    device_key: bytes = field(repr=False)
    beat: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a program runs.

    Attributes:
        sinks: an output each; closed by the program.
        companions: further work by its name, a thread each, which beats under that name.
    """

    sinks: Sequence[Sink] = ()
    companions: Mapping[str, Callable[[threading.Event], None]] = field(default_factory=dict)


def run_outputs(
    settings: Settings,
    clock: Clock,
    names: Iterable[str],
    build: Callable[[Opened, ExitStack], Built],
    stopping: threading.Event,
) -> None:
    """Serve what `build` gives as the only outputs of these names, until `stopping`; nothing ends at once.

    Raises:
        ClickException: the journal cannot be used, or takes no further client.
        RuntimeError: an output ended by itself; the program is to be started anew.
    """

    def beat(part: str) -> None:
        vitality.beat(part)

    with ExitStack() as stack:
        try:
            journal, device_key = stack.enter_context(open_journal(settings, clock))
            built = build(Opened(journal, device_key, beat), stack)
            limits = {sink.traits.name: SILENCE_LIMIT_NS for sink in built.sinks}
            vitality = Vitality(limits | dict.fromkeys(built.companions, _COMPANION_LIMIT_NS), clock)
            threads = _threads(settings, clock, names, built, (journal, device_key, vitality))
        except TooManyClientsError as error:
            raise click.ClickException(texts.FULL) from error
        except (JournalError, DeviceKeyError) as error:
            raise click.ClickException(str(error)) from error
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


def _threads(
    settings: Settings,
    clock: Clock,
    names: Iterable[str],
    built: Built,
    parts: tuple[Journal, bytes, Vitality],
) -> list[StoppableThread]:
    """Enrol what is wished and dismiss what is not, so that nothing waits for who never comes."""
    journal, device_key, vitality = parts
    for name in set(names) - {sink.traits.name for sink in built.sinks}:
        dismiss(journal, device_key, name)
    runtime = settings.paths.runtime_directory
    threads = [StoppableThread(name, work) for name, work in built.companions.items()]
    for sink in built.sinks:
        name = sink.traits.name
        runner = OutputRunner(
            journal,
            enrol(journal, device_key, sink.traits).id,
            sink,
            doorbell=Doorbell(runtime / "doorbell"),
            runtime=runtime,
            clock=clock,
            beat=partial(vitality.beat, name),
        )
        threads.append(StoppableThread(f"output {name}", runner.run))
    return threads


def _watch(threads: Sequence[StoppableThread], stopping: threading.Event) -> None:
    """Wait for the end; an output that ended by itself ends the program, which is then started again."""
    while not stopping.wait(_LOOK_S):
        for thread in threads:
            if thread.failure is not None:
                raise RuntimeError(f"{thread.name} ended") from thread.failure
