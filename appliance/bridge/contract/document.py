"""The OpenAPI 3.1 document of `/v1`, built from the code that serves it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from appliance.bridge.bounds import (
    DEFAULT_EVENTS,
    HEARTBEAT_S,
    MAX_ACK_IDS,
    MAX_EVENT_ID,
    MAX_EVENTS,
    MAX_PATH_PART_CHARACTERS,
    MAX_STREAM_S,
    MAX_WAIT_S,
)
from appliance.bridge.contract.cards import CARD_SCHEMAS
from appliance.bridge.contract.codes import CODE_SCHEMAS
from appliance.bridge.contract.happenings import EVENT_SCHEMAS
from appliance.bridge.contract.identities import IDENTITY_SCHEMAS
from appliance.bridge.contract.pages import PAGE_OPERATIONS, PAGE_SCHEMAS
from appliance.bridge.contract.pairings import PAIRING_OPERATIONS, PAIRING_SCHEMAS
from appliance.bridge.contract.prescriptions import PRESCRIPTION_OPERATIONS, PRESCRIPTION_SCHEMAS
from appliance.bridge.contract.schema import Schema, array, integer, nullable, obj, ref, string, words
from appliance.bridge.contract.sessions import SESSION_SCHEMAS
from appliance.bridge.problems import MEDIA_TYPE, RETRY_STATUSES, STATUS_OF, ProblemCode
from appliance.bridge.rights import ANY_SCOPE, PUBLIC, RIGHTS, Right, Scope
from appliance.texts.problems import PROBLEM_TEXTS

__all__ = ["API_VERSION", "METRICS_TYPE", "document", "document_bytes"]

API_VERSION = "1.3"
"""Minor: something was added. Major: never, that would be `/v2`."""

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The text format of Prometheus."""

_DESCRIPTION = """\
The counter scanner's interface for pharmacy software (LGO).

Poll `GET /v1/events?after=<last_id>&wait=25`, take each event over, then `POST /v1/events/ack`. An event is
given again until it is acknowledged or expires, so treat its `id` as an idempotency key. Unknown members,
kinds and words may appear at any time and are to be ignored.
"""

_PLACE = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
"""A variable part of a route, as Flask writes it."""

_ID = integer(minimum=1, maximum=MAX_EVENT_ID)

_OWN_SCHEMAS: Mapping[str, Schema] = {
    "Ready": obj("", {"ready": {"type": "boolean", "const": True}}),
    "Status": obj(
        "How the device is.",
        {
            "api": string("Version of this contract, `major.minor`."),
            "software": string("Version of the device's program."),
            "capabilities": array(string(), "What this device can do; look here, never at a version."),
            "last_event_id": integer("The newest event of the device.", minimum=0),
            "counter": obj(
                "What the counter says of itself.",
                {
                    "camera": words("", ["starting", "ok", "lost", "ended", "unknown"]),
                    "storage_ok": nullable(
                        {"type": "boolean"}, "Whether events can be written; null where not known."
                    ),
                },
            ),
            "session": ref("Session"),
            "checks": array(
                ref("Check"), "What the device knows of its own state; only what was asked lately."
            ),
        },
    ),
    "Check": obj(
        "The verdict of one check. Decide by `level` and `code`; show the French texts to people.",
        {
            "id": string("Which check; more may come."),
            "level": words("", ["ok", "warning", "fault", "unknown", "unused"]),
            "code": string("What was found, in a stable word."),
            "what": string("What was checked."),
            "cause": string("Why; empty where there is nothing to say."),
            "remedy": string("What to do; empty where nothing is to be done."),
        },
    ),
    "Client": obj(
        "Who asks.",
        {
            "id": string("Opaque."),
            "name": string("As the software named itself at pairing."),
            "scopes": array(words("", [scope.value for scope in Scope if scope in ANY_SCOPE])),
            "paired_at": string(format="date-time"),
            "last_seen": nullable(string(format="date-time")),
        },
    ),
    "Events": obj(
        "Events in order, by id.",
        {
            "events": array(ref("Event"), maxItems=MAX_EVENTS),
            "last_id": integer("The cursor for the next call: give it as `after`.", minimum=0),
        },
    ),
    "Ack": {
        "description": "Either all up to an id, or some ids.",
        "oneOf": [
            obj("", {"through": _ID}, closed=True),
            obj("", {"ids": array(_ID, minItems=1, maxItems=MAX_ACK_IDS)}, closed=True),
        ],
    },
    "AckResult": obj(
        "What changed. An id acknowledged before, or expired, is in neither list: repeating is harmless.",
        {
            "acknowledged": array(_ID, "Acknowledged by this call."),
            "unknown": array(_ID, "No event of this device, or one forgotten since."),
        },
    ),
    "Problem": obj(
        "RFC 9457. Decide by `code`; show `title`, `detail` and `remedy` (French) to people.",
        {
            "type": string("`urn:comptoir:problem:<code>`.", format="uri"),
            "title": string(),
            "status": integer(minimum=400, maximum=599),
            "detail": string(),
            "code": words("What is wrong.", [code.value for code in ProblemCode]),
            "remedy": string("What to do about it."),
            "parameter": string("Of `parameter_invalid`: which one."),
            "minimum": integer("Its bounds, where it is a number."),
            "maximum": integer(),
            "last_id": integer("Of `cursor_ahead` and `ack_ahead`: the newest event of the device."),
        },
        optional=("parameter", "minimum", "maximum", "last_id"),
    ),
}

_QUERY: Sequence[tuple[str, str, int, int, int]] = (
    ("after", "Only events with a greater id.", 0, MAX_EVENT_ID, 0),
    ("wait", "Seconds to wait for one where there is none now.", 0, MAX_WAIT_S, 0),
    ("limit", "Events of one answer at most.", 1, MAX_EVENTS, DEFAULT_EVENTS),
)


def _number(
    name: str, place: str, description: str, minimum: int, maximum: int, default: int | None
) -> dict[str, Any]:
    schema = integer(minimum=minimum, maximum=maximum)
    if default is not None:
        schema = {**schema, "default": default}
    return {"name": name, "in": place, "description": description, "schema": schema}


_EVENTS_DESCRIPTION = """\
Gives what waits for this client beyond `after` and was not acknowledged by it. With `wait` the answer comes
as soon as there is something, else empty at the end of the wait. One wait a client: a newer one ends the
older one, which answers with an empty list. A large answer is cut; ask again with its `last_id`.
"""

_STREAM_DESCRIPTION = f"""\
Server-Sent Events on the same cursor: each has `id`, and as `data` an Event in one line. Nothing is
acknowledged by being sent. The stream says something every {HEARTBEAT_S} s at least, and counts as this
client's one wait: a long poll or another stream of the same token ends it. A client that connects again
gives `Last-Event-ID`.
"""

_OPERATIONS: Mapping[tuple[str, str], dict[str, Any]] = {
    ("GET", "/v1/ready"): {"summary": "Whether the bridge serves", "answer": "Ready", "problems": ()},
    ("GET", "/v1/openapi.json"): {"summary": "This document", "answer": None, "problems": ()},
    ("GET", "/v1/status"): {"summary": "How the device is", "answer": "Status", "problems": ()},
    ("GET", "/metrics"): {
        "summary": "Counters and gauges",
        "description": "In the text format of Prometheus; names and labels may be added to. Numbers only.",
        "answer": None,
        "media": METRICS_TYPE,
        "problems": (),
    },
    ("GET", "/v1/cards"): {"summary": "Readers and cards", "answer": "Cards", "problems": ()},
    ("GET", "/v1/clients/me"): {"summary": "Who the token is of", "answer": "Client", "problems": ()},
    ("DELETE", "/v1/clients/me"): {
        "summary": "Unpair this client",
        "description": "Its token is void from then on, and what only it had not acknowledged is erased.",
        "status": "204",
        "answer": None,
        "problems": (),
    },
    **PAIRING_OPERATIONS,
    **PRESCRIPTION_OPERATIONS,
    **PAGE_OPERATIONS,
    ("GET", "/v1/events"): {
        "summary": "Receive events",
        "description": _EVENTS_DESCRIPTION,
        "answer": "Events",
        "problems": (ProblemCode.CURSOR_AHEAD, ProblemCode.TOO_MANY_WAITS),
        "parameters": [
            _number(name, "query", description, minimum, maximum, default)
            for name, description, minimum, maximum, default in _QUERY
        ],
    },
    ("GET", "/v1/events/stream"): {
        "summary": "Receive events as a stream",
        "description": _STREAM_DESCRIPTION,
        "answer": None,
        "media": "text/event-stream",
        "problems": (ProblemCode.CURSOR_AHEAD, ProblemCode.TOO_MANY_WAITS),
        "parameters": [
            _number("after", "query", "Only events with a greater id.", 0, MAX_EVENT_ID, 0),
            _number("seconds", "query", "How long it lasts.", 1, MAX_STREAM_S, MAX_STREAM_S),
            _number("Last-Event-ID", "header", "In place of `after`.", 0, MAX_EVENT_ID, None),
        ],
    },
    ("POST", "/v1/events/ack"): {
        "summary": "Acknowledge events",
        "description": "Once every paired client has acknowledged an event, its content is erased.",
        "answer": "AckResult",
        "problems": (
            ProblemCode.BODY_INVALID,
            ProblemCode.ACK_AHEAD,
            ProblemCode.BODY_TOO_LARGE,
            ProblemCode.MEDIA_TYPE_UNSUPPORTED,
        ),
        "body": "Ack",
    },
}

_ANYWHERE = (
    ProblemCode.REQUEST_MALFORMED,
    ProblemCode.PARAMETER_INVALID,
    ProblemCode.ORIGIN_REFUSED,
    ProblemCode.HOST_REFUSED,
    ProblemCode.TOO_MANY_REQUESTS,
    ProblemCode.HEADERS_TOO_LARGE,
    ProblemCode.TARGET_TOO_LONG,
    ProblemCode.REQUEST_TIMEOUT,
    ProblemCode.INTERNAL_ERROR,
    ProblemCode.OVERLOADED,
    ProblemCode.JOURNAL_UNAVAILABLE,
)
"""Problems of any operation; what else may come is described by `default`."""

_WITH_TOKEN = (ProblemCode.TOKEN_MISSING, ProblemCode.TOKEN_INVALID, ProblemCode.SCOPE_MISSING)


def document() -> dict[str, Any]:
    """The document; each operation's rights come from the table of rights."""
    paths: dict[str, dict[str, Any]] = {}
    for right in RIGHTS:
        path = _PLACE.sub(r"{\1}", right.rule)
        paths.setdefault(path, {})[right.method.lower()] = _operation(right)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comptoir",
            "version": API_VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The device itself, over HTTPS."}],
        "paths": paths,
        "components": {
            "schemas": {
                **_OWN_SCHEMAS,
                **EVENT_SCHEMAS,
                **CODE_SCHEMAS,
                **CARD_SCHEMAS,
                **PAIRING_SCHEMAS,
                **PRESCRIPTION_SCHEMAS,
                **PAGE_SCHEMAS,
                **SESSION_SCHEMAS,
                **IDENTITY_SCHEMAS,
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Given at pairing. In brackets: the scopes, one of which it needs.",
                }
            },
        },
    }


def document_bytes() -> bytes:
    """The document as it is served and kept in the documentation: UTF-8, indented, ended by a line feed."""
    return (json.dumps(document(), ensure_ascii=False, indent=2) + "\n").encode()


def _operation(right: Right) -> dict[str, Any]:
    told = _OPERATIONS[right.method, right.rule]
    operation: dict[str, Any] = {
        "operationId": _operation_id(right),
        "summary": told["summary"],
        "security": [{"token": [scope]} for scope in sorted(right.scopes)],
    }
    if "description" in told:
        operation["description"] = told["description"]
    parameters = [*_in_path(right.rule), *told.get("parameters", ())]
    if parameters:
        operation["parameters"] = parameters
    if "body" in told:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": ref(told["body"])}},
        }
    operation["responses"] = {
        told.get("status", "200"): _answered(told),
        **{status: _answer(*answer) for status, answer in told.get("further", {}).items()},
        **_problem_responses(
            [*_ANYWHERE, *told["problems"], *(_WITH_TOKEN if right.scopes != PUBLIC else ())]
        ),
    }
    return operation


def _answered(told: Mapping[str, Any]) -> dict[str, Any]:
    if "media" in told:
        if told.get("binary"):
            # Bytes as they are have no schema (OpenAPI 3.1, §4.8.14.4).
            return {"description": "The file.", "content": {told["media"]: {}}}
        return {"description": "Text.", "content": {told["media"]: {"schema": {"type": "string"}}}}
    return _answer("Done.", told["answer"], empty=told.get("status") == "204")


def _answer(description: str, schema: str | None, *, empty: bool = False) -> dict[str, Any]:
    if empty:
        return {"description": description}
    content = ref(schema) if schema else {"type": "object"}
    return {"description": description, "content": {"application/json": {"schema": content}}}


def _in_path(rule: str) -> list[dict[str, Any]]:
    """The parameters that stand in the path itself."""
    return [
        {"name": name, "in": "path", "required": True, "schema": string(maxLength=MAX_PATH_PART_CHARACTERS)}
        for name in _PLACE.findall(rule)
    ]


def _operation_id(right: Right) -> str:
    path = _PLACE.sub(r"\1", right.rule).removeprefix("/v1").lstrip("/").removesuffix(".json")
    return "_".join([right.method.lower(), *path.split("/")])


def _problem_responses(codes: Sequence[ProblemCode]) -> dict[str, Any]:
    by_status: dict[int, list[ProblemCode]] = {}
    for code in codes:
        by_status.setdefault(STATUS_OF[code], []).append(code)
    answers = {str(int(status)): _problem_response(status, by_status[status]) for status in sorted(by_status)}
    return {**answers, "default": {"description": "Any other problem.", "content": _PROBLEM_CONTENT}}


def _problem_response(status: int, codes: Sequence[ProblemCode]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": "; ".join(f"`{code.value}`: {PROBLEM_TEXTS[code].title}" for code in codes),
        "content": _PROBLEM_CONTENT,
    }
    if status in RETRY_STATUSES:
        response["headers"] = {
            "Retry-After": {"description": "Seconds.", "required": True, "schema": integer(minimum=1)}
        }
    return response


_PROBLEM_CONTENT = {MEDIA_TYPE: {"schema": ref("Problem")}}
