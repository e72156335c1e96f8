"""Small files by which bridge and counter tell each other something: one writer each, replaced as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.base.files import replace_volatile

__all__ = ["Instant", "Note", "Reference", "pairing_folder", "write_note"]

_MAX_FILE_BYTES = 4096

Reference = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$")]
"""Names a window, a request or a door; random, in hexadecimal."""

Instant = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""CLOCK_MONOTONIC, ns."""


class Note(BaseModel):
    """What one of the two programs says; read as if a stranger had written it."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """The note, None where there is none or it is not what it should be."""
        try:
            with file.open("rb") as opened:
                content = opened.read(_MAX_FILE_BYTES + 1)
            return cls.model_validate_json(content) if len(content) <= _MAX_FILE_BYTES else None
        except (OSError, ValidationError):
            return None


def write_note(file: Path, note: Note) -> None:
    """Put a note in place of what was there.

    Raises:
        OSError: the folder cannot be written.
    """
    replace_volatile(file, note.model_dump_json().encode(), mode=0o660)


def pairing_folder(runtime_directory: Path) -> Path:
    """The folder of these files, made where it is missing.

    Raises:
        OSError: it cannot be made.
    """
    folder = runtime_directory / "pairing"
    # The group is the appliance's programs; the folder's own group is the runtime directory's (setgid).
    folder.mkdir(mode=0o770, exist_ok=True)
    return folder
