"""What the face knows beside codes and cards: menu, veil, rest, checks, aiming. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique

from appliance.base.clock import NS_PER_S
from appliance.counter.preferences import Preferences
from appliance.display.door_screen import DoorState
from appliance.display.menu_screens import About, Check, PairingEnd

__all__ = [
    "AIM_NS",
    "ENDED_NS",
    "MENU_NS",
    "CameraLevels",
    "Face",
    "Menu",
    "MenuPage",
    "PairedClient",
    "Pairing",
    "Rules",
    "WebDoor",
]

MENU_NS = 30 * NS_PER_S
"""A menu that nobody goes on with closes."""

AIM_NS = 600 * NS_PER_S
"""Pages on which both hands are at the camera stay longer."""


ENDED_NS = 10 * NS_PER_S
"""How a pairing ended is shown so long, unless OK is pressed."""


@unique
class MenuPage(StrEnum):
    """Where one is in the menu: lists of entries, then pages."""

    ROOT = "root"
    SETTINGS = "settings"
    TECHNICIAN = "technician"
    CHECKS = "checks"
    CONTRAST = "contrast"
    VOLUME = "volume"
    LARGE_TEXT = "large_text"
    PAIRING = "pairing"
    CLIENTS = "clients"
    CLIENT = "client"
    REVOKE = "revoke"
    FOCUS = "focus"
    EXPOSURE = "exposure"
    PATTERN = "pattern"
    ABOUT = "about"
    WEB = "web"
    END = "end"


@dataclass(frozen=True, slots=True)
class Menu:
    """The open menu.

    Attributes:
        page: where one is.
        touched_ns: when a button was last pressed in it.
        selected: the entry, client, check or pattern; 1 for yes where a question is put.
        trail: the lists that led here, each with what was selected in it.
        best: of the focus meter, the best score since it was opened.
        client: which software the page is about.
    """

    page: MenuPage
    touched_ns: int
    selected: int = 0
    trail: tuple[tuple[MenuPage, int], ...] = ()
    best: int = 0
    client: PairedClient | None = None


@dataclass(frozen=True, slots=True)
class PairedClient:
    """A paired pharmacy software, as the menu lists it; `id` as the journal has it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """The window for pairing.

    Attributes:
        left_s: how long it is still open.
        number: the digits to compare; None while no software asks.
        client_name: what the software calls itself.
        answered: the digits were said to be the same; the software has not heard it yet.
        end: how it ended, or why none opened; None while it is open.
        wait_s: how long none opens.
    """

    left_s: int | None = None
    number: str | None = None
    client_name: str = ""
    answered: bool = False
    end: PairingEnd | None = None
    wait_s: int = 0

    @property
    def awaits_answer(self) -> bool:
        """Whether a person is to compare digits now."""
        return self.number is not None and not self.answered and self.end is None


@dataclass(frozen=True, slots=True)
class WebDoor:
    """The door of the technician's page.

    Attributes:
        state: open, entered, or why it is shut.
        code: what opens it; empty unless it is open.
        address: where the page is, `host:port`; None without a network.
        left_s: how long it lasts.
    """

    state: DoorState
    code: str = ""
    address: str | None = None
    left_s: int = 0


@dataclass(frozen=True, slots=True)
class CameraLevels:
    """What the camera's picture is like; see `ExposureMeter` and `FocusMeter` for the units."""

    focus: int | None = None
    exposure_us: int | None = None
    gain: float | None = None
    light: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """From the settings; None is never.

    Attributes:
        veil_ns: without a sign of a person for so long, identities leave the screen.
        rest_ns: for so long, the screen is dimmed.
    """

    veil_ns: int | None = 120 * NS_PER_S
    rest_ns: int | None = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Face:
    """What the face knows.

    Attributes:
        rules: of the settings.
        preferences: set with the buttons.
        touched_ns: the last sign of a person: a code, a card, a button; None before the first tick.
        veiled: identities are off the screen.
        resting: nobody is there.
        menu: the open menu.
        checks: what the checks registry last said.
        about: which device this is, once asked for.
        clients: the paired clients, once asked for.
        pairing: the window for pairing, once its page is open.
        door: the door of the technician's page, once it was opened.
        levels: what the camera's picture is like.
        light: what the capture side wants of the lamp, 0 to 1.
        updating: percent of an update, -1 where nobody knows; None while there is none.
        lgo_since: local time since which the software is absent.
        reader_since: local time since which the reader is.
    """

    rules: Rules = Rules()
    preferences: Preferences = field(default_factory=Preferences)
    touched_ns: int | None = None
    veiled: bool = False
    resting: bool = False
    menu: Menu | None = None
    checks: tuple[Check, ...] = ()
    about: About | None = None
    clients: tuple[PairedClient, ...] = ()
    pairing: Pairing | None = None
    door: WebDoor | None = None
    levels: CameraLevels = CameraLevels()
    light: float = 0.0
    updating: int | None = None
    lgo_since: datetime | None = None
    reader_since: datetime | None = None

    def touched(self, at_ns: int, *, unveil: bool) -> Face:
        """Somebody is there."""
        return replace(self, touched_ns=at_ns, resting=False, veiled=self.veiled and not unveil)

    def at(self, menu: Menu | None) -> Face:
        """With that menu open, or none."""
        return replace(self, menu=menu)
