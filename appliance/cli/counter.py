"""`comptoir counter`: the core, the display, the buttons, and the journal's writer."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from appliance.base import log
from appliance.base.clock import SystemClock
from appliance.base.process import die_with_parent, stop_on_signals
from appliance.cli.common import settings_option
from appliance.cli.drivers import buttons_of, display_of
from appliance.cli.journals import open_journal
from appliance.counter.eye_server import EyeServer
from appliance.counter.panel import Panel
from appliance.counter.runtime import CounterRuntime
from appliance.counter.store import EventStore
from appliance.journal.doorbell import Doorbell
from appliance.settings import Settings

__all__ = ["command"]


@click.command("counter", help="Tenir le comptoir : écran, boutons, lecteurs et journal.")
@settings_option
def command(settings: Settings) -> None:
    """Run the counter until a signal ends it."""
    log.configure()
    die_with_parent()
    stopping = threading.Event()
    stop_on_signals(stopping)
    clock = SystemClock()
    runtime = Path(settings.paths.runtime_directory)
    journal_lost = threading.Event()
    with open_journal(settings, clock, journal_lost.set) as (journal, device_key):
        doorbell = Doorbell(runtime / "doorbell")
        store = EventStore(journal, doorbell, device_key, runtime / "visits.json", clock)
        counter = CounterRuntime(
            store=store,
            eye_server=lambda tell: EyeServer(runtime / "sightings.sock", tell),
            buttons=buttons_of(settings, runtime, clock),
            panel=Panel(display_of(settings, runtime, clock), runtime / "counter.json", clock),
            clock=clock,
            to_local=lambda moment: moment.astimezone(),
            journal_lost=journal_lost,
            test_identities=settings.counter.test_identities,
        )
        counter.run(stopping)
