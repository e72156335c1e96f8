"""SOAP 1.2 with the headers of a TLSi: writing a request, reading an answer; for a service, the reverse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from appliance.identifiers.discreet import Discreet
from appliance.prescriptions.tlsi.assertion import instant, read_instant
from appliance.prescriptions.tlsi.names import (
    ANONYMOUS,
    CTXBAM,
    CTXLPS,
    SAML,
    SIRAM,
    SOAP,
    WSA,
    WSSE,
    qualified,
)
from appliance.prescriptions.tlsi.xml import (
    MAX_TEXT_CHARS,
    XmlRefusedError,
    element,
    only_child,
    optional_child,
    optional_text,
    parse,
    text_of,
    to_bytes,
)

__all__ = [
    "Answer",
    "Fault",
    "Heading",
    "Request",
    "Software",
    "read_answer",
    "read_request",
    "write_answer",
    "write_fault",
    "write_request",
]

_BAM_VERSION: Final = "01_02"
_LPS_VERSION: Final = "01_00"
_MAX_NAME_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Software:
    """The approved software that asks, as ContexteLPS names it.

    Attributes:
        idam: number of the CNDA's authorisation, of the revision `R="4"` of its numbering.
        name: `urn:lps:<name>:<version>` by custom.
        version: of the software.
        instance: UUID of this installation.
    """

    idam: str
    name: str
    version: str
    instance: str


@dataclass(frozen=True, slots=True, repr=False)
class Heading(Discreet):
    """What every request says beside its body.

    Attributes:
        action: WS-Addressing action, which chooses the operation.
        to: URL of the service.
        message_id: `uuid:…`, never used before.
        bam_id, lps_id: UUIDs of the two contexts.
        at: now, aware.
        sender: who sends, the national identifier of the CPS' holder.
        software: through which software.
    """

    action: str
    to: str
    message_id: str
    bam_id: str
    lps_id: str
    at: datetime
    sender: str
    software: Software


@dataclass(frozen=True, slots=True, repr=False)
class Fault(Discreet):
    """A SOAP fault with its `siram:Erreur`, as far as it has one.

    Attributes:
        by_sender: whether the service blames what was sent, not itself.
        subcode: of the fault, such as `siram_100`; empty where absent.
        code: of the Erreur, such as `desir_550`; empty where absent.
        severity: of the Erreur: information, avertissement, erreur, fatale (services also write `fatal`).
        text: the Erreur's, else the Reason's; shown to people, never logged.
    """

    by_sender: bool
    subcode: str = ""
    code: str = ""
    severity: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Discreet):
    """What a service answered: the one element of its body, or a fault."""

    body: etree._Element | None
    fault: Fault | None
    relates_to: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Request(Discreet):
    """What a client asked, as a service reads it; `assertion` is None where there is none."""

    action: str
    message_id: str
    sent_at: datetime
    idam: str
    assertion: etree._Element | None
    body: etree._Element


def write_request(heading: Heading, assertion: bytes | None, body: etree._Element) -> bytes:
    """A request.

    Args:
        heading: its headers.
        assertion: as `make_assertion` gave it; None where the connection's certificate is the login.
        body: the one element of the body.
    """
    headers = (
        _context_bam(heading),
        _context_lps(heading),
        element(WSA, "Action", heading.action, prefix="wsa"),
        element(WSA, "MessageID", heading.message_id, prefix="wsa"),
        element(WSA, "To", heading.to, prefix="wsa"),
        element(WSA, "ReplyTo", (element(WSA, "Address", ANONYMOUS, prefix="wsa"),), prefix="wsa"),
        # Our own serialisation of a moment ago: parsed, because lxml has no other way to insert it.
        element(WSSE, "Security", (parse(assertion),), prefix="wsse") if assertion is not None else None,
    )
    return _envelope(headers, body)


def _context_bam(heading: Heading) -> etree._Element:
    content = (
        element(CTXBAM, "Id", heading.bam_id),
        element(CTXBAM, "Temps", instant(heading.at)),
        element(CTXBAM, "Emetteur", heading.sender),
        element(CTXBAM, "COUVERTURE"),
    )
    return element(CTXBAM, "ContexteBAM", content, attributes={"Nature": "CTXBAM", "Version": _BAM_VERSION})


def _context_lps(heading: Heading) -> etree._Element:
    software = heading.software
    lps = (
        element(CTXLPS, "IDAM", software.idam, attributes={"R": "4"}),
        element(CTXLPS, "Version", software.version),
        element(CTXLPS, "Instance", software.instance),
        element(CTXLPS, "Nom", software.name),
    )
    content = (
        element(CTXLPS, "Id", heading.lps_id),
        element(CTXLPS, "Temps", instant(heading.at)),
        element(CTXLPS, "Emetteur", heading.sender),
        element(CTXLPS, "LPS", lps),
    )
    return element(CTXLPS, "ContexteLPS", content, attributes={"Nature": "CTXLPS", "Version": _LPS_VERSION})


def _envelope(headers: tuple[etree._Element | None, ...], body: etree._Element) -> bytes:
    parts = (
        element(SOAP, "Header", headers, prefix="soap") if headers else None,
        element(SOAP, "Body", (body,), prefix="soap"),
    )
    return to_bytes(element(SOAP, "Envelope", parts, prefix="soap"))


def write_answer(body: etree._Element, *, message_id: str, relates_to: str) -> bytes:
    """An answer of a service."""
    headers = (
        element(WSA, "MessageID", message_id, prefix="wsa"),
        element(WSA, "RelatesTo", relates_to, prefix="wsa"),
    )
    return _envelope(headers, body)


def write_fault(fault: Fault, *, message_id: str) -> bytes:
    """A fault of a service, `message_id` being the faulty request's."""
    # The values are qualified names, of the prefix that the envelope binds.
    role = "soap:Sender" if fault.by_sender else "soap:Receiver"
    subcode = element(SOAP, "Subcode", (_soap("Value", fault.subcode),), prefix="soap")
    reason = etree.Element(qualified(SOAP, "Text"))
    reason.set("{http://www.w3.org/XML/1998/namespace}lang", "fr")
    reason.text = fault.text
    attributes = {"severite": fault.severity, "code": fault.code, "messageID": message_id}
    error = element(SIRAM, "Erreur", fault.text, prefix="siram", attributes=attributes)
    body = element(
        SOAP,
        "Fault",
        (
            element(SOAP, "Code", (_soap("Value", role), subcode), prefix="soap"),
            element(SOAP, "Reason", (reason,), prefix="soap"),
            element(SOAP, "Detail", (error,), prefix="soap"),
        ),
        prefix="soap",
    )
    return _envelope((), body)


def _soap(name: str, text: str) -> etree._Element:
    return element(SOAP, name, text, prefix="soap")


def read_answer(data: bytes) -> Answer:
    """What a service answered.

    Raises:
        XmlRefusedError: it is no SOAP 1.2 answer.
    """
    header, body = _open(data)
    relates_to = None if header is None else optional_text(header, WSA, "RelatesTo", _MAX_NAME_CHARS)
    if body.tag == qualified(SOAP, "Fault"):
        return Answer(None, _read_fault(body), relates_to)
    return Answer(body, None, relates_to)


def read_request(data: bytes) -> Request:
    """What a client asked; services want every header that the contract of INSi names.

    Raises:
        XmlRefusedError: it is no request of a TLSi.
    """
    header, body = _open(data)
    if header is None:
        raise XmlRefusedError("missing:Header")
    only_child(header, CTXBAM, "ContexteBAM")
    context = only_child(header, CTXLPS, "ContexteLPS")
    security = optional_child(header, WSSE, "Security")
    lps = only_child(context, CTXLPS, "LPS")
    try:
        sent_at = read_instant(text_of(only_child(context, CTXLPS, "Temps"), _MAX_NAME_CHARS))
    except ValueError as error:
        raise XmlRefusedError("not_a_moment:Temps") from error
    return Request(
        action=text_of(only_child(header, WSA, "Action"), _MAX_NAME_CHARS),
        message_id=text_of(only_child(header, WSA, "MessageID"), _MAX_NAME_CHARS),
        sent_at=sent_at,
        idam=text_of(only_child(lps, CTXLPS, "IDAM"), _MAX_NAME_CHARS),
        assertion=None if security is None else only_child(security, SAML, "Assertion"),
        body=body,
    )


def _open(data: bytes) -> tuple[etree._Element | None, etree._Element]:
    """The header and the one element of the body."""
    root = parse(data)
    if root.tag != qualified(SOAP, "Envelope"):
        raise XmlRefusedError("not_soap")
    body = list(only_child(root, SOAP, "Body"))
    if len(body) != 1:
        raise XmlRefusedError("not_one_body")
    return optional_child(root, SOAP, "Header"), body[0]


def _read_fault(fault: etree._Element) -> Fault:
    code = only_child(fault, SOAP, "Code")
    subcode = optional_child(code, SOAP, "Subcode")
    reason = optional_child(fault, SOAP, "Reason")
    detail = optional_child(fault, SOAP, "Detail")
    error = None if detail is None else optional_child(detail, SIRAM, "Erreur")
    text = None if error is None else text_of(error)
    if not text and reason is not None:
        # One text a language; whichever comes first.
        first = next(reason.iterchildren(qualified(SOAP, "Text")), None)
        text = None if first is None else text_of(first)
    return Fault(
        by_sender=_local(text_of(only_child(code, SOAP, "Value"), _MAX_NAME_CHARS)) == "Sender",
        subcode="" if subcode is None else _local(optional_text(subcode, SOAP, "Value", _MAX_NAME_CHARS)),
        code="" if error is None else error.get("code", "")[:_MAX_NAME_CHARS],
        severity="" if error is None else error.get("severite", "")[:_MAX_NAME_CHARS],
        text=" ".join((text or "").split())[:MAX_TEXT_CHARS],
    )


def _local(qname: str | None) -> str:
    """A qualified name's local part; services bind their subcodes to namespaces of their own choice."""
    return (qname or "").rpartition(":")[2]
