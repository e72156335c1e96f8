"""Captured pages at work for the counter: gathered from the eye, kept for the bridge, erased in time.

Runs in the thread that owns the state. The pictures are in its memory while they come, and then only on the
shelf, sealed, on the tmpfs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from appliance.base.clock import Clock
from appliance.counter.outputs import DropPages, KeepPage, PageEffect
from appliance.counter.page_state import PageCaptured, PageGone, PageHappening, PageKept, PageLost
from appliance.decode.sightings import PageBegun, PageLeft, PagePiece
from appliance.pages.gathering import PageGathering
from appliance.pages.shelf import PageEntry, PageShelf, ShelfFullError

__all__ = ["PageDesk"]

_log = logging.getLogger(__name__)


class PageDesk:
    """What the counter's runtime needs for pages."""

    def __init__(self, shelf: PageShelf, clock: Clock) -> None:
        """Erase what a counter before this one left: its visits are over."""
        self._shelf = shelf
        self._clock = clock
        self._gathering = PageGathering()
        self._whole: tuple[PageBegun, bytes] | None = None
        shelf.clear()

    def hear(self, message: PageBegun | PagePiece | PageLeft, tell: Callable[[PageHappening], None]) -> None:
        """The eye said something of a page; `tell` takes what it means."""
        now_ns = self._clock.monotonic_ns()
        match message:
            case PageBegun():
                self._gathering.begin(message)
            case PagePiece():
                whole = self._gathering.add(message)
                if whole is not None:
                    self._whole = whole
                    tell(PageCaptured(whole[0], now_ns))
                    self._whole = None
            case PageLeft():
                tell(PageGone(message.page, now_ns))

    def eye_left(self, tell: Callable[[PageHappening], None]) -> None:
        """The eye is gone: nobody says any more what lies there."""
        self._gathering.forget()
        tell(PageGone(None, self._clock.monotonic_ns()))

    def do(self, effect: PageEffect, tell: Callable[[PageHappening], None]) -> None:
        """Carry an effect out."""
        match effect:
            case KeepPage():
                tell(self._keep(effect))
            case DropPages():
                self._shelf.drop(effect.visit)

    def sweep(self) -> None:
        """Erase what nobody fetched in time."""
        self._shelf.sweep()

    def close(self) -> None:
        """Erase all: the counter ends, and its visits with it."""
        self._shelf.clear()

    def _keep(self, effect: KeepPage) -> PageHappening:
        now_ns = self._clock.monotonic_ns()
        if self._whole is None or self._whole[0].page != effect.page:
            return PageLost(effect.page, "storage", now_ns)
        said, jpeg = self._whole
        entry = PageEntry(
            page=said.page,
            number=effect.number,
            width_px=said.width_px,
            height_px=said.height_px,
            dpi=said.dpi,
            width_mm=said.width_mm,
            height_mm=said.height_mm,
            real_dpi=said.real_dpi,
            is_sharp=said.is_sharp,
            is_upright=said.is_upright,
        )
        try:
            self._shelf.put(effect.visit, entry, jpeg)
        except ShelfFullError:
            return PageLost(effect.page, "full", now_ns)
        except (OSError, ValueError) as error:
            _log.warning("a page is not kept: %s", type(error).__name__)
            return PageLost(effect.page, "storage", now_ns)
        return PageKept(effect.page, now_ns)
