"""`comptoir national-base`: the simulated national base of the demonstration, on a port of this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from appliance.base.clock import SystemClock
from appliance.cards.trust import TrustStore
from appliance.cli.common import begin_program, settings_option
from appliance.prescriptions.tlsi.ordonnance_operations import IS_DEMONSTRATION
from appliance.settings import Settings
from appliance.simulation.cards.igc_folder import load_or_create
from appliance.simulation.national_base.gate import Gate, Igc
from appliance.simulation.national_base.program import load_or_create_keys, whims_path
from appliance.simulation.national_base.records import fictitious_records
from appliance.simulation.national_base.server import BaseServer
from appliance.simulation.national_base.service import SimulatedBase
from appliance.simulation.national_base.whims import WhimsFile
from appliance.texts.tlsi import BASE_HELP, BASE_LISTENS, DEMONSTRATION_CONTRACT

__all__ = ["command"]


@click.command("national-base", help=BASE_HELP)
@settings_option
def command(settings: Settings) -> None:
    """Run until a signal ends it, where `tlsi.url` of the settings points to."""
    stopping = begin_program()
    clock = SystemClock()
    keys = load_or_create_keys(settings.paths.state_directory, clock.now())
    igc = load_or_create(settings.paths.state_directory, clock.now())
    known = Igc(TrustStore(igc.authorities), (igc.revocation_list(),))
    base = SimulatedBase(Gate(lambda: known), fictitious_records(clock.now().astimezone().date()))
    parts = urlsplit(settings.tlsi.url)
    server = BaseServer(
        base,
        keys,
        WhimsFile(whims_path(settings.paths.runtime_directory)),
        clock,
        (parts.hostname or "127.0.0.1", parts.port or 0),
    )
    click.echo(BASE_LISTENS.format(url=server.url))
    if IS_DEMONSTRATION:
        click.echo(DEMONSTRATION_CONTRACT)
    server.serve(stopping)
