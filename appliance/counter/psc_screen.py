"""What the OLED and the mirror for the bridge say of the login: pure."""

from __future__ import annotations

from datetime import datetime

from appliance.counter.psc_state import PscPhase, PscState
from appliance.display.psc_screens import PscClosed, PscFailed, PscLoggingIn, PscNumberShown, PscSessionOpen
from appliance.display.screens import Screen

__all__ = ["psc_json", "psc_screen"]


def psc_screen(psc: PscState, local: datetime | None) -> Screen | None:
    """What is shown of the login now; None where the screen is to speak of something else."""
    if psc.phase is PscPhase.STARTING:
        return PscLoggingIn()
    if psc.phase is PscPhase.WAITING:
        return PscNumberShown(psc.number, psc.left_s)
    if psc.shown_until_ns is None:
        return None
    if psc.refusal is not None:
        return PscFailed(psc.refusal)
    if psc.who is None or psc.until is None:
        return PscClosed()
    zone = local.tzinfo if local is not None else None
    until = psc.until.astimezone(zone)
    return PscSessionOpen(psc.who.family_name, psc.who.given_name, f"{until:%H:%M}")


def psc_json(psc: PscState) -> dict[str, object]:
    """What the bridge may say at any time: whether, which profession, until when; never who."""
    return {
        "state": psc.phase.value,
        "profession_code": psc.who.profession_code if psc.who is not None else None,
        "until": psc.until.isoformat(timespec="seconds").replace("+00:00", "Z") if psc.until else None,
    }
