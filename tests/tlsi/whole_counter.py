"""A whole counter, a whole bridge and a base, each over its real seam: sockets, PC/SC calls, TLS, SOAP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.cards.desk import CardDesk
from appliance.cards.inputs import CardInput
from appliance.cards.trust import TrustStore
from appliance.counter.eye_server import EyeServer
from appliance.counter.insi_desk import InsiDesk
from appliance.counter.look_ups import LookUps
from appliance.counter.panel import Panel
from appliance.counter.readers import Readers
from appliance.counter.runtime import CounterRuntime
from appliance.counter.screen import screen
from appliance.counter.signals import Signals
from appliance.counter.status_desk import StatusDesk
from appliance.counter.status_state import Asking, StatusPolicy
from appliance.counter.store import EventStore
from appliance.decode.sightings import Alive, Hello, Left, Sighted, encode
from appliance.decode.symbol import Symbol
from appliance.display.buttons import Button
from appliance.display.card_screens import CpsRead, PinEntry
from appliance.display.lamp import NoLamp
from appliance.display.oled import NoDisplay
from appliance.display.screens import OrdonnanceRead, Screen
from appliance.display.sound import NoSpeaker
from appliance.display.status_screens import StatusHead
from appliance.prescriptions.memory import PresentationMemory
from appliance.prescriptions.tlsi.insi import InsiClient
from appliance.prescriptions.tlsi.source import TlsiSource
from appliance.simulation.cards.igc import TestIgc
from appliance.simulation.cards.pcsc import SimulatedPcsc
from tests.bridge.conftest import DEVICE_KEY, LONG_S
from tests.bridge.conftest import Bench as BridgeBench
from tests.bridge.test_pairing_at_the_counter import Fingers
from tests.counter.test_runtime import CORNERS, FakeEye

from .stand import Stand

_PAUSE_S = 0.03
"""Below the 60 requests a second that a client may send."""

READER = "Lecteur A"
CLOCK = SystemClock()


def wait(condition: Callable[[], Any], what: str) -> Any:
    """The first true value of a condition."""
    pause = threading.Event()
    for _ in range(round(LONG_S / _PAUSE_S)):
        value = condition()
        if value:
            return value
        pause.wait(_PAUSE_S)
    return pytest.fail(f"{what} did not happen")


class RecordedEye(FakeEye):
    """An eye that keeps what it says and hears."""

    def __init__(self, path: Path) -> None:
        self.traffic: list[bytes] = []
        super().__init__(path)

    def say(self, message: Hello | Sighted | Left) -> None:
        self.traffic.append(encode(message))
        super().say(message)

    def hear(self) -> Any:
        heard = super().hear()
        self.traffic.append(encode(heard))
        return heard


class WholeCounter:
    """The counter's runtime over the bridge's directories; asks the stand's base with the card, or awaits."""

    def __init__(self, bridge: BridgeBench, sockets: Path, stand: Stand | None, igc: TestIgc) -> None:
        self.bridge = bridge
        self.run = Path(bridge.settings.paths.runtime_directory)
        state = Path(bridge.settings.paths.state_directory)
        self.fingers = Fingers()
        self.pcsc = SimulatedPcsc(READER)
        trust = TrustStore(igc.authorities)

        def desk(tell: Callable[[CardInput], None]) -> CardDesk:
            return CardDesk(self.pcsc, trust, CLOCK, tell)

        readers = Readers(desk, lambda: 0, self.run / "cards.json", CLOCK)
        policy, look_ups, insi = StatusPolicy(Asking.AWAIT), None, None
        if stand is not None:
            client = stand.client(readers.signatures.signer)
            source = TlsiSource(client, stand.server.url, CLOCK)
            policy = StatusPolicy(Asking.ASK, needs_card=True)
            look_ups = LookUps(source, CLOCK, timeout_s=LONG_S, workers=2)
            insi = InsiDesk(InsiClient(client, stand.server.url), lambda: True, CLOCK)
        self.memory = PresentationMemory(state / "presentations.db", DEVICE_KEY, lambda: datetime.now(UTC))
        self.runtime = CounterRuntime(
            store=EventStore(bridge.journal, bridge.doorbell, DEVICE_KEY, self.run / "visits.json", CLOCK),
            eye_server=lambda tell: EyeServer(sockets / "eye", tell),
            buttons=self.fingers,
            panel=Panel(NoDisplay(), Signals(NoSpeaker(), NoLamp(), CLOCK), self.run / "counter.json", CLOCK),
            clock=CLOCK,
            to_local=lambda moment: moment,
            journal_lost=threading.Event(),
            test_identities=True,
            readers=readers,
            statuses=StatusDesk(
                policy=policy,
                look_ups=look_ups,
                memory=self.memory,
                board=bridge.board,
                doorbell=bridge.doorbell,
                clock=CLOCK,
            ),
            insi=insi,
        )
        self.thread = StoppableThread("counter", self.runtime.run)
        self.thread.start()
        wait((sockets / "eye").exists, "the eye's socket")
        self.eye = RecordedEye(sockets / "eye")
        # A silent eye is taken for a dead one after 5 s.
        self.pulse = StoppableThread("eye-pulse", self._live)
        self.pulse.start()

    def _live(self, stopping: threading.Event) -> None:
        frames = 0
        while not stopping.wait(1):
            frames += 1
            self.eye.socket.sendall(encode(Alive(frames=frames)))

    def stop(self) -> None:
        self.pulse.stop()
        assert self.pulse.failure is None
        self.eye.close()
        self.thread.stop()
        self.memory.close()
        assert self.thread.failure is None

    @property
    def screen(self) -> Screen:
        return screen(self.runtime._state)

    @property
    def mirror(self) -> dict[str, Any]:
        return dict(json.loads((self.run / "counter.json").read_text()))

    @property
    def head(self) -> StatusHead | None:
        """What the OLED says of the status of the ordonnance on it."""
        shown = self.screen
        return shown.status if isinstance(shown, OrdonnanceRead) else None

    def wait_for_head(self, holds: Callable[[StatusHead], object], what: str) -> StatusHead:
        def found() -> StatusHead | None:
            head = self.head
            return head if head is not None and holds(head) else None

        head: StatusHead = wait(found, what)
        return head

    def lay(self, sighting: str, code: tuple[Any, bytes]) -> None:
        self.eye.show(sighting, Symbol(*code, CORNERS, "]Q1", "zxing"))

    def give_code(self, pin: bytes) -> None:
        """As a pharmacist does, with three buttons; each place begins at 0 here."""
        wait(lambda: isinstance(self.screen, CpsRead | PinEntry), "the card on the screen")
        if isinstance(self.screen, CpsRead):
            self.fingers.press(Button.OK)
        for entered, digit in enumerate(pin.decode()):
            for value in range(int(digit) + 1):
                wait(lambda: self._offers(entered, value), "the digit offered")  # noqa: B023 - at once
                self.fingers.press(Button.OK if value == int(digit) else Button.UP)
        wait(lambda: self._offers(len(pin), None), "the code being offered to be sent")
        self.fingers.press(Button.OK)

    def _offers(self, entered: int, digit: int | None) -> bool:
        shown = self.screen
        return isinstance(shown, PinEntry) and (shown.entered, shown.digit) == (entered, digit)


def told(lgo: httpx.Client, kind: str) -> list[dict[str, Any]]:
    """The payloads of the events of one kind that wait for the LGO."""
    events = lgo.get("/v1/events", params={"limit": 100}).json()["events"]
    return [event["payload"] for event in events if event["kind"] == kind]
