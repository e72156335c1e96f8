"""The screens of readers, cards and codes of cards: which things stand in which places of the layout."""

from __future__ import annotations

from typing import Final

from appliance.display import icons, layout
from appliance.display.canvas import WIDTH, Align, Box, Canvas
from appliance.display.card_screens import (
    CardMessage,
    CardNotice,
    CardTitle,
    CardWorking,
    CpsRead,
    PinEntry,
    PinRefused,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.typeface import huge, large, small
from appliance.texts import screens as texts

__all__ = [
    "cps_holder",
    "cps_validity",
    "message",
    "pin_entry",
    "pin_refused",
    "vitale",
    "vitale_choice",
    "working",
]

_DOTS_FREE: Final = 121
"""Where the footer ends when page dots stand right of it."""

_WORK_TICKS: Final = 6
_WORK_STEPS: Final = 5
_WORK_BOX_PX: Final = 8
_WORK_STEP_PX: Final = 16
_WORK_TOP: Final = 40
"""Five boxes of which one after the other is lit: the card is at work."""

_NUMBER_TOPS: Final = (15, 33)
"""First rows of the digits on the page of validity."""

_CELL_PX: Final = 16
"""One place of a code: at most eight, the width of the screen."""
_CELL_LINE: Final = 45
_CELL_GAP: Final = 2
_DIGIT: Final = Box(0, 16, WIDTH, 43)
_DIGIT_BASELINE: Final = 41
_DOT_ROW: Final = 36
_TRIES: Final = Box(84, 0, WIDTH, 11)
_TITLE_BASELINE: Final = 9


def working(canvas: Canvas, screen: CardWorking) -> None:
    """That it works, and that the card stays in."""
    layout.title(canvas, texts.CARD_TITLES[screen.title])
    headline = texts.CARD_CHECKING_CODE if screen.checking_code else texts.CARD_READING
    canvas.line(Box(0, 13, WIDTH, 31), 28, headline, large(), align=Align.CENTRE)
    lit = canvas.tick // _WORK_TICKS % _WORK_STEPS
    canvas.will_change(_WORK_TICKS - canvas.tick % _WORK_TICKS, _WORK_STEPS * _WORK_TICKS)
    left = (WIDTH - (_WORK_STEPS - 1) * _WORK_STEP_PX - _WORK_BOX_PX) // 2
    for step in range(_WORK_STEPS):
        start = left + step * _WORK_STEP_PX
        inset = 0 if step == lit else 3
        end = _WORK_BOX_PX - inset
        canvas.ground(Box(start + inset, _WORK_TOP + inset, start + end, _WORK_TOP + end))
    layout.footer(canvas, texts.CARD_KEEP_IN)


def message(canvas: Canvas, screen: CardMessage) -> None:
    """What it is, and what to do; loud but for a reader that merely waits."""
    title, headline, remedy = texts.CARD_NOTICES[screen.notice]
    layout.title(canvas, title)
    layout.big(canvas, headline)
    if screen.notice is CardNotice.READER_EMPTY:
        layout.footer(canvas, remedy)
        return
    layout.warning(canvas)
    layout.notices(canvas, [remedy])


def vitale(canvas: Canvas, screen: VitaleRead) -> None:
    """The person, at the places where an ordonnance shows its patient."""
    layout.title(canvas, texts.CARD_TITLES[CardTitle.VITALE], bottom=layout.ROW_ONE.top)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    _person(canvas, screen.family_name, screen.given_name, screen.birth_date)
    if screen.warnings:
        layout.warning(canvas)
    others = []
    if screen.others:
        many = texts.CARD_OTHER_PERSONS.format(count=screen.others)
        others.append(texts.CARD_OTHER_PERSON if screen.others == 1 else many)
    layout.notices(canvas, screen.warnings, others)


def vitale_choice(canvas: Canvas, screen: VitaleChoice) -> None:
    """One person of several, which one of how many, and how to choose."""
    question = texts.CARD_WHICH.format(position=screen.position, count=screen.count)
    layout.title(canvas, question, bottom=layout.ROW_ONE.top)
    _person(canvas, screen.family_name, screen.given_name, screen.birth_date)
    layout.arrows(canvas, texts.CARD_CHOOSE)


def _person(canvas: Canvas, family_name: str, given_name: str, birth_date: str | None) -> None:
    layout.row_one(canvas, family_name or texts.CARD_UNNAMED)
    layout.row_two(canvas, given_name)
    if birth_date is not None:
        layout.row_three(canvas, texts.BORN, birth_date)


def cps_holder(canvas: Canvas, screen: CpsRead) -> None:
    """Who holds it."""
    _cps_head(canvas, screen)
    layout.row_one(canvas, screen.family_name or texts.CARD_UNNAMED)
    layout.row_two(canvas, screen.given_name)
    canvas.line(Box(0, 42, WIDTH, 53), 51, screen.profession, small())
    _cps_notices(canvas, screen, first_page=True)
    layout.page_dots(canvas, 0, 2)


def cps_validity(canvas: Canvas, screen: CpsRead) -> None:
    """The numbers to check."""
    _cps_head(canvas, screen)
    layout.labelled(canvas, _NUMBER_TOPS[0], texts.RPPS, screen.rpps)
    layout.labelled(canvas, _NUMBER_TOPS[1], texts.CARD_END, screen.end, groups=())
    _cps_notices(canvas, screen, first_page=False)
    layout.page_dots(canvas, 1, 2)


def _cps_head(canvas: Canvas, screen: CpsRead) -> None:
    layout.title(canvas, texts.CARD_TITLES[CardTitle.CPS], bottom=layout.ROW_ONE.top)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    if screen.warnings:
        layout.warning(canvas)


def _cps_notices(canvas: Canvas, screen: CpsRead, *, first_page: bool) -> None:
    """A test card says so before everything, so that nobody takes it for a real one."""
    alerts = ([texts.CARD_TEST] if screen.test else []) + list(screen.warnings)
    remarks = [texts.CARD_CODE_GIVEN] if screen.code_given else []
    if screen.code_given and not screen.warnings:
        # With its code in force the card is in use: that matters more than what it was seen to be.
        alerts, remarks = [], [*remarks, *alerts]
    elif screen.can_sign and not screen.warnings:
        # Two messages in one footer would keep the second page off the screen.
        alerts, remarks = alerts if first_page else [], [texts.CARD_GIVE_CODE]
    layout.notices(canvas, alerts, remarks, right=_DOTS_FREE)


def pin_entry(canvas: Canvas, screen: PinEntry) -> None:
    """A place a digit: a dot for each that was given, the one offered, lines for those to come."""
    layout.title(canvas, texts.PIN_TITLE)
    text = (texts.PIN_TRY if screen.tries_left == 1 else texts.PIN_TRIES).format(count=screen.tries_left)
    canvas.line(_TRIES, _TITLE_BASELINE, text, small(), align=Align.RIGHT)
    if screen.on_pinpad:
        layout.big(canvas, texts.PIN_ON_PINPAD, texts.PIN_ON_PINPAD_WHERE)
        layout.footer(canvas, texts.PIN_ON_PINPAD_REMEDY)
        return
    left = (WIDTH - screen.longest * _CELL_PX) // 2
    for place in range(screen.longest):
        start = left + place * _CELL_PX
        _cell(canvas, screen, place, start)
    if screen.digit is not None:
        layout.arrows(canvas, texts.PIN_DIGIT)
    else:
        layout.notices(canvas, [texts.PIN_SEND, texts.PIN_ERASE])


def _cell(canvas: Canvas, screen: PinEntry, place: int, start: int) -> None:
    end = start + _CELL_PX
    if place == screen.entered and screen.digit is not None:
        canvas.ground(Box(start, _DIGIT.top, end, _CELL_LINE + 2))
        box = Box(start, _DIGIT.top, end, _DIGIT.bottom)
        canvas.line(box, _DIGIT_BASELINE, str(screen.digit), huge(), align=Align.CENTRE)
        return
    canvas.ground(Box(start + _CELL_GAP, _CELL_LINE, end - _CELL_GAP, _CELL_LINE + 2))
    if place < screen.entered:
        canvas.icon(icons.DOT, start + (_CELL_PX - len(icons.DOT[0])) // 2, _DOT_ROW - len(icons.DOT))


def pin_refused(canvas: Canvas, screen: PinRefused) -> None:
    """Why, how many tries there are left, and what to do."""
    headline, remedy = texts.PIN_REFUSALS[screen.reason]
    layout.title(canvas, texts.PIN_TITLE)
    layout.warning(canvas)
    # One try left, or none, is what the headline says.
    left = screen.tries_left or 0
    layout.big(canvas, headline, texts.PIN_TRIES.format(count=left) if left > 1 else "")
    layout.notices(canvas, [remedy])
