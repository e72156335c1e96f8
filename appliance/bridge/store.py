"""What the bridge needs of the journal, and nothing more of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from appliance.journal.model import AckResult, Client, Event, JournalStatus

__all__ = ["EventStore"]


class EventStore(Protocol):
    """The side of `appliance.journal.journal.Journal` that the bridge works with."""

    def read(self, client_id: str, after: int, limit: int) -> list[Event]:
        """What waits for the client beyond `after`, in order."""
        ...

    def last_id(self) -> int:
        """The highest event id given so far."""
        ...

    def acknowledge(
        self, client_id: str, event_ids: Collection[int] = (), *, through: int | None = None
    ) -> AckResult:
        """Take events off what the client is owed."""
        ...

    def status(self) -> JournalStatus:
        """Depth and size."""
        ...

    def client_by_token(self, token: str) -> Client | None:
        """The client with this token, compared by its hash in constant time."""
        ...

    def add_client(self, name: str, token_sha256: bytes, scopes: Iterable[str]) -> Client:
        """Pair a client."""
        ...

    def clients(self) -> list[Client]:
        """Every client, in the order of pairing."""
        ...

    def rename(self, client_id: str, name: str) -> bool:
        """Give a client another name; whether it is paired."""
        ...

    def revoke(self, client_id: str) -> bool:
        """Unpair a client; whether it was paired."""
        ...

    def touch(self, client_id: str) -> None:
        """The client was heard of just now."""
        ...

    def note_says_statuses(self, client_id: str) -> None:
        """The client says the status of prescriptions: from now on that is waited for."""
        ...
