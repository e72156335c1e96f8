"""The sheet that screens are drawn on: 128x64 pixels of one bit, text in boxes it cannot leave.

It keeps a record of every text drawn, so that a test can hold each against its box, and of what will move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto, unique
from typing import Final

from PIL import Image, ImageChops

from appliance.display.icons import picture
from appliance.display.motion import scroll, scroll_ticks, take_turns
from appliance.display.printable import grouped
from appliance.display.typeface import Typeface

__all__ = ["HEIGHT", "WIDTH", "Align", "Box", "Canvas", "Placement", "longest_scroll", "wrap"]

WIDTH: Final = 128
HEIGHT: Final = 64

_WORD_SIGNS: Final = ".-/_"
"""Where a host name or a hyphenated name is broken rather than within its parts."""


@unique
class Align(Enum):
    """Where a line stands in a box wider than itself."""

    LEFT = auto()
    CENTRE = auto()
    RIGHT = auto()


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the canvas, in pixels; `right` and `bottom` are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        """Refuse what is not on the canvas."""
        if not (0 <= self.left < self.right <= WIDTH and 0 <= self.top < self.bottom <= HEIGHT):
            raise ValueError(
                f"a box lies on the canvas, not at {self.left, self.top, self.right, self.bottom}"
            )

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    def touches(self, other: Box) -> bool:
        """Whether the two share a pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """A text as drawn.

    Attributes:
        text: what was drawn, after it was made safe; not in the repr, it may be a person's name.
        typeface: its name.
        cap_height: pixels of its capitals.
        box: where it had to stay.
        ink: the smallest box around its lit (or, on a lit ground, dark) pixels; None for a blank.
        width: pixels of the whole line; more than the box's when it scrolls.
        clipped_rows: whether ink above or below the box was cut.
    """

    text: str
    typeface: str
    cap_height: int
    box: Box
    ink: Box | None
    width: int
    clipped_rows: bool

    def __repr__(self) -> str:
        """Say where, not what."""
        return f"<Placement of {len(self.text)} signs in {self.box}>"


class Canvas:
    """One picture in the making, `tick` ticks after its page appeared."""

    def __init__(self, tick: int) -> None:
        self.image = Image.new("1", (WIDTH, HEIGHT))
        self.tick = tick
        self.placements: list[Placement] = []
        self.cycle = 0
        """Ticks until all that moves was seen whole once; 0 when nothing moves."""
        self.changes_in: int | None = None
        """Ticks until the next movement; None when nothing moves any more."""

    def will_change(self, ticks: int | None, cycle: int = 0) -> None:
        """Note that something moves next in `ticks`, and was seen whole `cycle` ticks after the start."""
        self.cycle = max(self.cycle, cycle)
        if ticks is not None:
            self.changes_in = ticks if self.changes_in is None else min(ticks, self.changes_in)

    def ground(self, box: Box) -> None:
        """Light a box: text drawn on it afterwards is dark."""
        self.image.paste(1, (box.left, box.top, box.right, box.bottom))

    def icon(self, rows: tuple[str, ...], left: int, top: int) -> None:
        """Draw a small picture, dark on a lit ground."""
        self._invert(picture(rows), left, top)

    def line(
        self,
        box: Box,
        baseline: int,
        text: str,
        *typefaces: Typeface,
        align: Align = Align.LEFT,
        groups: tuple[int, ...] = (),
        tick: int | None = None,
    ) -> None:
        """Draw one line in the first of `typefaces` that it fits in, else scrolling in the last.

        Args:
            box: it never leaves it.
            baseline: the row below the last one of a capital letter; an accent or a descender that would
                leave the box moves it, where the box has room.
            text: anything; it is made safe here.
            typefaces: in order of preference.
            align: for a line narrower than the box.
            groups: the sizes of the groups of a number (`grouped`); none for a text.
            tick: ticks since the line appeared, where that is not since the page appeared.
        """
        typeface, shown = _choose(text, typefaces, box.width, groups)
        if not shown:
            return
        width = typeface.width(shown)
        overflow = width - box.width
        since = self.tick if tick is None else tick
        shift = scroll(overflow, since)
        if overflow > 0:
            self.will_change(shift.changes_in, scroll_ticks(overflow))
        if overflow > 0 and shift.offset == 0:
            # At rest, an ellipsis says that more is to come.
            strip = typeface.draw(typeface.cut(shown, box.width))
        else:
            strip = typeface.draw(shown).crop(
                (shift.offset, 0, min(width, shift.offset + box.width), _rows(typeface))
            )
        left = box.left + _indent(box.width - strip.width, align)
        top = _baseline(box, baseline, *typeface.rows(shown)) - typeface.rise
        inked = strip.getbbox()
        clipped = _clip_rows(strip, box.top - top, box.bottom - top)
        self._invert(clipped, left, max(top, box.top))
        self.placements.append(
            Placement(
                text=shown,
                typeface=typeface.name,
                cap_height=typeface.cap_height,
                box=box,
                ink=_moved(clipped.getbbox(), left, max(top, box.top)),
                width=width,
                clipped_rows=inked is not None and (inked[1] < box.top - top or inked[3] > box.bottom - top),
            )
        )

    def lines_in_turn(
        self, box: Box, baseline: int, texts: Sequence[str], typeface: Typeface, turn: int
    ) -> None:
        """Draw texts one after the other at one place, each for `turn` ticks or until it was seen whole."""
        durations = [max(turn, longest_scroll(text, typeface, box.width)) for text in texts]
        now = take_turns(durations, self.tick)
        if len(texts) > 1:
            self.will_change(now.changes_in, sum(durations))
        self.line(box, baseline, texts[now.index], typeface, align=Align.CENTRE, tick=now.tick)

    def _invert(self, stamp: Image.Image, left: int, top: int) -> None:
        place = (left, top, left + stamp.width, top + stamp.height)
        self.image.paste(ImageChops.logical_xor(self.image.crop(place), stamp), place)


def longest_scroll(text: str, typeface: Typeface, width: int) -> int:
    """Ticks that `text` needs to be seen whole in `width` pixels; 0 if it fits."""
    return scroll_ticks(typeface.width(typeface.printable(text)) - width)


def wrap(text: str, typeface: Typeface, width: int, max_lines: int) -> list[str]:
    """Break a text at its spaces (a longer word after a sign, else anywhere) into lines of `width` pixels.

    The last line takes all that is left, and may be wider.
    """
    shown = typeface.printable(text)
    lines: list[str] = []
    while shown and len(lines) < max_lines - 1:
        end = len(shown)
        while end > 1 and typeface.width(shown[:end].rstrip()) > width:
            end -= 1
        if end < len(shown):
            end = _break_before(shown, end)
        lines.append(shown[:end].rstrip())
        shown = shown[end:].lstrip()
    if shown:
        lines.append(shown)
    return lines


def _break_before(text: str, end: int) -> int:
    """Where the line ends that has room for `text[:end]`."""
    space = text.rfind(" ", 0, end + 1)
    if space > 0:
        return space
    sign = max(text.rfind(sign, 0, end) for sign in _WORD_SIGNS)
    return sign + 1 if sign > 0 else end


def _choose(
    text: str, typefaces: Sequence[Typeface], width: int, groups: tuple[int, ...]
) -> tuple[Typeface, str]:
    for typeface in typefaces:
        shown = typeface.printable(text)
        if groups:
            shown = grouped(shown, groups)
        if typeface.width(shown) <= width:
            return typeface, shown
    return typeface, shown


def _baseline(box: Box, wanted: int, rise: int, drop: int) -> int:
    if rise + drop > box.height:
        return wanted
    return min(max(wanted, box.top + rise), box.bottom - drop)


def _rows(typeface: Typeface) -> int:
    return typeface.rise + typeface.drop


def _indent(spare: int, align: Align) -> int:
    match align:
        case Align.LEFT:
            return 0
        case Align.CENTRE:
            return spare // 2
        case Align.RIGHT:
            return spare


def _clip_rows(strip: Image.Image, first: int, end: int) -> Image.Image:
    return strip.crop((0, max(first, 0), strip.width, min(end, strip.height)))


def _moved(ink: tuple[int, int, int, int] | None, left: int, top: int) -> Box | None:
    if ink is None:
        return None
    return Box(left + ink[0], top + ink[1], left + ink[2], top + ink[3])
