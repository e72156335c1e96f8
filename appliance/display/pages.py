"""A picture as an OLED's memory holds it: eight pages of eight rows, a byte a column. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from appliance.display.canvas import HEIGHT, WIDTH

__all__ = ["PAGES", "Run", "changed_runs", "pages_of"]

_PAGE_ROWS: Final = 8
PAGES: Final = HEIGHT // _PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Run:
    """Columns of a page, side by side, that are to be written.

    Attributes:
        page: 0 for the topmost.
        first: the column of the first byte.
        content: a byte a column, its lowest bit the topmost row.
    """

    page: int
    first: int
    content: bytes

    @property
    def last(self) -> int:
        """The column of the last byte."""
        return self.first + len(self.content) - 1


def pages_of(image: Image.Image) -> tuple[bytes, ...]:
    """The pages of a picture of 128x64 pixels of mode 1, 128 bytes each."""
    rows = np.asarray(image, dtype=np.uint8).reshape(PAGES, _PAGE_ROWS, WIDTH)
    packed = np.packbits(rows, axis=1, bitorder="little")
    return tuple(page.tobytes() for page in packed)


def changed_runs(shown: tuple[bytes, ...] | None, wanted: tuple[bytes, ...]) -> Iterator[Run]:
    """What makes `wanted` of `shown`: at most one run a page; all when nobody knows what is shown."""
    for number, page in enumerate(wanted):
        if shown is None:
            yield Run(number, 0, page)
            continue
        differs = [column for column in range(WIDTH) if page[column] != shown[number][column]]
        if differs:
            first, last = differs[0], differs[-1]
            yield Run(number, first, page[first : last + 1])
