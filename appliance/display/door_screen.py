"""What the OLED says of the technician's page: where it is, the code that opens it, how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar

from appliance.display.value import ScreenValue

__all__ = ["MAX_DOOR_MIN", "DoorState", "WebDoorShown"]

MAX_DOOR_MIN = 15

_CODE = re.compile(r"[0-9]{6}")


@unique
class DoorState(StrEnum):
    """How the door of the technician's page is."""

    OPEN = "open"
    ENTERED = "entered"
    TIME = "time"
    CODES = "codes"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, repr=False)
class WebDoorShown(ScreenValue):
    """The technician's page may be opened, is open, or is shut.

    Attributes:
        state: which of these, and why.
        code: the six digits to type there; empty unless it is open.
        address: `host:port` of the page; None without a network.
        left_min: minutes that it lasts, begun ones counted.
    """

    state: DoorState
    code: str = ""
    address: str | None = None
    left_min: int = 0
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a code that no door has, and a time that none lasts."""
        if bool(self.code) != (self.state is DoorState.OPEN):
            raise ValueError("an open door has a code, and no other has one")
        if self.code and not _CODE.fullmatch(self.code):
            raise ValueError("a door's code has six digits")
        if not 0 <= self.left_min <= MAX_DOOR_MIN:
            raise ValueError(f"a door lasts 0 to {MAX_DOOR_MIN} minutes, not {self.left_min}")
