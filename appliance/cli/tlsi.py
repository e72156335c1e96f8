"""From the settings to the téléservices: the client, the source of statuses, the search for an INS."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from importlib import metadata

import click

from appliance.base.clock import Clock
from appliance.cards.errors import CpsAbsentError, SigningError
from appliance.cards.signing import CpsSigner, SignatureDesk
from appliance.counter.insi_desk import InsiDesk
from appliance.journal.device_key import derive
from appliance.prescriptions.tlsi.assertion import Practice
from appliance.prescriptions.tlsi.client import TlsiClient
from appliance.prescriptions.tlsi.envelope import Software
from appliance.prescriptions.tlsi.insi import InsiClient
from appliance.prescriptions.tlsi.ordonnance_operations import IS_DEMONSTRATION
from appliance.prescriptions.tlsi.source import TlsiSource
from appliance.prescriptions.tlsi.transport import HttpsPost, tls_context
from appliance.settings import Settings
from appliance.texts.tlsi import CREDENTIALS_UNUSABLE, DEMONSTRATION_CONTRACT, SETTINGS_MISSING

__all__ = ["insi_desk_of", "tlsi_client_of", "tlsi_source_of"]

_log = logging.getLogger(__name__)

_INSTANCE = "lps instance"
_DISTRIBUTION = "comptoir-scanner"


def tlsi_client_of(
    settings: Settings, device_key: bytes, clock: Clock, signatures: SignatureDesk | None
) -> TlsiClient:
    """The client of the settings.

    Raises:
        ClickException: a setting is missing, or a certificate cannot be used; said in French.
    """
    wanted = settings.tlsi
    missing = wanted.missing(prescriptions=settings.prescriptions.source == "tlsi")
    if missing:
        raise click.ClickException(SETTINGS_MISSING.format(keys=", ".join(f"tlsi.{key}" for key in missing)))
    try:
        context = tls_context(wanted.authorities, wanted.client_certificate, wanted.client_key)
    except OSError as error:
        raise click.ClickException(CREDENTIALS_UNUSABLE) from error
    # One installation, one instance: the same after any restart, and nothing else follows from it.
    instance = uuid.UUID(bytes=derive(device_key, _INSTANCE)[:16], version=4)
    software = Software(wanted.idam, wanted.software, metadata.version(_DISTRIBUTION), str(instance))
    practice = Practice(wanted.billing_id, wanted.sector)
    login = _login(signatures) if wanted.login == "cps" else None
    return TlsiClient(HttpsPost(context), login, software, practice, clock)


def tlsi_source_of(settings: Settings, client: TlsiClient, clock: Clock) -> TlsiSource:
    """The national base as a source of statuses; says so where its contract is our own."""
    if IS_DEMONSTRATION:
        _log.warning("ordonnances numériques: %s", DEMONSTRATION_CONTRACT)
    return TlsiSource(client, settings.tlsi.url, clock)


def insi_desk_of(
    settings: Settings, client: TlsiClient, clock: Clock, signatures: SignatureDesk | None
) -> InsiDesk:
    """The search for qualified identities; where no card is logged in, it waits for one."""

    def is_logged_in() -> bool:
        if settings.tlsi.login != "cps":
            return True
        try:
            _login(signatures, ask=False)()
        except SigningError:
            return False
        return True

    return InsiDesk(InsiClient(client, settings.tlsi.insi_url), is_logged_in, clock)


def _login(signatures: SignatureDesk | None, *, ask: bool = True) -> Callable[[], CpsSigner]:
    def sign_in() -> CpsSigner:
        if signatures is None:
            raise CpsAbsentError("cards are switched off")
        return signatures.signer(ask=ask)

    return sign_in
