"""What the certificate of a CPS says of its holder, read from its DER.

The common name, surname and given name share one multi-valued RDN, in varying order: only the parsed
structure can be trusted, never the printed string. Fields and extensions as seen in public test cards'
certificates (IGC-Santé).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from appliance.cards.errors import MalformedError
from appliance.cards.identities import CardKind, CertificatePurpose
from appliance.cards.tlv import parse
from appliance.identifiers.rpps import TEST_SERIES

__all__ = ["MAX_CERTIFICATE_BYTES", "CertificateFacts", "certificate_length", "facts_of", "load_certificate"]

MAX_CERTIFICATE_BYTES = 8192
"""A CPS certificate is about 2.2 KB."""

_OID_CARD_KIND = "1.2.250.1.71.1.2.2"
_OID_CARD_NUMBER = "1.2.250.1.71.1.2.3"
_OID_PROFESSION = "1.2.250.1.71.1.2.7"

_DER_SEQUENCE = 0x30
_DER_INTEGER = 0x02
_DER_PRINTABLE = 0x13

_TEST_PREFIX = "TEST "
_TEST_UNIT = " TEST"
_RPPS_TYPE = "8"
_RPPS_DIGITS = 11
_MAX_NAME_CHARACTERS = 200
_CARD_NUMBER = re.compile(r"[0-9]{10}/([0-9]{1,12})")


@dataclass(frozen=True, slots=True, repr=False)
class CertificateFacts:
    """The fields of a holder's certificate; texts as written there, empty where absent.

    Attributes:
        card_number: the part of extension …2.3 after the issuer number.
        is_test: the issuer calls itself TEST, or the RPPS is of a series kept for tests.
    """

    national_id: str
    family_name: str
    given_name: str
    profession: str
    profession_code: int | None
    organizations: tuple[str, ...]
    kind: CardKind | None
    card_number: str
    purpose: CertificatePurpose
    not_before: datetime
    not_after: datetime
    is_test: bool

    @property
    def rpps(self) -> str | None:
        """The 11 digits behind the type digit 8 of a professional's identifier."""
        digits = self.national_id.removeprefix(_RPPS_TYPE)
        is_rpps = self.national_id.startswith(_RPPS_TYPE) and len(digits) == _RPPS_DIGITS and digits.isdigit()
        return digits if is_rpps else None

    def __repr__(self) -> str:
        """No identity."""
        return f"<CertificateFacts {self.purpose}>"


def certificate_length(start: bytes) -> int:
    """How long a DER certificate is, by its first bytes; files of a card may be longer than what they hold.

    Raises:
        MalformedError: it starts like no certificate, or is longer than MAX_CERTIFICATE_BYTES.
    """
    header = 4
    two_byte_length = 0x82
    if len(start) < header or start[0] != _DER_SEQUENCE or start[1] != two_byte_length:
        raise MalformedError("a certificate starts with a sequence of two length bytes")
    length = header + int.from_bytes(start[2:header], "big")
    if length > MAX_CERTIFICATE_BYTES:
        raise MalformedError(f"a certificate holds at most {MAX_CERTIFICATE_BYTES} bytes")
    return length


def load_certificate(der: bytes) -> x509.Certificate:
    """Parse a certificate, padding after it removed.

    Raises:
        MalformedError: it is none.
    """
    try:
        certificate = x509.load_der_x509_certificate(der[: certificate_length(der)])
        # The parser is lazy: touch what is used later, so that nothing fails further on.
        _ = (certificate.subject, certificate.issuer, certificate.extensions, certificate.version)
        _ = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        certificate.public_key()
    # The parser lets its own checks' TypeErrors out for attributes of an unusual string type.
    except (
        ValueError,
        TypeError,
        UnsupportedAlgorithm,
        x509.InvalidVersion,
        x509.DuplicateExtension,
    ) as error:
        raise MalformedError("the card's certificate does not parse") from error
    return certificate


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Read the holder out of a certificate.

    Raises:
        MalformedError: an extension we need does not parse.
    """
    subject = certificate.subject
    national_id = _first(subject, NameOID.COMMON_NAME)
    units = _texts(subject, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)
    return CertificateFacts(
        national_id=national_id,
        family_name=_first(subject, NameOID.SURNAME),
        given_name=_first(subject, NameOID.GIVEN_NAME),
        profession=_first(subject, NameOID.TITLE),
        profession_code=_integer_extension(certificate, _OID_PROFESSION),
        organizations=tuple(units),
        kind=_card_kind(certificate),
        card_number=_card_number(certificate),
        purpose=_purpose(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_test=is_test_name(certificate.issuer)
        or national_id.startswith(tuple(_RPPS_TYPE + series for series in TEST_SERIES)),
    )


def is_test_name(name: x509.Name) -> bool:
    """Whether an authority's name says TEST, as the test branch of the IGC-Santé does."""
    return any(text.startswith(_TEST_PREFIX) for text in _texts(name, NameOID.COMMON_NAME)) or any(
        text.endswith(_TEST_UNIT) for text in _texts(name, NameOID.ORGANIZATIONAL_UNIT_NAME)
    )


def _texts(name: x509.Name, *oids: x509.ObjectIdentifier) -> Iterator[str]:
    for rdn in name.rdns:
        for attribute in rdn:
            if attribute.oid in oids and isinstance(attribute.value, str):
                yield attribute.value[:_MAX_NAME_CHARACTERS]


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return next(_texts(name, oid), "")


def _extension(certificate: x509.Certificate, oid: str) -> bytes | None:
    try:
        value = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier(oid)).value
    except x509.ExtensionNotFound:
        return None
    return value.value if isinstance(value, x509.UnrecognizedExtension) else None


def _integer_extension(certificate: x509.Certificate, oid: str) -> int | None:
    raw = _extension(certificate, oid)
    if raw is None:
        return None
    objects = parse(raw)
    if len(objects) != 1 or objects[0].tag != _DER_INTEGER or len(objects[0].value) != 1:
        raise MalformedError("a code in the card's certificate is a number of one byte")
    return objects[0].value[0]


def _card_kind(certificate: x509.Certificate) -> CardKind | None:
    code = _integer_extension(certificate, _OID_CARD_KIND)
    return CardKind(code) if code in set(CardKind) else None


def _card_number(certificate: x509.Certificate) -> str:
    raw = _extension(certificate, _OID_CARD_NUMBER)
    if raw is None:
        return ""
    objects = parse(raw)
    if len(objects) != 1 or objects[0].tag != _DER_PRINTABLE:
        raise MalformedError("the card number in the card's certificate is a printable string")
    match = _CARD_NUMBER.fullmatch(objects[0].value.decode("ascii", "replace"))
    if match is None:
        raise MalformedError("the card number in the card's certificate is issuer/number")
    return match[1]


def _purpose(certificate: x509.Certificate) -> CertificatePurpose:
    """By key usage: nonRepudiation is the signature key, digitalSignature alone the authentication key."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return CertificatePurpose.OTHER
    if usage.content_commitment:
        return CertificatePurpose.SIGNATURE
    return CertificatePurpose.AUTHENTICATION if usage.digital_signature else CertificatePurpose.OTHER
