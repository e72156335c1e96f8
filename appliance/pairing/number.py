"""The six digits that device and client show: equal only where nobody stands between them.

The client commits to its nonce before it knows the device's, and reveals it afterwards; so neither side, and
nobody between them, can choose a nonce for the digits it gives. The digits hold the device's public key *as
the client saw it* in the TLS handshake: a man in the middle with a certificate of his own makes two
ceremonies, whose digits are equal once in a million tries, and a window gives three. (Short authentication
strings with commitment: Vaudenay, "Secure Communications over Insecure Channels Based on SAS", 2005.)
"""

from __future__ import annotations

import hashlib
import hmac

__all__ = [
    "COMMITMENT_BYTES",
    "NONCE_BYTES",
    "NUMBER_DIGITS",
    "PIN_BYTES",
    "commitment_of",
    "comparison_number",
    "opens",
]

NONCE_BYTES = 32
COMMITMENT_BYTES = 32
PIN_BYTES = 32
"""SHA-256 of the SubjectPublicKeyInfo, as RFC 7469 pins keys."""

NUMBER_DIGITS = 6

_COMMITMENT_LABEL = b"comptoir pairing commitment v1\x00"
_NUMBER_LABEL = b"comptoir pairing number v1\x00"
"""Labels keep the two hashes apart; the NUL ends them, so that no other label can begin like one."""


def commitment_of(client_nonce: bytes) -> bytes:
    """What the client sends first: SHA-256 of a label and its nonce.

    Raises:
        ValueError: the nonce has not NONCE_BYTES bytes.
    """
    _check(client_nonce, NONCE_BYTES)
    return hashlib.sha256(_COMMITMENT_LABEL + client_nonce).digest()


def opens(commitment: bytes, client_nonce: bytes) -> bool:
    """Whether the nonce is the one that was committed to."""
    return hmac.compare_digest(commitment_of(client_nonce), commitment)


def comparison_number(key_pin: bytes, device_nonce: bytes, client_nonce: bytes) -> str:
    """The digits, leading zeros included.

    Args:
        key_pin: PIN_BYTES bytes: the SHA-256 of the device's SubjectPublicKeyInfo.
        device_nonce: NONCE_BYTES bytes, the device's.
        client_nonce: NONCE_BYTES bytes, the client's.

    Raises:
        ValueError: one of them has another length.
    """
    _check(key_pin, PIN_BYTES)
    _check(device_nonce, NONCE_BYTES)
    _check(client_nonce, NONCE_BYTES)
    digest = hashlib.sha256(_NUMBER_LABEL + key_pin + device_nonce + client_nonce).digest()
    # 64 bits modulo a million: no digit is likelier than another by more than 1 in 10^13.
    return f"{int.from_bytes(digest[:8], 'big') % 10**NUMBER_DIGITS:0{NUMBER_DIGITS}d}"


def _check(value: bytes, length: int) -> None:
    if len(value) != length:
        raise ValueError(f"{len(value)} bytes where {length} are needed")
