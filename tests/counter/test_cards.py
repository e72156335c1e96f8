"""Scenes with cards: what a card or a reader that comes, speaks or goes shows, tells and lets be heard."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from appliance.cards.atr import CardFamily
from appliance.cards.identities import (
    Beneficiary,
    CardBirthDate,
    CardCertificate,
    CardKind,
    CardWarning,
    CertificatePurpose,
    ChainVerdict,
    CpsHolder,
    VitaleIdentity,
)
from appliance.cards.inputs import (
    CardFault,
    CardFaultKind,
    CardIn,
    CardOut,
    CardRead,
    CardSession,
    PinDone,
    PinEnded,
    PinNeeded,
    PinRefusal,
    PinRefused,
    ReaderCondition,
    ReadersChanged,
    ReaderState,
    ServiceCondition,
)
from appliance.counter.card_mirror import cards_json
from appliance.counter.card_state import CPS_SHOWN_NS, NOTICE_NS, PIN_IDLE_NS
from appliance.counter.face_screen import checks_of
from appliance.counter.inputs import CardsLeft, LeftCard, PinAsked
from appliance.counter.outputs import (
    DiscardPin,
    DropPinDigit,
    ForgetPin,
    GivePinDigit,
    PreparePin,
    PresentPin,
    PresentPinOnPad,
)
from appliance.counter.state import IDLE_NS
from appliance.display import card_screens as shown
from appliance.display.buttons import Button
from appliance.display.card_screens import (
    CardMessage,
    CardNotice,
    CardWorking,
    CpsRead,
    PinEntry,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.menu_screens import Check, CheckList
from appliance.display.screens import Discordance, OrdonnanceRead, Ready
from appliance.texts.menu import CHECK_READER, READER_MISSING, READER_PRESENT

from .scenes import BOX, TOUSSAINT_INS, Scene, ordonnance

UP, OK, DOWN = Button.UP, Button.OK, Button.DOWN
READER, OTHER = "Lecteur A", "Lecteur B"
ONE = VitaleIdentity((Beneficiary("ADRTROIS", "DOMINIQUE", CardBirthDate("19970226"), "297022A02077878"),))
FAMILY = VitaleIdentity(
    tuple(
        Beneficiary("CORSE", given, CardBirthDate(born), "180032B02040123")
        for given, born in (("ANTHONY", "19800302"), ("ZOÉ", "20120514"), ("NOÉ", "20150000"))
    )
)
STARTS = (7, 0, 9, 3, 1, 1, 1, 1)


def holder(*warnings: CardWarning, can_sign: bool = True) -> CpsHolder:
    certificates = tuple(
        CardCertificate(
            "label",
            b"1",
            purpose,
            datetime(2025, 1, 1, tzinfo=UTC),
            datetime(year, 1, 5, tzinfo=UTC),
            ChainVerdict.TEST,
            b"",
        )
        for purpose, year in ((CertificatePurpose.SIGNATURE, 2029), (CertificatePurpose.AUTHENTICATION, 2028))
    )
    return CpsHolder(
        CardFamily.CPS3, CardKind.CPS, "2800636226", "899700075122", "99700075122", "PHARMACH0007512",
        "CAROLE", "Pharmacien", 21, (), certificates, can_sign, True, (CardWarning.TEST_CARD, *warnings),
    )  # fmt: skip


class CardScene(Scene):
    """A scene with card readers."""

    numbers = count(1)

    def readers(self, *names: str, service: ServiceCondition = ServiceCondition.RUNNING) -> None:
        states = tuple(ReaderState(name, ReaderCondition.EMPTY) for name in names)
        self.play(ReadersChanged(service, states, self.at_ns))

    def insert(self, family: CardFamily | None, reader: str = READER) -> CardSession:
        session = CardSession(1, reader, next(self.numbers))
        self.play(CardIn(session, family, self.at_ns))
        return session

    def read(self, content: VitaleIdentity | CpsHolder, reader: str = READER) -> CardSession:
        family = CardFamily.VITALE_2 if isinstance(content, VitaleIdentity) else content.family
        session = self.insert(family, reader)
        self.play(CardRead(session, content, self.at_ns))
        return session

    def fault(self, session: CardSession, kind: CardFaultKind) -> None:
        self.play(CardFault(session, kind, self.at_ns))

    def remove(self, session: CardSession) -> None:
        self.play(CardOut(session, self.at_ns))

    def ask_pin(self, session: CardSession, *, on_pinpad: bool = False, longest: int = 4) -> None:
        needed = PinNeeded(session, 3, 4, longest, on_pinpad, self.at_ns)
        self.play(PinAsked(needed, STARTS))


@pytest.fixture
def scene() -> CardScene:
    scene = CardScene()
    scene.readers(READER, OTHER)
    scene.events.clear()
    return scene


def assert_nothing_known(scene: Scene) -> None:
    """No identity of these cards is anywhere in the state."""
    assert scene.state.cards.cards == ()
    assert scene.state.cards.shown is None
    seen: list[object] = [scene.state]
    while seen:
        what = seen.pop()
        assert not isinstance(what, Beneficiary | VitaleIdentity | CpsHolder | CardBirthDate)
        if isinstance(what, tuple):
            seen.extend(what)
        elif hasattr(what, "__dataclass_fields__"):
            seen.extend(getattr(what, name) for name in what.__dataclass_fields__)


# Readers


def test_readers_found_at_the_start_are_no_news() -> None:
    scene = CardScene()
    scene.readers(READER)
    assert scene.kinds == []
    assert isinstance(scene.screen, Ready)
    assert not scene.screen.reader_absent


def test_without_cards_nothing_is_said_of_readers() -> None:
    scene = CardScene()
    assert isinstance(scene.screen, Ready)
    assert not scene.screen.reader_absent
    scene.press(Button.UP)
    assert isinstance(scene.screen, Ready)


def test_a_reader_unplugged_is_said_told_and_remembered(scene: CardScene) -> None:
    scene.readers()
    assert scene.kinds == ["reader.absent", "reader.absent"]
    assert scene.events[0].payload == {"reader": READER, "reason": "unplugged"}
    assert scene.screen == CardMessage(CardNotice.READER_ABSENT)
    assert scene.tones == ["refused"]
    scene.wait(NOTICE_NS / 1e9)
    assert isinstance(scene.screen, Ready)
    assert scene.screen.reader_absent


def test_a_reader_that_comes_back_asks_for_a_card(scene: CardScene) -> None:
    scene.readers()
    scene.readers(READER)
    assert scene.kinds[2:] == ["reader.present"]
    assert scene.screen == CardMessage(CardNotice.READER_EMPTY)
    scene.wait(NOTICE_NS / 1e9)
    assert isinstance(scene.screen, Ready)
    assert not scene.screen.reader_absent


def test_one_of_two_readers_unplugged_is_told_and_nothing_more(scene: CardScene) -> None:
    scene.readers(OTHER)
    assert scene.kinds == ["reader.absent"]
    assert isinstance(scene.screen, Ready)
    assert scene.tones == []


@pytest.mark.parametrize(
    ("service", "notice"),
    [
        (ServiceCondition.ABSENT, CardNotice.SERVICE_ABSENT),
        (ServiceCondition.REFUSED, CardNotice.SERVICE_REFUSED),
    ],
)
def test_a_service_that_is_gone_is_said(
    scene: CardScene, service: ServiceCondition, notice: CardNotice
) -> None:
    scene.readers(service=service)
    assert scene.screen == CardMessage(notice)
    assert scene.events[0].payload["reason"] == f"service_{service}"


def test_a_service_that_never_was_there_is_said_and_fatal_to_nothing() -> None:
    scene = CardScene()
    scene.readers(service=ServiceCondition.ABSENT)
    assert scene.screen == CardMessage(CardNotice.SERVICE_ABSENT)
    scene.lay("a", ordonnance())
    assert isinstance(scene.screen, OrdonnanceRead)


def test_etat_says_in_words_how_the_reader_is(scene: CardScene) -> None:
    assert [check.word for check in checks_of(scene.state) if check.name == CHECK_READER] == [READER_PRESENT]
    scene.readers()
    scene.press(OK)
    scene.press(OK, Button.DOWN, OK)
    assert isinstance(scene.screen, CheckList)
    assert scene.screen.checks[0] == Check(CHECK_READER, ok=False, word=READER_MISSING)


# Vitale


def test_a_vitale_is_read_told_heard_and_acknowledged(scene: CardScene) -> None:
    session = scene.insert(CardFamily.VITALE_2)
    assert scene.kinds == ["card.inserted"]
    assert scene.events[0].payload["reader"] == READER
    assert scene.events[0].payload["family"] == "Vitale 2"
    assert scene.screen == CardWorking(shown.CardTitle.VITALE)
    scene.play(CardRead(session, ONE, scene.at_ns))
    assert scene.kinds[1:] == ["visit.opened", "card.read"]
    read = scene.events[2]
    assert read.payload["chosen"] == 0
    assert read.payload["content"] == ONE.to_json()
    assert read.payload["card"] == scene.events[0].payload["card"]
    assert read.visit == scene.events[1].visit
    assert scene.tones == ["seen"]
    assert scene.screen == VitaleRead("ADRTROIS", "DOMINIQUE", "26/02/1997", 0, delivered=False)
    scene.lgo_acknowledges_all()
    assert scene.screen == VitaleRead("ADRTROIS", "DOMINIQUE", "26/02/1997", 0, delivered=True)
    assert scene.tones == ["seen", "lgo_has_it"]


def test_of_a_vitale_that_was_taken_out_nothing_is_known(scene: CardScene) -> None:
    session = scene.read(ONE)
    scene.remove(session)
    assert scene.kinds[-1] == "card.removed"
    assert scene.events[-1].payload == {
        "card": scene.events[0].payload["card"], "reader": READER, "family": "Vitale 2",
    }  # fmt: skip
    assert isinstance(scene.screen, Ready)
    assert_nothing_known(scene)
    scene.wait(IDLE_NS / 1e9)
    assert scene.kinds[-1] == "visit.closed"
    assert scene.state.visits == ()


def test_a_visit_goes_on_while_its_vitale_is_in(scene: CardScene) -> None:
    scene.read(ONE)
    scene.wait(5 * IDLE_NS / 1e9)
    assert "visit.closed" not in scene.kinds
    assert isinstance(scene.screen, VitaleRead)


def test_a_vitale_belongs_to_the_visit_of_the_papers(scene: CardScene) -> None:
    scene.lay("a", ordonnance())
    scene.read(ONE)
    assert scene.kinds == ["visit.opened", "code.read", "card.inserted", "card.read"]
    assert scene.events[3].visit == scene.events[0].visit
    assert scene.events[2].visit is None
    scene.take("a")
    scene.wait(2 * IDLE_NS / 1e9)
    assert "visit.closed" not in scene.kinds


def test_papers_after_the_vitale_belong_to_its_visit(scene: CardScene) -> None:
    scene.read(ONE)
    scene.lay("a", ordonnance())
    assert scene.kinds.count("visit.opened") == 1
    assert scene.events[-1].visit == scene.events[-2].visit
    assert isinstance(scene.screen, OrdonnanceRead)


def test_the_vitale_of_a_patient_whose_papers_were_just_taken_joins_them(scene: CardScene) -> None:
    scene.lay("a", ordonnance())
    scene.take("a")
    scene.wait(3)
    scene.read(ONE)
    assert scene.kinds.count("visit.opened") == 1


def test_the_vitale_of_the_next_patient_opens_a_visit(scene: CardScene) -> None:
    scene.lay("a", ordonnance())
    scene.take("a")
    scene.wait(3)
    scene.read(FAMILY)
    assert scene.kinds[2:] == ["card.inserted", "visit.closed", "visit.opened", "card.read"]
    assert scene.events[3].visit == scene.events[0].visit
    assert scene.events[5].visit == scene.events[4].visit != scene.events[0].visit


@pytest.mark.parametrize("box_lies", [True, False])
def test_the_next_vitale_does_not_join_a_vitale_and_a_box(scene: CardScene, box_lies: bool) -> None:
    scene.lay("box", BOX)
    first = scene.read(ONE)
    assert scene.events[-1].visit == scene.events[0].visit, "the box and the card are one patient's"
    scene.remove(first)
    if not box_lies:
        scene.take("box")
    scene.wait(3)
    scene.read(FAMILY)
    assert scene.events[-1].kind == "card.read"
    assert scene.events[-1].visit != scene.events[0].visit


def test_a_second_vitale_beside_the_first_joins_it(scene: CardScene) -> None:
    scene.read(ONE)
    scene.read(FAMILY, OTHER)
    visits = {event.visit for event in scene.events if event.kind == "card.read"}
    assert len(visits) == 1


def test_a_card_told_before_a_restart_is_out(scene: CardScene) -> None:
    scene.play(CardsLeft((LeftCard("c-1", READER, "Vitale 2"), LeftCard("c-2", OTHER, None))))
    assert [(event.kind, dict(event.payload)) for event in scene.events] == [
        ("card.removed", {"card": "c-1", "reader": READER, "family": "Vitale 2"}),
        ("card.removed", {"card": "c-2", "reader": OTHER, "family": None}),
    ]


def test_the_code_is_told_needed_given_and_ended(scene: CardScene) -> None:
    session = scene.read(holder())
    card = {"card": scene.events[0].payload["card"], "reader": READER}
    scene.events.clear()
    scene.ask_pin(session)
    scene.play(PinDone(session, scene.at_ns))
    scene.play(PinEnded(session, scene.at_ns), PinEnded(session, scene.at_ns))
    assert [(event.kind, dict(event.payload)) for event in scene.events] == [
        ("card.code_needed", {**card, "tries_left": 3, "on_pinpad": False}),
        ("card.code_given", card),
        ("card.code_ended", card),
    ]


def test_a_code_that_is_refused_or_given_up_is_told(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.events.clear()
    scene.ask_pin(session)
    scene.play(PinRefused(session, PinRefusal.WRONG, 2, scene.at_ns))
    scene.ask_pin(session)
    scene.wait(PIN_IDLE_NS / 1e9)
    told = [event.payload for event in scene.events if event.kind == "card.code_refused"]
    assert [(what["reason"], what["tries_left"]) for what in told] == [("wrong", 2), ("cancelled", None)]


def test_what_is_typed_stays_where_a_signature_asks_too(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.press(OK)
    scene.ask_pin(session)
    assert isinstance(scene.screen, PinEntry)
    assert scene.screen.entered == 1
    assert scene.kinds.count("card.code_needed") == 1


def test_another_program_that_keeps_a_read_card_does_not_unread_it(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.play(PinDone(session, scene.at_ns))
    scene.events.clear()
    scene.fault(session, CardFaultKind.BUSY)
    assert scene.screen == CardMessage(CardNotice.BUSY)
    assert scene.kinds == []
    scene.wait(NOTICE_NS / 1e9)
    card = scene.state.cards.card(session)
    assert card is not None
    assert card.code_given
    assert card.content == holder()


def test_of_several_the_pharmacist_chooses_and_the_lgo_gets_all_and_the_choice(scene: CardScene) -> None:
    scene.read(FAMILY)
    assert scene.kinds == ["card.inserted", "visit.opened", "card.read"]
    assert scene.events[2].payload["chosen"] is None
    assert scene.events[2].payload["content"] == FAMILY.to_json()
    assert scene.screen == VitaleChoice("CORSE", "ANTHONY", "02/03/1980", 1, 3)
    scene.press(DOWN)
    assert scene.screen == VitaleChoice("CORSE", "ZOÉ", "14/05/2012", 2, 3)
    scene.press(UP, UP)
    assert scene.screen == VitaleChoice("CORSE", "NOÉ", "00/00/2015", 3, 3)
    scene.press(OK)
    assert scene.kinds[3:] == ["card.chosen"]
    chosen = scene.events[3]
    assert chosen.payload == {
        "card": scene.events[0].payload["card"],
        "chosen": 2,
        "beneficiary": FAMILY.beneficiaries[2].to_json(),
    }
    assert chosen.visit == scene.events[2].visit
    assert scene.screen == VitaleRead("CORSE", "NOÉ", "00/00/2015", 2, delivered=False)
    scene.lgo_acknowledges_all()
    assert isinstance(scene.screen, VitaleRead)
    assert scene.screen.delivered


def test_a_choice_by_mistake_is_made_again(scene: CardScene) -> None:
    scene.read(FAMILY)
    scene.press(OK, OK)
    assert isinstance(scene.screen, VitaleChoice)
    scene.press(DOWN, OK)
    assert [e.payload["chosen"] for e in scene.events if e.kind == "card.chosen"] == [0, 1]


def test_a_card_taken_out_before_the_choice_leaves_no_question(scene: CardScene) -> None:
    scene.remove(scene.read(FAMILY))
    assert isinstance(scene.screen, Ready)
    scene.press(OK)
    assert "card.chosen" not in scene.kinds
    assert_nothing_known(scene)


def test_nothing_of_a_card_is_told_after_it_went(scene: CardScene) -> None:
    session = scene.insert(CardFamily.VITALE_2)
    scene.remove(session)
    scene.play(CardRead(session, ONE, scene.at_ns), PinDone(session, 0))
    scene.fault(session, CardFaultKind.UNREADABLE)
    scene.remove(session)
    assert scene.kinds == ["card.inserted", "card.removed"]
    assert_nothing_known(scene)


def test_two_cards_of_one_kind_are_two_cards(scene: CardScene) -> None:
    scene.remove(scene.read(ONE))
    scene.read(FAMILY)
    ids = {event.payload["card"] for event in scene.events if "card" in event.payload}
    assert len(ids) == 2


def test_a_vitale_after_a_vitale_is_the_next_patient(scene: CardScene) -> None:
    scene.remove(scene.read(ONE))
    scene.read(FAMILY)
    assert scene.kinds[4:] == ["card.inserted", "visit.closed", "visit.opened", "card.read"]
    assert scene.events[-1].visit != scene.events[2].visit


# CPS


def test_a_cps_is_read_and_leaves_the_screen_while_it_stays_in(scene: CardScene) -> None:
    session = scene.read(holder())
    assert scene.kinds == ["card.inserted", "card.read"]
    assert scene.events[1].visit is None
    assert scene.events[1].payload["content"]["is_test"] is True
    screen = scene.screen
    assert isinstance(screen, CpsRead)
    assert (screen.family_name, screen.profession, screen.rpps) == (
        "PHARMACH0007512", "Pharmacien", "99700075122",
    )  # fmt: skip
    assert screen.end == "05/01/2028"
    assert screen.test
    assert screen.warnings == ()
    scene.wait(CPS_SHOWN_NS / 1e9)
    assert isinstance(scene.screen, Ready)
    scene.press(DOWN)
    assert isinstance(scene.screen, CpsRead)
    scene.remove(session)
    assert isinstance(scene.screen, Ready)
    assert_nothing_known(scene)


def test_an_expired_cps_is_told_by_the_tone_and_on_the_screen(scene: CardScene) -> None:
    scene.read(holder(CardWarning.CERTIFICATE_EXPIRED))
    assert scene.tones == ["check"]
    assert isinstance(scene.screen, CpsRead)
    assert scene.screen.warnings == ("Carte CPS expirée",)


# Faults


@pytest.mark.parametrize("kind", CardFaultKind)
def test_a_card_that_is_not_read_has_its_message(scene: CardScene, kind: CardFaultKind) -> None:
    session = scene.insert(None)
    assert scene.screen == CardWorking(shown.CardTitle.CARD)
    scene.fault(session, kind)
    scene.fault(session, kind)
    assert scene.screen == CardMessage(CardNotice(kind.value))
    assert scene.kinds == ["card.inserted", "card.unreadable"]
    assert scene.events[1].payload["reason"] == kind.value
    assert scene.tones == ["check" if kind is CardFaultKind.BUSY else "refused"]
    scene.remove(session)
    assert isinstance(scene.screen, Ready)


def test_reader_absent_empty_mute_unknown_and_upside_down_are_five_messages() -> None:
    kinds = (CardFaultKind.MUTE, CardFaultKind.UNKNOWN, CardFaultKind.UPSIDE_DOWN)
    notices = {CardNotice(kind.value) for kind in kinds} | {CardNotice.READER_ABSENT, CardNotice.READER_EMPTY}
    assert len(notices) == 5


def test_a_busy_card_is_read_later(scene: CardScene) -> None:
    session = scene.insert(CardFamily.VITALE_2)
    scene.fault(session, CardFaultKind.BUSY)
    scene.play(CardRead(session, ONE, scene.at_ns))
    assert isinstance(scene.screen, VitaleRead)


def test_a_card_that_falls_mute_is_not_known_any_more(scene: CardScene) -> None:
    session = scene.read(ONE)
    scene.fault(session, CardFaultKind.MUTE)
    assert scene.screen == CardMessage(CardNotice.MUTE)
    assert scene.state.cards.cards[0].content is None


# Between codes and cards


def test_what_came_last_is_on_the_screen_and_the_arrows_lead_round(scene: CardScene) -> None:
    scene.read(ONE)
    scene.lay("a", ordonnance())
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.press(DOWN)
    assert isinstance(scene.screen, VitaleRead)
    scene.press(DOWN)
    assert isinstance(scene.screen, OrdonnanceRead)
    scene.press(UP)
    assert isinstance(scene.screen, VitaleRead)


def test_a_discordance_is_over_a_card_and_has_the_buttons(scene: CardScene) -> None:
    scene.lay("a", ordonnance())
    scene.lay("b", TOUSSAINT_INS)
    scene.read(FAMILY)
    scene.wait(0.5)
    assert isinstance(scene.screen, Discordance)
    scene.press(OK)
    assert isinstance(scene.screen, VitaleChoice)
    assert "card.chosen" not in scene.kinds


# The code


def test_ok_on_a_cps_asks_for_its_code(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.press(OK)
    assert scene.card_effects == [PreparePin(session)]
    scene.ask_pin(session)
    assert scene.screen == PinEntry(0, 4, 7, 3)


def test_a_card_that_cannot_sign_is_not_asked_for_its_code(scene: CardScene) -> None:
    scene.read(holder(can_sign=False))
    scene.press(OK)
    assert scene.card_effects == []


def test_a_code_is_given_digit_by_digit_and_sent_by_a_press_of_its_own(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.card_effects.clear()
    scene.press(UP, UP, UP, UP, OK)
    assert scene.screen == PinEntry(1, 4, 0, 3)
    scene.press(DOWN, OK, OK, OK)
    assert scene.card_effects == [GivePinDigit(session, digit) for digit in (1, 9, 9, 3)]
    assert scene.screen == PinEntry(4, 4, None, 3)
    scene.press(OK)
    assert scene.card_effects[4:] == [PresentPin(session)]
    assert scene.screen == CardWorking(shown.CardTitle.CPS, checking_code=True)
    scene.press(OK, UP, DOWN)
    assert len(scene.card_effects) == 5
    scene.play(PinDone(session, scene.at_ns))
    assert isinstance(scene.screen, CpsRead)
    assert scene.screen.code_given
    scene.press(OK)
    assert len(scene.card_effects) == 5
    scene.play(PinEnded(session, scene.at_ns))
    assert isinstance(scene.screen, CpsRead)
    assert not scene.screen.code_given


def end_service(scene: Scene) -> None:
    scene.press(OK, held=True)
    scene.press(UP, UP, OK, DOWN, OK)


def test_the_end_of_service_has_the_card_forget_its_code(scene: CardScene) -> None:
    given, other = scene.read(holder()), scene.read(holder(), OTHER)
    scene.play(PinDone(given, scene.at_ns))
    scene.card_effects.clear()
    end_service(scene)
    assert [effect for effect in scene.card_effects if isinstance(effect, ForgetPin)] == [ForgetPin(given)]
    assert DiscardPin(other) in scene.card_effects
    assert isinstance(scene.screen, Ready)
    # In force until the card says that it is not.
    assert [card.code_given for card in scene.state.cards.cards] == [True, False]
    scene.play(PinEnded(given, scene.at_ns))
    assert scene.kinds[-1] == "card.code_ended"
    assert not any(card.code_given for card in scene.state.cards.cards)


def test_a_card_whose_code_was_not_given_is_left_alone_at_the_end_of_service(scene: CardScene) -> None:
    scene.read(holder())
    scene.read(ONE, OTHER)
    end_service(scene)
    assert not any(isinstance(effect, ForgetPin) for effect in scene.card_effects)


def test_no_digit_of_a_code_is_in_the_state_or_in_a_repr(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.press(OK, OK, OK, OK)
    pin = scene.state.cards.pin
    assert pin is not None
    assert pin.digit is None
    assert {repr(GivePinDigit(session, digit)) for digit in range(10)} == {repr(GivePinDigit(session, 0))}


def test_an_arrow_takes_the_last_digit_back(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.press(OK, OK, OK, OK)
    scene.press(DOWN)
    assert scene.card_effects[-1] == DropPinDigit(session)
    assert scene.screen == PinEntry(3, 4, 3, 3)


def test_a_code_of_open_length_is_sent_from_the_shortest_on(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session, longest=6)
    scene.press(OK, OK, OK, OK)
    assert scene.screen == PinEntry(4, 6, 1, 3)
    scene.press(DOWN, DOWN)
    assert scene.screen == PinEntry(4, 6, None, 3)
    scene.press(UP)
    assert scene.screen == PinEntry(4, 6, 0, 3)
    scene.press(DOWN, OK)
    assert scene.card_effects[-1] == PresentPin(session)


def test_ok_held_or_nobody_there_gives_up(scene: CardScene) -> None:
    session = scene.read(holder())
    for give_up in (lambda: scene.press(OK, held=True), lambda: scene.wait(PIN_IDLE_NS / 1e9)):
        scene.ask_pin(session)
        scene.press(OK)
        give_up()
        assert scene.card_effects[-1] == DiscardPin(session)
        assert scene.screen == shown.PinRefused(PinRefusal.CANCELLED, None)
        scene.press(DOWN)
    assert PresentPin(session) not in scene.card_effects


def test_a_card_pulled_out_ends_the_entry_of_its_code(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.press(OK, OK)
    scene.remove(session)
    assert scene.card_effects[-1] == DiscardPin(session)
    assert scene.state.cards.pin is None
    assert isinstance(scene.screen, Ready)
    assert_nothing_known(scene)


def test_a_code_being_entered_keeps_screen_and_buttons(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.read(FAMILY, OTHER)
    scene.lay("a", ordonnance())
    scene.readers(READER, OTHER)
    assert scene.screen == PinEntry(0, 4, 7, 3)
    scene.press(OK)
    assert scene.screen == PinEntry(1, 4, 0, 3)


@pytest.mark.parametrize("reason", PinRefusal)
def test_a_refused_code_says_why_and_only_a_person_tries_again(scene: CardScene, reason: PinRefusal) -> None:
    session = scene.read(holder())
    scene.ask_pin(session)
    scene.press(OK, OK, OK, OK, OK)
    scene.card_effects.clear()
    scene.play(PinRefused(session, reason, 2, scene.at_ns))
    assert scene.screen == shown.PinRefused(reason, 2)
    assert scene.tones[-1] == "refused"
    assert scene.card_effects == [DiscardPin(session)]
    scene.press(OK)
    again = {PinRefusal.WRONG, PinRefusal.CANCELLED, PinRefusal.INTERRUPTED}
    assert (PreparePin(session) in scene.card_effects) == (reason in again)


def test_a_code_typed_on_the_reader_is_not_known_here(scene: CardScene) -> None:
    session = scene.read(holder())
    scene.card_effects.clear()
    scene.ask_pin(session, on_pinpad=True)
    assert scene.card_effects == [PresentPinOnPad(session)]
    assert scene.screen == PinEntry(0, 4, None, 3, on_pinpad=True)
    scene.press(OK, UP)
    scene.wait(2 * PIN_IDLE_NS / 1e9)
    assert scene.card_effects == [PresentPinOnPad(session)]


# The mirror for the bridge


def test_the_mirror_says_what_is_in_and_never_who(scene: CardScene) -> None:
    session = scene.read(FAMILY)
    other = scene.insert(None, OTHER)
    scene.fault(other, CardFaultKind.UNKNOWN)
    document = cards_json(scene.state.cards)
    assert document == {
        "service": "running",
        "readers": [
            {
                "name": READER,
                "condition": "empty",
                "card": {
                    "id": scene.events[0].payload["card"],
                    "family": "Vitale 2",
                    "state": "read",
                    "reason": None,
                    "code_given": False,
                },
            },
            {
                "name": OTHER,
                "condition": "empty",
                "card": {
                    "id": scene.events[3].payload["card"],
                    "family": None,
                    "state": "unreadable",
                    "reason": "unknown",
                    "code_given": False,
                },
            },
        ],
    }
    assert "CORSE" not in str(document)
    scene.remove(session)
    scene.remove(other)
    assert [reader["card"] for reader in cards_json(scene.state.cards)["readers"]] == [None, None]
