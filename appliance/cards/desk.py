"""The desk of readers: the watcher, a thread a slot, and the order in which things are told.

One lock orders everything: a fact about a card is delivered while that card's session is current, so never
after its CardOut. Deliveries come from several threads, one at a time.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.threads import StoppableThread, stop_all
from appliance.cards.atr import family_of
from appliance.cards.errors import ServiceGoneError
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardIn,
    CardInput,
    CardOut,
    CardSession,
    PinDone,
    PinEnded,
    ReadersChanged,
    ReaderState,
    ServiceCondition,
)
from appliance.cards.jobs import Close, Forget, Job, PreparePin, PresentPin, PresentPinOnPad, Read, Sign
from appliance.cards.readers import PcscService, SlotState
from appliance.cards.tracker import Arrived, Change, Departed, SlotTracker, TurnedMute
from appliance.cards.trust import TrustStore
from appliance.cards.watcher import Watcher
from appliance.cards.worker import SlotWorker

__all__ = ["HANG_NS", "RETURN_GRACE_NS", "TURNED_NS", "CardDesk"]

_log = logging.getLogger(__name__)

RETURN_GRACE_NS = 2 * NS_PER_S
"""A daemon that restarts shows its slots empty first and finds the cards up to 0.4 s later: only after this
time are cards that it lost called gone."""
TURNED_NS = 60 * NS_PER_S
"""A mute card that follows a mute card in this time was turned round and is mute all the same."""
HANG_NS = 8 * NS_PER_S
"""One round of the watcher takes a second; a daemon that keeps it so long answers nobody."""
STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class _Slot:
    worker: SlotWorker
    thread: StoppableThread


class CardDesk:
    """All readers of the counter.

    Args:
        service: where PC/SC is.
        trust: the authorities of cards' certificates.
        clock: time.
        deliver: told every `CardInput`, under the desk's lock: it returns at once and does not call back.
    """

    def __init__(
        self, service: PcscService, trust: TrustStore, clock: Clock, deliver: Callable[[CardInput], None]
    ) -> None:
        self._service = service
        self._trust = trust
        self._clock = clock
        self._deliver = deliver
        # A worker tells of a card while the desk queues its jobs: both under this lock, one inside the other.
        self._lock = threading.RLock()
        self._generations = itertools.count(1)
        self._tracker = SlotTracker(self._generations)
        self._condition: ServiceCondition | None = None
        self._shown: tuple[ServiceCondition, tuple[ReaderState, ...]] | None = None
        self._slots: dict[str, _Slot] = {}
        self._leaving: list[StoppableThread] = []
        self._current: dict[CardSession, bytes] = {}
        """The cards that are in, and their ATRs; empty where mute."""
        self._verified: set[CardSession] = set()
        self._lost: set[CardSession] = set()
        self._lost_ns = 0
        self._last_mute_ns: dict[str, int] = {}
        self._is_stopped = False
        self._watcher = StoppableThread("cards-watcher", Watcher(service, self).run)
        self.last_slice_ns = clock.monotonic_ns()
        """When the watcher last came round."""
        self._is_hung = False

    def start(self) -> None:
        """Begin to watch."""
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching, let go of all cards.

        Raises:
            ZombieThreadError: a call of PC/SC does not return; its thread's name tells the reader.
        """
        with self._lock:
            # The watcher may be about to tell of slots: no thread is started for them any more.
            self._is_stopped = True
            self._current.clear()
            slots, self._slots = list(self._slots.values()), {}
            threads = [slot.thread for slot in slots] + self._leaving
        for slot in slots:
            slot.thread.stopping.set()
            slot.worker.wake()
        stop_all([self._watcher, *threads], STOP_S)

    # What the counter asks for

    def reread(self, session: CardSession) -> None:
        """Read the card again; answered by CardRead or CardFault."""
        with self._lock:
            atr = self._current.get(session)
        if atr:
            self._submit(Read(session, atr))

    def prepare_pin(self, session: CardSession) -> None:
        """Answered by PinNeeded or PinRefused."""
        self._submit(PreparePin(session))

    def present_pin(self, session: CardSession, pin: bytearray) -> None:
        """Answered by PinDone or PinRefused; `pin` (ASCII digits) is taken over and wiped."""
        self._submit(PresentPin(session, pin))

    def present_pin_on_pad(self, session: CardSession) -> None:
        """Have the code typed on the reader; answered by PinDone or PinRefused."""
        self._submit(PresentPinOnPad(session))

    def forget_pin(self, session: CardSession) -> None:
        """Make the card forget its code; answered by PinEnded where it was in force."""
        self._submit(Forget(session))

    def sign(self, session: CardSession, request: str, digest: bytes) -> None:
        """Sign a SHA-256 digest; answered by Signed or SignRefused naming `request`."""
        self._submit(Sign(session, request, digest))

    def _submit(self, job: Job) -> None:
        with self._lock:
            slot = self._slots.get(job.session.reader)
            if slot is not None:
                slot.worker.submit(job)
            elif isinstance(job, PresentPin):
                job.pin[:] = bytes(len(job.pin))

    # What the watcher says

    def service_changed(self, condition: ServiceCondition) -> None:
        """The daemon came, went or refuses us."""
        with self._lock:
            self._is_hung = False
            if condition is self._condition and condition is not ServiceCondition.RUNNING:
                return
            self._condition = condition
            if condition is not ServiceCondition.RUNNING:
                self._lose()
                self._show()
            # Where the daemon runs, the slots are told next, and the readers shown with them.
            self._tracker = SlotTracker(self._generations)

    def _lose(self) -> None:
        """The daemon is gone: codes ended with it, cards may only seem to have."""
        now_ns = self._clock.monotonic_ns()
        for session in sorted(self._verified, key=_order):
            self._deliver(PinEnded(session, now_ns))
        self._verified.clear()
        self._lost |= self._current.keys()
        self._lost_ns = now_ns
        self._current.clear()
        for slot in self._slots.values():
            for session in self._lost:
                slot.worker.submit(Close(session))

    def slots_changed(self, slots: tuple[SlotState, ...]) -> None:
        """All slots as they are now."""
        with self._lock:
            # After a hang all of them are told anew.
            if self._is_stopped or self._is_hung:
                return
            self._keep_workers({slot.reader for slot in slots})
            changes = self._tracker.update(slots)
            for change in changes:
                self._take_in(change)
            self._show()

    def _take_in(self, change: Change) -> None:
        now_ns = self._clock.monotonic_ns()
        session = change.session
        if isinstance(change, Departed):
            self._out(session, now_ns)
            return
        for lost in [lost for lost in self._lost if lost.reader == session.reader]:
            self._lost.discard(lost)
            self._deliver(CardOut(lost, now_ns))
        if session in self._current:
            # It answered to reset at first and does not any more: no news of who it is.
            self._deliver(CardFault(session, CardFaultKind.MUTE, now_ns))
            return
        self._current[session] = change.atr if isinstance(change, Arrived) else b""
        if isinstance(change, TurnedMute):
            self._deliver(CardIn(session, None, now_ns))
            self._deliver(CardFault(session, self._mute_kind(session.reader, now_ns), now_ns))
        elif isinstance(change, Arrived):
            self._last_mute_ns.pop(session.reader, None)
            self._deliver(CardIn(session, family_of(change.atr), now_ns))
            self._submit(Read(session, change.atr))

    def _mute_kind(self, reader: str, now_ns: int) -> CardFaultKind:
        before_ns = self._last_mute_ns.get(reader)
        self._last_mute_ns[reader] = now_ns
        turned = before_ns is not None and now_ns - before_ns < TURNED_NS
        return CardFaultKind.MUTE if turned else CardFaultKind.UPSIDE_DOWN

    def _out(self, session: CardSession, now_ns: int) -> None:
        self._verified.discard(session)
        if session in self._current:
            del self._current[session]
            self._deliver(CardOut(session, now_ns))
        self._submit(Close(session))

    def slice_passed(self) -> None:
        """The watcher came round.

        Raises:
            ServiceGoneError: it had not for so long that the daemon was said to be gone; meet it anew.
        """
        with self._lock:
            self.last_slice_ns = self._clock.monotonic_ns()
            self._pass_time(self.last_slice_ns)
            if self._is_hung:
                raise ServiceGoneError("the PC/SC daemon answers again")

    def look(self) -> None:
        """Say that the daemon is gone where it hangs; called every second or so, not by the watcher."""
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            if self._is_stopped or now_ns - self.last_slice_ns < HANG_NS:
                return
            if not self._is_hung:
                _log.error("the PC/SC daemon does not answer")
                self.service_changed(ServiceCondition.ABSENT)
                self._is_hung = True
            self._pass_time(now_ns)

    def _pass_time(self, now_ns: int) -> None:
        """Look at what only time tells: cards that did not come back, calls that do not return."""
        if self._lost and now_ns - self._lost_ns >= RETURN_GRACE_NS:
            for session in sorted(self._lost, key=_order):
                self._deliver(CardOut(session, now_ns))
            self._lost.clear()
        for slot in self._slots.values():
            overdue = slot.worker.watch.overdue()
            if overdue is not None:
                self.tell(CardFault(*overdue, now_ns), overdue[0])
        self._leaving = [thread for thread in self._leaving if thread.is_alive()]
        self._replace_failed()

    def _replace_failed(self) -> None:
        """A slot whose thread ended by a defect gets another one; its card is announced as not readable."""
        for reader in [reader for reader, slot in self._slots.items() if slot.thread.failure is not None]:
            del self._slots[reader]
            self._keep_workers({*self._slots, reader})
            for session in [session for session in self._current if session.reader == reader]:
                self._verified.discard(session)
                self.tell(CardFault(session, CardFaultKind.UNREADABLE, self._clock.monotonic_ns()), session)

    def _keep_workers(self, readers: set[str]) -> None:
        """A thread for each reader there is; those of readers that went end by themselves."""
        for reader in [reader for reader in self._slots if reader not in readers]:
            slot = self._slots.pop(reader)
            slot.thread.stopping.set()
            slot.worker.wake()
            self._leaving.append(slot.thread)
            self._last_mute_ns.pop(reader, None)
        for number, reader in enumerate(sorted(readers)):
            if reader not in self._slots:
                worker = SlotWorker(self._service, self, self._trust, self._clock)
                thread = StoppableThread(f"cards-slot-{number}", worker.run)
                self._slots[reader] = _Slot(worker, thread)
                thread.start()

    def _show(self) -> None:
        if self._condition is None:
            return
        running = self._condition is ServiceCondition.RUNNING
        shown = self._condition, self._tracker.states if running else ()
        if shown != self._shown:
            self._shown = shown
            self._deliver(ReadersChanged(*shown, self._clock.monotonic_ns()))

    # What the workers ask and say

    def is_current(self, session: CardSession) -> bool:
        """Whether the card of this session is in."""
        with self._lock:
            return session in self._current

    def tell(self, what: CardInput, session: CardSession) -> bool:
        """Deliver what concerns a session, unless it is over; whether it was delivered."""
        with self._lock:
            if session not in self._current:
                return False
            if isinstance(what, PinDone):
                self._verified.add(session)
            elif isinstance(what, PinEnded):
                self._verified.discard(session)
            self._deliver(what)
            return True


def _order(session: CardSession) -> tuple[str, int, int]:
    return session.reader, session.generation, session.counter
