"""What the menu's entries do in the world; each answers, where it answers, with an input.

Called by the thread that owns the state: nothing here waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.counter.door_desk import DoorDesk
from appliance.counter.face import PairedClient
from appliance.counter.face_inputs import (
    AboutTold,
    AnswerPairing,
    AskAbout,
    ClientsTold,
    CloseDoor,
    ClosePairing,
    FaceEffect,
    FaceHappening,
    ListClients,
    OpenDoor,
    OpenPairing,
    RenameClient,
    RevokeClient,
    SavePreferences,
)
from appliance.counter.pairing_desk import PairingDesk
from appliance.counter.preferences import Preferences, write_preferences
from appliance.counter.update_watch import UpdateWatch
from appliance.display.menu_screens import MAX_ENTRIES, About
from appliance.journal import Journal, JournalError

__all__ = ["FaceServices", "MenuServices", "NoServices"]

_log = logging.getLogger(__name__)

Tell = Callable[[FaceHappening], None]


class FaceServices(Protocol):
    """Whoever does what the menu asks for."""

    def do(self, effect: FaceEffect, tell: Tell) -> None:
        """Do it; `tell` takes what came of it."""
        ...

    def look(self, tell: Tell) -> None:
        """See what became of what was asked for before; called a few times a second."""
        ...


class NoServices:
    """A counter whose menu changes nothing in the world."""

    def do(self, effect: FaceEffect, tell: Tell) -> None:
        """Nothing."""

    def look(self, tell: Tell) -> None:
        """Nothing."""


class MenuServices:
    """Clients from the journal, pairing, the page's door, preferences in their file, the device's name."""

    def __init__(
        self,
        journal: Journal,
        preferences_file: Path,
        about: Callable[[], About],
        pairing: PairingDesk,
        door: DoorDesk,
        update: UpdateWatch,
    ) -> None:
        self._journal = journal
        self._pairing = pairing
        self._door = door
        self._update = update
        self._preferences_file = preferences_file
        self._about = about

    def do(self, effect: FaceEffect, tell: Tell) -> None:
        """Do what is asked for; a journal that cannot answer leaves the screen as it is."""
        try:
            self._do(effect, tell)
        except JournalError as error:
            _log.warning("the menu could not reach the journal: %s", type(error).__name__)

    def look(self, tell: Tell) -> None:
        """See who asks to be paired, who is at the door of the page, and whether an update goes on."""
        self._pairing.look(tell)
        self._door.look(tell)
        self._update.look(tell)

    def _do(self, effect: FaceEffect, tell: Tell) -> None:
        match effect:
            case SavePreferences():
                self._save(effect.preferences)
            case AskAbout():
                tell(AboutTold(self._about()))
            case ListClients() | RevokeClient() | RenameClient():
                self._do_with_clients(effect, tell)
            case OpenPairing():
                self._pairing.open(tell)
            case AnswerPairing():
                self._pairing.answer(same=effect.same)
            case ClosePairing():
                self._pairing.close()
            case OpenDoor():
                self._door.open(tell)
            case CloseDoor():
                self._door.close()

    def _do_with_clients(self, effect: ListClients | RevokeClient | RenameClient, tell: Tell) -> None:
        match effect:
            case ListClients():
                clients = self._journal.clients()[:MAX_ENTRIES]
                tell(ClientsTold(tuple(PairedClient(client.id, client.name) for client in clients)))
            case RevokeClient():
                self._journal.revoke(effect.client_id)
            case RenameClient():
                self._journal.rename(effect.client_id, effect.name)

    def _save(self, preferences: Preferences) -> None:
        write_preferences(self._preferences_file, preferences)
