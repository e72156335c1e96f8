"""The PKCS#15 files of a virtual CPS, built from what the card holds."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding

from appliance.simulation.cards.der import bit_string, integer, sequence, tlv
from appliance.simulation.cards.filesystem import Ef
from appliance.simulation.cards.igc import IssuedKey

__all__ = ["AID_CONTACT", "CardKey", "FileIds", "application_files", "ef_dir"]

AID_CONTACT = bytes.fromhex("E828BD080F8025000001FF0010")
_AID_CONTACTLESS = bytes.fromhex("E828BD080F8025000001FF0020")
_MF = bytes.fromhex("3F00")
_APPLICATION = _MF + bytes.fromhex("0001")

_OCTET_STRING = 0x04
_UTF8_STRING = 0x0C
_BOOLEAN = 0x01
_AUTH_ID = b"\x01"
_KEY_BITS = 2048
_PIN_DIGITS = 4
_ASCII_NUMERIC = 1
_ENUMERATED = 0x0A
_RECORD_BYTES = 16

_USAGE_DECRYPT, _USAGE_SIGN, _USAGE_NON_REPUDIATION = 1, 2, 9
_ACCESS_SENSITIVE, _ACCESS_NEVER_EXTRACTABLE, _ACCESS_LOCAL = 0, 3, 4
_PIN_CASE_SENSITIVE, _PIN_INITIALIZED = 0, 4
_PRIVATE_OBJECT = 0


@dataclass(frozen=True, slots=True)
class FileIds:
    """Where a card keeps its lists; readers must find out, so cards differ."""

    keys: bytes
    certificates: bytes
    pins: bytes
    first_certificate: bytes


@dataclass(frozen=True, slots=True, repr=False)
class CardKey:
    """A key as the card's directory names it."""

    label: str
    certificate_label: str
    reference: int
    signature: bool
    issued: IssuedKey

    @property
    def identifier(self) -> bytes:
        """PKCS#15 iD: application, then 1 for signature and 2 for authentication (seen on a CPS3)."""
        return AID_CONTACT + (b"\x01" if self.signature else b"\x02")


def ef_dir() -> bytes:
    """EF.DIR: the contactless and the contact application; OpenSC takes the last."""
    return _application(_AID_CONTACTLESS, b"CPX IAS CL", b"\x00\x02") + _application(
        AID_CONTACT, b"CPX IAS", b"\x00\x01"
    )


def _application(aid: bytes, label: bytes, identifier: bytes) -> bytes:
    return tlv(0x61, tlv(0x4F, aid), tlv(0x50, label), tlv(0x51, _MF + identifier))


def application_files(
    ids: FileIds, keys: tuple[CardKey, ...], pin_reference: int, model: str
) -> tuple[Ef, ...]:
    """EF.ODF, EF.TokenInfo, the three lists and the certificates."""
    places = [
        (int.from_bytes(ids.first_certificate, "big") + at).to_bytes(2, "big") for at in range(len(keys))
    ]
    odf = tlv(0xA0, _path(ids.keys)) + tlv(0xA4, _path(ids.certificates)) + tlv(0xA8, _path(ids.pins))
    token_info = sequence(
        integer(0),
        tlv(_OCTET_STRING, b"\0" * 8),
        tlv(_UTF8_STRING, b"ASIP SANTE"),
        tlv(0x80, model.encode()),
        bit_string(1, 2),
    )
    certificates = [key.issued.certificate.public_bytes(Encoding.DER) for key in keys]
    return (
        Ef(bytes.fromhex("5031"), _filled(odf)),
        Ef(bytes.fromhex("5032"), token_info),
        Ef(ids.keys, _filled(b"".join(_key_entry(key) for key in keys))),
        Ef(
            ids.certificates,
            _filled(
                b"".join(_certificate_entry(key, place) for key, place in zip(keys, places, strict=True))
            ),
        ),
        Ef(ids.pins, _filled(_pin_entry(pin_reference))),
        *(Ef(place, content) for place, content in zip(places, certificates, strict=True)),
    )


def _filled(content: bytes) -> bytes:
    """Cards' files are longer than what they hold, zeros after it."""
    return content + b"\0" * (-len(content) % _RECORD_BYTES)


def _path(identifier: bytes) -> bytes:
    return sequence(tlv(_OCTET_STRING, _APPLICATION + identifier))


def _common(label: str, *, private: bool) -> bytes:
    text = tlv(_UTF8_STRING, label.encode())
    if not private:
        return sequence(text)
    return sequence(text, bit_string(_PRIVATE_OBJECT), tlv(_OCTET_STRING, _AUTH_ID))


def _key_entry(key: CardKey) -> bytes:
    usage = (_USAGE_NON_REPUDIATION,) if key.signature else (_USAGE_DECRYPT, _USAGE_SIGN)
    own = sequence(
        tlv(_OCTET_STRING, key.identifier),
        bit_string(*usage),
        bit_string(_ACCESS_SENSITIVE, _ACCESS_NEVER_EXTRACTABLE, _ACCESS_LOCAL),
        integer(key.reference),
    )
    kind = tlv(0xA1, sequence(sequence(tlv(_OCTET_STRING, _APPLICATION)), integer(_KEY_BITS)))
    return sequence(_common(key.label, private=True), own, kind)


def _certificate_entry(key: CardKey, place: bytes) -> bytes:
    own = sequence(tlv(_OCTET_STRING, key.identifier))
    return sequence(_common(key.certificate_label, private=False), own, tlv(0xA1, sequence(_path(place))))


def _pin_entry(reference: int) -> bytes:
    kind = sequence(
        bit_string(_PIN_CASE_SENSITIVE, _PIN_INITIALIZED),
        tlv(_ENUMERATED, bytes((_ASCII_NUMERIC,))),
        integer(_PIN_DIGITS),
        integer(_PIN_DIGITS),
        integer(_PIN_DIGITS),
        tlv(0x80, bytes((reference,))),
        sequence(tlv(_OCTET_STRING, bytes.fromhex("3F00"))),
    )
    return sequence(
        _common("Code porteur", private=False), sequence(tlv(_OCTET_STRING, _AUTH_ID)), tlv(0xA1, kind)
    )
