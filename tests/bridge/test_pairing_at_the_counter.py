"""A whole counter and a whole bridge: a button held, digits on the OLED, a token over real TLS."""

from __future__ import annotations

import queue
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.counter.door_desk import DoorDesk
from appliance.counter.eye_server import EyeServer
from appliance.counter.pairing_desk import PairingDesk
from appliance.counter.panel import Panel
from appliance.counter.runtime import CounterRuntime
from appliance.counter.screen import screen
from appliance.counter.services import MenuServices
from appliance.counter.signals import Signals
from appliance.counter.store import EventStore
from appliance.counter.update_watch import UpdateWatch
from appliance.display.buttons import Button, ButtonPressed, Buttons
from appliance.display.lamp import NoLamp
from appliance.display.menu_screens import About, PairingEnd, PairingEnded, PairingShown
from appliance.display.oled import NoDisplay
from appliance.display.screens import Screen
from appliance.display.sound import NoSpeaker
from appliance.pairing.door import DoorFiles
from appliance.pairing.exchange import PairingFiles
from tests.bridge.conftest import DEVICE_KEY, LONG_S, Bench
from tests.bridge.test_pairing import Lgo


class Fingers(Buttons):
    """Buttons that the test presses."""

    def __init__(self) -> None:
        self._presses: queue.SimpleQueue[ButtonPressed] = queue.SimpleQueue()

    def press(self, button: Button, *, held: bool = False) -> None:
        self._presses.put(ButtonPressed(button, held))

    def events(self, timeout: float) -> list[ButtonPressed]:
        try:
            return [self._presses.get(timeout=timeout)]
        except queue.Empty:
            return []

    def close(self) -> None:
        return


class Counter:
    """The counter's runtime over the bench's own directories."""

    def __init__(self, bench: Bench, sockets: Path) -> None:
        clock = SystemClock()
        run = Path(bench.settings.paths.runtime_directory)
        self.fingers = Fingers()
        store = EventStore(bench.journal, bench.doorbell, DEVICE_KEY, run / "visits.json", clock)
        self.runtime = CounterRuntime(
            store=store,
            eye_server=lambda tell: EyeServer(sockets / "eye", tell),
            buttons=self.fingers,
            panel=Panel(NoDisplay(), Signals(NoSpeaker(), NoLamp(), clock), run / "counter.json", clock),
            clock=clock,
            to_local=lambda moment: moment,
            journal_lost=threading.Event(),
            test_identities=True,
            services=MenuServices(
                bench.journal,
                run / "preferences.json",
                lambda: About("0", None, "0"),
                PairingDesk(PairingFiles(run), clock, secrets.token_hex),
                DoorDesk(DoorFiles(run), clock, secrets.token_hex, secrets.randbelow, lambda: ""),
                UpdateWatch(run, clock),
            ),
        )
        self.thread = StoppableThread("counter", self.runtime.run)

    @property
    def screen(self) -> Screen:
        return screen(self.runtime._state)

    def wait(self, condition: Callable[[Screen], object]) -> None:
        pause = threading.Event()
        for _ in range(round(LONG_S * 100)):
            if condition(self.screen):
                return
            pause.wait(0.01)
        pytest.fail(f"the screen is {type(self.screen).__name__}")


@pytest.fixture
def counter(bench: Bench) -> Iterator[Counter]:
    with tempfile.TemporaryDirectory(prefix="ct-") as sockets:
        counter = Counter(bench, Path(sockets))
        counter.thread.start()
        yield counter
        counter.thread.stop()
        assert counter.thread.failure is None


def test_from_a_held_button_to_a_token(bench: Bench, counter: Counter) -> None:
    lgo = Lgo(bench.url)
    with lgo.http:
        assert lgo.begin().json()["code"] == "pairing_closed"
        counter.fingers.press(Button.OK, held=True)
        counter.wait(lambda shown: isinstance(shown, PairingShown) and shown.left_s)
        assert lgo.begin().status_code == 201
        assert lgo.reveal().status_code == 200
        counter.wait(lambda shown: isinstance(shown, PairingShown) and shown.number == lgo.number)
        assert lgo.progress().status_code == 202
        counter.fingers.press(Button.OK)
        counter.wait(lambda shown: isinstance(shown, PairingShown) and shown.answered)
        confirmed = lgo.progress()
        assert confirmed.status_code == 200
        counter.wait(lambda shown: shown == PairingEnded(PairingEnd.PAIRED, "LGO du comptoir 1"))
        me = bench.client(confirmed.json()["token"]).get("/v1/clients/me")
        assert me.json()["name"] == "LGO du comptoir 1"
        assert lgo.begin().json()["code"] == "pairing_closed"


def test_an_arrow_on_the_device_refuses(bench: Bench, counter: Counter) -> None:
    lgo = Lgo(bench.url)
    with lgo.http:
        counter.fingers.press(Button.OK, held=True)
        counter.wait(lambda shown: isinstance(shown, PairingShown) and shown.left_s)
        lgo.begin()
        lgo.reveal()
        counter.wait(lambda shown: isinstance(shown, PairingShown) and shown.number)
        counter.fingers.press(Button.DOWN)
        counter.wait(lambda shown: isinstance(shown, PairingShown) and shown.number is None)
        assert lgo.progress().json()["code"] == "pairing_gone"
    assert bench.journal.clients() == []
