"""The person's telephone on the console page: the number that it shows, and the answer."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, ConfigDict, Field

from appliance.bridge.console.bodies import json_body
from appliance.bridge.console.problems import ConsoleError, ConsoleProblemCode, answer
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rights import Extension, Right, Scope
from appliance.simulation.pro_sante_connect.phone import Decision, PhoneAnswer, PhoneFolder

__all__ = ["CAPABILITY", "phone_extension"]

CAPABILITY: Final = "phone"
"""What the page is told, so that it shows the telephone."""

_RULE: Final = "/console/api/phone"


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    request: Annotated[str, Field(min_length=1, max_length=64)]
    decision: Literal["approve", "refuse"]


def phone_extension(folder: PhoneFolder) -> Extension:
    """The telephone under `/console/api/phone`.

    Args:
        folder: the seam to the provider's program; nobody else writes the answers.
    """
    blueprint = Blueprint("phone", __name__, url_prefix="/console/api")
    blueprint.register_error_handler(ConsoleError, answer)

    @blueprint.get("/phone")
    def shown() -> Response:
        return _response(folder)

    @blueprint.put("/phone")
    def answered() -> Response:
        body = json_body(_Answered)
        if body.request != folder.screen().request:
            # Another number came while the hand was on its way: it is not the one that was compared.
            raise Problem(ProblemCode.NOT_FOUND)
        try:
            folder.decide(PhoneAnswer(request=body.request, decision=Decision(body.decision)))
        except OSError as error:
            raise ConsoleError(ConsoleProblemCode.SCENE_UNAVAILABLE) from error
        return _response(folder)

    rights = tuple(Right(method, _RULE, frozenset({Scope.TECHNICIAN})) for method in ("GET", "PUT"))
    return Extension(blueprint, rights)


def _response(folder: PhoneFolder) -> Response:
    screen = folder.screen()
    is_answered = bool(screen.request) and folder.answer().request == screen.request
    return jsonify({"request": screen.request, "number": screen.number, "answered": is_answered})
