"""What the eye has to say to the counter, whoever of them was restarted. Pure: no socket, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from appliance.decode.presence import Appeared, Change, PresenceTracker, Presentation
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import (
    CameraSaid,
    CameraState,
    CounterMessage,
    EyeMessage,
    Hello,
    Left,
    LightSaid,
    Sighted,
    Stored,
    UnreadSaid,
    Welcome,
    digest_of,
)
from appliance.decode.symbol import Symbol

__all__ = ["MAX_PENDING", "Announcer"]

MAX_PENDING = 256
"""Sightings kept for a counter that is away: hours of sheets. Beyond, the oldest goes, and that is said."""


class Announcer:
    """Turns looks into messages, and keeps each sighting until the counter has it in its journal.

    The owner sends what the methods return when the counter is connected, and throws it away when not:
    `received(Welcome)` gives all that is due again.
    """

    def __init__(self, tracker: PresenceTracker, eye: str) -> None:
        self._tracker = tracker
        self._eye = eye
        self._camera = CameraSaid(state=CameraState.STARTING)
        self._pending: dict[str, Sighted] = {}
        self._gone_unstored: set[str] = set()
        self._dropped = 0
        self._unread = UnreadSaid()
        self._light = LightSaid(level=0)

    @property
    def in_view(self) -> tuple[Presentation, ...]:
        """What lies there now."""
        return self._tracker.in_view

    def look(self, symbols: Iterable[Symbol], at_ns: int) -> list[EyeMessage]:
        """A frame of `at_ns` was read."""
        return self._say(self._tracker.update(symbols, at_ns))

    def repeat(self, at_ns: int) -> list[EyeMessage]:
        """A frame of `at_ns` shows what the last one showed."""
        return self._say(self._tracker.repeat(at_ns))

    def camera(self, state: CameraState, reason: str = "") -> list[EyeMessage]:
        """The camera's state; nothing is said when it is the same."""
        if self._camera.state == state:
            return []
        self._camera = CameraSaid(state=state, reason=reason)
        return [self._camera]

    def unread(self, reasons: Sequence[Reason | None]) -> list[EyeMessage]:
        """Why what lies there is not read, the likeliest first, None what may be yet; no news is not said."""
        reason = next((reason for reason in reasons if reason is not None), None)
        said = UnreadSaid(reason=reason, seen=bool(reasons) and reason is None)
        if self._unread == said:
            return []
        self._unread = said
        return [said]

    def light(self, level: float) -> list[EyeMessage]:
        """How much light is wanted of the lamp, 0 to 1; nothing is said when it is the same."""
        if self._light.level == level:
            return []
        self._light = LightSaid(level=level)
        return [self._light]

    def hello(self) -> Hello:
        """What to say first on a new connection."""
        return Hello(eye=self._eye, camera=self._camera.state, dropped=self._dropped)

    def received(self, message: CounterMessage, at_ns: int) -> list[EyeMessage]:
        """The counter said something at `at_ns`; returns what is to be said now."""
        match message:
            case Welcome():
                return self._catch_up(message, at_ns)
            case Stored():
                self._pending.pop(message.sighting, None)
                self._gone_unstored.discard(message.sighting)
                return []

    def _catch_up(self, welcome: Welcome, at_ns: int) -> list[EyeMessage]:
        self._dropped = 0
        known = [(known.digest, known.sighting) for known in welcome.known]
        self._forget_what_was_stored_before(known, welcome.salt)
        before = {presentation.sighting for presentation in self._tracker.in_view}
        changes = self._tracker.expect(known, lambda symbol: digest_of(welcome.salt, symbol), at_ns)
        now = {presentation.sighting for presentation in self._tracker.in_view}
        for renamed in before - now:
            self._pending.pop(renamed, None)
        lefts = [message for message in self._say(changes) if isinstance(message, Left)]
        for presentation in self._tracker.in_view:
            self._keep(presentation)
        gone = [Left(sighting=sighting) for sighting in self._pending if sighting in self._gone_unstored]
        unread = [] if self._unread == UnreadSaid() else [self._unread]
        light = [self._light] if self._light.level else []
        return [*self._pending.values(), *gone, *lefts, *unread, *light]

    def _forget_what_was_stored_before(self, known: list[tuple[bytes, str]], salt: bytes) -> None:
        """Drop what came and went unsaid, where the journal has it from the eye before this one.

        It lay there when this eye began to look, so it is the old laying; its going is told by its old id.
        """
        digests = {digest for digest, _ in known}
        stored = {sighting for _, sighting in known}
        for sighting in tuple(self._gone_unstored):
            sighted = self._pending[sighting]
            if (
                sighting not in stored
                and self._tracker.lay_there_at_start(sighted.at_ns)
                and digest_of(salt, sighted.symbol) in digests
            ):
                del self._pending[sighting]
                self._gone_unstored.discard(sighting)

    def _say(self, changes: Iterable[Change]) -> list[EyeMessage]:
        messages: list[EyeMessage] = []
        for change in changes:
            if isinstance(change, Appeared):
                messages.append(self._keep(change.presentation))
            else:
                if change.sighting in self._pending:
                    self._gone_unstored.add(change.sighting)
                messages.append(Left(sighting=change.sighting))
        return messages

    def _keep(self, presentation: Presentation) -> Sighted:
        sighted = Sighted.of(presentation.sighting, presentation.symbol, presentation.first_seen_ns)
        self._pending[sighted.sighting] = sighted
        if len(self._pending) > MAX_PENDING:
            oldest = next(iter(self._pending))
            del self._pending[oldest]
            self._gone_unstored.discard(oldest)
            self._dropped += 1
        return sighted
