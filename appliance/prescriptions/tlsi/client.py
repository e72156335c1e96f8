"""One call to a téléservice: login, envelope, transport, faults, retry where it is harmless.

A call is repeated only where it asks and changes nothing, and only while nobody answered; each time it is a
message of its own, with its own MessageID. Nothing is repeated after the deadline.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import tenacity
from lxml import etree

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.log import TRAFFIC
from appliance.cards.certificate import facts_of, load_certificate
from appliance.cards.errors import (
    CodeWantedError,
    CpsAbsentError,
    CpsWithdrawnError,
    MalformedError,
    SigningError,
)
from appliance.cards.signing import CpsSigner
from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.causes import Cause
from appliance.prescriptions.port import (
    AbandonedError,
    BadAnswerError,
    Deadline,
    NotAuthorisedError,
    UnreachableError,
)
from appliance.prescriptions.tlsi.assertion import Practice, make_assertion
from appliance.prescriptions.tlsi.breaker import CircuitBreaker
from appliance.prescriptions.tlsi.envelope import Heading, Software, read_answer, write_request
from appliance.prescriptions.tlsi.faults import MAX_CLOCK_OFFSET, error_of
from appliance.prescriptions.tlsi.names import SOAP_MEDIA_TYPE
from appliance.prescriptions.tlsi.transport import HttpAnswer, HttpsPost
from appliance.prescriptions.tlsi.xml import XmlRefusedError

__all__ = ["ASSERTION_REUSE_S", "MAX_ATTEMPTS", "Call", "TlsiClient", "bad_answer"]

_log = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 3
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 0.8

_NO_LOGIN: Final[Mapping[type[SigningError], str]] = MappingProxyType(
    {
        CpsAbsentError: "cps_absent",
        CodeWantedError: "code_wanted",
        CpsWithdrawnError: "cps_withdrawn",
        SigningError: "signature",
    }
)
"""The first that fits."""

_BAD_ANSWERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "html": "captive_portal",
        "other_prescription": "other_prescription",
        "other_patient": "other_patient",
    }
)
"""By the detail of the error, its cause in the catalogue."""

ASSERTION_REUSE_S: Final = 600
"""Services take an assertion for about an hour; a card signs in about a second. So one is signed anew every
ten minutes, and at once when another card or another code came."""

_REUSE_NS: Final = ASSERTION_REUSE_S * NS_PER_S

_TRANSIENT: Final = frozenset({502, 503, 504})
_SUCCESS: Final = 200
_FAULTS: Final = frozenset({400, 500})
"""Statuses that carry a fault (SOAP 1.2 part 2, §7.5.2); some services send faults with 200."""


@dataclass(frozen=True, slots=True)
class Call:
    """Which operation of which service.

    Attributes:
        url: of the service.
        action: WS-Addressing action of the operation.
        idempotent: whether it may be repeated: it asks, and changes nothing.
    """

    url: str
    action: str
    idempotent: bool


@dataclass(frozen=True, slots=True, repr=False)
class _Held(Discreet):
    signer: CpsSigner
    signed_ns: int
    assertion: bytes
    sender: str


class TlsiClient:
    """Calls of one device; several threads at once.

    Args:
        post: the transport.
        login: gives the card that signs, at once; None for the mutual TLS variant, where the connection's
            certificate is the login and no card is asked.
        software: who the software is.
        practice: in what capacity the holder asks.
        clock: time; its wall time goes into what is signed.
        new_id: gives UUIDs.
    """

    def __init__(
        self,
        post: HttpsPost,
        login: Callable[[], CpsSigner] | None,
        software: Software,
        practice: Practice,
        clock: Clock,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._post = post
        self._login = login
        self._software = software
        self._practice = practice
        self._clock = clock
        self._new_id = new_id
        self._breaker = CircuitBreaker(clock)
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self.clock_offset: timedelta | None = None
        """Our clock minus the service's, as its last answer said; None before the first."""

    def close(self) -> None:
        """Close the connections."""
        self._post.close()

    def call(self, call: Call, body: Callable[[], etree._Element], deadline: Deadline) -> etree._Element:
        """The element that the service answers with.

        Args:
            call: the operation.
            body: makes the element that is asked with; anew each time, for an element has one parent.
            deadline: until when.

        Raises:
            LookUpError: no answer; see the port.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(MAX_ATTEMPTS if call.idempotent else 1),
            retry=tenacity.retry_if_exception(_worth_repeating),
            wait=tenacity.wait_random_exponential(_FIRST_PAUSE_S, _LONGEST_PAUSE_S),
            sleep=lambda seconds: _pause(deadline, seconds),
            reraise=True,
        )
        return retrying(lambda: self._attempt(call, body(), deadline))

    def _attempt(self, call: Call, body: etree._Element, deadline: Deadline) -> etree._Element:
        if not self._breaker.admits():
            raise UnreachableError("circuit", cause=Cause("resting"))
        try:
            answer = self._exchange(call, body, deadline)
        except UnreachableError:
            self._breaker.failed()
            raise
        except BadAnswerError:
            # Somebody answered, if not the service we want: asking again at once is no storm.
            self._breaker.succeeded()
            raise
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        return answer

    def _exchange(self, call: Call, body: etree._Element, deadline: Deadline) -> etree._Element:
        held = self._assertion(deadline)
        now = self._clock.now()
        message_id = f"uuid:{self._new_id()}"
        heading = Heading(
            action=call.action,
            to=call.url,
            message_id=message_id,
            bam_id=str(self._new_id()),
            lps_id=str(self._new_id()),
            at=now,
            sender=held.sender if held is not None else self._practice.billing_id,
            software=self._software,
        )
        content = write_request(heading, None if held is None else held.assertion, body)
        _log.log(TRAFFIC, "request: %s", content)
        headers = {"Content-Type": f'{SOAP_MEDIA_TYPE}; charset=utf-8; action="{call.action}"'}
        http = self._post.post(call.url, content, headers, deadline)
        _log.log(TRAFFIC, "answer: %d %s", http.status, http.body)
        return self._read(http, message_id, now)

    def _read(self, http: HttpAnswer, message_id: str, asked_at: datetime) -> etree._Element:
        if http.date is not None:
            self.clock_offset = asked_at - http.date
            if abs(self.clock_offset) > MAX_CLOCK_OFFSET:
                _log.warning("the clock is off by %d s", self.clock_offset.total_seconds())
        if http.media_type != SOAP_MEDIA_TYPE:
            if http.status in _TRANSIENT:
                raise UnreachableError(f"http_{http.status}")
            raise bad_answer("html" if "html" in http.media_type else f"http_{http.status}_not_soap")
        if http.status != _SUCCESS and http.status not in _FAULTS | _TRANSIENT:
            raise BadAnswerError(f"http_{http.status}")
        try:
            answer = read_answer(http.body)
        except XmlRefusedError as error:
            raise BadAnswerError(error.rule) from error
        if answer.relates_to is not None and answer.relates_to != message_id:
            raise BadAnswerError("other_message")
        if answer.fault is not None:
            raise error_of(answer.fault, self.clock_offset)
        if answer.body is None or http.status != _SUCCESS:
            raise BadAnswerError(f"http_{http.status}")
        return answer.body

    def _assertion(self, deadline: Deadline) -> _Held | None:
        """The assertion of the card that is in: the one it signed lately, else a new one."""
        if self._login is None:
            return None
        # One at a time: two sheets laid together must not have the card sign twice.
        if not self._lock.acquire(timeout=deadline.check()):
            raise UnreachableError("deadline")
        try:
            signer = self._login()
            held = self._held
            now_ns = self._clock.monotonic_ns()
            if held is None or held.signer != signer or now_ns - held.signed_ns > _REUSE_NS:
                self._held = None
                self._held = held = self._sign(signer, now_ns)
        except SigningError as error:
            self._held = None
            raise _no_login(error) from error
        finally:
            self._lock.release()
        deadline.check()
        return held

    def _sign(self, signer: CpsSigner, now_ns: int) -> _Held:
        try:
            sender = facts_of(load_certificate(signer.certificate_der)).national_id
            made = make_assertion(signer, self._practice, f"_{self._new_id()}", self._clock.now())
        except MalformedError as error:
            raise NotAuthorisedError("certificate") from error
        return _Held(signer, now_ns, made, sender)


def _no_login(error: SigningError) -> NotAuthorisedError:
    detail = next(name for kind, name in _NO_LOGIN.items() if isinstance(error, kind))
    return NotAuthorisedError(detail, cause=Cause("not_signed" if detail == "signature" else detail))


def bad_answer(detail: str) -> BadAnswerError:
    """An answer that cannot be used, with its own cause where there is one."""
    cause = _BAD_ANSWERS.get(detail)
    return BadAnswerError(detail, cause=None if cause is None else Cause(cause))


def _worth_repeating(error: BaseException) -> bool:
    # Past the deadline, and while the breaker is open, the next attempt would only say the same.
    return isinstance(error, UnreachableError) and error.detail not in {"deadline", "circuit", "certificate"}


def _pause(deadline: Deadline, seconds: float) -> None:
    """Wait between two attempts.

    Raises:
        LookUpError: the deadline passed meanwhile, or nobody wants the answer any more.
    """
    if not deadline.wait(seconds):
        raise AbandonedError
    deadline.check()
