"""Keys and certificates of the simulated base: its authority, its server, and a software that may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.base.files import replace_volatile

__all__ = ["SOFTWARE_NAME", "BaseKeys", "base_keys", "make_keys"]

SOFTWARE_NAME: Final = "INSI-MANU"
"""The common name that software certificates of INSi have (or INSI-AUTO)."""

_AUTHORITY_NAME: Final = "AC DE DEMONSTRATION COMPTOIR"
_LIFE: Final = timedelta(days=30)
_EARLIER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BaseKeys:
    """Where the PEM files are.

    Attributes:
        authority: to trust the base by, and by which it trusts a software.
        server_certificate, server_key: the base's.
        software_certificate, software_key: for the mutual TLS variant.
    """

    authority: Path
    server_certificate: Path
    server_key: Path
    software_certificate: Path
    software_key: Path


def base_keys(folder: Path) -> BaseKeys:
    """Where the files of a folder are."""
    names = ("authority.pem", "server.pem", "server.key", "software.pem", "software.key")
    return BaseKeys(*(folder / name for name in names))


def make_keys(folder: Path, now: datetime, host: str = "127.0.0.1") -> BaseKeys:
    """Make new keys in a folder that exists; they protect nothing but this simulation."""
    keys = base_keys(folder)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    name = _name(_AUTHORITY_NAME)
    authority = (
        _certificate(name, name, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signs_certificates(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, SHA256())
    )
    replace_volatile(keys.authority, authority.public_bytes(Encoding.PEM), mode=0o644)
    alternative = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address(host))])
    for common_name, certificate_path, key_path, purpose in (
        (host, keys.server_certificate, keys.server_key, ExtendedKeyUsageOID.SERVER_AUTH),
        (SOFTWARE_NAME, keys.software_certificate, keys.software_key, ExtendedKeyUsageOID.CLIENT_AUTH),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _certificate(_name(common_name), name, key, now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
            )
            .add_extension(alternative, critical=False)
            .sign(authority_key, SHA256())
        )
        replace_volatile(certificate_path, certificate.public_bytes(Encoding.PEM), mode=0o644)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        replace_volatile(key_path, secret, mode=0o600)
    return keys


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFE)
    )


def _signs_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
