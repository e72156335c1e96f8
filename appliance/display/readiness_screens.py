"""The screens of readiness: what stands there while nothing lies under the camera, or nothing can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar

from appliance.display.value import ScreenValue

__all__ = ["CameraLost", "Fault", "LgoLink", "Ready", "Starting"]

_HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_MAX_FAULT_NUMBER = 999


@unique
class LgoLink(StrEnum):
    """Whether the pharmacy software listens: now, not now, or none was ever paired."""

    PRESENT = "present"
    ABSENT = "absent"
    NEVER = "never"


def _check_hour(name: str, value: str) -> None:
    if _HOUR.fullmatch(value) is None:
        raise ValueError(f"{name} is an hour like 14:32")


@dataclass(frozen=True, slots=True, repr=False)
class Starting(ScreenValue):
    """The appliance is not at work yet."""

    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class Ready(ScreenValue):
    """Nothing lies under the camera.

    Attributes:
        clock: local time, `HH:MM`.
        camera_ok: the camera gives pictures.
        lgo: the state of the pharmacy software's link.
        reader_absent: cards are wanted here, and no reader is.
        lgo_since: since when the software is absent, `HH:MM`; None where it is not, or nobody knows.
        reader_since: since when the reader is absent, likewise.
    """

    clock: str
    camera_ok: bool
    lgo: LgoLink
    reader_absent: bool = False
    lgo_since: str | None = None
    reader_since: str | None = None
    tells_identity: ClassVar[bool] = False
    may_rest: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse a clock that is none."""
        _check_hour("clock", self.clock)
        for name in ("lgo_since", "reader_since"):
            since = getattr(self, name)
            if since is not None:
                _check_hour(name, since)


@dataclass(frozen=True, slots=True, repr=False)
class CameraLost(ScreenValue):
    """The camera gives no pictures since `since`, local time `HH:MM`."""

    since: str
    tells_identity: ClassVar[bool] = False
    may_rest: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse an hour that is none."""
        _check_hour("since", self.since)


@dataclass(frozen=True, slots=True, repr=False)
class Fault(ScreenValue):
    """Something of the appliance fails.

    Attributes:
        number: 1 to 999, what the support asks for.
        text: what to do, in French.
    """

    number: int
    text: str
    tells_identity: ClassVar[bool] = False
    may_rest: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse a number that the support's list cannot hold."""
        if not 1 <= self.number <= _MAX_FAULT_NUMBER:
            raise ValueError(f"a fault's number is 1 to {_MAX_FAULT_NUMBER}")
