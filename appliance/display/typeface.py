"""Bitmap typefaces: glyphs drawn by hand for one bit a pixel, read from BDF files.

BDF is Adobe's Glyph Bitmap Distribution Format 2.1. Pillow reads the glyphs; we keep their code points, which
Pillow's own font objects reduce to 256, so that it is known what a typeface can show.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import IO, BinaryIO, Final, cast

from PIL import Image
from PIL.BdfFontFile import bdf_char

from appliance.display.printable import ELLIPSIS, REPLACEMENT, THIN_SPACE, printable

__all__ = ["FRENCH", "Glyph", "Typeface", "digits", "huge", "large", "medium", "small", "small_bold"]

FRENCH: Final = "".join(map(chr, range(0x21, 0x7F))) + "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆàâäçéèêëîïôöùûüÿœæ" + "€°«»’…–—·²"
"""Every sign of French text: what each typeface must hold, and what its line height is measured on."""

_SHOWN_BLOCKS: Final = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00AC),  # Latin-1 Supplement, without the soft hyphen at 0x00AD
    (0x00AE, 0x024F),  # ... to Latin Extended-B
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2010, 0x2027),  # General Punctuation, without its controls
    (0x2030, 0x203A),
    (0x20AC, 0x20AC),  # euro sign
)
"""Latin only: a Greek or Cyrillic letter that looks like a Latin one is shown as a box, not as its double."""

_THIN_SPACE_PX: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One sign as a bitmap.

    Attributes:
        advance: pixels from its origin to the next glyph's.
        left: where its bitmap starts, pixels right of the origin (may be negative).
        top: the bitmap's first row, relative to the baseline: -1 is the row above it.
        image: mode 1, cropped to what is inked; empty for a space.
    """

    advance: int
    left: int
    top: int
    image: Image.Image


class Typeface:
    """A set of glyphs of one size.

    Attributes:
        name: the file's name.
        cap_height: pixels of a capital H.
        rise: rows above the baseline that French text needs, accents of capitals included.
        drop: rows below the baseline that French text needs.
    """

    def __init__(self, name: str, glyphs: Mapping[str, Glyph]) -> None:
        missing = [sign for sign in FRENCH if sign not in glyphs]
        if missing:
            raise ValueError(f"the typeface {name} lacks {len(missing)} signs of French text")
        self.name = name
        self.cap_height = -glyphs["H"].top
        self.rise = max(-glyphs[sign].top for sign in FRENCH)
        self.drop = max(glyphs[sign].top + glyphs[sign].image.height for sign in FRENCH)
        self._glyphs = MappingProxyType(
            {
                **glyphs,
                REPLACEMENT: _hollow_box(self.cap_height),
                THIN_SPACE: Glyph(_THIN_SPACE_PX, 0, 0, Image.new("1", (0, 0))),
            }
        )
        self._outside = MappingProxyType(dict(glyphs))

    def __repr__(self) -> str:
        """Say which."""
        return f"<Typeface {self.name}>"

    def printable(self, text: str) -> str:
        """`text` made safe and reduced to what this typeface shows (`appliance.display.printable`)."""
        return printable(text, self._outside)

    def width(self, text: str) -> int:
        """Pixels from the first inked column to the last; `text` was made printable before."""
        left, right = self._ink(text)
        return right - left

    def rows(self, text: str) -> tuple[int, int]:
        """Rows of ink above the baseline, and rows below it."""
        glyphs = [self._glyphs[sign] for sign in text]
        rise = max((-glyph.top for glyph in glyphs), default=0)
        drop = max((glyph.top + glyph.image.height for glyph in glyphs), default=0)
        return min(max(rise, 0), self.rise), min(max(drop, 0), self.drop)

    def draw(self, text: str) -> Image.Image:
        """The line as a bitmap of mode 1: `width(text)` wide, `rise` rows above the baseline, `drop` below.

        Ink outside those rows (letters that French does not use) is cut.
        """
        left, right = self._ink(text)
        line = Image.new("1", (right - left, self.rise + self.drop))
        origin = -left
        for sign in text:
            glyph = self._glyphs[sign]
            line.paste(1, (origin + glyph.left, self.rise + glyph.top), glyph.image)
            origin += glyph.advance
        return line

    def cut(self, text: str, width: int) -> str:
        """As many whole signs of `text` as fit `width` pixels, with an ellipsis if any is left out."""
        if self.width(text) <= width:
            return text
        # The longest beginning that fits, found by halving: a name may have a hundred letters.
        fits, too_long = 0, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS) <= width:
                fits = middle
            else:
                too_long = middle
        return text[:fits].rstrip() + ELLIPSIS

    def _ink(self, text: str) -> tuple[int, int]:
        left = right = origin = 0
        for sign in text:
            glyph = self._glyphs[sign]
            if glyph.image.width:
                left = min(left, origin + glyph.left)
                right = max(right, origin + glyph.left + glyph.image.width)
            origin += glyph.advance
        return left, right


def _hollow_box(height: int) -> Glyph:
    width = height * 2 // 3
    image = Image.new("1", (width, height), 1)
    image.paste(0, (1, 1, width - 1, height - 1))
    return Glyph(width + 2, 1, -height, image)


def _read_bdf(file: IO[bytes]) -> dict[str, Glyph]:
    glyphs: dict[str, Glyph] = {}
    while (character := bdf_char(cast(BinaryIO, file))) is not None:
        _, code_point, ((advance, _), (left, top, _, _), _), image = character
        if not any(first <= code_point <= last for first, last in _SHOWN_BLOCKS):
            continue
        ink = image.getbbox()
        if ink is None:
            glyphs[chr(code_point)] = Glyph(advance, 0, 0, Image.new("1", (0, 0)))
        else:
            glyphs[chr(code_point)] = Glyph(advance, left + ink[0], top + ink[1], image.crop(ink))
    return glyphs


@functools.cache
def _load(name: str) -> Typeface:
    with resources.files("appliance.display").joinpath("fonts", f"{name}.bdf").open("rb") as file:
        return Typeface(name, _read_bdf(file))


def small() -> Typeface:
    """What explains: labels and footers (Helvetica, capitals 8 px)."""
    return _load("helvR10")


def small_bold() -> Typeface:
    """Titles (Helvetica Bold, capitals 8 px)."""
    return _load("helvB10")


def medium() -> Typeface:
    """What matters, where `large` does not fit (Helvetica Bold, capitals 9 px)."""
    return _load("helvB12")


def large() -> Typeface:
    """The one thing of a screen (Helvetica Bold, capitals 11 px)."""
    return _load("helvB14")


def huge() -> Typeface:
    """The hour, and what must not be missed (Helvetica Bold, capitals 19 px)."""
    return _load("helvB24")


def digits() -> Typeface:
    """Numbers checked by eye (misc-fixed 8x13 Bold, 10 px): digits of one width, none like another."""
    return _load("8x13B")
