"""The Luhn key (ISO/IEC 7812-1) of RPPS, ADELI, FINESS and AM numbers."""

from __future__ import annotations

from typing import Final

__all__ = ["is_luhn_valid"]

_VALUES: Final = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGHI", range(1, 10), strict=True)),
}
"""Letters of Corsican and test numbers count as their rank: A is 1 (2A), B is 2 (2B), and so on."""

_BASE = 10


def is_luhn_valid(text: str) -> bool:
    """Whether the last digit of `text` is the Luhn key of what precedes it.

    Args:
        text: ASCII digits and the letters A to I; anything else is not valid.
    """
    total = 0
    for rank, character in enumerate(reversed(text)):
        value = _VALUES.get(character)
        if value is None:
            return False
        if rank % 2:
            # A doubled value of two digits counts as their sum, which is nine less.
            value = value * 2 - (_BASE - 1 if value * 2 >= _BASE else 0)
        total += value
    return bool(text) and total % _BASE == 0
