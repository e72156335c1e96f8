"""What CPS3 and CPS4 share: recognised by their application, read without a code, made to sign after it.

One object stands for one connected card; it keeps what the card's directory says and never what the holder
typed. The caller keeps a transaction around each public call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from appliance.cards.apdu import (
    MAX_LE,
    CommandApdu,
    Ins,
    Sw,
    Transmit,
    wipe,
)
from appliance.cards.atr import CardFamily
from appliance.cards.certificate import load_certificate
from appliance.cards.cps_files import MF, CpsFiles, FileMissingError
from appliance.cards.errors import (
    MalformedError,
    PinBlockedError,
    PinNeededError,
    PinRefusedError,
    PinTooRiskyError,
    StatusError,
    UnknownCardError,
)
from appliance.cards.holder import CardContent, build_holder, read_card_number
from appliance.cards.identities import CardCertificate, CertificatePurpose, CpsHolder
from appliance.cards.pkcs15 import (
    Directory,
    KeyEntry,
    KeyUsage,
    PinEntry,
    application_path,
    parse_certificates,
    parse_directory,
    parse_keys,
    parse_pins,
)
from appliance.cards.processors import Exchange
from appliance.cards.trust import TrustStore

__all__ = ["AID_CONTACT", "AID_CONTACTLESS", "COUNTER", "DIGEST_BYTES", "MIN_TRIES", "SW1_COUNTER", "Cps"]

DIGEST_BYTES = 32
"""SHA-256, which the TLSi assertion is signed with."""
MIN_TRIES = 2
"""With fewer tries left no code is presented: a mistake would block the card at the counter."""

AID_CONTACT = bytes.fromhex("E828BD080F8025000001FF0010")
AID_CONTACTLESS = bytes.fromhex("E828BD080F8025000001FF0020")

_EF_DIR = MF + bytes.fromhex("2F00")
_EF_SN_ICC = MF + bytes.fromhex("D003")
_EF_ODF = bytes.fromhex("5031")
_DEFAULT_APPLICATION = MF + bytes.fromhex("0001")

_DEFAULT_PIN = PinEntry("", reference=0x01, min_length=4, stored_length=4, max_length=4)
"""Where the card's own list of codes is absent: reference 01, four digits, as seen on CPS3."""

SW1_COUNTER = 0x63
COUNTER = 0x0F
"""63Cx: a code was wrong, or is asked about, and x tries are left."""


_SIGNATURE_TEMPLATE = 0xB6
_SIGN, _HASH_GIVEN = 0x9E, 0x9A
"""Parameters of MANAGE SECURITY ENVIRONMENT, and of PERFORM SECURITY OPERATION: both families sign a hash."""


@dataclass(frozen=True, slots=True)
class _SigningKey:
    certificate: CardCertificate
    reference: int


class Cps(ABC):
    """One connected CPS."""

    family: ClassVar[CardFamily]

    def __init__(self, transmit: Transmit, card: Exchange, files: CpsFiles) -> None:
        self._transmit = transmit
        self._card = card
        self._files = files
        self._pin = _DEFAULT_PIN
        self._application = _DEFAULT_APPLICATION
        self._signing: _SigningKey | None = None
        self._contactless = False

    @abstractmethod
    def select(self) -> bool:
        """Whether the card is of this family; selects its application."""

    @abstractmethod
    def tries_left(self) -> int:
        """How many codes the card would still take; 0 when blocked.

        Raises:
            StatusError, MalformedError: the card does not say.
        """

    @abstractmethod
    def _compute_signature(self, reference: int, digest: bytes) -> bytes: ...

    @abstractmethod
    def _verify_header(self) -> tuple[int, int, int, int]: ...

    @property
    def pin_lengths(self) -> tuple[int, int]:
        """Shortest and longest code in digits; known after `read_holder`."""
        return self._pin.min_length, self._pin.max_length

    @property
    def verify_command(self) -> tuple[tuple[int, int, int, int], PinEntry]:
        """Header of VERIFY and form of the code, for a reader that takes the code itself."""
        return self._verify_header(), self._pin

    @property
    def signing_certificate(self) -> bytes:
        """DER of the certificate of `sign`'s key.

        Raises:
            UnknownCardError: the card has no signature key here.
        """
        if self._signing is None:
            raise UnknownCardError("the card offers no signature key")
        return self._signing.certificate.der

    def read_holder(self, trust: TrustStore, at: datetime) -> CpsHolder:
        """Read all that is free: number, directory, certificates.

        Args:
            trust: the authorities certificates are checked against.
            at: now, UTC, aware.

        Raises:
            UnknownCardError: the card is not of the CPS' issuer.
            StatusError, MalformedError: a file is refused or is not what a CPS holds.
            TransportError: the exchange itself failed.
        """
        number = read_card_number(self._files.read(_EF_SN_ICC))
        self._application = self._find_application()
        directory = parse_directory(self._files.read(self._application + _EF_ODF))
        keys = [key for place in directory.keys for key in parse_keys(self._read(place.path))]
        certificates = []
        for place in directory.certificates:
            for entry in parse_certificates(self._read(place.path)):
                der = self._read(entry.place.path, entry.place.offset, entry.place.length)
                certificates.append((entry.label, entry.identifier, der))
        self._pin = self._find_pin(directory)
        content = CardContent(self.family, number, tuple(certificates), self._contactless)
        holder = build_holder(content, trust, at, can_sign=bool(keys) and not self._contactless)
        self._signing = _signing_key(holder, keys)
        return holder

    def verify(self, pin: bytearray) -> None:
        """Present the holder's code, once. `pin` is overwritten whatever happens.

        Args:
            pin: ASCII digits.

        Raises:
            PinBlockedError: no try is left.
            PinTooRiskyError: one try is left; nothing was presented.
            PinRefusedError: it was wrong.
            ValueError: it is not digits, or not as many as the card wants; nothing was presented.
        """
        frame = bytearray()
        try:
            shortest, longest = self.pin_lengths
            if not shortest <= len(pin) <= longest or not pin.isdigit():
                raise ValueError(f"the code of this card is {shortest} to {longest} digits")
            left = self.tries_left()
            if left == 0:
                raise PinBlockedError("no try is left")
            if left < MIN_TRIES:
                raise PinTooRiskyError("one try is left and is not risked")
            padded = max(len(pin), self._pin.stored_length) if self._pin.pad is not None else len(pin)
            frame += bytes(self._verify_header()) + bytes((padded,))
            frame += pin
            frame += bytes((self._pin.pad or 0,)) * (padded - len(pin))
            _, sw = self._transmit(frame)
        finally:
            wipe(pin)
            wipe(frame)
        _check_verify(sw)

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest with the signature key: RSA, PKCS#1 v1.5, 256 bytes for a 2048-bit key.

        What the card gives is checked with its certificate before it leaves this function.

        Raises:
            ValueError: the digest is not 32 bytes.
            UnknownCardError: the card has no signature key here (read the holder first).
            PinNeededError: the code was not given, or the card forgot it.
            MalformedError: what came back is no signature of this digest.
        """
        if len(digest) != DIGEST_BYTES:
            raise ValueError(f"a SHA-256 digest is {DIGEST_BYTES} bytes")
        if self._signing is None:
            raise UnknownCardError("the card offers no signature key")
        signature = self._compute_signature(self._signing.reference, digest)
        key = load_certificate(self._signing.certificate.der).public_key()
        if not isinstance(key, RSAPublicKey):
            raise MalformedError("the signature key of a CPS is RSA")
        try:
            key.verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
        except InvalidSignature as error:
            raise MalformedError("what the card gave is no signature of this digest") from error
        return signature

    def _read(self, path: bytes, offset: int = 0, length: int | None = None) -> bytes:
        absolute = path if path.startswith(MF) else self._application + path
        return self._files.read(absolute, offset, length)

    def _find_application(self) -> bytes:
        wanted = AID_CONTACTLESS if self._contactless else AID_CONTACT
        try:
            path = application_path(self._files.read(_EF_DIR), wanted)
        except FileMissingError:
            path = None
        return path or _DEFAULT_APPLICATION

    def _find_pin(self, directory: Directory) -> PinEntry:
        pins = [pin for place in directory.pins for pin in parse_pins(self._read(place.path))]
        return pins[0] if pins else _DEFAULT_PIN

    def _sign_in(self, p1: int, environment: bytes, digest: bytes) -> bytes:
        """Choose key and algorithm, then sign."""
        choose = CommandApdu(0x00, Ins.MANAGE_SECURITY_ENVIRONMENT, p1, _SIGNATURE_TEMPLATE, environment)
        self._succeed(choose, "choosing the signature key")
        sign = CommandApdu(0x00, Ins.PERFORM_SECURITY_OPERATION, _SIGN, _HASH_GIVEN, digest, le=MAX_LE)
        return self._succeed(sign, "signing")

    def _succeed(self, command: CommandApdu, doing: str) -> bytes:
        response = self._card.exchange(command)
        if response.sw == Sw.SECURITY_STATUS_NOT_SATISFIED:
            raise PinNeededError(f"{doing}: the code is wanted first")
        if not response.ok:
            raise StatusError(response.sw, doing)
        return response.data


def _check_verify(sw: int) -> None:
    if sw == Sw.SUCCESS:
        return
    if sw == Sw.AUTHENTICATION_BLOCKED:
        raise PinBlockedError("no try is left")
    if sw >> 8 == SW1_COUNTER:
        left = sw & COUNTER
        if left == 0:
            raise PinBlockedError("no try is left")
        raise PinRefusedError(left)
    raise StatusError(sw, "presenting the code")


def _signing_key(holder: CpsHolder, keys: list[KeyEntry]) -> _SigningKey | None:
    """The key of the signature certificate: joined by identifier, else by its usage."""
    certificate = holder.certificate(CertificatePurpose.SIGNATURE)
    if certificate is None or not holder.can_sign:
        return None
    for key in keys:
        if key.identifier == certificate.identifier:
            return _SigningKey(certificate, key.reference)
    for key in keys:
        if key.usage & KeyUsage.NON_REPUDIATION:
            return _SigningKey(certificate, key.reference)
    return None
