"""From the settings to the checks that only the doctor asks: they need root, a program, or the network."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from appliance.base.clock import Clock
from appliance.bridge.identity import CERTIFICATE_FILE
from appliance.cli.journals import JOURNAL_FILE
from appliance.health.checks.bus import BusCheck
from appliance.health.checks.certificates import CertificatesCheck
from appliance.health.checks.clock import ClockCheck
from appliance.health.checks.disk import DiskCheck, DiskWearCheck, free_bytes, is_read_only
from appliance.health.checks.journal import JournalIntegrityCheck
from appliance.health.checks.network import DnsCheck, ReachableCheck, handshake, resolve
from appliance.health.checks.pcscd import PcscdCheck, PolkitCheck
from appliance.health.checks.processor import TemperatureCheck, ThrottlingCheck, VoltageCheck
from appliance.health.checks.units import UnitsCheck, WatchdogCheck
from appliance.health.model import Check
from appliance.health.probes import Run, is_there, run_command
from appliance.settings import Settings

__all__ = ["system_checks"]

_RULE: Final = "50-comptoir-pcscd.rules"
_PCSCD_SOCKET: Final = Path("run/pcscd/pcscd.comm")


def system_checks(
    settings: Settings, clock: Clock, run: Run = run_command, root: Path = Path("/")
) -> tuple[Check, ...]:
    """The checks of this machine, whose file system begins at `root`."""
    sys, devices = root / "sys", root / "dev"
    state = settings.paths.state_directory
    cards = settings.cards.enabled
    rules = tuple(root / folder / "polkit-1/rules.d" / _RULE for folder in ("etc", "usr/share"))
    display = settings.display
    base, psc = _base(settings), _psc(settings)
    hosts = tuple(host for url in (base, psc) if url and (host := urlsplit(url).hostname))
    return (
        UnitsCheck(run),
        WatchdogCheck(run, sys / "class/watchdog"),
        PcscdCheck(run, root / _PCSCD_SOCKET, cards),
        PolkitCheck(root / "usr/share/polkit-1/actions", rules, cards),
        BusCheck(devices, display.driver, display.bus, display.port),
        JournalIntegrityCheck(state / JOURNAL_FILE),
        DiskCheck(state, free_bytes, is_read_only),
        DiskWearCheck(sys),
        TemperatureCheck(sys),
        ThrottlingCheck(sys, run),
        VoltageCheck(sys, run),
        ClockCheck(run, clock),
        DnsCheck(hosts, resolve),
        ReachableCheck("base", base, handshake(settings.tlsi.authorities)),
        ReachableCheck("psc", psc, handshake(settings.pro_sante_connect.authorities)),
        CertificatesCheck(_certificates(settings), clock),
    )


def _base(settings: Settings) -> str:
    if settings.prescriptions.source == "tlsi" and settings.tlsi.url:
        return settings.tlsi.url
    return settings.tlsi.insi_url


def _psc(settings: Settings) -> str:
    return settings.pro_sante_connect.issuer if settings.pro_sante_connect.enabled else ""


def _certificates(settings: Settings) -> dict[str, Path]:
    """The PEM files that the settings name, and the bridge's own once it was made."""
    wanted = {
        "tlsi.authorities": settings.tlsi.authorities,
        "tlsi.client_certificate": settings.tlsi.client_certificate,
        "pro_sante_connect.authorities": settings.pro_sante_connect.authorities,
    }
    files = {name: file for name, file in wanted.items() if file is not None}
    own = settings.paths.state_directory / "bridge" / CERTIFICATE_FILE
    return {**files, "bridge": own} if is_there(own) else files
