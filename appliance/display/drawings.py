"""One function a screen (or page of a screen): which things stand in which places of the layout."""

from __future__ import annotations

from typing import Final

from appliance.display import icons, layout
from appliance.display.canvas import HEIGHT, WIDTH, Align, Box, Canvas
from appliance.display.screens import (
    CameraLost,
    DamagedOrdonnance,
    Discordance,
    Fault,
    InsRead,
    LgoLink,
    LinkRead,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    PageRead,
    PrescriberRead,
    Ready,
    TwoDocRead,
    UnknownCode,
    UnreadCode,
)
from appliance.display.typeface import Typeface, digits, huge, large, medium, small
from appliance.texts import menu as menu_texts
from appliance.texts import screens as texts

__all__ = [
    "LINK_MARKS",
    "camera_lost",
    "damaged",
    "discordance",
    "fault",
    "ins",
    "link",
    "medicine",
    "missing",
    "opaque",
    "ordonnance_check",
    "ordonnance_patient",
    "prescriber",
    "ready",
    "starting",
    "two_doc",
    "unknown",
    "unread",
]

_SEVERAL: Final = 2
"""Boxes of one product from which on their number is said."""

_DOTS_FREE: Final = 121
"""Where the footer ends when page dots stand right of it."""

_NUMBER_TOPS: Final = (13, 26, 39, 52)
"""First rows of the digits when numbers fill the body."""

_NUMBER_LINE: Final = 9
"""Signs on the first of the two rows of a prescription's number: half of the 18 digits seen."""

_CIP13_DIGITS: Final = 13
_CIP13_GROUPS: Final = (5, 3, 3, 1, 1)
"""As printed on boxes: 34009 359 558 3 8."""

_PLAIN_GROUPS: Final = (3,)

_DOT_TICKS: Final = 10
_DOTS: Final = 3

LINK_MARKS: Final = {
    LgoLink.PRESENT: icons.CHECK,
    LgoLink.ABSENT: icons.CROSS,
    LgoLink.NEVER: icons.DASH,
}

_LINK_REMARKS: Final = {LgoLink.ABSENT: texts.LGO_ABSENT, LgoLink.NEVER: texts.LGO_NEVER}


def starting(canvas: Canvas) -> None:
    """The name, and dots that come and go: it is alive."""
    canvas.line(Box(0, 10, WIDTH, 42), 34, texts.PRODUCT, huge(), large(), align=Align.CENTRE)
    step = canvas.tick // _DOT_TICKS % (_DOTS + 1)
    canvas.will_change(_DOT_TICKS - canvas.tick % _DOT_TICKS, 2 * (_DOTS + 1) * _DOT_TICKS)
    layout.footer(canvas, texts.STARTING, right=96)
    for dot in range(step):
        canvas.ground(Box(98 + 6 * dot, 59, 101 + 6 * dot, 62))


def ready(canvas: Canvas, screen: Ready) -> None:
    """The hour large; what is missing, or what to do."""
    layout.title(canvas, texts.READY)
    layout.lgo(canvas, LINK_MARKS[screen.lgo])
    canvas.line(Box(0, 16, WIDTH, 46), 42, screen.clock, huge(), align=Align.CENTRE)
    if not screen.camera_ok:
        layout.notices(canvas, [texts.CAMERA_ABSENT])
        return
    remarks = missing(screen)
    if remarks:
        layout.notices(canvas, [], [texts.LAY_DOWN, *remarks])
    else:
        layout.footer(canvas, texts.LAY_DOWN)


def missing(screen: Ready) -> list[str]:
    """What is not there, and since when, where that is known."""
    remarks = [_LINK_REMARKS[screen.lgo]] if screen.lgo in _LINK_REMARKS else []
    if screen.lgo is LgoLink.ABSENT and screen.lgo_since is not None:
        remarks = [menu_texts.LGO_ABSENT_SINCE.format(hour=screen.lgo_since), menu_texts.LGO_KEPT]
    if screen.reader_absent and screen.reader_since is not None:
        remarks.append(menu_texts.READER_ABSENT_SINCE.format(hour=screen.reader_since))
    elif screen.reader_absent:
        remarks.append(texts.READER_ABSENT)
    return remarks


def ordonnance_patient(canvas: Canvas, screen: OrdonnanceRead) -> None:
    """Whose prescription, and what must be known of it."""
    _ordonnance_head(canvas, screen)
    if screen.patient or screen.given_name:
        layout.row_one(canvas, screen.patient or texts.NOTHING)
        layout.row_two(canvas, screen.given_name or "")
    else:
        layout.row_one(canvas, texts.NO_PATIENT)
        layout.row_two(canvas, texts.NO_PATIENT_WHY)
    if screen.birth_date is not None:
        layout.row_three(canvas, texts.BORN, screen.birth_date)
    remarks = [*screen.remarks, *_others(screen.others, texts.OTHER_CODE, texts.OTHER_CODES)]
    layout.notices(canvas, screen.warnings, remarks, right=_DOTS_FREE)
    layout.page_dots(canvas, 0, 2)


def ordonnance_check(canvas: Canvas, screen: OrdonnanceRead) -> None:
    """The numbers to compare with the paper."""
    _ordonnance_head(canvas, screen)
    layout.labelled(canvas, _NUMBER_TOPS[0], texts.RPPS, screen.rpps)
    layout.labelled(canvas, _NUMBER_TOPS[1], texts.AM, screen.am)
    _prescription_number(canvas, screen.number, _NUMBER_TOPS[2], _NUMBER_TOPS[3])
    layout.page_dots(canvas, 1, 2)


def _ordonnance_head(canvas: Canvas, screen: OrdonnanceRead) -> None:
    layout.title(canvas, texts.ORDONNANCE, bottom=layout.ROW_ONE.top)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    if screen.warnings:
        layout.warning(canvas)


def _prescription_number(canvas: Canvas, number: str, first_top: int, second_top: int) -> None:
    """On two rows where it fits them, else scrolling on the first."""
    shown = digits().printable(number)
    if len(shown) <= _NUMBER_LINE or len(shown) > 2 * _NUMBER_LINE:
        layout.labelled(canvas, first_top, texts.NUMBER, number)
    else:
        layout.labelled(canvas, first_top, texts.NUMBER, shown[:_NUMBER_LINE])
        layout.labelled(canvas, second_top, "", shown[_NUMBER_LINE:])


def ins(canvas: Canvas, screen: InsRead) -> None:
    """The identity, at the places where an ordonnance shows its patient."""
    layout.title(canvas, texts.INS, bottom=layout.ROW_ONE.top)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    layout.row_one(canvas, screen.birth_name)
    layout.row_two(canvas, screen.given_names)
    born = texts.BORN_FEMALE if screen.sex == "F" else texts.BORN_MALE
    layout.row_three(canvas, born, screen.birth_date)
    alerts = ([texts.INS_DEGRADED] if screen.degraded else []) + list(screen.warnings)
    if alerts:
        layout.warning(canvas)
    layout.notices(canvas, alerts)


def discordance(canvas: Canvas, screen: Discordance) -> None:
    """Which trait differs, then the two values one under the other, to be compared letter by letter."""
    canvas.ground(Box(0, 0, WIDTH, 14))
    canvas.icon(icons.DIFFERENT, 3, 2)
    canvas.line(Box(16, 0, WIDTH - 2, 14), 12, screen.trait, medium(), small())
    for label, value, top in (
        (screen.left_label, screen.left, 15),
        (screen.right_label, screen.right, 40),
    ):
        canvas.line(Box(0, top, WIDTH, top + 9), top + 8, label, small())
        canvas.line(Box(0, top + 9, WIDTH, top + 24), top + 21, value, _comparable(value))


def _comparable(value: str) -> Typeface:
    """Digits that cannot be mixed up for a date or a number, the middle size for a name."""
    return medium() if any(sign.isalpha() for sign in value) else digits()


def prescriber(canvas: Canvas, screen: PrescriberRead) -> None:
    """The numbers, at the places where an ordonnance shows its prescriber's."""
    layout.title(canvas, texts.PRESCRIBER)
    layout.labelled(canvas, _NUMBER_TOPS[0], texts.RPPS, screen.rpps)
    layout.labelled(canvas, _NUMBER_TOPS[1], texts.AM, screen.am)
    others = _others(screen.others, texts.OTHER_PRESCRIBER, texts.OTHER_PRESCRIBERS)
    if others:
        layout.warning(canvas)
    layout.notices(canvas, others)


def medicine(canvas: Canvas, screen: MedicineRead) -> None:
    """What it is and until when; one that is expired, or soon is, is loud and says nothing else."""
    head = texts.MEDICINE if screen.count < _SEVERAL else texts.MEDICINES.format(count=screen.count)
    layout.title(canvas, head, bottom=layout.ROW_ONE.top)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    layout.row_one(canvas, screen.label, _label_groups(screen.label))
    if screen.is_loud:
        layout.warning(canvas)
        canvas.ground(Box(0, 27, WIDTH, HEIGHT))
        say = texts.EXPIRED if screen.expired else texts.EXPIRES_IN.format(days=screen.days_left)
        canvas.line(Box(2, 27, WIDTH - 2, 52), 51, say, huge(), large(), align=Align.CENTRE)
        if screen.expiry is not None:
            canvas.line(Box(2, 53, WIDTH - 2, HEIGHT), 63, screen.expiry, digits(), align=Align.CENTRE)
        return
    if screen.lot is not None:
        layout.row_value(canvas, 29, 41, texts.LOT, screen.lot)
    if screen.expiry is not None:
        layout.row_value(canvas, 45, 57, texts.EXPIRY, screen.expiry)


def _label_groups(label: str) -> tuple[int, ...]:
    """The groups of a label that is a number; none for a name."""
    if not (label.isascii() and label.isdigit()):
        return ()
    return _CIP13_GROUPS if len(label) == _CIP13_DIGITS else _PLAIN_GROUPS


def page(canvas: Canvas, screen: PageRead) -> None:
    """Which page was captured; one that is not sharp enough is loud, and says what to do."""
    layout.title(canvas, texts.PAGE.format(number=screen.number))
    if screen.is_sharp:
        layout.big(canvas, texts.PAGE_TAKEN)
        layout.footer(canvas, texts.PAGE_NEXT)
        return
    layout.warning(canvas)
    layout.big(canvas, texts.PAGE_NOT_SHARP)
    layout.footer(canvas, texts.PAGE_AGAIN)


def two_doc(canvas: Canvas, screen: TwoDocRead) -> None:
    """What it is, and that it is no prescription."""
    layout.title(canvas, texts.TWO_DOC)
    layout.paragraph(canvas, screen.document_type or texts.TWO_DOC_UNKNOWN, (27, 43))
    layout.footer(canvas, texts.NOT_A_PRESCRIPTION)


def link(canvas: Canvas, screen: LinkRead) -> None:
    """Where it leads; nobody went there."""
    layout.title(canvas, texts.LINK)
    layout.paragraph(canvas, screen.host, (27, 43))
    layout.footer(canvas, texts.LINK_NOT_OPENED)


def opaque(canvas: Canvas, screen: OpaqueForwarded) -> None:
    """Whether the pharmacy software has what only it may read."""
    layout.title(canvas, texts.OPAQUE)
    layout.lgo(canvas, layout.delivery(screen.delivered))
    if screen.delivered:
        layout.big(canvas, texts.OPAQUE_SENT, texts.OPAQUE_SENT_TO)
    else:
        layout.big(canvas, texts.OPAQUE_WAITS, texts.OPAQUE_WAITS_FOR)
    layout.footer(canvas, texts.OPAQUE_NOT_READ)


def unknown(canvas: Canvas, screen: UnknownCode) -> None:
    """That it means nothing to us."""
    layout.title(canvas, texts.UNKNOWN)
    layout.big(canvas, texts.UNKNOWN_STATE, texts.SYMBOLOGIES.get(screen.symbology, screen.symbology))
    layout.footer(canvas, texts.UNKNOWN_REMEDY)


def unread(canvas: Canvas, screen: UnreadCode) -> None:
    """Why, and what to do about it in three words."""
    layout.title(canvas, texts.UNREAD)
    layout.warning(canvas)
    why, remedy = texts.UNREAD_REASONS[screen.reason]
    layout.big(canvas, why)
    layout.notices(canvas, [remedy])


def damaged(canvas: Canvas, screen: DamagedOrdonnance) -> None:
    """What could be read of the number, and that the printed one must be typed."""
    layout.title(canvas, texts.ORDONNANCE, bottom=layout.ROW_ONE.top)
    layout.warning(canvas)
    if screen.number is None:
        layout.big(canvas, texts.DAMAGED)
    else:
        layout.row_one(canvas, texts.DAMAGED)
        _prescription_number(canvas, screen.number, 28, 41)
    layout.notices(canvas, [texts.DAMAGED_TYPE_IT])


def camera_lost(canvas: Canvas, screen: CameraLost) -> None:
    """Since when, and what to do."""
    layout.title(canvas, texts.CAMERA)
    layout.warning(canvas)
    canvas.icon(icons.CAMERA_OFF, 1, 19)
    canvas.line(Box(36, 13, WIDTH, 31), 28, texts.CAMERA_LOST, large())
    canvas.line(Box(36, 32, WIDTH, 48), 45, texts.SINCE.format(hour=screen.since), medium())
    layout.notices(canvas, [texts.CAMERA_REMEDY])


def fault(canvas: Canvas, screen: Fault) -> None:
    """Its number for the support, and what to do."""
    layout.title(canvas, texts.FAULT.format(number=screen.number))
    layout.warning(canvas)
    layout.paragraph(canvas, screen.text, (25, 42, 59))


def _others(count: int, one: str, many: str) -> list[str]:
    if count == 0:
        return []
    return [one if count == 1 else many.format(count=count)]
