"""Which checks there are, and which program answers each: what only one may see, only that one says.

An answer that comes from another program is not taken: the eye, which strangers feed, cannot speak
of the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType

__all__ = ["REGISTRY", "Source"]


@unique
class Source(StrEnum):
    """Who answers."""

    EYE = "eye"
    COUNTER = "counter"
    BRIDGE = "bridge"
    SYSTEM = "system"
    """`comptoir doctor`, which asks what none of the three may."""


REGISTRY: Mapping[str, Source] = MappingProxyType(
    {
        "units": Source.SYSTEM,
        "watchdog": Source.SYSTEM,
        "camera": Source.EYE,
        "camera.rate": Source.EYE,
        "camera.light": Source.EYE,
        "camera.focus": Source.EYE,
        "pcscd": Source.SYSTEM,
        "polkit": Source.SYSTEM,
        "readers": Source.COUNTER,
        "display": Source.COUNTER,
        "display.bus": Source.SYSTEM,
        "buttons": Source.COUNTER,
        "lamp": Source.COUNTER,
        "sound": Source.COUNTER,
        "journal": Source.COUNTER,
        "journal.depth": Source.COUNTER,
        "journal.integrity": Source.SYSTEM,
        "disk": Source.SYSTEM,
        "disk.wear": Source.SYSTEM,
        "temperature": Source.SYSTEM,
        "throttling": Source.SYSTEM,
        "voltage": Source.SYSTEM,
        "clock": Source.SYSTEM,
        "dns": Source.SYSTEM,
        "base": Source.SYSTEM,
        "base.contract": Source.COUNTER,
        "psc": Source.SYSTEM,
        "certificates": Source.SYSTEM,
        "bridge": Source.BRIDGE,
        "lgo": Source.COUNTER,
        "keyboard": Source.COUNTER,
    }
)
"""By id, in the order in which they are told."""
