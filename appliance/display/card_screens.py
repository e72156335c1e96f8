"""What the OLED can say of readers, cards and codes of cards; strings are data as read, as on all screens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar

from appliance.cards.inputs import PinRefusal
from appliance.display.value import ScreenValue, check_count

__all__ = [
    "MAX_PIN_DIGITS",
    "CardMessage",
    "CardNotice",
    "CardTitle",
    "CardWorking",
    "CpsRead",
    "PinEntry",
    "PinRefused",
    "VitaleChoice",
    "VitaleRead",
]

MAX_PIN_DIGITS = 8
"""Of the codes of health cards, four digits are usual; so many have room on one row."""


@unique
class CardTitle(StrEnum):
    """What a card is called in a title."""

    CPS = "cps"
    VITALE = "vitale"
    CARD = "card"


@unique
class CardNotice(StrEnum):
    """What is said of a reader, or of a card that is not read; each has a headline and a remedy."""

    READER_ABSENT = "reader_absent"
    READER_EMPTY = "reader_empty"
    SERVICE_ABSENT = "service_absent"
    SERVICE_REFUSED = "service_refused"
    UPSIDE_DOWN = "upside_down"
    MUTE = "mute"
    UNKNOWN = "unknown"
    VITALE_1 = "vitale_1"
    UNREADABLE = "unreadable"
    BUSY = "busy"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, repr=False)
class CardWorking(ScreenValue):
    """A card is at work and must stay in: it is read, or (`checking_code`) looks at its code."""

    title: CardTitle
    checking_code: bool = False
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class CardMessage(ScreenValue):
    """Something about a reader or a card, and what to do."""

    notice: CardNotice
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class VitaleRead(ScreenValue):
    """A Vitale was read, and it is known whose visit this is.

    Attributes:
        family_name, given_name: as on the card.
        birth_date: as `23/02/1966`, of no calendar where it is lunar; None where the card's cannot be read.
        others: further beneficiaries of the card.
        delivered: the pharmacy software has it.
        warnings: short French sentences, the gravest first.
    """

    family_name: str
    given_name: str
    birth_date: str | None
    others: int
    delivered: bool
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        check_count("others", self.others)


@dataclass(frozen=True, slots=True, repr=False)
class VitaleChoice(ScreenValue):
    """A Vitale names several: whose visit is this? One after the other is offered.

    Attributes:
        family_name, given_name, birth_date: of the person offered now, as on `VitaleRead`.
        position: 1 for the first.
        count: of persons on the card, 2 or more.
    """

    family_name: str
    given_name: str
    birth_date: str | None
    position: int
    count: int

    def __post_init__(self) -> None:
        """Refuse a position that no person has."""
        if self.count < 2 or not 1 <= self.position <= self.count:
            raise ValueError("a choice is among 2 or more, and one of them is offered")


@dataclass(frozen=True, slots=True, repr=False)
class CpsRead(ScreenValue):
    """A CPS was read. Two pages in turn: the holder; then RPPS and end of validity.

    Attributes:
        family_name, given_name: of the holder.
        profession: as the certificate titles it.
        rpps: 11 digits; None where the card has none.
        end: last day of its first certificate to end, as `31/12/2028`; None without certificate.
        test: a card of the test branch or of a test identity.
        can_sign: it takes its code here, for signatures.
        code_given: its code is in force.
        delivered: the pharmacy software has it.
        warnings: short French sentences, the gravest first.
    """

    family_name: str
    given_name: str
    profession: str
    rpps: str | None
    end: str | None
    test: bool
    can_sign: bool
    code_given: bool
    delivered: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class PinEntry(ScreenValue):
    """The code of a CPS is asked for; digits that were given are not shown.

    Attributes:
        entered: digits given so far.
        longest: digits at most.
        digit: the one offered now; None where what was given is offered to be sent.
        tries_left: as the card says.
        on_pinpad: the code is typed on the reader, and nothing of it is known here.
    """

    entered: int
    longest: int
    digit: int | None
    tries_left: int
    on_pinpad: bool = False
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse what no entry of a code is."""
        check_count("tries_left", self.tries_left)
        if not 1 <= self.longest <= MAX_PIN_DIGITS or not 0 <= self.entered <= self.longest:
            raise ValueError(f"a code has 1 to {MAX_PIN_DIGITS} digits")
        if self.digit is not None and (not 0 <= self.digit <= 9 or self.entered == self.longest):
            raise ValueError("a digit is 0 to 9, and none follows the last")


@dataclass(frozen=True, slots=True, repr=False)
class PinRefused(ScreenValue):
    """The code is not in force; `tries_left` where the card said it."""

    reason: PinRefusal
    tries_left: int | None
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        if self.tries_left is not None:
            check_count("tries_left", self.tries_left)
