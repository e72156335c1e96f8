"""The INS Data Matrix ("INS à scanner"): the identity traits of a patient.

Format: ANS, "INS, format datamatrix" v2.2: a header of 26 characters, then fields that each begin with their
identifier, S1 to S7, in any order. A field of variable length that is neither at its maximum length nor the
last ends with GS. The code is not signed: it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.text import PADDING
from appliance.identifiers import (
    INS_AUTHORITIES,
    CheckDigitError,
    Environment,
    InsAuthority,
    MalformedError,
    MatriculeType,
    Nir,
)
from appliance.identifiers.birth_dates import OLDEST_YEAR
from appliance.identifiers.discreet import Discreet
from appliance.identifiers.names import is_strict_birth_name, is_strict_given_name

__all__ = ["MAX_NAME_LENGTH", "MAX_OID_LENGTH", "InsIdentity", "parse_ins"]

MAX_NAME_LENGTH: Final = 100
"""Characters of S3 and of S4."""

MAX_OID_LENGTH: Final = 20
MIN_OID_LENGTH: Final = 19

_GS: Final = "\x1d"
_GS_STAND_INS: Final = ("<GS>", "\u241d", " ")
"""What readers type in the place of GS: its name, its picture, or a space."""

_SUFFIX: Final = PADDING + "\x04\x1e" + _GS
"""What may follow the last field: line ends, padding, EOT, RS, a GS too many."""

_MARKER: Final = "IS"
_VERSION: Final = "01"
_HEADER: Final = re.compile(r"IS01(?P<rest>[0-9A-Z]{22})(?=S[0-9])")
_HEADER_REST: Final = "0" * 22
_LOOSE_HEADER: Final = re.compile(r"IS010{10,30}(?=S[0-9])")
_OTHER_VERSION: Final = re.compile(r"IS[0-9]{2}[0-9A-Z]{22}S[0-9]")
_MISPRINT: Final = re.compile(r"IS[0O]{0,2}[0-9][0O]{18,}")

_FIELD_ID: Final = re.compile(r"S([0-9])")
"""Splits the message even when every GS is lost: no digit in S3 or S4, no S in the other fields."""

_MATRICULE: Final = re.compile(r"[0-9]{6}[0-9AB][0-9]{8}")
_OID: Final = re.compile(rf"[0-9][0-9.]{{{MIN_OID_LENGTH - 1},{MAX_OID_LENGTH - 1}}}")
_BIRTH_DATE: Final = re.compile(r"(?P<day>[0-9]{2})-(?P<month>[0-9]{2})-(?P<year>[0-9]{4})")
_BIRTH_PLACE: Final = re.compile(r"[0-9][0-9AB][0-9]{3}")
_PRINTED_APOSTROPHE: Final = "’"

_MATRICULE_ID, _OID_ID, _GIVEN_NAMES_ID, _BIRTH_NAME_ID, _SEX_ID, _BIRTH_DATE_ID, _BIRTH_PLACE_ID = "1234567"

_MAX_LENGTHS: Final = {
    _OID_ID: MAX_OID_LENGTH,
    _GIVEN_NAMES_ID: MAX_NAME_LENGTH,
    _BIRTH_NAME_ID: MAX_NAME_LENGTH,
}
"""The fields of variable length."""


@dataclass(frozen=True, slots=True, repr=False)
class InsIdentity(Discreet):
    """The traits of an INS identity.

    Attributes:
        matricule: NIR or NIA with its key, 15 characters; a wrong key is a warning of the reading.
        oid: the authority that assigned it.
        given_names: the birth given names, in order.
        birth_name: the family name at birth.
        sex: `M` or `F`.
        birth_date: unknown days and months stand there by convention.
        birth_place: INSEE code of the commune or the country (99xxx).
        degraded: separators or capitals were lost on the way and put back.

    Raises:
        ValueError: a trait is not of its form.
    """

    matricule: str
    oid: str
    given_names: tuple[str, ...]
    birth_name: str
    sex: str
    birth_date: date
    birth_place: str | None
    degraded: bool

    def __post_init__(self) -> None:
        """Refuse what no INS code can hold; the message names the trait only."""
        if not _MATRICULE.fullmatch(self.matricule):
            raise ValueError("an INS matricule has 15 characters")
        if not _OID.fullmatch(self.oid):
            raise ValueError("the OID of an INS authority has 19 or 20 characters")
        if not self.given_names or not _is_name(" ".join(self.given_names)):
            raise ValueError("given names are 1 to 100 characters, no digits")
        if not _is_name(self.birth_name):
            raise ValueError("a birth name is 1 to 100 characters, no digits")
        if self.sex not in {"M", "F"}:
            raise ValueError("the sex of an INS identity is M or F")
        if self.birth_place is not None and not _BIRTH_PLACE.fullmatch(self.birth_place):
            raise ValueError("a birth place is an INSEE code of 5 characters")

    @property
    def authority(self) -> InsAuthority | None:
        """Who assigned the matricule; None for an OID that is in no published list."""
        return INS_AUTHORITIES.get(self.oid)

    def to_json(self) -> dict[str, object]:
        """The traits; the birth date in ISO form."""
        return {
            "matricule": self.matricule,
            "oid": self.oid,
            "given_names": list(self.given_names),
            "birth_name": self.birth_name,
            "sex": self.sex,
            "birth_date": self.birth_date.isoformat(),
            "birth_place": self.birth_place,
            "degraded": self.degraded,
        }


def parse_ins(text: str, *, test_data_expected: bool) -> Parsed | None:
    """Read an INS code, separators intact or lost.

    Args:
        text: the content of the code.
        test_data_expected: False in production, where a test identity is worth a warning.

    Returns:
        None where it is something else. A code of another version, or whose header is misprinted, is opaque
        with a warning; one whose mandatory fields cannot all be read has no payload.
    """
    body = text.strip(PADDING)
    warnings: set[WarningCode] = set()
    if body[: len(_MARKER)].upper() == _MARKER and body[: len(_MARKER)] != _MARKER:
        # All in lower case: a keyboard wedge with the wrong caps lock.
        body = body.upper()
        warnings.add(WarningCode.LOWER_CASE)
    message = _message(body, warnings)
    if message is None:
        return _not_readable(body)
    fields, is_recovered = _fields(message, warnings)
    identity = _identity(fields, is_recovered, warnings)
    if identity is None:
        warnings.add(WarningCode.DAMAGED)
    else:
        warnings |= _remarks(identity, test_data_expected)
    return Parsed(Kind.INS, identity, frozenset(warnings))


def _not_readable(body: str) -> Parsed | None:
    if body.startswith(_MARKER + _VERSION + "0"):
        return Parsed(Kind.INS, None, frozenset({WarningCode.INS_HEADER, WarningCode.DAMAGED}))
    if _OTHER_VERSION.match(body):
        return Parsed(Kind.OPAQUE, None, frozenset({WarningCode.UNKNOWN_VERSION}))
    if _MISPRINT.match(body):
        return Parsed(Kind.OPAQUE, None, frozenset({WarningCode.INS_HEADER}))
    return None


def _message(body: str, warnings: set[WarningCode]) -> str | None:
    """What follows the header, where there is one of version 01."""
    header = _HEADER.match(body)
    if header is None:
        header = _LOOSE_HEADER.match(body)
        if header is None:
            return None
        warnings.add(WarningCode.INS_HEADER)
    elif header["rest"] != _HEADER_REST:
        warnings.add(WarningCode.INS_HEADER)
    return body[header.end() :].rstrip(_SUFFIX)


def _fields(message: str, warnings: set[WarningCode]) -> tuple[dict[str, str], bool]:
    """The values by field number, and whether anything had to be put back."""
    values: dict[str, str] = {}
    marks = list(_FIELD_ID.finditer(message))
    is_recovered = WarningCode.LOWER_CASE in warnings
    for rank, mark in enumerate(marks):
        is_last = rank + 1 == len(marks)
        end = len(message) if is_last else marks[rank + 1].start()
        value, has_gs = _unseparated(message[mark.end() : end])
        name = mark[1]
        max_length = _MAX_LENGTHS.get(name)
        if max_length is not None and len(value) < max_length and not is_last and not has_gs:
            warnings.add(WarningCode.GS_MISSING)
            is_recovered = True
        if name in {_GIVEN_NAMES_ID, _BIRTH_NAME_ID} and value.isascii() and value != value.upper():
            value = value.upper()
            warnings.add(WarningCode.LOWER_CASE)
            is_recovered = True
        if name not in _PARSERS:
            warnings.add(WarningCode.UNKNOWN_FIELD)
        elif values.setdefault(name, value) != value:
            warnings |= {WarningCode.DUPLICATE_KEY, WarningCode.DAMAGED}
    return values, is_recovered


def _unseparated(raw: str) -> tuple[str, bool]:
    """A field without what separates it from the next, and whether that was a GS."""
    if raw.endswith(_GS):
        return raw.rstrip(_GS).rstrip(" "), True
    for stand_in in _GS_STAND_INS:
        if raw.upper().endswith(stand_in):
            return raw[: -len(stand_in)].rstrip(" "), False
    return raw, False


def _identity(
    fields: Mapping[str, str], is_recovered: bool, warnings: set[WarningCode]
) -> InsIdentity | None:
    """The identity, if every mandatory field is there and of its form."""
    values: dict[str, object] = {}
    for name, (parser, problem) in _PARSERS.items():
        if name not in fields:
            if name != _BIRTH_PLACE_ID:
                warnings.add(WarningCode.INS_FIELD_MISSING)
            continue
        value = parser(fields[name])
        if value is None:
            warnings.add(problem)
        else:
            values[name] = value
    matricule, oid, given_names, birth_name, sex, birth_date, birth_place = map(values.get, _PARSERS)
    if WarningCode.DAMAGED in warnings or not (
        isinstance(matricule, str)
        and isinstance(oid, str)
        and isinstance(given_names, tuple)
        and isinstance(birth_name, str)
        and isinstance(sex, str)
        and isinstance(birth_date, date)
    ):
        return None
    place = birth_place if isinstance(birth_place, str) else None
    return InsIdentity(matricule, oid, given_names, birth_name, sex, birth_date, place, is_recovered)


def _remarks(identity: InsIdentity, test_data_expected: bool) -> set[WarningCode]:
    """What is odd about an identity that is complete."""
    remarks: set[WarningCode] = set()
    try:
        Nir(identity.matricule)
    except CheckDigitError:
        remarks.add(WarningCode.NIR_KEY)
    except MalformedError:
        remarks.add(WarningCode.NIR_FORMAT)
    if not (
        is_strict_birth_name(identity.birth_name) and all(map(is_strict_given_name, identity.given_names))
    ):
        remarks.add(WarningCode.NAME_CHARSET)
    authority = identity.authority
    if authority is None or authority.matricule_type is MatriculeType.INS_C:
        remarks.add(WarningCode.OID_UNKNOWN)
    elif not test_data_expected and authority.environment is Environment.TEST:
        remarks.add(WarningCode.TEST_IDENTITY)
    elif not test_data_expected and authority.environment is Environment.DEMONSTRATION:
        remarks.add(WarningCode.DEMO_IDENTITY)
    return remarks


def _matching(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda value: value if form.fullmatch(value) else None


def _name(value: str) -> str | None:
    return value if _is_name(value) else None


def _given_names(value: str) -> tuple[str, ...] | None:
    return tuple(value.split()) if _is_name(value) else None


def _is_name(text: str) -> bool:
    """Letters, spaces, apostrophes and hyphens, at least one letter: accents are odd but not unreadable."""
    return (
        len(text) <= MAX_NAME_LENGTH
        and any(character.isalpha() for character in text)
        and all(character.isalpha() or character in f" '-{_PRINTED_APOSTROPHE}" for character in text)
    )


def _birth_date(value: str) -> date | None:
    match = _BIRTH_DATE.fullmatch(value)
    if match is None or int(match["year"]) < OLDEST_YEAR:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


_PARSERS: Final[Mapping[str, tuple[Callable[[str], object], WarningCode]]] = MappingProxyType(
    {
        _MATRICULE_ID: (_matching(_MATRICULE), WarningCode.INS_MATRICULE),
        _OID_ID: (_matching(_OID), WarningCode.INS_OID),
        _GIVEN_NAMES_ID: (_given_names, WarningCode.INS_GIVEN_NAMES),
        _BIRTH_NAME_ID: (_name, WarningCode.INS_BIRTH_NAME),
        _SEX_ID: (_matching(re.compile(r"[MF]")), WarningCode.INS_SEX),
        _BIRTH_DATE_ID: (_birth_date, WarningCode.INS_BIRTH_DATE),
        _BIRTH_PLACE_ID: (_matching(_BIRTH_PLACE), WarningCode.INS_BIRTH_PLACE),
    }
)
"""How each field is read, and what is said where it cannot be; in the order of InsIdentity."""
