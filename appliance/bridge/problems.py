"""The errors of the bridge as problem documents (RFC 9457): a stable code, and French for who reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum, unique
from http import HTTPStatus
from types import MappingProxyType

from appliance.texts.problems import PROBLEM_TEXTS

__all__ = ["MEDIA_TYPE", "RETRY_STATUSES", "STATUS_OF", "Problem", "ProblemCode", "problem_response"]

MEDIA_TYPE = "application/problem+json"

_TYPE_PREFIX = "urn:comptoir:problem:"
"""`type` of RFC 9457: an identifier, not an address that a device without internet cannot promise."""

_DETAIL_ONLY = frozenset({"reason"})
"""Fields that are French already: they belong in the sentence, not beside it."""

DEFAULT_RETRY_S = 2
"""Retry-After where nothing better is known."""


@unique
class ProblemCode(StrEnum):
    """Every way a request can fail. Codes are part of the contract: added to, never changed."""

    REQUEST_MALFORMED = "request_malformed"
    TLS_REQUIRED = "tls_required"
    PARAMETER_INVALID = "parameter_invalid"
    BODY_INVALID = "body_invalid"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - a code
    TOKEN_INVALID = "token_invalid"  # noqa: S105
    ORIGIN_REFUSED = "origin_refused"
    SCOPE_MISSING = "scope_missing"
    ROUTE_CLOSED = "route_closed"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REQUEST_TIMEOUT = "request_timeout"
    PRESCRIPTION_UNKNOWN = "prescription_unknown"
    PAGES_NONE = "pages_none"
    VISIT_NOT_CURRENT = "visit_not_current"
    CURSOR_AHEAD = "cursor_ahead"
    ACK_AHEAD = "ack_ahead"
    PAIRING_CLOSED = "pairing_closed"
    PAIRING_BUSY = "pairing_busy"
    PAIRING_MISMATCH = "pairing_mismatch"
    CLIENTS_FULL = "clients_full"
    PAIRING_GONE = "pairing_gone"
    PAIRING_TRIES = "pairing_tries"
    BODY_TOO_LARGE = "body_too_large"
    TARGET_TOO_LONG = "target_too_long"
    MEDIA_TYPE_UNSUPPORTED = "media_type_unsupported"
    HOST_REFUSED = "host_refused"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_WAITS = "too_many_waits"
    HEADERS_TOO_LARGE = "headers_too_large"
    INTERNAL_ERROR = "internal_error"
    TRANSFER_ENCODING_UNSUPPORTED = "transfer_encoding_unsupported"
    OVERLOADED = "overloaded"
    JOURNAL_UNAVAILABLE = "journal_unavailable"
    HTTP_VERSION_UNSUPPORTED = "http_version_unsupported"


STATUS_OF: Mapping[ProblemCode, HTTPStatus] = MappingProxyType(
    {
        ProblemCode.REQUEST_MALFORMED: HTTPStatus.BAD_REQUEST,
        ProblemCode.TLS_REQUIRED: HTTPStatus.BAD_REQUEST,
        ProblemCode.PARAMETER_INVALID: HTTPStatus.BAD_REQUEST,
        ProblemCode.BODY_INVALID: HTTPStatus.BAD_REQUEST,
        ProblemCode.TOKEN_MISSING: HTTPStatus.UNAUTHORIZED,
        ProblemCode.TOKEN_INVALID: HTTPStatus.UNAUTHORIZED,
        ProblemCode.ORIGIN_REFUSED: HTTPStatus.FORBIDDEN,
        ProblemCode.SCOPE_MISSING: HTTPStatus.FORBIDDEN,
        ProblemCode.ROUTE_CLOSED: HTTPStatus.FORBIDDEN,
        ProblemCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
        ProblemCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
        ProblemCode.REQUEST_TIMEOUT: HTTPStatus.REQUEST_TIMEOUT,
        ProblemCode.PRESCRIPTION_UNKNOWN: HTTPStatus.NOT_FOUND,
        ProblemCode.PAGES_NONE: HTTPStatus.NOT_FOUND,
        ProblemCode.VISIT_NOT_CURRENT: HTTPStatus.CONFLICT,
        ProblemCode.CURSOR_AHEAD: HTTPStatus.CONFLICT,
        ProblemCode.ACK_AHEAD: HTTPStatus.CONFLICT,
        ProblemCode.PAIRING_CLOSED: HTTPStatus.CONFLICT,
        ProblemCode.PAIRING_BUSY: HTTPStatus.CONFLICT,
        ProblemCode.PAIRING_MISMATCH: HTTPStatus.CONFLICT,
        ProblemCode.CLIENTS_FULL: HTTPStatus.CONFLICT,
        ProblemCode.PAIRING_GONE: HTTPStatus.GONE,
        ProblemCode.PAIRING_TRIES: HTTPStatus.TOO_MANY_REQUESTS,
        ProblemCode.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ProblemCode.TARGET_TOO_LONG: HTTPStatus.REQUEST_URI_TOO_LONG,
        ProblemCode.MEDIA_TYPE_UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.HOST_REFUSED: HTTPStatus.MISDIRECTED_REQUEST,
        ProblemCode.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
        ProblemCode.TOO_MANY_WAITS: HTTPStatus.TOO_MANY_REQUESTS,
        ProblemCode.HEADERS_TOO_LARGE: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        ProblemCode.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
        ProblemCode.TRANSFER_ENCODING_UNSUPPORTED: HTTPStatus.NOT_IMPLEMENTED,
        ProblemCode.OVERLOADED: HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemCode.JOURNAL_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemCode.HTTP_VERSION_UNSUPPORTED: HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
    }
)

RETRY_STATUSES = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""These always come with Retry-After."""


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that cannot be answered as asked; what to change stands in its remedy.

    Args:
        code: which problem; status and texts follow from it.
        retry_after_s: when to try again, for 429 and 503.
        headers: further header fields of the answer, such as `Allow`.
        fields: what the detail's braces stand for, and whatever else is of use to a program (`parameter`,
            `minimum`, `maximum`); each becomes a member of the document. Never anything that names a person.
    """

    def __init__(
        self,
        code: ProblemCode,
        *,
        retry_after_s: int | None = None,
        headers: Mapping[str, str] | None = None,
        **fields: int | str,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.fields = fields
        self.headers = dict(headers or {})
        if self.status in RETRY_STATUSES:
            self.headers["Retry-After"] = str(retry_after_s or DEFAULT_RETRY_S)
        if self.status is HTTPStatus.UNAUTHORIZED:
            self.headers["WWW-Authenticate"] = 'Bearer realm="comptoir"'

    @property
    def status(self) -> HTTPStatus:
        """Its HTTP status."""
        return STATUS_OF[self.code]

    def document(self) -> dict[str, int | str]:
        """The members of the problem document."""
        text = PROBLEM_TEXTS[self.code]
        return {
            "type": f"{_TYPE_PREFIX}{self.code}",
            "title": text.title,
            "status": int(self.status),
            "detail": text.detail.format_map(self.fields),
            "code": self.code.value,
            "remedy": text.remedy,
            **{name: value for name, value in self.fields.items() if name not in _DETAIL_ONLY},
        }

    def body(self) -> bytes:
        """The document as UTF-8 JSON."""
        return json.dumps(self.document(), ensure_ascii=False).encode()


def problem_response(problem: Problem) -> bytes:
    """A whole HTTP/1.1 response that closes the connection, for where no application is reached."""
    body = problem.body()
    # HTTPStatus' phrases are older than RFC 9110's names; clients go by the number.
    lines = [
        f"HTTP/1.1 {int(problem.status)} {problem.status.phrase}",
        f"Content-Type: {MEDIA_TYPE}",
        "Content-Language: fr",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
        *(f"{name}: {value}" for name, value in problem.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
