"""The Code 128 of a prescriber: RPPS in one, FINESS or AM number in the other (arrêté of 10/08/2010)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.text import PADDING
from appliance.identifiers import AmNumber, CheckDigitError, MalformedError, Rpps
from appliance.identifiers.discreet import Discreet

__all__ = ["PrescriberBarcode", "parse_prescriber"]

_ELEVEN_DIGITS: Final = re.compile(r"[0-9]{11}")


@dataclass(frozen=True, slots=True, repr=False)
class PrescriberBarcode(Discreet):
    """One barcode of a prescriber: exactly one of the two is given.

    A sheet may carry the barcodes of several prescribers, the right one marked by hand: never pick one.

    Attributes:
        rpps: 11 digits; a wrong key is a warning of the reading.
        am_or_finess: 9 characters; nothing in the code says which of the two it is.
    """

    rpps: str | None
    am_or_finess: str | None

    def __post_init__(self) -> None:
        """Refuse a barcode of nobody or of two numbers."""
        if (self.rpps is None) == (self.am_or_finess is None):
            raise ValueError("a prescriber's barcode holds one number")

    def to_json(self) -> dict[str, object]:
        """The two fields, one of them null."""
        return {"rpps": self.rpps, "am_or_finess": self.am_or_finess}


def parse_prescriber(text: str, *, test_data_expected: bool) -> Parsed | None:
    """Read a prescriber's number: 11 digits are an RPPS, 9 characters an AM or FINESS number.

    Args:
        text: the content of a Code 128.
        test_data_expected: False in production, where a test number is worth a warning.

    Returns:
        None where it is something else.
    """
    number = text.strip(PADDING)
    is_rpps = _ELEVEN_DIGITS.fullmatch(number) is not None
    warnings: set[WarningCode] = set()
    try:
        identifier = Rpps(number) if is_rpps else AmNumber(number)
    except CheckDigitError:
        warnings.add(WarningCode.RPPS_KEY if is_rpps else WarningCode.AM_KEY)
    except MalformedError:
        return None
    else:
        if identifier.is_test and not test_data_expected:
            warnings.add(WarningCode.TEST_IDENTITY)
    barcode = PrescriberBarcode(number, None) if is_rpps else PrescriberBarcode(None, number)
    return Parsed(Kind.PRESCRIBER, barcode, frozenset(warnings))
