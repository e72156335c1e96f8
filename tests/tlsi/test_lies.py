"""A base that lies, stalls or breaks, and networks that do: never a status, never a crash, never a hang."""

from __future__ import annotations

import threading
import time
import tracemalloc

import pytest

from appliance.base.clock import SystemClock
from appliance.base.threads import StoppableThread
from appliance.decode.payloads import Patient
from appliance.prescriptions.port import (
    AbandonedError,
    BadAnswerError,
    Deadline,
    LookUpError,
    StatusQuery,
    UnreachableError,
)
from appliance.prescriptions.status import PrescriptionState
from appliance.prescriptions.tlsi.transport import HttpsPost, tls_context
from appliance.prescriptions.tlsi.xml import MAX_DOCUMENT_BYTES, XmlRefusedError, parse
from appliance.simulation.national_base.whims import Whim

from .stand import DEADLINE_S, RECORDS, Stand

NUMBER = next(number for number, record in RECORDS.items() if record.status.patient is not None)

LIES: dict[Whim, tuple[type[LookUpError], str]] = {
    Whim.OUTAGE: (UnreachableError, "RemoteProtocolError"),
    Whim.UNAVAILABLE: (UnreachableError, "http_503"),
    Whim.FAULT: (UnreachableError, "siram_40/insi_102"),
    Whim.OTHER_PRESCRIPTION: (BadAnswerError, "other_prescription"),
    Whim.OTHER_MESSAGE: (BadAnswerError, "other_message"),
    Whim.WRONG_NAMESPACE: (BadAnswerError, "not_soap"),
    Whim.NOT_XML: (BadAnswerError, "not_utf8"),
    Whim.HUGE: (BadAnswerError, "too_large"),
    Whim.ENTITY_BOMB: (BadAnswerError, "dtd"),
    Whim.EXTERNAL_ENTITY: (BadAnswerError, "dtd"),
    Whim.CAPTIVE_PORTAL: (BadAnswerError, "html"),
    Whim.REDIRECT: (BadAnswerError, "html"),
    Whim.TRUNCATED: (UnreachableError, "RemoteProtocolError"),
    Whim.TRUNCATED_GZIP: (BadAnswerError, "truncated"),
    Whim.GZIP_BOMB: (BadAnswerError, "too_large"),
    Whim.SLOW_DRIP: (UnreachableError, "deadline"),
    Whim.SLOW_HEADERS: (UnreachableError, "deadline"),
}
TOLD = {Whim.NONE, Whim.ODD_STATE, Whim.OTHER_PATIENT}
"""What is answered all the same: as it is, as unknown, and with who it is about, for the core to compare."""

SHORT_S = 1.0
BOUND_S = 4.0
"""Many times the deadline, for a machine that is busy: what hangs, hangs for longer."""
MEMORY_BYTES = 4 * 1024 * 1024


@pytest.fixture
def source(stand: Stand) -> Stand:
    """A base that answers, before it begins to lie."""
    stand.look_up(NUMBER)
    return stand


def test_every_whim_has_its_expectation() -> None:
    assert LIES.keys() | TOLD == set(Whim)


@pytest.mark.parametrize("whim", LIES, ids=str)
def test_what_becomes_of_a_lie(source: Stand, whim: Whim) -> None:
    kind, detail = LIES[whim]
    source.behave(whim)
    begun = time.monotonic()
    with pytest.raises(kind) as error:
        source.look_up(NUMBER, SHORT_S if detail == "deadline" else DEADLINE_S)
    assert error.value.detail == detail
    assert error.value.reason
    assert error.value.remedy
    assert detail != "deadline" or time.monotonic() - begun < BOUND_S


@pytest.mark.parametrize("whim", [Whim.HUGE, Whim.GZIP_BOMB, Whim.ENTITY_BOMB], ids=str)
def test_a_large_answer_costs_no_memory(source: Stand, whim: Whim) -> None:
    source.behave(whim)
    client = source.source()
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswerError):
            client.look_up(StatusQuery(NUMBER), deadline=source.deadline())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_BYTES


def test_a_state_that_nobody_knows_is_unknown_with_its_code(source: Stand) -> None:
    source.behave(Whim.ODD_STATE)
    told = source.look_up(NUMBER)
    assert (told.state, told.raw_code) == (PrescriptionState.UNKNOWN, "ETAT_JAMAIS_VU")


def test_another_patient_is_named_as_the_base_names_them(source: Stand) -> None:
    source.behave(Whim.OTHER_PATIENT)
    patient = Patient("ESSAI", "ALIX", "1990-01-01")
    told = source.source().look_up(StatusQuery(NUMBER, patient), deadline=source.deadline())
    assert told.patient is not None
    assert told.patient.family_name == "AUTREPERSONNE"


def test_a_server_of_another_authority_is_not_believed(stand: Stand) -> None:
    client = HttpsPost(tls_context(None))
    try:
        with pytest.raises(UnreachableError) as error:
            client.post(stand.server.url, b"", {}, stand.deadline())
    finally:
        client.close()
    assert error.value.detail == "certificate"
    assert "certificat" in error.value.reason


def test_nobody_listens(stand: Stand) -> None:
    client = HttpsPost(tls_context(stand.keys.authority))
    try:
        with pytest.raises(UnreachableError) as error:
            client.post("https://127.0.0.1:9/lps", b"", {}, stand.deadline())
    finally:
        client.close()
    assert error.value.detail == "ConnectError"


def test_a_call_ends_when_nobody_wants_it_any_more(source: Stand) -> None:
    """The CPS is taken out while the base is slow."""
    source.behave(Whim.SLOW_DRIP)
    deadline = Deadline(SystemClock(), 60.0)
    client = source.source()
    ended: list[LookUpError] = []
    asked = threading.Event()

    def call(_: threading.Event) -> None:
        asked.set()
        try:
            client.look_up(StatusQuery(NUMBER), deadline=deadline)
        except LookUpError as error:
            ended.append(error)

    thread = StoppableThread("look-up", call)
    thread.start()
    assert asked.wait(BOUND_S)
    deadline.abandon()
    thread.join(BOUND_S)
    assert not thread.is_alive()
    assert isinstance(ended[0], AbandonedError)


def test_the_bound_of_an_answer(stand: Stand) -> None:
    start, end = b"<a>", b"</a>"
    exact = start + b"x" * (MAX_DOCUMENT_BYTES - len(start + end)) + end
    assert parse(exact).tag == "a"
    with pytest.raises(XmlRefusedError, match="too_large"):
        parse(exact + b" ")
