"""Decoders in a process of their own: what one of them does to itself costs a frame, never the eye."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from appliance.capture.frame import MAX_SIDE_PX, Frame, GreyImage
from appliance.decode.finder import MAX_PATCHES
from appliance.decode.isolation import IsolatedReader
from appliance.decode.isolation.attempt import ATTEMPT_BYTES, MAX_NAME_BYTES, Attempt
from appliance.decode.isolation.memory import MAX_SMALL_PIXELS, FrameMemory
from appliance.decode.isolation.messages import (
    MAX_PACKET_BYTES,
    Died,
    PacketError,
    Reply,
    Request,
    SymbolRead,
    from_decoder,
    request_of,
    to_packet,
)
from appliance.decode.isolation.worker import Guard
from appliance.decode.live import FrameReader, LiveReader
from appliance.decode.reader import Reader
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbol, Symbology
from appliance.simulation.distress import crop

pytestmark = pytest.mark.processes

CRASHING = "tests.eye.hostile:crashing"
CRASHING_IN_A_PART = "tests.eye.hostile:crashing_in_a_part"
HANGING = "tests.eye.hostile:hanging"
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@contextmanager
def isolated(
    reader: str = "appliance.decode.reader:Reader", hang_s: float = 20.0
) -> Iterator[IsolatedReader]:
    with closing(IsolatedReader(reader, hang_s=hang_s)) as one:
        one.start()
        yield one


def sheet(*, is_hostile: bool, seed: int = 1, look: int = 0) -> tuple[Frame, bytes]:
    """A QR code in the middle of a counter of 400 mm, with or without the mark on it."""
    scene = crop("qr", 3.0, "clean", seed)
    part = scene.look(look)
    grey: GreyImage = np.full((720, 1280), 130, np.uint8)
    grey[200 : 200 + part.shape[0], 300 : 300 + part.shape[1]] = np.maximum(part, 10)
    if is_hostile:
        middle_y, middle_x = 200 + part.shape[0] // 2, 300 + part.shape[1] // 2
        grey[middle_y - 6 : middle_y + 6, middle_x - 6 : middle_x + 6] = 0
    return Frame(grey, look, look * 66_000_000), scene.symbols[0][0].content


def contents(symbols: object) -> list[bytes]:
    return [symbol.content for symbol in symbols]  # type: ignore[attr-defined]


def until_read(reader: FrameReader, frames: list[Frame]) -> list[Symbol]:
    """What the first frame gives that gives anything: a busy machine may waste a frame's budget."""
    found = (list(reader.read(frame)) for frame in frames)
    return next((symbols for symbols in found if symbols), [])


def read_until_code(reader: FrameReader, frames: list[Frame]) -> list[bytes]:
    return contents(until_read(reader, frames))


def test_it_reads_what_a_reader_reads() -> None:
    frame, content = sheet(is_hostile=False)
    with isolated() as reader:
        (theirs,) = until_read(reader, [frame] * 20)
        (ours,) = until_read(Reader(), [frame] * 20)
        assert theirs.content == ours.content == content
        assert np.allclose(theirs.corners, ours.corners, atol=2)
        assert reader.deaths == 0


def test_the_small_copy_goes_over_and_one_too_large_is_left_out() -> None:
    frame, content = sheet(is_hostile=False)
    with isolated() as reader:
        for small in (frame.grey[::2, ::2].copy(), np.full((4096, 1025), 130, np.uint8)):
            assert read_until_code(reader, [Frame(frame.grey, 0, 0, small)] * 20) == [content]
    assert small.size == MAX_SMALL_PIXELS + 4096


@pytest.mark.parametrize("engine", [CRASHING, CRASHING_IN_A_PART], ids=["at once", "in a later part"])
def test_a_crash_costs_that_frame_and_the_next_one_reads(
    engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine dies of the mark on every look: the frame is lost, the step is skipped, the others read."""
    with isolated(engine) as reader:
        before, _ = sheet(is_hostile=False, seed=2)
        assert read_until_code(reader, [before] * 20)
        nursery = reader.process_id
        first, content = sheet(is_hostile=True)
        assert contents(reader.read(first)) == []
        assert reader.deaths == 1
        assert reader.unfinished
        later = [sheet(is_hostile=True, look=number)[0] for number in range(1, 12)]
        assert read_until_code(reader, later) == [content]
        # Each patch that shows the mark is deadly once, none twice.
        for frame in later:
            reader.read(frame)
        deaths = reader.deaths
        assert deaths <= MAX_PATCHES
        for frame in later:
            reader.read(frame)
        assert reader.deaths == deaths
        assert reader.process_id == nursery
    assert "in the step 'hostile as-is'" in caplog.text


def test_a_hostile_picture_that_changes_each_time_cannot_end_the_eye() -> None:
    with isolated(CRASHING) as reader:
        for seed in range(3):
            reader.read(sheet(is_hostile=True, seed=seed)[0])
        assert reader.deaths >= 1
        frame, content = sheet(is_hostile=False, seed=9)
        assert read_until_code(reader, [frame] * 20) == [content]
        assert reader.starts == 1


def test_a_hang_is_ended_by_the_kernel_and_skipped() -> None:
    with isolated(HANGING, hang_s=2.0) as reader:
        first, content = sheet(is_hostile=True)
        assert contents(reader.read(first)) == []
        assert reader.deaths == 1
        later = [sheet(is_hostile=True, look=number)[0] for number in range(1, 20)]
        assert read_until_code(reader, later) == [content]


def test_an_error_of_the_reader_is_a_death_too_and_its_text_is_not_logged(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with isolated("tests.eye.hostile:raising") as reader:
        assert not reader.read(sheet(is_hostile=False)[0])
        assert reader.deaths == 1
    assert "an error in the step 'frame'" in caplog.text
    assert "text of a code" not in capfd.readouterr().err + caplog.text


def test_a_nursery_that_was_killed_is_started_again() -> None:
    frame, content = sheet(is_hostile=False)
    with isolated() as reader:
        assert read_until_code(reader, [frame] * 20) == [content]
        assert reader.process_id is not None
        os.kill(reader.process_id, signal.SIGKILL)
        found: list[bytes] = []
        while not found:
            found = contents(reader.read(frame))
        assert (found, reader.starts) == ([content], 2)


def test_nothing_is_left_running_and_nothing_open() -> None:
    open_before = set(Path("/proc/self/fd").iterdir())
    with isolated() as reader:
        nursery = reader.process_id
        (worker,) = Path(f"/proc/{nursery}/task/{nursery}/children").read_text().split()
        limits = Path(f"/proc/{worker}/limits").read_text()
        status = Path(f"/proc/{worker}/status").read_text()
    assert "NoNewPrivs:\t1" in status
    assert "Threads:\t1\n" in status
    for line in (
        "Max open files            32",
        "Max core file size        0",
        "Max file size             0",
    ):
        assert line in limits
    assert not Path(f"/proc/{nursery}").exists()
    assert set(Path("/proc/self/fd").iterdir()) == open_before


def test_the_gate_stands_before_it() -> None:
    frame, content = sheet(is_hostile=False)
    with isolated() as reader:
        live = LiveReader(reader)
        seen = [live(Frame(frame.grey, number, number * 1_000)) for number in range(200)]
        assert any(contents(symbols) == [content] for symbols in seen if symbols is not None)
        assert seen[-1] is None


def test_an_attempt_survives_in_bytes_and_knows_its_like() -> None:
    image = sheet(is_hostile=False)[0].grey
    attempt = Attempt.of("zxing as-is", image)
    assert Attempt.from_bytes(attempt.to_bytes()) == attempt
    brighter = np.clip(image.astype(int) + 20, 0, 255).astype(np.uint8)
    assert attempt.resembles(Attempt.of("zxing as-is", brighter))
    assert not attempt.resembles(Attempt.of("zxing x2", image))
    assert not attempt.resembles(Attempt.of("zxing as-is", sheet(is_hostile=True)[0].grey[200:500, 300:600]))
    for broken in (b"", bytes(ATTEMPT_BYTES), bytes([MAX_NAME_BYTES + 1]) + attempt.to_bytes()[1:]):
        assert Attempt.from_bytes(broken) is None
    assert len(Attempt.of("x" * 99, image).name) == MAX_NAME_BYTES


def test_a_guard_without_deaths_forbids_nothing() -> None:
    descriptor = FrameMemory.create()
    memory = FrameMemory(descriptor)
    os.close(descriptor)
    attempt = Attempt.of("a", np.zeros((20, 20), np.uint8))
    assert not Guard(memory, ()).forbids(attempt)
    assert Guard(memory, [attempt]).forbids(attempt)
    memory.begin(attempt)
    assert memory.begun() == attempt
    memory.end()
    assert memory.begun() is None
    memory.close()


@pytest.mark.parametrize("side", [MAX_SIDE_PX, MAX_SIDE_PX + 1, 0])
def test_the_bounds_of_a_request(side: int) -> None:
    packet = b'{"number":1,"shape":[%d,9],"small":null,"at_ns":0,"is_new":true}' % side
    if 1 <= side <= MAX_SIDE_PX:
        assert request_of(packet) == Request(number=1, shape=(side, 9), at_ns=0, is_new=True)
    else:
        with pytest.raises(PacketError):
            request_of(packet)


@pytest.mark.parametrize(
    "packet",
    [b"", b"{}", b'{"type":"reply"}', b"\xff", b'{"type":"died","signal":99}', b"[" * 9999],
    ids=["empty", "object", "lacking", "binary", "signal", "deep"],
)
def test_what_is_no_message_is_refused(packet: bytes) -> None:
    with pytest.raises(PacketError):
        from_decoder(packet)


def test_the_largest_reply_goes_through_a_socket() -> None:
    largest = SymbolRead(symbology=Symbology.QR_CODE, content=bytes(MAX_CONTENT_BYTES), corners=CORNERS)
    packet = to_packet(Reply(number=1, unfinished=False, symbols=(largest,) * 8))
    assert len(packet) <= MAX_PACKET_BYTES
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        theirs.send(packet)
        assert from_decoder(ours.recv(MAX_PACKET_BYTES)) == from_decoder(packet)
    assert "content" not in repr(largest)


def test_a_death_says_no_content() -> None:
    assert from_decoder(to_packet(Died(signal=11, attempt="zxing"))) == Died(signal=11, attempt="zxing")
