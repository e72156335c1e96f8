"""The bridge's side of the technician's door: a code opens it once, and a token lasts as long as the door."""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from appliance.base.clock import NS_PER_S, Clock
from appliance.bridge.rights import Scope
from appliance.journal.model import Client
from appliance.pairing.door import MAX_WRONG_CODES, Door, DoorFiles
from appliance.texts.technician import VISITOR

__all__ = ["CodeWrongError", "DoorError", "DoorShutError", "Doorkeeper", "Entered", "EntryLostError"]

_log = logging.getLogger(__name__)

_TOKEN_BYTES = 32
_VISITOR_ID = "technician"


class DoorError(Exception):
    """Nobody goes in; each subclass says why."""


class DoorShutError(DoorError):
    """No door is open, or its code was used; open one on the device: Menu, Technicien, Page web."""


class CodeWrongError(DoorError):
    """It is not the code of the device's screen; type it again.

    Attributes:
        left: how often, before the door is shut.
    """

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class EntryLostError(DoorError):
    """That somebody comes in cannot be written down; free some memory of the device."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: the token, and how long it lasts."""

    token: str
    left_s: int

    def __repr__(self) -> str:
        return f"Entered(left_s={self.left_s})"


@dataclass(frozen=True, slots=True)
class _Session:
    door_id: str
    token_sha256: bytes
    client: Client


class Doorkeeper:
    """One session at a time, in this program's memory alone. Thread-safe.

    Args:
        files: shared with the counter.
        clock: measures how long the door is open.
        random_bytes: the token.
    """

    def __init__(
        self, files: DoorFiles, clock: Clock, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._files = files
        self._clock = clock
        self._random = random_bytes
        self._lock = threading.Lock()
        self._session: _Session | None = None

    def enter(self, code: str) -> Entered:
        """Take the code of the device's screen.

        Raises:
            DoorShutError: there is no door for it.
            CodeWrongError: it is another.
            EntryLostError: the runtime directory cannot be written: nobody goes in uncounted.
        """
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            door = self._files.door(now_ns)
            if door is None:
                raise DoorShutError
            visit = self._files.visit(door)
            if visit.is_shut:
                raise DoorShutError
            is_right = secrets.compare_digest(code.encode(), door.code.encode())
            wrong = visit.wrong_codes + (not is_right)
            try:
                self._files.note(visit.model_copy(update={"wrong_codes": wrong, "entered": is_right}))
            except OSError as error:
                _log.error("nobody can be let into the page: %s", type(error).__name__)
                raise EntryLostError from error
            if not is_right:
                raise CodeWrongError(MAX_WRONG_CODES - wrong)
            return self._let_in(door, now_ns)

    def visitor(self, token: str) -> Client | None:
        """Whoever came in by the door that is open, with this token."""
        with self._lock:
            session = self._session
            if session is None or not secrets.compare_digest(session.token_sha256, _digest(token)):
                return None
            door = self._files.door(self._clock.monotonic_ns())
            if door is None or door.id != session.door_id:
                self._session = None
                return None
            return session.client

    def left_s(self) -> int:
        """How long the page is still open; 0 while it is not."""
        now_ns = self._clock.monotonic_ns()
        door = self._files.door(now_ns)
        return 0 if door is None else -(-(door.until_ns - now_ns) // NS_PER_S)

    def awaits_code(self) -> bool:
        """Whether a code would open the page now."""
        door = self._files.door(self._clock.monotonic_ns())
        return door is not None and not self._files.visit(door).is_shut

    def is_open(self) -> bool:
        """Whether there is a door: the page itself is shown only then."""
        return self._files.door(self._clock.monotonic_ns()) is not None

    def leave(self) -> None:
        """The technician is done. The door's code stays used."""
        with self._lock:
            self._session = None

    def _let_in(self, door: Door, now_ns: int) -> Entered:
        token = self._random(_TOKEN_BYTES).hex()
        client = Client(_VISITOR_ID, VISITOR, frozenset({Scope.CONSOLE.value}), self._clock.now())
        self._session = _Session(door.id, _digest(token), client)
        return Entered(token, -(-(door.until_ns - now_ns) // NS_PER_S))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
