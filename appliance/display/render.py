"""Screens to pixels: `render(screen, tick=n)` is pure, and the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from appliance.display import (
    card_drawings,
    drawings,
    large_drawings,
    menu_pages,
    psc_drawings,
    status_drawings,
)
from appliance.display.canvas import Canvas, Placement
from appliance.display.card_screens import (
    CardMessage,
    CardWorking,
    CpsRead,
    PinEntry,
    PinRefused,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.motion import TICK_S, TURN_TICKS, take_turns
from appliance.display.psc_screens import (
    PscClosed,
    PscFailed,
    PscLoggingIn,
    PscNumberShown,
    PscSessionOpen,
)
from appliance.display.screens import (
    CameraLost,
    DamagedOrdonnance,
    Discordance,
    Fault,
    InsRead,
    LinkRead,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    Page,
    PageRead,
    PrescriberRead,
    Ready,
    Screen,
    Starting,
    TwoDocRead,
    UnknownCode,
    UnreadCode,
)
from appliance.display.status_screens import SeenAgain, Standing

__all__ = ["TICK_S", "Composed", "Film", "compose", "next_change", "render"]

_Draw = Callable[[Canvas], None]

_LINES_IN_TURN = 4
"""Lines that take turns with the other pages; the rest come with the button down."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A picture and what is known of it.

    Attributes:
        image: mode 1, 128x64.
        placements: every text drawn and its box.
        changes_in: ticks until the picture changes by itself; None when it never will.
    """

    image: Image.Image
    placements: tuple[Placement, ...]
    changes_in: int | None


def render(screen: Screen, *, tick: int = 0, large: bool = False) -> Image.Image:
    """The screen as a 128x64 picture of mode 1, `tick` ticks (of TICK_S) after it appeared."""
    return compose(screen, tick, large=large).image


def next_change(screen: Screen, tick: int) -> int | None:
    """Ticks from `tick` until the picture changes by itself; None when it never will."""
    return compose(screen, tick).changes_in


def compose(screen: Screen, tick: int, *, large: bool = False) -> Composed:
    """Draw one moment of a screen; who draws many of the same keeps its `Film`."""
    return Film(screen, large=large).at(tick)


class Film:
    """A screen over time: its pages in turn, each until all that scrolls on it was seen whole.

    With `large`, a main screen is drawn in large letters, one thing a page.
    """

    def __init__(self, screen: Screen, *, large: bool = False) -> None:
        self._pages = (large_drawings.pages(screen) if large else None) or _pages(screen)
        self._durations = [max(TURN_TICKS, _drawn(page, 0).cycle) for page in self._pages]

    def at(self, tick: int) -> Composed:
        """What is shown `tick` ticks (of TICK_S) after the screen appeared."""
        turn = take_turns(self._durations, tick)
        canvas = _drawn(self._pages[turn.index], turn.tick)
        if len(self._pages) > 1 or canvas.cycle:
            canvas.will_change(turn.changes_in)
        return Composed(canvas.image, tuple(canvas.placements), canvas.changes_in)


def _drawn(page: _Draw, tick: int) -> Canvas:
    canvas = Canvas(tick)
    page(canvas)
    return canvas


def _pages(screen: Screen) -> Sequence[_Draw]:
    if isinstance(screen, CpsRead):
        return [
            lambda canvas: card_drawings.cps_holder(canvas, screen),
            lambda canvas: card_drawings.cps_validity(canvas, screen),
        ]
    if not isinstance(screen, OrdonnanceRead):
        return [_one_page(screen)]
    return _ordonnance_pages(screen)


def _ordonnance_pages(screen: OrdonnanceRead) -> Sequence[_Draw]:
    status = screen.status
    pages: dict[Page, _Draw] = {
        Page.PATIENT: lambda canvas: drawings.ordonnance_patient(canvas, screen),
        Page.CHECK: lambda canvas: drawings.ordonnance_check(canvas, screen),
    }
    if status is None:
        return [pages[screen.page]] if screen.page in pages else list(pages.values())
    pages = {Page.STATUS: lambda canvas: status_drawings.status_page(canvas, screen, status), **pages}
    lines: list[_Draw] = [
        lambda canvas, index=index: status_drawings.status_line(canvas, status, index)  # type: ignore[misc]
        for index in range(len(status.lines))
    ]
    if screen.page is Page.LINES and lines:
        return [lines[status.line]]
    if screen.page in pages:
        return [pages[screen.page]]
    if status.standing is Standing.LOOKING:
        return [pages[Page.STATUS]]
    # What is still to be dispensed of a prescription begun is worth a turn by itself.
    told = lines[:_LINES_IN_TURN] if status.standing is Standing.PARTLY_DISPENSED else []
    return [*pages.values(), *told]


def _one_page(screen: Screen) -> _Draw:  # noqa: C901, PLR0912 - one line a screen
    match screen:
        case Starting():
            return drawings.starting
        case Ready():
            return lambda canvas: drawings.ready(canvas, screen)
        case InsRead():
            return lambda canvas: drawings.ins(canvas, screen)
        case Discordance():
            return lambda canvas: drawings.discordance(canvas, screen)
        case PrescriberRead():
            return lambda canvas: drawings.prescriber(canvas, screen)
        case MedicineRead():
            return lambda canvas: drawings.medicine(canvas, screen)
        case PageRead():
            return lambda canvas: drawings.page(canvas, screen)
        case TwoDocRead():
            return lambda canvas: drawings.two_doc(canvas, screen)
        case LinkRead():
            return lambda canvas: drawings.link(canvas, screen)
        case OpaqueForwarded():
            return lambda canvas: drawings.opaque(canvas, screen)
        case UnknownCode():
            return lambda canvas: drawings.unknown(canvas, screen)
        case DamagedOrdonnance():
            return lambda canvas: drawings.damaged(canvas, screen)
        case UnreadCode():
            return lambda canvas: drawings.unread(canvas, screen)
        case CameraLost():
            return lambda canvas: drawings.camera_lost(canvas, screen)
        case Fault():
            return lambda canvas: drawings.fault(canvas, screen)
        case CardWorking():
            return lambda canvas: card_drawings.working(canvas, screen)
        case CardMessage():
            return lambda canvas: card_drawings.message(canvas, screen)
        case VitaleRead():
            return lambda canvas: card_drawings.vitale(canvas, screen)
        case VitaleChoice():
            return lambda canvas: card_drawings.vitale_choice(canvas, screen)
        case PinEntry():
            return lambda canvas: card_drawings.pin_entry(canvas, screen)
        case PinRefused():
            return lambda canvas: card_drawings.pin_refused(canvas, screen)
        case SeenAgain():
            return lambda canvas: status_drawings.seen_again(canvas, screen)
        case PscLoggingIn() | PscNumberShown() | PscSessionOpen() | PscClosed() | PscFailed():
            return psc_drawings.page(screen)
        case OrdonnanceRead() | CpsRead():
            raise TypeError("an ordonnance and a CPS have several pages")
        case _:
            return menu_pages.page(screen)
