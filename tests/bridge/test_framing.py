"""Where a request ends, and what is no request: every bound at n and n+1, every ambiguity refused."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.bridge.bounds import (
    MAX_BODY_BYTES,
    MAX_CHUNK_LINE_BYTES,
    MAX_CHUNKS,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_REQUEST_LINE_BYTES,
)
from appliance.bridge.framing import RequestFraming
from appliance.bridge.problems import Problem, ProblemCode

GET = b"GET /v1/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def head(*lines: bytes, line: bytes = b"POST /v1/events/ack HTTP/1.1") -> bytes:
    return b"\r\n".join([line, b"Host: 127.0.0.1", *lines, b"", b""])


def chunked(*chunks: bytes) -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
    return head(b"Transfer-Encoding: chunked") + body


def taken(data: bytes) -> bytes | None:
    framing = RequestFraming()
    framing.feed(data)
    return framing.take()


def refusal(data: bytes) -> ProblemCode:
    with pytest.raises(Problem) as caught:
        taken(data)
    assert caught.value.document()["detail"]
    return caught.value.code


WHOLE = [
    GET,
    b"GET /v1/events?after=0&wait=25 HTTP/1.1\r\nHost: h\r\nAccept:*/*\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    head(b"Content-Length: 3") + b"abc",
    head(b"Content-Length: 0"),
    chunked(b"{", b'"through":7', b"}"),
    chunked(),
    head(b"Transfer-Encoding: Chunked") + b"3;name=value\r\nabc\r\n0\r\n\r\n",
    head(b"X-Accents: \xe9\xa0"),
]


@pytest.mark.parametrize("request_bytes", WHOLE)
def test_a_whole_request_is_taken_whole(request_bytes: bytes) -> None:
    assert taken(request_bytes) == request_bytes


@pytest.mark.parametrize("request_bytes", WHOLE)
def test_a_request_comes_byte_by_byte_and_leaves_what_follows(request_bytes: bytes) -> None:
    framing = RequestFraming()
    for index in range(len(request_bytes) - 1):
        framing.feed(request_bytes[index : index + 1])
        assert framing.take() is None
    framing.feed(request_bytes[-1:] + GET)
    assert framing.take() == request_bytes
    assert framing.begun
    assert framing.take() == GET
    assert not framing.begun
    assert framing.take() is None


def test_one_line_end_too_many_after_a_body_is_forgiven() -> None:
    assert taken(b"\r\n" + GET) == GET


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n\r\n",
        b"GET /v1/ready\r\n\r\n",
        b"GET  /v1/ready HTTP/1.1\r\nHost: h\r\n\r\n",
        b"get /v1/ready HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /v1/ready HTTP/1.1\nHost: h\n\n",
        b"GET /v1/ready HTTP/1.1\r\n\r\n",  # no Host
        b"GET http://127.0.0.1/v1/ready HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET //127.0.0.1/v1/ready HTTP/1.1\r\nHost: h\r\n\r\n",
        b"CONNECT other:443 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /v1/ready#x HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /v1/\xe9 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /v1/\x00 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello\r\n\r\n",
        head(b"Host: other"),
        head(b"Content-Length: 1", b"Content-Length: 1") + b"a",
        head(b"Content-Length: +1") + b"a",
        head(b"Content-Length: 1, 1") + b"a",
        head(b"Content-Length: -1"),
        head(b"Content-Length: 99999999999"),
        head(b"Content-Length: 3", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head(b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.0") + b"0\r\n\r\n",
        head(b"Authorization: Bearer a", b"authorization: Bearer b"),
        head(b"Origin: https://a", b"Origin: https://b"),
        head(b"Folded: a", b" b"),
        head(b"Space : a"),
        head(b": a"),
        head(b"no colon"),
        head(b"X: \x01"),
        head(b"X: a\rb"),
        head(b"X: a\nY: b"),
        head(b"Transfer-Encoding: chunked") + b"x\r\n",
        head(b"Transfer-Encoding: chunked") + b"-1\r\n",
        head(b"Transfer-Encoding: chunked") + b"0x1\r\na\r\n",
        head(b"Transfer-Encoding: chunked") + b"1\r\nab\r\n",
        head(b"Transfer-Encoding: chunked") + b"0\r\nTrailer: a\r\n\r\n",
        head(b"Transfer-Encoding: chunked") + b"000000001\r\n",
    ],
)
def test_what_two_parsers_could_understand_differently_is_refused(data: bytes) -> None:
    assert refusal(data) is ProblemCode.REQUEST_MALFORMED


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2"])
def test_another_version_is_named_so(version: bytes) -> None:
    assert refusal(b"GET / %s\r\nHost: h\r\n\r\n" % version) is ProblemCode.HTTP_VERSION_UNSUPPORTED


@pytest.mark.parametrize("coding", [b"gzip", b"gzip, chunked", b"identity", b"chunked, chunked"])
def test_another_transfer_coding_is_named_so(coding: bytes) -> None:
    assert refusal(head(b"Transfer-Encoding: " + coding)) is ProblemCode.TRANSFER_ENCODING_UNSUPPORTED


def test_the_request_line_is_bounded() -> None:
    def line(length: int) -> bytes:
        return b"GET /" + b"a" * (length - len(b"GET / HTTP/1.1\r")) + b" HTTP/1.1\r"

    request_bytes = line(MAX_REQUEST_LINE_BYTES) + b"\nHost: h\r\n\r\n"
    assert taken(request_bytes) == request_bytes
    assert refusal(line(MAX_REQUEST_LINE_BYTES + 1) + b"\n") is ProblemCode.TARGET_TOO_LONG
    assert taken(b"G" * MAX_REQUEST_LINE_BYTES) is None
    assert refusal(b"G" * (MAX_REQUEST_LINE_BYTES + 1)) is ProblemCode.TARGET_TOO_LONG


def test_the_head_is_bounded() -> None:
    def padded(length: int) -> bytes:
        empty = head(b"X: ")
        return empty.replace(b"X: ", b"X: " + b"a" * (length - len(empty)))

    assert taken(padded(MAX_HEAD_BYTES)) == padded(MAX_HEAD_BYTES)
    assert refusal(padded(MAX_HEAD_BYTES + 1)) is ProblemCode.HEADERS_TOO_LARGE
    endless = GET[:-2] + b"X: " + b"a" * MAX_HEAD_BYTES
    assert taken(endless[:MAX_HEAD_BYTES]) is None
    assert refusal(endless[: MAX_HEAD_BYTES + 1]) is ProblemCode.HEADERS_TOO_LARGE


def test_the_number_of_header_fields_is_bounded() -> None:
    most = head(*[b"X: a"] * (MAX_HEADERS - 1))  # and Host
    assert taken(most) == most
    assert refusal(head(*[b"X: a"] * MAX_HEADERS)) is ProblemCode.HEADERS_TOO_LARGE


def test_the_body_is_bounded_by_its_announcement() -> None:
    assert taken(head(b"Content-Length: %d" % MAX_BODY_BYTES)) is None
    assert refusal(head(b"Content-Length: %d" % (MAX_BODY_BYTES + 1))) is ProblemCode.BODY_TOO_LARGE


def test_the_chunked_body_is_bounded_as_it_comes() -> None:
    most = chunked(b"a" * 1000, b"a" * (MAX_BODY_BYTES - 1000))
    assert taken(most) == most
    more = chunked(b"a" * 1000, b"a" * (MAX_BODY_BYTES - 999))
    assert refusal(more[: -MAX_BODY_BYTES // 2]) is ProblemCode.BODY_TOO_LARGE


def test_the_number_of_chunks_is_bounded() -> None:
    most = chunked(*[b"a"] * MAX_CHUNKS)
    assert taken(most) == most
    assert refusal(chunked(*[b"a"] * (MAX_CHUNKS + 1))) is ProblemCode.REQUEST_MALFORMED


def test_a_chunk_line_is_bounded() -> None:
    start = head(b"Transfer-Encoding: chunked")
    assert taken(start + b"1;" + b"a" * (MAX_CHUNK_LINE_BYTES - 2)) is None
    assert refusal(start + b"1;" + b"a" * (MAX_CHUNK_LINE_BYTES - 1)) is ProblemCode.REQUEST_MALFORMED


def test_a_client_that_waits_for_permission_is_noticed() -> None:
    framing = RequestFraming()
    framing.feed(head(b"Expect: 100-continue", b"Content-Length: 3"))
    assert not framing.awaits_go_ahead  # nobody looked yet
    assert framing.take() is None
    assert framing.awaits_go_ahead
    framing.feed(b"a")
    assert not framing.awaits_go_ahead
    framing.feed(b"bc")
    assert framing.take() is not None
    assert not framing.awaits_go_ahead


@given(st.binary(max_size=600))
def test_whatever_comes_it_is_a_request_or_a_problem_or_not_yet(data: bytes) -> None:
    framing = RequestFraming()
    framing.feed(data)
    try:
        request_bytes = framing.take()
    except Problem:
        return
    assert request_bytes is None or data.startswith((request_bytes, b"\r\n" + request_bytes))


@given(st.sampled_from(WHOLE), st.lists(st.integers(min_value=0, max_value=400)))
def test_how_a_request_is_cut_changes_nothing(request_bytes: bytes, cuts: list[int]) -> None:
    framing = RequestFraming()
    bounds = sorted({0, len(request_bytes), *(cut for cut in cuts if cut < len(request_bytes))})
    found = None
    for start, end in itertools.pairwise(bounds):
        assert found is None
        framing.feed(request_bytes[start:end])
        found = framing.take()
    assert found == request_bytes
