"""French health identifiers as values that cannot be built wrong."""

from __future__ import annotations

from appliance.identifiers.birth_dates import BirthDate
from appliance.identifiers.errors import CheckDigitError, IdentifierError, MalformedError
from appliance.identifiers.finess import AmNumber, Finess
from appliance.identifiers.gtin import Cip13, Gtin
from appliance.identifiers.ins_authorities import INS_AUTHORITIES, Environment, InsAuthority, MatriculeType
from appliance.identifiers.nir import Nir
from appliance.identifiers.rpps import Rpps

__all__ = [
    "INS_AUTHORITIES",
    "AmNumber",
    "BirthDate",
    "CheckDigitError",
    "Cip13",
    "Environment",
    "Finess",
    "Gtin",
    "IdentifierError",
    "InsAuthority",
    "MalformedError",
    "MatriculeType",
    "Nir",
    "Rpps",
]
