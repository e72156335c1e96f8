"""The status of prescriptions through the counter's threads: asked, pushed, refreshed, closed, remembered."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.counter.eye_server import EyeServer
from appliance.counter.look_ups import LookUps
from appliance.counter.panel import Panel
from appliance.counter.runtime import CounterRuntime
from appliance.counter.signals import Signals
from appliance.counter.status_desk import StatusDesk
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.counter.store import EventStore
from appliance.decode.sightings import Left
from appliance.display.buttons import NoButtons
from appliance.display.lamp import NoLamp
from appliance.display.oled import NoDisplay
from appliance.display.sound import NoSpeaker
from appliance.journal import Journal
from appliance.journal.doorbell import Doorbell
from appliance.prescriptions.board import Board, CloseVisit, Letter, RefreshPrescription, SayStatus
from appliance.prescriptions.memory import PresentationMemory
from appliance.prescriptions.status import PrescriptionState, PrescriptionStatus, Source
from appliance.simulation.prescriptions import SimulatedBase

from .test_runtime import KEY, FakeEye, symbol

NUMBER = "202106180921110040"
CLOCK = SystemClock()


def pushed(state: PrescriptionState = PrescriptionState.DISPENSED) -> PrescriptionStatus:
    return PrescriptionStatus(NUMBER, state, Source.LGO, datetime.now(UTC))


class StatusDevice:
    """A counter with a status desk, one after another over the same state."""

    def __init__(
        self, directory: Path, *, asks: bool, scopes: tuple[str, ...] = ("events", "status")
    ) -> None:
        self.directory = directory
        self.asks = asks
        for name in ("state", "run", "run/secrets"):
            (directory / name).mkdir(exist_ok=True)
        self.journal = self.open()
        self.client = self.journal.add_client("lgo", sha256(b"t").digest(), scopes).id
        self.board = Board(directory / "run" / "prescriptions", KEY, CLOCK)
        self.doorbell = Doorbell(directory / "run" / "doorbell")
        self.thread: StoppableThread | None = None

    def open(self) -> Journal:
        return Journal.open(
            self.directory / "state" / "journal.db",
            KEY,
            clock=CLOCK,
            volatile_directory=self.directory / "run" / "secrets",
            on_loss=lambda loss: pytest.fail(str(loss)),
        )

    def start(self) -> FakeEye:
        run = self.directory / "run"
        journal = self.open()
        memory = PresentationMemory(self.directory / "state" / "p.db", KEY, lambda: datetime.now(UTC))
        base = SimulatedBase(CLOCK, lambda: datetime.now(UTC).date(), answer_s=0.01)
        desk = StatusDesk(
            policy=StatusPolicy(Asking.ASK if self.asks else Asking.AWAIT),
            look_ups=LookUps(base, CLOCK, timeout_s=3, workers=2) if self.asks else None,
            memory=memory,
            board=self.board,
            doorbell=self.doorbell,
            clock=CLOCK,
        )
        runtime = CounterRuntime(
            store=EventStore(journal, self.doorbell, KEY, run / "visits.json", CLOCK),
            eye_server=lambda tell: EyeServer(run / "sightings.sock", tell),
            buttons=NoButtons(),
            panel=Panel(NoDisplay(), Signals(NoSpeaker(), NoLamp(), CLOCK), run / "counter.json", CLOCK),
            clock=CLOCK,
            to_local=lambda moment: moment,
            journal_lost=threading.Event(),
            test_identities=True,
            statuses=desk,
        )

        def work(stopping: threading.Event) -> None:
            with journal, memory:
                runtime.run(stopping)

        self.thread = StoppableThread("counter", work)
        self.thread.start()
        wait((run / "sightings.sock").exists)
        return FakeEye(run / "sightings.sock")

    def stop(self) -> None:
        if self.thread is not None:
            self.thread.stop()
            assert self.thread.failure is None
        self.thread = None

    def post(self, letter: Letter) -> None:
        """As the bridge does."""
        self.board.post(letter)
        self.doorbell.ring()

    def lying(self) -> defaultdict[str, Any]:
        """What the bridge is shown of the one prescription that lies there; None for each thing before it."""
        prescriptions: Any = (self.board.visit() or {}).get("prescriptions") or [{}]
        return defaultdict(lambda: None, prescriptions[0])

    def told(self, kind: str) -> list[dict[str, Any]]:
        events = self.journal.read(self.client, 0, 100)
        return [event.payload or {} for event in events if event.kind == kind]


def wait(condition: Callable[[], object]) -> None:
    pause = threading.Event()
    for _ in range(2000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("did not happen")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., StatusDevice]]:
    devices: list[StatusDevice] = []

    def made(**how: Any) -> StatusDevice:
        devices.append(StatusDevice(tmp_path, **how))
        return devices[-1]

    yield made
    for device in devices:
        device.stop()
        device.journal.close()


MakeDevice = Callable[..., StatusDevice]


def test_a_source_is_asked_and_its_answer_is_told_and_shown_to_the_bridge(make: MakeDevice) -> None:
    device = make(asks=True)
    eye = device.start()
    eye.show("a", symbol())
    wait(lambda: device.told("prescription.status"))
    (said,) = device.told("prescription.status")
    assert said["status"]["source"] == "simulated"
    wait(lambda: device.board.find(NUMBER))
    # The visit is shown first without its status: each change of it is a picture of its own.
    wait(lambda: device.lying()["state"] == said["status"]["state"])
    eye.close()


def test_what_the_lgo_says_over_the_bridge_is_told_within_a_moment(make: MakeDevice) -> None:
    device = make(asks=False)
    eye = device.start()
    eye.show("a", symbol())
    wait(lambda: device.told("code.read"))
    device.post(SayStatus(pushed()))
    wait(lambda: device.told("prescription.status"))
    assert device.told("prescription.status")[0]["status"]["state"] == "dispensed"
    device.post(RefreshPrescription(NUMBER))
    wait(lambda: device.told("prescription.refresh"))
    eye.close()


def test_a_letter_left_for_a_counter_that_was_away_is_found(make: MakeDevice) -> None:
    device = make(asks=False)
    eye = device.start()
    eye.show("a", symbol())
    wait(lambda: device.told("code.read"))
    eye.close()
    device.stop()
    # As the bridge does: kept for whoever asks, and left for the counter.
    device.board.keep(pushed())
    device.post(SayStatus(pushed()))
    eye = device.start()
    eye.show("a", symbol())
    wait(lambda: device.lying()["state"] == "dispensed")
    eye.close()


def test_the_lgo_closes_the_visit(make: MakeDevice) -> None:
    device = make(asks=False)
    eye = device.start()
    eye.show("a", symbol())
    wait(device.board.visit)
    visit = device.board.visit()
    assert visit is not None
    device.post(CloseVisit(str(visit["id"])))
    wait(lambda: device.told("visit.closed"))
    assert device.told("visit.closed") == [{"reason": "lgo"}]
    wait(lambda: device.board.visit() is None)
    eye.close()


def test_where_no_software_may_say_a_status_none_is_awaited(make: MakeDevice) -> None:
    device = make(asks=False, scopes=("events",))
    eye = device.start()
    eye.show("a", symbol())
    wait(lambda: device.lying()["prescription_id"])
    assert device.lying()["failure"] is None
    assert device.told("prescription.status") == []
    eye.close()


def test_an_lgo_is_awaited_once_it_has_said_a_status_and_over_a_restart(make: MakeDevice) -> None:
    device = make(asks=False)
    device.start().close()
    device.journal.note_says_statuses(device.client)
    device.stop()
    eye = device.start()
    eye.show("a", symbol())
    # Nobody says it: that alone is what only an LGO that is awaited is blamed for.
    wait(lambda: device.told("prescription.status"))
    assert [one["failure"] for one in device.told("prescription.status")] == ["lgo_silent"]
    eye.close()


def test_a_sheet_presented_again_is_noticed_over_a_restart(make: MakeDevice) -> None:
    device = make(asks=False)
    eye = device.start()
    eye.show("a", symbol())
    wait(device.board.visit)
    visit = device.board.visit()
    assert visit is not None
    eye.say(Left(sighting="a"))
    device.post(CloseVisit(str(visit["id"])))
    wait(lambda: device.told("visit.closed"))
    eye.close()
    device.stop()
    eye = device.start()
    eye.show("b", symbol())
    wait(lambda: device.told("prescription.seen_again"))
    assert device.told("prescription.seen_again")[0]["sighting"] == "b"
    eye.close()
