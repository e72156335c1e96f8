"""What the OLED can say: one frozen value a screen, equal when the same pixels are meant.

Strings are data as read (names, numbers, dates already as `23/02/1966`) and may hold anything, of any length:
drawing makes them safe. Fixed words are not here but in `appliance.texts.screens`. Each family of
screens has its room (`*_screens`); here they meet.
"""

from __future__ import annotations

from appliance.display.card_screens import (
    CardMessage,
    CardWorking,
    CpsRead,
    PinEntry,
    PinRefused,
    VitaleChoice,
    VitaleRead,
)
from appliance.display.code_screens import (
    DamagedOrdonnance,
    Discordance,
    InsRead,
    LinkRead,
    MedicineRead,
    OpaqueForwarded,
    OrdonnanceRead,
    Page,
    PageRead,
    PrescriberRead,
    TwoDocRead,
    UnknownCode,
    UnreadCode,
)
from appliance.display.door_screen import WebDoorShown
from appliance.display.menu_screens import (
    About,
    Adjust,
    CheckList,
    ClientList,
    Confirm,
    ExposureMeter,
    FocusMeter,
    MenuList,
    PairingEnded,
    PairingShown,
    PatternShown,
    Resting,
    Seen,
    Updating,
    Veiled,
)
from appliance.display.psc_screens import (
    PscClosed,
    PscFailed,
    PscLoggingIn,
    PscNumberShown,
    PscSessionOpen,
)
from appliance.display.readiness_screens import CameraLost, Fault, LgoLink, Ready, Starting
from appliance.display.status_screens import SeenAgain

__all__ = [
    "CameraLost",
    "DamagedOrdonnance",
    "Discordance",
    "Fault",
    "InsRead",
    "LgoLink",
    "LinkRead",
    "MedicineRead",
    "MenuScreen",
    "OpaqueForwarded",
    "OrdonnanceRead",
    "Page",
    "PageRead",
    "PrescriberRead",
    "Ready",
    "Screen",
    "Starting",
    "TwoDocRead",
    "UnknownCode",
    "UnreadCode",
]

MenuScreen = (
    About
    | Adjust
    | CheckList
    | ClientList
    | Confirm
    | ExposureMeter
    | FocusMeter
    | MenuList
    | PairingEnded
    | PairingShown
    | WebDoorShown
    | Resting
    | Seen
    | PatternShown
    | Updating
    | Veiled
)
"""What speaks of the device itself."""

Screen = (
    Starting
    | Ready
    | OrdonnanceRead
    | InsRead
    | Discordance
    | PrescriberRead
    | MedicineRead
    | PageRead
    | TwoDocRead
    | LinkRead
    | OpaqueForwarded
    | UnknownCode
    | UnreadCode
    | DamagedOrdonnance
    | CameraLost
    | Fault
    | CardWorking
    | CardMessage
    | VitaleRead
    | VitaleChoice
    | CpsRead
    | PinEntry
    | PinRefused
    | MenuScreen
    | SeenAgain
    | PscLoggingIn
    | PscNumberShown
    | PscSessionOpen
    | PscClosed
    | PscFailed
)
"""Whatever can be on the OLED."""
