"""The authorities that assign INS matricules, by OID (list of OIDs published by ANS)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

__all__ = ["INS_AUTHORITIES", "Environment", "InsAuthority", "MatriculeType"]


@unique
class Environment(StrEnum):
    """Whether an identity is of a person, of a test or of a demonstration."""

    PRODUCTION = "production"
    TEST = "test"
    DEMONSTRATION = "demonstration"


@unique
class MatriculeType(StrEnum):
    """What number the authority assigns."""

    NIR = "NIR"
    NIA = "NIA"
    INS_C = "INS-C"


@dataclass(frozen=True, slots=True)
class InsAuthority:
    """Who assigned a matricule: the OID, what it assigns, and for which environment."""

    oid: str
    matricule_type: MatriculeType
    environment: Environment


_ROOT: Final = "1.2.250.1.213.1.4"

_TABLE: Final = (
    (8, MatriculeType.NIR, Environment.PRODUCTION),
    (9, MatriculeType.NIA, Environment.PRODUCTION),
    (10, MatriculeType.NIR, Environment.TEST),
    (11, MatriculeType.NIR, Environment.DEMONSTRATION),
    # INS-C, the computed identifier of before 2020: met in old documents, never in an INS code.
    (2, MatriculeType.INS_C, Environment.PRODUCTION),
    (6, MatriculeType.INS_C, Environment.TEST),
    (7, MatriculeType.INS_C, Environment.DEMONSTRATION),
)

INS_AUTHORITIES: Final[Mapping[str, InsAuthority]] = MappingProxyType(
    {
        f"{_ROOT}.{arc}": InsAuthority(f"{_ROOT}.{arc}", matricule_type, environment)
        for arc, matricule_type, environment in _TABLE
    }
)
"""Every known authority by its OID."""
