"""Every parser of bytes from a network, as a function of them that may raise our own errors and no other.

The default run tries each a few hundred times (test_fuzz.py); `make fuzz-tlsi` ten minutes each.
"""

from __future__ import annotations

import contextlib
import gzip
import random
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpcore
import httpx

from appliance.base.clock import ManualClock
from appliance.cards.trust import TrustStore
from appliance.prescriptions.ins_search import InsiTraits, InsiVitale
from appliance.prescriptions.port import Deadline, LookUpError, StatusQuery
from appliance.prescriptions.tlsi import transport
from appliance.prescriptions.tlsi.assertion import AssertionRefusedError, make_assertion, verify_assertion
from appliance.prescriptions.tlsi.envelope import Heading, read_answer, write_request
from appliance.prescriptions.tlsi.faults import error_of
from appliance.prescriptions.tlsi.insi import (
    TRAITS_ACTION,
    VITALE_ACTION,
    insi_body,
    read_result,
)
from appliance.prescriptions.tlsi.ordonnance_operations import CONSULT_ACTION, question, read_status
from appliance.prescriptions.tlsi.xml import MAX_DOCUMENT_BYTES, XmlRefusedError, parse
from appliance.simulation.national_base.gate import Gate, Igc
from appliance.simulation.national_base.service import SimulatedBase
from appliance.simulation.national_base.whims import Whim

from .stand import PRACTICE, RECORDS, SOFTWARE, Cards

NOW = datetime.now(UTC)
QUERY = StatusQuery(next(iter(RECORDS)))
MAX_INPUT_BYTES = 8192
OURS = (LookUpError, XmlRefusedError, AssertionRefusedError)

_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_CARDS = Cards()
_IGC = Igc(TrustStore(_CARDS.igc.authorities), (_CARDS.igc.revocation_list(),))
_ASSERTION = make_assertion(_CARDS.pharmacist, PRACTICE, "_1", NOW)


def _base() -> SimulatedBase:
    return SimulatedBase(Gate(lambda: _IGC), RECORDS)


def _requests() -> list[bytes]:
    bodies = (
        (CONSULT_ACTION, question(QUERY)),
        (TRAITS_ACTION, insi_body(InsiTraits("ADRTROIS", "DOMINIQUE", "F", "1997-02-26"))),
        (VITALE_ACTION, insi_body(InsiVitale("180032B02040123", "1980-03-02", "ANTHONY"))),
    )
    made = []
    for number, (action, body) in enumerate(bodies):
        heading = Heading(action, "https://x/lps", f"uuid:{number}", "1", "2", NOW, "1", SOFTWARE)
        made.append(write_request(heading, _ASSERTION, body))
    return made


def _answer_to(request: bytes, whim: Whim = Whim.NONE) -> bytes:
    return _base().answer(request, NOW, by_certificate=False, whim=whim).document


_REQUESTS = _requests()
_ANSWERS = [_answer_to(request) for request in _REQUESTS]
_FAULTS = [_answer_to(b"<x/>"), _answer_to(_REQUESTS[0], Whim.FAULT)]
_HTTP = [
    b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nDate: Sun, 22 Nov 2026 20:00:00 GMT\r\n"
    b"Content-Length: %d\r\n%s\r\n%s" % (len(body), extra, body)
    for body, extra in (
        (_FAULTS[0], b""),
        (gzip.compress(_FAULTS[0]), b"Content-Encoding: gzip\r\n"),
    )
]
SEEDS: list[bytes] = [*_ANSWERS, *_FAULTS, *_REQUESTS, _ASSERTION, *_HTTP, gzip.compress(_FAULTS[1])]


def _answered(data: bytes) -> None:
    """What comes back, as the source of statuses and the search for an INS read it."""
    answer = read_answer(data)
    if answer.fault is not None:
        raise error_of(answer.fault, timedelta(hours=len(data) % 3))
    assert answer.body is not None
    with contextlib.suppress(XmlRefusedError):
        status = read_status(answer.body, QUERY, NOW)
        assert status.prescription_id == QUERY.prescription_id, "another prescription is told"
    read_result(answer.body)


def _asserted(data: bytes) -> None:
    """What a service is shown; whatever is accepted must be what was signed."""
    verified = verify_assertion(parse(data), NOW)
    assert verified.practice.billing_id == PRACTICE.billing_id, "an altered assertion is accepted"


def _asked(data: bytes) -> None:
    reply = _base().answer(data, NOW, by_certificate=bool(len(data) % 2), whim=Whim.NONE)
    parse(reply.document)


def _http(data: bytes) -> None:
    """Any bytes on the wire; the answer is read as the client reads it, and never larger than its bound."""
    pool = transport._PoolTransport(_TLS, httpcore.MockBackend([data]))
    post = transport.HttpsPost(_TLS)
    post._client.close()
    post._client = httpx.Client(transport=pool, trust_env=False)
    try:
        answer = post.post("https://base.invalid/lps", b"x", {}, Deadline(ManualClock(), 1.0))
    finally:
        post.close()
    assert len(answer.body) <= MAX_DOCUMENT_BYTES


def _compressed(data: bytes) -> None:
    assert len(transport._decoded(data, "gzip")) <= MAX_DOCUMENT_BYTES


def _dated(data: bytes) -> None:
    transport._date(data.decode("latin-1"))


TARGETS: dict[str, Callable[[bytes], object]] = {
    "answer": _answered,
    "assertion": _asserted,
    "request": _asked,
    "http": _http,
    "gzip": _compressed,
    "date": _dated,
}


def run_one(name: str, data: bytes) -> None:
    """Our own errors are the right answer to nonsense; anything else leaves."""
    with contextlib.suppress(*OURS):
        TARGETS[name](data)


def mutate(seed: bytes, source: random.Random) -> bytes:
    """A seed with a few things wrong, in places or in whole pieces."""
    data = bytearray(seed)
    for _ in range(source.randrange(1, 6)):
        kind = source.randrange(5)
        at = source.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] = source.randrange(256)
        elif kind == 1:
            data[at:at] = source.choice(
                (b"<x/>", b"&amp;", b"<!--", b"]]>", b'xmlns=""', source.randbytes(3))
            )
        elif kind == 2:
            del data[at : at + source.randrange(1, 40)]
        elif kind == 3:
            other = source.choice(SEEDS)
            start = source.randrange(len(other))
            data[at:at] = other[start : start + source.randrange(200)]
        elif data:
            end = data.find(b">", at)
            data[at:at] = data[at : end + 1]
    return bytes(data[:MAX_INPUT_BYTES])
