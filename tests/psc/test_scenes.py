"""Scenes of a login at the counter: what is pressed, and what screen, events and bridge say then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.cards.atr import CardFamily
from appliance.cards.identities import CardKind, CpsHolder
from appliance.cards.inputs import CardIn, CardOut, CardRead, CardSession
from appliance.counter.outputs import EndPscSession, StartPscLogin
from appliance.counter.psc_inputs import (
    PscAsked,
    PscEndAsked,
    PscEnded,
    PscLoggedIn,
    PscNumber,
    PscRefused,
    PscStopped,
)
from appliance.counter.psc_screen import psc_json
from appliance.counter.psc_state import SESSION_SHOWN_NS, PscPhase, PscState
from appliance.counter.state import State
from appliance.display.buttons import Button
from appliance.display.psc_screens import (
    PscClosed,
    PscFailed,
    PscLoggingIn,
    PscNumberShown,
    PscSessionOpen,
)
from appliance.display.screens import OrdonnanceRead, Ready
from appliance.prescriptions.pro_sante_connect.errors import PscRefusal, SessionEnd
from appliance.prescriptions.pro_sante_connect.professional import Professional
from tests.counter.scenes import Scene, ordonnance

CAROLE = Professional("899700075122", "99700075122", "PHARMACH0007512", "CAROLE", "21")
UNTIL = datetime(2026, 1, 5, 13, 0, tzinfo=UTC)
SESSION = CardSession("lecteur", 1, 1)
CPS = CpsHolder(
    family=CardFamily.CPS4,
    kind=CardKind.CPS,
    card_number="1",
    national_id=CAROLE.national_id,
    rpps=CAROLE.rpps,
    family_name=CAROLE.family_name,
    given_name=CAROLE.given_name,
    profession="Pharmacien",
    profession_code=21,
    organizations=(),
    certificates=(),
    can_sign=True,
    is_test=True,
)


def scene() -> Scene:
    return Scene(State(psc=PscState(PscPhase.CLOSED)))


def asked(what: Scene) -> int:
    """Asked for with the menu; the number of the login."""
    what.play(PscAsked(what.at_ns))
    effect = what.psc_effects[-1]
    assert isinstance(effect, StartPscLogin)
    return effect.attempt


def waiting(what: Scene, number: str = "42") -> int:
    attempt = asked(what)
    what.play(PscNumber(attempt, number, what.at_ns + 120 * 10**9, what.at_ns))
    return attempt


def opened(what: Scene) -> int:
    attempt = waiting(what)
    what.play(PscLoggedIn(attempt, CAROLE, UNTIL, what.at_ns))
    return attempt


def put_in(what: Scene) -> None:
    what.play(CardIn(SESSION, CardFamily.CPS4, what.at_ns), CardRead(SESSION, CPS, what.at_ns))


def test_a_login_from_the_button_to_the_end_of_service() -> None:
    day = scene()
    attempt = asked(day)
    assert day.screen == PscLoggingIn()
    assert psc_json(day.state.psc) == {"state": "starting", "profession_code": None, "until": None}
    day.play(PscNumber(attempt, "42", day.at_ns + 120 * 10**9, day.at_ns))
    assert day.screen == PscNumberShown("42", 120)
    day.wait(30.5)
    assert day.screen == PscNumberShown("42", 90)
    assert psc_json(day.state.psc)["state"] == "waiting"
    day.play(PscLoggedIn(attempt, CAROLE, UNTIL, day.at_ns))
    assert isinstance(day.screen, PscSessionOpen)
    assert day.tones[-1] == "seen"
    assert day.kinds == ["session.opened"]
    assert day.events[0].payload["rpps"] == CAROLE.rpps
    assert day.events[0].payload["until"] == "2026-01-05T13:00:00Z"
    assert psc_json(day.state.psc) == {
        "state": "open",
        "profession_code": "21",
        "until": "2026-01-05T13:00:00Z",
    }
    day.wait(SESSION_SHOWN_NS / 1e9)
    assert isinstance(day.screen, Ready)
    day.play(PscAsked(day.at_ns))
    assert isinstance(day.screen, PscSessionOpen)
    day.press(Button.OK)
    assert day.screen == PscClosed()
    assert day.psc_effects[-1] == EndPscSession(attempt)
    assert day.kinds == ["session.opened", "session.closed"]
    assert day.events[1].payload == {"session": day.events[0].payload["session"], "reason": "asked"}
    assert psc_json(day.state.psc)["state"] == "closed"


def test_nothing_of_a_person_is_in_the_mirror_or_a_repr() -> None:
    day = scene()
    opened(day)
    said = repr(psc_json(day.state.psc)) + repr(day.events) + repr(day.screen) + repr(day.state.psc.who)
    for identity in (CAROLE.national_id, CAROLE.family_name, CAROLE.given_name, CAROLE.rpps):
        assert identity not in said


def test_the_menu_logs_in_and_the_end_of_service_logs_out() -> None:
    day = scene()
    day.press(Button.OK, Button.DOWN, Button.DOWN, Button.OK)
    assert day.screen == PscLoggingIn()
    attempt = day.state.psc.attempt
    day.play(PscNumber(attempt, "42", day.at_ns + 10**11, day.at_ns))
    day.play(PscLoggedIn(attempt, CAROLE, UNTIL, day.at_ns))
    day.wait(SESSION_SHOWN_NS / 1e9)
    day.press(Button.OK, Button.UP, Button.UP, Button.OK, Button.DOWN, Button.OK)
    assert day.events[-1].payload["reason"] == "asked"
    assert day.psc_effects[-1] == EndPscSession(attempt)


def test_where_it_is_not_wanted_it_says_so() -> None:
    day = Scene()
    day.play(PscAsked(day.at_ns))
    assert day.screen == PscFailed(PscRefusal.NOT_CONFIGURED)


@pytest.mark.parametrize("reason", PscRefusal)
def test_a_refusal_says_why_and_leaves(reason: PscRefusal) -> None:
    day = scene()
    day.play(PscRefused(waiting(day), reason, day.at_ns))
    assert day.screen == PscFailed(reason)
    assert day.tones[-1] == "refused"
    assert day.events == []
    day.wait(SESSION_SHOWN_NS / 1e9)
    assert isinstance(day.screen, Ready)


def test_ok_tries_again_where_that_can_help() -> None:
    day = scene()
    day.play(PscRefused(waiting(day), PscRefusal.DENIED, day.at_ns))
    day.press(Button.OK)
    assert day.screen == PscLoggingIn()
    day.play(PscRefused(day.state.psc.attempt, PscRefusal.BAD_TOKEN, day.at_ns))
    day.press(Button.OK)
    assert isinstance(day.screen, Ready)


def test_only_ok_held_gives_a_login_up() -> None:
    day = scene()
    attempt = waiting(day)
    day.press(Button.OK, Button.UP, Button.DOWN)
    assert isinstance(day.screen, PscNumberShown)
    day.press(Button.OK, held=True)
    assert day.psc_effects[-1] == EndPscSession(attempt)
    assert day.screen == PscFailed(PscRefusal.CANCELLED)


def test_what_comes_late_of_a_login_given_up_opens_nothing() -> None:
    day = scene()
    old = waiting(day)
    day.play(PscEndAsked(day.at_ns), PscLoggedIn(old, CAROLE, UNTIL, day.at_ns))
    assert day.kinds == []
    day.press(Button.OK)
    new = day.state.psc.attempt
    assert new == old + 1
    day.play(
        PscNumber(old, "13", day.at_ns + 10**9, day.at_ns),
        PscLoggedIn(old, CAROLE, UNTIL, day.at_ns),
        PscRefused(old, PscRefusal.DENIED, day.at_ns),
        PscEnded(old, SessionEnd.TIME, day.at_ns),
    )
    assert day.screen == PscLoggingIn()
    assert day.kinds == []


def test_a_sheet_is_read_and_told_while_the_number_stays() -> None:
    day = scene()
    attempt = waiting(day)
    day.lay("s1", ordonnance())
    assert isinstance(day.screen, PscNumberShown)
    assert "code.read" in day.kinds
    day.play(PscLoggedIn(attempt, CAROLE, UNTIL, day.at_ns))
    day.press(Button.DOWN)
    assert isinstance(day.screen, OrdonnanceRead)


def test_a_sheet_takes_the_screen_from_a_session_that_is_open() -> None:
    day = scene()
    opened(day)
    day.lay("s1", ordonnance())
    assert isinstance(day.screen, OrdonnanceRead)
    assert day.state.psc.phase is PscPhase.OPEN


def test_the_card_says_who_and_its_going_ends_the_session() -> None:
    day = scene()
    put_in(day)
    attempt = opened(day)
    assert day.psc_effects[0] == StartPscLogin(attempt, CAROLE.national_id)
    day.play(CardOut(SESSION, day.at_ns))
    assert day.kinds[-2:] == ["card.removed", "session.closed"]
    assert day.events[-1].payload["reason"] == "card_removed"
    assert day.psc_effects[-1] == EndPscSession(attempt)
    assert day.tones[-1] == "check"


def test_the_card_taken_away_gives_a_login_up() -> None:
    day = scene()
    put_in(day)
    attempt = waiting(day)
    day.play(CardOut(SESSION, day.at_ns))
    assert day.psc_effects[-1] == EndPscSession(attempt)
    assert day.state.psc.phase is PscPhase.CLOSED
    assert "session.closed" not in day.kinds


def test_another_card_does_not_end_it() -> None:
    day = scene()
    opened(day)
    put_in(day)
    day.play(CardOut(SESSION, day.at_ns))
    assert day.state.psc.phase is PscPhase.OPEN


@pytest.mark.parametrize("reason", [SessionEnd.TIME, SessionEnd.REVOKED, SessionEnd.UNREACHABLE])
def test_a_session_that_ends_by_itself_is_said_aloud_and_told(reason: SessionEnd) -> None:
    day = scene()
    attempt = opened(day)
    day.play(PscEnded(attempt, reason, day.at_ns))
    assert day.screen == PscClosed()
    assert day.tones[-1] == "check"
    assert day.events[-1].payload["reason"] == reason.value


def test_the_end_of_the_program_ends_the_session() -> None:
    day = scene()
    attempt = opened(day)
    day.play(PscStopped(day.at_ns))
    assert day.events[-1].payload["reason"] == "stopped"
    assert day.psc_effects[-1] == EndPscSession(attempt)
    idle = scene()
    idle.play(PscStopped(idle.at_ns))
    assert idle.events == []


def test_a_late_tick_never_shows_less_than_nothing() -> None:
    day = scene()
    waiting(day)
    day.wait(500)
    assert day.screen == PscNumberShown("42", 0)


def test_asked_twice_is_one_login() -> None:
    day = scene()
    waiting(day)
    day.play(PscAsked(day.at_ns))
    assert len(day.psc_effects) == 1
    with pytest.raises(ValueError, match="two digits"):
        replace(PscNumberShown("42", 1), number="4")
