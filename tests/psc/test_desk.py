"""The desk of Pro Santé Connect over a real provider: effects in, inputs out, nobody left logged in."""

from __future__ import annotations

import threading

from appliance.counter.outputs import EndPscSession, StartPscLogin
from appliance.counter.psc_desk import PscDesk
from appliance.counter.psc_inputs import PscEnded, PscHappening, PscLoggedIn, PscNumber, PscRefused
from appliance.prescriptions.pro_sante_connect.errors import PscRefusal, SessionEnd

from .conftest import PHARMACIST, Stand


def desk_of(stand: Stand, national_id: str | None = None) -> PscDesk:
    return PscDesk(stand.client, stand.clock, national_id)


def log_in(stand: Stand, desk: PscDesk, attempt: int = 1) -> list[PscHappening]:
    told: list[PscHappening] = []
    desk.do(StartPscLogin(attempt, PHARMACIST))
    desk.turn(told.append, 0)
    stand.approve()
    stand.clock.advance(5)
    desk.turn(told.append, 0)
    return told


def test_a_login_is_told_step_by_step_and_ended_on_demand(stand: Stand) -> None:
    desk = desk_of(stand)
    number, opened = log_in(stand, desk)
    assert isinstance(number, PscNumber)
    assert number.number == "42"
    assert isinstance(opened, PscLoggedIn)
    told: list[PscHappening] = []
    desk.do(EndPscSession(0))
    desk.turn(told.append, 0)
    assert stand.provider.live_tokens > 0
    desk.do(EndPscSession(1))
    desk.turn(told.append, 0)
    assert told == []
    assert stand.provider.live_tokens == 0


def test_a_new_login_ends_the_one_before(stand: Stand) -> None:
    desk = desk_of(stand)
    log_in(stand, desk)
    desk.do(StartPscLogin(2, PHARMACIST))
    desk.turn(lambda _: None, 0)
    assert stand.provider.live_tokens == 0


def test_nobody_to_log_in(stand: Stand) -> None:
    told: list[PscHappening] = []
    desk = desk_of(stand)
    desk.do(StartPscLogin(1, None))
    desk.turn(told.append, 0)
    assert told == [PscRefused(1, PscRefusal.NO_IDENTITY, 0)]
    assert stand.provider.calls == []


def test_the_number_of_the_settings_is_asked_where_there_is_no_card(stand: Stand) -> None:
    told: list[PscHappening] = []
    desk = desk_of(stand, PHARMACIST)
    desk.do(StartPscLogin(1, None))
    desk.turn(told.append, 0)
    assert isinstance(told[0], PscNumber)


def test_a_refusal_on_the_telephone_and_a_session_that_ends_are_told(stand: Stand) -> None:
    told: list[PscHappening] = []
    desk = desk_of(stand)
    desk.do(StartPscLogin(1, PHARMACIST))
    desk.turn(told.append, 0)
    stand.refuse()
    stand.clock.advance(5)
    desk.turn(told.append, 0)
    assert isinstance(told[-1], PscRefused)
    assert told[-1].reason is PscRefusal.DENIED
    log_in(stand, desk, 2)
    stand.provider._refresh.clear()
    stand.clock.advance(250)
    desk.turn(told.append, 0)
    assert told[-1] == PscEnded(2, SessionEnd.REVOKED, stand.clock.monotonic_ns())


def test_the_end_of_the_program_revokes(stand: Stand) -> None:
    desk = desk_of(stand)
    log_in(stand, desk)
    stopping = threading.Event()
    stopping.set()
    desk.run(lambda _: None, stopping)
    assert stand.provider.live_tokens == 0
