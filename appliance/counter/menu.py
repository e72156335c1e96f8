"""The menu: state and buttons in, state and effects out. Pure.

Two lists under the first at most, then pages. Up and down move, OK takes; OK held closes the whole menu.
Nothing that cannot be taken back happens without a question whose first answer is no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from appliance.counter.face import (
    AIM_NS,
    ENDED_NS,
    MENU_NS,
    Face,
    Menu,
    MenuPage,
    PairedClient,
    Pairing,
)
from appliance.counter.face_inputs import (
    AnswerPairing,
    AskAbout,
    CloseDoor,
    ClosePairing,
    EndService,
    FaceEffect,
    ListClients,
    OpenDoor,
    OpenPairing,
    RenameClient,
    RevokeClient,
    SavePreferences,
    ShowECps,
)
from appliance.counter.preferences import CONTRASTS, MAX_VOLUME, Preferences
from appliance.display.buttons import Button
from appliance.display.menu_screens import Pattern
from appliance.texts import menu as texts

__all__ = ["CLIENT_ENTRIES", "LISTS", "Entry", "closed", "lasts_ns", "opened", "pressed", "stays"]


@unique
class Entry(StrEnum):
    """What a list of the menu offers."""

    VEIL = "veil"
    CHECKS = "checks"
    E_CPS = "e_cps"
    SETTINGS = "settings"
    TECHNICIAN = "technician"
    END_OF_SERVICE = "end_of_service"
    CLOSE = "close"
    CONTRAST = "contrast"
    VOLUME = "volume"
    LARGE_TEXT = "large_text"
    PAIRING = "pairing"
    CLIENTS = "clients"
    FOCUS = "focus"
    EXPOSURE = "exposure"
    PATTERN = "pattern"
    ABOUT = "about"
    WEB = "web"
    BACK = "back"


LISTS: Final[Mapping[MenuPage, tuple[Entry, ...]]] = MappingProxyType(
    {
        MenuPage.ROOT: (
            Entry.VEIL,
            Entry.CHECKS,
            Entry.E_CPS,
            Entry.SETTINGS,
            Entry.TECHNICIAN,
            Entry.END_OF_SERVICE,
            Entry.CLOSE,
        ),
        MenuPage.SETTINGS: (Entry.CONTRAST, Entry.VOLUME, Entry.LARGE_TEXT, Entry.BACK),
        MenuPage.TECHNICIAN: (
            Entry.PAIRING,
            Entry.CLIENTS,
            Entry.FOCUS,
            Entry.EXPOSURE,
            Entry.PATTERN,
            Entry.WEB,
            Entry.ABOUT,
            Entry.BACK,
        ),
    }
)

CLIENT_ENTRIES: Final = (texts.REVOKE_TITLE, *texts.CLIENT_NAMES, texts.MENU_ENTRIES[Entry.BACK])
"""What is done with a paired software: taken off, called otherwise, or left."""

_PAGES: Final[Mapping[Entry, MenuPage]] = MappingProxyType(
    {
        Entry.CHECKS: MenuPage.CHECKS,
        Entry.SETTINGS: MenuPage.SETTINGS,
        Entry.TECHNICIAN: MenuPage.TECHNICIAN,
        Entry.END_OF_SERVICE: MenuPage.END,
        Entry.CONTRAST: MenuPage.CONTRAST,
        Entry.VOLUME: MenuPage.VOLUME,
        Entry.LARGE_TEXT: MenuPage.LARGE_TEXT,
        Entry.PAIRING: MenuPage.PAIRING,
        Entry.CLIENTS: MenuPage.CLIENTS,
        Entry.FOCUS: MenuPage.FOCUS,
        Entry.EXPOSURE: MenuPage.EXPOSURE,
        Entry.PATTERN: MenuPage.PATTERN,
        Entry.ABOUT: MenuPage.ABOUT,
        Entry.WEB: MenuPage.WEB,
    }
)

_ON_OPENING: Final[Mapping[MenuPage, FaceEffect]] = MappingProxyType(
    {
        MenuPage.PAIRING: OpenPairing(),
        MenuPage.CLIENTS: ListClients(),
        MenuPage.ABOUT: AskAbout(),
        MenuPage.WEB: OpenDoor(),
    }
)

_ADJUSTED: Final = frozenset({MenuPage.CONTRAST, MenuPage.VOLUME, MenuPage.LARGE_TEXT})
_LONG: Final = frozenset(
    {MenuPage.FOCUS, MenuPage.EXPOSURE, MenuPage.PATTERN, MenuPage.PAIRING, MenuPage.WEB}
)
"""Pages that stay open while hands are elsewhere, and that no code laid under the camera closes."""

Step = tuple[Face, tuple[FaceEffect, ...]]


def opened(face: Face, at_ns: int, page: MenuPage = MenuPage.ROOT) -> Step:
    """The menu, or a page of it, opens."""
    effect = _ON_OPENING.get(page)
    return face.at(Menu(page, at_ns)), () if effect is None else (effect,)


def closed(face: Face) -> Step:
    """The menu closes, wherever one is in it; what was being set is kept."""
    menu = face.menu
    if menu is None:
        return face, ()
    effects: tuple[FaceEffect, ...] = ()
    if menu.page in _ADJUSTED:
        effects = (SavePreferences(face.preferences),)
    elif menu.page is MenuPage.PAIRING:
        effects = (ClosePairing(),)
    return replace(face, menu=None, pairing=None), effects


def lasts_ns(face: Face, menu: Menu) -> int:
    """How long the page stays open without a button."""
    if menu.page is MenuPage.PAIRING and face.pairing is not None and face.pairing.end is not None:
        return ENDED_NS
    return AIM_NS if menu.page in _LONG else MENU_NS


def stays(menu: Menu) -> bool:
    """Whether the page stays open though a code or a card comes."""
    return menu.page in _LONG


def pressed(face: Face, menu: Menu, button: Button, *, held: bool, at_ns: int, checks: int) -> Step:
    """A button while the menu is open; `checks` is how many there are to look through."""
    menu = replace(menu, touched_ns=at_ns)
    if button is Button.OK and held:
        return closed(face.at(menu))
    move = {Button.UP: -1, Button.DOWN: 1}.get(button)
    if menu.page in LISTS:
        entries = LISTS[menu.page]
        if move is not None:
            return face.at(_moved(menu, move, len(entries))), ()
        return _taken(face, menu, entries[menu.selected])
    return _on_page(face, menu, move, checks)


def _moved(menu: Menu, move: int, count: int) -> Menu:
    return replace(menu, selected=(menu.selected + move) % max(count, 1))


def _taken(face: Face, menu: Menu, entry: Entry) -> Step:
    match entry:
        case Entry.VEIL:
            return replace(face, menu=None, veiled=True), ()
        case Entry.CLOSE:
            return closed(face.at(menu))
        case Entry.BACK:
            return _back(face, menu)
        case Entry.E_CPS:
            return face.at(None), (ShowECps(),)
    page = _PAGES[entry]
    effect = _ON_OPENING.get(page)
    trail = (*menu.trail, (menu.page, menu.selected))
    return face.at(Menu(page, menu.touched_ns, trail=trail)), () if effect is None else (effect,)


def _back(face: Face, menu: Menu) -> Step:
    if not menu.trail:
        return closed(face.at(menu))
    _, effects = closed(face.at(menu))
    page, selected = menu.trail[-1]
    before = Menu(page, menu.touched_ns, selected=selected, trail=menu.trail[:-1], client=menu.client)
    return replace(face, menu=before, pairing=None), effects


def _on_page(face: Face, menu: Menu, move: int | None, checks: int) -> Step:
    match menu.page:
        case MenuPage.CONTRAST | MenuPage.VOLUME | MenuPage.LARGE_TEXT if move is not None:
            return replace(face, menu=menu, preferences=_adjusted(face.preferences, menu.page, -move)), ()
        case MenuPage.CHECKS if move is not None:
            return face.at(_moved(menu, move, checks)), ()
        case MenuPage.PATTERN if move is not None:
            return face.at(_moved(menu, move, len(Pattern))), ()
        case MenuPage.WEB if move is not None:
            back, _ = _back(face, menu)
            return back, (CloseDoor(),)
        case MenuPage.CLIENTS:
            return _on_clients(face, menu, move)
        case MenuPage.CLIENT if menu.client is not None:
            return _on_client(face, menu, menu.client, move)
        case MenuPage.REVOKE | MenuPage.END:
            return _on_question(face, menu, move)
        case MenuPage.PAIRING if face.pairing is not None and face.pairing.number is not None:
            return _on_pairing(face, menu, face.pairing, same=move is None)
    return (face.at(menu), ()) if move is not None else _back(face, menu)


def _adjusted(preferences: Preferences, page: MenuPage, move: int) -> Preferences:
    """One step on, as far as there are steps: up is more."""
    match page:
        case MenuPage.CONTRAST:
            return replace(preferences, contrast=min(max(preferences.contrast + move, 1), len(CONTRASTS)))
        case MenuPage.VOLUME:
            return replace(preferences, volume=min(max(preferences.volume + move, 0), MAX_VOLUME))
    return replace(preferences, large_text=not preferences.large_text)


def _on_clients(face: Face, menu: Menu, move: int | None) -> Step:
    if not face.clients:
        return _back(face, menu) if move is None else (face.at(menu), ())
    if move is not None:
        return face.at(_moved(menu, move, len(face.clients))), ()
    trail = (*menu.trail, (menu.page, menu.selected))
    client = face.clients[min(menu.selected, len(face.clients) - 1)]
    return face.at(Menu(MenuPage.CLIENT, menu.touched_ns, trail=trail, client=client)), ()


def _on_client(face: Face, menu: Menu, client: PairedClient, move: int | None) -> Step:
    if move is not None:
        return face.at(_moved(menu, move, len(CLIENT_ENTRIES))), ()
    chosen = CLIENT_ENTRIES[menu.selected]
    if chosen == texts.REVOKE_TITLE:
        trail = (*menu.trail, (menu.page, menu.selected))
        return face.at(Menu(MenuPage.REVOKE, menu.touched_ns, trail=trail, client=client)), ()
    back, _ = _back(face, menu)
    if chosen not in texts.CLIENT_NAMES:
        return back, ()
    return back, (RenameClient(client.id, chosen), ListClients())


def _on_pairing(face: Face, menu: Menu, pairing: Pairing, *, same: bool) -> Step:
    """The digits are the same, or not. The software has to hear it: a second press says nothing."""
    if not pairing.awaits_answer:
        return face.at(menu), ()
    answered = replace(pairing, answered=True) if same else Pairing(left_s=pairing.left_s)
    return replace(face, menu=menu, pairing=answered), (AnswerPairing(same=same),)


def _on_question(face: Face, menu: Menu, move: int | None) -> Step:
    if move is not None:
        return face.at(replace(menu, selected=1 - menu.selected)), ()
    if not menu.selected:
        return _back(face, menu)
    if menu.page is MenuPage.END:
        return replace(face, menu=None, veiled=True), (EndService(),)
    if menu.client is None:
        return _back(face, menu)
    # Past the page of the software, which is paired no more, to the list.
    *trail, (page, _), _ = menu.trail
    listed = Menu(page, menu.touched_ns, trail=tuple(trail))
    return face.at(listed), (RevokeClient(menu.client.id), ListClients())
