"""The NIR ("numéro de sécurité sociale") and the NIA: the matricule of an INS identity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from appliance.identifiers.discreet import Discreet
from appliance.identifiers.errors import CheckDigitError, MalformedError

__all__ = ["NUMBER_LENGTH", "Nir", "nir_key"]

NUMBER_LENGTH: Final = 13
"""Sex 1, year 2, month 2, place 5, order 3 (decree 82-103, article 4); the key of 2 digits follows."""

_MODULUS: Final = 97

_CORSICA: Final = slice(5, 7)
"""Where the department stands; Corsica's are 2A and 2B."""

_CORSICAN_OFFSETS: Final = {"2A": 1_000_000, "2B": 2_000_000}
"""What is taken from the number once its letter is read as 0 (the rule of INSEE)."""

# Month: 01-13, and 20-42 or 50-99 where the civil status does not give it.
_NUMBER: Final = re.compile(
    r"[1-478][0-9]{2}(?:0[1-9]|1[0-3]|[23][0-9]|4[0-2]|[5-9][0-9])(?:[0-9]{2}|2[AB])[0-9]{6}"
)
_KEY: Final = re.compile(r"[0-9]{2}")

_PROVISIONAL: Final = ("7", "8")


def nir_key(number: str) -> str:
    """The key of a number without key: 97 minus the remainder of its division by 97, on two digits.

    Args:
        number: 13 characters: digits, with 2A or 2B for a birth in Corsica.

    Raises:
        MalformedError: it is not a number of 13 characters of that form.
    """
    if not _NUMBER.fullmatch(number):
        raise MalformedError("not the 13 characters of a NIR")
    offset = _CORSICAN_OFFSETS.get(number[_CORSICA], 0)
    digits = number.replace("A", "0").replace("B", "0")
    return f"{_MODULUS - (int(digits) - offset) % _MODULUS:02d}"


@dataclass(frozen=True, slots=True, repr=False)
class Nir(Discreet):
    """A NIR or NIA of 15 characters, its key checked.

    Attributes:
        value: 13 characters and 2 digits of key, without spaces, Corsica's letters in upper case.

    Raises:
        MalformedError: not the form of a NIR.
        CheckDigitError: the key does not fit the number.
    """

    value: str

    def __post_init__(self) -> None:
        """Check the form, then the key."""
        expected = nir_key(self.number)
        if not _KEY.fullmatch(self.key):
            raise MalformedError("not the 2 digits of a NIR's key")
        if self.key != expected:
            raise CheckDigitError("the key does not fit the NIR")

    @property
    def number(self) -> str:
        """The 13 characters before the key."""
        return self.value[:NUMBER_LENGTH]

    @property
    def key(self) -> str:
        """The 2 digits of the key, 01 to 97."""
        return self.value[NUMBER_LENGTH:]

    @property
    def is_provisional(self) -> bool:
        """Whether it is an NIA: a number given while the civil status is being established."""
        return self.value.startswith(_PROVISIONAL)
