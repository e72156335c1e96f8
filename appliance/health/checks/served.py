"""Whether the bridge serves, and whether anybody but this machine could reach it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from appliance.health.model import Answer

__all__ = ["ServedCheck"]


@dataclass(frozen=True, slots=True)
class ServedCheck:
    """The address that the bridge listens on; that it says so at all is that it serves."""

    host: str
    port: int
    id: str = "bridge"

    def ask(self) -> Answer:
        """Judge the address."""
        values = {"host": self.host, "port": str(self.port)}
        try:
            is_loopback = ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            is_loopback = self.host == "localhost"
        return Answer.warning("loopback", **values) if is_loopback else Answer.ok(**values)
