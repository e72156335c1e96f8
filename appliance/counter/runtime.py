"""The counter's runtime: threads and sockets that turn the world into inputs, and outcomes into the world.

One thread, the one that calls `run`, owns the state and writes the journal; the others only put what
happened into its queue.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.threads import StoppableThread, ZombieThreadError, stop_all
from appliance.counter.core import reduce
from appliance.counter.eye_server import (
    EyeConnected,
    EyeConnection,
    EyeDisconnected,
    EyeHappening,
    EyeSaid,
    EyeServer,
)
from appliance.counter.eye_side import EyeSide
from appliance.counter.face import Face
from appliance.counter.face_inputs import FaceEffect, LevelsMeasured
from appliance.counter.inputs import (
    Acknowledged,
    EventsStored,
    Input,
    JournalLost,
    LinkChanged,
    PolicyChanged,
    Pressed,
    StorageBack,
    StorageFailed,
    Tick,
)
from appliance.counter.meters import Meters
from appliance.counter.outputs import (
    CardEffect,
    Effect,
    NewEvent,
    PageEffect,
    PscEffect,
    QualifyIns,
    Sound,
    StatusEffect,
)
from appliance.counter.page_desk import PageDesk
from appliance.counter.panel import Panel
from appliance.counter.psc_inputs import PscStopped
from appliance.counter.psc_state import PscPhase, PscState
from appliance.counter.readers import Readers
from appliance.counter.services import FaceServices, NoServices
from appliance.counter.state import State
from appliance.counter.status_desk import StatusDesk
from appliance.counter.store import EventStore
from appliance.decode.sightings import Stored
from appliance.display.buttons import Buttons

if TYPE_CHECKING:
    from appliance.counter.insi_desk import InsiDesk

    # What logs nobody in loads no HTTP client.
    from appliance.counter.psc_desk import PscDesk

__all__ = ["MAX_WAITING", "TICK_S", "CounterRuntime"]

_log = logging.getLogger(__name__)

TICK_S = 0.2
MAX_WAITING = 512
"""Inputs held while the journal cannot write; beyond, codes wait in the eye, which repeats them."""

_MAX_HELD = 2 * MAX_WAITING
"""With what cannot wait elsewhere, such as cards put in and out for hours on a full disk."""

_MAX_QUEUED = 1024
_SWEEP_NS = 10 * NS_PER_S
_LINK_NS = NS_PER_S
_BUTTON_WAIT_S = 0.2
_STOP_S = 1.0
_READERS_STOP_S = 2.0
"""The watcher of the readers looks up once a second."""
_LOGIN_STOP_S = 2.0
"""Two tokens are revoked; a provider that is away does not keep the counter from ending."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Events that the disk did not take, and the sighting that the eye is told of when it did."""

    events: tuple[NewEvent, ...]
    connection: EyeConnection | None
    sighting: str | None


class CounterRuntime:
    """Runs the counter until told to stop."""

    def __init__(  # noqa: PLR0913 - one a part
        self,
        *,
        store: EventStore,
        eye_server: Callable[[Callable[[EyeHappening], None]], EyeServer],
        buttons: Buttons,
        panel: Panel,
        clock: Clock,
        to_local: Callable[[datetime], datetime],
        journal_lost: threading.Event,
        test_identities: bool,
        readers: Readers | None = None,
        beat: Callable[[], None] = lambda: None,
        services: FaceServices | None = None,
        face: Face | None = None,
        meters: Meters | None = None,
        statuses: StatusDesk | None = None,
        psc: PscDesk | None = None,
        insi: InsiDesk | None = None,
        pages: PageDesk | None = None,
        expiry_days: int = 0,
    ) -> None:
        """Put the parts together; nothing runs yet.

        Args:
            store: the journal as the counter uses it.
            eye_server: makes the eye's server, given whom to tell.
            buttons: the three buttons.
            panel: OLED, mirror and tones.
            clock: time.
            to_local: wall time to the time of the place.
            journal_lost: set by whoever finds that a journal was lost, in any thread.
            test_identities: whether published test identities are expected here, or worth a warning.
            readers: the card readers; None where no cards are wanted.
            beat: called each turn of the thread that owns the state and writes the journal.
            services: do what the menu asks for.
            face: the rules of veil and rest, and what was set with the buttons before.
            meters: what the eye measures of its picture.
            statuses: the status of prescriptions; None where it is not spoken of.
            psc: Pro Santé Connect; None where it is not wanted.
            insi: the search for qualified identities; None where it is not wanted.
            pages: captured pages; None where none are wanted.
            expiry_days: boxes that expire within so many days are loud.
        """
        self._journal_lost = journal_lost
        self._store = store
        self._buttons = buttons
        self._readers = readers
        self._beat = beat
        self._services = services or NoServices()
        self._meters = meters
        self._statuses = statuses
        self._psc = psc
        self._insi = insi
        self._pages = pages
        self._panel = panel
        self._clock = clock
        self._to_local = to_local
        self._queue: queue.Queue[Input | EyeHappening] = queue.Queue(_MAX_QUEUED)
        self._eye_server = eye_server(self._queue.put)
        self._eye = EyeSide(self, store, statuses, clock, test_identities=test_identities, pages=pages)
        phase = PscPhase.DISABLED if psc is None else PscPhase.CLOSED
        self._state = State(
            face=face or Face(), psc=PscState(phase), asks_insi=insi is not None, expiry_days=expiry_days
        )
        self._waiting: deque[_Waiting] = deque()
        self._sweep_ns = 0
        self._link_ns = 0
        self._tick_ns = 0

    @property
    def state(self) -> State:
        """The counter as it is; for the thread that owns it."""
        return self._state

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the disk that codes have to wait in the eye."""
        return len(self._waiting) >= MAX_WAITING

    def tell(self, what: Input) -> None:
        """Have the counter hear of something; from any thread."""
        self._queue.put(what)

    def run(self, stopping: threading.Event) -> None:
        """Work until `stopping` is set, then end all threads."""
        threads = [
            StoppableThread("eye-server", self._eye_server.serve),
            StoppableThread("buttons", self._read_buttons),
            StoppableThread("acknowledgements", self._read_acknowledgements),
            StoppableThread("panel", self._panel.run),
            StoppableThread("signals", self._panel.run_signals),
        ]
        readers = [] if self._readers is None else [StoppableThread("cards", self._read_cards)]
        logins = [] if self._psc is None else [StoppableThread("pro-sante-connect", self._log_in)]
        threads += readers + logins
        if self._statuses is not None:
            threads.append(StoppableThread("statuses", self._read_statuses))
        # A search that is under way ends by its own deadline: nobody waits for its thread.
        searches = [] if self._insi is None else [StoppableThread("insi", self._read_insi)]
        for thread in (*threads, *searches):
            thread.start()
        try:
            while not stopping.is_set():
                self._turn()
                failed = next((one for one in (*threads, *searches) if one.failure is not None), None)
                if failed is not None:
                    raise RuntimeError(f"the thread {failed.name} ended") from failed.failure
        finally:
            for thread in (*readers, *logins, *searches):
                thread.stopping.set()
            self.apply(PscStopped(self._clock.monotonic_ns()))
            if self._pages is not None:
                self._pages.close()
            stop_all([thread for thread in threads if thread not in (*readers, *logins)], _STOP_S)
            stop_all(readers, _READERS_STOP_S)
            try:
                stop_all(logins, _LOGIN_STOP_S)
            except ZombieThreadError as error:
                # Tokens that could not be revoked in time end by themselves, in minutes.
                _log.warning("%s", error)

    def _turn(self) -> None:
        self._beat()
        try:
            happening: Input | EyeHappening | None = self._queue.get(timeout=TICK_S)
        except queue.Empty:
            happening = None
        if isinstance(happening, EyeConnected | EyeSaid | EyeDisconnected):
            self._eye.hear(happening)
        elif happening is not None:
            self.apply(happening)
        now_ns = self._clock.monotonic_ns()
        if now_ns >= self._tick_ns:
            self._tick_ns = now_ns + round(TICK_S * NS_PER_S)
            self._tick(now_ns)
        self._panel.show(self._state)
        if self._readers is not None:
            self._readers.mirror(self._state.cards)
        if self._statuses is not None:
            self._statuses.mirror(self._state)

    def apply(
        self, what: Input, connection: EyeConnection | None = None, sighting: str | None = None
    ) -> None:
        """Take an input: what is seen and heard at once, then what the journal holds of it.

        Args:
            what: what happened.
            connection: the eye that hears when the events are on disk.
            sighting: the code that it hears of.
        """
        outcome = reduce(self._state, what)
        self._state = outcome.state
        for effect in outcome.effects:
            self._do(effect)
        self._panel.count(outcome.events)
        # Before the disk is waited for: what the person sees does not depend on it.
        self._panel.show(self._state)
        if outcome.events and len(self._waiting) >= _MAX_HELD:
            _log.error("the disk takes nothing and %d happenings wait: one is not journaled", _MAX_HELD)
        elif outcome.events:
            self._waiting.append(_Waiting(outcome.events, connection, sighting))
            self._store_waiting()

    def note(self, event: NewEvent) -> None:
        """Write an event that changes no state."""
        self._waiting.append(_Waiting((event,), None, None))
        self._store_waiting()

    def _do(self, effect: Effect) -> None:
        if isinstance(effect, Sound):
            self._panel.sound(effect)
        elif isinstance(effect, FaceEffect):
            self._services.do(effect, self._queue.put)
        elif isinstance(effect, PageEffect):
            if self._pages is not None:
                self._pages.do(effect, self._queue.put)
        else:
            self._ask(effect)

    def _ask(self, effect: CardEffect | StatusEffect | QualifyIns | PscEffect) -> None:
        """Have somebody do it who takes his time: a card, a base, a provider."""
        if isinstance(effect, StatusEffect):
            if self._statuses is not None:
                self._statuses.do(effect)
        elif isinstance(effect, QualifyIns):
            if self._insi is not None:
                self._insi.do(effect)
        elif isinstance(effect, PscEffect):
            if self._psc is not None:
                self._psc.do(effect)
        elif self._readers is not None:
            self._readers.do(effect)

    def _store_waiting(self) -> None:
        """Write what waits, in its order; what the disk does not take goes on waiting, nothing is lost."""
        while self._waiting:
            first = self._waiting[0]
            event_ids = self._store.append(first.events)
            if event_ids is None:
                if self._state.storage_ok:
                    self.apply(StorageFailed(self._clock.monotonic_ns()))
                return
            self._waiting.popleft()
            self.apply(EventsStored(first.events, event_ids))
            if first.connection is not None and first.sighting is not None:
                first.connection.send(Stored(sighting=first.sighting))
        if not self._state.storage_ok:
            self.apply(StorageBack(self._clock.monotonic_ns()))

    def _tick(self, now_ns: int) -> None:
        self._store_waiting()
        if self._journal_lost.is_set():
            self._journal_lost.clear()
            self.apply(JournalLost())
        self.apply(Tick(now_ns, self._to_local(self._clock.now())))
        self._services.look(self.apply)
        self._eye.tick(now_ns)
        if self._meters is not None and Meters.are_wanted(self._state.face):
            self.apply(LevelsMeasured(self._meters.read()))
        if now_ns >= self._sweep_ns:
            self._sweep_ns = now_ns + _SWEEP_NS
            self._store.sweep()
            if self._statuses is not None:
                self._statuses.sweep()
            if self._pages is not None:
                self._pages.sweep()
        if now_ns >= self._link_ns:
            self._link_ns = now_ns + _LINK_NS
            link = self._store.link()
            if link is not self._state.link:
                self.apply(LinkChanged(link))
            self._look_at_policy()

    def _look_at_policy(self) -> None:
        if self._statuses is None:
            return
        policy = self._statuses.policy(self._store.status_clients())
        if policy != self._state.statuses.policy:
            self.apply(PolicyChanged(policy))

    def _read_buttons(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            for pressed in self._buttons.events(_BUTTON_WAIT_S):
                at_ns = self._clock.monotonic_ns()
                self._queue.put(Pressed(pressed.button, at_ns, pressed.held, pressed.repeated))

    def _read_cards(self, stopping: threading.Event) -> None:
        if self._readers is not None:
            self._readers.run(self._queue.put, stopping)

    def _read_insi(self, stopping: threading.Event) -> None:
        if self._insi is not None:
            self._insi.run(self._queue.put, stopping)

    def _read_statuses(self, stopping: threading.Event) -> None:
        if self._statuses is not None:
            self._statuses.run(self._queue.put, stopping)

    def _log_in(self, stopping: threading.Event) -> None:
        if self._psc is not None:
            self._psc.run(self._queue.put, stopping)

    def _read_acknowledgements(self, stopping: threading.Event) -> None:
        for event_ids in self._store.acknowledgements(stopping):
            self._queue.put(Acknowledged(event_ids))
