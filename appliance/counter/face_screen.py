"""What the OLED says of the device itself: pure, and None where it is to speak of something else."""

from __future__ import annotations

from datetime import datetime

from appliance.cards.inputs import ServiceCondition
from appliance.counter.face import Face, Menu, MenuPage, Pairing, WebDoor
from appliance.counter.menu import CLIENT_ENTRIES, LISTS
from appliance.counter.preferences import CONTRASTS, MAX_VOLUME
from appliance.counter.state import State
from appliance.decode.sightings import CameraState
from appliance.display.door_screen import DoorState, WebDoorShown
from appliance.display.menu_screens import (
    MAX_CHECKS,
    About,
    Adjust,
    Check,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnded,
    PairingShown,
    Pattern,
    PatternShown,
    Updating,
)
from appliance.display.screens import LgoLink, Screen
from appliance.texts import menu as texts

__all__ = ["checks_of", "face_screen", "hour", "is_idle"]

_MINUTE_S = 60


def face_screen(state: State) -> Screen | None:
    """An update, or the open menu: over everything but the entry of a code."""
    face = state.face
    if face.updating is not None:
        return Updating(face.updating if face.updating >= 0 else None)
    return None if face.menu is None else _menu(state, face, face.menu)


def is_idle(state: State) -> bool:
    """Whether nothing lies there, no card is spoken of and nothing waits for an answer."""
    cards = state.cards
    spoken_of = cards.shown or cards.notice or cards.refusal or cards.pin
    return not (state.visits or spoken_of or state.journal_lost)


def checks_of(state: State) -> tuple[Check, ...]:
    """The core's own checks and the registry's; those that fail first. Every icon has its word here."""
    checks = (*_own_checks(state), *state.face.checks)[:MAX_CHECKS]
    return tuple(sorted(checks, key=lambda check: check.ok))


def hour(moment: datetime | None) -> str | None:
    """`HH:MM`, None where there is no moment."""
    return None if moment is None else f"{moment:%H:%M}"


def _own_checks(state: State) -> tuple[Check, ...]:
    journal = texts.JOURNAL_OK if state.storage_ok else texts.JOURNAL_FULL
    if state.storage_ok and state.journal_lost:
        journal = texts.JOURNAL_LOST
    return (
        Check(
            texts.CHECK_CAMERA,
            state.camera in {CameraState.OK, CameraState.STARTING},
            texts.CAMERA_WORDS[state.camera.value],
        ),
        _reader_check(state),
        Check(texts.CHECK_LGO, state.link is LgoLink.PRESENT, texts.LGO_WORDS[state.link.value]),
        Check(texts.CHECK_JOURNAL, state.storage_ok and not state.journal_lost, journal),
    )


def _reader_check(state: State) -> Check:
    cards = state.cards
    if cards.service is None:
        return Check(texts.CHECK_READER, True, texts.READER_OFF)
    if cards.service is not ServiceCondition.RUNNING:
        return Check(texts.CHECK_READER, False, texts.READER_STOPPED)
    present = bool(cards.readers)
    return Check(texts.CHECK_READER, present, texts.READER_PRESENT if present else texts.READER_MISSING)


def _menu(state: State, face: Face, menu: Menu) -> Screen:  # noqa: C901 - one case a page
    if menu.page in LISTS:
        entries = tuple(texts.MENU_ENTRIES[entry.value] for entry in LISTS[menu.page])
        return MenuList(texts.MENU_TITLES[menu.page.value], entries, menu.selected)
    match menu.page:
        case MenuPage.CHECKS:
            checks = checks_of(state)
            return CheckList(checks, menu.selected % max(len(checks), 1))
        case MenuPage.PAIRING:
            return _pairing(face.pairing or Pairing())
        case MenuPage.CLIENTS:
            names = tuple(client.name for client in face.clients)
            return ClientList(names, min(menu.selected, max(len(names) - 1, 0)))
        case MenuPage.CLIENT:
            return MenuList(texts.CLIENT, CLIENT_ENTRIES, menu.selected)
        case MenuPage.REVOKE:
            name = menu.client.name if menu.client is not None else ""
            return Confirm(texts.REVOKE_TITLE, texts.REVOKE.format(name=name), yes=bool(menu.selected))
        case MenuPage.END:
            return Confirm(texts.END_TITLE, texts.END_QUESTION, yes=bool(menu.selected))
        case MenuPage.FOCUS:
            return FocusMeter(face.levels.focus if state.camera is CameraState.OK else None, menu.best)
        case MenuPage.EXPOSURE:
            levels = face.levels
            return ExposureMeter(levels.exposure_us, levels.gain, levels.light)
        case MenuPage.PATTERN:
            return PatternShown(list(Pattern)[menu.selected % len(Pattern)])
        case MenuPage.WEB:
            return _web_door(face.door or WebDoor(DoorState.FAILED))
        case MenuPage.ABOUT:
            return face.about or About(texts.UNSAID, None, texts.UNSAID)
    return _adjust(face, menu.page)


def _pairing(pairing: Pairing) -> Screen:
    if pairing.end is not None:
        return PairingEnded(pairing.end, pairing.client_name, pairing.wait_s)
    return PairingShown(pairing.number, pairing.client_name, pairing.left_s, pairing.answered)


def _web_door(door: WebDoor) -> Screen:
    return WebDoorShown(door.state, door.code, door.address, -(-door.left_s // _MINUTE_S))


def _adjust(face: Face, page: MenuPage) -> Screen:
    set_to = face.preferences
    match page:
        case MenuPage.CONTRAST:
            return Adjust(texts.CONTRAST, set_to.contrast, len(CONTRASTS), str(set_to.contrast))
        case MenuPage.VOLUME:
            word = str(set_to.volume) if set_to.volume else texts.MUTE
            return Adjust(texts.VOLUME, set_to.volume, MAX_VOLUME, word)
    return Adjust(texts.LARGE_TEXT, int(set_to.large_text), 1, texts.ON if set_to.large_text else texts.OFF)
