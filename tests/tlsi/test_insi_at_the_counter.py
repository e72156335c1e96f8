"""A qualified identity at the counter: wanted by the core, searched by the desk, told to the LGO."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.base.clock import ManualClock
from appliance.cards.atr import CardFamily
from appliance.cards.identities import Beneficiary, CardBirthDate, VitaleIdentity
from appliance.cards.inputs import CardIn, CardRead, CardSession
from appliance.counter.core import reduce
from appliance.counter.inputs import CodeAppeared, InsQualified, Pressed
from appliance.counter.insi_desk import MAX_WANTED, WANTED_S, InsiDesk
from appliance.counter.outputs import EventKind, QualifyIns
from appliance.counter.state import State
from appliance.decode.payloads import interpret
from appliance.decode.symbol import Symbology
from appliance.display.buttons import Button
from appliance.prescriptions.ins_search import (
    InsiAnswer,
    InsiOutcome,
    InsiTraits,
    InsiVitale,
)
from appliance.prescriptions.port import Deadline, LookUpError, NotAuthorisedError, UnreachableError

from .stand import Stand

INS = (
    b"IS010000000000000000000000S1297022A02077878S21.2.250.1.213.1.4.10"
    b"S3DOMINIQUE\x1dS4ADRTROIS\x1dS5FS626-02-1997S72A020"
)
SESSION = CardSession("reader", 1, 1)
ANTHONY = Beneficiary("CORSE", "ANTHONY", CardBirthDate("19800302"), "180032B02040123")
ZOE = Beneficiary("CORSE", "ZOÉ", CardBirthDate("20120514"), "180032B02040123")
NOBODY = InsiAnswer(InsiOutcome.NOBODY, None)


def wanted(outcome: Any) -> list[QualifyIns]:
    return [effect for effect in outcome.effects if isinstance(effect, QualifyIns)]


def code() -> CodeAppeared:
    return CodeAppeared("s1", interpret(Symbology.DATA_MATRIX, INS), 1)


def test_an_ins_code_is_searched_by_its_traits() -> None:
    outcome = reduce(State(asks_insi=True), code())
    (search,) = wanted(outcome)
    assert search.reference == "s1"
    assert search.visit == outcome.state.visits[-1].id
    assert search.search == InsiTraits("ADRTROIS", "DOMINIQUE", "F", "1997-02-26", "2A020")


def test_nothing_is_searched_where_insi_is_not_set_up() -> None:
    assert wanted(reduce(State(), code())) == []


def card(*persons: Beneficiary) -> Any:
    state = reduce(State(asks_insi=True), CardIn(SESSION, CardFamily.VITALE_2, 1)).state
    return reduce(state, CardRead(SESSION, VitaleIdentity(persons), 2))


def test_a_vitale_of_one_person_is_searched_at_once() -> None:
    (search,) = wanted(card(ANTHONY))
    assert search.search == InsiVitale("180032B02040123", "1980-03-02", "ANTHONY")


def test_a_family_is_searched_once_it_is_said_whose_visit_it_is() -> None:
    outcome = card(ANTHONY, ZOE)
    assert wanted(outcome) == []
    for button in (Button.DOWN, Button.OK):
        outcome = reduce(outcome.state, Pressed(button, 3))
    (search,) = wanted(outcome)
    assert search.search == InsiVitale("180032B02040123", "2012-05-14", "ZOÉ")


def test_the_answer_is_an_event_of_its_visit() -> None:
    outcome = reduce(State(asks_insi=True), InsQualified("s1", "v1", NOBODY))
    (event,) = outcome.events
    assert (event.kind, event.visit) == (EventKind.INS_QUALIFIED, "v1")
    assert event.payload == {"reference": "s1", "outcome": "nobody", "identity": None}


class Answers:
    """A search that answers what the test wants, in turn."""

    def __init__(self, *answers: InsiAnswer | LookUpError) -> None:
        self._answers = iter(answers)
        self.asked: list[InsiTraits | InsiVitale] = []

    def search(self, what: InsiTraits | InsiVitale, *, deadline: Deadline) -> InsiAnswer:
        assert deadline.remaining_s > 0
        self.asked.append(what)
        answer = next(self._answers)
        if isinstance(answer, LookUpError):
            raise answer
        return answer


def effect(reference: str = "s1") -> QualifyIns:
    return QualifyIns(reference, "v1", InsiVitale("180032B02040123", "2012-05-14", "ZOÉ"))


@pytest.fixture
def told() -> list[InsQualified]:
    return []


def test_a_search_that_wants_a_login_waits_for_one(told: list[InsQualified]) -> None:
    logged_in = [False]
    desk = InsiDesk(Answers(NotAuthorisedError(), NOBODY), lambda: logged_in[0], ManualClock())
    desk.do(effect())
    for _ in range(2):
        desk.turn(told.append, 0.0)
    assert told == []
    logged_in[0] = True
    desk.turn(told.append, 0.0)
    assert [(one.reference, one.visit) for one in told] == [("s1", "v1")]


def test_a_search_is_not_worth_waiting_for_for_ever(told: list[InsQualified]) -> None:
    clock = ManualClock()
    answers = Answers(NotAuthorisedError(), NOBODY)
    desk = InsiDesk(answers, lambda: True, clock)
    desk.do(effect())
    desk.turn(told.append, 0.0)
    clock.advance(WANTED_S)
    desk.turn(told.append, 0.0)
    assert (told, len(answers.asked)) == ([], 1)


def test_a_service_that_is_down_is_not_told_of(told: list[InsQualified]) -> None:
    desk = InsiDesk(Answers(UnreachableError()), lambda: True, ManualClock())
    desk.do(effect())
    for _ in range(2):
        desk.turn(told.append, 0.0)
    assert told == []


@pytest.mark.parametrize(("count", "first"), [(MAX_WANTED, 0), (MAX_WANTED + 1, 1)])
def test_how_many_wait(told: list[InsQualified], count: int, first: int) -> None:
    logged_in = [False]

    class Shut(Answers):
        def search(self, what: InsiTraits | InsiVitale, *, deadline: Deadline) -> InsiAnswer:
            if not logged_in[0]:
                raise NotAuthorisedError
            return NOBODY

    desk = InsiDesk(Shut(), lambda: logged_in[0], ManualClock())
    for number in range(count):
        desk.do(effect(f"s{number}"))
        desk.turn(told.append, 0.0)
    logged_in[0] = True
    desk.turn(told.append, 0.0)
    assert {one.reference for one in told} == {f"s{number}" for number in range(first, count)}


def test_from_the_core_through_a_base_to_the_event(stand: Stand, told: list[InsQualified]) -> None:
    desk = InsiDesk(stand.insi(), lambda: True, stand.clock)
    (search,) = wanted(card(ZOE))
    desk.do(search)
    desk.turn(told.append, 0.0)
    (event,) = reduce(State(asks_insi=True), told[0]).events
    identity = event.payload["identity"]
    assert isinstance(identity, dict)
    assert (event.payload["outcome"], identity["given_name"]) == ("found", "ZOE")
