"""The bridge's side of pairing: one ceremony at a time, three a window, nothing given before OK was pressed.

commit (the client's hash) → the device's nonce → reveal (the client's nonce) → both show the digits → OK on
the device → the token, for as long as the client may have missed the answer.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto, unique
from typing import Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.journal.errors import TooManyClientsError
from appliance.journal.model import Client
from appliance.pairing.exchange import MAX_TRIES, PairingFiles, Request, Window
from appliance.pairing.number import NONCE_BYTES, comparison_number, opens

__all__ = [
    "CONFIRMED_NS",
    "Begun",
    "Ceremonies",
    "ClientStore",
    "Confirmed",
    "PairingBusyError",
    "PairingClosedError",
    "PairingError",
    "PairingFullError",
    "PairingGoneError",
    "PairingTriesError",
    "Progress",
    "RevealRefusedError",
]

CONFIRMED_NS = 60 * NS_PER_S
"""How long a confirmed pairing gives its token again to a client that lost the answer."""

TOKEN_BYTES = 32
_SECRET_BYTES = 32
_REFERENCE_BYTES = 8


class PairingError(Exception):
    """Pairing did not go on; each subclass says why."""


class PairingClosedError(PairingError):
    """No window is open; hold OK on the device for three seconds."""


class PairingBusyError(PairingError):
    """Another client is being paired; wait until it is done."""


class PairingTriesError(PairingError):
    """The window's tries are used up; open another window on the device, after its pause."""


class PairingGoneError(PairingError):
    """The pairing is unknown, over, or was refused on the device; begin again."""


class RevealRefusedError(PairingError):
    """The nonce is not the one that was committed to; begin again."""


class PairingFullError(PairingError):
    """The device knows as many clients as it can; revoke one that is no longer used."""


class ClientStore(Protocol):
    """What pairing needs of the journal."""

    def add_client(self, name: str, token_sha256: bytes, scopes: Iterable[str]) -> Client:
        """Pair a client."""
        ...


@unique
class Progress(Enum):
    """How far a pairing is that is not confirmed yet."""

    COMMITTED = auto()
    COMPARING = auto()


@dataclass(frozen=True, slots=True)
class Begun:
    """What the client gets for its commitment.

    Attributes:
        secret: names this pairing to the client alone; whoever has it gets the token.
        device_nonce: NONCE_BYTES bytes.
        left_ns: how long the window still lasts.
    """

    secret: str
    device_nonce: bytes
    left_ns: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The pairing is confirmed: the client, and the token that it shows from now on."""

    client: Client
    token: str

    def __repr__(self) -> str:
        return f"Confirmed(client={self.client.id})"


@dataclass(frozen=True, slots=True)
class _Ceremony:
    secret_sha256: bytes
    window: Window
    reference: str
    name: str
    scopes: frozenset[str]
    commitment: bytes
    device_nonce: bytes
    tries: int
    number: str = ""
    confirmed: Confirmed | None = None
    forget_ns: int = 0

    def shown(self, *, is_over: bool = False) -> Request:
        return Request(
            window=self.window.id,
            reference=self.reference,
            name=self.name,
            number=self.number,
            tries=self.tries,
            is_over=is_over,
            is_paired=self.confirmed is not None,
        )


class Ceremonies:
    """All pairings of a bridge's life. Thread-safe."""

    def __init__(
        self,
        store: ClientStore,
        files: PairingFiles,
        key_pin: bytes,
        clock: Clock,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Void what a former life asked for.

        Args:
            store: where confirmed clients are added.
            files: what the counter reads and writes.
            key_pin: SHA-256 of the device's SubjectPublicKeyInfo.
            clock: measures the window.
            random_bytes: nonces, secrets and tokens.
        """
        self._store = store
        self._files = files
        self._key_pin = key_pin
        self._clock = clock
        self._random = random_bytes
        self._lock = threading.Lock()
        self._current: _Ceremony | None = None
        self._tries: tuple[str, int] = ("", 0)
        files.withdraw()

    def begin(self, name: str, commitment: bytes, scopes: Collection[str]) -> Begun:
        """A client asks to be paired.

        Raises:
            PairingClosedError: no window is open.
            PairingBusyError: another ceremony goes on in it.
            PairingTriesError: it had its three.
        """
        with self._lock:
            now = self._clock.monotonic_ns()
            window = self._files.window(now)
            if window is None:
                raise PairingClosedError
            self._settle(now)
            if self._current is not None and self._current.confirmed is None:
                raise PairingBusyError
            tries = self._tries[1] if self._tries[0] == window.id else 0
            if tries >= MAX_TRIES:
                raise PairingTriesError
            self._tries = (window.id, tries + 1)
            secret = self._random(_SECRET_BYTES).hex()
            self._current = _Ceremony(
                secret_sha256=_digest(secret),
                window=window,
                reference=self._random(_REFERENCE_BYTES).hex(),
                name=name,
                scopes=frozenset(scopes),
                commitment=commitment,
                device_nonce=self._random(NONCE_BYTES),
                tries=tries + 1,
            )
            self._files.ask(self._current.shown())
            return Begun(secret, self._current.device_nonce, window.until_ns - now)

    def reveal(self, secret: str, client_nonce: bytes) -> None:
        """The client opens its commitment; from here on both sides show the digits. Repeating is harmless.

        Raises:
            PairingGoneError: it is over.
            RevealRefusedError: another nonce; the pairing is over.
        """
        with self._lock:
            ceremony = self._find(secret)
            if not opens(ceremony.commitment, client_nonce):
                self._end(ceremony)
                raise RevealRefusedError
            if ceremony.number:
                return
            number = comparison_number(self._key_pin, ceremony.device_nonce, client_nonce)
            self._current = replace(ceremony, number=number)
            self._files.ask(self._current.shown())

    def progress(self, secret: str) -> Progress | Confirmed:
        """How far the pairing is; once OK was pressed, the token.

        Raises:
            PairingGoneError: it is over, or was refused on the device.
            PairingFullError: the device knows as many clients as it can.
        """
        with self._lock:
            ceremony = self._find(secret)
            if ceremony.confirmed is not None:
                return ceremony.confirmed
            if not ceremony.number:
                return Progress.COMMITTED
            decision = self._files.decision(ceremony.reference)
            if decision is None:
                return Progress.COMPARING
            if not decision.accepted:
                self._end(ceremony)
                raise PairingGoneError
            return self._confirm(ceremony)

    def give_up(self, secret: str) -> None:
        """The client ends it: the digits differ, or it has its token.

        Raises:
            PairingGoneError: it is over already.
        """
        with self._lock:
            self._end(self._find(secret))

    def _confirm(self, ceremony: _Ceremony) -> Confirmed:
        token = self._random(TOKEN_BYTES).hex()
        try:
            client = self._store.add_client(ceremony.name, _digest(token), ceremony.scopes)
        except TooManyClientsError as error:
            self._end(ceremony)
            raise PairingFullError from error
        confirmed = Confirmed(client, token)
        forget = self._clock.monotonic_ns() + CONFIRMED_NS
        self._current = replace(ceremony, confirmed=confirmed, forget_ns=forget)
        self._tries = ("", 0)  # a success ends the row of tries; a second client may pair in the same window
        self._files.ask(self._current.shown(is_over=True))
        return confirmed

    def _find(self, secret: str) -> _Ceremony:
        self._settle(self._clock.monotonic_ns())
        ceremony = self._current
        if ceremony is None or not secrets.compare_digest(ceremony.secret_sha256, _digest(secret)):
            raise PairingGoneError
        return ceremony

    def _settle(self, now_ns: int) -> None:
        """End what its time has ended: the window closed, or the token was there long enough."""
        ceremony = self._current
        if ceremony is None:
            return
        if ceremony.confirmed is not None:
            if now_ns >= ceremony.forget_ns:
                self._current = None
            return
        window = self._files.window(now_ns)
        if window is not None and window.id == ceremony.window.id:
            return
        # OK in the last instant closes the window: the client's next question must still find the decision.
        decision = self._files.decision(ceremony.reference)
        if decision is None or not decision.accepted or now_ns >= ceremony.window.until_ns + CONFIRMED_NS:
            self._end(ceremony)

    def _end(self, ceremony: _Ceremony) -> None:
        self._current = None
        if ceremony.confirmed is None:
            self._files.ask(ceremony.shown(is_over=True))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
