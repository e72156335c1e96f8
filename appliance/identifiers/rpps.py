"""The RPPS number of a health professional."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from appliance.identifiers.discreet import Discreet
from appliance.identifiers.errors import CheckDigitError, MalformedError
from appliance.identifiers.luhn import is_luhn_valid

__all__ = ["TEST_SERIES", "Rpps"]

_SHAPE: Final = re.compile(r"[0-9]{11}")

TEST_SERIES: Final = ("899", "997", "999")
"""How the numbers of published test identities begin (GIE SESAM-Vitale; ANS: 997 on test cards); no
professional is numbered so."""


@dataclass(frozen=True, slots=True, repr=False)
class Rpps(Discreet):
    """11 digits, the last the Luhn key of the others.

    Raises:
        MalformedError: not 11 digits.
        CheckDigitError: the key does not fit.
    """

    value: str

    def __post_init__(self) -> None:
        """Check the form, then the key."""
        if not _SHAPE.fullmatch(self.value):
            raise MalformedError("an RPPS number is 11 digits")
        if not is_luhn_valid(self.value):
            raise CheckDigitError("the key does not fit the RPPS number")

    @property
    def is_test(self) -> bool:
        """Whether it is of the series kept for test identities."""
        return self.value.startswith(TEST_SERIES)
