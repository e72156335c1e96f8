"""The screens of codes: what was read of them, what keeps one from being read, and where two differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar

from appliance.display.status_screens import StatusHead
from appliance.display.value import ScreenValue, check_count

__all__ = [
    "DamagedOrdonnance",
    "Discordance",
    "InsRead",
    "LinkRead",
    "MedicineRead",
    "OpaqueForwarded",
    "OrdonnanceRead",
    "Page",
    "PageRead",
    "PrescriberRead",
    "TwoDocRead",
    "UnknownCode",
    "UnreadCode",
]


@unique
class Page(StrEnum):
    """The pages of a screen that has several."""

    STATUS = "status"
    PATIENT = "patient"
    CHECK = "check"
    LINES = "lines"


@dataclass(frozen=True, slots=True, repr=False)
class OrdonnanceRead(ScreenValue):
    """An ordonnance numérique was read: who it is for, and what the pharmacist must compare with the paper.

    Pages in turn: where it is spoken of at all, the status; the patient; RPPS, AM and number for the check by
    eye; of what was dispensed in part, the lines.

    Attributes:
        number: the prescription's number.
        patient: family name as read, None where the code has none.
        birth_date: as `23/02/1966`.
        rpps: the prescriber's RPPS, None where the code has none.
        am: the prescriber's AM number (or FINESS), None where the code has none.
        warnings: short French sentences, the gravest first.
        delivered: the pharmacy software has it.
        others: further codes of this visit.
        given_name: as read, None where the code has none.
        page: stay on this page; None lets them take turns.
        status: what is known of its status; None where that is not spoken of here.
        remarks: what is good to know, short French sentences.
    """

    number: str
    patient: str | None
    birth_date: str | None
    rpps: str | None
    am: str | None
    warnings: tuple[str, ...]
    delivered: bool
    others: int
    given_name: str | None = None
    page: Page | None = None
    status: StatusHead | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        check_count("others", self.others)


@dataclass(frozen=True, slots=True, repr=False)
class InsRead(ScreenValue):
    """An INS identity was read.

    Attributes:
        birth_name: family name at birth.
        given_names: all, separated by spaces.
        birth_date: as `26/02/1997`.
        sex: `F` or `M`.
        degraded: the code's separators were lost and its fields recovered.
        delivered: the pharmacy software has it.
        warnings: short French sentences, the gravest first.
    """

    birth_name: str
    given_names: str
    birth_date: str
    sex: str
    degraded: bool
    delivered: bool
    warnings: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a sex that no INS identity has."""
        if self.sex not in ("F", "M"):
            raise ValueError("sex is F or M")


@dataclass(frozen=True, slots=True, repr=False)
class Discordance(ScreenValue):
    """Two codes of one visit name different people.

    Attributes:
        trait: what differs, in French ("Prénom").
        left_label: where the first value comes from ("Ordonnance").
        left: the first value.
        right_label: where the second value comes from ("INS").
        right: the second value.
    """

    trait: str
    left_label: str
    left: str
    right_label: str
    right: str


@dataclass(frozen=True, slots=True, repr=False)
class PrescriberRead(ScreenValue):
    """A prescriber's barcode was read.

    Attributes:
        rpps: 11 digits, None where the sheet shows none.
        am: AM or FINESS number, None where the sheet shows none.
        others: further prescribers on the sheet, to choose from.
    """

    rpps: str | None
    am: str | None
    others: int
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        check_count("others", self.others)


@dataclass(frozen=True, slots=True, repr=False)
class MedicineRead(ScreenValue):
    """A medicine box was read.

    Attributes:
        label: its name, or its CIP13 where the name is not known.
        lot: as printed, None where the code has none.
        expiry: as `30/11/2027` or `11/2027`, None where the code has none.
        expired: the expiry is past.
        delivered: the pharmacy software has it.
        days_left: until the expiry, where that is so soon that it is loud; None where it is not.
        count: boxes of this product in the visit.
    """

    label: str
    lot: str | None
    expiry: str | None
    expired: bool
    delivered: bool
    days_left: int | None = None
    count: int = 1
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        check_count("count", self.count)
        check_count("days_left", self.days_left or 0)

    @property
    def is_loud(self) -> bool:
        """Whether its expiry says nothing else."""
        return self.expired or self.days_left is not None


@dataclass(frozen=True, slots=True, repr=False)
class PageRead(ScreenValue):
    """A sheet without a code was captured for the pharmacy software.

    Attributes:
        number: of the page in its visit.
        is_sharp: whether it resolves enough for a scan; where not, that is loud.
    """

    number: int
    is_sharp: bool
    tells_identity: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        check_count("number", self.number)


@dataclass(frozen=True, slots=True, repr=False)
class TwoDocRead(ScreenValue):
    """A 2D-Doc was read, which is no prescription; `document_type` in French, empty when unknown."""

    document_type: str
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class LinkRead(ScreenValue):
    """A web address was read; only its host is shown, and nothing is opened."""

    host: str
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class OpaqueForwarded(ScreenValue):
    """A code that is not ours to read (such as the appli carte Vitale's) goes to the pharmacy software."""

    delivered: bool
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class UnknownCode(ScreenValue):
    """A code was read that means nothing to us; `symbology` as the bridge names it."""

    symbology: str
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class UnreadCode(ScreenValue):
    """A code lies there that cannot be read; `reason` as the eye names it."""

    reason: str
    tells_identity: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, repr=False)
class DamagedOrdonnance(ScreenValue):
    """An ordonnance's code is incomplete: the number printed under it must be typed.

    Attributes:
        number: what could still be read of it, None where nothing.
    """

    number: str | None
