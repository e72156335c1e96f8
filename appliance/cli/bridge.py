"""`comptoir bridge`: HTTPS for the LGO, and with `--console` the page. No camera, no reader, no GPIO."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import click

from appliance.base.clock import Clock, SystemClock
from appliance.base.threads import StoppableThread, ZombieThreadError
from appliance.base.vitality import Vitality
from appliance.bridge.app import create_app, long_polls_of
from appliance.bridge.discovery import Discovery, addresses_of, device_name
from appliance.bridge.identity import KEY_FILE, DeviceIdentity, IdentityError, load_or_create_identity
from appliance.bridge.probe import LIMITS_NS, Probe
from appliance.bridge.rights import Extension
from appliance.bridge.server import BridgeServer
from appliance.bridge.technician import technician_extension
from appliance.cli.about import local_address
from appliance.cli.common import begin_program, serving, settings_option
from appliance.cli.health import reporting
from appliance.cli.journals import open_journal
from appliance.cli.status_sources import board_of, page_shelf_of
from appliance.cli.typing_preview import answer
from appliance.health.checks.served import ServedCheck
from appliance.health.published import checks_directory, read_published
from appliance.health.registry import Source
from appliance.journal.doorbell import Doorbell
from appliance.journal.errors import DeviceKeyError, JournalError
from appliance.settings import Settings
from appliance.texts import bridge as texts
from appliance.texts.pro_sante_connect import HELP_BRIDGE

__all__ = ["command"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
_GOODBYE_S = 1.0
"""A network that does not take the goodbye does not keep the bridge from ending."""

_LOOKS_PER_PROBE = 10
_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@click.command("bridge", help=texts.HELP)
@settings_option
@click.option("--console", is_flag=True, help=texts.HELP_CONSOLE)
@click.option("--virtual-cards", is_flag=True, help=texts.HELP_VIRTUAL_CARDS)
@click.option("--phone", is_flag=True, help=HELP_BRIDGE)
def command(settings: Settings, *, console: bool, virtual_cards: bool, phone: bool) -> None:
    """Run the bridge until a signal ends it."""
    stopping = begin_program()
    clock = SystemClock()
    names = _names_of_this_device()
    identity = _identity(settings, names, clock)
    pages = _extensions(settings, clock, virtual_cards=virtual_cards, phone=phone) if console else ()
    with ExitStack() as stack:
        try:
            journal, device_key = stack.enter_context(open_journal(settings, clock))
        except (JournalError, DeviceKeyError) as error:
            raise click.ClickException(str(error)) from error
        doorbell = Doorbell(settings.paths.runtime_directory / "doorbell")
        typing = partial(answer, settings.keyboard, clock=clock)
        checks = partial(read_published, checks_directory(settings.paths.runtime_directory), clock)
        app = create_app(
            journal,
            doorbell=doorbell,
            settings=settings,
            clock=clock,
            key_sha256=identity.key_sha256,
            board=board_of(settings, device_key, clock),
            pages=page_shelf_of(settings, device_key, clock),
            extra_blueprints=(
                technician_extension(settings, journal, doorbell, clock, checks, typing),
                *pages,
            ),
            device_names=(*names, device_name(identity.key_sha256)),
            checks=checks,
        )
        polls = stack.enter_context(long_polls_of(app))
        address = (settings.bridge.host, settings.bridge.port)
        server = BridgeServer(app, address, identity, clock=clock, before_stop=polls.end_all)
        try:
            stack.enter_context(server)
        except OSError as error:
            text = texts.ADDRESS_UNUSABLE.format(host=address[0], port=address[1])
            raise click.ClickException(text) from error
        _log.info("serving on https://%s:%d, key %s", *server.address, identity.pin)
        stack.enter_context(_announced(settings, server, identity))
        vitality = Vitality(LIMITS_NS, clock)
        served = (ServedCheck(*server.address),)
        with serving(vitality), reporting(Source.BRIDGE, settings.paths.runtime_directory, served, clock):
            _serve(server, Probe(server.address, identity, vitality), stopping)


def _serve(server: BridgeServer, probe: Probe, stopping: threading.Event) -> None:
    """Wait for the end; a server that ended by itself ends the program, which is then started again."""
    looks = 0
    while not stopping.wait(_LOOK_S):
        if server.failure is not None:
            raise RuntimeError("the server ended") from server.failure
        if looks % _LOOKS_PER_PROBE == 0:
            probe.ask()
        looks += 1


@contextmanager
def _announced(settings: Settings, server: BridgeServer, identity: DeviceIdentity) -> Iterator[None]:
    """Where the settings want it, multicast DNS tells of the bridge as long as it serves."""
    if not settings.bridge.discovery:
        yield
        return
    host = settings.bridge.host
    discovery = Discovery(identity.key_sha256, server.address[1], lambda: addresses_of(host, local_address))
    thread = StoppableThread("discovery", discovery.run)
    thread.start()
    try:
        yield
    finally:
        try:
            thread.stop(_GOODBYE_S)
        except ZombieThreadError as error:
            _log.warning("%s", error)


def _names_of_this_device() -> tuple[str, ...]:
    """`<host name>.local`, by which multicast DNS finds it (RFC 6762)."""
    label = socket.gethostname().split(".", maxsplit=1)[0].lower()
    return (f"{label}.local",) if _HOST_LABEL.fullmatch(label) and label != "localhost" else ()


def _identity(settings: Settings, names: Sequence[str], clock: Clock) -> DeviceIdentity:
    directory = settings.paths.state_directory / "bridge"
    wanted = settings.bridge
    try:
        return load_or_create_identity(directory, [wanted.host, *wanted.hosts, *names], clock)
    except IdentityError as error:
        raise click.ClickException(texts.KEY_UNUSABLE.format(path=directory / KEY_FILE)) from error
    except OSError as error:
        raise click.ClickException(texts.CERTIFICATE_UNWRITABLE.format(path=directory)) from error


def _extensions(settings: Settings, clock: Clock, *, virtual_cards: bool, phone: bool) -> Sequence[Extension]:
    """The demonstration's page, and where the counter is simulated the controls of its world.

    Imported only here: the bridge of a device loads no OpenCV and no simulation.
    """
    from appliance.bridge.console import console_extension  # noqa: PLC0415

    runtime = settings.paths.runtime_directory
    worlds: dict[str, Extension] = {}
    if settings.camera.driver == "simulated":
        from appliance.simulation import console  # noqa: PLC0415
        from appliance.simulation.scene import SceneFile  # noqa: PLC0415

        worlds[console.CAPABILITY] = console.world_extension(SceneFile(runtime / "scene.json"), clock)
    if virtual_cards:
        from appliance.simulation.cards import console as cards  # noqa: PLC0415
        from appliance.simulation.cards.program import slots_path  # noqa: PLC0415
        from appliance.simulation.cards.slots import SlotsFile  # noqa: PLC0415

        worlds[cards.CAPABILITY] = cards.cards_extension(SlotsFile(slots_path(runtime)))
    if phone:
        from appliance.simulation.pro_sante_connect import console as telephone  # noqa: PLC0415
        from appliance.simulation.pro_sante_connect.program import phone_folder  # noqa: PLC0415

        worlds[telephone.CAPABILITY] = telephone.phone_extension(phone_folder(runtime))
    return (console_extension(runtime, clock, capabilities=frozenset(worlds)), *worlds.values())
