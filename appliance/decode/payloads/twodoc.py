"""2D-Doc, the sealed documents of ANTS: recognised and named, never taken for a prescription.

Header as in the specification of codes 2D-Doc v3.1.3 (versions 01 to 04 of the header). What the message
says is not read, and its signature is not checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.text import PADDING
from appliance.identifiers.discreet import Discreet
from appliance.texts.kinds import TWODOC_TYPE_TEXTS

__all__ = ["TwoDoc", "parse_twodoc"]

_HEADER: Final = re.compile(
    r"DC(?P<version>0[1-4])(?P<authority>[A-Z0-9]{4})(?P<certificate>[A-Z0-9]{4})"
    r"(?P<issued>[0-9A-F]{4})(?P<signed>[0-9A-F]{4})(?P<type>[A-Z0-9]{2})"
)
_PERIMETER: Final = re.compile(r"(?P<perimeter>[A-Z0-9]{2})")
_COUNTRY: Final = re.compile(r"(?P<country>[A-Z]{2})")
_OTHER_VERSION: Final = re.compile(r"DC[0-9]{2}[A-Z0-9]{8}[0-9A-F]{8}[A-Z0-9]{2}")

_ANTS_PERIMETER: Final = "01"
"""Document types are named within a perimeter; only that of ANTS has a public list."""

_EPOCH: Final = date(2000, 1, 1)
_NO_DATE: Final = "FFFF"

_FIRST_WITH_PERIMETER: Final = 3
_FIRST_WITH_COUNTRY: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class TwoDoc(Discreet):
    """The header of a 2D-Doc.

    Attributes:
        version: of the header, 1 to 4.
        document_type: two characters, for example L1.
        perimeter: whose list of types it is; None before version 3, which is ANTS.
        country: of the issuer; None before version 4.
        authority: identifier of the certification authority, for example FR03.
        certificate: identifier of the certificate that signed.
        issued, signed: dates; None where the code gives none.
    """

    version: int
    document_type: str
    perimeter: str | None
    country: str | None
    authority: str
    certificate: str
    issued: date | None
    signed: date | None

    @property
    def document_type_name(self) -> str | None:
        """The French name of the document's type; None for a type without a published name."""
        is_ants = self.perimeter in {None, _ANTS_PERIMETER}
        return TWODOC_TYPE_TEXTS.get(self.document_type) if is_ants else None

    def to_json(self) -> dict[str, object]:
        """The header's fields, the type with its name, dates in ISO form."""
        return {
            "version": self.version,
            "document_type": self.document_type,
            "document_type_name": self.document_type_name,
            "perimeter": self.perimeter,
            "country": self.country,
            "authority": self.authority,
            "certificate": self.certificate,
            "issued": self.issued.isoformat() if self.issued is not None else None,
            "signed": self.signed.isoformat() if self.signed is not None else None,
        }


def parse_twodoc(text: str) -> Parsed | None:
    """Read the header of a 2D-Doc; None where it is something else.

    A version that is not known yet is opaque, with a warning. A header of version 3 or 4 whose last fields,
    perimeter and country, are missing is damaged.
    """
    body = text.lstrip(PADDING)
    header = _HEADER.match(body)
    if header is None:
        if _OTHER_VERSION.match(body):
            return Parsed(Kind.OPAQUE, None, frozenset({WarningCode.UNKNOWN_VERSION}))
        return None
    version = int(header["version"])
    at = header.end()
    perimeter = country = None
    if version >= _FIRST_WITH_PERIMETER:
        match = _PERIMETER.match(body, at)
        perimeter = match["perimeter"] if match is not None else None
        at += 2
    if version >= _FIRST_WITH_COUNTRY:
        match = _COUNTRY.match(body, at)
        country = match["country"] if match is not None else None
    if (version >= _FIRST_WITH_PERIMETER and perimeter is None) or (
        version >= _FIRST_WITH_COUNTRY and country is None
    ):
        return Parsed(Kind.TWODOC, None, frozenset({WarningCode.DAMAGED}))
    document = TwoDoc(
        version,
        header["type"],
        perimeter,
        country,
        header["authority"],
        header["certificate"],
        _day(header["issued"]),
        _day(header["signed"]),
    )
    return Parsed(Kind.TWODOC, document)


def _day(field: str) -> date | None:
    """The date of a hexadecimal count of days since 2000."""
    return None if field == _NO_DATE else _EPOCH + timedelta(days=int(field, 16))
