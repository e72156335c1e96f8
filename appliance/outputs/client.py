"""An output as a client of the journal: enrolled by its name, owed events like a paired software."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Protocol

from appliance.journal.device_key import derive
from appliance.journal.model import MAX_ACK_IDS, SCOPE_COPY, SCOPE_EVENTS, AckResult, Client, Event
from appliance.outputs.sink import Traits

__all__ = ["OutputStore", "dismiss", "enrol"]


class OutputStore(Protocol):
    """The side of `appliance.journal.journal.Journal` that outputs work with."""

    def read(self, client_id: str, after: int, limit: int) -> list[Event]:
        """What waits for the client beyond `after`, in order."""
        ...

    def acknowledge(
        self, client_id: str, event_ids: Collection[int] | None = None, *, through: int | None = None
    ) -> AckResult:
        """The client has these."""
        ...

    def decline(self, client_id: str, event_ids: Collection[int]) -> None:
        """The client will not take these."""
        ...

    def touch(self, client_id: str) -> None:
        """The client was heard of just now."""
        ...

    def last_id(self) -> int:
        """The highest event id given so far."""
        ...

    def client_by_token(self, token: str) -> Client | None:
        """The client with this token."""
        ...

    def add_client(self, name: str, token_sha256: bytes, scopes: Iterable[str]) -> Client:
        """Pair a client."""
        ...

    def revoke(self, client_id: str) -> bool:
        """Unpair a client; whether it was paired."""
        ...


def enrol(store: OutputStore, device_key: bytes, traits: Traits) -> Client:
    """The output's client, made on its first start; what happened before that is not for it.

    Its token follows from the device key, so that no file has to remember which client is this output's;
    nobody holds it.

    Raises:
        TooManyClientsError: no further client can be paired.
        JournalError: the journal cannot be used.
    """
    token = _token(device_key, traits.name)
    known = store.client_by_token(token)
    if known is not None:
        return known
    before = store.last_id()
    scopes = (SCOPE_EVENTS, SCOPE_COPY) if traits.is_copy else (SCOPE_EVENTS,)
    client = store.add_client(traits.title, hashlib.sha256(token.encode()).digest(), scopes)
    while old := [event.id for event in store.read(client.id, 0, MAX_ACK_IDS) if event.id <= before]:
        store.decline(client.id, old)
    return client


def dismiss(store: OutputStore, device_key: bytes, name: str) -> bool:
    """Forget an output that is no longer wanted, so that nothing waits for it; whether there was one.

    Raises:
        JournalError: the journal cannot be used.
    """
    known = store.client_by_token(_token(device_key, name))
    return known is not None and store.revoke(known.id)


def _token(device_key: bytes, name: str) -> str:
    return derive(device_key, f"output {name}").hex()
