"""What the OLED can say of a login at Pro Santé Connect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from appliance.display.value import ScreenValue, check_count
from appliance.prescriptions.pro_sante_connect.errors import PscRefusal

__all__ = ["PscClosed", "PscFailed", "PscLoggingIn", "PscNumberShown", "PscSessionOpen"]


@dataclass(frozen=True, slots=True, repr=False)
class PscLoggingIn(ScreenValue):
    """The service is being asked."""

    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class PscNumberShown(ScreenValue):
    """The telephone shows the same two digits, if it is the right one.

    Attributes:
        number: two digits.
        left_s: until it is too late.
    """

    tells_identity: ClassVar[bool] = False

    number: str
    left_s: int

    def __post_init__(self) -> None:
        """Refuse what is not two digits, and a negative count."""
        if len(self.number) != 2 or not (self.number.isascii() and self.number.isdigit()):
            raise ValueError("the number to compare has two digits")
        check_count("left_s", self.left_s)


@dataclass(frozen=True, slots=True, repr=False)
class PscSessionOpen(ScreenValue):
    """Who is logged in, until when (`18:30`)."""

    family_name: str
    given_name: str
    until: str


@dataclass(frozen=True, slots=True, repr=False)
class PscClosed(ScreenValue):
    """The session is over."""

    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class PscFailed(ScreenValue):
    """There is no session, and why."""

    tells_identity: ClassVar[bool] = False

    reason: PscRefusal
