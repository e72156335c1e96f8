"""Codes of medicine boxes: GS1 Data Matrix and GS1-128, and CIP13 in EAN-13, Code 39 or Code 128."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from appliance.decode.payloads.codes import Kind, WarningCode
from appliance.decode.payloads.gs1 import GS, Gs1Message, date_of, parse_message
from appliance.decode.payloads.parsed import Parsed
from appliance.decode.payloads.text import PADDING
from appliance.decode.symbol import Symbology
from appliance.identifiers import CheckDigitError, Cip13, Gtin, IdentifierError
from appliance.identifiers.discreet import Discreet
from appliance.identifiers.gtin import CIP_PREFIX

__all__ = ["Medicine", "parse_cip13", "parse_gs1_medicine"]

_GTIN_AI, _LOT_AI, _EXPIRY_AI, _SERIAL_AI = "01", "10", "17", "21"
_FRENCH_NUMBER_AI: Final = "711"
"""National number of France, where the GTIN is not built of the CIP13."""

_GS1_AIMS: Final = ("]d2", "]C1", "]Q3")
"""Symbols that declare themselves GS1: Data Matrix, Code 128, QR."""

_GS_STAND_INS: Final = ("<GS>", "\u241d", " ")
"""What readers type in the place of GS; no GS1 value holds a space."""

_GTIN: Final = re.compile(r"[0-9]{14}")
_CIP13: Final = re.compile(rf"{CIP_PREFIX}[0-9]{{9}}")

_FUSED: Final = re.compile(r".+?(?:10.|21.|17[0-9]{6}|11[0-9]{6}|24[01].|71[0-7].)", re.DOTALL)
"""What betrays that a value may hold the next elements too: an identifier that boxes carry."""


@dataclass(frozen=True, slots=True, repr=False)
class Medicine(Discreet):
    """What the code of a box says.

    Attributes:
        gtin: 14 digits; a wrong check digit is a warning of the reading.
        cip13: 13 digits, where it is a French medicine.
        lot, serial: as they stand; None where absent or not to be told apart.
        expiry: last day on which it may be used.
    """

    gtin: str
    cip13: str | None
    lot: str | None
    expiry: date | None
    serial: str | None

    def __post_init__(self) -> None:
        """Refuse numbers of another form."""
        if not _GTIN.fullmatch(self.gtin):
            raise ValueError("a GTIN has 14 digits")
        if self.cip13 is not None and not _CIP13.fullmatch(self.cip13):
            raise ValueError("a CIP13 has 13 digits and begins with 3400")

    def is_expired(self, today: date) -> bool:
        """Whether `today` is after the expiry; a box that names none is not."""
        return self.expiry is not None and today > self.expiry

    def to_json(self) -> dict[str, object]:
        """The five fields; the expiry in ISO form."""
        return {
            "gtin": self.gtin,
            "cip13": self.cip13,
            "lot": self.lot,
            "expiry": self.expiry.isoformat() if self.expiry is not None else None,
            "serial": self.serial,
        }


def parse_cip13(text: str) -> Parsed | None:
    """Read 13 digits that begin with 3400, from a linear symbol; None where it is something else."""
    code = text.strip(PADDING)
    if not _CIP13.fullmatch(code):
        return None
    warnings: set[WarningCode] = set()
    try:
        Cip13(code)
    except CheckDigitError:
        warnings.add(WarningCode.GTIN_KEY)
    return Parsed(Kind.MEDICINE, Medicine(f"0{code}", code, None, None, None), frozenset(warnings))


def parse_gs1_medicine(text: str, aim: str, symbology: Symbology) -> Parsed | None:
    """Read a GS1 message that names a trade item (AI 01).

    Args:
        text: the content of the symbol.
        aim: its AIM identifier; empty where the engine does not say.
        symbology: Data Matrix, Code 128 or QR.

    Returns:
        None where it is something else.
    """
    body = text.strip(PADDING)
    marks = tuple(mark for mark in (*_GS1_AIMS, GS, "<GS>") if body.startswith(mark))
    is_marked = aim in _GS1_AIMS or bool(marks)
    body = body.removeprefix(marks[0]) if marks else body
    if not body.startswith(_GTIN_AI) or (not is_marked and symbology is Symbology.QR_CODE):
        return None
    warnings: set[WarningCode] = set()
    body = _with_separators(body, warnings)
    message = parse_message(body)
    gtin = message.values.get(_GTIN_AI, "")
    is_gtin = _GTIN.fullmatch(gtin) is not None
    if not is_marked and not (is_gtin and _is_trusted(gtin, message)):
        return None
    if aim and aim not in _GS1_AIMS and not marks:
        warnings.add(WarningCode.GS1_MARK_MISSING)
    if message.has_duplicates:
        warnings.add(WarningCode.DUPLICATE_KEY)
    if not message.is_whole:
        warnings.add(WarningCode.DAMAGED)
    if not is_gtin:
        return Parsed(Kind.MEDICINE, None, frozenset(warnings | {WarningCode.DAMAGED}))
    # libdmtx drops FNC1 and does not say that the symbol is GS1: without a single separator seen nor
    # announced, a value of variable length may hold all that follows it.
    may_be_fused = aim not in _GS1_AIMS and GS not in body and not marks
    medicine = _medicine(gtin, message, may_be_fused, warnings)
    return Parsed(Kind.MEDICINE, medicine, frozenset(warnings))


def _with_separators(body: str, warnings: set[WarningCode]) -> str:
    for stand_in in _GS_STAND_INS:
        if stand_in in body:
            body = body.replace(stand_in, GS)
            warnings.add(WarningCode.GS_MISSING)
    return body


def _is_trusted(gtin: str, message: Gs1Message) -> bool:
    """Whether 14 digits of a symbol that does not say GS1 are a GTIN all the same.

    French medicines' are, by their prefix. Others must have the right key and at least one further element,
    with nothing left over: a plain number may begin with 01 as well.
    """
    if gtin.startswith(f"0{CIP_PREFIX}"):
        return True
    if not message.is_whole or len(message.values) == 1:
        return False
    try:
        Gtin(gtin)
    except IdentifierError:
        return False
    return True


def _medicine(gtin: str, message: Gs1Message, may_be_fused: bool, warnings: set[WarningCode]) -> Medicine:
    try:
        Gtin(gtin)
    except CheckDigitError:
        warnings.add(WarningCode.GTIN_KEY)
    expiry = None
    if _EXPIRY_AI in message.values:
        expiry = date_of(message.values[_EXPIRY_AI])
        if expiry is None:
            warnings.add(WarningCode.EXPIRY_INVALID)
    told = dict(message.values)
    if may_be_fused and message.last is not None and _FUSED.match(told[message.last]):
        del told[message.last]
        warnings.add(WarningCode.GS_MISSING)
    return Medicine(gtin, _cip13(gtin, told), told.get(_LOT_AI), expiry, told.get(_SERIAL_AI))


def _cip13(gtin: str, values: dict[str, str]) -> str | None:
    for code in (gtin.removeprefix("0"), values.get(_FRENCH_NUMBER_AI, "")):
        if _CIP13.fullmatch(code):
            return code
    return None
