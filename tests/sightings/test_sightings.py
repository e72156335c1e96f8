"""Seam 1: every message survives the way, and nothing else is taken for one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.base.lines import MAX_LINE_BYTES, LineBuffer, MessageError, to_line
from appliance.decode.presence import MAX_IN_VIEW
from appliance.decode.sightings import (
    Alive,
    CameraSaid,
    CameraState,
    CounterMessage,
    EyeMessage,
    Hello,
    Known,
    Left,
    LightSaid,
    Sighted,
    Stored,
    Welcome,
    digest_of,
    encode,
    from_counter,
    from_eye,
)
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbol, Symbology

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
FULL = Symbol(Symbology.QR_CODE, bytes(i % 256 for i in range(MAX_CONTENT_BYTES)), CORNERS, "]Q1", "zxing")

EYE: list[EyeMessage] = [
    Hello(eye="e1", camera=CameraState.STARTING),
    Hello(eye="e1", camera=CameraState.OK, dropped=3),
    Sighted.of("s1", FULL, 2**62),
    Left(sighting="s1"),
    CameraSaid(state=CameraState.LOST, reason="unplugged"),
    Alive(frames=0),
    LightSaid(level=0.4),
]
COUNTER: list[CounterMessage] = [
    Welcome(salt=bytes(32)),
    Welcome(salt=bytes(16), known=(Known(digest=bytes(32), sighting="s1"),) * MAX_IN_VIEW),
    Stored(sighting="s1"),
]


@pytest.mark.parametrize("message", EYE, ids=lambda message: message.type)
def test_what_the_eye_says_arrives(message: EyeMessage) -> None:
    assert from_eye(encode(message)) == message


@pytest.mark.parametrize("message", COUNTER, ids=lambda message: message.type)
def test_what_the_counter_says_arrives(message: CounterMessage) -> None:
    assert from_counter(encode(message)) == message


def test_the_longest_symbol_fits_in_a_line_and_comes_back_whole() -> None:
    sighted = from_eye(encode(Sighted.of("s" * 64, FULL, 2**63 - 1)))
    assert isinstance(sighted, Sighted)
    assert sighted.symbol == FULL


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"eye": ""},
        {"eye": "e" * 65},
        {"camera": "sleeping"},
        {"dropped": -1},
        {"dropped": 2**63},
        {"unknown": 1},
        {"type": "goodbye"},
    ],
    ids=str,
)
def test_a_hello_out_of_its_bounds_is_refused(change: dict[str, object]) -> None:
    message = json.loads(encode(EYE[0])) | change
    with pytest.raises(MessageError):
        from_eye(json.dumps(message).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"content": "***"},
        {"corners": [[0, 0]] * 3},
        {"corners": [[0, 0]] * 5},
        {"corners": [[0, 0], [0, 0], [0, 0], [0, "NaN"]]},
        {"symbology": "Aztec"},
        {"at_ns": 1.5},
    ],
    ids=str,
)
def test_a_sighting_out_of_its_bounds_is_refused(change: dict[str, object]) -> None:
    message = json.loads(encode(Sighted.of("s1", FULL, 1))) | change
    with pytest.raises(MessageError):
        from_eye(json.dumps(message).encode())


def test_one_more_known_than_can_be_followed_is_refused() -> None:
    known = [{"digest": "A" * 43 + "=", "sighting": "s"}] * (MAX_IN_VIEW + 1)
    message = {"type": "welcome", "version": 1, "salt": "A" * 43 + "=", "known": known}
    with pytest.raises(MessageError):
        from_counter(json.dumps(message).encode())


def test_no_error_and_no_repr_quotes_what_a_code_holds() -> None:
    secret = Symbol(Symbology.QR_CODE, b"HENRIETTE 2550199", CORNERS)
    assert "HENRIETTE" not in repr(Sighted.of("s1", secret, 1)) + str(Sighted.of("s1", secret, 1))
    with pytest.raises(MessageError) as caught:
        from_eye(b'{"type":"sighted","sighting":"HENRIETTE","content":"HENRIETTE"}')
    assert "HENRIETTE" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_a_digest_knows_its_salt_its_symbology_and_its_content() -> None:
    other = Symbol(Symbology.DATA_MATRIX, FULL.content, CORNERS)
    moved = Symbol(Symbology.QR_CODE, FULL.content, ((5.0, 5.0),) * 4)
    digests = {digest_of(b"a", FULL), digest_of(b"b", FULL), digest_of(b"a", other)}
    assert len(digests) == 3
    assert digest_of(b"a", moved) == digest_of(b"a", FULL)


@given(st.binary(max_size=400))
def test_garbage_is_refused_with_our_own_error(line: bytes) -> None:
    for read in (from_eye, from_counter):
        with pytest.raises(MessageError):
            read(line)


@given(st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line)), st.integers(1, 50))
def test_lines_are_put_together_however_they_are_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    buffer = LineBuffer()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert [line for piece in pieces for line in buffer.feed(piece)] == lines


def test_the_bound_of_a_line() -> None:
    text = "x" * (MAX_LINE_BYTES - 1)
    assert list(LineBuffer().feed(to_line(text))) == [text.encode()]
    with pytest.raises(MessageError):
        to_line(text + "x")
    with pytest.raises(MessageError):
        list(LineBuffer().feed(text.encode() + b"x"))
    with pytest.raises(MessageError):
        list(LineBuffer().feed(text.encode() + b"x\n"))
