"""The screens that speak of the device itself: which things stand in which places of the layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from appliance.display import icons, layout
from appliance.display.canvas import HEIGHT, WIDTH, Align, Box, Canvas
from appliance.display.menu_screens import (
    About,
    Adjust,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnd,
    PairingEnded,
    PairingShown,
    Pattern,
    PatternShown,
    Resting,
    Updating,
)
from appliance.display.typeface import digits, huge, large, medium, small
from appliance.texts import menu as texts

__all__ = [
    "about",
    "adjust",
    "check_list",
    "client_list",
    "confirm",
    "exposure",
    "focus",
    "menu_list",
    "pairing",
    "pairing_ended",
    "pattern",
    "resting",
    "seen",
    "updating",
    "veiled",
]

_ROWS: Final = 3
_ROW_TOP: Final = 12
_ROW_PX: Final = 17
_ROW_BASELINE: Final = 13
"""Three rows of a list; the baseline is so far below a row's top."""

_ROW_RIGHT: Final = 123
_BAR_LEFT: Final = 125
_TITLE_RIGHT: Final = Box(84, 0, WIDTH, 11)
_TITLE_BASELINE: Final = 9

_VERDICT: Final = Box(40, 0, WIDTH, 11)
_MARK_PX: Final = 13
_NAME_PX: Final = 62
"""Room for a check's mark and for its name; the word has what is left."""

_METER: Final = Box(4, 44, WIDTH - 4, 51)
_NUMBER_HALVES: Final = (Box(8, 12, 62, 33), Box(66, 12, 120, 33))
_NUMBER_BASELINE: Final = 32
_QUESTION_BASELINES: Final = (24, 39)
_ANSWERS: Final = (Box(0, 48, 62, HEIGHT), Box(66, 48, WIDTH, HEIGHT))
_ANSWER_BASELINE: Final = 61

_CLOCK_STEP_X: Final = 37
_CLOCK_STEP_Y: Final = 17
"""Odd steps, so that in a day every place has had the clock and none for long."""

_MILLISECOND_US: Final = 1000
_MINUTE_S: Final = 60


def menu_list(canvas: Canvas, screen: MenuList) -> None:
    """Three entries, the selected one dark on light."""
    layout.title(canvas, screen.title)
    _rows(canvas, screen.entries, screen.selected)


def client_list(canvas: Canvas, screen: ClientList) -> None:
    """The paired clients, at the places of a menu."""
    layout.title(canvas, texts.CLIENTS)
    if not screen.names:
        layout.big(canvas, texts.NO_CLIENT, texts.NO_CLIENT_WHY)
        return
    _rows(canvas, screen.names, screen.selected)


def _rows(canvas: Canvas, entries: Sequence[str], selected: int) -> None:
    position = texts.POSITION.format(position=selected + 1, count=len(entries))
    canvas.line(_TITLE_RIGHT, _TITLE_BASELINE, position, small(), align=Align.RIGHT)
    first = _first_shown(selected, len(entries))
    for place, entry in enumerate(entries[first : first + _ROWS]):
        top = _ROW_TOP + place * _ROW_PX
        row = Box(0, top, _ROW_RIGHT, top + _ROW_PX)
        if first + place == selected:
            canvas.ground(row)
        canvas.line(Box(3, top, _ROW_RIGHT - 2, top + _ROW_PX), top + _ROW_BASELINE, entry, medium())
    _scroll_bar(canvas, first, len(entries))


def _first_shown(selected: int, count: int) -> int:
    """The selected one in the middle, where the list's ends allow it."""
    return max(0, min(selected - 1, count - _ROWS))


def _scroll_bar(canvas: Canvas, first: int, count: int) -> None:
    if count <= _ROWS:
        return
    height = _ROWS * _ROW_PX
    size = max(6, height * _ROWS // count)
    top = _ROW_TOP + (height - size) * first // (count - _ROWS)
    canvas.ground(Box(_BAR_LEFT, top, WIDTH, top + size))


def check_list(canvas: Canvas, screen: CheckList) -> None:
    """A mark, the name and the word of each; those that fail dark on light."""
    layout.title(canvas, texts.CHECKS, right=_VERDICT.left - 2)
    faults = sum(not check.ok for check in screen.checks)
    verdict = (
        texts.FAULTS.format(count=faults) if faults > 1 else texts.ONE_FAULT if faults else texts.ALL_WELL
    )
    canvas.line(_VERDICT, _TITLE_BASELINE, verdict, small(), align=Align.RIGHT)
    if not screen.checks:
        layout.big(canvas, texts.NO_CHECKS)
    for place, check in enumerate(screen.checks[screen.first : screen.first + _ROWS]):
        top = _ROW_TOP + place * _ROW_PX
        if not check.ok:
            canvas.ground(Box(0, top, _ROW_RIGHT, top + _ROW_PX - 1))
        canvas.icon(icons.CHECK if check.ok else icons.CROSS, 2, top + 5)
        width = min(_NAME_PX, small().width(small().printable(check.name)))
        baseline = top + _ROW_BASELINE - 1
        if width:
            canvas.line(Box(_MARK_PX, top, _MARK_PX + width, top + _ROW_PX), baseline, check.name, small())
        canvas.line(
            Box(_MARK_PX + width + 4, top, _ROW_RIGHT - 2, top + _ROW_PX),
            baseline,
            check.word,
            medium(),
            align=Align.RIGHT,
        )
    _scroll_bar(canvas, min(screen.first, max(0, len(screen.checks) - _ROWS)), len(screen.checks))


def confirm(canvas: Canvas, screen: Confirm) -> None:
    """The question, then both answers; the one that OK gives is dark on light."""
    layout.title(canvas, screen.title)
    layout.warning(canvas)
    layout.paragraph(canvas, screen.question, _QUESTION_BASELINES)
    for box, text, chosen in zip(_ANSWERS, (texts.NO, texts.YES), (not screen.yes, screen.yes), strict=True):
        if chosen:
            canvas.ground(box)
        canvas.line(box, _ANSWER_BASELINE, text, medium(), align=Align.CENTRE)


def adjust(canvas: Canvas, screen: Adjust) -> None:
    """What it is set to, as a word and as a bar."""
    layout.title(canvas, screen.title)
    layout.big(canvas, screen.word)
    step = (_METER.width + 3) // screen.steps
    for place in range(screen.steps):
        left = _METER.left + place * step
        if place < screen.value:
            canvas.ground(Box(left, _METER.top - 6, left + step - 3, _METER.bottom - 1))
        else:
            canvas.ground(Box(left, _METER.bottom - 3, left + step - 3, _METER.bottom - 1))
    layout.arrows(canvas, texts.ADJUST_HELP)


def about(canvas: Canvas, screen: About) -> None:
    """Where it is found in the network, then which one it is."""
    layout.title(canvas, texts.ABOUT)
    faces = (digits(), medium()) if screen.address else (medium(),)
    canvas.line(Box(0, 12, WIDTH, 28), 25, screen.address or texts.NO_ADDRESS, *faces)
    layout.row_value(canvas, 30, 42, texts.SERIAL, screen.serial)
    layout.footer(canvas, texts.VERSION.format(version=screen.version))


def pattern(canvas: Canvas, screen: PatternShown) -> None:
    """Edge to edge."""
    match screen.pattern:
        case Pattern.FULL:
            canvas.ground(Box(0, 0, WIDTH, HEIGHT))
        case Pattern.CHECKERS:
            for y in range(HEIGHT):
                canvas.icon(("#." * (WIDTH // 2) if y % 2 else ".#" * (WIDTH // 2),), 0, y)
        case Pattern.FRAME:
            _frame(canvas, Box(0, 0, WIDTH, HEIGHT))
            _frame(canvas, Box(32, 16, 96, 48))
            canvas.ground(Box(63, 20, 65, 44))
            canvas.ground(Box(40, 31, 88, 33))
        case Pattern.LETTERS:
            faces = (large(), medium(), digits())
            for text, top, face in zip(texts.PATTERN_LETTERS, (0, 20, 42), faces, strict=True):
                canvas.line(Box(0, top, WIDTH, top + 19), top + 15, text, face, align=Align.CENTRE)


def _frame(canvas: Canvas, box: Box) -> None:
    canvas.ground(box)
    inside = tuple("#" * (box.width - 2) for _ in range(box.height - 2))
    canvas.icon(inside, box.left + 1, box.top + 1)


def focus(canvas: Canvas, screen: FocusMeter) -> None:
    """The score large, and a bar with the best mark so far."""
    layout.title(canvas, texts.FOCUS)
    if screen.score is None:
        layout.warning(canvas)
        layout.big(canvas, texts.NO_PICTURE)
        layout.notices(canvas, [texts.NO_PICTURE_REMEDY])
        return
    canvas.line(Box(0, 13, WIDTH, 40), 38, str(screen.score), huge(), align=Align.CENTRE)
    _meter(canvas, screen.score, screen.best)
    layout.footer(canvas, texts.FOCUS_HELP.format(best=screen.best))


def _meter(canvas: Canvas, value: int, mark: int | None = None) -> None:
    _frame(canvas, _METER)
    inside = _METER.width - 4
    filled = inside * value // 100
    if filled:
        canvas.ground(Box(_METER.left + 2, _METER.top + 2, _METER.left + 2 + filled, _METER.bottom - 2))
    if mark is not None:
        left = min(_METER.left + 2 + inside * mark // 100, _METER.right - 2)
        canvas.ground(Box(left, _METER.top - 3, left + 2, _METER.bottom))


def exposure(canvas: Canvas, screen: ExposureMeter) -> None:
    """Exposure, gain, light."""
    layout.title(canvas, texts.EXPOSURE)
    gain = texts.UNSAID if screen.gain is None else f"× {screen.gain:.1f}".replace(".", ",")
    light = texts.UNSAID if screen.light is None else texts.PERCENT.format(value=screen.light)
    rows = (
        (texts.EXPOSURE_TIME, _duration(screen.exposure_us)),
        (texts.EXPOSURE_GAIN, gain),
        (texts.EXPOSURE_LIGHT, light),
    )
    for place, (label, value) in enumerate(rows):
        top = _ROW_TOP + place * _ROW_PX
        canvas.line(Box(0, top, 44, top + _ROW_PX), top + _ROW_BASELINE, label, small())
        box = Box(46, top, WIDTH, top + _ROW_PX)
        canvas.line(box, top + _ROW_BASELINE, value, medium(), align=Align.RIGHT)


def _duration(microseconds: int | None) -> str:
    if microseconds is None:
        return texts.UNSAID
    if microseconds < _MILLISECOND_US:
        return texts.MICROSECONDS.format(value=microseconds)
    return texts.MILLISECONDS.format(value=f"{microseconds / _MILLISECOND_US:.1f}".replace(".", ","))


def pairing(canvas: Canvas, screen: PairingShown) -> None:
    """The six digits as large as can be, in two groups, and who asks."""
    layout.title(canvas, texts.PAIRING)
    if screen.left_s is not None:
        left = texts.SECONDS.format(value=screen.left_s)
        canvas.line(_TITLE_RIGHT, _TITLE_BASELINE, left, small(), align=Align.RIGHT)
    if screen.number is None:
        layout.big(canvas, texts.PAIRING_WAITS, texts.PAIRING_WAITS_FOR)
        layout.footer(canvas, texts.PAIRING_STOP)
        return
    if screen.answered:
        layout.big(canvas, texts.PAIRING_CONFIRMS, screen.client_name)
        layout.footer(canvas, texts.PAIRING_CONFIRMS_WHY)
        return
    for box, half in zip(_NUMBER_HALVES, (screen.number[:3], screen.number[3:]), strict=True):
        canvas.line(box, _NUMBER_BASELINE, half, huge(), align=Align.CENTRE)
    canvas.line(Box(0, 35, WIDTH, 51), 48, screen.client_name, medium(), align=Align.CENTRE)
    layout.notices(canvas, [texts.PAIRING_SAME, texts.PAIRING_OTHER])


def pairing_ended(canvas: Canvas, screen: PairingEnded) -> None:
    """How it ended, and what to do next."""
    layout.title(canvas, texts.PAIRING)
    if screen.end is PairingEnd.PAIRED:
        layout.big(canvas, texts.PAIRED, screen.client_name)
        layout.footer(canvas, texts.PAIRING_CLOSE)
        return
    layout.warning(canvas)
    layout.big(canvas, *texts.PAIRING_ENDS[screen.end.value])
    if not screen.wait_s:
        layout.footer(canvas, texts.PAIRING_CLOSE)
        return
    minutes, seconds = divmod(screen.wait_s, _MINUTE_S)
    wait = texts.MINUTES.format(value=minutes + bool(seconds)) if minutes else f"{seconds} s"
    layout.notices(canvas, [texts.PAIRING_RETRY.format(wait=wait)])


def updating(canvas: Canvas, screen: Updating) -> None:
    """How far it is, and that it must stay plugged in."""
    layout.title(canvas, texts.UPDATING)
    if screen.percent is None:
        layout.big(canvas, texts.UPDATING_WAIT)
    else:
        layout.big(canvas, texts.PERCENT.format(value=screen.percent))
        _meter(canvas, screen.percent)
    layout.notices(canvas, [texts.UPDATING_REMEDY])


def veiled(canvas: Canvas) -> None:
    """That something is hidden, and how to see it."""
    canvas.icon(icons.EYE_SHUT, (WIDTH - len(icons.EYE_SHUT[0])) // 2, 3)
    layout.big(canvas, "", texts.VEILED)
    layout.footer(canvas, texts.VEILED_REMEDY)


def seen(canvas: Canvas) -> None:
    """That a code was noticed and is being read."""
    layout.title(canvas, texts.SEEN)
    layout.big(canvas, texts.SEEN_STATE)
    layout.footer(canvas, texts.SEEN_REMEDY)


def resting(canvas: Canvas, screen: Resting) -> None:
    """The hour and a word, at another place each minute so that no pixel is worn more than the others."""
    face = medium() if medium().width(medium().printable(screen.headline)) <= WIDTH - 2 else small()
    mark = len(icons.WARNING[0]) + 3 if screen.alert else 0
    word = min(WIDTH - mark, face.width(face.printable(screen.headline)))
    width = max(huge().width(screen.clock), word + mark, 1)
    height = 19 + 4 + 15
    minutes = int(screen.clock[:2]) * 60 + int(screen.clock[3:])
    left = minutes * _CLOCK_STEP_X % (WIDTH - width + 1)
    top = minutes * _CLOCK_STEP_Y % (HEIGHT - height + 1)
    canvas.line(Box(left, top, left + width, top + 20), top + 19, screen.clock, huge(), align=Align.CENTRE)
    under = left + (width - word - mark) // 2
    if screen.alert:
        canvas.icon(icons.WARNING, under, top + 26)
    if word:
        box = Box(under + mark, top + 22, under + mark + word, top + height)
        canvas.line(box, top + 35, screen.headline, face)
