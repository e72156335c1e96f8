"""The simulated provider as a program of the demonstration: its folder, its client, its address."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final

from appliance.base.files import replace_volatile
from appliance.simulation.pro_sante_connect.keys import TlsFiles, make_tls_files
from appliance.simulation.pro_sante_connect.phone import PhoneFolder
from appliance.simulation.pro_sante_connect.provider import REALM

__all__ = ["CLIENT_ID", "client_secret_file", "issuer", "phone_folder", "prepare", "tls_files"]

CLIENT_ID: Final = "comptoir-demo"

_SECRET_BYTES: Final = 24


def prepare(runtime: Path, now: datetime) -> None:
    """Make the folder, its certificate and the client's secret, before the programs that use them start."""
    folder = _folder(runtime)
    folder.mkdir(mode=0o700, exist_ok=True)
    make_tls_files(folder, now)
    replace_volatile(client_secret_file(runtime), secrets.token_urlsafe(_SECRET_BYTES).encode(), mode=0o600)


def issuer(port: int) -> str:
    """The provider's own name."""
    return f"https://127.0.0.1:{port}{REALM}"


def tls_files(runtime: Path) -> TlsFiles:
    """Its key and certificate, and the authority that clients trust."""
    return TlsFiles.in_folder(_folder(runtime))


def client_secret_file(runtime: Path) -> Path:
    """What on a device is a credential of the service manager."""
    return _folder(runtime) / "client.secret"


def phone_folder(runtime: Path) -> PhoneFolder:
    """Where page and provider meet."""
    return PhoneFolder(_folder(runtime))


def _folder(runtime: Path) -> Path:
    return runtime / "psc"
