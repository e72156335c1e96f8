"""The screens of a prescription's status: which things stand in which places of the layout."""

from __future__ import annotations

from typing import Final

from appliance.display import layout
from appliance.display.canvas import WIDTH, Align, Box, Canvas
from appliance.display.screens import OrdonnanceRead
from appliance.display.status_screens import LineShown, SeenAgain, Standing, StatusHead
from appliance.display.typeface import large, medium
from appliance.prescriptions.status import Place
from appliance.texts import screens as screen_texts
from appliance.texts import statuses as texts

__all__ = ["seen_again", "status_alerts", "status_line", "status_page", "status_remarks"]

_WORD: Final = Box(0, 12, WIDTH, 32)
_WORD_BASELINE: Final = 28
_NAME: Final = Box(0, 34, WIDTH, 50)
_NAME_BASELINE: Final = 46

_STOPS: Final = frozenset(
    {Standing.NOT_FOUND, Standing.DISPENSED, Standing.CANCELLED, Standing.EXPIRED, Standing.UNKNOWN}
)
"""Dark on light: this is not to be dispensed without a second look."""

_DOT_TICKS: Final = 8
_DOTS: Final = 3
_DOT_STEP_PX: Final = 6


def status_page(canvas: Canvas, screen: OrdonnanceRead, status: StatusHead) -> None:
    """The status as one large word, whose it is under it, who says so in the footer."""
    layout.title(canvas, screen_texts.ORDONNANCE)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    _word(canvas, status)
    canvas.line(_NAME, _NAME_BASELINE, _patient(screen), medium(), align=Align.CENTRE)
    alerts = [*status_alerts(status), *screen.warnings]
    if alerts:
        layout.warning(canvas)
    layout.notices(canvas, alerts, [*status_remarks(status), *screen.remarks])


def _patient(screen: OrdonnanceRead) -> str:
    """The name in one line; where it does not fit, the given name's initial: the next page has it whole."""
    whole = f"{screen.patient or ''} {screen.given_name or ''}".strip()
    if medium().width(medium().printable(whole)) <= _NAME.width or not (screen.patient and screen.given_name):
        return whole or screen_texts.NO_PATIENT
    return f"{screen.patient} {screen.given_name.strip()[:1]}."


def _word(canvas: Canvas, status: StatusHead) -> None:
    word = texts.STANDINGS[status.standing]
    if status.standing is Standing.LOOKING:
        # The dots come and go: it is at work. The word stands still.
        step = canvas.tick // _DOT_TICKS % (_DOTS + 1)
        canvas.will_change(_DOT_TICKS - canvas.tick % _DOT_TICKS, (_DOTS + 1) * _DOT_TICKS)
        width = large().width(word)
        left = (WIDTH - width - _DOTS * _DOT_STEP_PX) // 2
        canvas.line(Box(left, _WORD.top, left + width, _WORD.bottom), _WORD_BASELINE, word, large())
        for dot in range(step):
            start = left + width + 3 + dot * _DOT_STEP_PX
            canvas.ground(Box(start, _WORD_BASELINE - 3, start + 3, _WORD_BASELINE))
        return
    if status.standing in _STOPS:
        canvas.ground(_WORD)
    inside = Box(_WORD.left + 1, _WORD.top, _WORD.right - 1, _WORD.bottom)
    canvas.line(inside, _WORD_BASELINE, word, large(), medium(), align=Align.CENTRE)


def status_alerts(status: StatusHead) -> list[str]:
    """What to do about it, where it was dispensed, and who says so and when: alerts stand alone."""
    if status.standing is Standing.FAILED:
        why = texts.CAUSES.get(status.failure, texts.CAUSES["unreachable"]).short
        why = why.format(minutes=status.minutes)
        since = [screen_texts.SINCE.format(hour=status.hour)] if status.hour is not None else []
        return [why, *since]
    said = [texts.REMEDIES[status.standing]] if status.standing in texts.REMEDIES else []
    elsewhere = next((line for line in status.lines if line.place is Place.OTHER_PHARMACY), None)
    if elsewhere is not None:
        said.append(_where(elsewhere))
    if status.no_consent:
        said.append(texts.NO_CONSENT)
    return [*said, _said_by(status)] if said or status.standing in _STOPS else []


def status_remarks(status: StatusHead) -> list[str]:
    """Who says so and when; then what is good to know."""
    if status.source is None:
        return [texts.LOOKING_REMARK]
    said = [_said_by(status)]
    if status.standing is Standing.PARTLY_DISPENSED:
        left = sum(1 for line in status.lines if _is_left(line))
        said += [(texts.LINE_LEFT if left == 1 else texts.LINES_LEFT).format(count=left)] if left else []
    if status.secured:
        said.append(texts.SECURED)
    if status.renewals_left is not None:
        left = status.renewals_left
        said.append((texts.RENEWAL_LEFT if left == 1 else texts.RENEWALS_LEFT).format(count=left))
    return said


def _said_by(status: StatusHead) -> str:
    if status.source is None:
        return texts.LOOKING_REMARK
    return texts.SAID_BY[status.source].format(hour=status.hour or screen_texts.NOTHING)


def _is_left(line: LineShown) -> bool:
    return line.dispensed == 0 if line.prescribed is None else line.dispensed < line.prescribed


def status_line(canvas: Canvas, status: StatusHead, index: int) -> None:
    """One line of the prescription: what, how much of it was dispensed, where and when last."""
    line = status.lines[index]
    layout.title(
        canvas,
        texts.LINE.format(position=index + 1, count=len(status.lines)),
        bottom=layout.ROW_ONE.top,
    )
    layout.row_one(canvas, line.label or texts.LINE_UNNAMED)
    if line.prescribed is None:
        count = texts.DISPENSED_COUNT if line.dispensed else texts.NONE_DISPENSED
    else:
        count = texts.DISPENSED_OF if line.dispensed else texts.TO_DISPENSE_OF
    layout.row_two(canvas, count.format(dispensed=line.dispensed, prescribed=line.prescribed))
    if line.place is Place.OTHER_PHARMACY:
        layout.notices(canvas, [_where(line)])
    elif line.dispensed:
        layout.footer(canvas, _where(line))


def _where(line: LineShown) -> str:
    place = texts.PLACES[line.place] if line.place is not None else texts.PLACE_UNKNOWN
    return place if line.day is None else texts.PLACE_AND_DAY.format(place=place, day=line.day)


def seen_again(canvas: Canvas, screen: SeenAgain) -> None:
    """That it was here before, loudly, and when."""
    layout.title(canvas, screen_texts.ORDONNANCE)
    layout.warning(canvas)
    canvas.ground(_WORD)
    word = texts.OTHER_PATIENT if screen.other_patient else texts.SEEN_AGAIN
    inside = Box(_WORD.left + 1, _WORD.top, _WORD.right - 1, _WORD.bottom)
    canvas.line(inside, _WORD_BASELINE, word, large(), medium(), align=Align.CENTRE)
    under = texts.SEEN_AGAIN_AT.format(hour=screen.hour)
    canvas.line(_NAME, _NAME_BASELINE, under, medium(), align=Align.CENTRE)
    why = texts.OTHER_PATIENT_REMEDY if screen.other_patient else texts.SEEN_AGAIN_REMEDY
    layout.notices(canvas, [why, texts.NOTED])
