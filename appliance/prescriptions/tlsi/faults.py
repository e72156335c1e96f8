"""From a fault of a téléservice to one of the port's errors, with its cause and remedy in French.

Codes seen in published answers of INSi are marked so; those that begin with `demo_` are of our simulated
base, because the real list is not public. A code in no table keeps the service's own sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from appliance.prescriptions.port import (
    ClockWrongError,
    LookUpError,
    NotAuthorisedError,
    RefusedError,
    UnreachableError,
)
from appliance.prescriptions.tlsi.envelope import Fault
from appliance.texts.tlsi import CLOCK_OFF, FAULT_REMEDY, FAULT_TEXTS

__all__ = ["MAX_CLOCK_OFFSET", "clock_error", "error_of"]

MAX_CLOCK_OFFSET: Final = timedelta(minutes=2)
"""An assertion is refused for less than an hour; what is refused while the clock is this wrong is put down
to the clock. HTTP dates have seconds, and an answer takes some."""

_KINDS: Final[Mapping[str, type[LookUpError]]] = MappingProxyType(
    {
        "siram_40": UnreachableError,  # seen: the service is temporarily unavailable
        "desir_550": RefusedError,  # seen: unknown authorisation number
        "insi_101": UnreachableError,  # by the name of insi_102, for the search by Vitale
        "insi_102": UnreachableError,  # seen: the search by traits failed inside
        "demo_signature": NotAuthorisedError,
        "demo_autorite": NotAuthorisedError,
        "demo_revocation": NotAuthorisedError,
        "demo_profession": RefusedError,
        "demo_horloge": ClockWrongError,
        "demo_assertion": NotAuthorisedError,
        "demo_rejeu": RefusedError,
        "demo_requete": RefusedError,
    }
)
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
    code = next((code for code in (fault.code, fault.subcode) if code in _KINDS), None)
    if code is None:
        # A service that blames itself may answer the next time.
        kind = RefusedError if fault.by_sender else UnreachableError
        return kind(detail, reason=fault.text, remedy=FAULT_REMEDY.format(code=detail))
    texts = FAULT_TEXTS[code]
    return _KINDS[code](detail, reason=texts.reason, remedy=texts.remedy)


def clock_error(offset: timedelta, detail: str) -> ClockWrongError:
    """That the device's clock is off, by how much and in which direction."""
    minutes = round(abs(offset) / timedelta(minutes=1))
    direction = "avance" if offset > timedelta() else "retarde"
    reason = CLOCK_OFF.reason.format(direction=direction, minutes=minutes)
    return ClockWrongError(detail, reason=reason, remedy=CLOCK_OFF.remedy)


def _detail(fault: Fault) -> str:
    """The codes, for the log; letters, digits and underscores only: the rest could be anything."""
    codes = ("".join(c for c in code if c.isascii() and (c.isalnum() or c == "_")) for code in _codes(fault))
    return "/".join(code[:_MAX_CODE_CHARS] for code in codes if code) or "fault"


def _codes(fault: Fault) -> tuple[str, str]:
    return fault.subcode, fault.code
