"""One connection as the reception knows it."""

from __future__ import annotations

import socket
from enum import Enum, auto

from appliance.bridge.channel import TlsChannel
from appliance.bridge.framing import RequestFraming

__all__ = ["Phase", "Visitor"]


class Phase(Enum):
    """How far a visitor has come."""

    GREETING = auto()
    """Connected; not even the first byte is here."""
    SHAKING_HANDS = auto()
    RECEIVING = auto()
    """Part of a request may be here."""
    SERVED = auto()
    """With a worker, or waiting for one."""
    LEAVING = auto()
    """Answered with a refusal; what still comes is thrown away."""


class Visitor:
    """One connection, from its acceptance to its end."""

    def __init__(self, connection: socket.socket, address: str, since_ns: int) -> None:
        self.plain: socket.socket | None = connection
        self.channel: TlsChannel | None = None
        self.address = address
        self.since_ns = since_ns
        self.deadline_ns = since_ns
        self.phase = Phase.GREETING
        self.framing = RequestFraming()
        self.told_to_go_on = False
        self.discarded = 0

    def fileno(self) -> int:
        """Its descriptor."""
        holder = self.channel or self.plain
        return holder.fileno() if holder is not None else -1

    def close(self) -> None:
        """End the connection."""
        for holder in (self.channel, self.plain):
            if holder is not None:
                holder.close()
