"""TLS that believes one key instead of authorities: no private address can have a public certificate.

The pin is the SHA-256 of the SubjectPublicKeyInfo, so that it outlives renewed certificates. It is checked
before the first byte of a request is sent.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
from typing import Any, Self

from comptoir_client.errors import WrongKeyError

__all__ = ["PinnedContext", "pin_of", "public_key_info"]

_SEQUENCE = 0x30
_VERSION = 0xA0
_LONG_LENGTH = 0x80


class PinnedContext(ssl.SSLContext):
    """Accepts one public key.

    Attributes:
        key_sha256: SHA-256 of that key's SubjectPublicKeyInfo; where it is empty, of the first one shown.
    """

    key_sha256: bytes

    def __new__(cls, key_sha256: bytes = b"") -> Self:
        """Without authorities and host names: the key says it all."""
        del key_sha256
        context = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.sslsocket_class = _PinnedSocket
        return context

    def __init__(self, key_sha256: bytes = b"") -> None:
        self.key_sha256 = key_sha256

    def check(self, certificate: bytes) -> None:
        """See that the certificate (DER) is for the key.

        Raises:
            WrongKeyError: it is for another one.
        """
        shown = hashlib.sha256(public_key_info(certificate)).digest()
        if not self.key_sha256:
            self.key_sha256 = shown
        elif shown != self.key_sha256:
            raise WrongKeyError("the device shows another key than the one of its pairing")


class _PinnedSocket(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        context: Any = self.context
        try:
            context.check(self.getpeercert(binary_form=True) or b"")
        except WrongKeyError:
            self.close()
            raise


def pin_of(key_sha256: bytes) -> str:
    """The pin as devices print it."""
    return "sha256/" + base64.b64encode(key_sha256).decode()


def public_key_info(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate (DER, RFC 5280 §4.1).

    Raises:
        WrongKeyError: it is no certificate.
    """
    try:
        body = _content(_content(certificate))
        # version (optional), serial number, signature, issuer, validity, subject, then the key
        for _ in range(6 if body[0] == _VERSION else 5):
            body = body[_length(body) :]
        if body[0] != _SEQUENCE:
            raise WrongKeyError("the device shows no certificate")
        return body[: _length(body)]
    except IndexError:
        raise WrongKeyError("the device shows no certificate") from None


def _header(value: bytes) -> tuple[int, int]:
    """Lengths of a DER value's header and of its content."""
    first = value[1]
    if first < _LONG_LENGTH:
        return 2, first
    count = first - _LONG_LENGTH
    return 2 + count, int.from_bytes(value[2 : 2 + count], "big")


def _length(value: bytes) -> int:
    return sum(_header(value))


def _content(value: bytes) -> bytes:
    header, length = _header(value)
    return value[header : header + length]
