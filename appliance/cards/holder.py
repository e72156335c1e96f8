"""From what was read on a CPS to its holder: certificates judged, warnings said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.cards.atr import CardFamily
from appliance.cards.certificate import CertificateFacts, facts_of, load_certificate
from appliance.cards.errors import MalformedError, UnknownCardError
from appliance.cards.identities import (
    CardCertificate,
    CardWarning,
    CertificatePurpose,
    ChainVerdict,
    CpsHolder,
)
from appliance.cards.tlv import find, parse
from appliance.cards.trust import TrustStore

__all__ = ["ISSUER_NUMBER", "CardContent", "build_holder", "read_card_number"]

ISSUER_NUMBER = bytes.fromhex("8025000001")
"""The ANS (formerly GIP-CPS), first bytes of the number of every CPS."""

_TAG_PAN = 0x5A
_FILLER = "F"

_VERDICT_WARNINGS = {
    ChainVerdict.EXPIRED: CardWarning.CERTIFICATE_EXPIRED,
    ChainVerdict.NOT_YET_VALID: CardWarning.CERTIFICATE_NOT_YET_VALID,
    ChainVerdict.UNTRUSTED: CardWarning.CERTIFICATE_UNTRUSTED,
    ChainVerdict.NO_ROOTS: CardWarning.CERTIFICATE_UNVERIFIED,
}


@dataclass(frozen=True, slots=True, repr=False)
class CardContent:
    """What was read: `certificates` are (label, PKCS#15 iD, DER)."""

    family: CardFamily
    number: str
    certificates: tuple[tuple[str, bytes, bytes], ...]
    contactless: bool


def read_card_number(content: bytes) -> str:
    """The digits of EF.SN.ICC behind the issuer number.

    Raises:
        UnknownCardError: the number is of another issuer.
        MalformedError: it is no number.
    """
    pan = find(parse(content), _TAG_PAN)
    if pan is None:
        raise MalformedError("the card has no number")
    if not pan.value.startswith(ISSUER_NUMBER):
        raise UnknownCardError("the card is of another issuer")
    digits = pan.value[len(ISSUER_NUMBER) :].hex().upper().rstrip(_FILLER)
    if not digits.isdigit():
        raise MalformedError("the card's number is packed digits")
    return digits


def build_holder(content: CardContent, trust: TrustStore, at: datetime, *, can_sign: bool) -> CpsHolder:
    """Judge the certificates and say who the holder is, from the signature certificate first.

    Raises:
        MalformedError: no certificate of the card parses.
    """
    parsed: list[tuple[CardCertificate, CertificateFacts]] = []
    for label, identifier, der in content.certificates:
        try:
            certificate = load_certificate(der)
            facts = facts_of(certificate)
        except MalformedError:
            # The others may still name the holder.
            continue
        verdict = trust.verdict(certificate, at)
        parsed.append(
            (
                CardCertificate(
                    label, identifier, facts.purpose, facts.not_before, facts.not_after, verdict, der
                ),
                facts,
            )
        )
    if not parsed:
        raise MalformedError("the card holds no certificate that parses")
    parsed.sort(key=lambda pair: list(_PREFERENCE).index(pair[0].purpose))
    best, facts = parsed[0]
    signature = any(certificate.purpose is CertificatePurpose.SIGNATURE for certificate, _ in parsed)
    return CpsHolder(
        family=content.family,
        kind=facts.kind,
        card_number=content.number,
        national_id=facts.national_id,
        rpps=facts.rpps,
        family_name=facts.family_name,
        given_name=facts.given_name,
        profession=facts.profession,
        profession_code=facts.profession_code,
        organizations=facts.organizations,
        certificates=tuple(certificate for certificate, _ in parsed),
        can_sign=can_sign and signature,
        is_test=facts.is_test or best.verdict is ChainVerdict.TEST,
        warnings=tuple(_warnings(content, best, facts)),
    )


_PREFERENCE = (CertificatePurpose.SIGNATURE, CertificatePurpose.AUTHENTICATION, CertificatePurpose.OTHER)


def _warnings(content: CardContent, best: CardCertificate, facts: CertificateFacts) -> list[CardWarning]:
    warnings = []
    if facts.is_test or best.verdict is ChainVerdict.TEST:
        warnings.append(CardWarning.TEST_CARD)
    if best.verdict in _VERDICT_WARNINGS:
        warnings.append(_VERDICT_WARNINGS[best.verdict])
    # The card writes its number with or without the check digit, the certificate with it.
    shorter, longer = sorted((content.number, facts.card_number), key=len)
    if facts.card_number and not longer.startswith(shorter):
        warnings.append(CardWarning.CARD_NUMBER_DIFFERS)
    if content.contactless:
        warnings.append(CardWarning.CONTACTLESS)
    return warnings
