"""`comptoir virtual-cards`: a PC/SC daemon of the demonstration's own, with readers that the page fills."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from random import SystemRandom

import click

from appliance.base.clock import Clock, SystemClock
from appliance.cli.common import begin_program, settings_option
from appliance.settings import Settings
from appliance.simulation.cards.catalogue import CardBox
from appliance.simulation.cards.igc_folder import load_or_create
from appliance.simulation.cards.pcscd import PcscdUnavailableError, VirtualReaders
from appliance.simulation.cards.program import clear_folder, note_daemon, readers_folder, slots_path
from appliance.simulation.cards.slots import SlotsFile, SlotsFollower
from appliance.texts.virtual_cards import HELP

__all__ = ["command"]

_log = logging.getLogger(__name__)


@click.command("virtual-cards", help=HELP)
@settings_option
def command(settings: Settings) -> None:
    """Run until a signal ends it."""
    stopping = begin_program()
    clock = SystemClock()
    runtime = settings.paths.runtime_directory
    clear_folder(runtime)
    readers_folder(runtime).mkdir(mode=0o700)
    try:
        _serve(settings, clock, stopping)
    except PcscdUnavailableError as error:
        # Started again, it would fail again: it stays, so that the reason is said once.
        _log.error("no virtual readers: %s", error)
        stopping.wait()


def _serve(settings: Settings, clock: Clock, stopping: threading.Event) -> None:
    runtime = settings.paths.runtime_directory
    now = datetime.now(UTC)
    igc = load_or_create(settings.paths.state_directory, now)
    box = CardBox(now, clock, SystemRandom(), igc)
    with VirtualReaders(readers_folder(runtime), clock) as readers:
        note_daemon(runtime, readers.pid)
        SlotsFollower(SlotsFile(slots_path(runtime)), readers.slots, box).run(stopping)
