"""GTIN of any trade item and CIP13 of French medicines (GS1 General Specifications, §7.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from appliance.identifiers.discreet import Discreet
from appliance.identifiers.errors import CheckDigitError, MalformedError

__all__ = ["CIP_PREFIX", "GTIN_LENGTH", "Cip13", "Gtin", "gs1_check_digit"]

GTIN_LENGTH: Final = 14

CIP_PREFIX: Final = "3400"
"""The GS1 prefix under which French medicines (CIP13, UCD13) are numbered."""

_LENGTHS: Final = (8, 12, 13, 14)
_CIP_LENGTH: Final = 13
_WEIGHTS: Final = (3, 1)
_BASE: Final = 10
_DIGITS: Final = re.compile(r"[0-9]+")


def gs1_check_digit(digits: str) -> str:
    """The check digit that follows `digits`: weights 3 and 1 in turn from the right, to the next ten.

    Raises:
        MalformedError: not digits.
    """
    if not _DIGITS.fullmatch(digits):
        raise MalformedError("a GS1 key holds digits only")
    total = sum(int(digit) * _WEIGHTS[rank % 2] for rank, digit in enumerate(reversed(digits)))
    return str(-total % _BASE)


@dataclass(frozen=True, slots=True, repr=False)
class Gtin(Discreet):
    """A GTIN on 14 digits.

    Raises:
        MalformedError: not 14 digits.
        CheckDigitError: the check digit does not fit.
    """

    value: str

    def __post_init__(self) -> None:
        """Check the form, then the check digit."""
        if len(self.value) != GTIN_LENGTH or not _DIGITS.fullmatch(self.value):
            raise MalformedError("a GTIN is kept on 14 digits")
        if gs1_check_digit(self.value[:-1]) != self.value[-1]:
            raise CheckDigitError("the check digit does not fit the GTIN")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The GTIN of a text of 8, 12, 13 or 14 digits; the short forms are filled with zeros on the left.

        Raises:
            MalformedError: another length, or not digits.
            CheckDigitError: the check digit does not fit.
        """
        if len(text) not in _LENGTHS:
            raise MalformedError("a GTIN has 8, 12, 13 or 14 digits")
        return cls(text.zfill(GTIN_LENGTH))

    @property
    def cip13(self) -> Cip13 | None:
        """The CIP13 it is built of, where it is a French medicine's."""
        code = self.value[1:]
        return Cip13(code) if self.value[0] == "0" and code.startswith(CIP_PREFIX) else None


@dataclass(frozen=True, slots=True, repr=False)
class Cip13(Discreet):
    """A CIP13 (or UCD13): 13 digits that begin with 3400, the last a GS1 check digit.

    Raises:
        MalformedError: not 13 digits with that prefix.
        CheckDigitError: the check digit does not fit.
    """

    value: str

    def __post_init__(self) -> None:
        """Check the form, then the check digit."""
        if len(self.value) != _CIP_LENGTH or not self.value.startswith(CIP_PREFIX):
            raise MalformedError("a CIP13 is 13 digits that begin with 3400")
        if gs1_check_digit(self.value[:-1]) != self.value[-1]:
            raise CheckDigitError("the check digit does not fit the CIP13")

    @property
    def gtin(self) -> Gtin:
        """The GTIN of the box."""
        return Gtin(self.value.zfill(GTIN_LENGTH))
