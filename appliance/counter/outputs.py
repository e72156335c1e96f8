"""What `reduce` gives back beside the state: events for the journal, effects on the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique

__all__ = ["Effect", "EventKind", "NewEvent", "Sound", "Tone"]


@unique
class EventKind(StrEnum):
    """Kinds of events as the LGO sees them; additions only."""

    CODE_READ = "code.read"
    VISIT_OPENED = "visit.opened"
    VISIT_CLOSED = "visit.closed"
    IDENTITY_DISCORDANCE = "identity.discordance"
    DEVICE_CAMERA = "device.camera"
    JOURNAL_LOST = "journal.lost"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something to be journaled.

    Attributes:
        kind: what happened.
        payload: a JSON object.
        visit: id of the visit it belongs to.
        sighting: for a code, the id of its presentation.
        secret: never to touch the disk (appli carte Vitale).
    """

    kind: EventKind
    payload: Mapping[str, object] = field(default_factory=dict, repr=False)
    visit: str | None = None
    sighting: str | None = None
    secret: bool = False


@unique
class Tone(StrEnum):
    """The sounds of the device, by what they mean."""

    SEEN = "seen"
    LGO_HAS_IT = "lgo_has_it"
    CHECK = "check"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sound:
    """Let a tone be heard."""

    tone: Tone


Effect = Sound
