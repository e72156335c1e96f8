"""One thread a slot: reads its card, presents codes, has digests signed.

Every job works inside one transaction on one connection. A connection never passes from one card to the
next, so what was read through it belongs to one card; and it is only told of while that card's session is
still the slot's. The connection to a CPS is kept while the card is in: the code can then only go to the card
that was read.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Protocol

from appliance.base.clock import Clock
from appliance.cards.apdu import wipe
from appliance.cards.atr import family_of
from appliance.cards.errors import (
    AccessRefusedError,
    CardBusyError,
    CardError,
    CardMuteError,
    CardResetError,
    PinBlockedError,
    PinNeededError,
    PinRefusedError,
    ServiceGoneError,
    TransportError,
    UnknownCardError,
)
from appliance.cards.held import GONE, HeldCps, refusal_of
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardInput,
    CardRead,
    CardSession,
    PinDone,
    PinEnded,
    PinRefusal,
    PinRefused,
    Signed,
    SignRefused,
)
from appliance.cards.jobs import Close, Forget, Job, PreparePin, PresentPin, PresentPinOnPad, Read, Sign
from appliance.cards.link import SlotLink
from appliance.cards.readers import PcscService
from appliance.cards.recognise import VitaleOneError, read_card
from appliance.cards.trust import TrustStore
from appliance.cards.watchdog import CallWatch

__all__ = ["MAX_BUSY_ATTEMPTS", "MAX_READ_ATTEMPTS", "SlotWorker", "WorkerDesk"]

_log = logging.getLogger(__name__)

MAX_READ_ATTEMPTS = 3
"""Connections made to read one card; each reads it whole, so that no retry can mix two cards."""
MAX_GONE_ATTEMPTS = 10
"""The same where the service says that the card is not there while the watcher still sees it: one of the two
is late, by one look at the slot (0.4 s) at the most on an idle machine."""
RETRY_PAUSE_S = 0.3
"""A card put back in quickly is still unpowered for a moment."""
MAX_BUSY_ATTEMPTS = 60
BUSY_PAUSE_S = 1.0
"""How long another program may keep a card for itself before we give up."""


class WorkerDesk(Protocol):
    """Who the thread works for."""

    def is_current(self, session: CardSession) -> bool:
        """Whether the card of this session is still in its slot."""
        ...

    def tell(self, what: CardInput, session: CardSession) -> bool:
        """Deliver, unless the session is over by now; whether it was delivered."""
        ...


class SlotWorker:
    """The work of one slot; `run` is its thread."""

    def __init__(
        self,
        service: PcscService,
        desk: WorkerDesk,
        trust: TrustStore,
        clock: Clock,
        pause: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        self._desk = desk
        self._trust = trust
        self._clock = clock
        self._pause = pause
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._held: HeldCps | None = None
        self._stopping = threading.Event()
        self._link = SlotLink(service, clock)

    @property
    def watch(self) -> CallWatch:
        """What the thread waits for, if it does."""
        return self._link.watch

    def submit(self, job: Job) -> None:
        """Queue a job; jobs of a session that is over by then are dropped, codes in them wiped."""
        self._jobs.put(job)

    def wake(self) -> None:
        """Let the thread see that it is told to stop."""
        self._jobs.put(None)

    def run(self, stopping: threading.Event) -> None:
        """Work until told to stop."""
        self._stopping = stopping
        try:
            while not stopping.is_set():
                job = self._jobs.get()
                if job is not None:
                    self._do(job)
        finally:
            self._let_go()
            self._link.drop()
            self._drain()

    def _drain(self) -> None:
        while not self._jobs.empty():
            job = self._jobs.get_nowait()
            if isinstance(job, PresentPin):
                wipe(job.pin)

    def _do(self, job: Job) -> None:
        if isinstance(job, Close):
            if self._held and self._held.session == job.session:
                self._let_go()
        elif isinstance(job, PresentPin):
            try:
                if self._desk.is_current(job.session):
                    self._present(job.session, lambda held: held.present(job.pin))
            finally:
                wipe(job.pin)
        elif self._desk.is_current(job.session):
            self._do_for_current(job)

    def _do_for_current(self, job: Read | PreparePin | PresentPinOnPad | Sign | Forget) -> None:
        match job:
            case Read():
                self._read(job)
            case PreparePin():
                self._prepare_pin(job)
            case PresentPinOnPad():
                self._present(job.session, HeldCps.present_on_pad)
            case Sign():
                self._sign(job)
            case Forget():
                self._forget(job)

    # Reading

    def _read(self, job: Read) -> None:
        """Read until it is told, refused or over; an attempt reads the whole card through one connection."""
        self._let_go()
        failures = waits = 0
        while self._desk.is_current(job.session) and not self._stopping.is_set():
            error = self._try_to_read(job)
            if isinstance(error, CardBusyError):
                waits += 1
                if waits == 1:
                    self._fault(job.session, CardFaultKind.BUSY)
                if waits == MAX_BUSY_ATTEMPTS:
                    return
                self._pause(self._stopping, BUSY_PAUSE_S)
                continue
            if error is None:
                return
            failures += 1
            _log.info("reading a card failed with %s, attempt %d", type(error).__name__, failures)
            # A card of a family we know that misses its application may have been reset under the read.
            is_strange = isinstance(error, UnknownCardError) and family_of(job.atr) is None
            final = is_strange or isinstance(error, VitaleOneError | AccessRefusedError)
            if final or failures >= (MAX_GONE_ATTEMPTS if isinstance(error, GONE) else MAX_READ_ATTEMPTS):
                # Not told where the card is out by now; where it is still in, somebody waits for it.
                self._fault(job.session, _fault_of(error))
                return
            if failures > 1 or not isinstance(error, ServiceGoneError):
                # Our context may date from a daemon that was restarted since: the next one is tried at once.
                self._pause(self._stopping, RETRY_PAUSE_S)

    def _try_to_read(self, job: Read) -> CardError | None:
        """Read once and tell; the error where it failed."""
        try:
            connection = self._link.connect(job.session)
        except TransportError as error:
            if isinstance(error, ServiceGoneError):
                self._link.drop()
            return error
        keep = False
        try:
            transmit = self._link.transmit_through(connection, job.session)
            with self._link.transaction(connection, job.session):
                content, cps = read_card(
                    transmit, connection.protocol, job.atr, self._trust, self._clock.now()
                )
            if cps is not None:
                self._held = HeldCps(job.session, job.atr, connection, cps)
                keep = True
            if job.announce:
                self._desk.tell(CardRead(job.session, content, self._now_ns()), job.session)
        except CardError as error:
            if isinstance(error, ServiceGoneError):
                self._link.drop()
            return error
        finally:
            if not keep:
                connection.close()
        return None

    # The code

    def _prepare_pin(self, job: PreparePin) -> None:
        self._with_held(job.session, lambda held: held.wanted_code(self._now_ns()))

    def _present(self, session: CardSession, present: Callable[[HeldCps], None]) -> None:
        def do(held: HeldCps) -> PinDone:
            present(held)
            return PinDone(session, self._now_ns())

        self._with_held(session, do)

    def _with_held(self, session: CardSession, do: Callable[[HeldCps], CardInput]) -> None:
        """Do it in a transaction on the connection that the card was read through; tell what comes of it."""
        held = self._held
        if held is None or held.session != session:
            self._refuse(session, PinRefusal.NOT_POSSIBLE, None)
            return
        try:
            with self._link.transaction(held.connection, session):
                self._desk.tell(do(held), session)
        except (CardError, ValueError) as error:
            if isinstance(error, PinRefusedError | PinBlockedError):
                held.is_verified = False
            self._refuse(session, *refusal_of(error))
            if isinstance(error, TransportError):
                self._interrupted(held, error)

    def _refuse(self, session: CardSession, reason: PinRefusal, left: int | None) -> None:
        self._desk.tell(PinRefused(session, reason, left, self._now_ns()), session)

    def _forget(self, job: Forget) -> None:
        held = self._held
        if held is None or held.session != job.session:
            return
        held.connection.close(reset=True)
        self._held = None
        if held.is_verified:
            self._desk.tell(PinEnded(job.session, self._now_ns()), job.session)
        self._read(Read(job.session, held.atr, announce=False))

    # Signing

    def _sign(self, job: Sign) -> None:
        held = self._held
        if held is None or held.session != job.session:
            self._refuse_signature(job, pin_needed=False)
            return
        try:
            with self._link.transaction(held.connection, job.session):
                signature = held.cps.sign(job.digest)
            certificate = held.cps.signing_certificate
        except PinNeededError:
            self._end_pin(held)
            self._refuse_signature(job, pin_needed=True)
        except TransportError as error:
            self._refuse_signature(job, pin_needed=True)
            self._interrupted(held, error)
        except (CardError, ValueError) as error:
            _log.warning("signing failed with %s", type(error).__name__)
            self._refuse_signature(job, pin_needed=False)
        else:
            answer = Signed(job.session, job.request, signature, certificate, self._now_ns())
            self._desk.tell(answer, job.session)

    def _refuse_signature(self, job: Sign, *, pin_needed: bool) -> None:
        self._desk.tell(SignRefused(job.session, job.request, pin_needed, self._now_ns()), job.session)

    # Letting go

    def _end_pin(self, held: HeldCps) -> None:
        if held.is_verified:
            held.is_verified = False
            self._desk.tell(PinEnded(held.session, self._now_ns()), held.session)

    def _interrupted(self, held: HeldCps, error: TransportError) -> None:
        """The connection is dead: the code is not in force, and a card that stays is taken again."""
        self._end_pin(held)
        self._let_go()
        if isinstance(error, ServiceGoneError):
            self._link.drop()
        elif isinstance(error, CardResetError | CardMuteError):
            self._read(Read(held.session, held.atr, announce=False))

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.connection.close()
            self._held = None

    def _fault(self, session: CardSession, kind: CardFaultKind) -> bool:
        return self._desk.tell(CardFault(session, kind, self._now_ns()), session)

    def _now_ns(self) -> int:
        return self._clock.monotonic_ns()


def _fault_of(error: CardError) -> CardFaultKind:
    if isinstance(error, VitaleOneError):
        return CardFaultKind.VITALE_1
    if isinstance(error, UnknownCardError):
        return CardFaultKind.UNKNOWN
    if isinstance(error, AccessRefusedError):
        return CardFaultKind.REFUSED
    return CardFaultKind.MUTE if isinstance(error, CardMuteError) else CardFaultKind.UNREADABLE
