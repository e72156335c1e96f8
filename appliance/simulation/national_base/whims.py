"""How the simulated base misbehaves, on command: of the service, of its answers, of the network before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Final, Protocol

from appliance.base.files import replace_volatile

__all__ = ["MAX_CLOCK_OFFSET_S", "MAX_LATENCY_S", "Whim", "Whims", "WhimsFile", "WhimsHolder", "WhimsSource"]

MAX_LATENCY_S: Final = 60.0
MAX_CLOCK_OFFSET_S: Final = 366 * 24 * 3600.0
_MAX_FILE_BYTES: Final = 4096


@unique
class Whim(StrEnum):
    """What goes wrong; each has a test that shows what becomes of it."""

    NONE = "none"
    # The service
    FAULT = "fault"
    OUTAGE = "outage"
    UNAVAILABLE = "unavailable"
    # Answers that lie
    OTHER_PRESCRIPTION = "other_prescription"
    OTHER_PATIENT = "other_patient"
    OTHER_MESSAGE = "other_message"
    ODD_STATE = "odd_state"
    WRONG_NAMESPACE = "wrong_namespace"
    NOT_XML = "not_xml"
    HUGE = "huge"
    ENTITY_BOMB = "entity_bomb"
    EXTERNAL_ENTITY = "external_entity"
    # The network
    CAPTIVE_PORTAL = "captive_portal"
    REDIRECT = "redirect"
    TRUNCATED = "truncated"
    TRUNCATED_GZIP = "truncated_gzip"
    GZIP_BOMB = "gzip_bomb"
    SLOW_DRIP = "slow_drip"
    SLOW_HEADERS = "slow_headers"


@dataclass(frozen=True, slots=True)
class Whims:
    """How the base behaves now.

    Attributes:
        whim: what goes wrong.
        latency_s: how long each answer takes beside its making.
        clock_offset_s: how far the base's clock is ahead of the machine's.
    """

    whim: Whim = Whim.NONE
    latency_s: float = 0.0
    clock_offset_s: float = 0.0

    def __post_init__(self) -> None:
        """Bound them."""
        if not 0 <= self.latency_s <= MAX_LATENCY_S:
            raise ValueError(f"an answer takes 0 to {MAX_LATENCY_S:g} s")
        if not abs(self.clock_offset_s) <= MAX_CLOCK_OFFSET_S:
            raise ValueError("a clock is a year off at most")


class WhimsSource(Protocol):
    """Where the base looks up how to behave, once a request."""

    def read(self) -> Whims:
        """As it is now."""
        ...


@dataclass(slots=True)
class WhimsHolder:
    """Whims set in this process."""

    whims: Whims = Whims()

    def read(self) -> Whims:
        """As set last."""
        return self.whims


@dataclass(frozen=True, slots=True)
class WhimsFile:
    """Whims set by another process of the demonstration, in a file of the runtime directory."""

    path: Path

    def read(self) -> Whims:
        """As written last; well-behaved where nothing was, or nothing that can be read."""
        try:
            with self.path.open("rb") as file:
                values = json.loads(file.read(_MAX_FILE_BYTES))
            return Whims(Whim(values["whim"]), float(values["latency_s"]), float(values["clock_offset_s"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Whims()

    def write(self, whims: Whims) -> None:
        """Have the base behave so from its next request on."""
        values = {
            "whim": whims.whim,
            "latency_s": whims.latency_s,
            "clock_offset_s": whims.clock_offset_s,
        }
        replace_volatile(self.path, json.dumps(values).encode())
