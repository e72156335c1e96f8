"""Reading a Vitale 2: the beneficiaries' identities and NIRs, in clear, by four short commands.

Source of the sequence and of the tags: two public readers that agree (cardpeek's vitale_2.lua, Rufus'
lecteurvitale), neither of them official. Rights, exonerations and funds are protected and not read.
Nothing is written, and no secret is presented.
"""

from __future__ import annotations

from enum import IntEnum, unique

from appliance.cards.apdu import MAX_LE, CommandApdu, Ins, Sw
from appliance.cards.errors import MalformedError, StatusError, UnknownCardError
from appliance.cards.identities import Beneficiary, CardBirthDate, CardWarning, VitaleIdentity
from appliance.cards.nir import nir_key_is_right
from appliance.cards.processors import Exchange
from appliance.cards.tlv import Tlv, find, find_all, parse

__all__ = ["AID_VITALE", "MAX_BENEFICIARIES", "MAX_FILE_BYTES", "read_vitale", "select_vitale"]

AID_VITALE = bytes.fromhex("D250000002") + b"VITALE"
"""RID of the GIE SESAM-Vitale and the application's name."""

MAX_BENEFICIARIES = 32
"""A family card of the first generation held 19; more than 32 is no card."""
MAX_FILE_BYTES = 4096
"""A whole Vitale of the first generation held 4 KB; one file never does."""
MAX_NAME_BYTES = 80
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_FILE_MF = bytes.fromhex("3F00")
_P1_BY_FILE_ID = 0x00
_P1_BY_AID = 0x04
_P2_FIRST_WITH_FCI = 0x00
_P1_BY_SHORT_FILE_ID = 0x80
_SFI_IDENTITY = 0x02
"""In the root: the identity file. In the VITALE application: the NIR file."""
_NIR_LENGTH = 15


@unique
class _Tag(IntEnum):
    BENEFICIARY = 0x65
    FAMILY_NAME = 0x80
    GIVEN_NAME = 0x81
    BIRTH_DATE = 0x82
    NIR = 0x93


def select_vitale(card: Exchange) -> bool:
    """Whether the card has the VITALE application; selects it."""
    return card.exchange(CommandApdu(0x00, Ins.SELECT, _P1_BY_AID, _P2_FIRST_WITH_FCI, AID_VITALE)).ok


def read_vitale(card: Exchange) -> VitaleIdentity:
    """Read every beneficiary of a Vitale 2.

    The i-th person of the identity file and the i-th of the NIR file are the same person: the join is by
    position, so both files must come through one connection, inside one transaction.

    Raises:
        UnknownCardError: the card has no VITALE application.
        StatusError: a file that must be free is refused.
        MalformedError: a file is not what a Vitale holds.
        TransportError: the exchange itself failed.
    """
    root = card.exchange(CommandApdu(0x00, Ins.SELECT, _P1_BY_FILE_ID, _P2_FIRST_WITH_FCI, _FILE_MF))
    if not root.ok:
        raise UnknownCardError("the card has no root of a Vitale")
    identities = find_all(parse(_read_file(card)), _Tag.BENEFICIARY)
    if not select_vitale(card):
        raise UnknownCardError("the card has no VITALE application")
    nirs = find_all(parse(_read_file(card)), _Tag.BENEFICIARY)
    return _join(identities, nirs)


def _read_file(card: Exchange) -> bytes:
    """Read SFI 2 of the current directory whole: the first command makes it current, the rest go on."""
    content = b""
    p1 = _P1_BY_SHORT_FILE_ID | _SFI_IDENTITY
    p2 = 0
    while True:
        response = card.exchange(CommandApdu(0x00, Ins.READ_BINARY, p1, p2, le=MAX_LE))
        if content and response.sw == Sw.OFFSET_OUTSIDE_FILE:
            return content
        if response.sw not in {Sw.SUCCESS, Sw.END_OF_FILE}:
            raise StatusError(response.sw, "reading a free file of the Vitale")
        content += response.data
        if len(content) > MAX_FILE_BYTES:
            raise MalformedError(f"a file of a Vitale holds at most {MAX_FILE_BYTES} bytes")
        if len(response.data) < MAX_LE or response.sw == Sw.END_OF_FILE:
            return content
        p1, p2 = divmod(len(content), MAX_LE)


def _join(identities: tuple[Tlv, ...], nirs: tuple[Tlv, ...]) -> VitaleIdentity:
    if not identities:
        raise MalformedError("the Vitale names nobody")
    if max(len(identities), len(nirs)) > MAX_BENEFICIARIES:
        raise MalformedError(f"a Vitale covers at most {MAX_BENEFICIARIES} persons")
    joined = len(identities) == len(nirs)
    # Two lists of different lengths cannot be joined by position: a NIR given to the wrong person is worse
    # than none.
    texts = [_nir(template) for template in nirs] if joined else [None] * len(identities)
    people = tuple(_person(template, nir) for template, nir in zip(identities, texts, strict=True))
    return VitaleIdentity(people, () if joined else (CardWarning.NIRS_NOT_JOINED,))


def _person(template: Tlv, nir: str | None) -> Beneficiary:
    fields = template.children()
    warnings: list[CardWarning] = []
    digits = _text(fields, _Tag.BIRTH_DATE)
    birth_date = None
    try:
        birth_date = CardBirthDate(digits)
    except ValueError:
        warnings.append(CardWarning.BIRTH_DATE_UNREADABLE)
    if birth_date and birth_date.is_lunar:
        warnings.append(CardWarning.BIRTH_DATE_LUNAR)
    if nir is None:
        warnings.append(CardWarning.NIR_MISSING)
    elif not nir_key_is_right(nir):
        warnings.append(CardWarning.NIR_KEY)
    return Beneficiary(
        family_name=_text(fields, _Tag.FAMILY_NAME),
        given_name=_text(fields, _Tag.GIVEN_NAME),
        birth_date=birth_date,
        nir=nir,
        warnings=tuple(warnings),
    )


def _nir(template: Tlv) -> str | None:
    text = _text(template.children(), _Tag.NIR)
    return text if len(text) == _NIR_LENGTH and text.isascii() and text.isalnum() else None


def _text(fields: tuple[Tlv, ...], tag: _Tag) -> str:
    """A text of the card: Latin-1, padded with spaces or zeros; a control character shows as U+FFFD."""
    found = find(fields, tag)
    if found is None:
        return ""
    if len(found.value) > MAX_NAME_BYTES:
        raise MalformedError(f"a text of a Vitale holds at most {MAX_NAME_BYTES} bytes")
    text = found.value.decode("latin-1").strip(" \0")
    return "".join(character if character.isprintable() else REPLACEMENT for character in text)
