"""`comptoir bridge`: HTTPS for the LGO, and with `--console` the page. No camera, no reader, no GPIO."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from appliance.base import log
from appliance.base.clock import Clock, SystemClock
from appliance.base.process import die_with_parent, stop_on_signals
from appliance.bridge.app import create_app, long_polls_of
from appliance.bridge.console import console_extension
from appliance.bridge.identity import load_or_create_identity
from appliance.bridge.rights import Extension
from appliance.bridge.server import BridgeServer
from appliance.cli.common import settings_option
from appliance.cli.journals import open_journal
from appliance.journal.doorbell import Doorbell
from appliance.settings import Settings
from appliance.simulation.console import world_extension
from appliance.simulation.scene import SceneFile

__all__ = ["command"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2


@click.command("bridge", help="Servir les événements au logiciel de la pharmacie.")
@settings_option
@click.option("--console", is_flag=True, help="Servir aussi la page du comptoir.")
def command(settings: Settings, *, console: bool) -> None:
    """Run the bridge until a signal ends it."""
    log.configure()
    die_with_parent()
    stopping = threading.Event()
    stop_on_signals(stopping)
    clock = SystemClock()
    runtime = Path(settings.paths.runtime_directory)
    wanted = settings.bridge
    identity = load_or_create_identity(
        Path(settings.paths.state_directory) / "bridge", [wanted.host, *wanted.hosts], clock
    )
    with open_journal(settings, clock) as (journal, _):
        app = create_app(
            journal,
            doorbell=Doorbell(runtime / "doorbell"),
            settings=settings,
            clock=clock,
            extra_blueprints=_extensions(settings, runtime, clock) if console else (),
        )
        polls = long_polls_of(app)
        server = BridgeServer(
            app.wsgi_app, (wanted.host, wanted.port), identity, clock=clock, before_stop=polls.end_all
        )
        with polls, server:
            _log.info("serving on https://%s:%d", *server.address)
            while not stopping.wait(_LOOK_S):
                if server.failure is not None:
                    raise RuntimeError("the server ended") from server.failure


def _extensions(settings: Settings, runtime: Path, clock: Clock) -> Sequence[Extension]:
    """The page, and where the counter is simulated the controls of its world."""
    if settings.camera.driver != "simulated":
        return (console_extension(runtime, clock),)
    world = world_extension(SceneFile(runtime / "scene.json"), clock)
    return (console_extension(runtime, clock, capabilities=frozenset({"world"})), world)
