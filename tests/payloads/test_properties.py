"""What holds for any bytes: no exception, bounded time, discreet reprs, JSON that travels."""

from __future__ import annotations

import base64
import codecs
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.decode.payloads import (
    InsIdentity,
    Kind,
    Link,
    Medicine,
    Ordonnance,
    Patient,
    Prescriber,
    PrescriberBarcode,
    Reading,
    TwoDoc,
    WarningCode,
    interpret,
)
from appliance.decode.payloads.concordance import Concordance
from appliance.decode.payloads.json_document import MAX_DOCUMENT_LENGTH
from appliance.decode.symbol import MAX_CONTENT_BYTES, Symbology
from appliance.identifiers import AmNumber, BirthDate, Cip13, Finess, Gtin, Nir, Rpps
from appliance.identifiers.discreet import Discreet
from tests.payloads.vectors import (
    BOX,
    INS_ALL,
    ON_ACCENTS,
    ON_MISSING_BRACE,
    ON_UNKNOWN_KEYS,
    ON_VALID,
    TWODOC_VACCINATION,
)

EVENT_BYTES = 64 * 1024
"""What the journal takes for one event."""

WORST_CPU_S = 0.25
"""Generous for the slowest machine of a test farm; a quadratic step would take seconds."""

VECTORS = [
    ON_VALID,
    ON_ACCENTS,
    ON_MISSING_BRACE,
    ON_UNKNOWN_KEYS,
    *INS_ALL.values(),
    BOX,
    TWODOC_VACCINATION,
]

symbologies = st.sampled_from(Symbology)
aims = st.sampled_from(["", "]d1", "]d2", "]C0", "]C1", "]Q1", "]Q3", "nonsense"])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A published vector with some bytes cut out, put in or changed."""
    content = draw(st.sampled_from(VECTORS)).encode(draw(st.sampled_from(["utf-8", "latin-1", "utf-16"])))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        to = draw(st.integers(at, min(len(content), at + 8)))
        content = content[:at] + draw(st.binary(max_size=8)) + content[to:]
    return content


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["S", "D", "P", "M", "ID", "V", "N", "RPPS", "AM", "X", ""]), inner, max_size=5
        )
    ),
    max_leaves=25,
).map(lambda value: json.dumps(value).encode())

tokens = st.lists(
    st.sampled_from(
        ['{', '}', '[', ']', ':', ',', '"D"', '"S"', '"P"', '"M"', '"ID"', '"V"', '"RPPS"', '"x"', '"', "1",
         "null", '{"S":{"V":2},"D":{"ID":"1"', "\\", "\\ud800", "\x00", "é", "IS01", "S1", "S3", "<GS>",
         "\x1d", "01"]
    ),
    max_size=60,
).map(lambda parts: "".join(parts).encode())  # fmt: skip

contents = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
    mutated(),
    json_like,
    tokens,
)


def check(reading: Reading, content: bytes) -> None:
    """What every reading owes."""
    assert reading.content == content
    value = reading.to_json()
    assert list(value) == ["symbology", "text", "bytes", "kind", "payload", "warnings"]
    for ascii_only in (True, False):
        line = json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)
        assert json.loads(line.encode("utf-8")) == value
    assert base64.b64decode(str(value["bytes"])) == content
    assert reading.kind is not Kind.OPAQUE or reading.payload is None
    ranks = [list(WarningCode).index(warning) for warning in reading.warnings]
    assert ranks == sorted(set(ranks))
    assert (
        reading.payload is not None or reading.kind is Kind.OPAQUE or WarningCode.DAMAGED in reading.warnings
    )


@given(symbology=symbologies, content=contents, aim=aims, test_data_expected=st.booleans())
@settings(max_examples=600)
def test_any_bytes_give_a_reading(
    symbology: Symbology, content: bytes, aim: str, test_data_expected: bool
) -> None:
    reading = interpret(symbology, content, aim, test_data_expected=test_data_expected)
    check(reading, content)
    assert reading == interpret(symbology, content, aim, test_data_expected=test_data_expected)


@given(symbology=symbologies, content=contents)
@settings(max_examples=300)
def test_no_repr_says_what_a_code_holds(symbology: Symbology, content: bytes) -> None:
    reading = interpret(symbology, content)
    shown = f"{reading!r}"
    said = " ".join(
        [symbology, reading.kind, f"{len(content)} bytes", "Reading no warnings", *reading.warnings]
    )
    assert set(shown.strip("<>").replace(",", "").split()) <= set(said.split())
    assert str(reading) == shown
    assert repr(reading.payload) in {"None", f"<{type(reading.payload).__name__}>"}


@pytest.mark.parametrize("vector", range(len(VECTORS)))
def test_no_part_of_a_payload_shows_itself(vector: int) -> None:
    payload = interpret(Symbology.DATA_MATRIX, VECTORS[vector].encode(), "]d2").payload
    assert payload is not None
    parts = [payload, getattr(payload, "patient", None), getattr(payload, "prescriber", None)]
    for part in parts:
        assert part is None or repr(part) == str(part) == f"{part}" == f"<{type(part).__name__}>"


@given(content=st.binary(max_size=200))
def test_french_text_is_the_content_in_one_charset(content: bytes) -> None:
    reading = interpret(Symbology.QR_CODE, ON_VALID.encode() + content)
    assert reading.kind is Kind.ORDONNANCE
    whole = reading.content.removeprefix(codecs.BOM_UTF8)
    assert any(_encoded(reading.text, charset) == whole for charset in ("utf-8", "cp1252", "latin-1"))


def _encoded(text: str, charset: str) -> bytes | None:
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return None


def _full(
    start: str, filler: str, end: str = "", size: int = MAX_CONTENT_BYTES, charset: str = "utf-8"
) -> bytes:
    """A content of `size` bytes at most that begins and ends so."""
    room = size - len((start + end).encode(charset))
    count = room // len(filler.encode(charset))
    return (start + filler * count + end).encode(charset)


BOMBS = {
    "brackets": _full("", "["),
    "objects": _full("", '{"D":'),
    "known objects": _full('{"S":{"V":2},', '"D":{"ID":"1",'),
    "unknown objects": _full('{"D":{"ID":"1"},', '"X":{'),
    "quotes": _full('{"D":', '"'),
    "backslashes": _full('{"D":"', "\\"),
    "escapes": _full('{"D":{"ID":"1"},"X":"', "\\u0000", '"}'),
    "half surrogates": _full('{"D":{"ID":"1"},"X":"', "\\ud800", '"}'),
    "digits": _full('{"D":{"ID":"1"},"X":', "9", "}"),
    "digits without end": _full('{"D":{"ID":', "9"),
    "exponent": _full('{"D":{"ID":"1"},"X":1e', "9", "}"),
    "duplicate keys": _full('{"D":{"ID":"1"}', ',"X":1', "}"),
    "members": _full('{"D":{"ID":"1"},"X":[1', ",1", "]}"),
    "nul": _full("", "\0"),
    "nul in json": _full('{"D":{"ID":"1"},"X":"', "\0", '"}'),
    "spaces": _full("{", " "),
    "colons": _full("{", '"D":'),
    "ins fields": _full("IS01" + "0" * 22, "S1"),
    "ins separators": _full("IS01" + "0" * 22 + "S3A", "\x1d"),
    "ins names": _full("IS01" + "0" * 22 + "S3A", "<GS>"),
    "ins zeros": _full("IS01", "0"),
    "ins spaces": _full("IS01" + "0" * 22 + "S3A", " "),
    "gs1 elements": _full("0103400935955838", "17271130"),
    "gs1 separators": _full("0103400935955838", "\x1d"),
    "gs1 lots": _full("0103400935955838", "10A\x1d"),
    "gs1 spaces": _full("0103400935955838", " "),
    "gs1 fused": _full("010340093595583810", "1"),
    "link": _full("https://", "a"),
    "link of another script": _full("https://", "é", size=2048),
    "link dots": _full("https://", "é.", size=2048),
    "twodoc": _full("DC04FR0000011E6D1E6DL101FR", "L0A\x1d"),
    "accents": _full('{"D":{"ID":"1"},"X":"', "é", '"}'),
    "latin-1 accents": _full('{"D":{"ID":"1"},"X":"', "é", '"}', charset="latin-1"),
    "latin-1 accents that fit": _full(
        '{"D":{"ID":"1"},"X":"', "é", '"}', size=MAX_DOCUMENT_LENGTH, charset="latin-1"
    ),
    "control characters that fit": _full('{"D":{"ID":"1"},"X":"', "\1", '"}', size=MAX_DOCUMENT_LENGTH),
    "high bytes": b"\xff" * MAX_CONTENT_BYTES,
    "utf-8 starts": b"\xc3" * MAX_CONTENT_BYTES,
    "every byte": bytes(range(256)) * 27,
    "emoji": _full("", "😀"),
}


@pytest.mark.parametrize("symbology", list(Symbology))
@pytest.mark.parametrize("name", BOMBS)
def test_the_largest_and_oddest_codes_take_little_time_and_room(symbology: Symbology, name: str) -> None:
    content = BOMBS[name]
    for aim in ("", "]d2"):
        started = time.process_time()
        reading = interpret(symbology, content, aim)
        assert time.process_time() - started < WORST_CPU_S
        check(reading, content)
        assert len(json.dumps(reading.to_json()).encode()) <= EVENT_BYTES - 100


@pytest.mark.parametrize(
    "name", ["brackets", "objects", "digits", "duplicate keys", "members", "escapes", "accents"]
)
def test_time_grows_no_faster_than_the_content(name: str) -> None:
    content = BOMBS[name]
    spent = []
    for part in (content[: len(content) // 4], content):
        best = min(_cpu_s(part) for _ in range(5))
        spent.append(max(best, 1e-4))
    # Four times the bytes: 4 if linear, 16 if quadratic; 12 leaves room for a busy machine.
    assert spent[1] < 12 * spent[0]


def _cpu_s(content: bytes) -> float:
    started = time.process_time()
    interpret(Symbology.QR_CODE, content)
    return time.process_time() - started


@pytest.mark.parametrize(("size", "warned"), [(MAX_CONTENT_BYTES, False), (MAX_CONTENT_BYTES + 1, True)])
@pytest.mark.parametrize("symbology", list(Symbology))
def test_a_content_longer_than_any_symbol_is_opaque(symbology: Symbology, size: int, warned: bool) -> None:
    content = ON_VALID.encode().ljust(size)
    reading = interpret(symbology, content)
    assert (reading.warnings == (WarningCode.TOO_LONG,)) is warned
    assert reading.kind is Kind.OPAQUE or not warned
    assert reading.content == content


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_byte_order_mark_is_no_part_of_the_text(charset: str) -> None:
    reading = interpret(Symbology.QR_CODE, ON_ACCENTS.encode(charset))
    assert reading.text == ON_ACCENTS
    assert reading.kind is Kind.ORDONNANCE


@pytest.mark.parametrize(
    "value",
    [
        *(Reading, Ordonnance, Patient, Prescriber, InsIdentity, PrescriberBarcode, Medicine, TwoDoc, Link),
        *(Concordance, Nir, Rpps, Finess, AmNumber, Gtin, Cip13, BirthDate),
    ],
)
def test_values_are_frozen_and_discreet(value: type) -> None:
    parameters = value.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert not parameters.repr
    assert issubclass(value, Discreet)
    # Slots throughout: no attribute can be hung on a value.
    assert value.__dictoffset__ == 0
