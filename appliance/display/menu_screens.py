"""What the OLED can say of the device itself: menu, checks, aiming, pairing, update, rest.

Strings are data, as on all screens; the names of entries and of checks come from `appliance.texts.menu`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar

from appliance.display.value import ScreenValue, check_count

__all__ = [
    "MAX_CHECKS",
    "MAX_ENTRIES",
    "MAX_STEP",
    "About",
    "Adjust",
    "Check",
    "CheckList",
    "ClientList",
    "Confirm",
    "ExposureMeter",
    "FocusMeter",
    "MenuList",
    "PairingEnd",
    "PairingEnded",
    "PairingShown",
    "Pattern",
    "PatternShown",
    "Resting",
    "Seen",
    "Updating",
    "Veiled",
]

MAX_ENTRIES = 32
"""Of a list: clients are at most so many, menus far shorter."""

MAX_CHECKS = 32
MAX_STEP = 10

_MAX_PAIRING_S = 90
_MAX_PAIRING_PAUSE_S = 3600
_PAIRING_NUMBER = re.compile(r"[0-9]{6}")


def _check_selected(selected: int, count: int) -> None:
    if count > MAX_ENTRIES or not 0 <= selected < max(count, 1):
        raise ValueError(f"one of at most {MAX_ENTRIES} entries is selected, not {selected} of {count}")


def _check_percent(name: str, value: int | None) -> None:
    if value is not None and not 0 <= value <= 100:
        raise ValueError(f"{name} is 0 to 100, not {value}")


@dataclass(frozen=True, slots=True, repr=False)
class Seen(ScreenValue):
    """A code lies there and is not read yet: hold still."""

    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class Updating(ScreenValue):
    """A new version is put in place; `percent` 0 to 100, None where nobody knows."""

    percent: int | None
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse what is no percentage."""
        _check_percent("percent", self.percent)


@dataclass(frozen=True, slots=True, repr=False)
class Veiled(ScreenValue):
    """Somebody's identity would stand here and was taken off the screen; any button brings it back."""

    tells_identity: ClassVar[bool] = False
    may_rest: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, repr=False)
class Resting(ScreenValue):
    """Nobody is there: the hour and one word, dim, at a place that changes every minute.

    Attributes:
        clock: local time, `HH:MM`.
        headline: what there is to know, in French ("Prêt", "LGO absent").
        alert: whether that is a fault.
    """

    clock: str
    headline: str
    alert: bool = False
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class MenuList(ScreenValue):
    """A menu: one entry is selected."""

    title: str
    entries: tuple[str, ...]
    selected: int
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a selection of nothing."""
        _check_selected(self.selected, len(self.entries))


@dataclass(frozen=True, slots=True, repr=False)
class ClientList(ScreenValue):
    """The paired pharmacy software; one is selected, to be revoked. `names` empty: none was ever paired."""

    names: tuple[str, ...]
    selected: int
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a selection of nothing."""
        _check_selected(self.selected, len(self.names))


@dataclass(frozen=True, slots=True, repr=False)
class Confirm(ScreenValue):
    """A question before something that cannot be taken back; `yes` is what OK would answer now."""

    title: str
    question: str
    yes: bool
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class Adjust(ScreenValue):
    """A setting of `steps` steps, of which `value` are on.

    Attributes:
        title: what is set, in French.
        value: 0 to `steps`.
        steps: 1 to MAX_STEP.
        word: what `value` means, in French ("Muet"), or the number.
    """

    title: str
    value: int
    steps: int
    word: str
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a value beyond its steps."""
        if not 1 <= self.steps <= MAX_STEP or not 0 <= self.value <= self.steps:
            raise ValueError(f"a value is 0 to its steps, which are 1 to {MAX_STEP}")


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the device: its name, whether all is well, and the word that says how, in French."""

    name: str
    ok: bool
    word: str


@dataclass(frozen=True, slots=True, repr=False)
class CheckList(ScreenValue):
    """« État »: the checks from `first` on, of which those that fail come first."""

    checks: tuple[Check, ...]
    first: int = 0
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a place outside the list."""
        if len(self.checks) > MAX_CHECKS or not 0 <= self.first < max(len(self.checks), 1):
            raise ValueError(f"a list of at most {MAX_CHECKS} checks begins at one of them")


@dataclass(frozen=True, slots=True, repr=False)
class About(ScreenValue):
    """Which device this is: version, address in the network (None without one), serial number, short."""

    version: str
    address: str | None
    serial: str
    tells_identity: ClassVar[bool] = False


@unique
class Pattern(StrEnum):
    """Pictures that show what a panel cannot show."""

    FULL = "full"
    CHECKERS = "checkers"
    FRAME = "frame"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True, repr=False)
class PatternShown(ScreenValue):
    """A test picture, edge to edge."""

    pattern: Pattern
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class FocusMeter(ScreenValue):
    """How sharp the camera's picture is: `score` and the `best` so far, 0 to 100; None without a picture."""

    score: int | None
    best: int
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse what is no score."""
        _check_percent("score", self.score)
        _check_percent("best", self.best)


@dataclass(frozen=True, slots=True, repr=False)
class ExposureMeter(ScreenValue):
    """How the camera exposes.

    Attributes:
        exposure_us: microseconds; None where the camera does not say.
        gain: times; None where the camera does not say.
        light: mean of the picture, 0 to 100; None without a picture.
    """

    exposure_us: int | None
    gain: float | None
    light: int | None
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse what no camera says."""
        _check_percent("light", self.light)
        check_count("exposure_us", self.exposure_us or 0)
        if self.gain is not None and not 0 <= self.gain < 1000:
            raise ValueError("a gain is 0 to 1000")


@dataclass(frozen=True, slots=True, repr=False)
class PairingShown(ScreenValue):
    """A pharmacy software is being paired.

    Attributes:
        number: the six digits to compare with those on its screen; None while none has asked.
        client_name: what it calls itself; empty while none has asked.
        left_s: how long it may still take; None where nobody knows.
        answered: the person said that the digits are the same, and the software has not heard it yet.
    """

    number: str | None
    client_name: str
    left_s: int | None = None
    answered: bool = False
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a number that no pairing has, and a time that none lasts."""
        if self.number is not None and _PAIRING_NUMBER.fullmatch(self.number) is None:
            raise ValueError("a pairing number has six digits")
        if self.left_s is not None and not 0 <= self.left_s <= _MAX_PAIRING_S:
            raise ValueError(f"a pairing lasts 0 to {_MAX_PAIRING_S} s, not {self.left_s}")


@unique
class PairingEnd(StrEnum):
    """How a window for pairing ended, or why none opened."""

    PAIRED = "paired"
    TIME = "time"
    TRIES = "tries"
    PAUSE = "pause"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, repr=False)
class PairingEnded(ScreenValue):
    """The window for pairing is closed.

    Attributes:
        end: how, or why none opened.
        client_name: who was paired; empty where none was.
        wait_s: how long none opens; 0 where one may at once.
    """

    end: PairingEnd
    client_name: str = ""
    wait_s: int = 0
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a pause that none is."""
        if not 0 <= self.wait_s <= _MAX_PAIRING_PAUSE_S:
            raise ValueError(f"a pause is 0 to {_MAX_PAIRING_PAUSE_S} s, not {self.wait_s}")
