"""Which function draws which of the screens that speak of the device itself."""

from __future__ import annotations

from collections.abc import Callable

from appliance.display import menu_drawings as drawings
from appliance.display.canvas import Canvas
from appliance.display.door_drawing import web_door
from appliance.display.door_screen import WebDoorShown
from appliance.display.menu_screens import (
    About,
    Adjust,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnded,
    PairingShown,
    PatternShown,
    Resting,
    Seen,
    Updating,
    Veiled,
)
from appliance.display.screens import MenuScreen

__all__ = ["page"]


def page(screen: MenuScreen) -> Callable[[Canvas], None]:  # noqa: C901, PLR0912 - one line a screen
    """What draws this screen."""
    match screen:
        case MenuList():
            return lambda canvas: drawings.menu_list(canvas, screen)
        case ClientList():
            return lambda canvas: drawings.client_list(canvas, screen)
        case CheckList():
            return lambda canvas: drawings.check_list(canvas, screen)
        case Confirm():
            return lambda canvas: drawings.confirm(canvas, screen)
        case Adjust():
            return lambda canvas: drawings.adjust(canvas, screen)
        case About():
            return lambda canvas: drawings.about(canvas, screen)
        case PatternShown():
            return lambda canvas: drawings.pattern(canvas, screen)
        case FocusMeter():
            return lambda canvas: drawings.focus(canvas, screen)
        case ExposureMeter():
            return lambda canvas: drawings.exposure(canvas, screen)
        case PairingShown():
            return lambda canvas: drawings.pairing(canvas, screen)
        case PairingEnded():
            return lambda canvas: drawings.pairing_ended(canvas, screen)
        case WebDoorShown():
            return lambda canvas: web_door(canvas, screen)
        case Updating():
            return lambda canvas: drawings.updating(canvas, screen)
        case Resting():
            return lambda canvas: drawings.resting(canvas, screen)
        case Veiled():
            return drawings.veiled
        case Seen():
            return drawings.seen
