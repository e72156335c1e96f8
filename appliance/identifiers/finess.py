"""FINESS numbers of establishments and AM numbers of private prescribers: 9 characters, the last a key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from appliance.identifiers.discreet import Discreet
from appliance.identifiers.errors import CheckDigitError, MalformedError
from appliance.identifiers.luhn import is_luhn_valid

__all__ = ["AmNumber", "Finess"]

_CORSICA: Final = ("2A", "2B")


@dataclass(frozen=True, slots=True, repr=False)
class _NineCharacters(Discreet):
    """What both have in common: the department first, the Luhn key last."""

    value: str

    _shape: ClassVar[re.Pattern[str]]

    def __post_init__(self) -> None:
        """Check the form, then the key."""
        if not self._shape.fullmatch(self.value):
            raise MalformedError(f"not the 9 characters of a {type(self).__name__}")
        if not is_luhn_valid(self.value):
            raise CheckDigitError(f"the key does not fit the {type(self).__name__}")

    @property
    def is_test(self) -> bool:
        """Whether it carries a letter that is not Corsica's: how ANS marks test numbers (0B..., 9D...)."""
        return self.value[1].isalpha() and not self.value.startswith(_CORSICA)


@dataclass(frozen=True, slots=True, repr=False)
class Finess(_NineCharacters):
    """A FINESS number, legal or geographic: Luhn with A counted 1, B counted 2 (checked on real extracts).

    Raises:
        MalformedError: not 9 characters of that form.
        CheckDigitError: the key does not fit.
    """

    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9][0-9A-I][0-9]{7}")


@dataclass(frozen=True, slots=True, repr=False)
class AmNumber(_NineCharacters):
    """A "numéro AM", the billing identifier of a prescriber, or the FINESS number given in its place.

    No official text of its key is public; Luhn fits every published sample. So a key that does not fit is
    a reason to warn, never to discard. Former ADELI test numbers carry letters in places 2 and 3.

    Raises:
        MalformedError: not 9 characters of that form.
        CheckDigitError: the key does not fit.
    """

    _shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9][0-9A-I]{2}[0-9]{6}")
