"""Looking a prescription up, over real TLS, from a card's signature to a status."""

from __future__ import annotations

import pytest

from appliance.prescriptions.port import (
    ClockWrongError,
    LookUpError,
    NotAuthorisedError,
    RefusedError,
    StatusQuery,
    UnreachableError,
)
from appliance.prescriptions.status import PrescriptionState, Source
from appliance.prescriptions.tlsi.envelope import Software
from appliance.prescriptions.tlsi.source import TlsiSource
from appliance.simulation.national_base.gate import KNOWN_IDAM
from appliance.simulation.national_base.records import RECORD_COUNT
from appliance.simulation.national_base.whims import Whim

from .stand import RECORDS, SOFTWARE, Stand, igc_of

NUMBER = next(iter(RECORDS))


def test_every_prescription_of_the_base_is_told_as_it_is(stand: Stand) -> None:
    source = stand.source()
    # One of each state and shape, and those of the demonstration's papers.
    for number, record in [*list(RECORDS.items())[:48], *list(RECORDS.items())[RECORD_COUNT:]]:
        told = source.look_up(StatusQuery(number), deadline=stand.deadline())
        assert told.source is Source.TLSI
        assert told.raw_code == record.raw_state
        same = ("state", "lines", "consent", "secured", "renewals_total", "renewals_left", "patient")
        assert [getattr(told, name) for name in same] == [getattr(record.status, name) for name in same]


def test_a_number_that_the_base_does_not_know(stand: Stand) -> None:
    assert stand.look_up("000000000000000000").state is PrescriptionState.NOT_FOUND


def test_the_card_signs_once_for_many_look_ups(stand: Stand) -> None:
    signer = stand.cards.pharmacist
    source = stand.source(signer)
    for _ in range(3):
        source.look_up(StatusQuery(NUMBER), deadline=stand.deadline())
    assert len(signer.signed) == 1


@pytest.mark.parametrize(("who", "code"), [("stranger", "demo_autorite"), ("nurse", "demo_profession")])
def test_whom_the_base_refuses(stand: Stand, who: str, code: str) -> None:
    with pytest.raises(LookUpError) as refused:
        stand.source(getattr(stand.cards, who)).look_up(StatusQuery(NUMBER), deadline=stand.deadline())
    assert refused.value.detail == f"siram_100/{code}"
    assert refused.value.remedy


def test_a_card_of_the_authentication_key_is_refused(stand: Stand) -> None:
    signer = stand.cards.signer(signature=False)
    with pytest.raises(NotAuthorisedError, match="demo_signature"):
        stand.source(signer).look_up(StatusQuery(NUMBER), deadline=stand.deadline())


def test_a_revoked_card_is_refused(stand: Stand) -> None:
    serial = stand.cards.pharmacist.issued.certificate.serial_number
    stand.igc[0] = igc_of(stand.cards, (serial,))
    with pytest.raises(NotAuthorisedError, match="demo_revocation"):
        stand.look_up(NUMBER)


def test_an_unknown_software_is_refused(stand: Stand) -> None:
    software = Software("AUTRE" + KNOWN_IDAM, SOFTWARE.name, SOFTWARE.version, SOFTWARE.instance)
    with pytest.raises(RefusedError, match="siram_100/desir_550"):
        stand.source(software=software).look_up(StatusQuery(NUMBER), deadline=stand.deadline())


@pytest.mark.parametrize(("offset_s", "direction"), [(7200.0, "retarde"), (-7200.0, "avance")])
def test_a_wrong_clock_is_said_with_its_direction(stand: Stand, offset_s: float, direction: str) -> None:
    stand.behave(clock_offset_s=offset_s)
    with pytest.raises(ClockWrongError) as wrong:
        stand.look_up(NUMBER)
    assert f"{direction} de 120 min" in wrong.value.reason


def test_mutual_tls_alone_does_not_consult(stand: Stand) -> None:
    source = TlsiSource(stand.client(None, mutual=True), stand.server.url, stand.clock)
    with pytest.raises(NotAuthorisedError, match="demo_assertion"):
        source.look_up(StatusQuery(NUMBER), deadline=stand.deadline())


def test_a_service_that_is_down_is_asked_again_then_left_alone(stand: Stand) -> None:
    stand.behave(Whim.FAULT)
    source = stand.source()
    with pytest.raises(UnreachableError, match="siram_40/insi_102"):
        source.look_up(StatusQuery(NUMBER), deadline=stand.deadline())
    with pytest.raises(UnreachableError, match="circuit"):
        source.look_up(StatusQuery(NUMBER), deadline=stand.deadline())
