"""The technician's page: what the USB keyboard would type for a code, asked of whoever knows keyboards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, ConfigDict, Field

from appliance.bridge.console.answers import private
from appliance.bridge.console.bodies import json_body
from appliance.decode.symbol import Symbology

__all__ = ["MAX_CODE_CHARS", "TypingPreview", "TypingQuestion", "keyboard_routes"]

MAX_CODE_CHARS = 2048
"""Twice what is ever typed."""


class TypingQuestion(BaseModel):
    """A code, and the PC that it would be typed into.

    Attributes:
        code: its content; control characters as they are.
        symbology: the symbol that it would be read from.
        layout: of the PC; empty takes the settings'.
        system: of the PC; empty takes the settings'.
        caps_lock: as it is there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Annotated[str, Field(min_length=1, max_length=MAX_CODE_CHARS)]
    symbology: Symbology
    layout: Literal["", "fr", "fr-oss", "be", "ca-fr", "us"] = ""
    system: Literal["", "windows", "linux"] = ""
    caps_lock: Annotated[bool, Field(strict=True)] = False


TypingPreview = Callable[[TypingQuestion], Mapping[str, object]]
"""Answers with `layout`, `kind`, `text` (null where nothing would be typed), `keys`, `seconds`, `reason`."""


def keyboard_routes(blueprint: Blueprint, typing: TypingPreview) -> None:
    """Ask what would be typed; nothing is."""

    @blueprint.post("/api/keyboard")
    def shown_typing() -> Response:
        return private(jsonify(dict(typing(json_body(TypingQuestion)))))
