"""The pages of what is on the screen, as the arrows turn them. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.counter.state import State
from appliance.counter.status_asks import shown_prescription
from appliance.display.buttons import Button
from appliance.display.screens import Page

__all__ = ["turn_page"]


def turn_page(state: State, button: Button) -> State:
    """The next page, or the one before: of an ordonnance its status, patient, numbers, then its lines."""
    ring = _ring(state)
    if state.page is None:
        # From the pages that take turns: down to the second, up to the first.
        page, line = ring[1 if button is Button.DOWN else 0]
    else:
        now = (state.page, state.line)
        at = ring.index(now) if now in ring else 0
        page, line = ring[(at + (1 if button is Button.DOWN else -1)) % len(ring)]
    return replace(state, page=page, line=line)


def _ring(state: State) -> list[tuple[Page, int]]:
    pages = [(Page.PATIENT, 0), (Page.CHECK, 0)]
    tracked = shown_prescription(state)
    if tracked is None or tracked.is_quiet or not state.shows_status:
        return pages
    lines = len(tracked.status.lines) if tracked.status is not None else 0
    return [(Page.STATUS, 0), *pages, *((Page.LINES, line) for line in range(lines))]
