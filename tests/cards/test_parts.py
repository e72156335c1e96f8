"""The small parts: slots tracked, calls watched, the daemon waited for, codes typed, slots on file."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.base.clock import ManualClock
from appliance.cards import identities, inputs
from appliance.cards.atr import CardFamily
from appliance.cards.errors import AccessRefusedError, ReaderGoneError, ServiceGoneError
from appliance.cards.inputs import CardFaultKind, CardSession, ReaderCondition, ServiceCondition
from appliance.cards.pin_entry import MAX_PIN_DIGITS, PinTyping
from appliance.cards.readers import PcscContext, SlotState
from appliance.cards.tracker import Arrived, Departed, SlotTracker, TurnedMute
from appliance.cards.watchdog import ANSWER_LIMIT_NS, CONNECT_LIMIT_NS, CallWatch, Waiting
from appliance.cards.watcher import BACKOFF_S, Watcher
from appliance.simulation.cards.catalogue import CARD_TITLES, CardBox
from appliance.simulation.cards.slots import (
    MAX_SLOTS_BYTES,
    Slots,
    SlotsError,
    SlotsFile,
    SlotsFollower,
)
from appliance.texts import cards as texts

ATR = bytes.fromhex("3B751300004509EA9000")


def _slot(counter: int, *, present: bool = True, mute: bool = False, reader: str = "R") -> SlotState:
    return SlotState(
        reader, present, mute, counter, ATR if present and not mute else b"", counter << 16 | 0x22
    )


class TestTracker:
    def _tracker(self) -> SlotTracker:
        return SlotTracker(itertools.count(1))

    def test_in_and_out(self) -> None:
        tracker = self._tracker()
        session = CardSession(1, "R", 1)
        assert tracker.update([_slot(0, present=False)]) == []
        assert tracker.update([_slot(1)]) == [Arrived(session, ATR)]
        assert tracker.update([_slot(1)]) == []
        assert tracker.update([_slot(2, present=False)]) == [Departed(session)]
        assert tracker.sessions == ()

    def test_a_swap_that_nobody_saw(self) -> None:
        """Same reader, same ATR: only the counter tells."""
        tracker = self._tracker()
        tracker.update([_slot(1)])
        assert tracker.update([_slot(3)]) == [
            Departed(CardSession(1, "R", 1)),
            Arrived(CardSession(1, "R", 3), ATR),
        ]

    def test_the_counter_wraps(self) -> None:
        tracker = self._tracker()
        tracker.update([_slot(0xFFFF)])
        assert [type(change) for change in tracker.update([_slot(1)])] == [Departed, Arrived]

    def test_mute_stays_mute(self) -> None:
        tracker = self._tracker()
        assert tracker.update([_slot(1, mute=True)]) == [TurnedMute(CardSession(1, "R", 1))]
        assert tracker.update([_slot(1)]) == []
        assert tracker.states[0].condition is ReaderCondition.MUTE

    def test_a_reader_that_goes_takes_its_card_along(self) -> None:
        tracker = self._tracker()
        tracker.update([_slot(1), _slot(1, reader="S")])
        assert tracker.update([_slot(1, reader="S")]) == [Departed(CardSession(1, "R", 1))]
        assert [type(change) for change in tracker.update([_slot(1), _slot(1, reader="S")])] == [Arrived]
        assert CardSession(3, "R", 1) in tracker.sessions


class TestCallWatch:
    @pytest.mark.parametrize(
        ("what", "limit_ns", "kind"),
        [
            (Waiting.CONNECT, CONNECT_LIMIT_NS, CardFaultKind.BUSY),
            (Waiting.ANSWER, ANSWER_LIMIT_NS, CardFaultKind.MUTE),
        ],
    )
    def test_told_once_at_the_limit(self, what: Waiting, limit_ns: int, kind: CardFaultKind) -> None:
        clock = ManualClock()
        watch = CallWatch(clock)
        session = CardSession(1, "R", 1)
        assert watch.overdue() is None
        with watch.waiting(what, session):
            clock.elapsed_ns += limit_ns - 1
            assert watch.overdue() is None
            clock.elapsed_ns += 1
            assert watch.overdue() == (session, kind)
            assert watch.overdue() is None
        clock.elapsed_ns += limit_ns
        assert watch.overdue() is None


class _Listener:
    def __init__(self) -> None:
        self.told: list[object] = []

    def service_changed(self, condition: ServiceCondition) -> None:
        self.told.append(condition)

    def slots_changed(self, slots: tuple[SlotState, ...]) -> None:
        self.told.append([slot.reader for slot in slots])

    def slice_passed(self) -> None:
        pass


class _Scripted(PcscContext):
    """Answers one wait after the other, then stops the watcher."""

    def __init__(self, script: list, stopping: threading.Event) -> None:
        self.script = script
        self.stopping = stopping
        self.released = False

    def readers(self) -> tuple[str, ...]:
        return ("R",) if not self.script or self.script[0] != "none" else ()

    def wait(self, known: Sequence[SlotState], timeout_s: float) -> tuple[SlotState, ...]:
        step = self.script.pop(0) if self.script else self.stopping.set()
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, tuple) else tuple(known)

    def connect(self, reader: str):
        raise NotImplementedError

    def release(self) -> None:
        self.released = True


class _Service:
    def __init__(self, *contexts) -> None:
        self.contexts = list(contexts)

    def establish(self) -> PcscContext:
        context = self.contexts.pop(0)
        if isinstance(context, Exception):
            raise context
        return context


def _watch(service: _Service, stopping: threading.Event) -> tuple[list[object], list[float]]:
    listener, pauses = _Listener(), []
    Watcher(service, listener, lambda _, seconds: pauses.append(seconds)).run(stopping)
    return listener.told, pauses


class TestWatcher:
    def test_a_daemon_that_is_not_there_is_asked_less_and_less(self) -> None:
        stopping = threading.Event()
        gone = [ServiceGoneError("gone") for _ in range(6)]
        told, pauses = _watch(_Service(*gone, _Scripted([], stopping)), stopping)
        assert pauses == [*BACKOFF_S, BACKOFF_S[-1], BACKOFF_S[-1]]
        assert told[:6] == [ServiceCondition.ABSENT] * 6
        assert told[6] is ServiceCondition.RUNNING

    def test_a_daemon_that_dies_is_met_again_and_its_line_let_go(self) -> None:
        stopping = threading.Event()
        first = _Scripted([(_slot(1),), ServiceGoneError("gone")], stopping)
        told, _ = _watch(_Service(first, _Scripted([(_slot(1),)], stopping)), stopping)
        assert first.released
        assert told == [
            ServiceCondition.RUNNING,
            ["R"],
            ServiceCondition.ABSENT,
            ServiceCondition.RUNNING,
            ["R"],
        ]

    def test_no_reader_is_told_too(self) -> None:
        stopping = threading.Event()
        told, _ = _watch(_Service(_Scripted(["none"], stopping)), stopping)
        assert told[:2] == [ServiceCondition.RUNNING, []]

    def test_a_refusal_is_told(self) -> None:
        stopping = threading.Event()
        refused = AccessRefusedError("polkit")
        told, _ = _watch(_Service(refused, _Scripted([refused], stopping), _Scripted([], stopping)), stopping)
        assert told[:3] == [ServiceCondition.REFUSED, ServiceCondition.RUNNING, ServiceCondition.REFUSED]

    def test_a_reader_that_goes_while_asked_about_does_not_end_it(self) -> None:
        stopping = threading.Event()
        told, _ = _watch(_Service(_Scripted([ReaderGoneError("gone"), (_slot(1),)], stopping)), stopping)
        assert told == [ServiceCondition.RUNNING, ["R"]]


class TestPinTyping:
    def test_a_code_from_a_wheel_that_starts_anywhere(self) -> None:
        typing = PinTyping(4, _draws(7, 0, 9, 3, 5))
        for steps in (4, 2, 4, 1):  # 7+4=1, 0+2=2, 9+4=3, 3+1=4
            typing.turn(steps)
            typing.press()
        assert typing.is_complete
        assert typing.hidden == "••••"
        typing.press()
        assert typing.take() == bytearray(b"1234")
        assert typing.hidden == ""

    def test_back_erases_then_gives_up(self) -> None:
        typing = PinTyping(4, _draws(1, 2, 3))
        typing.press()
        assert typing.back()
        assert not typing.back()

    def test_an_incomplete_code_is_not_taken(self) -> None:
        typing = PinTyping(4, _draws(1, 2))
        typing.press()
        with pytest.raises(ValueError, match="complete"):
            typing.take()
        assert "1" not in repr(typing).replace("1 of 4", "")

    def test_bounds(self) -> None:
        PinTyping(MAX_PIN_DIGITS, _draws(0))
        for length in (0, MAX_PIN_DIGITS + 1):
            with pytest.raises(ValueError, match="digits"):
                PinTyping(length, _draws(0))


def _draws(*digits: int):
    wheel = iter(digits)
    return lambda _below: next(wheel)


class _Hand:
    def __init__(self) -> None:
        self.did: list[str] = []

    def insert(self, card: object) -> None:
        self.did.append(type(card).__name__)

    def remove(self) -> None:
        self.did.append("out")


class TestSlotsFile:
    def test_follows(self, tmp_path: Path, box: CardBox) -> None:
        file = SlotsFile(tmp_path / "slots.json")
        hands = (_Hand(), _Hand())
        follower = SlotsFollower(file, hands, box)
        follower.follow()
        file.write(Slots().with_card(0, "cps3").with_card(1, "mute"))
        follower.follow()
        follower.follow()
        file.path.write_text("nonsense")
        follower.follow()
        file.write(Slots().with_card(1, "wrong"))
        follower.follow()
        assert [hand.did for hand in hands] == [["VirtualCps3", "out"], ["MuteCard", "WrongCard"]]

    @pytest.mark.parametrize(
        "document",
        [
            {"cards": ["cps3"]},
            {"cards": ["cps9", None]},
            {"cards": [1, None]},
            {"cards": [None, None], "more": 1},
            {"cards": "cps3"},
            [],
        ],
    )
    def test_refused(self, document: object) -> None:
        with pytest.raises(SlotsError):
            Slots.from_json(json.dumps(document).encode())

    def test_bounded(self) -> None:
        good = Slots().to_json().encode()
        assert Slots.from_json(good.ljust(MAX_SLOTS_BYTES)) == Slots()
        with pytest.raises(SlotsError):
            Slots.from_json(good.ljust(MAX_SLOTS_BYTES + 1))
        with pytest.raises(SlotsError):
            Slots().with_card(2, None)

    def test_every_card_can_be_taken(self, box: CardBox) -> None:
        assert all(box.take(name).atr for name in CARD_TITLES)


def test_every_kind_has_its_french_text() -> None:
    for kinds, catalogue in (
        (inputs.CardFaultKind, texts.FAULTS),
        (inputs.CardFaultKind, texts.FAULT_REMEDIES),
        (inputs.PinRefusal, texts.PIN_REFUSALS),
        (inputs.ReaderCondition, texts.READERS),
        (identities.CardWarning, texts.CARD_WARNINGS),
        (identities.ChainVerdict, texts.VERDICTS),
        (CardFamily, texts.CARD_FAMILIES),
    ):
        assert set(catalogue) == {str(kind) for kind in kinds}
    assert len(set(texts.FAULTS.values())) == len(texts.FAULTS)
