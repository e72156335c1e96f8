"""Where things stand on the OLED: the same thing always at the same place.

rows  0-9   title: what lies there; right: what must be known of its state
rows 10-51  body: one thing large, two rows under it
rows 53-63  footer: what to do, dark on light when it must not be missed
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from appliance.display import icons
from appliance.display.canvas import HEIGHT, WIDTH, Align, Box, Canvas, wrap
from appliance.display.motion import TURN_TICKS
from appliance.display.typeface import digits, large, medium, small, small_bold
from appliance.texts import screens as texts

__all__ = [
    "MAX_NOTICES",
    "ROW_ONE",
    "arrows",
    "big",
    "delivery",
    "footer",
    "labelled",
    "lgo",
    "notices",
    "page_dots",
    "paragraph",
    "row_one",
    "row_three",
    "row_two",
    "row_value",
    "title",
    "warning",
]

TITLE_RIGHT: Final = 82
WARNING_AT: Final = (83, 0)
LGO: Final = Box(95, 0, 117, 10)
LGO_STATE: Final = Box(119, 0, WIDTH, 10)
ROW_ONE: Final = Box(0, 10, WIDTH, 27)
ROW_TWO: Final = Box(0, 27, WIDTH, 42)
ROW_THREE: Final = Box(0, 42, WIDTH, 52)
BIG: Final = Box(0, 13, WIDTH, 31)
UNDER_BIG: Final = Box(0, 33, WIDTH, 49)
FOOTER: Final = Box(0, 53, WIDTH, HEIGHT)

_TITLE_BASELINE: Final = 9
_ROW_ONE_BASELINE: Final = 24
_ROW_TWO_BASELINE: Final = 39
_ROW_THREE_BASELINE: Final = 52
_BIG_BASELINE: Final = 28
_UNDER_BIG_BASELINE: Final = 46
_FOOTER_BASELINE: Final = 62

VALUES_LEFT: Final = 31
"""Labelled values stand in one column: an RPPS in groups of three ends at the right edge."""

_DOTS_LEFT: Final = 124
_DOT_PX: Final = 3
_DOTS_TOP: Final = 55
_DOTS_STEP: Final = 6

_ARROW_PX: Final = 8
_ARROWS_PX: Final = 18
_ARROWS_TOP: Final = 57
"""Two arrows side by side, and the room they take."""

MAX_NOTICES: Final = 6
"""Messages that take turns in the footer: the seventh would come after 15 s, when nobody looks any more."""


def title(canvas: Canvas, text: str, bottom: int = 11, right: int = TITLE_RIGHT) -> None:
    """What lies there; `bottom` is 10 over `row_one`, whose accents begin where a title's descenders end."""
    canvas.line(Box(0, 0, right, bottom), _TITLE_BASELINE, text, small_bold(), small())


def lgo(canvas: Canvas, state: tuple[str, ...]) -> None:
    """The pharmacy software's state: its name and a mark."""
    canvas.line(LGO, _TITLE_BASELINE, texts.LGO, small(), align=Align.RIGHT)
    width, height = len(state[0]), len(state)
    left = LGO_STATE.left + (LGO_STATE.width - width) // 2
    canvas.icon(state, left, (_TITLE_BASELINE + 1 - height) // 2)


def delivery(delivered: bool) -> tuple[str, ...]:
    """The mark of a delivery."""
    return icons.CHECK if delivered else icons.HOURGLASS


def warning(canvas: Canvas) -> None:
    """The mark that something of this screen needs a look."""
    canvas.icon(icons.WARNING, *WARNING_AT)


def row_one(canvas: Canvas, text: str, groups: tuple[int, ...] = ()) -> None:
    """The one large thing; with `groups`, a number in the digits checked by eye."""
    typefaces = (digits(),) if groups else (large(), medium())
    canvas.line(ROW_ONE, _ROW_ONE_BASELINE, text, *typefaces, groups=groups)


def row_two(canvas: Canvas, text: str) -> None:
    """The second thing that matters."""
    canvas.line(ROW_TWO, _ROW_TWO_BASELINE, text, medium())


def row_three(canvas: Canvas, label: str, number: str) -> None:
    """A small label and a number or date large enough to check, at the right."""
    width = small().width(label)
    canvas.line(Box(0, 42, width, 53), _ROW_THREE_BASELINE, label, small())
    canvas.line(
        Box(width + 4, ROW_THREE.top, WIDTH, ROW_THREE.bottom),
        _ROW_THREE_BASELINE,
        number,
        digits(),
        medium(),
    )


def row_value(canvas: Canvas, top: int, baseline: int, label: str, value: str) -> None:
    """A small label and a value in the values' column."""
    canvas.line(Box(0, top, VALUES_LEFT - 2, baseline + 2), baseline, label, small())
    canvas.line(Box(VALUES_LEFT, top, WIDTH, baseline + 3), baseline, value, digits(), medium())


def labelled(
    canvas: Canvas, top: int, label: str, number: str | None, groups: tuple[int, ...] = (3,)
) -> None:
    """One row of numbers checked by eye; `top` is the digits' first row, None says that there is none."""
    baseline = top + digits().cap_height
    if label:
        canvas.line(Box(0, top - 1, VALUES_LEFT - 2, baseline + 2), baseline, label, small())
    box = Box(VALUES_LEFT, top - 1, WIDTH, min(baseline + 2, HEIGHT))
    if number is None:
        canvas.line(box, baseline, texts.ABSENT, small())
    else:
        canvas.line(box, baseline, number, digits(), groups=groups)


def big(canvas: Canvas, text: str, under: str = "") -> None:
    """One large line in the middle, one under it."""
    canvas.line(BIG, _BIG_BASELINE, text, large(), medium(), align=Align.CENTRE)
    if under:
        canvas.line(UNDER_BIG, _UNDER_BIG_BASELINE, under, medium(), align=Align.CENTRE)


def paragraph(canvas: Canvas, text: str, baselines: Sequence[int]) -> None:
    """As many lines as there are baselines, in the middle size; what is left over scrolls in the last."""
    face = medium()
    for line, baseline in zip(wrap(text, face, WIDTH, len(baselines)), baselines, strict=False):
        canvas.line(Box(0, baseline - face.rise, WIDTH, baseline + face.drop), baseline, line, face)


def footer(canvas: Canvas, text: str, right: int = WIDTH) -> None:
    """What to do."""
    canvas.line(
        Box(FOOTER.left, FOOTER.top, right, FOOTER.bottom),
        _FOOTER_BASELINE,
        text,
        small(),
        align=Align.CENTRE,
    )


def notices(canvas: Canvas, alerts: Sequence[str], remarks: Sequence[str] = (), right: int = WIDTH) -> None:
    """Messages in turn in the footer; while there are alerts, they alone, dark on light."""
    messages = list(alerts or remarks)[:MAX_NOTICES]
    if not messages:
        return
    box = Box(FOOTER.left, FOOTER.top, right, FOOTER.bottom)
    if alerts:
        canvas.ground(box)
    inside = Box(box.left + 2, box.top, box.right - 2, box.bottom)
    canvas.lines_in_turn(inside, _FOOTER_BASELINE, messages, small(), TURN_TICKS)


def arrows(canvas: Canvas, text: str) -> None:
    """In the footer: up and down as on the buttons, then what they do."""
    width = small().width(small().printable(text))
    left = max(0, (WIDTH - width - _ARROWS_PX) // 2)
    canvas.icon(icons.UP, left, _ARROWS_TOP)
    canvas.icon(icons.DOWN, left + _ARROW_PX, _ARROWS_TOP)
    box = Box(left + _ARROWS_PX, FOOTER.top, WIDTH, FOOTER.bottom)
    canvas.line(box, _FOOTER_BASELINE, text, small())


def page_dots(canvas: Canvas, page: int, pages: int) -> None:
    """Which of how many pages this is: one dot each, the present one full."""
    for index in range(pages):
        top = _DOTS_TOP + index * _DOTS_STEP
        dot = Box(_DOTS_LEFT, top, _DOTS_LEFT + _DOT_PX, top + _DOT_PX)
        canvas.ground(dot)
        if index != page:
            canvas.icon(("#",), dot.left + 1, dot.top + 1)
