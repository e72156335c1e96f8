"""One login over real TLS: opened, refreshed, ended; with every timing by the injected clock."""

from __future__ import annotations

import pytest

from appliance.prescriptions.pro_sante_connect.errors import (
    ClientRefusedError,
    DeniedError,
    ExpiredError,
    NotPharmacistError,
    OtherPersonError,
    SessionEnd,
    UnknownUserError,
)
from appliance.prescriptions.pro_sante_connect.session import Opened, Over, PscSession
from appliance.simulation.pro_sante_connect.faults import Endpoint, Fault
from appliance.simulation.pro_sante_connect.people import PEOPLE
from appliance.simulation.pro_sante_connect.provider import ACCESS_S

from .conftest import DOCTOR, PHARMACIST, Stand


def polls(stand: Stand) -> int:
    return stand.provider.calls.count(Endpoint.TOKEN.value)


def test_the_number_on_both_screens_is_the_same_and_opens_the_session(stand: Stand) -> None:
    session = stand.session()
    pending = session.begin()
    assert pending.number == "42" == stand.provider.phone.shown.number
    assert session.step() is None
    assert polls(stand) == 0
    stand.clock.advance(5)
    assert session.step() is None
    assert polls(stand) == 1
    stand.approve()
    assert session.step() is None
    stand.clock.advance(5)
    opened = session.step()
    assert isinstance(opened, Opened)
    assert opened.who.to_json() == {
        "national_id": PHARMACIST,
        "rpps": PHARMACIST[1:],
        "family_name": "PHARMACH0007512",
        "given_name": "CAROLE",
        "profession_code": "21",
    }
    assert (opened.until - stand.clock.now()).total_seconds() == 4 * 3600
    assert session.close()
    assert stand.provider.live_tokens == 0
    assert session.close()


def test_a_number_below_ten_has_two_digits(stand: Stand) -> None:
    client = stand.client()
    client._random_below = lambda _: 7
    assert client.start(PHARMACIST).number == "07"


def test_slow_down_makes_the_interval_five_seconds_longer_for_good(stand: Stand) -> None:
    session = stand.session()
    session.begin()
    stand.fault(Endpoint.TOKEN, Fault.SLOW_DOWN)
    stand.clock.advance(5)
    session.step()
    stand.fault(Endpoint.TOKEN, None)
    for seconds, count in ((5, 1), (5, 2), (5, 2), (5, 3)):
        stand.clock.advance(seconds)
        session.step()
        assert polls(stand) == count


def test_a_provider_in_trouble_is_asked_less_and_less_and_the_login_goes_on(stand: Stand) -> None:
    session = stand.session()
    session.begin()
    stand.approve()
    stand.fault(Endpoint.TOKEN, Fault.SERVER_ERROR)
    due = []
    for _ in range(3):
        stand.clock.elapsed_ns = session.due_ns
        session.step()
        due.append((session.due_ns - stand.clock.monotonic_ns()) / 1e9)
    assert due == [10, 20, 40]
    stand.fault(Endpoint.TOKEN, None)
    stand.clock.elapsed_ns = session.due_ns
    assert isinstance(session.step(), Opened)


def test_refused_on_the_telephone(stand: Stand) -> None:
    session = stand.session()
    session.begin()
    stand.refuse()
    stand.clock.advance(5)
    with pytest.raises(DeniedError):
        session.step()


def test_nobody_answers(stand: Stand) -> None:
    session = stand.session()
    session.begin()
    while session.due_ns < 120e9:
        stand.clock.elapsed_ns = session.due_ns
        assert session.step() is None
    assert polls(stand) == 23
    stand.clock.elapsed_ns = session.due_ns
    with pytest.raises(ExpiredError):
        session.step()


def test_the_provider_says_first_that_it_is_too_late(stand: Stand) -> None:
    session = stand.session()
    pending = session.begin()
    stand.clock.elapsed_ns = pending.expires_ns
    client = stand.client()
    with pytest.raises(ExpiredError):
        client.poll(pending)
    with pytest.raises(ExpiredError):
        client.poll(pending)


def test_nobody_has_this_number(stand: Stand) -> None:
    with pytest.raises(UnknownUserError):
        stand.session("899700075999").begin()


def test_a_wrong_secret(stand: Stand) -> None:
    stand.secret_file.write_text("autre")
    with pytest.raises(ClientRefusedError):
        stand.session().begin()


def test_a_doctor_is_refused_and_the_tokens_are_revoked(stand: Stand) -> None:
    session = stand.session(DOCTOR)
    session.begin()
    stand.approve()
    stand.clock.advance(5)
    with pytest.raises(NotPharmacistError):
        session.step()
    assert stand.provider.live_tokens == 0


def test_another_person_is_refused_and_the_tokens_are_revoked(stand: Stand) -> None:
    stand.provider.people[PHARMACIST] = PEOPLE[DOCTOR]
    session = stand.session()
    session.begin()
    stand.approve()
    stand.clock.advance(5)
    with pytest.raises(OtherPersonError):
        session.step()
    assert stand.provider.live_tokens == 0


def test_tokens_are_renewed_a_minute_before_their_end_until_the_session_is_over(stand: Stand) -> None:
    session = stand.opened(session_s=1000.0)
    begun = polls(stand)
    stand.clock.advance(ACCESS_S - 61)
    assert session.step() is None
    assert polls(stand) == begun
    stand.clock.advance(1)
    assert session.step() is None
    assert polls(stand) == begun + 1
    for _ in range(3):
        stand.clock.elapsed_ns = session.due_ns
        assert session.step() is None
    stand.clock.elapsed_ns = session.due_ns
    assert session.step() == Over(SessionEnd.TIME)
    assert stand.clock.elapsed_ns == 1005e9
    assert stand.provider.live_tokens == 0


def test_without_a_refresh_token_the_session_lasts_as_long_as_the_token(stand: Stand) -> None:
    stand.provider.gives_refresh = False
    session = stand.opened()
    stand.clock.advance(ACCESS_S - 1)
    assert session.step() is None
    stand.clock.advance(1)
    assert session.step() == Over(SessionEnd.TIME)
    assert stand.provider.live_tokens == 0


def renewed(stand: Stand, session: PscSession) -> Over | None:
    stand.clock.elapsed_ns = session.due_ns
    over = session.step()
    assert not isinstance(over, Opened)
    return over


def test_a_refresh_that_finds_nobody_is_tried_again_until_the_token_ends(stand: Stand) -> None:
    session = stand.opened()
    stand.fault(Endpoint.TOKEN, Fault.SERVER_ERROR)
    assert renewed(stand, session) is None
    stand.fault(Endpoint.TOKEN, None)
    assert renewed(stand, session) is None
    stand.fault(Endpoint.TOKEN, Fault.SERVER_ERROR)
    tries = 0
    while (over := renewed(stand, session)) is None:
        tries += 1
    assert over == Over(SessionEnd.UNREACHABLE)
    assert tries == 6


def test_a_session_ended_at_the_provider_is_over(stand: Stand) -> None:
    session = stand.opened()
    stand.provider._refresh.clear()
    assert renewed(stand, session) == Over(SessionEnd.REVOKED)


@pytest.mark.parametrize("fault", [Fault.WRONG_AUDIENCE, Fault.WRONG_NONCE, Fault.BAD_SIGNATURE, Fault.HTML])
def test_a_refresh_that_does_not_hold_ends_the_session(stand: Stand, fault: Fault) -> None:
    session = stand.opened()
    stand.fault(Endpoint.TOKEN, fault)
    assert renewed(stand, session) == Over(SessionEnd.REFUSED)
    stand.fault(Endpoint.TOKEN, None)


def test_a_refreshed_token_needs_no_nonce(stand: Stand) -> None:
    session = stand.opened()
    stand.fault(Endpoint.TOKEN, Fault.NO_NONCE)
    assert renewed(stand, session) is None


def test_who_is_no_pharmacist_any_more_is_out_at_the_next_refresh(stand: Stand) -> None:
    session = stand.opened()
    known = PEOPLE[PHARMACIST]
    stand.provider.people[PHARMACIST] = type(known)(PHARMACIST, "X", "Y", "10")
    assert renewed(stand, session) == Over(SessionEnd.REFUSED)
    assert stand.provider.live_tokens == 0


def test_a_provider_that_is_away_does_not_keep_a_session_from_ending(stand: Stand) -> None:
    session = stand.opened()
    stand.fault(Endpoint.REVOCATION, Fault.SERVER_ERROR)
    assert not session.close()
    assert session.close()
