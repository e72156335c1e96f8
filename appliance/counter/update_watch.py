"""What the updater tells the counter: a small file in the runtime directory, and the look that reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.clock import NS_PER_S, Clock
from appliance.base.files import replace_volatile
from appliance.counter.face_inputs import FaceHappening, UpdateEnded, UpdateTold

__all__ = ["NOTE_NAME", "STALE_S", "UpdateWatch", "write_update_note"]

NOTE_NAME: Final = "update.json"
STALE_S: Final = 300
"""An updater that said nothing for so long is dead: the counter goes on without it."""

_MAX_NOTE_BYTES = 256
_MODE = 0o644


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    percent: Annotated[int, Field(ge=0, le=100)] | None
    at_ns: Annotated[int, Field(ge=0)]


def write_update_note(runtime_directory: Path, percent: int | None, clock: Clock) -> None:
    """Say how far the update is; None where nobody knows.

    Raises:
        OSError: the directory cannot be written.
    """
    note = json.dumps({"percent": percent, "at_ns": clock.monotonic_ns()}).encode()
    replace_volatile(runtime_directory / NOTE_NAME, note, _MODE)


class UpdateWatch:
    """Tells the core what the note says, once for each change; a note that is no note says nothing."""

    def __init__(self, runtime_directory: Path, clock: Clock) -> None:
        self._file = runtime_directory / NOTE_NAME
        self._clock = clock
        self._told: UpdateTold | None = None

    def look(self, tell: Callable[[FaceHappening], None]) -> None:
        """See whether an update goes on."""
        now = self._read()
        if now == self._told:
            return
        self._told = now
        tell(UpdateEnded() if now is None else now)

    def _read(self) -> UpdateTold | None:
        try:
            with self._file.open("rb") as file:
                note = _Note.model_validate_json(file.read(_MAX_NOTE_BYTES))
        except (OSError, ValidationError):
            return None
        age_ns = self._clock.monotonic_ns() - note.at_ns
        return UpdateTold(note.percent) if 0 <= age_ns <= STALE_S * NS_PER_S else None
