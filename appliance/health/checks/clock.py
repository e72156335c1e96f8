"""Whether the wall clock is kept right: an ID token and an assertion of another time are refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from appliance.base.clock import Clock
from appliance.health.model import Answer
from appliance.health.probes import Run

__all__ = ["ClockCheck"]

_NOT_BEFORE: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""This program did not exist before: a clock that says so was never set."""


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """Whether systemd says that it is synchronised."""

    run: Run
    clock: Clock
    id: str = "clock"

    def ask(self) -> Answer:
        """Ask timedated."""
        if self.clock.now() < _NOT_BEFORE:
            return Answer.fault("wrong", year=self.clock.now().year)
        ran = self.run(["timedatectl", "show", "--property", "NTP,NTPSynchronized"])
        said = dict(line.partition("=")[::2] for line in ran.output.splitlines())
        if ran.status != 0 or "NTPSynchronized" not in said:
            return Answer.unknown("no_systemd")
        if said["NTPSynchronized"] == "yes":
            return Answer.ok()
        return Answer.warning("not_yet" if said.get("NTP") == "yes" else "switched_off")
