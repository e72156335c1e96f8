"""The readers' shell: what the desk says is handed on, effects reach the desk, a code leaves no trace."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.base.clock import ManualClock
from appliance.base.threads import StoppableThread, ZombieThreadError
from appliance.cards.atr import CardFamily
from appliance.cards.inputs import (
    CardIn,
    CardInput,
    CardSession,
    PinNeeded,
    ReaderCondition,
    ReaderState,
    ServiceCondition,
    SignRefused,
)
from appliance.counter.card_state import Card, CardsState
from appliance.counter.inputs import CardHappening, CardsLeft, LeftCard, PinAsked
from appliance.counter.outputs import (
    DiscardPin,
    DropPinDigit,
    ForgetPin,
    GivePinDigit,
    PreparePin,
    PresentPin,
    PresentPinOnPad,
)
from appliance.counter.readers import Readers
from appliance.display.card_screens import MAX_PIN_DIGITS

SESSION = CardSession(1, "Lecteur A", 1)


class FakeDesk:
    """A desk that says what the test has it say and notes what it is asked."""

    def __init__(self, tell: Callable[[CardInput], None]) -> None:
        self.tell = tell
        self.asked: list[tuple[str, object]] = []
        self.started = threading.Event()
        self.stopped = threading.Event()
        self.hangs = False
        self.looks = 0

    def start(self) -> None:
        self.started.set()

    def stop(self) -> None:
        self.stopped.set()
        if self.hangs:
            raise ZombieThreadError("cards-watcher")

    def look(self) -> None:
        self.looks += 1

    def prepare_pin(self, session: CardSession) -> None:
        self.asked.append(("prepare", session))

    def present_pin(self, session: CardSession, pin: bytearray) -> None:
        self.asked.append(("present", pin))

    def present_pin_on_pad(self, session: CardSession) -> None:
        self.asked.append(("pad", session))

    def forget_pin(self, session: CardSession) -> None:
        self.asked.append(("forget", session))


class Rig:
    def __init__(self, mirror: Path) -> None:
        self.desks: list[FakeDesk] = []
        digits = iter(range(1000))
        self.clock = ManualClock()
        self.readers = Readers(self.make, lambda: next(digits) % 10, mirror, self.clock)
        self.mirror = mirror
        self.heard: queue.SimpleQueue[CardHappening] = queue.SimpleQueue()

    def make(self, tell: Callable[[CardInput], None]) -> FakeDesk:
        self.desks.append(FakeDesk(tell))
        return self.desks[-1]

    @property
    def desk(self) -> FakeDesk:
        return self.desks[0]

    def start(self) -> StoppableThread:
        thread = StoppableThread("cards", lambda stopping: self.readers.run(self.heard.put, stopping))
        thread.start()
        assert self.desk.started.wait(10)
        assert isinstance(self.heard.get(timeout=10), CardsLeft)
        return thread


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "cards.json")


def test_what_the_desk_says_is_handed_on_in_order(rig: Rig) -> None:
    thread = rig.start()
    said = CardIn(SESSION, CardFamily.VITALE_2, 1)
    needed = PinNeeded(SESSION, 3, 4, 4, False, 2)
    for what in (said, SignRefused(SESSION, "r", False, 1), needed):
        rig.desk.tell(what)
    assert rig.heard.get(timeout=10) == said
    assert rig.heard.get(timeout=10) == PinAsked(needed, tuple(range(MAX_PIN_DIGITS)))
    thread.stop()
    assert rig.desk.stopped.is_set()
    assert rig.desk.looks >= 3


def test_a_call_of_the_readers_that_hangs_does_not_keep_the_counter(rig: Rig) -> None:
    rig.desk.hangs = True
    thread = rig.start()
    thread.stop()
    assert thread.failure is None


def test_a_code_is_presented_once_and_wiped(rig: Rig) -> None:
    for digit in (1, 2, 9):
        rig.readers.do(GivePinDigit(SESSION, digit))
    rig.readers.do(DropPinDigit(SESSION))
    for digit in (3, 4):
        rig.readers.do(GivePinDigit(SESSION, digit))
    rig.readers.do(PresentPin(SESSION))
    assert rig.desk.asked == [("present", bytearray(b"1234"))]
    assert rig.readers._pin == b""
    rig.readers.do(PresentPin(SESSION))
    assert rig.desk.asked[1:] == [("present", bytearray())]


def test_a_code_given_up_is_wiped(rig: Rig) -> None:
    buffer = rig.readers._pin
    rig.readers.do(GivePinDigit(SESSION, 7))
    rig.readers.do(DiscardPin(SESSION))
    assert buffer is rig.readers._pin
    assert buffer == b""
    rig.readers.do(DropPinDigit(SESSION))
    assert buffer == b""


def test_a_code_is_held_to_its_bound(rig: Rig) -> None:
    for _ in range(MAX_PIN_DIGITS + 1):
        rig.readers.do(GivePinDigit(SESSION, 5))
    assert len(rig.readers._pin) == MAX_PIN_DIGITS


def test_the_end_wipes_what_was_entered(rig: Rig) -> None:
    thread = rig.start()
    rig.readers.do(GivePinDigit(SESSION, 5))
    thread.stop()
    assert rig.readers._pin == b""


def test_the_other_effects_reach_the_desk(rig: Rig) -> None:
    rig.readers.do(PreparePin(SESSION))
    rig.readers.do(PresentPinOnPad(SESSION))
    rig.readers.do(ForgetPin(SESSION))
    assert rig.desk.asked == [("prepare", SESSION), ("pad", SESSION), ("forget", SESSION)]


def test_the_mirror_is_written_when_what_it_says_changes(rig: Rig) -> None:
    rig.readers.mirror(CardsState())
    assert json.loads(rig.mirror.read_bytes()) == {"service": "unknown", "readers": []}
    reader = ReaderState("Lecteur A", ReaderCondition.CARD)
    cards = CardsState(ServiceCondition.RUNNING, (reader,), (Card("c-1", SESSION, CardFamily.VITALE_2),))
    rig.readers.mirror(cards)
    document = json.loads(rig.mirror.read_bytes())
    assert document["readers"][0]["card"]["state"] == "reading"
    rig.mirror.unlink()
    rig.readers.mirror(cards.show(SESSION))
    assert not rig.mirror.exists()


def test_a_mirror_that_cannot_be_written_disturbs_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "absent" / "cards.json")
    rig.readers.mirror(CardsState())


def test_cards_told_of_by_a_counter_that_was_killed_are_told_to_be_out(rig: Rig, tmp_path: Path) -> None:
    reader = ReaderState("Lecteur A", ReaderCondition.CARD)
    cards = CardsState(ServiceCondition.RUNNING, (reader,), (Card("c-1", SESSION, CardFamily.VITALE_2),))
    rig.readers.mirror(cards)
    again = Rig(rig.mirror)
    again.readers.mirror(CardsState())  # the counter's own thread may write first
    thread = StoppableThread("cards", lambda stopping: again.readers.run(again.heard.put, stopping))
    thread.start()
    assert again.heard.get(timeout=10) == CardsLeft((LeftCard("c-1", "Lecteur A", "Vitale 2"),))
    thread.stop()


@pytest.mark.parametrize("mirror", [b"", b"{", b"[]", b'{"readers": 1}', b'{"readers": [{"name": "A"}]}'])
def test_a_mirror_that_is_none_tells_of_no_card(tmp_path: Path, mirror: bytes) -> None:
    (tmp_path / "cards.json").write_bytes(mirror)
    rig = Rig(tmp_path / "cards.json")
    thread = rig.start()
    thread.stop()
    assert rig.readers._left == CardsLeft(())


def test_the_mirror_of_a_living_counter_is_young(rig: Rig) -> None:
    cards = CardsState()
    rig.readers.mirror(cards)
    os.utime(rig.mirror, (1, 1))
    rig.clock.advance(0.9)
    rig.readers.mirror(cards)
    assert rig.mirror.stat().st_mtime == 1
    rig.clock.advance(0.1)
    rig.readers.mirror(cards)
    assert rig.mirror.stat().st_mtime > 1
