"""The test IGC of a demonstration on disk, so that its programs agree on it however often they are restarted.

The authorities' certificates lie in a folder of their own, which `cards.authorities` of the settings names.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from appliance.base.files import replace_volatile
from appliance.simulation.cards.igc import IssuedKey, TestIgc

__all__ = ["authorities_folder", "load_or_create"]

_NAMES: Final = ("root", "persons")


def authorities_folder(state_directory: Path) -> Path:
    """Where the authorities' certificates are, for the counter."""
    return _folder(state_directory) / "authorities"


def load_or_create(state_directory: Path, now: datetime) -> TestIgc:
    """The demonstration's IGC: made by the first program that asks, taken up by the others.

    Raises:
        OSError, ValueError: what lies there cannot be read; the demonstration is started anew.
    """
    folder, certificates = _folder(state_directory), authorities_folder(state_directory)
    paths = [(folder / f"{name}.key", certificates / f"{name}.pem") for name in _NAMES]
    if all(path.exists() for pair in paths for path in pair):
        root, persons = (_read(key, certificate) for key, certificate in paths)
        return TestIgc(now, (root, persons))
    igc = TestIgc(now)
    certificates.mkdir(mode=0o700, parents=True, exist_ok=True)
    for (key, certificate), issued in zip(paths, igc.keys, strict=True):
        plain = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        replace_volatile(key, plain, mode=0o600)
        replace_volatile(certificate, issued.certificate.public_bytes(Encoding.PEM))
    return igc


def _folder(state_directory: Path) -> Path:
    return state_directory / "test-igc"


def _read(key: Path, certificate: Path) -> IssuedKey:
    loaded = load_pem_private_key(key.read_bytes(), None)
    if not isinstance(loaded, RSAPrivateKey):
        raise ValueError(f"{key.name} holds no RSA key")  # noqa: TRY004 - the file is at fault, no caller
    return IssuedKey(loaded, x509.load_pem_x509_certificate(certificate.read_bytes()))
