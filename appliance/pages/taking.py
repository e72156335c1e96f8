"""When a page is taken, and how it is said: a sheet that lies still, after its codes, piece by piece.

Runs in the eye's loop and never waits: the work is done in another thread, of the lowest priority.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.base.clock import NS_PER_S
from appliance.capture.frame import ExposureTarget, Frame, GreyImage
from appliance.decode.presence import Presentation
from appliance.decode.sightings import MAX_PIECE_BYTES, EyeMessage, PageBegun, PageLeft, PagePiece
from appliance.decode.symbol import Symbol
from appliance.pages.page import SAME_PAGE, Miss, NoPageError, Optics, Page, likeness, make_page

__all__ = ["PIECES_A_FRAME", "READING_NS", "STILL_NS", "BackgroundMaker", "Maker", "PageTaker"]

_log = logging.getLogger(__name__)

STILL_NS: Final = NS_PER_S * 6 // 10
"""A sheet that has not moved for so long lies; a hand that smooths it is gone."""

READING_NS: Final = 2 * NS_PER_S
"""So long the page waits for codes that are still being tried; one that is never read must not keep it."""

PIECES_A_FRAME: Final = 4
"""36 KiB a frame: a page in two seconds, and a code never waits behind more than that on the socket."""

_KNOWN: Final = 8
"""Pages by which the same side is known again: as many as a document has."""

_LOWEST_PRIORITY: Final = 19


class Maker(Protocol):
    """Makes pages, one at a time, while the eye goes on looking."""

    @property
    def is_busy(self) -> bool:
        """Whether a page is being made."""
        ...

    def begin(self, picture: GreyImage, symbols: Sequence[Symbol]) -> None:
        """Make the page of a picture, which nobody else writes to."""
        ...

    def result(self) -> Page | Miss | None:
        """What came of it, once; None while there is nothing new."""
        ...


class BackgroundMaker:
    """In a thread of the lowest priority; one that fails costs a page, never the eye."""

    def __init__(self, optics: Callable[[GreyImage], Optics]) -> None:
        """Start no thread yet: the first page does. `optics` says what is known of a picture's camera."""
        self._optics = optics
        self._thread: threading.Thread | None = None
        self._done: queue.SimpleQueue[Page | Miss] = queue.SimpleQueue()

    @property
    def is_busy(self) -> bool:
        """Whether a page is being made."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, picture: GreyImage, symbols: Sequence[Symbol]) -> None:
        """Make the page of a picture."""
        # No daemon: an interpreter that ends under OpenCV's feet is aborted. A page is soon over.
        self._thread = threading.Thread(target=self._make, args=(picture, tuple(symbols)), name="page")
        self._thread.start()

    def result(self) -> Page | Miss | None:
        """What came of it."""
        try:
            return self._done.get_nowait()
        except queue.Empty:
            return None

    def _make(self, picture: GreyImage, symbols: Sequence[Symbol]) -> None:
        try:
            # Of this thread alone, as Linux understands it.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)
        except OSError as error:
            _log.warning("pages are made at the eye's own priority: %s", type(error).__name__)
        try:
            self._done.put(make_page(picture, symbols, self._optics(picture)))
        except NoPageError as error:
            self._done.put(error.miss)
        except Exception as error:  # noqa: BLE001 - the edge of a thread; the eye goes on without this page
            _log.error("a page could not be made: %s", type(error).__name__)
            self._done.put(Miss.NO_SHEET)


class PageTaker:
    """Watches for a sheet that lies still, has its page made, and says it in pieces.

    Args:
        maker: makes the page.
        is_moving: whether the gate calls the latest frame new.
        is_reading: whether codes are still being tried.
        new_id: gives an id never given before.
    """

    def __init__(
        self,
        maker: Maker,
        is_moving: Callable[[], bool],
        is_reading: Callable[[], bool],
        new_id: Callable[[], str],
    ) -> None:
        self._maker = maker
        self._is_moving = is_moving
        self._is_reading = is_reading
        self._new_id = new_id
        self._moved_ns: int | None = None
        self._is_tried = False
        self._taken: Sequence[Presentation] = ()
        self._known: deque[tuple[str, NDArray[np.float32]]] = deque(maxlen=_KNOWN)
        self._lying: str | None = None
        self._due: Iterator[EyeMessage] = iter(())

    def __call__(self, frame: Frame, in_view: Sequence[Presentation], is_heard: bool) -> list[EyeMessage]:
        """A frame was looked at; returns what is to be said now."""
        if not is_heard:
            # A counter that comes back knows of no page: what lies there is taken anew.
            self._is_tried, self._lying, self._due = False, None, iter(())
            self._maker.result()
            return []
        if self._moved_ns is None or self._is_moving():
            self._moved_ns, self._is_tried = frame.captured_at_ns, False
        elif self._is_due(frame, self._moved_ns):
            self._is_tried = True
            self._taken = [one for one in in_view if one.unseen_since_ns is None]
            self._maker.begin(frame.grey.copy(), [one.symbol for one in self._taken])
        made = self._maker.result()
        messages: list[EyeMessage] = [] if made is None else self._made(made)
        return messages + [message for _, message in zip(range(PIECES_A_FRAME), self._due, strict=False)]

    def _is_due(self, frame: Frame, moved_ns: int) -> bool:
        still_ns = frame.captured_at_ns - moved_ns
        return (
            not self._is_tried
            and frame.exposure is ExposureTarget.PAPER
            and still_ns >= (READING_NS if self._is_reading() else STILL_NS)
            and not self._maker.is_busy
        )

    def _made(self, made: Page | Miss) -> list[EyeMessage]:
        page_id = None if isinstance(made, Miss) else self._name(made)
        left = [] if self._lying in (None, page_id) else [PageLeft(page=self._lying or "")]
        self._lying = page_id
        if isinstance(made, Page) and page_id is not None:
            self._due = _said(made, page_id, self._taken)
        return [*left]

    def _name(self, page: Page) -> str:
        """The id of the page that this one shows again, or a new one."""
        for page_id, thumb in self._known:
            if likeness(thumb, page.thumb) >= SAME_PAGE:
                return page_id
        page_id = self._new_id()
        self._known.append((page_id, page.thumb))
        return page_id


def _said(page: Page, page_id: str, lying: Sequence[Presentation]) -> Iterator[EyeMessage]:
    """The page, message by message."""
    yield PageBegun(
        page=page_id,
        sightings=tuple(one.sighting for one in lying if _is_on(page, one.symbol)),
        size=len(page.jpeg),
        width_px=page.width_px,
        height_px=page.height_px,
        dpi=page.dpi,
        width_mm=page.size_mm[0],
        height_mm=page.size_mm[1],
        real_dpi=page.real_dpi,
        is_sharp=page.is_sharp,
        is_upright=page.is_upright,
    )
    for start in range(0, len(page.jpeg), MAX_PIECE_BYTES):
        yield PagePiece(page=page_id, content=page.jpeg[start : start + MAX_PIECE_BYTES])


def _is_on(page: Page, symbol: Symbol) -> bool:
    x, y = np.mean(symbol.corners, axis=0)
    return cv2.pointPolygonTest(page.corners.astype(np.float32), (float(x), float(y)), measureDist=False) >= 0
