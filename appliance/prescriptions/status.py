"""The status of a prescription in our own neutral words: what it is, of whom, who says so, and when.

The lists of codes of the national services are not public (only that a dashboard of statuses exists, Ségur V2
specifications of the pharmacist). So the words are ours; each adapter maps what it is told into them in one
table, and what it cannot map is UNKNOWN, with the code it was told kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum, unique
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from appliance.decode.payloads.ordonnance import MAX_FIELD_LENGTH, MAX_PRESCRIPTION_ID_LENGTH
from appliance.identifiers.discreet import Discreet

__all__ = [
    "MAX_DISPENSATIONS",
    "MAX_LABEL_CHARS",
    "MAX_LINES",
    "MAX_PRODUCT_CODE_CHARS",
    "MAX_QUANTITY",
    "MAX_RAW_CODE_CHARS",
    "MAX_RENEWALS",
    "PRINTABLE",
    "Dispensation",
    "InvalidStatusError",
    "Place",
    "PrescriptionState",
    "PrescriptionStatus",
    "Source",
    "StatusLine",
    "StatusPatient",
]

MAX_LINES: Final = 100
"""Lines of one prescription; a long one of a care home has about thirty."""

MAX_DISPENSATIONS: Final = 24
"""Times that one line was dispensed: twice a month for a year."""

MAX_LABEL_CHARS: Final = 200
MAX_PRODUCT_CODE_CHARS: Final = 32
"""A CIP13 or a GTIN has at most 14; the form of the base's own codes is not public."""

MAX_QUANTITY: Final = 9_999
MAX_RENEWALS: Final = 99
MAX_RAW_CODE_CHARS: Final = 64
_MAX_FIELD_CHARS: Final = 80

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""No status is older than the base; a time beyond is a broken clock's, and no time zone may overflow."""


PRINTABLE: Final = (
    r"^[^\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]*$"
)
"""Texts: nothing that a display would obey instead of show (controls, line and direction marks). JSON Schema
and Python read it alike."""

_PRINTABLE: Final = re.compile(PRINTABLE)


def _printable(text: str) -> str:
    if not _PRINTABLE.fullmatch(text):
        raise ValueError("no control characters")
    return text


_Id = Annotated[str, Field(min_length=1, max_length=MAX_PRESCRIPTION_ID_LENGTH), AfterValidator(_printable)]
_Name = Annotated[str, Field(min_length=1, max_length=MAX_FIELD_LENGTH), AfterValidator(_printable)]
_Label = Annotated[str, Field(max_length=MAX_LABEL_CHARS), AfterValidator(_printable)]
_ProductCode = Annotated[
    str, Field(min_length=1, max_length=MAX_PRODUCT_CODE_CHARS), AfterValidator(_printable)
]
_RawCode = Annotated[str, Field(min_length=1, max_length=MAX_RAW_CODE_CHARS), AfterValidator(_printable)]
_Quantity = Annotated[int, Field(ge=0, le=MAX_QUANTITY)]
_Renewals = Annotated[int, Field(ge=0, le=MAX_RENEWALS)]

_CONFIG = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class InvalidStatusError(ValueError):
    """What should be a status is none; correct the field that it names.

    Attributes:
        field: where it is wrong, such as `lines.3.label`; empty for the whole.
        rule: stable English name of the rule that is broken, such as `string_too_long`.
    """

    def __init__(self, field: str, rule: str) -> None:
        self.field = field
        self.rule = rule
        super().__init__(f"{field or 'status'}: {rule}")


@unique
class PrescriptionState(StrEnum):
    """What may be done with a prescription."""

    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"
    TO_DISPENSE = "to_dispense"
    PARTLY_DISPENSED = "partly_dispensed"
    DISPENSED = "dispensed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@unique
class Source(StrEnum):
    """Who says so."""

    LGO = "lgo"
    TLSI = "tlsi"
    SIMULATED = "simulated"


@unique
class Place(StrEnum):
    """Where a line was dispensed."""

    HERE = "here"
    OTHER_PHARMACY = "other_pharmacy"


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Dispensation:
    """One time that a line was dispensed.

    Attributes:
        quantity: boxes, or whatever unit the prescriber counted in.
        place: None where the source does not say.
        on: the day; None where the source does not say.
    """

    quantity: _Quantity
    place: Place | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, repr=False, config=_CONFIG)
class StatusLine(Discreet):
    """One line of a prescription.

    Attributes:
        label: the product as the source names it; may be empty.
        code: its product code.
        prescribed: quantity; None for a duration ("QSP 1 mois"), which is no number of boxes.
        dispensations: in the order of the source.
    """

    label: _Label
    code: _ProductCode | None = None
    prescribed: _Quantity | None = None
    dispensations: Annotated[tuple[Dispensation, ...], Field(strict=False, max_length=MAX_DISPENSATIONS)] = ()

    @property
    def dispensed(self) -> int:
        """Quantity dispensed so far, wherever."""
        return sum(one.quantity for one in self.dispensations)


@dataclass(frozen=True, slots=True, repr=False, config=_CONFIG)
class StatusPatient(Discreet):
    """Whose prescription it is, where the source says so: for the comparison with the code, kept nowhere.

    Attributes:
        family_name: the birth name where the source has it.
        given_name: the first, or the list of the birth given names.
        birth_date: ISO, or as the source writes an incomplete one.
    """

    family_name: _Name | None = None
    given_name: _Name | None = None
    birth_date: _Name | None = None


@dataclass(frozen=True, slots=True, repr=False, config=_CONFIG)
class PrescriptionStatus(Discreet):
    """What a source says of one prescription.

    Attributes:
        prescription_id: as asked for, or as the source names the prescription that it speaks of.
        state: as a whole.
        source: who says so.
        at: when it was so, aware; the moment of the answer where the source gives no other.
        lines: in the order of the source; none where it tells no lines.
        consent: whether the patient agreed that it be consulted; None where the source does not say.
        secured: "ordonnance sécurisée"; None where the source does not say.
        renewals_total, renewals_left: how often it may be renewed, and how often from now on.
        raw_code: what the source said of the state, kept where it maps to nothing.
        patient: whose it is.

    Raises:
        ValidationError: a value out of its bounds (pydantic's; its text names no value).
    """

    prescription_id: _Id
    state: PrescriptionState
    source: Source
    at: Annotated[AwareDatetime, Field(ge=_EARLIEST, lt=_LATEST)]
    lines: Annotated[tuple[StatusLine, ...], Field(strict=False, max_length=MAX_LINES)] = ()
    consent: bool | None = None
    secured: bool | None = None
    renewals_total: _Renewals | None = None
    renewals_left: _Renewals | None = None
    raw_code: _RawCode | None = None
    patient: StatusPatient | None = None

    def to_json(self) -> dict[str, object]:
        """All fields, plain JSON values throughout; `at` and days in ISO form."""
        document: dict[str, object] = _ADAPTER.dump_python(self, mode="json")
        return document

    @staticmethod
    def from_json(document: Mapping[str, object]) -> PrescriptionStatus:
        """The status of a parsed JSON object, each value of exactly its type.

        Raises:
            InvalidStatusError: a field is missing, unknown, of another type or out of its bounds.
        """
        try:
            # By way of text: pydantic's strict rules then are those of JSON, where a day is a string.
            return _ADAPTER.validate_json(json.dumps(document))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            # The name of an unknown field is whatever the sender made it.
            named = ".".join(str(part) for part in first["loc"])[:_MAX_FIELD_CHARS]
            field = "".join(sign if sign.isprintable() else "?" for sign in named)
            raise InvalidStatusError(field, first["type"]) from None


_ADAPTER: Final = TypeAdapter(PrescriptionStatus)
