"""The key of a NIR as a card holds it (15 characters).

Cards hold numbers that no INS identity has (first digits 5 and 6: temporary beneficiaries), so the form that
`appliance.identifiers.Nir` wants is not asked for here: only whether number and key belong together.
"""

from __future__ import annotations

__all__ = ["nir_key_is_right"]

_MODULUS = 97
_BODY = 13
_LENGTH = 15
_CORSICA = {"2A": "19", "2B": "18"}
_DEPARTMENT = slice(5, 7)


def nir_key_is_right(nir: str) -> bool:
    """Whether 13 characters and their key agree: key = 97 - (number mod 97); 2A counts as 19, 2B as 18."""
    if len(nir) != _LENGTH or not nir.isascii():
        return False
    department = nir[_DEPARTMENT].upper()
    digits = nir[:5] + _CORSICA.get(department, department) + nir[7:_BODY]
    key = nir[_BODY:]
    return digits.isdigit() and key.isdigit() and int(key) == _MODULUS - int(digits) % _MODULUS
