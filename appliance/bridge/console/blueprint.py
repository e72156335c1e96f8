"""The console page: its files, and what it asks of the device beside the `/v1` contract."""

from __future__ import annotations

import json
import socket
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, jsonify, render_template
from pydantic import BaseModel, ConfigDict

from appliance.base.clock import Clock
from appliance.bridge.console.answers import device_state, dress, picture_answer, private
from appliance.bridge.console.bodies import json_body
from appliance.bridge.console.problems import ConsoleError, ConsoleProblemCode, answer
from appliance.bridge.console.runtime_files import NS_PER_MS, RuntimeFiles
from appliance.bridge.rights import PUBLIC, Extension, Right, Scope
from appliance.display.buttons import HOLD_NS, Button
from appliance.display.tones import TONES, Tone
from appliance.texts.console import CONSOLE_TEXTS

__all__ = ["console_extension"]


class _ButtonPress(BaseModel):
    """A press of one of the device's buttons."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    button: Button
    held: bool = False

    def datagram(self) -> bytes:
        """As the simulated buttons take it: `ok`, or `ok:held`."""
        return f"{self.button.value}:held".encode() if self.held else self.button.value.encode()


TECHNICIAN: Final = frozenset({Scope.TECHNICIAN})

_RIGHTS: Final = (
    # The page and its files say nothing of the device or the pharmacy.
    Right("GET", "/console/", PUBLIC),
    Right("GET", "/console/texts.json", PUBLIC),
    Right("GET", "/console/static/<path:filename>", PUBLIC),
    Right("GET", "/console/api/state", TECHNICIAN),
    Right("GET", "/console/api/preview.jpg", TECHNICIAN),
    Right("GET", "/console/api/oled.png", TECHNICIAN),
    Right("POST", "/console/api/buttons", TECHNICIAN),
)


def console_extension(
    runtime_directory: Path, clock: Clock, *, capabilities: frozenset[str] = frozenset()
) -> Extension:
    """The page under `/console/`, for `create_app`.

    Args:
        runtime_directory: where the eye and the counter leave pictures and states.
        clock: measures the age of the picture; the eye's clock of the same boot.
        capabilities: what else this bridge serves for the page, for example `world`, the simulated counter's
            controls; the page shows only what it can use.
    """
    blueprint = _blueprint(
        RuntimeFiles(runtime_directory, clock), runtime_directory / "buttons.sock", capabilities
    )
    return Extension(blueprint, _RIGHTS, serves_pages=True)


def _tones() -> str:
    """The device's tones for the page's speakers, as JSON: by name, (Hz, ms) of each note."""
    tones = {tone.value: [(note.frequency_hz, note.length_ms) for note in TONES[tone]] for tone in Tone}
    return json.dumps(tones)


def _blueprint(files: RuntimeFiles, buttons: Path, capabilities: frozenset[str]) -> Blueprint:
    blueprint = Blueprint(
        "console", __name__, url_prefix="/console", template_folder="templates", static_folder="static"
    )
    blueprint.register_error_handler(ConsoleError, answer)

    @blueprint.get("/")
    def page() -> str:
        return render_template("page.html", t=CONSOLE_TEXTS, tones=_tones())

    @blueprint.get("/texts.json")
    def texts() -> Response:
        return jsonify(dict(CONSOLE_TEXTS))

    @blueprint.get("/api/state")
    def state() -> Response:
        own = {"capabilities": sorted(capabilities), "hold_ms": HOLD_NS // NS_PER_MS}
        return private(jsonify(own | device_state(files)))

    @blueprint.get("/api/preview.jpg")
    def preview() -> Response:
        return picture_answer(files.frame(), "image/jpeg")

    @blueprint.get("/api/oled.png")
    def oled() -> Response:
        return picture_answer(files.oled(), "image/png")

    @blueprint.post("/api/buttons")
    def press_button() -> Response:
        _send(buttons, json_body(_ButtonPress).datagram())
        return Response(status=HTTPStatus.NO_CONTENT)

    blueprint.after_request(dress)
    return blueprint


def _send(address: Path, datagram: bytes) -> None:
    """Send a press to the simulated buttons, without waiting for them."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.sendto(datagram, str(address))
        except OSError as error:
            raise ConsoleError(ConsoleProblemCode.BUTTONS_UNAVAILABLE) from error
