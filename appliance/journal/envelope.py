"""How an event is sealed: AES-256-GCM under a key of its own, which the journal key wraps (RFC 3394).

Three keys, each held by the one above::

    device key ── wraps ──► journal key (one a journal file) ── wraps ──► event key (one an event)

Erasing an event is overwriting its wrapped key. Putting a broken journal aside is replacing the wrapped
journal key: what lies in the old file can then be opened by nobody.
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from appliance.journal.device_key import derive

__all__ = ["ERASED_KEY", "WRAPPED_KEY_BYTES", "EventHead", "JournalKey", "SealedEvent", "UnsealError"]

_KEY_BYTES = 32
_NONCE_BYTES = 12
"""NIST SP 800-38D's 96-bit nonce; the key is used once, so that it could not repeat anyway."""

WRAPPED_KEY_BYTES = _KEY_BYTES + 8
"""RFC 3394 adds one 64-bit block, its integrity check."""

ERASED_KEY = bytes(WRAPPED_KEY_BYTES)
"""What takes the place of a wrapped key: as long, so that SQLite overwrites it where it lies."""

_EVENT_DOMAIN = b"comptoir event\0"
_TRANSIENT_DOMAIN = b"comptoir transient\0"


class UnsealError(Exception):
    """The content is not what was sealed for this place: damaged, moved, or of another key."""


@dataclass(frozen=True, slots=True)
class EventHead:
    """What stays of an event for ever, and what its content is bound to."""

    event_id: int
    at_us: int
    kind: str

    @property
    def associated_data(self) -> bytes:
        """The head as bytes; the integers are of fixed width, so that no two heads look the same."""
        return _EVENT_DOMAIN + struct.pack(">qq", self.event_id, self.at_us) + self.kind.encode()


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event's content as it lies on the disk."""

    wrapped_key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)


class JournalKey:
    """The key of one journal file, which wraps the keys of its events."""

    __slots__ = ("_key", "_transient")

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise ValueError(f"a journal key is {_KEY_BYTES} bytes, not {len(key)}")
        self._key = key
        self._transient = AESGCM(derive(key, "transient"))

    @classmethod
    def generate(cls) -> Self:
        """A new random key."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def unwrap(cls, wrapped: bytes, device_key: bytes) -> Self:
        """The key that `wrap` wrapped.

        Raises:
            UnsealError: it was wrapped by another device key, or is damaged.
        """
        try:
            return cls(aes_key_unwrap(derive(device_key, "journal"), wrapped))
        except (InvalidUnwrap, ValueError) as error:
            raise UnsealError("journal key") from error

    def wrap(self, device_key: bytes) -> bytes:
        """The key as it may be written: 40 bytes, useless without the device key."""
        return aes_key_wrap(derive(device_key, "journal"), self._key)

    @property
    def check(self) -> bytes:
        """32 bytes that tell whether a journal file and a key belong together, and nothing else."""
        return derive(self._key, "check")

    def seal(self, head: EventHead, content: bytes) -> SealedEvent:
        """Seal an event's content under a fresh key, bound to the event's head."""
        event_key = secrets.token_bytes(_KEY_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(event_key).encrypt(nonce, content, head.associated_data)
        return SealedEvent(aes_key_wrap(self._key, event_key), nonce, ciphertext)

    def unseal(self, head: EventHead, sealed: SealedEvent) -> bytes:
        """The content that was sealed for this head.

        Raises:
            UnsealError: key erased, content damaged, or sealed for another event.
        """
        try:
            event_key = aes_key_unwrap(self._key, sealed.wrapped_key)
            return AESGCM(event_key).decrypt(sealed.nonce, sealed.ciphertext, head.associated_data)
        except (InvalidUnwrap, InvalidTag, ValueError) as error:
            raise UnsealError(f"event {head.event_id}") from error

    def seal_transient(self, label: bytes, content: bytes) -> bytes:
        """Seal what lives for seconds: a secret on tmpfs, the digest of a code in view. Nonce, ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._transient.encrypt(nonce, content, _TRANSIENT_DOMAIN + label)

    def unseal_transient(self, label: bytes, sealed: bytes) -> bytes:
        """What `seal_transient` sealed under the same label.

        Raises:
            UnsealError: damaged, moved, or of another journal key.
        """
        try:
            return self._transient.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _TRANSIENT_DOMAIN + label
            )
        except (InvalidTag, ValueError) as error:
            raise UnsealError("transient") from error
