"""The screens of a login at Pro Santé Connect: which things stand in which places of the layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.display import layout
from appliance.display.canvas import WIDTH, Align, Box, Canvas
from appliance.display.psc_screens import (
    PscClosed,
    PscFailed,
    PscLoggingIn,
    PscNumberShown,
    PscSessionOpen,
)
from appliance.display.typeface import huge, small
from appliance.texts import pro_sante_connect as texts

__all__ = ["page"]

_SECONDS: Final = Box(90, 0, WIDTH, 11)
_SECONDS_BASELINE: Final = 9
_DIGITS_LEFT: Final = (34, 68)
_DIGITS_TOP: Final = 14
_SCALE: Final = 2
"""Each pixel of the largest face becomes four: what is compared is the largest thing there."""


PscScreen = PscLoggingIn | PscNumberShown | PscSessionOpen | PscClosed | PscFailed


def page(screen: PscScreen) -> Callable[[Canvas], None]:
    """What draws it."""
    match screen:
        case PscLoggingIn():
            return _logging_in
        case PscNumberShown():
            return lambda canvas: _number(canvas, screen)
        case PscSessionOpen():
            return lambda canvas: _session(canvas, screen)
        case PscClosed():
            return _closed
        case PscFailed():
            return lambda canvas: _failed(canvas, screen)


def _logging_in(canvas: Canvas) -> None:
    """That the service is being asked."""
    layout.title(canvas, texts.TITLE)
    layout.big(canvas, texts.CONNECTING)
    layout.footer(canvas, texts.CONNECTING_TO)


def _number(canvas: Canvas, screen: PscNumberShown) -> None:
    """The two digits, as large as they go, and how long there is."""
    layout.title(canvas, texts.TITLE)
    remaining = texts.SECONDS_LEFT.format(seconds=screen.left_s)
    canvas.line(_SECONDS, _SECONDS_BASELINE, remaining, small(), align=Align.RIGHT)
    for left, digit in zip(_DIGITS_LEFT, screen.number, strict=True):
        canvas.icon(_enlarged(digit), left, _DIGITS_TOP)
    layout.footer(canvas, texts.COMPARE)


def _enlarged(digit: str) -> tuple[str, ...]:
    image = huge().draw(digit)
    box = image.getbbox()
    glyph = image.crop(box) if box is not None else image
    rows = []
    for y in range(glyph.height):
        row = "".join(("#" if glyph.getpixel((x, y)) else ".") * _SCALE for x in range(glyph.width))
        rows += [row] * _SCALE
    return tuple(rows)


def _session(canvas: Canvas, screen: PscSessionOpen) -> None:
    """Who, until when, and how to end it."""
    layout.title(canvas, texts.TITLE_OPEN, bottom=layout.ROW_ONE.top)
    layout.row_one(canvas, screen.family_name or texts.UNNAMED)
    layout.row_two(canvas, screen.given_name)
    layout.row_three(canvas, texts.UNTIL, screen.until)
    layout.footer(canvas, texts.OK_ENDS)


def _closed(canvas: Canvas) -> None:
    """That the session is over."""
    layout.title(canvas, texts.TITLE)
    layout.big(canvas, texts.CLOSED, texts.CLOSED_WHAT)
    layout.footer(canvas, texts.CLOSED_AGAIN)


def _failed(canvas: Canvas, screen: PscFailed) -> None:
    """Why, and what to do."""
    headline, remedy = texts.REFUSALS[screen.reason]
    layout.title(canvas, texts.TITLE)
    layout.warning(canvas)
    layout.big(canvas, headline)
    layout.notices(canvas, [remedy])
