"""The services of systemd: whether they run, how often they were started again, who watches the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.health.model import Answer
from appliance.health.probes import Run, read_small

__all__ = ["UNITS", "UnitsCheck", "WatchdogCheck"]

UNITS: Final = ("comptoir-eye.service", "comptoir-counter.service", "comptoir-bridge.service")
_MANY_RESTARTS: Final = 5
_DOWN: Final = frozenset({"inactive", "failed"})
"""Not what is being started or ended: that is on its way."""
_UNIT_WATCH: Final = "WatchdogUSec"
_PROPERTIES: Final = f"Id,LoadState,ActiveState,NRestarts,{_UNIT_WATCH}"


def _shown(output: str) -> list[Mapping[str, str]]:
    """What `systemctl show` prints: a paragraph a unit, `Name=value` a line."""
    paragraphs = (block.splitlines() for block in output.strip().split("\n\n"))
    return [dict(line.partition("=")[::2] for line in lines) for lines in paragraphs]


@dataclass(frozen=True, slots=True)
class UnitsCheck:
    """Whether the three programs run."""

    run: Run
    id: str = "units"

    def ask(self) -> Answer:
        """Ask systemd."""
        ran = self.run(["systemctl", "show", "--property", _PROPERTIES, *UNITS])
        units = _shown(ran.output) if ran.status == 0 else []
        if not units or any("ActiveState" not in unit for unit in units):
            return Answer.unknown("no_systemd")
        if any(unit["LoadState"] == "not-found" for unit in units):
            return Answer.unknown("not_installed")
        down = [unit["Id"].removesuffix(".service") for unit in units if unit["ActiveState"] in _DOWN]
        if down:
            return Answer.fault("down", units=", ".join(down))
        restarts = sum(int(unit.get("NRestarts") or 0) for unit in units)
        return Answer.warning("restarts", count=restarts) if restarts >= _MANY_RESTARTS else Answer.ok()


@dataclass(frozen=True, slots=True)
class WatchdogCheck:
    """Whether systemd watches the three programs, and the hardware watches systemd."""

    run: Run
    devices: Path
    id: str = "watchdog"

    def ask(self) -> Answer:
        """Ask systemd and the kernel."""
        ran = self.run(["systemctl", "show", "--property", _PROPERTIES, *UNITS])
        units = _shown(ran.output) if ran.status == 0 else []
        if not units or any(unit.get("LoadState") != "loaded" for unit in units):
            return Answer.unknown("no_systemd")
        if any(unit.get(_UNIT_WATCH) in {None, "", "0", "infinity"} for unit in units):
            return Answer.fault("units_unwatched")
        manager = self.run(["systemctl", "show", "--property", "RuntimeWatchdogUSec"])
        is_set = manager.output.strip().partition("=")[2] not in {"", "0", "infinity"}
        if not is_set:
            return Answer.warning("machine_unwatched")
        if (read_small(self.devices / "watchdog0" / "state") or "").strip() == "inactive":
            return Answer.warning("machine_unwatched")
        return Answer.ok()
