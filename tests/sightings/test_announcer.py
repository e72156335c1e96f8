"""Whatever is restarted, a laying is stored once: the eye against a model of the counter's journal."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.base.clock import NS_PER_S
from appliance.decode.announcer import MAX_PENDING, Announcer
from appliance.decode.presence import ABSENCE_NS, EXPECT_LOOKS, PresenceTracker
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import (
    CameraState,
    EyeMessage,
    Known,
    Left,
    LightSaid,
    Sighted,
    Stored,
    UnreadSaid,
    Welcome,
    digest_of,
)
from appliance.decode.symbol import Symbol, Symbology

SALT = b"s" * 32
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def symbol(content: str) -> Symbol:
    return Symbol(Symbology.QR_CODE, content.encode(), CORNERS)


@dataclass
class Journal:
    """The counter as the eye sees it: what is stored, and what lies there as far as it knows."""

    stored: dict[str, str] = field(default_factory=dict)
    present: dict[str, bytes] = field(default_factory=dict)

    def welcome(self) -> Welcome:
        known = tuple(Known(digest=digest, sighting=sighting) for sighting, digest in self.present.items())
        return Welcome(salt=SALT, known=known)

    def take(self, messages: list[EyeMessage]) -> list[Stored]:
        answers = []
        for message in messages:
            if isinstance(message, Sighted):
                if message.sighting not in self.stored:
                    self.stored[message.sighting] = message.content.decode()
                    self.present[message.sighting] = digest_of(SALT, message.symbol)
                answers.append(Stored(sighting=message.sighting))
            elif isinstance(message, Left):
                self.present.pop(message.sighting, None)
        return answers


class Bench:
    """An eye and a counter that can each be killed, and a connection that can be cut."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.journal = Journal()
        self.at_ns = 0
        self.connected = False
        self.start_eye()

    def start_eye(self) -> None:
        self.announcer = Announcer(PresenceTracker(lambda: f"s{next(self.numbers)}"), "eye")
        self.connected = False

    def connect(self) -> None:
        self.connected = True
        self.hear(self.announcer.received(self.journal.welcome(), self.at_ns))

    def hear(self, messages: list[EyeMessage], *, answers_arrive: bool = True) -> None:
        if self.connected:
            for answer in self.journal.take(messages):
                if answers_arrive:
                    self.announcer.received(answer, self.at_ns)

    def look(self, *contents: str, seconds: float = 0.1) -> None:
        self.at_ns += round(seconds * NS_PER_S)
        self.hear(self.announcer.look([symbol(content) for content in contents], self.at_ns))

    def counts(self) -> list[str]:
        return sorted(self.journal.stored.values())


def test_a_sheet_seen_while_the_counter_was_away_is_told_when_it_is_back() -> None:
    bench = Bench()
    bench.look("a")
    bench.look()
    bench.look(seconds=3)
    bench.look("b")
    bench.connect()
    assert bench.counts() == ["a", "b"]
    assert len(bench.journal.present) == 1


def test_a_killed_eye_does_not_double_the_sheet_that_lies_there() -> None:
    bench = Bench()
    bench.connect()
    bench.look("a")
    bench.start_eye()
    bench.look("a")
    bench.connect()
    bench.look("a")
    assert bench.counts() == ["a"]


def test_a_counter_killed_before_it_answered_hears_the_same_id_again() -> None:
    bench = Bench()
    bench.connect()
    bench.at_ns += 1
    bench.hear(bench.announcer.look([symbol("a")], bench.at_ns), answers_arrive=False)
    bench.connected = False
    bench.look()
    bench.look(seconds=3)
    bench.connect()
    assert bench.counts() == ["a"]
    assert bench.journal.present == {}


def test_a_sheet_taken_away_while_the_eye_was_dead_is_gone() -> None:
    bench = Bench()
    bench.connect()
    bench.look("a")
    bench.start_eye()
    bench.look()
    bench.connect()
    for _ in range(EXPECT_LOOKS + 1):
        bench.look(seconds=0.2)
    assert bench.journal.present == {}


def test_the_bound_of_what_is_kept_for_an_absent_counter_is_said() -> None:
    announcer = Announcer(PresenceTracker(map(str, itertools.count()).__next__), "eye")
    for number in range(MAX_PENDING):
        announcer.look([symbol(str(number))], number * 3 * ABSENCE_NS)
    assert announcer.hello().dropped == 0
    announcer.look([symbol("one more")], (MAX_PENDING + 1) * 3 * ABSENCE_NS)
    assert announcer.hello().dropped == 1
    announcer.received(Welcome(salt=SALT), 0)
    assert announcer.hello().dropped == 0


def test_the_camera_is_said_when_it_changes() -> None:
    announcer = Announcer(PresenceTracker(str), "eye")
    assert [m.state for m in announcer.camera(CameraState.OK)] == [CameraState.OK]  # type: ignore[union-attr]
    assert announcer.camera(CameraState.OK) == []
    assert announcer.hello().camera is CameraState.OK


ACTIONS = st.lists(
    st.sampled_from(["lay", "take", "look", "kill eye", "cut", "connect", "deaf look"]),
    min_size=1,
    max_size=80,
)


@settings(deadline=None)
@given(ACTIONS)
def test_every_laying_is_stored_exactly_once(actions: list[str]) -> None:
    """Sheets lie for as long as it takes to be seen after a restart, and are away for as long as counts."""
    bench = Bench()
    sheets = map(str, itertools.count())
    lying: str | None = None
    laid = 0
    for action in actions:
        match action:
            case "lay" if lying is None:
                lying = next(sheets)
                laid += 1
                bench.look(lying)
            case "take" if lying is not None:
                bench.look(lying)
                lying = None
                bench.look()
                bench.look(seconds=2.5)
            case "look":
                bench.look(*[lying] if lying else [])
            case "deaf look":
                bench.at_ns += 1
                read = [symbol(lying)] if lying else []
                bench.hear(bench.announcer.look(read, bench.at_ns), answers_arrive=False)
            case "kill eye" if bench.connected or lying is not None:
                # An eye killed with unsaid sheets in its memory loses them: it first says what it kept.
                if not bench.connected:
                    bench.connect()
                bench.start_eye()
                bench.look(*[lying] if lying else [])
            case "cut":
                bench.connected = False
            case "connect":
                bench.connect()
    if not bench.connected:
        bench.connect()
    bench.look(*[lying] if lying else [])
    assert len(bench.journal.stored) == laid
    assert bench.counts() == sorted(map(str, range(laid)))


def test_a_reason_is_said_once_changed_and_taken_back() -> None:
    announcer = Announcer(PresenceTracker(iter("abc").__next__), "eye")
    assert announcer.unread([]) == []
    assert announcer.unread([Reason.BLURRED]) == [UnreadSaid(reason=Reason.BLURRED)]
    assert announcer.unread([Reason.BLURRED]) == []
    assert announcer.unread([Reason.TOO_FAR, Reason.GLARE]) == [UnreadSaid(reason=Reason.TOO_FAR)]
    assert announcer.received(Welcome(salt=b"s" * 32), 0) == [UnreadSaid(reason=Reason.TOO_FAR)]
    assert announcer.unread([None, Reason.GLARE]) == [UnreadSaid(reason=Reason.GLARE)]
    assert announcer.unread([None]) == [UnreadSaid(seen=True)]
    assert announcer.received(Welcome(salt=b"s" * 32), 0) == [UnreadSaid(seen=True)]
    assert announcer.unread([]) == [UnreadSaid()]
    assert announcer.received(Welcome(salt=b"s" * 32), 0) == []


def test_the_light_is_said_when_it_changes_and_on_each_connection() -> None:
    announcer = Announcer(PresenceTracker(iter("abc").__next__), "eye")
    assert announcer.light(0.0) == []
    assert announcer.light(0.5) == [LightSaid(level=0.5)]
    assert announcer.light(0.5) == []
    assert announcer.received(Welcome(salt=b"s" * 32), 0) == [LightSaid(level=0.5)]
