"""What the desk of readers tells, on the simulated service and on a real daemon alike."""

from __future__ import annotations

import hashlib
import threading
from random import Random
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from appliance.base.clock import SystemClock
from appliance.cards.identities import CpsHolder, VitaleIdentity
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardIn,
    CardOut,
    CardRead,
    PinDone,
    PinEnded,
    PinNeeded,
    PinRefusal,
    PinRefused,
    ReadersChanged,
    ServiceCondition,
    Signed,
    SignRefused,
)
from appliance.cards.readers import unaware
from appliance.simulation.cards.card import PulledOutError
from appliance.simulation.cards.catalogue import DOMINIQUE, FAMILY, CardBox
from appliance.simulation.cards.cps import VirtualCps3
from appliance.simulation.cards.oddities import (
    GARBAGE_KINDS,
    GarbageCard,
    MuteCard,
    SilentCard,
    SlowCard,
    WrongCard,
    YankedCard,
)
from appliance.simulation.cards.vitale import VirtualVitale2
from benchmarks.cards_soak import holdings

from .conftest import desk_threads, open_files

if TYPE_CHECKING:
    from .conftest import Bench, RealBench, SimulatedBench

CLOCK = SystemClock()
DIGEST = hashlib.sha256(b"assertion").digest()


def _vitale(*people) -> VirtualVitale2:
    return VirtualVitale2(people or (DOMINIQUE,))


@pytest.mark.parametrize("name", ["cps3", "cps4"])
def test_a_cps_says_who_holds_it_without_a_code(bench: Bench, box: CardBox, name: str) -> None:
    card = box.take(name)
    before = card.verify_count
    bench.insert(0, card)
    read = bench.heard.wait(CardRead)
    assert isinstance(read.content, CpsHolder)
    assert read.content.family == name.upper()
    assert read.content.is_test
    assert read.content.can_sign
    assert [type(what) for what in bench.heard.of(CardIn, CardRead)] == [CardIn, CardRead]
    assert card.verify_count == before


def test_a_family_card_gives_everybody(bench: Bench) -> None:
    bench.insert(0, _vitale(*FAMILY))
    read = bench.heard.wait(CardRead)
    assert isinstance(read.content, VitaleIdentity)
    assert [person.given_name for person in read.content.beneficiaries] == [
        person.given_name for person in FAMILY
    ]


def test_a_card_that_goes_out_is_said_and_nothing_after(bench: Bench) -> None:
    bench.insert(0, _vitale())
    session = bench.heard.wait(CardRead).session
    bench.remove(0)
    assert bench.heard.wait(CardOut).session == session
    about = [what for what in bench.heard.everything if getattr(what, "session", None) == session]
    assert isinstance(about[-1], CardOut)


def test_the_readers_are_told(bench: Bench) -> None:
    bench.insert(1, _vitale())
    bench.heard.wait(CardRead)
    told = bench.heard.of(ReadersChanged)[-1]
    assert [str(reader.condition) for reader in told.readers] == ["empty", "card"]


def test_a_wrong_card_is_unknown(bench: Bench) -> None:
    bench.insert(0, WrongCard())
    assert bench.heard.wait(CardFault).kind is CardFaultKind.UNKNOWN


def test_a_mute_card_is_thought_upside_down_once(bench: Bench) -> None:
    bench.insert(0, MuteCard())
    assert bench.heard.wait(CardFault).kind is CardFaultKind.UPSIDE_DOWN
    bench.remove(0)
    bench.heard.wait(CardOut)
    bench.insert(0, MuteCard())
    assert bench.heard.wait(CardFault, 2).kind is CardFaultKind.MUTE


def test_a_vitale_1_is_named(bench: Bench) -> None:
    class Vitale1(WrongCard):
        atr = bytes.fromhex("3F6525002C09699000")

    bench.insert(0, Vitale1())
    assert bench.heard.wait(CardFault).kind is CardFaultKind.VITALE_1


@pytest.mark.parametrize("kind", GARBAGE_KINDS)
def test_a_card_that_answers_nonsense_is_a_fault_and_nobody(bench: Bench, kind: str) -> None:
    for at_command in (1, 2, 4):
        bench.heard.forget()
        bench.insert(0, GarbageCard(_vitale(*FAMILY), kind, at_command, Random(at_command)))
        fault = bench.heard.wait(CardFault)
        assert fault.kind in {CardFaultKind.UNREADABLE, CardFaultKind.UNKNOWN, CardFaultKind.MUTE}
        bench.remove(0)
        bench.heard.wait(CardOut)
        assert not bench.heard.of(CardRead)


def test_two_slots_are_read_at_once(bench: Bench, box: CardBox) -> None:
    bench.insert(0, box.take("cps3"))
    bench.insert(1, SlowCard(_vitale(), 0.05, CLOCK))
    bench.heard.wait(CardRead, 2)
    kinds = {type(what.content) for what in bench.heard.of(CardRead)}
    assert kinds == {CpsHolder, VitaleIdentity}


def test_two_cards_of_a_kind_swapped_are_two_sessions(bench: Bench) -> None:
    slow = SlowCard(_vitale(DOMINIQUE), 0.2, CLOCK)
    bench.insert(0, slow)
    first = bench.heard.wait(CardIn)
    bench.insert(0, _vitale(FAMILY[0]))
    read = bench.heard.wait(CardRead)
    assert read.session != first.session
    assert read.content.beneficiaries[0].family_name == FAMILY[0].family_name
    assert [what.session for what in bench.heard.of(CardOut)] == [first.session]
    assert len(bench.heard.of(CardRead)) == 1


class TestCode:
    """The holder's code, on cards of their own: tries are counted."""

    @pytest.fixture(params=["cps3", "cps4"])
    def card(self, request: pytest.FixtureRequest, box: CardBox):
        card = box.take(request.param)
        card.tries_left = 3
        yield card
        card.tries_left = 3

    def _in(self, bench: Bench, card):
        bench.insert(0, card)
        return bench.heard.wait(CardRead).session

    def test_right_code_then_signature(self, bench: Bench, card) -> None:
        session = self._in(bench, card)
        bench.desk.prepare_pin(session)
        needed = bench.heard.wait(PinNeeded)
        assert (needed.tries_left, needed.min_digits, needed.on_pinpad) == (3, 4, False)
        pin = bytearray(b"1234")
        bench.desk.present_pin(session, pin)
        bench.heard.wait(PinDone)
        assert pin == bytearray(4)
        bench.desk.sign(session, "r1", DIGEST)
        signed = bench.heard.wait(Signed)
        key = x509.load_der_x509_certificate(signed.certificate).public_key()
        key.verify(signed.signature, DIGEST, PKCS1v15(), Prehashed(SHA256()))

    def test_no_signature_without_code(self, bench: Bench, card) -> None:
        session = self._in(bench, card)
        bench.desk.sign(session, "r1", DIGEST)
        refused = bench.heard.wait(SignRefused)
        assert (refused.request, refused.pin_needed) == ("r1", True)

    def test_wrong_code_costs_one_try_and_the_last_is_never_taken(self, bench: Bench, card) -> None:
        session = self._in(bench, card)
        before = card.verify_count
        for expected in (PinRefusal.WRONG, PinRefusal.ONE_TRY_LEFT, PinRefusal.ONE_TRY_LEFT):
            count = len(bench.heard.of(PinRefused)) + 1
            bench.desk.present_pin(session, bytearray(b"9999"))
            assert bench.heard.wait(PinRefused, count).reason is expected
        assert card.verify_count == before + 2
        assert card.tries_left == 1

    def test_blocked_is_said(self, bench: Bench, card) -> None:
        card.tries_left = 0
        before = card.verify_count
        session = self._in(bench, card)
        bench.desk.prepare_pin(session)
        assert bench.heard.wait(PinRefused).reason is PinRefusal.BLOCKED
        assert card.verify_count == before

    @pytest.mark.parametrize("pin", [b"123", b"12345", b"12a4", b""])
    def test_what_is_no_code_is_not_presented(self, bench: Bench, card, pin: bytes) -> None:
        session = self._in(bench, card)
        before = card.verify_count
        secret = bytearray(pin)
        bench.desk.present_pin(session, secret)
        assert bench.heard.wait(PinRefused).reason is PinRefusal.NOT_DIGITS
        assert card.verify_count == before
        assert not any(secret)

    def test_forgetting_ends_it(self, bench: Bench, card) -> None:
        session = self._in(bench, card)
        bench.desk.present_pin(session, bytearray(b"1234"))
        bench.heard.wait(PinDone)
        bench.desk.forget_pin(session)
        bench.heard.wait(PinEnded)
        bench.desk.sign(session, "r2", DIGEST)
        assert bench.heard.wait(SignRefused).pin_needed

    def test_withdrawing_the_card_ends_it(self, bench: Bench, card) -> None:
        session = self._in(bench, card)
        bench.desk.present_pin(session, bytearray(b"1234"))
        bench.heard.wait(PinDone)
        bench.remove(0)
        bench.heard.wait(CardOut)
        bench.insert(0, card)
        again = bench.heard.wait(CardRead, 2).session
        bench.desk.sign(again, "r3", DIGEST)
        assert bench.heard.wait(SignRefused).pin_needed

    def test_a_code_for_a_card_that_left_is_wiped_and_spent_nowhere(
        self, bench: Bench, card, box: CardBox
    ) -> None:
        session = self._in(bench, card)
        bench.remove(0)
        bench.heard.wait(CardOut)
        bench.insert(0, card)
        bench.heard.wait(CardRead, 2)
        before = card.verify_count
        pin = bytearray(b"1234")
        bench.desk.present_pin(session, pin)
        bench.desk.prepare_pin(bench.heard.of(CardRead)[-1].session)
        bench.heard.wait(PinNeeded)
        assert card.verify_count == before
        assert not any(pin)


class TestDaemon:
    """The daemon dies and comes back."""

    def test_idle(self, bench: Bench) -> None:
        bench.kill_daemon()
        bench.heard.wait_until(_told_service(ServiceCondition.ABSENT))
        bench.start_daemon()
        bench.insert(0, _vitale())
        bench.heard.wait(CardRead)

    def test_with_a_card_that_stays(self, bench: Bench) -> None:
        bench.insert(0, _vitale())
        first = bench.heard.wait(CardRead).session
        bench.kill_daemon()
        bench.start_daemon()
        second = bench.heard.wait(CardRead, 2).session
        assert first != second
        told = [type(what) for what in bench.heard.of(CardIn, CardOut, CardRead)]
        assert told == [CardIn, CardRead, CardOut, CardIn, CardRead]

    def test_with_a_card_taken_out_meanwhile(self, bench: Bench) -> None:
        bench.insert(0, _vitale())
        session = bench.heard.wait(CardRead).session
        bench.kill_daemon()
        bench.remove(0)
        assert bench.heard.wait(CardOut).session == session
        bench.start_daemon()
        bench.heard.wait_until(_told_service(ServiceCondition.RUNNING))
        assert len(bench.heard.of(CardOut)) == 1

    def test_during_a_read(self, bench: Bench) -> None:
        bench.insert(0, SlowCard(_vitale(), 0.1, CLOCK))
        bench.heard.wait(CardIn)
        bench.kill_daemon()
        bench.heard.wait_until(_told_service(ServiceCondition.ABSENT))
        bench.start_daemon()
        bench.heard.wait(CardRead)
        assert len(bench.heard.of(CardRead)) == 1

    def test_during_a_code_session(self, bench: Bench, box: CardBox) -> None:
        card = box.take("cps3")
        card.tries_left = 3
        before = card.verify_count
        bench.insert(0, card)
        session = bench.heard.wait(CardRead).session
        bench.desk.present_pin(session, bytearray(b"1234"))
        bench.heard.wait(PinDone)
        bench.kill_daemon()
        assert bench.heard.wait(PinEnded).session == session
        bench.start_daemon()
        again = bench.heard.wait(CardRead, 2).session
        bench.desk.sign(again, "r", DIGEST)
        assert bench.heard.wait(SignRefused).pin_needed
        assert card.verify_count == before + 1


def _told_service(condition: ServiceCondition):
    def told(everything) -> bool:
        return any(isinstance(what, ReadersChanged) and what.service is condition for what in everything)

    return told


class _OtherProgram:
    """Takes the card of a slot for itself and gives it back after so long, by a hand of its own."""

    HOLD_S = 8.0

    def __init__(self, bench: Bench, slot: int) -> None:
        self._context = bench.service.establish()
        self._connection = self._context.connect(bench.readers[slot])
        self._connection.begin()
        self._timer = threading.Timer(self.HOLD_S, self._give_back)
        self._timer.start()

    def _give_back(self) -> None:
        self._connection.end()
        self._connection.close()
        self._context.release()

    def wait(self) -> None:
        self._timer.join()


def test_another_program_that_keeps_the_card_is_said_and_waited_for(bench: Bench) -> None:
    bench.insert(0, _vitale())
    session = bench.heard.wait(CardRead).session
    other = _OtherProgram(bench, 0)
    # The card is asked for again while the other program holds it: the desk notices, and goes on after.
    bench.desk.reread(session)
    fault = bench.heard.wait(CardFault, timeout_s=7.0)
    assert (fault.session, fault.kind) == (session, CardFaultKind.BUSY)
    assert len(bench.heard.of(CardRead)) == 1
    other.wait()
    bench.heard.wait(CardRead, 2)


@pytest.mark.parametrize("name", ["cps3", "cps4"])
def test_another_program_that_keeps_the_card_does_not_end_its_code(
    bench: Bench, box: CardBox, name: str
) -> None:
    card = box.take(name)
    card.tries_left = 3
    before = card.verify_count
    bench.insert(0, card)
    session = bench.heard.wait(CardRead).session
    bench.desk.present_pin(session, bytearray(b"1234"))
    bench.heard.wait(PinDone)
    other = _OtherProgram(bench, 0)
    bench.desk.sign(session, "r", DIGEST)
    assert bench.heard.wait(CardFault, timeout_s=7.0).kind is CardFaultKind.BUSY
    other.wait()
    bench.heard.wait(Signed)
    assert not bench.heard.of(PinEnded, CardOut)
    assert card.verify_count == before + 1


def test_a_card_that_never_answers_its_code_is_not_asked_again(bench: Bench, box: CardBox) -> None:
    card = box.take("cps3")
    card.tries_left = 3
    before = card.verify_count
    silent = _SilentAtCode(card)
    bench.insert(0, silent)
    session = bench.heard.wait(CardRead).session
    bench.desk.present_pin(session, bytearray(b"1234"))
    try:
        assert bench.heard.wait(CardFault, timeout_s=12.0).kind is CardFaultKind.MUTE
    finally:
        silent.release.set()
        bench.remove(0)
    bench.heard.wait(CardOut)
    assert silent.codes == 1
    assert card.verify_count == before
    assert not bench.heard.of(PinDone)


class _SilentAtCode:
    """A CPS that does not answer a VERIFY, and counts them."""

    def __init__(self, card) -> None:
        self._card = card
        self.codes = 0
        self.release = threading.Event()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, raw: bytes) -> bytes:
        if raw[1] == 0x20 and len(raw) > 5:
            self.codes += 1
            self.release.wait(30)
            raise PulledOutError
        return self._card.transmit(raw)


def test_a_card_that_stops_answering_is_said(bench: Bench) -> None:
    card = SilentCard(_vitale(), 3)
    try:
        bench.insert(0, card)
        fault = bench.heard.wait(CardFault, timeout_s=12.0)
        assert fault.kind is CardFaultKind.MUTE
    finally:
        card.release.set()
        bench.remove(0)
    bench.heard.wait(CardOut)
    assert not bench.heard.of(CardRead)


class TestReaders:
    """Readers that come and go: only the simulated service can plug them."""

    def test_unplugged_with_a_card_in(self, simulated_bench: SimulatedBench) -> None:
        simulated_bench.insert(0, _vitale())
        session = simulated_bench.heard.wait(CardRead).session
        simulated_bench.pcsc.unplug(simulated_bench.readers[0])
        assert simulated_bench.heard.wait(CardOut).session == session

    def test_plugged_again_its_counter_starts_over_and_the_session_is_new(
        self, simulated_bench: SimulatedBench
    ) -> None:
        simulated_bench.insert(0, _vitale())
        first = simulated_bench.heard.wait(CardRead).session
        simulated_bench.pcsc.unplug(simulated_bench.readers[0])
        simulated_bench.heard.wait(CardOut)
        simulated_bench.pcsc.plug(simulated_bench.readers[0])
        simulated_bench.insert(0, _vitale())
        second = simulated_bench.heard.wait(CardRead, 2).session
        assert (first.reader, first.counter) == (second.reader, second.counter)
        assert first != second

    def test_none_left_is_said(self, simulated_bench: SimulatedBench) -> None:
        for reader in simulated_bench.readers:
            simulated_bench.pcsc.unplug(reader)
        simulated_bench.heard.wait_until(
            lambda told: any(
                isinstance(what, ReadersChanged)
                and what.service is ServiceCondition.RUNNING
                and not what.readers
                for what in told
            )
        )


def test_nothing_told_shows_an_identity(bench: Bench, box: CardBox) -> None:
    bench.insert(0, box.take("cps3"))
    bench.insert(1, _vitale(*FAMILY))
    bench.heard.wait(CardRead, 2)
    shown = repr(bench.heard.everything)
    for word in ("CORSE", "ANTHONY", "180032", "CAROLE", "PHARMACH", "8997000"):
        assert word not in shown


def test_threads_and_descriptors_return_to_where_they_were(bench: Bench, box: CardBox) -> None:
    for slot in (0, 1):  # each slot has made its line to the service
        bench.insert(slot, _vitale())
    bench.heard.wait(CardRead, 2)
    for slot in (0, 1):
        bench.remove(slot)
    bench.heard.wait(CardOut, 2)
    threads, files = desk_threads(), open_files()
    for round_ in range(3):
        bench.heard.forget()
        bench.insert(0, box.take("cps3"))
        bench.insert(1, YankedCard(_vitale(), 3 + round_))
        bench.heard.wait_until(lambda told: any(isinstance(what, CardRead) for what in told))
        bench.heard.wait(CardOut)
        bench.remove(0)
        bench.heard.wait(CardOut, 2)
    assert desk_threads() == threads
    assert open_files() <= files


def test_waiting_keeps_no_memory(real_bench: RealBench) -> None:
    """The watcher waits every second for months: what one call kept would fill the machine."""
    context = real_bench.service.establish()
    real_bench.insert(0, _vitale())
    real_bench.heard.wait(CardRead)
    calls, allowed_kb = 1000, 8

    def wait(times: int) -> None:
        known = tuple(unaware(reader) for reader in real_bench.readers)
        for _ in range(times):
            known = context.wait(known, 0.0)

    wait(calls)
    before = holdings()["in_use_kb"]
    wait(calls)
    grown = holdings()["in_use_kb"] - before
    context.release()
    assert grown <= allowed_kb


def test_the_wrong_card_of_a_pin_is_never_tried(bench: Bench, box: CardBox) -> None:
    """A code goes to the card that was read, through the connection it was read by, or nowhere."""
    card = box.take("cps3")
    assert isinstance(card, VirtualCps3)
    card.tries_left = 3
    bench.insert(0, _vitale())
    session = bench.heard.wait(CardRead).session
    bench.desk.present_pin(session, bytearray(b"1234"))
    assert bench.heard.wait(PinRefused).reason is PinRefusal.NOT_POSSIBLE
