"""Signatures by the health professional's card, for whoever needs one: blocking, from any thread.

`SignatureDesk.signer()` gives the CPS that is in and whose code was given here; `CpsSigner.sign` has the card
sign. Where the code is not in force the counter is made to ask for it, once, and the caller is told so.

A signer belongs to one insertion of one card. Once that card is out, or its code has ended, it never signs
again, whatever is put in afterwards. Nothing is signed under a code that was given to another program: the
card itself would do it, its security state being everybody's.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from dataclasses import dataclass
from typing import Final, Protocol

from appliance.cards.errors import (
    CodeWantedError,
    CpsAbsentError,
    CpsWithdrawnError,
    SignatureRefusedError,
    SigningError,
)
from appliance.cards.identities import CertificatePurpose, CpsHolder
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardInput,
    CardOut,
    CardRead,
    CardSession,
    PinDone,
    PinEnded,
    Signed,
    SignRefused,
)

__all__ = ["MAX_WAITING", "SIGN_LIMIT_S", "CpsSigner", "SignatureDesk", "SigningReaders"]

SIGN_LIMIT_S: Final = 10.0
"""A card takes about two seconds for a signature; one more may be under way before it."""
MAX_WAITING: Final = 8
"""Signatures asked for at once; a counter needs one at a time."""


class SigningReaders(Protocol):
    """What is needed of `appliance.cards.desk.CardDesk`; each call returns at once."""

    def prepare_pin(self, session: CardSession) -> None:
        """Have the counter ask for the card's code."""

    def sign(self, session: CardSession, request: str, digest: bytes) -> None:
        """Answered by Signed or SignRefused naming `request`."""


class CpsSigner(Protocol):
    """One CPS that is in, its code given; two are equal where they are of the same insertion."""

    @property
    def certificate_der(self) -> bytes:
        """The certificate of the signature key, DER."""
        ...

    def sign(self, data: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256 over `data`; waits for the card, SIGN_LIMIT_S at most.

        The signature was checked with the certificate before it is given.

        Raises:
            CpsWithdrawnError: the card is out; it ends a signature under way at once.
            CodeWantedError: the code is not in force any more.
            SignatureRefusedError: the card or its reader does not do it, or not in time.
        """
        ...


@dataclass(slots=True)
class _Card:
    """A CPS that is in and can sign; `was_asked` when its holder was made to be asked for the code."""

    certificate: bytes
    is_verified: bool = False
    was_asked: bool = False


@dataclass(slots=True)
class _Wanted:
    """A signature that somebody waits for."""

    session: CardSession
    answer: bytes | SigningError | None = None


class SignatureDesk:
    """The cards that can sign now, and the signatures under way.

    Args:
        readers: the desk of readers.
        limit_s: how long a signature may take.
    """

    def __init__(self, readers: SigningReaders, limit_s: float = SIGN_LIMIT_S) -> None:
        self._readers = readers
        self._limit_s = limit_s
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._cards: dict[CardSession, _Card] = {}
        self._wanted: dict[str, _Wanted] = {}

    def signer(self, *, ask: bool = True) -> CpsSigner:
        """The CPS whose code is in force; returns at once.

        Args:
            ask: where a CPS waits for its code, have the counter ask for it, once an insertion: a holder who
                gave up is not asked again, and may still press OK on the card's screen.

        Raises:
            CpsAbsentError: no CPS that signs is in.
            CodeWantedError: one is in, and its code is not in force.
        """
        with self._changed:
            for session, card in self._cards.items():
                if card.is_verified:
                    return _Signer(self, session, card.certificate)
            if not self._cards:
                raise CpsAbsentError("no card that signs is in a reader")
            session, card = next(reversed(self._cards.items()))
            demand = ask and not card.was_asked
            card.was_asked = card.was_asked or demand
        if demand:
            # Not under our lock: the readers tell us what happens under theirs.
            self._readers.prepare_pin(session)
        raise CodeWantedError("the code of the card is not in force")

    def hear(self, what: CardInput) -> None:
        """Take in what the desk of readers delivers; returns at once."""
        with self._changed:
            match what:
                case CardRead(session, CpsHolder() as holder):
                    self._take_in(session, holder)
                case CardOut(session):
                    self._cards.pop(session, None)
                    self._end(session, CpsWithdrawnError("the card was taken out"))
                case CardFault(session, kind) if kind is not CardFaultKind.BUSY:
                    self._cards.pop(session, None)
                    self._end(session, SignatureRefusedError("the card cannot be used any more"))
                case PinDone(session) if session in self._cards:
                    self._cards[session].is_verified = True
                    self._cards[session].was_asked = False
                case PinEnded(session):
                    if session in self._cards:
                        self._cards[session].is_verified = False
                    self._end(session, CodeWantedError("the code of the card is not in force any more"))
                case Signed(_, request, signature):
                    self._answer(request, signature)
                case SignRefused(_, request, pin_needed):
                    wanted = CodeWantedError("the card wants its code")
                    refused = SignatureRefusedError("the card does not sign")
                    self._answer(request, wanted if pin_needed else refused)

    def sign(self, session: CardSession, data: bytes) -> bytes:
        """What `CpsSigner.sign` does, by the card of that insertion."""
        request = self._register(session)
        try:
            self._readers.sign(session, request, hashlib.sha256(data).digest())
            with self._changed:
                wanted = self._wanted[request]
                self._changed.wait_for(lambda: wanted.answer is not None, self._limit_s)
        finally:
            with self._changed:
                answer = self._wanted.pop(request).answer
        if answer is None:
            raise SignatureRefusedError(f"the card has not signed within {self._limit_s:g} s")
        if isinstance(answer, SigningError):
            raise answer
        return answer

    def _register(self, session: CardSession) -> str:
        with self._changed:
            card = self._cards.get(session)
            if card is None:
                raise CpsWithdrawnError("the card was taken out")
            if not card.is_verified:
                raise CodeWantedError("the code of the card is not in force any more")
            if len(self._wanted) >= MAX_WAITING:
                raise SignatureRefusedError(f"{MAX_WAITING} signatures are asked for already")
            request = f"signature-{next(self._numbers)}"
            self._wanted[request] = _Wanted(session)
            return request

    def _take_in(self, session: CardSession, holder: CpsHolder) -> None:
        certificate = holder.certificate(CertificatePurpose.SIGNATURE)
        if holder.can_sign and certificate is not None and session not in self._cards:
            self._cards[session] = _Card(certificate.der)

    def _end(self, session: CardSession, error: SigningError) -> None:
        for request, wanted in self._wanted.items():
            if wanted.session == session:
                self._answer(request, error)

    def _answer(self, request: str, answer: bytes | SigningError) -> None:
        wanted = self._wanted.get(request)
        # The first answer counts: a card that is out has not signed, whatever is heard of it later.
        if wanted is not None and wanted.answer is None:
            wanted.answer = answer
            self._changed.notify_all()


@dataclass(frozen=True, slots=True, repr=False)
class _Signer:
    """The CpsSigner of one insertion; equal to every other of the same."""

    desk: SignatureDesk
    session: CardSession
    certificate_der: bytes

    def sign(self, data: bytes) -> bytes:
        return self.desk.sign(self.session, data)
