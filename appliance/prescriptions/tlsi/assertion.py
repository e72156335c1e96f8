"""The "assertion PS": who asks, in SAML 2.0, signed by the CPS; made here, and verified where a service is.

Its form is that of the published test assertion: issuer by the certificate's subject, NameID by the national
identifier, the billing identifier and the sector of activity, and an enveloped signature (RSA-SHA256,
exclusive canonicalisation, digest SHA-256, the certificate in KeyInfo). The signature itself is signxml's;
the card only computes the RSA of its digest.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from appliance.cards.certificate import (
    MAX_CERTIFICATE_BYTES,
    CertificateFacts,
    facts_of,
    load_certificate,
)
from appliance.cards.errors import MalformedError
from appliance.cards.identities import CertificatePurpose
from appliance.cards.signing import CpsSigner
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.tlsi.names import DS, SAML, qualified
from appliance.prescriptions.tlsi.xml import (
    XmlRefusedError,
    children,
    element,
    only_child,
    optional_child,
    text_of,
    to_bytes,
)

__all__ = [
    "AssertionRefusedError",
    "Practice",
    "VerifiedAssertion",
    "instant",
    "make_assertion",
    "read_instant",
    "subject_name",
    "verify_assertion",
]

NAME_QUALIFIER: Final = "CPS"
_ISSUER_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
_BILLING: Final = "identifiantFacturation"
_SECTOR: Final = "secteurActivite"
_SPECIALITY: Final = "codeSpecialiteAMO"
_MAX_ATTRIBUTES: Final = 16
_MAX_VALUE_CHARS: Final = 200
_MIN_KEY_BITS: Final = 2048
_PLACEHOLDER: Final = "placeholder"
"""signxml puts the signature where an element with this Id stands: between Issuer and Subject."""

_ATTRIBUTE_NAMES: Final = {NameOID.SURNAME: "SN", NameOID.TITLE: "T"}
"""How the published assertion abbreviates a subject; the given name stays an OID there (2.5.4.42)."""


class AssertionRefusedError(ValueError):
    """An assertion that is not to be believed; `rule` says why, in a stable English name."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True, repr=False)
class Practice(Discreet):
    """In what capacity the holder asks.

    Attributes:
        billing_id: identifiantFacturation, 9 characters: the AM number, for a structure its FINESS.
        sector: secteurActivite, such as SA33.
        speciality: codeSpecialiteAMO; only doctors have one.
    """

    billing_id: str
    sector: str
    speciality: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedAssertion(Discreet):
    """What a verified assertion says; all of it read from the signed bytes.

    Attributes:
        identifier: its ID.
        issued_at: aware.
        practice: as asserted.
        certificate: which signed it; its chain and revocation are the verifier's next question.
        facts: who holds the card, by that certificate.
    """

    identifier: str
    issued_at: datetime
    practice: Practice
    certificate: x509.Certificate
    facts: CertificateFacts


class _CardKey:
    """What signxml takes for a private key: its one method asks the card."""

    def __init__(self, signer: CpsSigner) -> None:
        self._signer = signer

    def sign(self, data: bytes, *, padding: object, algorithm: object) -> bytes:
        """As `RSAPrivateKey.sign`, for the one padding and digest that a TLSi wants."""
        if not (isinstance(padding, PKCS1v15) and isinstance(algorithm, SHA256)):
            raise TypeError("an assertion is signed with RSA PKCS#1 v1.5 and SHA-256")
        return self._signer.sign(data)


def subject_name(certificate: x509.Certificate) -> str:
    """The subject as an assertion's Issuer writes it (RFC 4514, last RDN first)."""
    return certificate.subject.rfc4514_string(_ATTRIBUTE_NAMES)


def instant(at: datetime) -> str:
    """A moment as these services write it: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """A moment as XML Schema writes it, with its zone.

    Raises:
        ValueError: it is none, or has no zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def make_assertion(signer: CpsSigner, practice: Practice, identifier: str, at: datetime) -> bytes:
    """A signed assertion, serialised: nothing may change in it from here on.

    Args:
        signer: the card; asked for one signature.
        practice: in what capacity.
        identifier: its ID, an XML name, never used before.
        at: now, aware.

    Raises:
        MalformedError: the card's certificate is none.
        SigningError: the card does not sign.
    """
    certificate = load_certificate(signer.certificate_der)
    attributes = {_BILLING: practice.billing_id, _SPECIALITY: practice.speciality, _SECTOR: practice.sector}
    root = element(
        SAML,
        "Assertion",
        (
            element(SAML, "Issuer", subject_name(certificate), attributes={"Format": _ISSUER_FORMAT}),
            # With signxml's own prefix: lxml makes two prefixes of one namespace one when it moves the tree
            # into an envelope, and what is signed would have changed.
            element(DS, "Signature", prefix="ds", attributes={"Id": _PLACEHOLDER}),
            element(SAML, "Subject", (_name_id(certificate),)),
            element(
                SAML,
                "AttributeStatement",
                tuple(_attribute(name, value) for name, value in attributes.items() if value is not None),
            ),
        ),
        attributes={"ID": identifier, "IssueInstant": instant(at), "Version": "2.0"},
    )
    xml_signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = xml_signer.sign(
        root,
        key=_CardKey(signer),  # type: ignore[arg-type]  # it only calls sign()
        cert=[certificate],
        reference_uri=f"#{identifier}",
        id_attribute="ID",
    )
    return etree.tostring(signed)


def _name_id(certificate: x509.Certificate) -> etree._Element:
    national_id = facts_of(certificate).national_id
    return element(SAML, "NameID", national_id, attributes={"NameQualifier": NAME_QUALIFIER})


def _attribute(name: str, value: str) -> etree._Element:
    return element(SAML, "Attribute", (element(SAML, "AttributeValue", value),), attributes={"Name": name})


def verify_assertion(assertion: etree._Element, at: datetime) -> VerifiedAssertion:
    """Check the signature with the certificate that the assertion carries, and read what was signed.

    It proves who holds the key, not that the key is trusted: chain, revocation and age are for the caller.

    Args:
        assertion: as it came.
        at: when the certificate must be valid, aware.

    Raises:
        AssertionRefusedError: it is unsigned, was altered, or is not what a CPS signs.
    """
    try:
        certificate = _certificate_of(assertion)
        facts = facts_of(certificate)
        signed = _signed(assertion, certificate, at)
        return _read(signed, certificate, facts)
    except (XmlRefusedError, MalformedError) as error:
        raise AssertionRefusedError("malformed") from error


def _certificate_of(assertion: etree._Element) -> x509.Certificate:
    if assertion.tag != qualified(SAML, "Assertion"):
        raise AssertionRefusedError("malformed")
    signature = optional_child(assertion, DS, "Signature")
    if signature is None:
        raise AssertionRefusedError("unsigned")
    data = only_child(only_child(signature, DS, "KeyInfo"), DS, "X509Data")
    text = text_of(only_child(data, DS, "X509Certificate"), 2 * MAX_CERTIFICATE_BYTES)
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        # Of base64 (binascii.Error), and of what is not ASCII.
        raise AssertionRefusedError("malformed") from error
    certificate = load_certificate(der)
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _MIN_KEY_BITS:
        raise AssertionRefusedError("weak_key")
    return certificate


def _signed(assertion: etree._Element, certificate: x509.Certificate, at: datetime) -> etree._Element:
    """The tree that the signature covers: the whole assertion, without its signature."""
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise AssertionRefusedError("certificate_period")
    config = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=frozenset({SignatureMethod.RSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
        verification_time=at,
    )
    try:
        result = XMLVerifier().verify(
            # Alone in its document: what surrounds it in an envelope cannot be taken for what was signed.
            to_bytes(assertion),
            x509_cert=certificate,
            id_attribute="ID",
            expect_config=config,
        )
    except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, binascii.Error) as error:
        raise AssertionRefusedError("signature") from error
    except (ValueError, TypeError, AttributeError, KeyError, AssertionError) as error:
        # The library's own ways of saying that the signature is not built as one.
        raise AssertionRefusedError("signature") from error
    signed = None if isinstance(result, list) else result.signed_xml
    if signed is None or signed.tag != assertion.tag or signed.get("ID") != assertion.get("ID"):
        raise AssertionRefusedError("signature")
    return signed


def _read(
    signed: etree._Element, certificate: x509.Certificate, facts: CertificateFacts
) -> VerifiedAssertion:
    if facts.purpose is not CertificatePurpose.SIGNATURE:
        raise AssertionRefusedError("key_usage")
    if text_of(only_child(signed, SAML, "Issuer")) != subject_name(certificate):
        raise AssertionRefusedError("issuer")
    name_id = only_child(only_child(signed, SAML, "Subject"), SAML, "NameID")
    if name_id.get("NameQualifier") != NAME_QUALIFIER or text_of(name_id) != facts.national_id:
        raise AssertionRefusedError("subject")
    values = {}
    statement = only_child(signed, SAML, "AttributeStatement")
    for attribute in children(statement, SAML, "Attribute", _MAX_ATTRIBUTES):
        value = only_child(attribute, SAML, "AttributeValue")
        values[attribute.get("Name", "")] = text_of(value, _MAX_VALUE_CHARS)
    identifier = signed.get("ID", "")
    try:
        issued_at = read_instant(signed.get("IssueInstant", ""))
    except ValueError as error:
        raise AssertionRefusedError("malformed") from error
    if not (identifier and values.get(_BILLING) and values.get(_SECTOR)):
        raise AssertionRefusedError("malformed")
    practice = Practice(values[_BILLING], values[_SECTOR], values.get(_SPECIALITY))
    return VerifiedAssertion(identifier, issued_at, practice, certificate, facts)
