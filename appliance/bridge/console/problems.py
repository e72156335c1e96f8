"""Problems that only the pages of the bridge can meet; their codes are no part of the `/v1` contract."""

from __future__ import annotations

import json
from enum import StrEnum, unique
from http import HTTPStatus

from flask import Response

from appliance.bridge.problems import MEDIA_TYPE
from appliance.texts.console import CONSOLE_PROBLEMS
from appliance.texts.technician import TECHNICIAN_PROBLEMS

__all__ = ["ConsoleError", "ConsoleProblemCode", "answer"]

_TYPE_PREFIX = "urn:comptoir:problem:console:"
_RETRY_S = 2


@unique
class ConsoleProblemCode(StrEnum):
    """What can go wrong on a page alone."""

    BUTTONS_UNAVAILABLE = "buttons_unavailable"
    CLIENT_UNKNOWN = "client_unknown"
    CODE_WRONG = "code_wrong"
    DOOR_SHUT = "door_shut"
    ENTRY_LOST = "entry_lost"
    SCENE_FULL = "scene_full"
    SCENE_UNAVAILABLE = "scene_unavailable"


_STATUS = {
    ConsoleProblemCode.BUTTONS_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ConsoleProblemCode.CLIENT_UNKNOWN: HTTPStatus.NOT_FOUND,
    ConsoleProblemCode.CODE_WRONG: HTTPStatus.FORBIDDEN,
    ConsoleProblemCode.DOOR_SHUT: HTTPStatus.FORBIDDEN,
    ConsoleProblemCode.ENTRY_LOST: HTTPStatus.SERVICE_UNAVAILABLE,
    ConsoleProblemCode.SCENE_FULL: HTTPStatus.CONFLICT,
    ConsoleProblemCode.SCENE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


_TEXTS = {**CONSOLE_PROBLEMS, **TECHNICIAN_PROBLEMS}


class ConsoleError(Exception):
    """A request of the page that cannot be done now; its French remedy says what to do."""

    def __init__(self, code: ConsoleProblemCode, **fields: int) -> None:
        super().__init__(code.value)
        self.code = code
        self.fields = fields

    @property
    def status(self) -> HTTPStatus:
        """Its HTTP status."""
        return _STATUS[self.code]


def answer(problem: ConsoleError) -> Response:
    """The problem document (RFC 9457) of a problem; an error handler of the page's blueprints."""
    text = _TEXTS[problem.code]
    document = {
        "type": f"{_TYPE_PREFIX}{problem.code}",
        "title": text.title,
        "status": int(problem.status),
        "detail": text.detail.format_map(problem.fields),
        "code": problem.code.value,
        "remedy": text.remedy,
        **problem.fields,
    }
    response = Response(json.dumps(document, ensure_ascii=False), problem.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(_RETRY_S)
    return response
