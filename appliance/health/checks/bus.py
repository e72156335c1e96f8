"""The bus of the OLED: whether the kernel offers it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.health.model import Answer

__all__ = ["BusCheck"]


@dataclass(frozen=True, slots=True)
class BusCheck:
    """Whether the device file of the bus is there; whether the panel answers is the counter's to say."""

    devices: Path
    driver: str
    bus: str
    port: int
    id: str = "display.bus"

    def ask(self) -> Answer:
        """Look."""
        if self.driver in {"none", "png"}:
            return Answer.unused()
        name = f"i2c-{self.port}" if self.bus == "i2c" else f"spidev{self.port}.0"
        values = {"device": f"/dev/{name}", "bus": self.bus}
        return Answer.ok(**values) if (self.devices / name).exists() else Answer.fault("missing", **values)
