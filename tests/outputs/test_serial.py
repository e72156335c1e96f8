"""The serial line on a real pseudo-terminal, with a host at its other end that behaves as hosts do."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.base.clock import NS_PER_S, SystemClock
from appliance.journal.model import Event, EventState, from_us
from appliance.outputs.serial_line import port as port_module
from appliance.outputs.serial_line.framing import ACK, MAX_FRAME_BYTES, NAK, Framing, UnsendableError
from appliance.outputs.serial_line.port import Flow, Line, SerialPort
from appliance.outputs.serial_line.sink import Handshake, SerialSink
from appliance.outputs.sink import Delivery, Traits, Turn

CLOCK = SystemClock()
PLAIN = Framing("utf-8", b"\r", is_framed=False, has_xon_xoff=False)
FRAMED = Framing("latin-1", b"\r\n", is_framed=True, has_xon_xoff=True)
SILENT = Handshake(is_expected=False, timeout_s=0.1, attempts=1)
ANSWERED = Handshake(is_expected=True, timeout_s=5.0, attempts=3)
IMPATIENT = Handshake(is_expected=True, timeout_s=0.2, attempts=3)
PATIENCE_S = 30


@dataclass
class Form:
    """Every event as the text in its payload."""

    def wants(self, event: Event) -> bool:
        return True

    def text(self, event: Event) -> str | None:
        assert event.payload is not None
        text: str | None = event.payload["text"]
        return text


@dataclass
class Host:
    """The PC's end: reads when it is told to, and answers each end of a text by the next of its answers."""

    master: int
    end: bytes = b"\r"
    answers: list[bytes] = field(default_factory=list)
    received: bytes = b""
    reads: bool = True
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        seen = 0
        with contextlib.suppress(OSError):
            while not self._stopping.is_set():
                readable, _, _ = select.select([self.master], [], [], 0.02) if self.reads else ([], [], [])
                if not readable:
                    self._stopping.wait(0.01)
                    continue
                self.received += os.read(self.master, 512)
                while seen < self.received.count(self.end):
                    seen += 1
                    os.write(self.master, self.answers.pop(0) if self.answers else b"")

    def stop(self) -> None:
        self._stopping.set()


@dataclass
class Cable:
    """Both ends."""

    host: Host
    device: Path

    def sink(
        self, framing: Framing = PLAIN, handshake: Handshake = SILENT, flow: Flow = Flow.NONE
    ) -> SerialSink:
        line = Line(self.device, 115_200, 8, "N", 1, flow)
        traits = Traits("serial", "Sortie série")
        return SerialSink(traits, Form(), SerialPort(line, CLOCK), framing, handshake, CLOCK)


@pytest.fixture
def cable() -> Iterator[Cable]:
    master, slave = pty.openpty()
    tty.setraw(master)
    host = Host(master)
    thread = threading.Thread(target=host.run)
    thread.start()
    yield Cable(host, Path(os.ttyname(slave)))
    host.stop()
    thread.join(PATIENCE_S)
    for end in (master, slave):
        with contextlib.suppress(OSError):
            os.close(end)


def _event(text: str | None, event_id: int = 1) -> Event:
    return Event(event_id, from_us(0), "code.read", None, {"text": text}, EventState.PENDING, 0)


def _turn(lives_s: float | None = None) -> Turn:
    expires = None if lives_s is None else CLOCK.monotonic_ns() + round(lives_s * NS_PER_S)
    return Turn(threading.Event(), lambda: None, expires)


def _deliver(sink: SerialSink, *texts: str, lives_s: float | None = None) -> list[Delivery]:
    try:
        assert sink.look()
        return [sink.deliver(_event(text), _turn(lives_s)) for text in texts]
    finally:
        sink.close()


def _wait_for(cable: Cable, content: bytes) -> None:
    waiting = threading.Event()
    for _ in range(PATIENCE_S * 50):
        if content in cable.host.received:
            return
        waiting.wait(0.02)
    raise AssertionError(f"not received: {content!r}")


def test_a_text_goes_out_whole_with_its_end(cable: Cable) -> None:
    text = '{"ID":"été €","n":"' + "x" * 5000 + '"}'
    assert _deliver(cable.sink(), text, "IS01\x1dS5M") == [Delivery.TAKEN] * 2
    _wait_for(cable, b"S5M\r")
    assert cable.host.received == text.encode() + b"\rIS01\x1dS5M\r"


def test_a_framed_text_is_between_stx_and_etx(cable: Cable) -> None:
    assert _deliver(cable.sink(FRAMED), "été") == [Delivery.TAKEN]
    _wait_for(cable, b"\x02\xe9t\xe9\r\n\x03")


def test_ack_is_the_host_s_word_that_it_has_it(cable: Cable) -> None:
    cable.host.answers = [bytes([ACK])] * 2
    assert _deliver(cable.sink(handshake=ANSWERED), "one", "two") == [Delivery.TAKEN] * 2
    assert cable.host.received == b"one\rtwo\r"


def test_nak_is_answered_by_sending_again(cable: Cable) -> None:
    cable.host.answers = [bytes([NAK]), bytes([NAK]), bytes([ACK])]
    assert _deliver(cable.sink(handshake=ANSWERED), "one") == [Delivery.TAKEN]
    assert cable.host.received == b"one\r" * 3


def test_what_is_refused_each_time_is_given_up(cable: Cable) -> None:
    cable.host.answers = [bytes([NAK])] * 3 + [bytes([ACK])]
    assert _deliver(cable.sink(handshake=ANSWERED), "one", "two") == [Delivery.REFUSED, Delivery.TAKEN]


def test_noise_is_no_answer(cable: Cable) -> None:
    cable.host.answers = [b"\xff\x00garbage" + bytes([ACK])]
    assert _deliver(cable.sink(handshake=ANSWERED), "one") == [Delivery.TAKEN]
    cable.host.answers = [b"x" * 200] * 3
    assert _deliver(cable.sink(handshake=IMPATIENT), "two") == [Delivery.LATER]


def test_a_lost_ack_has_the_text_sent_again(cable: Cable) -> None:
    cable.host.answers = [b"", bytes([ACK])]
    assert _deliver(cable.sink(handshake=IMPATIENT), "one") == [Delivery.TAKEN]
    assert cable.host.received == b"one\r" * 2


def test_an_ack_that_comes_late_is_none_to_the_next_text(cable: Cable) -> None:
    """The host answers the first sending after the second: two answers to one text."""
    cable.host.answers = [b"", bytes([ACK, ACK]), bytes([NAK]), bytes([NAK]), bytes([NAK])]
    outcome = _deliver(cable.sink(handshake=IMPATIENT), "one", "two")
    assert outcome == [Delivery.TAKEN, Delivery.REFUSED]


def test_an_ack_before_the_text_is_none_to_it(cable: Cable) -> None:
    sink = cable.sink(handshake=Handshake(is_expected=True, timeout_s=0.2, attempts=1))
    assert sink.look()
    os.write(cable.host.master, bytes([ACK]))
    assert sink.deliver(_event("one"), _turn()) is Delivery.LATER
    sink.close()


def test_a_host_that_never_answers_gets_it_again_later(cable: Cable) -> None:
    assert _deliver(cable.sink(handshake=IMPATIENT), "one") == [Delivery.LATER]
    _wait_for(cable, b"one\r" * 3)


def test_nothing_is_sent_once_the_event_is_too_old(cable: Cable) -> None:
    assert _deliver(cable.sink(handshake=ANSWERED), "one", lives_s=0) == [Delivery.LATER]
    assert cable.host.received == b""


def test_a_host_that_does_not_read_gets_nothing_late(cable: Cable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_module, "SLACK_S", 0.3)
    cable.host.reads = False
    sink = cable.sink()
    assert sink.look()
    long = "x" * (MAX_FRAME_BYTES - 1)
    outcomes = [sink.deliver(_event(long), _turn()) for _ in range(3)]
    assert outcomes[-1] is Delivery.LATER
    cable.host.reads = True
    assert sink.deliver(_event("next"), _turn()) is Delivery.TAKEN
    _wait_for(cable, b"next\r")
    sink.close()
    # What was cut short ends in a line of its own: the next text is not taken for its rest.
    assert cable.host.received.split(b"\r")[-2:] == [b"next", b""]


def test_xoff_holds_the_sender_back(cable: Cable) -> None:
    sink = cable.sink(FRAMED, flow=Flow.XON_XOFF)
    assert sink.look()
    os.write(cable.host.master, b"\x13")
    assert sink.deliver(_event("one"), _turn(0.5)) is Delivery.LATER
    assert cable.host.received == b""
    os.write(cable.host.master, b"\x11")
    assert sink.deliver(_event("two"), _turn()) is Delivery.TAKEN
    _wait_for(cable, b"\x02two\r\n\x03")
    sink.close()


def test_a_port_that_goes_and_comes_back(cable: Cable, tmp_path: Path) -> None:
    device = tmp_path / "ttyUSB0"
    sink = Cable(cable.host, device).sink()
    assert not sink.look()
    assert sink.deliver(_event("one"), _turn()) is Delivery.LATER
    device.symlink_to(cable.device)
    assert sink.look()
    assert sink.deliver(_event("two"), _turn()) is Delivery.TAKEN
    sink.close()
    assert sink.deliver(_event("three"), _turn()) is Delivery.LATER


def test_a_cable_that_is_pulled_is_noticed(cable: Cable) -> None:
    sink = cable.sink(handshake=ANSWERED)
    assert sink.look()
    cable.host.stop()
    os.close(cable.host.master)
    assert sink.deliver(_event("one"), _turn()) is Delivery.LATER
    sink.close()


def test_a_gadget_s_host_is_there_while_it_uses_the_gadget(tmp_path: Path) -> None:
    (tmp_path / "fe980000.usb").mkdir()
    state = tmp_path / "fe980000.usb/state"
    port = SerialPort(Line(Path("/dev/ttyGS0"), 9600, 8, "N", 1, Flow.NONE), CLOCK, tmp_path)
    opened = object()
    for said, there in (("configured\n", True), ("suspended\n", False), ("not attached\n", False)):
        state.write_text(said)
        assert port._host_is_there(opened) is there  # type: ignore[arg-type]


def test_nothing_in_the_form_is_given_up(cable: Cable) -> None:
    sink = cable.sink()
    assert sink.look()
    assert sink.deliver(_event(None), _turn()) is Delivery.REFUSED
    sink.close()


@pytest.mark.parametrize(
    ("framing", "text"),
    [
        pytest.param(FRAMED, "€", id="a-character-that-latin-1-lacks"),
        pytest.param(FRAMED, "a\x03b", id="etx-within"),
        pytest.param(FRAMED, "a\x11b", id="xon-within"),
        pytest.param(PLAIN, "\udc80", id="a-lone-surrogate"),
        pytest.param(PLAIN, "x" * MAX_FRAME_BYTES, id="too-long"),
    ],
)
def test_what_the_line_cannot_carry_is_refused(framing: Framing, text: str) -> None:
    with pytest.raises(UnsendableError) as caught:
        framing.frame(text)
    assert text not in str(caught.value)


def test_the_longest_frame_is_within_its_bound() -> None:
    assert len(PLAIN.frame("x" * (MAX_FRAME_BYTES - 1))) == MAX_FRAME_BYTES
    assert PLAIN.frame("a\x03\x11b") == b"a\x03\x11b\r"
