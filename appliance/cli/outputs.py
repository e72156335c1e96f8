"""`comptoir outputs`: events on cables, for software that does not ask the bridge. No network."""

from __future__ import annotations

import click

from appliance.base.clock import SystemClock
from appliance.cli.common import begin_program, settings_option
from appliance.cli.output_drivers import LOCAL_OUTPUTS, local_sinks
from appliance.cli.output_program import Built, run_outputs
from appliance.settings import Settings
from appliance.texts import outputs as texts

__all__ = ["command"]


@click.command("outputs", help=texts.HELP)
@settings_option
def command(settings: Settings) -> None:
    """Run the outputs until a signal ends them; at once, where none is wished."""
    stopping = begin_program()
    clock = SystemClock()
    run_outputs(
        settings, clock, LOCAL_OUTPUTS, lambda _opened, _stack: Built(local_sinks(settings, clock)), stopping
    )
