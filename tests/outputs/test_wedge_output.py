"""From a code that appears to the text in a PC's field: the core, a real journal, the wedge, the judge."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from appliance.decode.symbol import Symbology
from appliance.journal import EventState, Journal
from appliance.journal.doorbell import Doorbell
from appliance.outputs.client import enrol
from appliance.outputs.runner import OutputRunner
from appliance.outputs.wedge.sink import LIFETIME_NS, KeyboardSink
from appliance.settings import KeyboardSettings
from appliance.simulation.hid_host import HostState, SimulatedHost
from tests.counter.scenes import Scene
from tests.journal.world import DEVICE_KEY, IDENTITY, World
from tests.outputs.payloads import GS, PAYLOADS
from tests.outputs.test_wedge_linux import KEYMAPS
from tests.outputs.xkb import LinuxHost

STOPPING = threading.Event()
ORDONNANCE, INS, BOX = PAYLOADS[2], PAYLOADS[5], PAYLOADS[12]
CODES = {
    "o": ((Symbology.QR_CODE, ORDONNANCE.encode()), ""),
    "i": ((Symbology.DATA_MATRIX, INS.encode()), "]d1"),
    "b": ((Symbology.DATA_MATRIX, BOX.encode()), "]d2"),
    "p": ((Symbology.CODE_128, b"99900038441"), ""),
}


class Desk:
    """A counter whose events a wedge types into a Linux PC."""

    def __init__(self, world: World, journal: Journal, settings: KeyboardSettings, caps_lock: bool) -> None:
        self.world, self.journal = world, journal
        self.field = LinuxHost(*KEYMAPS[f"{settings.layout}-linux"], caps_lock=caps_lock)
        self.host = SimulatedHost(world.clock, caps_lock=caps_lock, on_report=self.field.take)
        sink = KeyboardSink(settings, self.host, world.clock, "Clavier")
        self.runner = OutputRunner(
            journal,
            enrol(journal, DEVICE_KEY, sink.traits).id,
            sink,
            doorbell=Doorbell(world.folder / "bell"),
            runtime=world.folder,
            clock=world.clock,
            beat=lambda: None,
        )
        self.scene = Scene()
        self.kinds: dict[int, str] = {}

    def lay(self, *names: str) -> None:
        told = len(self.scene.events)
        for name in names:
            code, aim = CODES[name]
            self.scene.lay(name, code, aim)
        for event in self.scene.events[told:]:
            event_id = self.journal.append(event.kind.value, event.payload, visit=event.visit).event_id
            self.kinds[event_id] = str(event.payload.get("kind"))

    def work(self) -> None:
        """Until there is nothing to do at once."""
        while not self.runner.step(STOPPING):
            pass

    def states(self) -> dict[str, EventState]:
        return {
            self.kinds[event.id]: event.state
            for event in self.journal.history(0, 100)
            if event.kind == "code.read"
        }


@pytest.fixture
def desk(world: World, journal: Journal) -> Callable[..., Desk]:
    def make(caps_lock: bool = False, **settings: object) -> Desk:
        given = KeyboardSettings.model_validate({"system": "linux", "driver": "gadget", **settings})
        return Desk(world, journal, given, caps_lock)

    return make


@pytest.mark.parametrize("caps_lock", [False, True], ids=["caps-off", "caps-on"])
@pytest.mark.parametrize("layout", ["fr", "fr-oss", "be", "ca-fr"])
def test_a_sheet_and_a_box_are_typed_in_their_forms(
    desk: Callable[..., Desk], layout: str, caps_lock: bool
) -> None:
    here = desk(caps_lock, layout=layout)
    here.lay("o", "i", "p")
    here.work()
    here.lay("b")
    here.work()
    lines = [ORDONNANCE, INS.replace(GS, "<GS>"), "3400935955838"]
    assert here.field.text == "".join(f"{line}\r" for line in lines)
    # What is typed is acknowledged, and nobody else is owed it; the barcode beside was not for the keyboard.
    assert here.states() == {
        "ordonnance": EventState.ERASED,
        "ins": EventState.ERASED,
        "medicine": EventState.ERASED,
        "prescriber": EventState.PENDING,
    }


def test_what_is_read_while_nobody_is_there_is_never_typed_late(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.host.become(HostState.ASLEEP)
    here.lay("o")
    until_ns = here.world.clock.monotonic_ns() + LIFETIME_NS
    while here.world.clock.monotonic_ns() < until_ns:
        here.world.clock.advance(here.runner.step(STOPPING) or 0.01)
    here.host.become(HostState.AWAKE)
    here.work()
    assert here.field.text == ""
    here.lay("b")
    here.work()
    assert here.field.text == "3400935955838\r"


def test_what_a_pc_that_wakes_in_time_is_given_is_whole(desk: Callable[..., Desk]) -> None:
    here = desk()
    here.host.become(HostState.ABSENT)
    here.lay("o")
    here.world.clock.advance(here.runner.step(STOPPING))
    here.host.become(HostState.AWAKE)
    here.work()
    assert here.field.text == f"{ORDONNANCE}\r"


def test_what_was_cut_short_is_not_begun_again(desk: Callable[..., Desk]) -> None:
    here = desk()
    left = 60

    def sleep_after_some(report: bytes) -> None:
        nonlocal left
        here.field.take(report)
        left -= 1
        if left == 0:
            here.host.become(HostState.ASLEEP)

    here.host._on_report = sleep_after_some
    here.lay("o", "b")
    here.work()
    here.host.become(HostState.AWAKE)
    here.work()
    typed = here.field.text
    assert typed.endswith("3400935955838\r")
    beginning = typed.removesuffix("3400935955838\r")
    assert beginning
    assert ORDONNANCE.startswith(beginning)


def test_no_identity_is_in_the_log(desk: Callable[..., Desk], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    here = desk(layout="us")
    here.lay("i", "o")
    here.work()
    assert "refused" in caplog.text, "the US layout has no accents"
    for secret in (IDENTITY, "160012B02077713", "202106180921110042", "GE"):
        assert secret not in caplog.text
