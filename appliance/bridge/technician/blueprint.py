"""The technician's page: its files, who may come in, and what it asks of the device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from pydantic import BaseModel, ConfigDict, Field

from appliance.base.clock import Clock
from appliance.bridge.console.answers import device_state, dress, picture_answer, private
from appliance.bridge.console.bodies import json_body
from appliance.bridge.console.problems import ConsoleError, ConsoleProblemCode, answer
from appliance.bridge.console.runtime_files import RuntimeFiles
from appliance.bridge.problems import Problem, ProblemCode
from appliance.bridge.rates import PAIRING_RATE, RateLimiter
from appliance.bridge.rights import PUBLIC, Extension, Right, Scope
from appliance.bridge.status import CheckSaid
from appliance.bridge.store import EventStore
from appliance.bridge.technician.clients import PagePairing, clients_routes
from appliance.bridge.technician.doorkeeper import (
    CodeWrongError,
    DoorError,
    Doorkeeper,
    DoorShutError,
    EntryLostError,
)
from appliance.bridge.technician.keyboard import TypingPreview, keyboard_routes
from appliance.bridge.technician.settings_rows import settings_rows
from appliance.display.mirror import MIRROR_NAME, ask_for_mirror
from appliance.journal.doorbell import Doorbell
from appliance.pairing.door import CODE_DIGITS, DoorFiles
from appliance.pairing.exchange import PairingFiles
from appliance.settings import Settings
from appliance.texts.technician import TECHNICIAN_TEXTS

__all__ = ["PREFIX", "technician_extension"]

PREFIX: Final = "/technicien"

_STATIC: Final = Path(__file__).parents[1] / "console" / "static"
"""Shared with the demonstration's page."""

_CONSOLE: Final = frozenset({Scope.CONSOLE})

_RIGHTS: Final = (
    # The page and its files say nothing of the device or the pharmacy, and are there while the door is open.
    Right("GET", PREFIX, PUBLIC),
    Right("GET", f"{PREFIX}/", PUBLIC),
    Right("GET", f"{PREFIX}/texts.json", PUBLIC),
    Right("GET", f"{PREFIX}/static/<path:filename>", PUBLIC),
    Right("POST", f"{PREFIX}/api/session", PUBLIC),
    Right("DELETE", f"{PREFIX}/api/session", _CONSOLE),
    Right("GET", f"{PREFIX}/api/state", _CONSOLE),
    Right("GET", f"{PREFIX}/api/preview.jpg", _CONSOLE),
    Right("GET", f"{PREFIX}/api/oled.png", _CONSOLE),
    Right("GET", f"{PREFIX}/api/checks", _CONSOLE),
    Right("GET", f"{PREFIX}/api/settings", _CONSOLE),
    Right("POST", f"{PREFIX}/api/keyboard", _CONSOLE),
    Right("GET", f"{PREFIX}/api/clients", _CONSOLE),
    Right("PUT", f"{PREFIX}/api/clients/<client_id>", _CONSOLE),
    Right("DELETE", f"{PREFIX}/api/clients/<client_id>", _CONSOLE),
    Right("GET", f"{PREFIX}/api/pairing", _CONSOLE),
    Right("POST", f"{PREFIX}/api/pairing", _CONSOLE),
    Right("PUT", f"{PREFIX}/api/pairing", _CONSOLE),
    Right("DELETE", f"{PREFIX}/api/pairing", _CONSOLE),
)


class _Entry(BaseModel):
    """The code that was typed; blanks between the digits are nobody's fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    code: Annotated[str, Field(pattern=rf"^[0-9]{{{CODE_DIGITS}}}$")]


def technician_extension(
    settings: Settings,
    store: EventStore,
    doorbell: Doorbell,
    clock: Clock,
    checks: Callable[[], Sequence[CheckSaid]],
    typing: TypingPreview,
) -> Extension:
    """The page under `/technicien/`, for `create_app`.

    Args:
        settings: shown masked, and where the runtime directory is.
        store: the paired clients.
        doorbell: rung after a client was revoked, so that its wait ends.
        clock: measures the door and the age of pictures.
        checks: what the programs say of the device's state.
        typing: what the USB keyboard would type for a code.

    Raises:
        OSError: the runtime directory cannot be written.
    """
    runtime = Path(settings.paths.runtime_directory)
    keeper = Doorkeeper(DoorFiles(runtime), clock)
    blueprint = Blueprint(
        "technician",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder=str(_STATIC),
        static_url_path="/static",
    )
    _door(blueprint, keeper, RateLimiter(PAIRING_RATE, clock))
    _views(blueprint, RuntimeFiles(runtime, clock, oled=MIRROR_NAME), runtime, keeper)
    rows = [asdict(row) for row in settings_rows(settings)]

    @blueprint.get("/api/checks")
    def shown_checks() -> Response:
        return private(jsonify([_check(said) for said in checks()]))

    @blueprint.get("/api/settings")
    def shown_settings() -> Response:
        return private(jsonify(rows))

    keyboard_routes(blueprint, typing)
    clients_routes(blueprint, store, doorbell, PagePairing(PairingFiles(runtime), clock))
    blueprint.register_error_handler(ConsoleError, answer)
    blueprint.after_request(dress)
    return Extension(blueprint, _RIGHTS, serves_pages=True, visitor_by_token=keeper.visitor)


def _door(blueprint: Blueprint, keeper: Doorkeeper, limiter: RateLimiter) -> None:
    """What there is without a token: the page while a door is open, and the way in."""

    @blueprint.get("")
    def without_slash() -> Response:
        moved = redirect(f"{PREFIX}/", HTTPStatus.FOUND)
        return Response(status=moved.status, headers={"Location": moved.location})

    @blueprint.get("/")
    def page() -> Response:
        if not keeper.is_open():
            closed = render_template("closed.html", t=TECHNICIAN_TEXTS)
            return private(Response(closed, HTTPStatus.FORBIDDEN, content_type="text/html; charset=utf-8"))
        return Response(render_template("technician.html", t=TECHNICIAN_TEXTS))

    @blueprint.get("/texts.json")
    def texts() -> Response:
        return jsonify(dict(TECHNICIAN_TEXTS))

    @blueprint.post("/api/session")
    def enter() -> Response:
        if wait_s := limiter.take(request.remote_addr or ""):
            raise Problem(ProblemCode.TOO_MANY_REQUESTS, retry_after_s=wait_s)
        try:
            entered = keeper.enter(json_body(_Entry).code)
        except DoorError as error:
            raise _told(error) from error
        response = private(jsonify(token=entered.token, left_s=entered.left_s))
        response.status_code = HTTPStatus.CREATED
        return response

    @blueprint.delete("/api/session")
    def leave() -> Response:
        keeper.leave()
        return Response(status=HTTPStatus.NO_CONTENT)


def _views(blueprint: Blueprint, files: RuntimeFiles, runtime: Path, keeper: Doorkeeper) -> None:
    """Pictures and state."""

    @blueprint.get("/api/state")
    def state() -> Response:
        own: Mapping[str, object] = {"capabilities": [], "left_s": keeper.left_s()}
        return private(jsonify({**own, **device_state(files)}))

    @blueprint.get("/api/preview.jpg")
    def preview() -> Response:
        return picture_answer(files.frame(), "image/jpeg")

    @blueprint.get("/api/oled.png")
    def oled() -> Response:
        ask_for_mirror(runtime)
        return picture_answer(files.oled(), "image/png")


def _check(said: CheckSaid) -> dict[str, str]:
    return {"what": said.what, "level": said.level, "cause": said.cause, "remedy": said.remedy}


def _told(error: DoorError) -> ConsoleError:
    match error:
        case CodeWrongError():
            return ConsoleError(ConsoleProblemCode.CODE_WRONG, left=error.left)
        case EntryLostError():
            return ConsoleError(ConsoleProblemCode.ENTRY_LOST)
        case DoorShutError():
            return ConsoleError(ConsoleProblemCode.DOOR_SHUT)
    raise error
