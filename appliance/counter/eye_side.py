"""The counter's side towards the eye: its messages become inputs, and it is told which codes are on disk.

Runs in the thread that owns the state.
"""

from __future__ import annotations

import logging
from typing import Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.counter.eye_server import EyeConnected, EyeConnection, EyeDisconnected, EyeHappening, EyeSaid
from appliance.counter.face_inputs import LightWanted
from appliance.counter.inputs import (
    CameraChanged,
    CodeAppeared,
    CodeGone,
    CodeRestored,
    CodeUnread,
    Input,
)
from appliance.counter.outputs import EventKind, NewEvent
from appliance.counter.page_desk import PageDesk
from appliance.counter.state import State
from appliance.counter.status_desk import StatusDesk
from appliance.counter.store import EventStore
from appliance.decode.payloads import interpret
from appliance.decode.sightings import (
    CameraSaid,
    CameraState,
    Hello,
    Left,
    LightSaid,
    PageBegun,
    PageLeft,
    PagePiece,
    Sighted,
    Stored,
    UnreadSaid,
    Welcome,
)

__all__ = ["EYE_GRACE_NS", "EyeListener", "EyeSide"]

_log = logging.getLogger(__name__)

EYE_GRACE_NS = 3 * NS_PER_S
"""An eye that is restarted is back sooner: only then is the camera called lost."""


class EyeListener(Protocol):
    """Whoever takes what the eye says."""

    @property
    def state(self) -> State:
        """The counter as it is."""
        ...

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the disk that codes have to wait in the eye."""
        ...

    def apply(
        self, what: Input, connection: EyeConnection | None = None, sighting: str | None = None
    ) -> None:
        """Take an input; the connection hears once what it means for the sighting is on disk."""
        ...

    def note(self, event: NewEvent) -> None:
        """Write an event that changes no state."""
        ...


class EyeSide:
    """Hears the eye.

    Args:
        listener: told what it says.
        store: the journal as the counter uses it.
        statuses: the status of prescriptions; None where it is not spoken of.
        clock: time.
        pages: captured pages; None where none are wanted, and what the eye says of them is not heard.
        test_identities: whether published test identities are expected here, or worth a warning.
    """

    def __init__(
        self,
        listener: EyeListener,
        store: EventStore,
        statuses: StatusDesk | None,
        clock: Clock,
        *,
        test_identities: bool,
        pages: PageDesk | None = None,
    ) -> None:
        self._listener = listener
        self._store = store
        self._statuses = statuses
        self._pages = pages
        self._clock = clock
        self._test_identities = test_identities
        self._eye: EyeConnection | None = None
        self._left_ns: int | None = clock.monotonic_ns()

    def hear(self, happening: EyeHappening) -> None:
        """The eye came, spoke or left."""
        match happening:
            case EyeConnected():
                self._eye = happening.connection
                self._left_ns = None
            case EyeSaid():
                self._hear_message(happening)
            case EyeDisconnected():
                if self._eye is happening.connection:
                    self._eye = None
                    self._left_ns = self._clock.monotonic_ns()
                    if self._pages is not None:
                        self._pages.eye_left(self._listener.apply)

    def tick(self, now_ns: int) -> None:
        """An eye that left and did not come back is a lost camera."""
        if self._left_ns is not None and now_ns - self._left_ns >= EYE_GRACE_NS:
            self._left_ns = None
            self._listener.apply(CameraChanged(CameraState.LOST, now_ns, "eye"))

    def _hear_message(self, said: EyeSaid) -> None:
        now_ns = self._clock.monotonic_ns()
        match said.message:
            case Hello() as hello:
                said.connection.send(Welcome(salt=self._store.salt, known=self._store.known()))
                self._camera(hello.camera, "", now_ns)
                if hello.dropped:
                    lost = NewEvent(EventKind.JOURNAL_LOST, {"reason": "eye_overflow"})
                    self._listener.note(lost)
            case Sighted() as sighted:
                self._sighted(sighted, said.connection, now_ns)
            case Left() as left:
                self._store.gone(left.sighting)
                self._listener.apply(CodeGone(left.sighting, now_ns))
            case UnreadSaid() as unread:
                self._listener.apply(CodeUnread(unread.reason, now_ns, unread.seen))
            case LightSaid() as light:
                self._listener.apply(LightWanted(light.level))
            case (PageBegun() | PagePiece() | PageLeft()) as page:
                if self._pages is not None:
                    self._pages.hear(page, self._listener.apply)
            case CameraSaid() as camera:
                self._camera(camera.state, camera.reason, now_ns)

    def _camera(self, state: CameraState, reason: str, now_ns: int) -> None:
        # A restarted eye says that its camera starts: no news for whoever saw it work a moment ago.
        if state is not CameraState.STARTING:
            self._listener.apply(CameraChanged(state, now_ns, reason))

    def _sighted(self, sighted: Sighted, connection: EyeConnection, now_ns: int) -> None:
        reading = interpret(
            sighted.symbology, sighted.content, sighted.aim, test_data_expected=self._test_identities
        )
        stored = self._store.find(sighted.sighting)
        if stored is not None:
            event_id, visit = stored
            known = self._statuses.known(reading) if self._statuses is not None else None
            self._listener.apply(CodeRestored(sighted.sighting, reading, event_id, visit, now_ns, known))
            connection.send(Stored(sighting=sighted.sighting))
        elif self._listener.state.visit_of(sighted.sighting) is not None:
            return  # said again while it waits for the disk
        elif self._listener.is_full:
            _log.error("the disk takes nothing: codes wait in the eye")
        else:
            self._store.expect(sighted.sighting, sighted.symbol)
            earlier = self._statuses.earlier(reading) if self._statuses is not None else ()
            self._listener.apply(
                CodeAppeared(sighted.sighting, reading, now_ns, earlier), connection, sighted.sighting
            )
