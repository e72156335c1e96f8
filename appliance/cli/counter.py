"""`comptoir counter`: the core, the display, the buttons, and the journal's writer."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appliance.base.clock import NS_PER_S, Clock, SystemClock
from appliance.base.vitality import Vitality
from appliance.cards.inputs import CardInput
from appliance.cards.trust import TrustFolderError, TrustStore
from appliance.cli.about import about, page_address
from appliance.cli.common import begin_program, serving, settings_option
from appliance.cli.counter_checks import Attached, counter_checks
from appliance.cli.drivers import buttons_of, display_of, lamp_of, speaker_of
from appliance.cli.health import reporting
from appliance.cli.journals import open_journal
from appliance.cli.status_sources import page_shelf_of, status_desk_of
from appliance.counter.door_desk import DoorDesk
from appliance.counter.eye_server import EyeServer
from appliance.counter.face import Face, Rules
from appliance.counter.face_inputs import ChecksTold
from appliance.counter.meters import Meters
from appliance.counter.page_desk import PageDesk
from appliance.counter.pairing_desk import PairingDesk
from appliance.counter.panel import Panel
from appliance.counter.preferences import PREFERENCES_NAME, Preferences, read_preferences
from appliance.counter.readers import DeskOfReaders, Readers
from appliance.counter.runtime import CounterRuntime
from appliance.counter.services import MenuServices
from appliance.counter.signals import Night, Signals
from appliance.counter.store import EventStore
from appliance.counter.update_watch import UpdateWatch
from appliance.display.menu_screens import Veiled
from appliance.display.mirror import OledMirror
from appliance.display.oled import Display
from appliance.display.render import render
from appliance.health.faces import oled_checks
from appliance.health.model import Verdict
from appliance.health.registry import Source
from appliance.journal.doorbell import Doorbell
from appliance.pairing.door import DoorFiles
from appliance.pairing.exchange import PairingFiles
from appliance.settings import Settings
from appliance.texts.counter import AUTHORITIES_UNUSABLE

if TYPE_CHECKING:
    from appliance.cards.signing import SignatureDesk
    from appliance.counter.insi_desk import InsiDesk
    from appliance.counter.psc_desk import PscDesk
    from appliance.prescriptions.tlsi.client import TlsiClient

__all__ = ["command"]

_log = logging.getLogger(__name__)

_TURNS = "turns"
_TURNS_LIMIT_NS = 8 * NS_PER_S
"""A turn waits 0.2 s for something to happen, and writes the journal: longer is a disk that hangs."""


@click.command("counter", help="Tenir le comptoir : écran, boutons, lecteurs et journal.")
@settings_option
def command(settings: Settings) -> None:
    """Run the counter until a signal ends it."""
    stopping = begin_program()
    clock = SystemClock()
    runtime = Path(settings.paths.runtime_directory)
    journal_lost = threading.Event()
    vitality = Vitality({_TURNS: _TURNS_LIMIT_NS}, clock)
    preferences_file = Path(settings.paths.state_directory) / PREFERENCES_NAME
    with open_journal(settings, clock, journal_lost.set) as (journal, device_key):
        doorbell = Doorbell(runtime / "doorbell")
        store = EventStore(journal, doorbell, device_key, runtime / "visits.json", clock)
        readers = _readers(settings, clock, runtime)
        client = _tlsi(settings, device_key, clock, None if readers is None else readers.signatures)
        pairing = PairingDesk(PairingFiles(runtime), clock, secrets.token_hex)
        pairing.start()
        display, buttons = display_of(settings, runtime, clock), buttons_of(settings, runtime, clock)
        speaker, lamp = speaker_of(settings, clock), lamp_of(settings, clock)
        signals = Signals(speaker, lamp, clock)
        door = _door(settings, runtime, clock)
        door.start()
        counter = CounterRuntime(
            store=store,
            eye_server=lambda tell: EyeServer(runtime / "sightings.sock", tell),
            buttons=buttons,
            panel=_panel(settings, display, signals, runtime, clock),
            clock=clock,
            to_local=lambda moment: moment.astimezone(),
            journal_lost=journal_lost,
            test_identities=settings.counter.test_identities,
            readers=readers,
            beat=lambda: vitality.beat(_TURNS),
            services=MenuServices(
                journal, preferences_file, about, pairing, door, UpdateWatch(runtime, clock)
            ),
            face=_face(settings, preferences_file),
            meters=Meters(runtime / "preview"),
            statuses=status_desk_of(settings, device_key, doorbell, clock, client),
            psc=_pro_sante_connect(settings, clock),
            insi=_insi(settings, client, clock, readers),
            pages=_pages(settings, device_key, clock),
            expiry_days=settings.counter.expiry_warning_days,
        )
        checks = counter_checks(
            settings,
            Attached(display, buttons, lamp, speaker),
            storage_ok=lambda: counter.state.storage_ok,
            waiting=lambda: journal.status().waiting,
            link=lambda: counter.state.link.value,
        )

        def told(verdicts: tuple[Verdict, ...]) -> None:
            counter.tell(ChecksTold(oled_checks(verdicts)))

        with serving(vitality), reporting(Source.COUNTER, runtime, checks, clock, told):
            counter.run(stopping)


def _door(settings: Settings, runtime: Path, clock: Clock) -> DoorDesk:
    wanted = settings.bridge
    return DoorDesk(
        DoorFiles(runtime),
        clock,
        secrets.token_hex,
        secrets.randbelow,
        lambda: page_address(wanted.host, wanted.port),
    )


def _panel(settings: Settings, display: Display, signals: Signals, runtime: Path, clock: Clock) -> Panel:
    wanted = settings.sound
    night = Night(
        time.fromisoformat(wanted.night_from), time.fromisoformat(wanted.night_to), wanted.night_volume
    )
    mirror = OledMirror(runtime, render(Veiled()), clock)
    return Panel(display, signals, runtime / "counter.json", clock, night, mirror)


def _face(settings: Settings, preferences_file: Path) -> Face:
    """The rules of the settings, and what was set with the buttons over what the settings say."""
    wanted = settings.display
    start = Preferences(wanted.contrast, settings.sound.volume, wanted.large_text)
    rules = Rules(
        veil_ns=wanted.privacy_s * NS_PER_S or None,
        rest_ns=wanted.rest_s * NS_PER_S or None,
    )
    return Face(rules=rules, preferences=read_preferences(preferences_file, start))


def _readers(settings: Settings, clock: Clock, runtime: Path) -> Readers | None:
    """The card readers, where cards are wanted; the desk itself waits for a daemon that is not there yet."""
    if not settings.cards.enabled:
        return None
    try:
        # Imported only here: what reads no cards needs no PC/SC library.
        from appliance.cards.desk import CardDesk  # noqa: PLC0415
        from appliance.cards.pcsc import SystemPcsc  # noqa: PLC0415
    except ImportError:
        _log.error("the PC/SC library is missing: no cards until it is installed and the counter restarted")
        return None
    trust = _trust(settings.cards.authorities)

    def desk(tell: Callable[[CardInput], None]) -> DeskOfReaders:
        return CardDesk(SystemPcsc(), trust, clock, tell)

    return Readers(desk, lambda: secrets.randbelow(10), runtime / "cards.json", clock)


def _pro_sante_connect(settings: Settings, clock: Clock) -> PscDesk | None:
    """The login with the e-CPS, where it is wanted."""
    wanted = settings.pro_sante_connect
    if not wanted.enabled:
        return None
    # Imported only here: a counter that logs nobody in needs no HTTP client.
    from appliance.counter.psc_desk import PscDesk  # noqa: PLC0415
    from appliance.prescriptions.pro_sante_connect.client import PscClient  # noqa: PLC0415
    from appliance.prescriptions.pro_sante_connect.configuration import PscConfiguration  # noqa: PLC0415
    from appliance.prescriptions.pro_sante_connect.transport import Transport  # noqa: PLC0415

    configuration = PscConfiguration(
        issuer=wanted.issuer,
        client_id=wanted.client_id,
        secret_file=wanted.client_secret_file,
        authorities=wanted.authorities,
        nonce_required=wanted.nonce_required,
        session_s=wanted.session_h * 3600.0,
    )

    def client() -> PscClient:
        transport = Transport(configuration.issuer, configuration.tls())
        return PscClient(configuration, transport, clock, secrets.randbelow, secrets.token_urlsafe)

    return PscDesk(client, clock, wanted.national_id if wanted.login_hint == "number" else None)


def _tlsi(
    settings: Settings, device_key: bytes, clock: Clock, signatures: SignatureDesk | None
) -> TlsiClient | None:
    """The client of the téléservices, where one is asked."""
    if settings.prescriptions.source != "tlsi" and not settings.tlsi.insi_url:
        return None
    # Imported only here, as PC/SC is: what asks no téléservice needs no SOAP.
    from appliance.cli.tlsi import tlsi_client_of  # noqa: PLC0415

    return tlsi_client_of(settings, device_key, clock, signatures)


def _insi(
    settings: Settings, client: TlsiClient | None, clock: Clock, readers: Readers | None
) -> InsiDesk | None:
    """The search for qualified identities, where the settings name its service."""
    if client is None or not settings.tlsi.insi_url:
        return None
    from appliance.cli.tlsi import insi_desk_of  # noqa: PLC0415

    return insi_desk_of(settings, client, clock, None if readers is None else readers.signatures)


def _pages(settings: Settings, device_key: bytes, clock: Clock) -> PageDesk | None:
    """Captured pages, where a purpose is switched on; what an earlier counter left is erased all the same."""
    shelf = page_shelf_of(settings, device_key, clock)
    if settings.pages.purposes:
        return PageDesk(shelf, clock)
    shelf.clear()
    return None


def _trust(folder: Path | None) -> TrustStore:
    if folder is None:
        return TrustStore()
    try:
        return TrustStore.from_folder(folder)
    except (TrustFolderError, OSError, ValueError) as error:
        raise click.ClickException(AUTHORITIES_UNUSABLE.format(path=folder)) from error
