"""From a fault of a téléservice to one of the port's errors, with its cause and remedy in French.

Codes seen in published answers of INSi are marked so; those that begin with `demo_` are of our simulated
base, because the real list is not public. A code in no table keeps the service's own sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from appliance.prescriptions.causes import MAX_MINUTES, Cause
from appliance.prescriptions.port import (
    ClockWrongError,
    LookUpError,
    NotAuthorisedError,
    RefusedError,
    UnreachableError,
)
from appliance.prescriptions.tlsi.envelope import Fault
from appliance.texts.tlsi import FAULT_REMEDY

__all__ = ["FAULT_CAUSES", "MAX_CLOCK_OFFSET", "clock_error", "error_of"]

MAX_CLOCK_OFFSET: Final = timedelta(minutes=2)
"""An assertion is refused for less than an hour; what is refused while the clock is this wrong is put down
to the clock. HTTP dates have seconds, and an answer takes some."""

FAULT_CAUSES: Final[Mapping[str, tuple[type[LookUpError], str]]] = MappingProxyType(
    {
        "siram_40": (UnreachableError, "service_unavailable"),  # seen: temporarily unavailable
        "desir_550": (RefusedError, "software_unknown"),  # seen: unknown authorisation number
        "insi_101": (UnreachableError, "insi_by_vitale"),  # by the name of insi_102
        "insi_102": (UnreachableError, "insi_by_traits"),  # seen: the search by traits failed inside
        "demo_signature": (NotAuthorisedError, "signature_refused"),
        "demo_autorite": (NotAuthorisedError, "card_issuer_unknown"),
        "demo_revocation": (NotAuthorisedError, "card_revoked"),
        "demo_profession": (RefusedError, "not_pharmacist"),
        "demo_horloge": (ClockWrongError, "clock_wrong"),
        "demo_assertion": (NotAuthorisedError, "cps_wanted"),
        "demo_rejeu": (RefusedError, "replayed"),
        "demo_requete": (RefusedError, "request_refused"),
    }
)
"""By the code of the Erreur, else by the subcode of the fault: the error, and its cause in the catalogue."""

_MAX_CODE_CHARS: Final = 40


def error_of(fault: Fault, offset: timedelta | None) -> LookUpError:
    """The error that a fault means.

    Args:
        fault: as answered.
        offset: our clock minus the service's, None where it did not say its time.
    """
    detail = _detail(fault)
    if fault.by_sender and offset is not None and abs(offset) > MAX_CLOCK_OFFSET:
        return clock_error(offset, detail)
    code = next((code for code in (fault.code, fault.subcode) if code in FAULT_CAUSES), None)
    if code is None:
        # A service that blames itself may answer the next time.
        kind = RefusedError if fault.by_sender else UnreachableError
        return kind(detail, reason=fault.text, remedy=FAULT_REMEDY.format(code=detail))
    error, cause = FAULT_CAUSES[code]
    return error(detail, cause=Cause(cause))


def clock_error(offset: timedelta, detail: str) -> ClockWrongError:
    """That the device's clock is off, by how much and in which direction."""
    minutes = round(abs(offset) / timedelta(minutes=1))
    if minutes > MAX_MINUTES:
        return ClockWrongError(detail)
    return ClockWrongError(
        detail, cause=Cause("clock_early" if offset > timedelta() else "clock_late", minutes)
    )


def _detail(fault: Fault) -> str:
    """The codes, for the log; letters, digits and underscores only: the rest could be anything."""
    codes = ("".join(c for c in code if c.isascii() and (c.isalnum() or c == "_")) for code in _codes(fault))
    return "/".join(code[:_MAX_CODE_CHARS] for code in codes if code) or "fault"


def _codes(fault: Fault) -> tuple[str, str]:
    return fault.subcode, fault.code
