"""Reed-Solomon correction over GF(256) that is told where it must not believe: errors and erasures.

The decoders we use correct errors only. A codeword known to lie under a pen stroke or a fold costs one check
codeword instead of two when it is given up beforehand, so a symbol may be damaged up to twice as far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["DATA_MATRIX_FIELD", "QR_FIELD", "Field", "correct"]

_ORDER: Final = 255


@dataclass(frozen=True, slots=True)
class Field:
    """A GF(256) with the first root of its codes.

    Attributes:
        polynomial: that makes the field, with its leading term.
        first_root: exponent of the first root of the generator polynomial.
    """

    polynomial: int
    first_root: int


DATA_MATRIX_FIELD: Final = Field(0x12D, 1)
"""ISO/IEC 16022, 5.7.1."""

QR_FIELD: Final = Field(0x11D, 0)
"""ISO/IEC 18004, 7.5.2."""


@lru_cache(maxsize=2)
def _tables(polynomial: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Powers of the generator, twice around so that sums need no remainder, and logarithms."""
    powers, logs = [0] * (2 * _ORDER), [0] * (_ORDER + 1)
    value = 1
    for exponent in range(_ORDER):
        powers[exponent] = powers[exponent + _ORDER] = value
        logs[value] = exponent
        value <<= 1
        if value > _ORDER:
            value ^= polynomial
    return tuple(powers), tuple(logs)


_Exponents = npt.NDArray[np.int_]


class _Arithmetic:
    """Polynomials over a field, lowest power first."""

    def __init__(self, field: Field) -> None:
        self.powers, self.logs = _tables(field.polynomial)

    def times(self, one: int, other: int) -> int:
        return self.powers[self.logs[one] + self.logs[other]] if one and other else 0

    def over(self, one: int, other: int) -> int:
        return self.powers[self.logs[one] - self.logs[other] + _ORDER] if one else 0

    def product(self, one: Sequence[int], other: Sequence[int]) -> list[int]:
        result = [0] * (len(one) + len(other) - 1)
        for i, a in enumerate(one):
            for j, b in enumerate(other):
                result[i + j] ^= self.times(a, b)
        return result

    def at(self, polynomial: Sequence[int], exponents: _Exponents) -> npt.NDArray[np.int_]:
        """The values at the generator's powers `exponents`."""
        powers, logs = np.array(self.powers), np.array(self.logs)
        coefficients = np.array(polynomial)
        places = np.nonzero(coefficients)[0]
        terms = powers[(logs[coefficients[places]][None, :] + exponents[:, None] * places[None, :]) % _ORDER]
        return np.asarray(np.bitwise_xor.reduce(terms, axis=1), np.int_)


def correct(received: Sequence[int], checks: int, erased: Sequence[int], field: Field) -> list[int] | None:
    """The codewords as they were, or None where too many are wrong.

    Args:
        received: codewords of one block, data first.
        checks: how many of them are check codewords.
        erased: indices into `received` of those not to be believed.
        field: of the symbology.
    """
    math = _Arithmetic(field)
    count = len(received)
    if len(erased) > checks or count > _ORDER:
        return None
    roots = field.first_root + np.arange(checks)
    syndromes = math.at(received[::-1], roots).tolist()
    if not any(syndromes):
        return list(received)
    erasures = [1]
    for index in erased:
        erasures = math.product(erasures, [1, math.powers[count - 1 - index]])
    locator = _locator(math, syndromes, erasures, len(erased))
    wrong = np.nonzero(math.at(locator, -np.arange(count)) == 0)[0]
    if len(wrong) != len(locator) - 1:
        return None
    fixed = list(received)
    evaluator = math.product(syndromes, locator)[:checks]
    # The derivative: in characteristic two only the odd powers are left.
    slope = [locator[power] if power % 2 else 0 for power in range(1, len(locator))]
    steepness, heights = math.at(slope, -wrong), math.at(evaluator, -wrong)
    if not steepness.all():
        return None
    for power, height, steep in zip(wrong.tolist(), heights.tolist(), steepness.tolist(), strict=True):
        size = math.over(height, steep)
        fixed[count - 1 - power] ^= math.times(size, math.powers[power * (1 - field.first_root) % _ORDER])
    return None if math.at(fixed[::-1], roots).any() else fixed


def _locator(math: _Arithmetic, syndromes: Sequence[int], erasures: list[int], erased: int) -> list[int]:
    """Berlekamp and Massey's shortest register, begun with the erasures' locator; no trailing zeros."""
    locator, before = list(erasures), list(erasures)
    length = erased
    for step in range(erased, len(syndromes)):
        discrepancy = 0
        for index, coefficient in enumerate(locator[: step + 1]):
            discrepancy ^= math.times(coefficient, syndromes[step - index])
        before.insert(0, 0)
        if discrepancy == 0:
            continue
        scaled = [math.times(discrepancy, coefficient) for coefficient in before]
        width = max(len(locator), len(scaled))
        longer = [
            (locator[i] if i < len(locator) else 0) ^ (scaled[i] if i < len(scaled) else 0)
            for i in range(width)
        ]
        if 2 * length <= step + erased:
            before = [math.over(coefficient, discrepancy) for coefficient in locator]
            length = step + erased + 1 - length
        locator = longer
    while len(locator) > 1 and locator[-1] == 0:
        locator.pop()
    return locator
