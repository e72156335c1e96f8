"""Where a request ends in the bytes that arrive, and which bytes can be no request: pure, bounded, strict.

HTTP/1.1 message syntax of RFC 9112, and no more of it than a client of ours needs: origin-form targets,
Content-Length or chunked bodies, no folded header lines, no header field twice where one counts. Whatever two
parsers could understand differently is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.bridge.bounds import (
    MAX_BODY_BYTES,
    MAX_CHUNK_LINE_BYTES,
    MAX_CHUNKS,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_REQUEST_LINE_BYTES,
)
from appliance.bridge.problems import Problem, ProblemCode

__all__ = ["RequestFraming"]

_CRLF = b"\r\n"
_HEAD_END = b"\r\n\r\n"

# A target that starts with two slashes would be taken for an authority by urlsplit.
_REQUEST_LINE = re.compile(rb"[A-Z]{1,16} /(?!/)[!\"$-~]* HTTP/1\.([01])")
_OTHER_VERSION = re.compile(rb"[A-Z]{1,16} [!-~]+ HTTP/[0-9]\.[0-9]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t -~\x80-\xff]*)")
_LENGTH = re.compile(rb"[0-9]{1,10}")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[\t ]*(?:;[\t -~]*)?")

_ONCE = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"expect",
        b"host",
        b"origin",
        b"transfer-encoding",
    }
)
"""Fields that decide something: twice is an attack or a bug, and never guessed about."""


@dataclass(frozen=True, slots=True)
class _Head:
    length: int
    body_length: int | None
    """None: chunked."""
    expects_continue: bool


class RequestFraming:
    """Collects what one connection sends and gives it out request by request."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._head: _Head | None = None

    def feed(self, data: bytes) -> None:
        """Add what has arrived."""
        self._received += data

    @property
    def begun(self) -> bool:
        """Whether part of a request is here."""
        return bool(self._received)

    @property
    def awaits_go_ahead(self) -> bool:
        """Whether the client sent only the head and waits for `100 Continue` (.NET does, for 350 ms)."""
        head = self._head
        return head is not None and head.expects_continue and len(self._received) <= head.length

    def take(self) -> bytes | None:
        """The next whole request, or None while it is not all here.

        Raises:
            Problem: what has arrived can be no request of ours; the connection is of no more use.
        """
        if self._head is None:
            self._head = self._read_head()
        head = self._head
        if head is None:
            return None
        if head.body_length is None:
            end = _chunked_end(self._received, head.length)
        else:
            end = head.length + head.body_length
        if end is None or len(self._received) < end:
            return None
        request = bytes(self._received[:end])
        del self._received[:end]
        self._head = None
        return request

    def _read_head(self) -> _Head | None:
        received = self._received
        if received.startswith(_CRLF):  # some old clients end a body with one too many; RFC 9112 §2.2
            del received[: len(_CRLF)]
        line_end = received.find(b"\n")
        if line_end > MAX_REQUEST_LINE_BYTES or (line_end < 0 and len(received) > MAX_REQUEST_LINE_BYTES):
            raise Problem(ProblemCode.TARGET_TOO_LONG, maximum=MAX_REQUEST_LINE_BYTES)
        if line_end >= 0 and not received[:line_end].endswith(b"\r"):
            raise Problem(ProblemCode.REQUEST_MALFORMED)
        head_end = received.find(_HEAD_END)
        length = head_end + len(_HEAD_END) if head_end >= 0 else len(received)
        if length > MAX_HEAD_BYTES:
            raise _headers_too_large()
        if head_end < 0:
            return None
        return _parse_head(bytes(received[:head_end]), length)


def _headers_too_large() -> Problem:
    return Problem(ProblemCode.HEADERS_TOO_LARGE, maximum=MAX_HEAD_BYTES, fields=MAX_HEADERS)


def _parse_head(head: bytes, length: int) -> _Head:
    request_line, *lines = head.split(_CRLF)
    match = _REQUEST_LINE.fullmatch(request_line)
    if match is None:
        other = _OTHER_VERSION.fullmatch(request_line) and not request_line.endswith((b"/1.0", b"/1.1"))
        raise Problem(ProblemCode.HTTP_VERSION_UNSUPPORTED if other else ProblemCode.REQUEST_MALFORMED)
    if len(lines) > MAX_HEADERS:
        raise _headers_too_large()
    is_http_1_1 = match[1] == b"1"
    fields = _deciding_fields(lines)
    if is_http_1_1 and b"host" not in fields:
        raise Problem(ProblemCode.REQUEST_MALFORMED)
    return _Head(
        length=length,
        body_length=_body_length(fields, is_http_1_1=is_http_1_1),
        expects_continue=is_http_1_1 and fields.get(b"expect", b"").lower() == b"100-continue",
    )


def _deciding_fields(lines: list[bytes]) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    for line in lines:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise Problem(ProblemCode.REQUEST_MALFORMED)
        name = match[1].lower()
        if name in _ONCE:
            if name in fields:
                raise Problem(ProblemCode.REQUEST_MALFORMED)
            fields[name] = match[2].strip()
    return fields


def _body_length(fields: dict[bytes, bytes], *, is_http_1_1: bool) -> int | None:
    coding = fields.get(b"transfer-encoding")
    length = fields.get(b"content-length")
    if coding is not None:
        if length is not None or not is_http_1_1:
            raise Problem(ProblemCode.REQUEST_MALFORMED)
        if coding.lower() != b"chunked":
            raise Problem(ProblemCode.TRANSFER_ENCODING_UNSUPPORTED)
        return None
    if length is None:
        return 0
    if not _LENGTH.fullmatch(length):
        raise Problem(ProblemCode.REQUEST_MALFORMED)
    if int(length) > MAX_BODY_BYTES:
        raise Problem(ProblemCode.BODY_TOO_LARGE, maximum=MAX_BODY_BYTES)
    return int(length)


def _chunked_end(received: bytearray, start: int) -> int | None:
    """Where the chunked body that begins at `start` ends; None while its end is not here. No trailers."""
    position, total = start, 0
    for _ in range(MAX_CHUNKS + 1):  # the last, empty one counts
        line_end = received.find(_CRLF, position)
        if max(line_end, len(received) if line_end < 0 else 0) - position > MAX_CHUNK_LINE_BYTES:
            raise Problem(ProblemCode.REQUEST_MALFORMED)
        if line_end < 0:
            return None
        match = _CHUNK_LINE.fullmatch(received, position, line_end)
        if match is None:
            raise Problem(ProblemCode.REQUEST_MALFORMED)
        size = int(match[1], 16)
        total += size
        if total > MAX_BODY_BYTES:
            raise Problem(ProblemCode.BODY_TOO_LARGE, maximum=MAX_BODY_BYTES)
        position = line_end + len(_CRLF) + size
        closing = received[position : position + len(_CRLF)]
        if not _CRLF.startswith(closing):
            raise Problem(ProblemCode.REQUEST_MALFORMED)
        if len(closing) < len(_CRLF):
            return None
        position += len(_CRLF)
        if size == 0:
            return position
    raise Problem(ProblemCode.REQUEST_MALFORMED)
