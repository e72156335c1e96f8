"""How bridge and counter agree on the door of the technician's page: two small files on the tmpfs.

The counter, which has the buttons, writes the door: a code and until when. The bridge writes what became of
it: how many wrong codes were given, and whether somebody went in. A door that is closed, or of another boot,
is void, and so is whoever went in by it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from appliance.base.clock import NS_PER_S
from appliance.pairing.notes import Instant, Note, Reference, pairing_folder, write_note

__all__ = ["CODE_DIGITS", "DOOR_NS", "MAX_WRONG_CODES", "Door", "DoorFiles", "Visit"]

DOOR_NS = 15 * 60 * NS_PER_S
"""From the button to the end of the page, whether or when somebody went in."""

CODE_DIGITS = 6

MAX_WRONG_CODES = 5
"""Then the door is shut: a guesser has one chance in 200,000 a door, and each door needs a finger."""


class Door(Note):
    """The page may be opened with this code, once; open until then."""

    id: Reference
    code: Annotated[str, Field(pattern=rf"^[0-9]{{{CODE_DIGITS}}}$", repr=False)]
    until_ns: Instant

    def is_open(self, now_ns: int) -> bool:
        """Whether it lasts at that time; one that lasts longer than any door is of another boot."""
        return now_ns < self.until_ns <= now_ns + DOOR_NS


class Visit(Note):
    """What became of a door.

    Attributes:
        door: its id.
        wrong_codes: how many were given.
        entered: somebody gave the right one; it opens nothing more.
    """

    door: Reference
    wrong_codes: Annotated[int, Field(ge=0, le=MAX_WRONG_CODES)] = 0
    entered: bool = False

    @property
    def is_shut(self) -> bool:
        """Nobody gets in any more."""
        return self.entered or self.wrong_codes >= MAX_WRONG_CODES


class DoorFiles:
    """The two files, in the folder of pairing.

    Raises:
        OSError: the folder cannot be made.
    """

    def __init__(self, runtime_directory: Path) -> None:
        folder = pairing_folder(runtime_directory)
        self._door = folder / "door.json"
        self._visit = folder / "visit.json"

    def door(self, now_ns: int) -> Door | None:
        """The door that is open now."""
        door = Door.read(self._door)
        return door if door is not None and door.is_open(now_ns) else None

    def visit(self, door: Door) -> Visit:
        """What became of it so far."""
        visit = Visit.read(self._visit)
        return visit if visit is not None and visit.door == door.id else Visit(door=door.id)

    def open_door(self, door: Door) -> None:
        """The counter's: in place of the one before.

        Raises:
            OSError: it cannot be written.
        """
        write_note(self._door, door)

    def close_door(self) -> None:
        """The counter's: whoever is in is out.

        Raises:
            OSError: it cannot be removed.
        """
        self._door.unlink(missing_ok=True)

    def note(self, visit: Visit) -> None:
        """The bridge's.

        Raises:
            OSError: it cannot be written.
        """
        write_note(self._visit, visit)
