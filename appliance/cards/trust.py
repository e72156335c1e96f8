"""Whether a card's certificate chains to a configured root of the IGC-Santé and is valid now.

Built on the certificates' own signatures, not on the web's verifier: that one wants a host name and refuses
the profile of the IGC-Santé. Without a network nothing can be said of revocation, and nothing here does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from appliance.cards.certificate import is_test_name
from appliance.cards.errors import CardError
from appliance.cards.identities import ChainVerdict

__all__ = ["MAX_AUTHORITIES", "MAX_CHAIN", "TrustFolderError", "TrustStore"]

MAX_AUTHORITIES = 64
"""The IGC-Santé has three ranges of two levels, doubled for tests."""
MAX_CHAIN = 4
MAX_AUTHORITY_FILE_BYTES = 64 * 1024

_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
_PEM_MARK = b"-----BEGIN"


class TrustFolderError(CardError, ValueError):
    """A file of the folder of authorities is no certificate; replace it with the one the ANS publishes."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Roots and intermediates we were given; `authorities` holds both, a root signs itself."""

    authorities: tuple[x509.Certificate, ...] = ()

    def __post_init__(self) -> None:
        """Bound it."""
        if len(self.authorities) > MAX_AUTHORITIES:
            raise ValueError(f"at most {MAX_AUTHORITIES} authorities are configured")

    @classmethod
    def from_folder(cls, folder: Path) -> TrustStore:
        """Load every certificate of a folder, PEM or DER.

        Raises:
            TrustFolderError: a file is too large or holds no certificate; its name is in the message.
            OSError: the folder cannot be read.
        """
        loaded: list[x509.Certificate] = []
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in _SUFFIXES:
                loaded.extend(_load(path))
        return cls(tuple(loaded))

    def verdict(self, certificate: x509.Certificate, at: datetime) -> ChainVerdict:
        """What can be said of a card's certificate at a time (UTC, aware)."""
        if at < certificate.not_valid_before_utc:
            return ChainVerdict.NOT_YET_VALID
        if at > certificate.not_valid_after_utc:
            return ChainVerdict.EXPIRED
        if not self.authorities:
            return ChainVerdict.NO_ROOTS
        root = self._root_of(certificate, at, MAX_CHAIN)
        if root is None:
            return ChainVerdict.UNTRUSTED
        return ChainVerdict.TEST if is_test_name(root.subject) else ChainVerdict.TRUSTED

    def _root_of(self, certificate: x509.Certificate, at: datetime, hops: int) -> x509.Certificate | None:
        if hops == 0:
            return None
        for authority in self._issuers(certificate, at):
            if authority.subject == authority.issuer:
                return authority
            root = self._root_of(authority, at, hops - 1)
            if root is not None:
                return root
        return None

    def _issuers(self, certificate: x509.Certificate, at: datetime) -> Iterable[x509.Certificate]:
        for authority in self.authorities:
            in_time = authority.not_valid_before_utc <= at <= authority.not_valid_after_utc
            if (
                in_time
                and authority.subject == certificate.issuer
                and _may_sign(authority)
                and _signed_by(certificate, authority)
                # A root is trusted because it was configured, and only if it is whole.
                and (authority.subject != authority.issuer or _signed_by(authority, authority))
            ):
                yield authority


def _load(path: Path) -> list[x509.Certificate]:
    if path.stat().st_size > MAX_AUTHORITY_FILE_BYTES:
        raise TrustFolderError(f"{path.name} is larger than {MAX_AUTHORITY_FILE_BYTES} bytes")
    content = path.read_bytes()
    try:
        if _PEM_MARK in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise TrustFolderError(f"{path.name} holds no certificate") from error


def _may_sign(authority: x509.Certificate) -> bool:
    try:
        basic = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return basic.ca and usage.key_cert_sign


def _signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        # ValueError: another name or algorithm; TypeError: a key that signs nothing.
        return False
    return True
