"""How long a connection may take and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of the reception, as the device sets them; tests set shorter ones.

    Attributes:
        request_s: from the connection, or a further request's first byte, to the last byte of the request.
        idle_s: how long a connection is kept open between requests.
        write_s: how long a client may take to read its response.
        linger_s: how long what a refused client still sends is thrown away, so that it can read the refusal.
        linger_bytes: how much of it.
        max_connections: beyond, the address that holds most loses the connection that has waited longest.
        max_served_per_address: requests of one address being answered or waiting for a thread.
    """

    request_s: float = 10.0
    idle_s: float = 60.0
    write_s: float = 15.0
    linger_s: float = 1.0
    linger_bytes: int = 256 * 1024
    max_connections: int = 96
    max_served_per_address: int = 20

    def __post_init__(self) -> None:
        """Refuse what would let nobody in."""
        if min(self.request_s, self.idle_s, self.write_s, self.linger_s, self.linger_bytes) <= 0:
            raise ValueError("every time and amount is above zero")
        if self.max_connections < 1 or self.max_served_per_address < 1:
            raise ValueError("at least one connection and one request must be let in")
