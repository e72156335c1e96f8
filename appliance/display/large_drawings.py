"""The main screens in large letters: one thing a page, capitals of 19 px where they fit, 9 px at least.

Titles and marks stand where they always do. A screen without a large variant is drawn as ever: its one thing
is large already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.display import layout
from appliance.display.canvas import HEIGHT, WIDTH, Align, Box, Canvas
from appliance.display.card_screens import CardTitle, CpsRead, VitaleChoice, VitaleRead
from appliance.display.drawings import LINK_MARKS, missing, ordonnance_check
from appliance.display.motion import TURN_TICKS
from appliance.display.screens import (
    Discordance,
    InsRead,
    MedicineRead,
    OrdonnanceRead,
    Page,
    Ready,
    Screen,
)
from appliance.display.status_drawings import status_alerts, status_line, status_remarks
from appliance.display.status_screens import Standing, StatusHead
from appliance.display.typeface import huge, large, medium
from appliance.texts import menu as menu_texts
from appliance.texts import screens as texts
from appliance.texts import statuses as status_texts

__all__ = ["pages"]

Draw = Callable[[Canvas], None]

_VALUE: Final = Box(0, 12, WIDTH, 46)
_VALUE_BASELINE: Final = 40
_NOTICE: Final = Box(0, 48, WIDTH, HEIGHT)
_NOTICE_INSIDE: Final = Box(2, 48, WIDTH - 2, HEIGHT)
_NOTICE_BASELINE: Final = 61
_HALVES: Final = ((Box(0, 11, WIDTH, 37), 34), (Box(0, 37, WIDTH, HEIGHT), 60))
"""Two rows of a number, each with its baseline."""

_HALF_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the one thing: title, delivery (None: not spoken of), and whether to look twice."""

    title: str
    delivered: bool | None = None
    warns: bool = False

    def draw(self, canvas: Canvas) -> None:
        layout.title(canvas, self.title)
        if self.delivered is not None:
            layout.lgo(canvas, layout.delivery(self.delivered))
        if self.warns:
            layout.warning(canvas)


def pages(screen: Screen) -> Sequence[Draw] | None:
    """The pages of the large variant; None where there is none."""
    match screen:
        case Ready():
            return [lambda canvas: _ready(canvas, screen)]
        case OrdonnanceRead():
            return _ordonnance(screen)
        case InsRead():
            alerts = [*([texts.INS_DEGRADED] if screen.degraded else []), *screen.warnings]
            head = _Head(texts.INS, screen.delivered, bool(alerts))
            born = texts.BORN_FEMALE if screen.sex == "F" else texts.BORN_MALE
            return _person(head, screen.birth_name, screen.given_names, screen.birth_date, born, alerts)
        case VitaleRead():
            title = texts.CARD_TITLES[CardTitle.VITALE]
            head = _Head(title, screen.delivered, bool(screen.warnings))
            name = screen.family_name or texts.CARD_UNNAMED
            return _person(head, name, screen.given_name, screen.birth_date, texts.BORN, screen.warnings)
        case VitaleChoice():
            question = texts.CARD_WHICH.format(position=screen.position, count=screen.count)
            name = screen.family_name or texts.CARD_UNNAMED
            return _person(_Head(question), name, screen.given_name, screen.birth_date, texts.BORN, ())
        case CpsRead():
            head = _Head(texts.CARD_TITLES[CardTitle.CPS], screen.delivered, bool(screen.warnings))
            alerts = [*([texts.CARD_TEST] if screen.test else []), *screen.warnings]
            name = screen.family_name or texts.CARD_UNNAMED
            person = _person(head, name, screen.given_name, None, "", alerts)
            end = _value(head, screen.end, texts.CARD_END, alerts)
            return [*person, *_number(texts.RPPS, screen.rpps), *end]
        case MedicineRead() if not screen.is_loud:
            head = _Head(texts.MEDICINE, screen.delivered)
            lot = _value(head, screen.lot, texts.LOT, ())
            label = _value(head, screen.label, texts.MEDICINE, ())
            return [*label, *_value(head, screen.expiry, menu_texts.EXPIRES, ()), *lot]
        case Discordance():
            head = _Head(screen.trait, warns=True)
            left = _value(head, screen.left or texts.NOTHING, screen.left_label, ())
            return [*left, *_value(head, screen.right or texts.NOTHING, screen.right_label, ())]
    return None


def _ready(canvas: Canvas, screen: Ready) -> None:
    layout.title(canvas, texts.READY)
    layout.lgo(canvas, LINK_MARKS[screen.lgo])
    canvas.line(_VALUE, _VALUE_BASELINE, screen.clock, huge(), align=Align.CENTRE)
    if not screen.camera_ok:
        _say(canvas, [texts.CAMERA_ABSENT], ())
        return
    _say(canvas, (), [texts.LAY_DOWN, *missing(screen)])


def _ordonnance(screen: OrdonnanceRead) -> Sequence[Draw]:
    head = _Head(texts.ORDONNANCE, screen.delivered, bool(screen.warnings))
    name = screen.patient or (texts.NOTHING if screen.given_name else texts.NO_PATIENT)
    person = _person(head, name, screen.given_name, screen.birth_date, texts.BORN, screen.warnings)
    check: list[Draw] = [
        *_number(texts.RPPS, screen.rpps),
        *_number(texts.AM, screen.am),
        lambda canvas: ordonnance_check(canvas, screen),
    ]
    status = screen.status
    if status is None:
        return {Page.PATIENT: person, Page.CHECK: check}.get(screen.page or Page.LINES, [*person, *check])
    stand: list[Draw] = [lambda canvas: _status(canvas, head, screen, status)]
    if screen.page is Page.LINES and status.lines:
        return [lambda canvas: status_line(canvas, status, status.line)]
    if screen.page is None and status.standing is Standing.LOOKING:
        return stand
    chosen = {Page.STATUS: stand, Page.PATIENT: person, Page.CHECK: check}
    return chosen.get(screen.page or Page.LINES, [*stand, *person, *check])


def _status(canvas: Canvas, head: _Head, screen: OrdonnanceRead, status: StatusHead) -> None:
    alerts = [*status_alerts(status), *screen.warnings]
    _Head(head.title, head.delivered, bool(alerts)).draw(canvas)
    _line(canvas, status_texts.STANDINGS[status.standing])
    _say(canvas, alerts, status_remarks(status))


def _person(
    head: _Head, name: str, given: str | None, birth: str | None, born: str, alerts: Sequence[str]
) -> list[Draw]:
    """Family name, given name, birth date: a page each; what to look at twice is on the first."""
    return [
        *_value(head, name, menu_texts.FAMILY_NAME, alerts),
        *_value(head, given, menu_texts.GIVEN_NAME, ()),
        *_value(head, birth, born, ()),
    ]


def _value(head: _Head, value: str | None, label: str, alerts: Sequence[str]) -> list[Draw]:
    """One page with one thing; none where there is nothing."""
    if not value:
        return []

    def draw(canvas: Canvas) -> None:
        head.draw(canvas)
        _line(canvas, value)
        _say(canvas, alerts, [label])

    return [draw]


def _number(label: str, number: str | None) -> list[Draw]:
    """A number on two rows, in groups of three; none where there is none, or where it is too long for it."""
    if number is None or not number.isascii() or not 0 < len(number) <= 2 * _HALF_DIGITS:
        return []

    def draw(canvas: Canvas) -> None:
        layout.title(canvas, label)
        for half, (box, baseline) in enumerate(_HALVES):
            part = number[half * _HALF_DIGITS : (half + 1) * _HALF_DIGITS]
            if part:
                canvas.line(box, baseline, part, huge(), large(), align=Align.CENTRE, groups=(3,))

    return [draw]


def _line(canvas: Canvas, text: str) -> None:
    """As large as it fits; what fits in none scrolls in the largest."""
    canvas.line(_VALUE, _VALUE_BASELINE, text, huge(), large(), huge(), align=Align.CENTRE)


def _say(canvas: Canvas, alerts: Sequence[str], remarks: Sequence[str]) -> None:
    """Messages in turn at the foot; while there are alerts, they alone, dark on light."""
    messages = list(alerts or remarks)[: layout.MAX_NOTICES]
    if not messages:
        return
    if alerts:
        canvas.ground(_NOTICE)
    canvas.lines_in_turn(_NOTICE_INSIDE, _NOTICE_BASELINE, messages, medium(), TURN_TICKS)
