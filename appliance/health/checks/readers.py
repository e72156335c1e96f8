"""Card readers, as the counter mirrors them (`cards.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from appliance.health.model import Answer
from appliance.health.probes import read_small

__all__ = ["ReadersCheck"]

_RUNNING = "running"
_SERVICE_FAULTS = {"absent": "no_service", "refused": "refused"}


@dataclass(frozen=True, slots=True)
class ReadersCheck:
    """Whether a reader is there, and none of its cards is mute."""

    mirror: Path
    is_wanted: bool
    id: str = "readers"

    def ask(self) -> Answer:
        """Look; the mirror is the counter's own."""
        if not self.is_wanted:
            return Answer.unused()
        told = json.loads(read_small(self.mirror) or "{}")
        service = told.get("service", "unknown")
        if service in _SERVICE_FAULTS:
            return Answer.fault(_SERVICE_FAULTS[service])
        if service != _RUNNING:
            return Answer.unknown("starting")
        readers = told.get("readers", [])
        if not readers:
            return Answer.fault("missing")
        if any(reader.get("condition") == "mute" for reader in readers):
            return Answer.warning("mute", count=len(readers))
        return Answer.ok(count=len(readers))
