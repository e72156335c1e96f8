"""`comptoir psc`: the demonstration's Pro Santé Connect; the page has the person's telephone."""

from __future__ import annotations

import logging

import click

from appliance.base.clock import SystemClock
from appliance.cli.common import begin_program, settings_option
from appliance.settings import Settings
from appliance.simulation.pro_sante_connect.app import ProviderServer, create_app
from appliance.simulation.pro_sante_connect.phone import Phone
from appliance.simulation.pro_sante_connect.program import (
    CLIENT_ID,
    client_secret_file,
    issuer,
    phone_folder,
    tls_files,
)
from appliance.simulation.pro_sante_connect.provider import Provider
from appliance.texts.pro_sante_connect import HELP, HELP_PORT

__all__ = ["command"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
_INTERVAL_S = 1
"""The real one asks for five seconds between two polls; nobody at a demonstration wants to wait so long."""


@click.command("psc", help=HELP)
@settings_option
@click.option("--port", required=True, type=click.IntRange(1, 65535), help=HELP_PORT)
def command(settings: Settings, *, port: int) -> None:
    """Run until a signal ends it."""
    stopping = begin_program()
    clock = SystemClock()
    runtime = settings.paths.runtime_directory
    secret = client_secret_file(runtime).read_text(encoding="ascii")
    phone = Phone(phone_folder(runtime))
    phone.clear()
    provider = Provider(issuer(port), (CLIENT_ID, secret), clock, phone, interval_s=_INTERVAL_S)
    with ProviderServer(create_app(provider, clock), tls_files(runtime), port) as server:
        _log.info("the simulated Pro Santé Connect serves on 127.0.0.1:%d", port)
        while not stopping.wait(_LOOK_S):
            if server.failure is not None:
                raise RuntimeError("the server ended") from server.failure
