"""The device's TLS identity: its own P-256 key, and a certificate that it signs itself.

No authority certifies a box on a private network, so clients pin the *key* (SPKI, like RFC 7469 did) at
pairing. The certificate around the key may be renewed at any time; the key is made once and stays.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import logging
import os
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.base.clock import Clock
from appliance.base.files import replace_durably

__all__ = ["DeviceIdentity", "IdentityError", "load_or_create_identity"]

_log = logging.getLogger(__name__)

KEY_FILE = "key.pem"
CERTIFICATE_FILE = "certificate.pem"

VALIDITY = timedelta(days=3652)
"""10 years."""

_RENEW_BEFORE = timedelta(days=30)
_BACKDATED = timedelta(days=1)
"""A Pi has no clock of its own: a client whose clock runs a little behind must not refuse the certificate."""

_PIN_PREFIX = "sha256/"
_KEY_MODE = 0o600
_CERTIFICATE_MODE = 0o644
_DIRECTORY_MODE = 0o700

# ECDHE with AEAD only; TLS 1.3 has nothing else anyway.
_TLS_1_2_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


class IdentityError(RuntimeError):
    """The key on disk cannot be used; restore it, or remove it and pair every LGO again."""


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Where key and certificate lie, and what clients pin.

    Attributes:
        key_file: PEM (PKCS #8), mode 0600.
        certificate_file: PEM; also the file a web LGO may install as an authority.
        pin: `sha256/` and the base64 of the SHA-256 of the SubjectPublicKeyInfo.
    """

    key_file: Path
    certificate_file: Path
    pin: str

    @property
    def key_sha256(self) -> bytes:
        """The pinned hash itself, 32 bytes."""
        return base64.b64decode(self.pin.removeprefix(_PIN_PREFIX))

    def server_context(self) -> ssl.SSLContext:
        """What the server wraps its connections with: TLS 1.2 or later, HTTP/1.1 only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
        context.set_ciphers(_TLS_1_2_CIPHERS)
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(self.certificate_file, self.key_file)
        return context


def load_or_create_identity(directory: Path, names: Collection[str], clock: Clock) -> DeviceIdentity:
    """The identity kept in `directory`; made there on first start, durably.

    Args:
        directory: made with mode 0700 when missing.
        names: host names and IP addresses for the certificate's subjectAltName, beside the loopback ones.
        clock: dates the certificate.

    A certificate that is missing, damaged, nearly over, of another key or without one of the names is
    renewed around the same key, so that pins survive.

    Raises:
        IdentityError: there is a key that cannot be read as a P-256 key. It is left as it is.
        OSError: the directory or a file cannot be written.
    """
    directory.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
    key_file, certificate_file = directory / KEY_FILE, directory / CERTIFICATE_FILE
    key = _load_or_create_key(key_file)
    wanted = _alternative_names(names)
    if not _still_good(certificate_file, key, wanted, clock.now()):
        certificate = _self_signed(key, wanted, clock.now())
        replace_durably(
            certificate_file, certificate.public_bytes(serialization.Encoding.PEM), _CERTIFICATE_MODE
        )
        _log.info("a certificate was made for the device's key")
    return DeviceIdentity(key_file, certificate_file, _pin(key.public_key()))


def _load_or_create_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        replace_durably(file, pem, _KEY_MODE)
        # The directory's own entry must be on disk too: a key lost by a power cut unpairs every LGO.
        _sync_directory(file.parent.parent)
        _log.info("a key was made for the device")
        return key
    try:
        loaded = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise IdentityError(f"{file.name} is not a readable private key") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey) or not isinstance(loaded.curve, ec.SECP256R1):
        raise IdentityError(f"{file.name} is not a P-256 key")
    file.chmod(_KEY_MODE)
    return loaded


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _alternative_names(names: Collection[str]) -> list[x509.GeneralName]:
    found: dict[str, x509.GeneralName] = {}
    for name in ("localhost", "127.0.0.1", "::1", *names):
        try:
            address = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            found[name.lower()] = x509.DNSName(name.lower())
        else:
            if not address.is_unspecified:  # 0.0.0.0 is where we listen, not where anybody finds us
                found[str(address)] = x509.IPAddress(address)
    return list(found.values())


def _still_good(
    file: Path, key: ec.EllipticCurvePrivateKey, wanted: list[x509.GeneralName], now: datetime
) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    return (
        certificate.public_key() == key.public_key()
        and set(wanted) <= set(names)
        and certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - _RENEW_BEFORE
    )


def _self_signed(
    key: ec.EllipticCurvePrivateKey, names: list[x509.GeneralName], now: datetime
) -> x509.Certificate:
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    # The name says which key, never which pharmacy.
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, f"Comptoir {identifier.digest.hex()[:8].upper()}")]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now - _BACKDATED + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_DIGITAL_SIGNATURE_ONLY, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


_DIGITAL_SIGNATURE_ONLY = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _pin(public: ec.EllipticCurvePublicKey) -> str:
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _PIN_PREFIX + base64.b64encode(hashlib.sha256(spki).digest()).decode("ascii")
