"""From a sheet to its status through the whole device, by the LGO over HTTPS, by the CPS; and what leaks."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from appliance.base.log import TRAFFIC, hush_libraries
from appliance.cards.trust import TrustStore
from appliance.display.status_screens import Standing
from appliance.prescriptions.status import PrescriptionState, Source
from appliance.simulation.cards.catalogue import CAROLE
from appliance.simulation.cards.cps import VirtualCps3
from appliance.simulation.cards.igc import TestIgc
from appliance.simulation.national_base.gate import Igc
from appliance.simulation.national_base.service import Reply, SimulatedBase
from appliance.simulation.national_base.whims import Whim
from tests.bridge.conftest import LONG_S, make_bench, settings  # noqa: F401 - fixtures
from tests.bridge.conftest import Bench as BridgeBench
from tests.counter.scenes import ins_code, ordonnance

from .stand import RECORDS, Stand
from .test_card import PIN, secrets_of
from .whole_counter import READER, WholeCounter, told, wait

NUMBER, TO_DISPENSE = next(
    (number, record.status)
    for number, record in RECORDS.items()
    if record.status.state is PrescriptionState.TO_DISPENSE and record.status.patient is None
)
Make = Callable[[Stand | None], WholeCounter]


@pytest.fixture(scope="module")
def card_igc() -> TestIgc:
    return TestIgc(datetime.now(UTC))


@pytest.fixture
def bridge(make_bench: Callable[[], BridgeBench]) -> BridgeBench:  # noqa: F811 - a fixture
    return make_bench()


@pytest.fixture
def lgo(bridge: BridgeBench) -> httpx.Client:
    bridge.pair("good", "events", "status")
    return bridge.client("good")


@pytest.fixture
def make(bridge: BridgeBench, lgo: httpx.Client, card_igc: TestIgc) -> Iterator[Make]:
    counters: list[WholeCounter] = []
    with tempfile.TemporaryDirectory(prefix="ct-") as sockets:

        def made(stand: Stand | None) -> WholeCounter:
            if stand is not None:
                stand.igc[0] = Igc(TrustStore(card_igc.authorities), (card_igc.revocation_list(),))
            counters.append(WholeCounter(bridge, Path(sockets), stand, card_igc))
            return counters[-1]

        yield made
        for counter in counters:
            counter.stop()


def test_what_the_lgo_puts_over_https_is_on_the_screen_and_heard(make: Make, lgo: httpx.Client) -> None:
    counter = make(None)
    counter.lay("a", ordonnance(NUMBER))
    wait(lambda: told(lgo, "code.read"), "the code")
    # No LGO has said a status yet: nothing is said to be searched.
    assert counter.head is None
    put = lgo.put(f"/v1/prescriptions/{NUMBER}/status", json={"state": "to_dispense"})
    assert put.status_code == 200
    head = counter.wait_for_head(lambda head: head.standing is Standing.TO_DISPENSE, "the status")
    assert head.source is Source.LGO
    wait(lambda: counter.mirror["tone"] == "known", "the tone")
    # The screen does not wait for the disk: the event and the visit come a moment later.
    (event,) = wait(lambda: told(lgo, "prescription.status"), "the event")
    assert event["status"]["state"] == "to_dispense"
    wait(
        lambda: lgo.get("/v1/visits/current").json()["visit"]["prescriptions"][0]["state"] == "to_dispense",
        "the visit",
    )
    # Asked again, it is awaited, and the next word counts.
    assert lgo.post(f"/v1/prescriptions/{NUMBER}/refresh", json={}).json() == {"asked": True}
    wait(lambda: told(lgo, "prescription.refresh"), "the refresh")
    counter.wait_for_head(lambda head: head.standing is Standing.LOOKING, "the search")
    lgo.put(f"/v1/prescriptions/{NUMBER}/status", json={"state": "dispensed"})
    counter.wait_for_head(lambda head: head.standing is Standing.DISPENSED, "the second status")
    wait(lambda: counter.mirror["tone"] == "check", "the other tone")


def test_a_cps_withdrawn_while_the_base_is_asked_leaves_no_status(
    make: Make, lgo: httpx.Client, stand: Stand, card_igc: TestIgc, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    plain = SimulatedBase.answer

    def noted(self: SimulatedBase, document: bytes, now: datetime, **how: object) -> Reply:
        asked.append(document)
        return plain(self, document, now, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(SimulatedBase, "answer", noted)
    counter, cps = make(stand), VirtualCps3(card_igc, CAROLE, PIN)
    counter.lay("a", ordonnance(NUMBER))
    counter.wait_for_head(lambda head: head.failure == "cps_absent", "the want of a card")
    # The base is slow from here on: it has the question, and the card goes before its answer.
    stand.behave(latency_s=LONG_S / 2)
    counter.pcsc.insert(READER, cps)
    counter.give_code(PIN)
    wait(lambda: asked, "the question")
    counter.pcsc.remove(READER)
    counter.wait_for_head(lambda head: head.failure == "cps_withdrawn", "the end of the search")
    stand.behave()
    assert all(one["status"] is None for one in told(lgo, "prescription.status"))
    cause = wait(lambda: lgo.get(f"/v1/prescriptions/{NUMBER}").json()["cause"], "the cause")
    assert cause["code"] == "cps_withdrawn"
    counter.pcsc.insert(READER, cps)
    counter.give_code(PIN)
    wait(lambda: any(one["status"] for one in told(lgo, "prescription.status")), "the status")


def test_a_base_that_is_down_is_said_so_and_found_back(
    make: Make, lgo: httpx.Client, stand: Stand, card_igc: TestIgc
) -> None:
    counter, cps = make(stand), VirtualCps3(card_igc, CAROLE, PIN)
    counter.pcsc.insert(READER, cps)
    counter.give_code(PIN)
    stand.behave(Whim.CAPTIVE_PORTAL)
    counter.lay("a", ordonnance(NUMBER))
    counter.wait_for_head(lambda head: head.failure == "captive_portal", "the portal")
    (portal,) = wait(lambda: told(lgo, "prescription.status"), "the event")
    assert (portal["failure"], portal["cause"]["code"]) == ("bad_answer", "captive_portal")
    stand.behave(Whim.OUTAGE)
    lgo.post(f"/v1/prescriptions/{NUMBER}/refresh", json={})
    counter.wait_for_head(lambda head: head.failure == "unreachable", "the outage")
    stand.behave()
    # Nobody asks again by hand: the counter does.
    counter.wait_for_head(lambda head: head.standing is Standing.TO_DISPENSE, "the status")
    said = ["bad_answer", "unreachable", None]
    wait(lambda: [one["failure"] for one in told(lgo, "prescription.status")] == said, "the three events")


def files_of(*folders: Path) -> list[bytes]:
    """The content of every file that the device keeps, on disk or on tmpfs."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            # Pictures on the tmpfs are replaced all the time; sockets are no files.
            with suppress(FileNotFoundError):
                found += [path.read_bytes()] if path.is_file() else []
    return found


def test_no_code_of_a_card_and_no_private_key_leave_it_in_a_day(
    make: Make,
    bridge: BridgeBench,
    lgo: httpx.Client,
    stand: Stand,
    card_igc: TestIgc,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Plain SOAP at the base, HTTP at the bridge, the eye's socket, all files, the log at its lowest."""
    soap: list[bytes] = []
    http: list[bytes] = []
    plain = SimulatedBase.answer

    def recorded(self: SimulatedBase, document: bytes, now: datetime, **how: object) -> Reply:
        reply = plain(self, document, now, **how)  # type: ignore[arg-type]
        soap.extend((document, reply.document))
        return reply

    monkeypatch.setattr(SimulatedBase, "answer", recorded)
    lgo.event_hooks["request"].append(lambda request: http.append(request.read()))
    lgo.event_hooks["response"].append(lambda response: http.append(response.read()))
    caplog.set_level(TRAFFIC)
    hush_libraries(TRAFFIC)
    counter, cps = make(stand), VirtualCps3(card_igc, CAROLE, PIN)
    state, run = (Path(path) for path in (bridge.settings.paths.state_directory, counter.run))

    counter.pcsc.insert(READER, cps)
    counter.give_code(PIN)
    during = files_of(run)
    counter.lay("a", ordonnance(NUMBER))
    counter.lay("b", ins_code())
    wait(lambda: told(lgo, "ins.qualified"), "the qualified identity")
    wait(lambda: told(lgo, "prescription.status"), "the status")
    lgo.put(f"/v1/prescriptions/{NUMBER}/status", json={"state": "dispensed"})
    wait(lambda: len(told(lgo, "prescription.status")) > 1, "the status of the LGO")
    lgo.get("/v1/cards")
    last = lgo.get("/v1/events", params={"limit": 100}).json()["last_id"]
    lgo.post("/v1/events/ack", json={"through": last})
    files = files_of(state, run)

    # The capture holds what it must.
    assert any(b"X509Certificate" in one for one in soap)
    assert any(NUMBER.encode() in one for one in http)
    assert any(b"sighted" in one for one in counter.eye.traffic)
    assert any(one.startswith(b"SQLite format 3") for one in files)
    assert "request: " in caplog.text
    everything = b"\n".join((*soap, *http, *counter.eye.traffic, *during, *files, caplog.text.encode()))
    # The bridge has a key of its own on disk, which is where it belongs.
    for secret in secrets_of(cps)[:-1]:
        assert secret not in everything
    assert b"PRIVATE KEY" not in b"\n".join((*soap, *http, *counter.eye.traffic, caplog.text.encode()))
    # Four digits come up by chance inside longer words; never by themselves, or as the card is given them.
    assert re.search(rb"(?<![0-9A-Za-z+/=])" + PIN + rb"(?![0-9A-Za-z+/=])", everything) is None
    for written in (PIN.hex().encode(), PIN + b"\xff\xff", PIN + b"\0\0"):
        assert written not in everything
