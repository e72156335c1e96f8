"""A test IGC-Santé, made when it is needed: a root, an authority for persons, and cards' certificates.

Names, extensions and key usages are those of the real test branch, as public test cards show them; the keys
are new at every start and sign nothing outside this program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.cards.identities import CardKind
from appliance.simulation.cards.der import integer, tlv

__all__ = ["IssuedKey", "Professional", "TestIgc"]

_KEY_BITS = 2048
_EXPONENT = 65537
_ISSUER_NUMBER = "8025000001"
_CARD_KIND = x509.ObjectIdentifier("1.2.250.1.71.1.2.2")
_CARD_NUMBER = x509.ObjectIdentifier("1.2.250.1.71.1.2.3")
_CARD_FAMILY = x509.ObjectIdentifier("1.2.250.1.71.1.2.5")
_PROFESSION = x509.ObjectIdentifier("1.2.250.1.71.1.2.7")
_PRINTABLE_STRING = 0x13
_OCTET_STRING = 0x04
_CARD_FAMILY_VALUE = b"\x80"
_ROOT_YEARS = 10
_CARD_YEARS = 3
_DAYS_A_YEAR = 365
_LIST_DAYS = 7


@dataclass(frozen=True, slots=True, repr=False)
class Professional:
    """Who a virtual CPS is issued to: a published test identity, never a person."""

    national_id: str
    family_name: str
    given_name: str
    profession: str
    profession_code: int
    card_number: str
    kind: CardKind = CardKind.CPS


@dataclass(frozen=True, slots=True, repr=False)
class IssuedKey:
    """A private key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


class TestIgc:
    """One root and one authority, ready to issue."""

    __test__ = False  # not a test case, whatever its name says to pytest

    def __init__(self, now: datetime, keys: tuple[IssuedKey, IssuedKey] | None = None) -> None:
        """Take up root and authority as `keys` once gave them, or make them."""
        self._now = now
        self._root, self._persons = keys or self._make()

    @property
    def keys(self) -> tuple[IssuedKey, IssuedKey]:
        """Root and authority, to be taken up by another program of the same demonstration."""
        return self._root, self._persons

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        """What an appliance is configured with to trust the cards of this IGC."""
        return (self._root.certificate, self._persons.certificate)

    def revocation_list(self, serials: Iterable[int] = ()) -> x509.CertificateRevocationList:
        """The list of the cards' authority, naming these certificates."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._persons.certificate.subject)
            .last_update(self._now - timedelta(hours=1))
            .next_update(self._now + timedelta(days=_LIST_DAYS))
        )
        for serial in serials:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self._now).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self._persons.key, SHA256())

    def issue(
        self,
        holder: Professional,
        *,
        signature: bool,
        not_before: datetime | None = None,
        key: rsa.RSAPrivateKey | None = None,
    ) -> IssuedKey:
        """A certificate of a card: for the signature key, else for the authentication key."""
        start = not_before or self._now - timedelta(days=1)
        key = key or _new_key()
        builder = self._builder(_subject(holder), self._persons.certificate.subject, key, start, _CARD_YEARS)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
        builder = builder.add_extension(_usage(signature=signature), critical=True)
        purpose = ExtendedKeyUsageOID.EMAIL_PROTECTION if signature else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        number = f"{_ISSUER_NUMBER}/{holder.card_number}".encode()
        for oid, value in (
            (_CARD_FAMILY, tlv(_OCTET_STRING, _CARD_FAMILY_VALUE)),
            (_CARD_KIND, integer(holder.kind)),
            (_CARD_NUMBER, tlv(_PRINTABLE_STRING, number)),
            (_PROFESSION, integer(holder.profession_code)),
        ):
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), critical=False)
        return IssuedKey(key, builder.sign(self._persons.key, SHA256()))

    def _make(self) -> tuple[IssuedKey, IssuedKey]:
        root = self._authority("TEST AC RACINE IGC-SANTE FORT", None)
        return root, self._authority("TEST AC IGC-SANTE FORT PERSONNES", root)

    def _authority(self, name: str, issuer: IssuedKey | None) -> IssuedKey:
        key = _new_key()
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ASIP-SANTE"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "0002 187512751"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "IGC-SANTE TEST"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        above = issuer.certificate.subject if issuer else subject
        start = self._now - timedelta(days=_DAYS_A_YEAR)
        builder = self._builder(subject, above, key, start, _ROOT_YEARS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_authority_usage(), critical=True)
        return IssuedKey(key, builder.sign(issuer.key if issuer else key, SHA256()))

    @staticmethod
    def _builder(
        subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, start: datetime, years: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=years * _DAYS_A_YEAR))
        )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(_EXPONENT, _KEY_BITS)


def _subject(holder: Professional) -> x509.Name:
    """Country, title, and one RDN of three values, as the IGC-Santé writes it."""
    return x509.Name(
        [
            x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")]),
            x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.TITLE, holder.profession)]),
            x509.RelativeDistinguishedName(
                [
                    x509.NameAttribute(NameOID.GIVEN_NAME, holder.given_name),
                    x509.NameAttribute(NameOID.COMMON_NAME, holder.national_id),
                    x509.NameAttribute(NameOID.SURNAME, holder.family_name),
                ]
            ),
        ]
    )


def _usage(*, signature: bool) -> x509.KeyUsage:
    return _key_usage(content_commitment=signature, digital_signature=not signature)


def _authority_usage() -> x509.KeyUsage:
    return _key_usage(key_cert_sign=True, crl_sign=True)


def _key_usage(**bits: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names})
