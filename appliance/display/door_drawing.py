"""The screen of the technician's page: which things stand in which places of the layout."""

from __future__ import annotations

from typing import Final

from appliance.display import layout
from appliance.display.canvas import WIDTH, Align, Box, Canvas
from appliance.display.door_screen import DoorState, WebDoorShown
from appliance.display.typeface import huge, medium, small
from appliance.texts import menu as texts

__all__ = ["web_door"]

_LEFT_BOX: Final = Box(84, 0, WIDTH, 11)
_LEFT_BASELINE: Final = 9
_CODE_HALVES: Final = (Box(8, 12, 62, 33), Box(66, 12, 120, 33))
_CODE_BASELINE: Final = 32
_ADDRESS_BOX: Final = Box(0, 36, WIDTH, 52)
_ADDRESS_BASELINE: Final = 48


def web_door(canvas: Canvas, screen: WebDoorShown) -> None:
    """Code and address as large as can be; in the footer the way to the page, then what the buttons do."""
    layout.title(canvas, texts.WEB)
    if screen.state not in {DoorState.OPEN, DoorState.ENTERED}:
        layout.warning(canvas)
        layout.big(canvas, *texts.WEB_ENDS[screen.state.value])
        layout.footer(canvas, texts.WEB_BACK)
        return
    left = texts.MINUTES.format(value=screen.left_min)
    canvas.line(_LEFT_BOX, _LEFT_BASELINE, left, small(), align=Align.RIGHT)
    if screen.state is DoorState.ENTERED:
        layout.big(canvas, texts.WEB_ENTERED, texts.WEB_ENTERED_WHERE)
        layout.notices(canvas, [], [texts.WEB_BACK, texts.WEB_SHUT])
        return
    for box, half in zip(_CODE_HALVES, (screen.code[:3], screen.code[3:]), strict=True):
        canvas.line(box, _CODE_BASELINE, half, huge(), align=Align.CENTRE)
    address = screen.address or texts.NO_ADDRESS
    canvas.line(_ADDRESS_BOX, _ADDRESS_BASELINE, address, medium(), align=Align.CENTRE)
    layout.notices(canvas, [], [texts.WEB_PATH, texts.WEB_BACK, texts.WEB_SHUT])
