"""The counter over a real journal and socket: stored before answered, restored, kept on a full disk."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from appliance.base.clock import SystemClock
from appliance.base.lines import LineBuffer
from appliance.base.threads import StoppableThread
from appliance.counter.eye_server import EyeServer
from appliance.counter.page_desk import PageDesk
from appliance.counter.panel import Panel
from appliance.counter.psc_desk import PscDesk
from appliance.counter.runtime import CounterRuntime
from appliance.counter.signals import Signals
from appliance.counter.store import EventStore
from appliance.decode.sightings import (
    MAX_PIECE_BYTES,
    CameraState,
    EyeMessage,
    Hello,
    Left,
    PageBegun,
    PagePiece,
    Sighted,
    Stored,
    Welcome,
    digest_of,
    encode,
    from_counter,
)
from appliance.decode.symbol import Symbol
from appliance.display.buttons import NoButtons
from appliance.display.lamp import NoLamp
from appliance.display.oled import NoDisplay
from appliance.display.sound import NoSpeaker
from appliance.journal import Journal, JournalFullError
from appliance.journal.doorbell import Doorbell
from appliance.pages.shelf import PageEntry, PageShelf

from .scenes import VITALE_APP, ordonnance

KEY = bytes(range(32))
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def symbol(number: int = 40) -> Symbol:
    symbology, content = ordonnance(f"2021061809211100{number}")
    return Symbol(symbology, content, CORNERS, "]Q1", "zxing")


class FakeEye:
    """An eye that says what the test tells it to."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.buffer = LineBuffer()
        self.lines: list[bytes] = []
        self.say(Hello(eye="e1", camera=CameraState.OK))
        welcome = self.hear()
        assert isinstance(welcome, Welcome)
        self.welcome = welcome

    def say(self, *messages: EyeMessage) -> None:
        for message in messages:
            self.socket.sendall(encode(message))

    def hear(self) -> Welcome | Stored:
        while not self.lines:
            piece = self.socket.recv(65536)
            assert piece, "the counter ended the connection"
            self.lines += list(self.buffer.feed(piece))
        return from_counter(self.lines.pop(0))

    def show(self, sighting: str, what: Symbol) -> None:
        self.say(Sighted.of(sighting, what, 1))

    def close(self) -> None:
        self.socket.close()


class Device:
    """One counter after another over the same state, as after restarts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in ("state", "run", "run/secrets"):
            (directory / name).mkdir(exist_ok=True)
        self.clock = SystemClock()
        self.journal_lost = threading.Event()
        self.journal = self.open()
        self.client = self.journal.add_client("lgo", sha256(b"t").digest(), ["events"]).id
        self.thread: StoppableThread | None = None
        self.socket = directory / "run" / "sightings.sock"
        self.change_store: Callable[[EventStore], None] = lambda _: None
        self.psc: PscDesk | None = None
        self.runtime: CounterRuntime | None = None
        self.has_pages = False
        self.shelf = PageShelf(directory / "run" / "pages", KEY, self.clock)

    def open(self) -> Journal:
        return Journal.open(
            self.directory / "state" / "journal.db",
            KEY,
            clock=self.clock,
            volatile_directory=self.directory / "run" / "secrets",
            on_loss=lambda _: self.journal_lost.set(),
        )

    def start(self) -> None:
        run = self.directory / "run"
        journal = self.open()
        store = EventStore(journal, Doorbell(run / "doorbell"), KEY, run / "visits.json", self.clock)
        self.change_store(store)
        signals = Signals(NoSpeaker(), NoLamp(), self.clock)
        runtime = CounterRuntime(
            store=store,
            eye_server=lambda tell: EyeServer(self.socket, tell),
            buttons=NoButtons(),
            panel=Panel(NoDisplay(), signals, run / "counter.json", self.clock),
            clock=self.clock,
            to_local=lambda moment: moment,
            journal_lost=self.journal_lost,
            test_identities=True,
            psc=self.psc,
            pages=PageDesk(self.shelf, self.clock) if self.has_pages else None,
        )
        self.runtime = runtime

        def work(stopping: threading.Event) -> None:
            with journal:
                runtime.run(stopping)

        self.thread = StoppableThread("counter", work)
        self.thread.start()
        self.wait(self.socket.exists)

    def stop(self) -> None:
        if self.thread is not None:
            self.thread.stop()
            assert self.thread.failure is None
        self.thread = None

    def wait(self, condition: Callable[[], object]) -> None:
        pause = threading.Event()
        for _ in range(1000):
            if condition():
                return
            pause.wait(0.01)
        raise AssertionError("did not happen")

    def kinds(self) -> list[str]:
        return [event.kind for event in self.journal.read(self.client, 0, 100)]

    def shown(self) -> dict[str, object]:
        path = self.directory / "run" / "counter.json"
        content: dict[str, object] = json.loads(path.read_text()) if path.exists() else {}
        return content

    def eye(self) -> FakeEye:
        return FakeEye(self.socket)

    def close(self) -> None:
        self.stop()
        self.journal.close()


@pytest.fixture
def device() -> Iterator[Device]:
    with tempfile.TemporaryDirectory(prefix="ct-") as name:
        device = Device(Path(name))
        yield device
        device.close()


def test_a_sighting_is_on_disk_before_the_eye_hears_so(device: Device) -> None:
    device.start()
    eye = device.eye()
    eye.show("s1", symbol())
    assert eye.hear() == Stored(sighting="s1")
    assert device.kinds() == ["visit.opened", "code.read"]
    eye.close()


def test_a_sighting_said_again_is_one_event(device: Device) -> None:
    device.start()
    eye = device.eye()
    for _ in range(3):
        eye.show("s1", symbol())
        assert eye.hear() == Stored(sighting="s1")
    assert device.kinds().count("code.read") == 1
    eye.close()


def test_a_restarted_counter_welcomes_the_eye_with_what_lies_there(device: Device) -> None:
    device.start()
    eye = device.eye()
    eye.show("s1", symbol())
    eye.hear()
    eye.close()
    device.stop()
    device.start()
    eye = device.eye()
    assert {known.sighting for known in eye.welcome.known} == {"s1"}
    assert eye.welcome.known[0].digest == digest_of(eye.welcome.salt, symbol())
    eye.show("s1", symbol())
    assert eye.hear() == Stored(sighting="s1")
    eye.show("s2", symbol(41))
    assert eye.hear() == Stored(sighting="s2")
    events = device.journal.read(device.client, 0, 100)
    assert [event.kind for event in events] == ["visit.opened", "code.read", "code.read"]
    assert len({event.visit for event in events}) == 1
    eye.close()


def test_what_left_is_not_expected_any_more(device: Device) -> None:
    device.start()
    eye = device.eye()
    eye.show("s1", symbol())
    eye.hear()
    eye.say(Left(sighting="s1"))
    device.wait(lambda: not device.journal.presentations())
    eye.close()


def test_an_acknowledgement_is_shown(device: Device) -> None:
    device.start()
    eye = device.eye()
    eye.show("s1", symbol())
    eye.hear()
    device.journal.acknowledge(device.client, through=device.journal.last_id())
    Doorbell(device.directory / "run" / "doorbell").ring()
    device.wait(lambda: device.shown().get("tone") == "lgo_has_it")
    eye.close()


def test_a_full_disk_keeps_the_code_on_the_screen_and_stores_it_when_there_is_space(device: Device) -> None:
    full = threading.Event()
    full.set()

    def fill(store: EventStore) -> None:
        append = store._journal.append_many

        def refuse(events: list[object]) -> object:
            if full.is_set():
                raise JournalFullError
            return append(events)  # type: ignore[arg-type]

        store._journal.append_many = refuse  # type: ignore[assignment,method-assign]

    device.change_store = fill
    device.start()
    eye = device.eye()
    eye.show("s1", symbol())
    device.wait(lambda: device.shown().get("storage_ok") is False)
    assert device.shown()["screen"] == "OrdonnanceRead"
    eye.show("s1", symbol())
    eye.show("s2", symbol(41))
    assert device.kinds() == []
    full.clear()
    assert [eye.hear(), eye.hear()] == [Stored(sighting="s1"), Stored(sighting="s2")]
    assert device.kinds() == ["visit.opened", "code.read", "code.read"]
    device.wait(lambda: device.shown().get("storage_ok") is True)
    eye.close()


def test_a_broken_journal_is_moved_aside_and_said_on_the_screen_and_to_the_lgo(device: Device) -> None:
    device.journal.close()
    journal = device.directory / "state" / "journal.db"
    journal.write_bytes(b"not a database" * 1000)
    device.journal = device.open()
    assert list(journal.parent.glob("*.broken*"))
    device.start()
    eye = device.eye()
    device.wait(lambda: device.shown().get("screen") == "Fault")
    assert [event.kind for event in device.journal.history(0, 10)] == ["journal.lost"]
    eye.show("s1", symbol())
    assert eye.hear() == Stored(sighting="s1")
    eye.close()


def test_what_the_eye_had_to_drop_is_said(device: Device) -> None:
    device.start()
    eye = device.eye()
    eye.say(Hello(eye="e1", camera=CameraState.OK, dropped=3))
    eye.hear()
    device.wait(lambda: device.kinds() == ["journal.lost"])
    eye.close()


def test_an_appli_carte_vitale_code_never_touches_the_disk(device: Device) -> None:
    device.start()
    eye = device.eye()
    symbology, content = VITALE_APP
    eye.show("s1", Symbol(symbology, content, CORNERS))
    eye.hear()
    events = device.journal.read(device.client, 0, 100)
    assert events[-1].payload is not None
    assert events[-1].payload["text"] == content.decode()
    state = b"".join(path.read_bytes() for path in (device.directory / "state").iterdir())
    assert content not in state
    visible = [path.read_bytes() for path in (device.directory / "run").iterdir() if path.is_file()]
    assert not any(content in piece for piece in visible)
    eye.close()


JPEG = b"\xff\xd8" + bytes(range(256)) * 100 + b"\xff\xd9"


def said_page(eye: FakeEye, page: str, *sightings: str) -> None:
    begun = PageBegun(
        page=page,
        sightings=sightings,
        size=len(JPEG),
        width_px=2480,
        height_px=3508,
        dpi=300,
        width_mm=210.0,
        height_mm=297.0,
        real_dpi=215.0,
        is_sharp=True,
        is_upright=True,
    )
    pieces = [JPEG[start : start + MAX_PIECE_BYTES] for start in range(0, len(JPEG), MAX_PIECE_BYTES)]
    eye.say(begun, *(PagePiece(page=page, content=piece) for piece in pieces))


def test_a_page_is_kept_for_the_bridge_and_never_in_clear(device: Device) -> None:
    device.has_pages = True
    device.start()
    eye = device.eye()
    eye.show("s1", symbol())
    eye.hear()
    said_page(eye, "p1", "s1")
    device.wait(lambda: "page.captured" in device.kinds())
    assert [(entry.page, jpeg) for entry, jpeg in device.shelf.pages("v-s1")] == [("p1", JPEG)]
    files = [path.read_bytes() for path in device.directory.rglob("*") if path.is_file()]
    assert files
    # Any 24 bytes of the picture would betray it.
    assert not any(JPEG[1000:1024] in content or b"\xff\xd8" + JPEG[2:10] in content for content in files)
    eye.close()


def test_a_counter_that_was_killed_leaves_no_page_to_the_next_one(device: Device) -> None:
    device.has_pages = True
    device.shelf.put("v-of-before", PageEntry("p", 1, 8, 8, 300, 1.0, 1.0, None, True, True), JPEG)
    device.start()
    assert not device.shelf.pages("v-of-before")
    eye = device.eye()
    eye.show("s1", symbol())
    eye.hear()
    said_page(eye, "p1", "s1")
    device.wait(lambda: "page.captured" in device.kinds())
    device.stop()
    assert not list((device.directory / "run" / "pages").iterdir()), "nor does one that ends"
    eye.close()


def test_without_a_purpose_no_page_is_heard(device: Device) -> None:
    device.start()
    eye = device.eye()
    said_page(eye, "p1")
    eye.show("s1", symbol())
    assert eye.hear() == Stored(sighting="s1")
    assert device.kinds() == ["visit.opened", "code.read"]
    assert not (device.directory / "run" / "pages").exists()
    eye.close()
