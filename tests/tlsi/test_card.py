"""The whole way with a card: PC/SC, the CPS, its code, the assertion, the base; and what is seen of it."""

from __future__ import annotations

import base64
import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from appliance.base.log import TRAFFIC, hush_libraries
from appliance.cards.inputs import CardOut, CardRead, PinDone
from appliance.cards.trust import TrustStore
from appliance.prescriptions.ins_search import InsiTraits
from appliance.prescriptions.port import NotAuthorisedError, StatusQuery
from appliance.prescriptions.status import PrescriptionStatus
from appliance.prescriptions.tlsi.insi import InsiClient
from appliance.prescriptions.tlsi.source import TlsiSource
from appliance.simulation.cards.catalogue import CAROLE
from appliance.simulation.cards.cps import VirtualCps3
from appliance.simulation.cards.igc import TestIgc
from appliance.simulation.national_base.gate import Igc
from appliance.simulation.national_base.service import Reply, SimulatedBase

from .stand import RECORDS, Stand

if TYPE_CHECKING:
    from tests.cards.conftest import Bench

PIN = b"7391"
NUMBER = next(iter(RECORDS))


@pytest.fixture(scope="module")
def card_igc() -> TestIgc:
    return TestIgc(datetime.now(UTC))


@pytest.fixture
def cps(stand: Stand, card_igc: TestIgc) -> VirtualCps3:
    stand.igc[0] = Igc(TrustStore(card_igc.authorities), (card_igc.revocation_list(),))
    return VirtualCps3(card_igc, CAROLE, PIN)


def give_code(bench: Bench, cps: VirtualCps3) -> None:
    bench.insert(0, cps)
    session = bench.heard.wait(CardRead).session
    bench.desk.present_pin(session, bytearray(PIN))
    bench.heard.wait(PinDone)


def look_up(stand: Stand, source: TlsiSource) -> PrescriptionStatus:
    return source.look_up(StatusQuery(NUMBER), deadline=stand.deadline())


def test_without_a_card_then_without_its_code_then_with_both(
    stand: Stand, bench: Bench, cps: VirtualCps3
) -> None:
    source = TlsiSource(stand.client(bench.signatures.signer), stand.server.url, stand.clock)
    with pytest.raises(NotAuthorisedError) as absent:
        look_up(stand, source)
    assert absent.value.detail == "cps_absent"
    bench.insert(0, cps)
    bench.heard.wait(CardRead)
    with pytest.raises(NotAuthorisedError) as wanted:
        look_up(stand, source)
    assert wanted.value.detail == "code_wanted"
    bench.desk.present_pin(bench.heard.wait(CardRead).session, bytearray(PIN))
    bench.heard.wait(PinDone)
    assert look_up(stand, source).prescription_id == NUMBER


def test_a_card_that_is_out_lends_its_assertion_to_nobody(
    stand: Stand, bench: Bench, cps: VirtualCps3
) -> None:
    source = TlsiSource(stand.client(bench.signatures.signer), stand.server.url, stand.clock)
    give_code(bench, cps)
    look_up(stand, source)
    bench.remove(0)
    bench.heard.wait(CardOut)
    with pytest.raises(NotAuthorisedError, match="cps_absent"):
        look_up(stand, source)


def secrets_of(cps: VirtualCps3) -> list[bytes]:
    """Private keys in every form that one might slip out in."""
    found = []
    for key in cps._keys.values():
        numbers = key.issued.key.private_numbers()
        for number in (numbers.d, numbers.p, numbers.q):
            raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
            found += [raw, raw.hex().encode(), str(number).encode(), base64.b64encode(raw)[:40]]
        der = key.issued.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        found += [der, base64.b64encode(der)[:60]]
    return [*found, b"PRIVATE KEY"]


def test_no_code_and_no_private_key_in_the_traffic_of_a_whole_run(
    stand: Stand,
    bench: Bench,
    cps: VirtualCps3,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the base received and answered, and the device's logs at the level that is off in production."""
    traffic: list[bytes] = []
    plain = SimulatedBase.answer

    def recorded(self: SimulatedBase, document: bytes, now: datetime, **how: object) -> Reply:
        reply = plain(self, document, now, **how)  # type: ignore[arg-type]
        traffic.extend((document, reply.document))
        return reply

    monkeypatch.setattr(SimulatedBase, "answer", recorded)
    caplog.set_level(TRAFFIC)
    hush_libraries(TRAFFIC)
    give_code(bench, cps)
    client = stand.client(bench.signatures.signer)
    source = TlsiSource(client, stand.server.url, stand.clock)
    for number in list(RECORDS)[:8]:
        source.look_up(StatusQuery(number), deadline=stand.deadline())
    InsiClient(client, stand.server.url).search(
        InsiTraits("ADRTROIS", "DOMINIQUE", "F", "1997-02-26"), deadline=stand.deadline()
    )
    assert len(traffic) == 18
    # The capture holds what it must: each request carries the card's certificate and a signature.
    assert all(b"X509Certificate" in request for request in traffic[::2])
    everything = b"\n".join((*traffic, caplog.text.encode()))
    assert b"request: " in everything
    for secret in secrets_of(cps):
        assert secret not in everything
    # Four digits come up by chance inside certificates and signatures; never by themselves.
    assert re.search(rb"(?<![0-9A-Za-z+/=])" + PIN + rb"(?![0-9A-Za-z+/=])", everything) is None


def test_nothing_of_a_look_up_is_logged_in_production(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hush_libraries(logging.DEBUG)
    record = RECORDS[NUMBER].status
    stand.look_up(NUMBER)
    assert NUMBER not in caplog.text
    assert record.patient is None or str(record.patient.family_name) not in caplog.text
    assert CAROLE.national_id not in caplog.text
