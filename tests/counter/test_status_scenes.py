"""Scenes of the status of prescriptions: asked, awaited, late, lying, repeated, not fitting together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.cards.atr import CardFamily
from appliance.cards.identities import Beneficiary, CardBirthDate, VitaleIdentity
from appliance.cards.inputs import CardIn, CardOut, CardRead, CardSession, PinDone
from appliance.counter.inputs import (
    CloseAsked,
    PolicyChanged,
    RefreshAsked,
    StatusAnswered,
    StatusFailed,
    StatusPushed,
)
from appliance.counter.outputs import AbandonLookUp, ForgetPin, LookUp, PublishStatus, RememberPrescription
from appliance.counter.state import IDLE_NS
from appliance.counter.status_state import (
    ANSWER_NS,
    MAX_TRACKED,
    MAX_WAITING,
    RETRY_NS,
    WAITING_NS,
    Asking,
    StatusPolicy,
)
from appliance.counter.statuses import MAX_TOLD_BYTES
from appliance.counter.visit_mirror import visit_json
from appliance.decode.symbol import Symbology
from appliance.display.buttons import Button
from appliance.display.screens import Discordance, InsRead, OrdonnanceRead, Page, Ready
from appliance.display.status_screens import SeenAgain, Standing, StatusHead
from appliance.journal.model import MAX_PAYLOAD_BYTES
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.memory import Presentation
from appliance.prescriptions.status import (
    MAX_LABEL_CHARS,
    Dispensation,
    Place,
    PrescriptionState,
    PrescriptionStatus,
    Source,
    StatusLine,
    StatusPatient,
)

from .scenes import RPPS_BARCODE, START, TOUSSAINT_QR, Scene, ins_code, ordonnance
from .test_cards import holder

NUMBER = "202106180921110040"
TOUSSAINT_NUMBER = "202106180921110041"
IDLE_S = IDLE_NS / 1e9
ANSWER_S = ANSWER_NS / 1e9


def status(
    state: PrescriptionState = PrescriptionState.TO_DISPENSE,
    number: str = NUMBER,
    source: Source = Source.TLSI,
    **more: object,
) -> PrescriptionStatus:
    return PrescriptionStatus(number, state, source, START, **more)  # type: ignore[arg-type]


class StatusScene(Scene):
    """A scene whose look-ups are answered by the test."""

    @property
    def head(self) -> StatusHead:
        shown = self.screen
        assert isinstance(shown, OrdonnanceRead)
        assert shown.status is not None
        return shown.status

    @property
    def look_ups(self) -> list[LookUp]:
        return [effect for effect in self.status_effects if isinstance(effect, LookUp)]

    @property
    def abandoned(self) -> list[int]:
        return [effect.request for effect in self.status_effects if isinstance(effect, AbandonLookUp)]

    def answer(self, answered: PrescriptionStatus, request: int | None = None) -> None:
        number = self.look_ups[-1].request if request is None else request
        self.play(StatusAnswered(number, answered, self.at_ns))

    def fail(self, code: str, request: int | None = None, cause: Cause | None = None) -> None:
        number = self.look_ups[-1].request if request is None else request
        self.play(StatusFailed(number, code, self.at_ns, cause))

    def push(self, said: PrescriptionStatus) -> None:
        self.play(StatusPushed(said, self.at_ns))


def scene_of(policy: StatusPolicy) -> StatusScene:
    scene = StatusScene()
    scene.play(PolicyChanged(policy))
    return scene


@pytest.fixture
def scene() -> StatusScene:
    """The device asks."""
    return scene_of(StatusPolicy(Asking.ASK))


@pytest.fixture
def with_lgo() -> StatusScene:
    """The pharmacy software is awaited."""
    return scene_of(StatusPolicy(Asking.AWAIT))


@pytest.fixture
def with_cps() -> StatusScene:
    """The device asks in the name of the CPS that is in, its code given."""
    scene = scene_of(StatusPolicy(Asking.ASK, needs_card=True))
    scene.play(
        CardIn(CPS, CardFamily.CPS3, scene.at_ns),
        CardRead(CPS, holder(), scene.at_ns),
        PinDone(CPS, scene.at_ns),
    )
    return scene


CPS = CardSession(1, "Reader 0", 3)
VITALE = CardSession(1, "Reader 1", 5)


def vitale(*people: Beneficiary) -> VitaleIdentity:
    return VitaleIdentity(people)


DOMINIQUE = Beneficiary("ADRTROIS", "DOMINIQUE", CardBirthDate("19970226"), "297022A02077878")
ANTHONY = Beneficiary("CORSE", "ANTHONY", CardBirthDate("19800302"), "180032B02040123")


def test_a_status_is_asked_for_in_the_frame_in_which_the_code_appears(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    assert [effect.query.prescription_id for effect in scene.look_ups] == [NUMBER]
    assert scene.head == StatusHead(Standing.LOOKING)


def test_an_answer_is_shown_told_and_heard_with_its_source_and_hour(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(0.2)
    scene.answer(status())
    assert scene.head == StatusHead(Standing.TO_DISPENSE, Source.TLSI, "09:00")
    assert scene.tones == ["seen", "known"]
    (event,) = scene.told("prescription.status")
    assert event.visit == scene.events[0].visit
    assert event.payload["prescription_id"] == NUMBER
    assert event.payload["failure"] is None
    told = event.payload["status"]
    assert isinstance(told, dict)
    assert (told["state"], told["source"]) == ("to_dispense", "tlsi")
    assert PublishStatus(status()) in scene.status_effects


def test_the_finer_cause_is_shown_and_told_with_its_remedy(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.fail("clock_wrong", cause=Cause("clock_late", 120))
    assert (scene.head.failure, scene.head.minutes) == ("clock_late", 120)
    (event,) = scene.told("prescription.status")
    assert event.payload["failure"] == "clock_wrong"
    assert event.payload["cause"] == {
        "code": "clock_late",
        "title": "L'appareil retarde de 120 min sur la base, qui refuse ce qu'il signe.",
        "remedy": "Faites régler l'heure de l'appareil, puis relancez la recherche.",
    }
    prescriptions = visit_json(scene.state)["prescriptions"]  # type: ignore[index]
    assert prescriptions[0]["cause"] == event.payload["cause"]  # type: ignore[index]


@pytest.mark.parametrize("state", PrescriptionState)
def test_each_state_has_its_word_and_only_what_may_be_dispensed_sounds_known(
    scene: StatusScene, state: PrescriptionState
) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status(state))
    assert scene.head.standing is Standing(state.value)
    good = state in {PrescriptionState.TO_DISPENSE, PrescriptionState.PARTLY_DISPENSED}
    assert scene.tones[-1] == ("known" if good else "check")


def test_who_it_is_of_is_not_told_again_with_the_status(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status(patient=StatusPatient("ADRTROIS", "DOMINIQUE MARIE", "1997-02-26")))
    assert scene.head.standing is Standing.TO_DISPENSE
    assert "ADRTROIS" not in str(scene.told("prescription.status")[0].payload)


def test_a_line_dispensed_elsewhere_is_shown_with_its_quantity_and_day(scene: StatusScene) -> None:
    given = (
        Dispensation(1, Place.HERE, date(2026, 1, 4)),
        Dispensation(2, Place.OTHER_PHARMACY, date(2026, 1, 3)),
    )
    line = StatusLine("AMOXICILLINE 1 g", prescribed=4, dispensations=given)
    scene.lay("a", ordonnance())
    scene.answer(status(PrescriptionState.PARTLY_DISPENSED, lines=(StatusLine("IBUPROFÈNE"), line)))
    shown = scene.head.lines[1]
    assert (shown.dispensed, shown.prescribed, shown.place, shown.day) == (
        3,
        4,
        Place.OTHER_PHARMACY,
        "03/01/2026",
    )


def test_lines_that_are_too_much_for_an_event_are_left_to_who_asks(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    told = {}
    for count in range(36, 42):
        # A sign outside ASCII takes six bytes of JSON.
        lines = (StatusLine("é" * MAX_LABEL_CHARS),) * count
        document = status(lines=lines).to_json()
        del document["patient"]
        scene.press(Button.DOWN, held=True)
        scene.answer(status(lines=lines))
        payload = scene.told("prescription.status")[-1].payload
        told[len(json.dumps(document)) > MAX_TOLD_BYTES] = payload
        assert len(json.dumps(payload)) < MAX_PAYLOAD_BYTES
        assert len(scene.head.lines) == count
    assert told[True]["lines_left_out"] in range(37, 42)
    assert "lines_left_out" not in told[False]


def test_down_goes_through_status_patient_numbers_and_lines_and_up_back(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status(lines=(StatusLine("A"), StatusLine("B"))))
    seen: list[tuple[Page | None, int]] = []
    for _ in range(5):
        scene.press(Button.DOWN)
        shown = scene.screen
        assert isinstance(shown, OrdonnanceRead)
        seen.append((shown.page, scene.head.line))
    assert seen == [
        (Page.PATIENT, 0),
        (Page.CHECK, 0),
        (Page.LINES, 0),
        (Page.LINES, 1),
        (Page.STATUS, 0),
    ]
    scene.press(Button.UP)
    assert scene.head.line == 1
    scene.press(Button.OK)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.screen.page is None


def test_nobody_answers_in_time_and_the_screen_says_since_when_and_why(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(ANSWER_S - 0.1)
    assert scene.head.standing is Standing.LOOKING
    scene.wait(0.1)
    assert scene.head == StatusHead(Standing.FAILED, hour="09:00", failure="unreachable")
    assert scene.told("prescription.status")[0].payload["failure"] == "unreachable"
    assert scene.tones == ["seen", "check"]


def test_a_slow_base_is_called_unknown_and_believed_when_it_answers_after_all(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(ANSWER_S)
    scene.wait(1)
    scene.answer(status())
    assert scene.head.standing is Standing.TO_DISPENSE
    assert scene.state.statuses.outage is None


def test_a_base_that_is_down_is_asked_again_and_found_back(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(0.1)
    scene.fail("unreachable")
    assert len(scene.look_ups) == 1
    scene.wait(RETRY_NS[0] / 1e9)
    assert len(scene.look_ups) == 2
    # The screen goes on saying that nobody answers, and that since the first time.
    assert scene.head == StatusHead(Standing.FAILED, hour="09:00", failure="unreachable")
    scene.wait(60)
    scene.fail("unreachable")
    assert scene.head.hour == "09:00"
    scene.wait(RETRY_NS[1] / 1e9)
    scene.answer(status())
    assert scene.head.standing is Standing.TO_DISPENSE
    assert scene.tones == ["seen", "check", "known"]
    assert [event.payload["failure"] for event in scene.told("prescription.status")] == ["unreachable", None]


def test_an_outage_is_heard_once(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.fail("unreachable")
    scene.wait(60)
    scene.lay("b", TOUSSAINT_QR)
    scene.fail("unreachable", scene.look_ups[-1].request)
    assert scene.tones.count("check") == 1


def test_what_waited_for_the_base_is_told_after_the_patient_left(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.fail("unreachable")
    visit = scene.events[0].visit
    scene.take("a")
    for _ in range(4):
        scene.wait(IDLE_S)
    assert "visit.closed" in scene.kinds
    scene.answer(status())
    assert scene.told("prescription.status")[-1].visit == visit
    scene.wait(1)
    assert scene.state.statuses.tracked == ()


def test_the_first_answer_makes_all_that_waits_due(scene: StatusScene) -> None:
    for index in range(3):
        scene.lay(str(index), ordonnance(f"{index}"))
        scene.fail("unreachable")
    scene.wait(RETRY_NS[0] / 1e9)
    begun = len(scene.look_ups)
    scene.fail("unreachable", begun)
    scene.answer(status(number="0"), begun - 2)
    scene.wait(0.2)
    assert scene.look_ups[-1].query.prescription_id == "2"


@pytest.mark.parametrize("count", [MAX_WAITING, MAX_WAITING + 1])
def test_so_many_wait_for_the_base_and_not_one_more(scene: StatusScene, count: int) -> None:
    for index in range(count):
        scene.lay(str(index), ordonnance(f"{index}"))
        scene.fail("unreachable")
    waiting = [one.id for one in scene.state.statuses.tracked if one.retry_ns is not None]
    assert len(waiting) == MAX_WAITING
    assert waiting[-1] == str(count - 1)


def test_so_many_are_followed_and_not_one_more(scene: StatusScene) -> None:
    for index in range(MAX_TRACKED + 1):
        scene.lay(str(index), ordonnance(f"{index}"))
    assert len(scene.state.statuses.tracked) == MAX_TRACKED


def test_after_a_while_a_prescription_is_given_up(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.fail("unreachable")
    scene.take("a")
    for _ in range(40):
        scene.wait(60)
        if scene.state.statuses.tracked and scene.state.statuses.tracked[0].request is not None:
            scene.fail("unreachable")
    assert scene.at_ns > WAITING_NS
    assert scene.state.statuses.tracked == ()


def test_the_answer_is_kept_while_the_sheet_lies_there_and_asked_for_again_when_it_is_laid_again(
    scene: StatusScene,
) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status())
    scene.lay("b", ordonnance())
    assert len(scene.look_ups) == 1
    assert scene.head.standing is Standing.TO_DISPENSE
    scene.take("a", "b")
    scene.wait(3)
    scene.lay("c", ordonnance())
    assert len(scene.look_ups) == 2
    assert scene.head.standing is Standing.LOOKING


def test_down_held_looks_again_and_does_not_show_what_was(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status())
    scene.press(Button.DOWN, held=True)
    assert scene.head.standing is Standing.LOOKING
    scene.answer(status(PrescriptionState.DISPENSED))
    assert scene.head.standing is Standing.DISPENSED


def test_the_lgo_may_have_it_looked_up_again(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.play(RefreshAsked(NUMBER, scene.at_ns))
    assert scene.abandoned == [1]
    assert len(scene.look_ups) == 2
    scene.answer(status(PrescriptionState.DISPENSED), 1)
    assert scene.head.standing is Standing.LOOKING
    scene.play(RefreshAsked("of nobody", scene.at_ns))
    assert len(scene.look_ups) == 2


def test_an_answer_about_another_prescription_is_no_status(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status(number=TOUSSAINT_NUMBER))
    assert scene.head == StatusHead(Standing.FAILED, hour="09:00", failure="bad_answer")
    assert scene.tones[-1] == "check"
    scene.wait(60)
    assert len(scene.look_ups) == 1


def test_an_answer_about_another_patient_is_no_status(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status(patient=StatusPatient("CORSE", "ANTHONY", "1980-03-02")))
    assert scene.head.failure == "other_patient"
    assert scene.told("prescription.status")[-1].payload["status"] is None


@pytest.mark.parametrize("code", ["refused", "bad_answer", "clock_wrong", "not_authorised"])
def test_who_answers_no_is_not_asked_again_by_itself(scene: StatusScene, code: str) -> None:
    scene.lay("a", ordonnance())
    scene.fail(code)
    assert scene.head.failure == code
    scene.wait(120)
    assert len(scene.look_ups) == 1


def test_the_lgo_says_the_status_that_nobody_else_was_asked_for(with_lgo: StatusScene) -> None:
    with_lgo.lay("a", ordonnance())
    assert with_lgo.look_ups == []
    assert with_lgo.head.standing is Standing.LOOKING
    with_lgo.wait(0.5)
    with_lgo.push(status(source=Source.LGO))
    assert with_lgo.head == StatusHead(Standing.TO_DISPENSE, Source.LGO, "09:00")
    assert with_lgo.tones == ["seen", "known"]
    # The bridge, over which it came, has it already.
    assert not any(isinstance(effect, PublishStatus) for effect in with_lgo.status_effects)


def test_what_the_lgo_says_twice_is_said_once(with_lgo: StatusScene) -> None:
    with_lgo.lay("a", ordonnance())
    said = status(source=Source.LGO)
    with_lgo.push(said)
    with_lgo.push(replace(said, at=START + timedelta(minutes=5)))
    assert len(with_lgo.told("prescription.status")) == 1
    assert with_lgo.tones == ["seen", "known"]
    assert with_lgo.head.hour == "09:05"


def test_what_the_lgo_says_of_a_sheet_that_is_not_there_is_no_news(with_lgo: StatusScene) -> None:
    with_lgo.push(status(source=Source.LGO))
    assert with_lgo.events == []


def test_a_silent_lgo_is_named_and_may_still_speak(with_lgo: StatusScene) -> None:
    with_lgo.lay("a", ordonnance())
    with_lgo.wait(4)
    assert with_lgo.head.failure == "lgo_silent"
    with_lgo.push(status(source=Source.LGO))
    assert with_lgo.head.standing is Standing.TO_DISPENSE


@pytest.fixture
def with_mute_lgo() -> StatusScene:
    """A pharmacy software is paired that may say statuses, and never said one."""
    return scene_of(StatusPolicy(Asking.AWAIT, is_expected=False))


def test_an_lgo_that_never_said_a_status_is_not_waited_for(with_mute_lgo: StatusScene) -> None:
    with_mute_lgo.lay("a", ordonnance())
    for waited_s in (0, ANSWER_S + 1):
        with_mute_lgo.wait(waited_s)
        shown = with_mute_lgo.screen
        assert isinstance(shown, OrdonnanceRead)
        assert shown.status is None
    assert with_mute_lgo.tones == ["seen"]
    assert with_mute_lgo.told("prescription.status") == []


def test_its_first_status_is_shown_and_the_next_sheet_is_waited_for(with_mute_lgo: StatusScene) -> None:
    with_mute_lgo.lay("a", ordonnance())
    with_mute_lgo.wait(ANSWER_S + 1)
    with_mute_lgo.push(status(source=Source.LGO))
    assert with_mute_lgo.head.standing is Standing.TO_DISPENSE
    with_mute_lgo.play(PolicyChanged(StatusPolicy(Asking.AWAIT)))
    with_mute_lgo.lay("b", TOUSSAINT_QR)
    assert with_mute_lgo.head.standing is Standing.LOOKING
    with_mute_lgo.wait(ANSWER_S)
    assert with_mute_lgo.head.failure == "lgo_silent"


def test_a_sheet_that_lay_there_before_the_first_status_blames_nobody(with_mute_lgo: StatusScene) -> None:
    with_mute_lgo.lay("a", ordonnance())
    with_mute_lgo.play(PolicyChanged(StatusPolicy(Asking.AWAIT)))
    with_mute_lgo.wait(ANSWER_S + 1)
    assert with_mute_lgo.told("prescription.status") == []


def test_asked_by_a_button_even_an_lgo_that_never_said_one_is_waited_for(with_mute_lgo: StatusScene) -> None:
    with_mute_lgo.lay("a", ordonnance())
    with_mute_lgo.press(Button.DOWN, held=True)
    assert with_mute_lgo.head.standing is Standing.LOOKING
    assert len(with_mute_lgo.told("prescription.refresh")) == 1
    with_mute_lgo.wait(ANSWER_S)
    assert with_mute_lgo.head.failure == "lgo_silent"


def test_a_status_that_lies_is_refused_aloud_whoever_was_waited_for(with_mute_lgo: StatusScene) -> None:
    with_mute_lgo.lay("a", ordonnance())
    with_mute_lgo.push(status(source=Source.LGO, patient=StatusPatient("CORSE", "ANTHONY", "1980-03-02")))
    assert with_mute_lgo.head.failure == "other_patient"


def test_down_held_asks_the_lgo_to_look_again(with_lgo: StatusScene) -> None:
    with_lgo.lay("a", ordonnance())
    with_lgo.push(status(source=Source.LGO))
    with_lgo.press(Button.DOWN, held=True)
    assert with_lgo.told("prescription.refresh")[0].payload == {"prescription_id": NUMBER}
    with_lgo.push(status(source=Source.LGO))
    assert with_lgo.tones == ["seen", "known", "known"]


def test_the_lgo_may_speak_before_the_base_does(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.push(status(source=Source.LGO))
    assert scene.abandoned == [1]
    scene.answer(status(PrescriptionState.DISPENSED), 1)
    assert scene.head.source is Source.LGO


def test_where_no_status_is_spoken_of_the_screen_is_silent_about_it() -> None:
    scene = StatusScene()
    scene.lay("a", ordonnance())
    scene.wait(10)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.screen.status is None
    assert scene.look_ups == []


def test_a_cps_withdrawn_in_the_middle_ends_what_was_asked_in_its_name(with_cps: StatusScene) -> None:
    scene = with_cps
    scene.lay("a", ordonnance())
    scene.play(CardOut(CPS, scene.at_ns))
    assert scene.abandoned == [1]
    assert scene.head.failure == "cps_withdrawn"
    scene.answer(status(), 1)
    assert scene.head.failure == "cps_withdrawn"
    assert scene.told("prescription.status")[0].payload["failure"] == "not_authorised"
    scene.play(
        CardIn(CPS, CardFamily.CPS3, scene.at_ns),
        CardRead(CPS, holder(), scene.at_ns),
        PinDone(CPS, scene.at_ns),
    )
    assert len(scene.look_ups) == 2
    scene.answer(status())
    scene.press(Button.DOWN)
    assert scene.head.standing is Standing.TO_DISPENSE


def test_the_end_of_service_ends_what_was_asked_in_the_name_of_the_cps(with_cps: StatusScene) -> None:
    scene = with_cps
    scene.play(PinDone(CPS, scene.at_ns))
    scene.lay("a", ordonnance())
    tones = list(scene.tones)
    scene.press(Button.OK, held=True)
    scene.press(Button.UP, Button.UP, Button.OK, Button.DOWN, Button.OK)
    assert scene.abandoned == [1]
    assert scene.card_effects[-1] == ForgetPin(CPS)
    assert scene.tones == tones
    assert scene.kinds[-2:] == ["prescription.status", "visit.closed"]
    scene.answer(status(), 1)
    assert scene.kinds[-1] == "visit.closed"


def test_a_source_that_needs_no_card_does_not_mind_the_cps(scene: StatusScene) -> None:
    scene.play(CardIn(CPS, CardFamily.CPS3, 0), CardRead(CPS, holder(), 0))
    scene.lay("a", ordonnance())
    scene.play(CardOut(CPS, scene.at_ns))
    assert scene.abandoned == []


def test_two_sheets_have_each_their_status(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", TOUSSAINT_QR)
    assert [effect.query.prescription_id for effect in scene.look_ups] == [NUMBER, TOUSSAINT_NUMBER]
    scene.answer(status(PrescriptionState.DISPENSED, TOUSSAINT_NUMBER), 2)
    assert scene.head.standing is Standing.DISPENSED
    scene.answer(status(), 1)
    # What comes second does not take the screen from what is looked at.
    assert scene.head.standing is Standing.DISPENSED
    visits = {event.payload["prescription_id"]: event.visit for event in scene.told("prescription.status")}
    assert visits[NUMBER] != visits[TOUSSAINT_NUMBER]


def earlier(visit: str = "v-morning", *, same_patient: bool = True) -> tuple[Presentation, ...]:
    return (Presentation(datetime(2026, 1, 5, 8, 12, tzinfo=UTC), visit, same_patient),)


def test_a_sheet_presented_again_is_said_loudly_until_noted(scene: StatusScene) -> None:
    scene.lay("a", ordonnance(), earlier=earlier())
    assert scene.screen == SeenAgain("08:12", other_patient=False)
    assert scene.tones == ["seen", "check"]
    (event,) = scene.told("prescription.seen_again")
    assert event.payload == {
        "prescription_id": NUMBER,
        "sighting": "a",
        "earlier": "2026-01-05T08:12:00+00:00",
        "other_patient": False,
    }
    scene.answer(status())
    scene.press(Button.DOWN)
    assert isinstance(scene.screen, SeenAgain)
    scene.press(Button.OK)
    assert scene.head.standing is Standing.TO_DISPENSE
    scene.wait(5)
    assert isinstance(scene.screen, OrdonnanceRead)


def test_one_number_under_two_patients_is_said_loudly(scene: StatusScene) -> None:
    scene.lay("a", ordonnance(), earlier=earlier(same_patient=False))
    assert scene.screen == SeenAgain("08:12", other_patient=True)


def test_a_sheet_laid_again_within_its_visit_is_nothing_to_fear(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    visit = scene.events[0].visit
    assert visit is not None
    scene.take("a")
    scene.wait(3)
    scene.lay("b", ordonnance(), earlier=earlier(visit))
    assert scene.told("prescription.seen_again") == []


def test_a_sheet_is_remembered_wherever_its_status_comes_from() -> None:
    scene = StatusScene()
    scene.lay("a", ordonnance(), earlier=earlier())
    assert isinstance(scene.screen, SeenAgain)
    (remember,) = scene.status_effects
    assert isinstance(remember, RememberPrescription)
    assert remember.visit == scene.events[0].visit


def test_a_restart_asks_again_and_remembers_nothing_new(scene: StatusScene) -> None:
    scene.restore("a", ordonnance(), 7, "v-before")
    assert scene.events == []
    assert [type(effect) for effect in scene.status_effects] == [LookUp]


def test_the_lgo_ends_a_visit_and_its_names_leave_the_screen(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    visit = scene.events[0].visit
    assert visit is not None
    scene.play(CloseAsked("v-other", scene.at_ns))
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.play(CloseAsked(visit, scene.at_ns))
    assert scene.events[-1].payload == {"reason": "lgo"}
    assert isinstance(scene.screen, Ready)


# People and prescribers.


def lay_vitale(scene: StatusScene, content: VitaleIdentity) -> None:
    scene.play(CardIn(VITALE, CardFamily.VITALE_2, scene.at_ns), CardRead(VITALE, content, scene.at_ns))


def test_three_sources_that_agree_are_told_in_full(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", ins_code())
    lay_vitale(scene, vitale(DOMINIQUE))
    scene.wait(1)
    (event,) = scene.told("identity.concordance")
    assert event.payload["verdict"] == "concordant"
    pairs = event.payload["pairs"]
    assert isinstance(pairs, list)
    assert [(pair["left"]["source"], pair["right"]["source"]) for pair in pairs] == [
        ("ordonnance", "vitale"),
        ("ordonnance", "ins"),
        ("vitale", "ins"),
    ]
    assert "ADRTROIS" not in str(event.payload)
    scene.press(Button.UP, Button.UP)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.screen.remarks == ("Identités concordantes",)


def test_a_vitale_of_somebody_else_is_said_loudly_until_noted(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.answer(status())
    lay_vitale(scene, vitale(ANTHONY))
    scene.wait(1)
    shown = scene.screen
    assert isinstance(shown, Discordance)
    assert (shown.left, shown.right) == ("ADRTROIS Dominique", "CORSE ANTHONY")
    assert scene.tones[-1] == "check"
    assert scene.told("identity.concordance")[0].payload["verdict"] == "discordant"
    scene.press(Button.UP)
    assert isinstance(scene.screen, Discordance)
    scene.press(Button.OK)
    assert not isinstance(scene.screen, Discordance)
    scene.wait(5)
    assert scene.tones.count("check") == 1


def test_a_usual_name_on_the_vitale_is_to_check_and_no_alarm(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    lay_vitale(scene, vitale(replace(DOMINIQUE, family_name="MARTIN")))
    scene.wait(1)
    assert scene.told("identity.concordance")[0].payload["verdict"] == "to_check"
    assert not isinstance(scene.screen, Discordance)
    scene.press(Button.UP)
    assert isinstance(scene.screen, OrdonnanceRead)
    assert scene.screen.warnings == ("Nom d'usage ? Vérifiez",)
    assert scene.screen.remarks == ()


def test_a_family_vitale_is_compared_once_it_is_known_whose_visit_it_is(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    lay_vitale(scene, vitale(ANTHONY, DOMINIQUE))
    scene.wait(1)
    assert scene.told("identity.concordance") == []
    scene.press(Button.DOWN, Button.OK)
    scene.wait(1)
    assert scene.told("identity.concordance")[0].payload["verdict"] == "concordant"


def test_the_prescribers_barcode_beside_the_code_agrees(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", RPPS_BARCODE)
    scene.wait(1)
    (event,) = scene.told("prescriber.concordance")
    assert event.payload == {"sighting": "a", "verdict": "equal", "rpps": "equal", "am": "absent"}
    assert isinstance(scene.screen, OrdonnanceRead)


def test_another_prescribers_barcode_is_said_loudly_until_noted(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", (Symbology.CODE_128, b"99912345677"))
    scene.wait(1)
    shown = scene.screen
    assert isinstance(shown, Discordance)
    assert (shown.left, shown.right) == ("99900038441", "99912345677")
    assert scene.tones == ["seen", "seen", "check"]
    scene.press(Button.OK)
    assert isinstance(scene.screen, OrdonnanceRead)


def test_one_of_several_prescribers_is_enough(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", (Symbology.CODE_128, b"99912345677"))
    scene.lay("c", RPPS_BARCODE)
    scene.wait(1)
    assert scene.told("prescriber.concordance")[0].payload["verdict"] == "equal"


def test_a_barcode_read_before_its_qr_code_beside_the_last_patients_visit_counts(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.wait(3)
    scene.take("a")
    scene.wait(1)
    scene.lay("b", (Symbology.CODE_128, b"99912345677"))
    scene.lay("c", TOUSSAINT_QR)
    scene.wait(1)
    assert scene.told("prescriber.concordance")[-1].payload["sighting"] == "c"
    assert isinstance(scene.screen, Discordance)


def test_a_barcode_beside_another_patients_sheet_is_that_sheets(scene: StatusScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", RPPS_BARCODE)
    scene.lay("c", TOUSSAINT_QR)
    scene.wait(1)
    assert [event.payload["sighting"] for event in scene.told("prescriber.concordance")] == ["a"]


def test_an_ins_code_alone_is_compared_with_nothing(scene: StatusScene) -> None:
    scene.lay("b", ins_code())
    scene.wait(1)
    assert scene.kinds == ["visit.opened", "code.read"]
    assert isinstance(scene.screen, InsRead)
