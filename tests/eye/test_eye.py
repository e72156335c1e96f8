"""The eye's loop over cameras that come, freeze, end; and its socket to a counter that comes and goes."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from appliance.base.clock import ManualClock
from appliance.base.lines import LineBuffer
from appliance.base.threads import StoppableThread
from appliance.capture.frame import Camera, CameraLostError, CameraTimeoutError, EndOfFramesError, Frame
from appliance.counter.eye_server import EyeConnected, EyeDisconnected, EyeHappening, EyeSaid, EyeServer
from appliance.decode.announcer import Announcer
from appliance.decode.eye import Eye
from appliance.decode.finder import Box
from appliance.decode.link import RETRY_NS, CounterLink
from appliance.decode.presence import PresenceTracker, Presentation
from appliance.decode.reason_words import Reason
from appliance.decode.sightings import (
    Alive,
    CameraSaid,
    CameraState,
    Hello,
    Left,
    LightSaid,
    Sighted,
    Stored,
    Welcome,
    encode,
    from_eye,
)
from appliance.decode.symbol import Symbol, Symbology
from appliance.decode.unread import Unread

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
SYMBOL = Symbol(Symbology.QR_CODE, b"a", CORNERS)
FRAME_NS = 66_000_000

Step = Callable[[], None] | Sequence[Symbol] | None | Exception


class ScriptedCamera(Camera):
    """Gives a frame for each step of the script; a step may be an error, or something that happens."""

    def __init__(self, script: list[Step], clock: ManualClock, stopping: threading.Event) -> None:
        self.script = script
        self.clock = clock
        self.stopping = stopping
        self.opened = 0
        self.closed = 0
        self.now: Sequence[Symbol] | None = None

    def open(self) -> None:
        self.opened += 1

    def close(self) -> None:
        self.closed += 1

    def capture(self, timeout_s: float = 1.0) -> Frame:
        self.clock.advance(FRAME_NS / 1e9)
        while self.script and callable(self.script[0]):
            self.script.pop(0)()  # type: ignore[operator,misc]
        if not self.script:
            self.stopping.set()
            return self.frame()
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        self.now = step  # type: ignore[assignment]
        return self.frame()

    def frame(self) -> Frame:
        return Frame(np.zeros((4, 4), np.uint8), 0, self.clock.monotonic_ns())


class NoPreview:
    def offer(self, frame: Frame, in_view: Sequence[Presentation], unread: Sequence[Unread] = ()) -> None:
        pass


@pytest.fixture
def short_directory() -> Iterator[Path]:
    """A short path: a Unix socket's has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="ct-") as name:
        yield Path(name)


class FakeCounter:
    """The other end of the socket, answering as told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen()
        self.listener.setblocking(False)
        self.connection: socket.socket | None = None
        self.heard: list[object] = []

    def welcome(self) -> None:
        connection, _ = self.listener.accept()
        if self.connection is not None:
            self.connection.close()
        self.connection = connection
        connection.setblocking(False)
        connection.sendall(encode(Welcome(salt=b"s" * 32)))

    def stored(self, sighting: str) -> None:
        assert self.connection is not None
        self.connection.sendall(encode(Stored(sighting=sighting)))

    def listen(self) -> list[object]:
        assert self.connection is not None
        buffer = LineBuffer()
        heard = []
        while True:
            try:
                piece = self.connection.recv(65536)
            except BlockingIOError:
                break
            if not piece:
                break
            heard += [from_eye(line) for line in buffer.feed(piece)]
        self.heard += heard
        return heard

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.listener.close()
        self.path.unlink(missing_ok=True)


class Bench:
    def __init__(self, directory: Path) -> None:
        self.clock = ManualClock()
        self.stopping = threading.Event()
        self.path = directory / "sightings.sock"
        self.counter = FakeCounter(self.path)
        self.announcer = Announcer(PresenceTracker(iter(f"s{n}" for n in range(1, 99)).__next__), "eye")
        self.link = CounterLink(self.path, self.announcer, self.clock)
        self.unread: tuple[Unread, ...] = ()

    def run(self, *script: Step) -> ScriptedCamera:
        camera = ScriptedCamera(list(script), self.clock, self.stopping)
        eye = Eye(
            camera,
            lambda _: camera.now,
            self.announcer,
            self.link,
            NoPreview(),
            self.clock,
            unread=lambda: self.unread,
        )
        eye.run(self.stopping)
        return camera


@pytest.fixture
def bench(short_directory: Path) -> Iterator[Bench]:
    bench = Bench(short_directory)
    yield bench
    bench.link.close()
    bench.counter.close()


def sighted(heard: list[object]) -> list[str]:
    return [message.sighting for message in heard if isinstance(message, Sighted)]


def test_a_code_is_said_as_soon_as_its_frame_is_read(bench: Bench) -> None:
    heard: list[object] = []
    bench.run([], bench.counter.welcome, [], [SYMBOL], lambda: heard.extend(bench.counter.listen()), [SYMBOL])
    assert isinstance(heard[0], Hello)
    assert sighted(heard) == ["s1"]


def test_a_code_too_dark_to_be_read_gets_light_and_a_lost_camera_none(bench: Bench) -> None:
    bench.unread = (Unread(Box(0, 0, 4, 4), Reason.TOO_DARK),)
    seconds: list[Step] = [[] for _ in range(20)]
    lost = CameraLostError("pulled")
    bench.run(
        [], bench.counter.welcome, *seconds, bench.counter.listen, lost, *seconds, bench.counter.listen, []
    )
    levels = [message.level for message in bench.counter.heard if isinstance(message, LightSaid)]
    assert levels[:2] == [0.25, 0.5]
    assert 0.25 in levels[2:]


def test_an_unchanged_frame_keeps_what_lies_there(bench: Bench) -> None:
    bench.run([], bench.counter.welcome, [], [SYMBOL], *[None] * 90, bench.counter.listen, [])
    assert sighted(bench.counter.heard) == ["s1"]
    assert not any(isinstance(message, Left) for message in bench.counter.heard)


def test_a_lost_camera_is_said_and_opened_again(bench: Bench) -> None:
    camera = bench.run(
        [],
        bench.counter.welcome,
        [],
        CameraLostError(),
        [],
        CameraTimeoutError(),
        [],
        bench.counter.listen,
        [],
    )
    states = [message.state for message in bench.counter.heard if isinstance(message, CameraSaid)]
    assert states == [CameraState.LOST, CameraState.OK, CameraState.LOST, CameraState.OK]
    assert camera.opened == camera.closed == 3


def test_the_end_of_the_files_is_said_and_the_counter_kept_company(bench: Bench) -> None:
    ended = threading.Event()

    class Ending(threading.Event):
        def is_set(self) -> bool:
            if bench.announcer.hello().camera is CameraState.ENDED:
                bench.counter.listen()
                ended.set()
                return bench.clock.elapsed_ns > 5_000_000_000
            return super().is_set()

    bench.stopping = Ending()
    bench.run([], bench.counter.welcome, [SYMBOL], EndOfFramesError())
    assert ended.is_set()
    assert CameraSaid(state=CameraState.ENDED, reason="end of the files") in bench.counter.heard
    assert sum(isinstance(message, Alive) for message in bench.counter.heard) >= 4


def test_a_counter_that_comes_back_is_told_what_it_missed(bench: Bench) -> None:
    def restart() -> None:
        bench.counter.close()
        bench.counter = FakeCounter(bench.path)

    wait = [None] * (2 + RETRY_NS // FRAME_NS)
    bench.run(
        [],
        lambda: bench.counter.welcome(),  # noqa: PLW0108 - the counter is another one by then
        [],
        restart,
        [SYMBOL],
        *wait,
        lambda: bench.counter.welcome(),  # noqa: PLW0108 - the counter is another one by then
        None,
        None,
        lambda: bench.counter.listen() and None,
        None,
    )
    assert sighted(bench.counter.heard) == ["s1"]


def test_a_counter_that_sends_garbage_loses_the_connection_only(bench: Bench) -> None:
    def garbage() -> None:
        assert bench.counter.connection is not None
        bench.counter.connection.sendall(b"\x00 no message\n")

    wait = [None] * (2 + RETRY_NS // FRAME_NS)
    camera = bench.run(
        [],
        bench.counter.welcome,
        [],
        garbage,
        [SYMBOL],
        *wait,
        bench.counter.welcome,
        None,
        bench.counter.listen,
        [],
    )
    assert camera.opened == 1
    assert "s1" in sighted(bench.counter.heard)


class Ears:
    """Collects what the server tells, for a thread to wait on."""

    def __init__(self) -> None:
        self.happenings: list[EyeHappening] = []
        self.changed = threading.Condition()

    def __call__(self, happening: EyeHappening) -> None:
        with self.changed:
            self.happenings.append(happening)
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[EyeHappening]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.happenings) >= count, timeout=10)
            return list(self.happenings)


@pytest.fixture
def served(short_directory: Path) -> Iterator[tuple[Path, Ears]]:
    path = short_directory / "sightings.sock"
    ears = Ears()
    server = StoppableThread("server", EyeServer(path, ears).serve)
    server.start()
    wait = threading.Event()
    for _ in range(500):
        if path.exists():
            break
        wait.wait(0.01)
    yield path, ears
    server.stop()
    assert not path.exists()


def connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(str(path))
    return connection


def test_the_server_tells_what_the_eye_says_in_order(served: tuple[Path, Ears]) -> None:
    path, ears = served
    with connect(path) as eye:
        eye.sendall(encode(Hello(eye="e", camera=CameraState.OK)) + encode(Left(sighting="s1")))
    told = ears.wait_for(4)
    assert isinstance(told[0], EyeConnected)
    assert [t.message for t in told if isinstance(t, EyeSaid)] == [
        Hello(eye="e", camera=CameraState.OK),
        Left(sighting="s1"),
    ]
    assert isinstance(told[3], EyeDisconnected)


def test_a_new_eye_takes_the_place_of_the_old_after_all_it_said(served: tuple[Path, Ears]) -> None:
    path, ears = served
    with connect(path) as old:
        old.sendall(b"".join(encode(Left(sighting=f"s{number}")) for number in range(50)))
        with connect(path) as new:
            new.sendall(encode(Alive(frames=1)))
            told = ears.wait_for(54)
    assert isinstance(told[51], EyeDisconnected)
    assert isinstance(told[52], EyeConnected)
    assert isinstance(told[53], EyeSaid)


def test_an_eye_that_sends_garbage_is_disconnected_and_the_next_is_heard(served: tuple[Path, Ears]) -> None:
    path, ears = served
    with connect(path) as eye:
        eye.sendall(b"{" * 20000)
        ears.wait_for(2)
    with connect(path) as eye:
        eye.sendall(encode(Alive(frames=1)))
        told = ears.wait_for(4)
    assert isinstance(told[1], EyeDisconnected)
    assert isinstance(told[3], EyeSaid)


def test_the_server_answers_on_the_connection_it_heard(served: tuple[Path, Ears]) -> None:
    path, ears = served
    with connect(path) as eye:
        connected = ears.wait_for(1)[0]
        connected.connection.send(Stored(sighting="s1"))
        eye.settimeout(5)
        assert eye.recv(1000) == encode(Stored(sighting="s1"))
