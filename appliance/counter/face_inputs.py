"""What the counter hears of the device itself, and what its menu has done in the world."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.counter.face import CameraLevels, PairedClient, Pairing, WebDoor
from appliance.counter.preferences import Preferences
from appliance.display.menu_screens import MAX_ENTRIES, About, Check

__all__ = [
    "AboutTold",
    "AnswerPairing",
    "AskAbout",
    "ChecksTold",
    "ClientsTold",
    "CloseDoor",
    "ClosePairing",
    "DoorTold",
    "EndService",
    "FaceEffect",
    "FaceHappening",
    "LevelsMeasured",
    "LightWanted",
    "ListClients",
    "OpenDoor",
    "OpenPairing",
    "PairingTold",
    "RenameClient",
    "RevokeClient",
    "SavePreferences",
    "ShowECps",
    "UpdateEnded",
    "UpdateTold",
]


@dataclass(frozen=True, slots=True)
class ChecksTold:
    """The checks registry has a new verdict; those of camera, reader, LGO and journal are the core's own."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class LevelsMeasured:
    """The eye measured its picture."""

    levels: CameraLevels


@dataclass(frozen=True, slots=True)
class LightWanted:
    """The eye wants so much light of the lamp: 0 to 1."""

    level: float

    def __post_init__(self) -> None:
        """Refuse what no lamp can give."""
        if not 0 <= self.level <= 1:
            raise ValueError("light is 0 to 1")


@dataclass(frozen=True, slots=True)
class UpdateTold:
    """A new version is put in place: so far in percent, None where nobody knows."""

    percent: int | None


@dataclass(frozen=True, slots=True)
class UpdateEnded:
    """The update is over, well or not."""


@dataclass(frozen=True, slots=True)
class AboutTold:
    """Which device this is."""

    about: About


@dataclass(frozen=True, slots=True)
class ClientsTold:
    """The paired clients."""

    clients: tuple[PairedClient, ...]

    def __post_init__(self) -> None:
        """Refuse more than a list holds."""
        if len(self.clients) > MAX_ENTRIES:
            raise ValueError(f"at most {MAX_ENTRIES} clients are listed")


@dataclass(frozen=True, slots=True)
class PairingTold:
    """The window for pairing opened, changed or ended."""

    pairing: Pairing
    at_ns: int


@dataclass(frozen=True, slots=True)
class DoorTold:
    """The door of the technician's page opened, changed or was shut."""

    door: WebDoor


FaceHappening = (
    ChecksTold
    | LevelsMeasured
    | LightWanted
    | UpdateTold
    | UpdateEnded
    | AboutTold
    | ClientsTold
    | PairingTold
    | DoorTold
)


@dataclass(frozen=True, slots=True)
class SavePreferences:
    """Keep what was set with the buttons."""

    preferences: Preferences


@dataclass(frozen=True, slots=True)
class AskAbout:
    """Say which device this is (`AboutTold`)."""


@dataclass(frozen=True, slots=True)
class ListClients:
    """Say who is paired (`ClientsTold`)."""


@dataclass(frozen=True, slots=True)
class RevokeClient:
    """Unpair that client."""

    client_id: str


@dataclass(frozen=True, slots=True)
class RenameClient:
    """Call that client by another name."""

    client_id: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenPairing:
    """Let a software ask to be paired, for a while."""


@dataclass(frozen=True, slots=True)
class AnswerPairing:
    """The person compared the digits: they are the same, or not."""

    same: bool


@dataclass(frozen=True, slots=True)
class ClosePairing:
    """Let none ask any more."""


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Let a technician open the page, for a while (`DoorTold`)."""


@dataclass(frozen=True, slots=True)
class CloseDoor:
    """End the technician's page."""


@dataclass(frozen=True, slots=True)
class ShowECps:
    """The person wants to log in with the e-CPS."""


@dataclass(frozen=True, slots=True)
class EndService:
    """The person leaves: end the session and forget what it gave."""


FaceEffect = (
    SavePreferences
    | AskAbout
    | ListClients
    | RevokeClient
    | RenameClient
    | OpenPairing
    | AnswerPairing
    | ClosePairing
    | OpenDoor
    | CloseDoor
    | ShowECps
    | EndService
)
"""For whoever serves the menu (`appliance.counter.services`)."""
