"""The paired clients: added, found by their token, seen, revoked."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from appliance.journal import deliveries
from appliance.journal.database import Database
from appliance.journal.errors import InvalidRequestError, UnknownClientError
from appliance.journal.model import MAX_NAME_CHARS, MAX_SCOPES, Client, from_us, to_us
from appliance.journal.session import Session, Stamp
from appliance.journal.volatile import Seen, VolatileStore

__all__ = ["MAX_TOKEN_CHARS", "SEEN_ON_DISK", "Pairings"]

SEEN_ON_DISK = timedelta(hours=1)
"""How often a client's last request is written to the disk; in between it is noted on the tmpfs."""

MAX_TOKEN_CHARS = 512
TOKEN_HASH_BYTES = 32

_CLIENT_ID_BYTES = 8
_SCOPE = re.compile(r"[a-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Pairings:
    """The clients of one journal."""

    database: Database
    volatile: VolatileStore
    stamp: Callable[[], Stamp]

    def add(self, name: str, token_sha256: bytes, scopes: Iterable[str]) -> Client:
        """Pair a client; if it receives events, all that still wait are owed to it.

        Raises:
            InvalidRequestError: name, hash or scopes out of bounds, or a token that is already in use.
            TooManyClientsError: MAX_CLIENTS are paired.
        """
        granted = frozenset(scopes)
        _check_name(name)
        if len(token_sha256) != TOKEN_HASH_BYTES:
            raise InvalidRequestError(f"token hash {len(token_sha256)} / {TOKEN_HASH_BYTES} bytes")
        if not 1 <= len(granted) <= MAX_SCOPES or not all(map(_SCOPE.fullmatch, granted)):
            raise InvalidRequestError(f"scopes: 1..{MAX_SCOPES} lower-case words")

        def work(session: Session) -> Client:
            if deliveries.client_by_hash(session, token_sha256) is not None:
                raise InvalidRequestError("token already in use")
            paired_at = from_us(self.stamp().at_us)
            client = Client(secrets.token_hex(_CLIENT_ID_BYTES), name, granted, paired_at)
            deliveries.add_client(session, client, token_sha256)
            return client

        return self.database.write(work)

    def by_token(self, token: str) -> Client | None:
        """The client that holds this token, None where nobody does."""
        if len(token) > MAX_TOKEN_CHARS:
            return None
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        found = self.database.read(lambda session: deliveries.client_by_hash(session, digest))
        return None if found is None else self._with_last_seen(found)

    def all(self) -> list[Client]:
        """Every client, in the order of pairing."""
        return [self._with_last_seen(client) for client in self.database.read(deliveries.all_clients)]

    def rename(self, client_id: str, name: str) -> bool:
        """Give a client another name; returns whether it is paired.

        Raises:
            InvalidRequestError: the name is out of bounds.
        """
        _check_name(name)
        return self.database.write(lambda session: deliveries.rename(session, client_id, name))

    def revoke(self, client_id: str) -> tuple[bool, tuple[int, ...]]:
        """Unpair a client; returns whether it was paired, and the events that were erased by it."""
        revoked, erased = self.database.write(lambda session: deliveries.revoke(session, client_id))
        if revoked:
            self.volatile.forget_client(client_id)
        return revoked, erased

    def touch(self, client_id: str) -> None:
        """Note that the client has just asked for something.

        Raises:
            UnknownClientError: it is not paired.
        """
        known = self.database.read(lambda session: deliveries.last_seen_on_disk(session, client_id))
        if known is None:
            raise UnknownClientError
        stamp = self.stamp()
        self.volatile.saw(client_id, Seen(stamp.at_us, stamp.mono_ns, stamp.boot))
        (on_disk_us,) = known
        # abs(): a wall clock that was set back is written down, too.
        if on_disk_us is None or abs(stamp.at_us - on_disk_us) >= SEEN_ON_DISK // timedelta(microseconds=1):
            self.database.write(lambda session: deliveries.note_seen(session, client_id, stamp.at_us))

    def note_says_statuses(self, client_id: str) -> None:
        """Note for good that the client said the status of a prescription.

        Raises:
            UnknownClientError: it is not paired.
        """
        self.database.write(lambda session: deliveries.note_says_statuses(session, client_id))

    def _with_last_seen(self, client: Client) -> Client:
        seen = self.volatile.last_seen(client.id)
        if seen is None:
            return client
        last_seen = from_us(seen.at_us)
        if client.last_seen is not None and to_us(client.last_seen) > seen.at_us:
            last_seen = client.last_seen
        this_boot = seen.boot == self.stamp().boot
        return replace(client, last_seen=last_seen, last_seen_ns=seen.mono_ns if this_boot else None)


def _check_name(name: str) -> None:
    if not 1 <= len(name) <= MAX_NAME_CHARS or not name.isprintable():
        raise InvalidRequestError(f"name: 1..{MAX_NAME_CHARS} printable characters")
